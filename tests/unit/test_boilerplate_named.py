"""Elements that say by their names what they are."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.boilerplate.block_facts import read_facts
from cleaner.boilerplate.named_furniture import named_furniture
from cleaner.boilerplate.page_tree import read_tree
from cleaner.model import Page, RawItem, Source
from cleaner.reading.segment_html import segment_html

TEXT = "<p>" + "</p><p>".join(
    f"The {number} report names the causes of the flood, and says what the towns on the river should do next."
    for number in ("first", "second", "third", "fourth")
)
SAYS = "Every word of this is written like a sentence of the story, and nothing in it gives itself away."


def rules_of(html: str) -> list[str]:
    """The rules by which blocks go of which the model has kept all."""
    source = f"<html><body>{html}</body></html>"
    segmentation = segment_html(Page(RawItem(Source("a.html"), b"", ""), "html", source, "utf-8", "utf-8"))
    texts = [block.text for block in segmentation.blocks]
    words = np.array([float(len(text.split())) for text in texts])
    tree = read_tree(source, segmentation.elements, read_facts(segmentation.blocks).rows)
    found = named_furniture(source, segmentation.elements, tree, np.ones(len(texts), dtype=np.bool_), words)
    assert all(texts[at] == SAYS for at in found)
    return list(found.values())


@pytest.mark.parametrize(
    ("rule", "start_tag"),
    [
        ("newsletter", '<div class="newsletter-box">'),
        ("newsletter", '<section id="inline-newsletter-signup">'),
        ("consent", "<div id=cookie-banner-2>"),
        ("consent", '<div class="x gdpr">'),
        ("related", '<aside class="related-posts">'),
        ("advertisement", '<div class="post-ad">'),
        ("share", "<ul class='share-buttons'>"),
    ],
)
def test_what_an_element_says_it_is_goes_by_that_rule(rule: str, start_tag: str) -> None:
    end_tag = f"</{start_tag[1:].split(maxsplit=1)[0]}>"
    assert rules_of(f"<main>{TEXT}{start_tag}<p>{SAYS}</p>{end_tag}<p>The end is here.</main>") == [rule]


@pytest.mark.parametrize(
    "start_tag",
    [
        '<div class="has-newsletter">',
        '<div class="no-ads">',
        '<div class="shareholders">',
        '<div class="newsletter-is-open">',
        '<section id="newsletters">',
        '<article class="post category-gdpr">',
        '<section id="cookies">',
        '<section class="cookies">',
        "<div>",
        "<main id=share>",
    ],
)
def test_names_that_say_something_else_do_nothing(start_tag: str) -> None:
    assert rules_of(f"{TEXT}{start_tag}<p>{SAYS}</p></div><p>The end is here.") == []


@pytest.mark.parametrize("start_tag", ['<div class="newsletter">', '<div class="ads">'])
def test_an_element_that_holds_most_of_the_text_keeps_it(start_tag: str) -> None:
    assert rules_of(f"{start_tag}{TEXT}<p>{SAYS}</p></div><p>Read it.") == []


def test_a_chapter_that_has_much_to_say_stays_whatever_its_class() -> None:
    chapter = " ".join([SAYS] * 8)
    assert rules_of(f'{TEXT * 4}<div class="newsletter"><p>{chapter}</p></div><p>Read it.') == []
