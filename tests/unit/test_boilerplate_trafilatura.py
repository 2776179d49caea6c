"""HTML pages by way of trafilatura."""

from __future__ import annotations

import subprocess
import sys
from array import array

import pytest

from cleaner.boilerplate import trafilatura_extractor as extractor
from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.rules import RULES
from cleaner.config import Boilerplate
from cleaner.model import Elements, Page, RawItem, Segmentation, Source
from cleaner.reading.segment_html import segment_html

PARAGRAPHS = [
    "The council voted on Monday to close the old bridge for repairs that will take at least two years.",
    "Engineers had warned since spring that the northern pier was sinking, though nobody knew how fast it moved.",
    "Shop owners on the left bank fear for their trade, because most customers come across the river on foot.",
    "A ferry will run every ten minutes during the day, the mayor said, and it will be free for all who live here.",
]
ARTICLE = f"""<!DOCTYPE html><html><head><title>Old bridge to close</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><h1>Old bridge to close</h1><article>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article></main>
<footer><p><a href="/privacy">Privacy policy</a></p><p>© 2024 Example Times</p></footer></body></html>"""


def page_of(html: str) -> Page:
    return Page(RawItem(Source("a.html"), b"", ""), "html", html, "utf-8", "utf-8")


def verdict_and_kept(html: str):
    page = page_of(html)
    segmentation = segment_html(page)
    verdict = classify(page, segmentation, Boilerplate("trafilatura"))
    spans = {(removal.start, removal.end) for removal in verdict.removals}
    assert spans <= {(block.start, block.end) for block in segmentation.blocks}
    assert {removal.rule for removal in verdict.removals} <= set(RULES)
    return verdict, [block.text for block in segmentation.blocks if (block.start, block.end) not in spans]


def test_the_article_and_its_headline_are_kept():
    verdict, kept = verdict_and_kept(ARTICLE)

    assert kept == ["Old bridge to close", *PARAGRAPHS]
    assert verdict.extractor == "trafilatura"
    assert {removal.rule for removal in verdict.removals} == {"trafilatura"}
    assert verdict.notes == ()


def test_the_verdict_does_not_depend_on_the_pages_before():
    first = verdict_and_kept(ARTICLE)
    verdict_and_kept(ARTICLE.replace("bridge", "mill"))

    assert verdict_and_kept(ARTICLE) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda html: '<?xml version="1.0" encoding="iso-8859-1"?>' + html,
        lambda html: html.replace("<head>", '<head><meta charset="iso-8859-1">'),
        lambda html: html.replace("<p>", "<p>\x00\x01\x0b\ud800\ufffe"),
        lambda html: html.replace("<p>", "<p>&#0;&#1;&#xD800;"),
        lambda html: html.replace("old", "öld ☃ 𝛼"),
        lambda html: "\ufeff" + html,
    ],
    ids=["xml-declaration", "meta-charset", "control-characters", "bad-references", "unicode", "bom"],
)
def test_what_libxml2_stumbles_over_does_not_lose_the_page(change):
    verdict, kept = verdict_and_kept(change(ARTICLE))

    assert verdict.notes == ()
    assert len(kept) >= 1 + len(PARAGRAPHS)
    assert "Privacy policy" not in kept


@pytest.mark.parametrize("html", ["", " \n", "<!-- -->", "<html></html>", "<script>1</script>", "\x00"])
def test_a_page_with_next_to_nothing_is_left_to_its_text(html):
    verdict, _ = verdict_and_kept(html)

    assert verdict.extractor == "text"
    assert verdict.notes in {("extractor-empty",), ("extractor-failed",)}
    assert verdict.confidence is not None
    assert verdict.confidence <= extractor.FALLBACK_CONFIDENCE


def test_an_extractor_that_raises_costs_only_its_vote(monkeypatch):
    def fail(*_args, **_options):
        raise AttributeError("'NoneType' object has no attribute 'tag'")

    monkeypatch.setattr(extractor, "bare_extraction", fail)
    verdict, kept = verdict_and_kept(ARTICLE)

    assert verdict.notes == ("extractor-failed",)
    assert set(kept) >= set(PARAGRAPHS)
    assert "Privacy policy" not in kept


def deep(depth: int) -> Elements:
    unplaced = array("q", [-1]) * depth
    return Elements(("div",) * depth, array("q", range(-1, depth - 1)), unplaced, unplaced)


@pytest.mark.parametrize(
    ("html", "elements"),
    [
        ("<p>text", deep(extractor.MAX_DEPTH + 1)),
        ("<br>" * (extractor.MAX_TAGS + 1), Elements()),
        ("<p " + "a " * 30_000 + ">", Elements(("p",), array("q", [-1]), array("q", [0]), array("q", [60_004]))),
    ],
    ids=["depth", "tags", "attributes"],
)
def test_a_page_that_would_hang_the_extractor_is_left_to_its_text(html, elements, monkeypatch):
    monkeypatch.setattr(extractor, "bare_extraction", lambda *_a, **_o: pytest.fail("asked"))
    page = page_of(html)
    verdict = extractor.classify_html(page, Segmentation((), (), elements))

    assert verdict.notes == ("extractor-skipped",)


def test_a_page_as_deep_as_allowed_is_extracted():
    html = ARTICLE.replace("<article>", "<div>" * 900 + "<article>")

    assert set(verdict_and_kept(html)[1]) >= set(PARAGRAPHS)


def test_plain_text_does_not_pay_for_trafilatura():
    code = (
        "import sys\n"
        "from cleaner.boilerplate.classify import classify\n"
        "from cleaner.config import Boilerplate\n"
        "from cleaner.model import Block, Page, RawItem, Segmentation, Source\n"
        "page = Page(RawItem(Source('a'), b'', ''), 'text', 'Hello', 'utf-8', 'utf-8')\n"
        "classify(page, Segmentation((Block(0, 5, 'Hello', 'paragraph'),), ()), Boilerplate('trafilatura'))\n"
        "assert not {'trafilatura', 'lxml'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_trafilatura_says_nothing(caplog):
    verdict_and_kept("<p>Hi</p>")

    assert caplog.records == []
