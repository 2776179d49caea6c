"""HTML pages by way of the learned block classifier, and the parts it is made of."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.boilerplate import learned_extractor
from cleaner.boilerplate.block_facts import read_facts
from cleaner.boilerplate.block_model import read_model, save_model, shipped_model
from cleaner.boilerplate.class_tokens import read_tag, tokens_of
from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.decoder import choose
from cleaner.boilerplate.features import NAMES, matrix, measure_page
from cleaner.boilerplate.page_tree import read_tree, subtree_sums
from cleaner.boilerplate.part_names import RULES as PART_RULES
from cleaner.boilerplate.part_names import part_rules
from cleaner.boilerplate.rules import RULES
from cleaner.boilerplate.text_measures import measure_texts
from cleaner.boilerplate.trees import Forest
from cleaner.config import Boilerplate
from cleaner.model import Page, RawItem, Source
from cleaner.reading.segment_html import segment_html

PARAGRAPHS = [
    "The council voted on Monday to close the old bridge for repairs that will take at least two years.",
    "Engineers had warned since spring that the northern pier was sinking, though nobody knew how fast it moved.",
    "Shop owners on the left bank fear for their trade, because most customers come across the river on foot.",
    "A ferry will run every ten minutes during the day, the mayor said, and it will be free for all who live here.",
]
ARTICLE = f"""<!DOCTYPE html><html><head><title>Old bridge to close</title></head><body>
<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><h1>Old bridge to close</h1>
<article class="post-content">{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article></main>
<footer class="site-footer"><p><a href="/privacy">Privacy policy</a></p><p>© 2024 Example Times</p></footer>
</body></html>"""


def page_of(html: str) -> Page:
    return Page(RawItem(Source("a.html"), b"", ""), "html", html, "utf-8", "utf-8")


def verdict_and_kept(html: str, prefer="balanced"):
    page = page_of(html)
    segmentation = segment_html(page)
    verdict = classify(page, segmentation, Boilerplate("learned", prefer))
    spans = {(removal.start, removal.end) for removal in verdict.removals}
    assert spans <= {(block.start, block.end) for block in segmentation.blocks}
    assert {removal.rule for removal in verdict.removals} <= set(RULES)
    return verdict, [block.text for block in segmentation.blocks if (block.start, block.end) not in spans]


def test_the_article_and_its_headline_are_kept_and_the_menu_goes():
    verdict, kept = verdict_and_kept(ARTICLE)

    assert kept == ["Old bridge to close", *PARAGRAPHS]
    assert verdict.extractor == "learned"
    assert all(removal.rule in PART_RULES and 0 <= removal.score <= 1 for removal in verdict.removals)
    assert 0.5 < verdict.confidence <= 1


def test_recall_keeps_at_least_what_precision_keeps():
    assert set(verdict_and_kept(ARTICLE, "precision")[1]) <= set(verdict_and_kept(ARTICLE, "recall")[1])


def test_the_verdict_does_not_depend_on_the_pages_before():
    first = verdict_and_kept(ARTICLE)
    verdict_and_kept(ARTICLE.replace("bridge", "mill"))

    assert verdict_and_kept(ARTICLE) == first


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n",
        "<script>1</script>",
        "x",
        "<p>\x00\ud800",
        "<p>🌉</p>" * 50,
        "<div>" * 3000 + "deep" + "</div>" * 3000,
        f'<p class="{"a " * 100_000}">much</p>',
        "<p " + "a=b " * 50_000 + ">much</p>",
        "<p class=>a</p><p class='b>c</p><p id=\"x\" class='ü-größe'>d</p>",
        "<ul>" + "<li>one</li>" * 5000 + "</ul>",
    ],
    ids=["empty", "blank", "script", "bare", "bad", "emoji", "deep", "classes", "attributes", "quotes", "wide"],
)
def test_odd_pages_get_a_verdict(html):
    verdict, _ = verdict_and_kept(html)

    assert verdict.extractor == "learned"


def test_a_page_of_too_many_blocks_goes_by_its_text(monkeypatch):
    monkeypatch.setattr(learned_extractor, "MAX_BLOCKS", 3)

    verdict, kept = verdict_and_kept(ARTICLE)

    assert verdict.notes == ("extractor-skipped",)
    assert set(PARAGRAPHS) <= set(kept)


def test_a_page_nested_without_end_takes_no_longer_for_it():
    html = "<div>" * 60_000 + "<p>one two</p>" * 2_000
    begun = time.process_time()
    measure_page(html, segment_html(page_of(html)))

    assert time.process_time() - begun < 6


def test_every_page_has_the_same_columns_and_no_figure_is_missing():
    pages = [ARTICLE, "x", "<p>🌉</p>"]
    measured = [measure_page(html, segment_html(page_of(html))) for html in pages]

    for page in measured:
        rows = matrix(page, shipped_model().of_words(page.tree.words)[0])
        assert rows.shape == (len(page.levels), len(NAMES))
        assert np.isfinite(rows).all()


@given(st.lists(st.text(min_size=1), min_size=1))
def test_words_are_counted_as_the_metric_counts_them_in_plain_letters(texts):
    measures = measure_texts(texts)

    assert len(measures.words) == len(texts)
    assert (measures.words >= 0).all()
    assert measures.chars.tolist() == [len(text) for text in texts]


def test_sentences_of_scripts_without_spaces_have_words():
    measures = measure_texts(["市議会は月曜日、古い橋を閉鎖することを決めた。", "Das Haus ist alt, sagt er."])

    assert measures.words[0] > 8
    assert measures.words[1] == 6
    assert measures.sentences.tolist() == [1, 1]
    assert measures.ends.tolist() == [1, 1]


def test_a_subtree_holds_what_its_blocks_hold():
    html = "<div><p>one two</p><section><p>three</p></section></div><p>four</p>"
    segmentation = segment_html(page_of(html))
    tree = read_tree(html, segmentation.elements, read_facts(segmentation.blocks).rows)
    sums = subtree_sums(tree, np.array([2.0, 1.0, 1.0]))

    assert sums[0] == 4
    assert sums[segmentation.elements.tags.index("div") + 1] == 3
    assert sums[segmentation.elements.tags.index("section") + 1] == 1


def test_names_of_a_tag_are_its_class_id_and_role():
    tag = "<div class='postBody main-2' id=content style='display: none'>"

    assert read_tag(tag) == ("postBody main-2", ("post", "body", "main", "content"), True)
    assert tokens_of("postBody main-2") == ("post", "body", "main")


def test_a_forest_goes_left_up_to_the_threshold():
    forest = Forest(
        np.array([[0, 1, 0]], dtype=np.uint8),
        np.array([[1.0, 2.0, np.inf]], dtype=np.float32),
        np.array([[1.0, 2.0, 3.0, 4.0]], dtype=np.float16),
    )
    rows = np.array([[1.0, 2.0], [0.0, 2.5], [1.5, 0.0]], dtype=np.float32)

    assert forest.margins(rows).tolist() == [1.0, 2.0, 3.0]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 500)), max_size=8).map(
        lambda rows: np.array(rows).reshape(-1, 2)
    )
)
def test_no_other_cut_has_a_greater_expected_f1(rows):
    chances, words = rows[:, 0], rows[:, 1]
    kept = choose(chances, words)

    def expected(mask):
        whole = words[mask].sum() + (chances * words).sum()
        return 2 * (chances * words)[mask].sum() / whole if whole else 0.0

    best = max([expected(chances >= limit) for limit in chances], default=0.0)
    assert expected(kept) >= best - 1e-9


def test_a_model_is_the_same_after_writing_and_reading(tmp_path):
    model = shipped_model()
    save_model(model, tmp_path / "a.npz")
    save_model(read_model(tmp_path / "a.npz"), tmp_path / "b.npz")

    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.npz").stat().st_size < 400_000


def test_a_removal_says_which_part_of_the_page_it_stood_in():
    html = """<html><body><header><b>The Ledger</b></header><div class=x><nav><div><i>Cars</i></div></nav></div>
    <main><p>The council voted on Monday to close the old bridge for repairs that are to take two years or more.</p>
    <p>Engineers had warned since spring that the northern pier was sinking, but nobody could say how fast.</p>
    <div class="box newsletter-box"><h4>Join us</h4></div></main><div class="side-bar sidebar"><p>Weather</p></div>
    <div class=y>Elsewhere</div><footer><div><div>Imprint</div></div></footer></body></html>"""
    page = page_of(html)
    blocks = segment_html(page).blocks
    segmentation = segment_html(page)
    rules = part_rules(read_tree(html, segmentation.elements, read_facts(segmentation.blocks).rows))
    by_text = dict(zip((block.text for block in blocks), rules, strict=True))
    assert {text: rule for text, rule in by_text.items() if " the " not in text} == {
        "The Ledger": "learned-header",
        "Cars": "learned-navigation",
        "Join us": "learned-newsletter",
        "Weather": "learned-sidebar",
        "Elsewhere": "learned",
        "Imprint": "learned-footer",
    }
