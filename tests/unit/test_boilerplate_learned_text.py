"""Plain text pages by the learned model: what it looks at, what it keeps, and that it always says the same."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.learned_text import classify_text, measure_text, shipped_text_model
from cleaner.boilerplate.line_tokens import lexicon_columns, line_tokens, token_scores
from cleaner.boilerplate.rules import RULES
from cleaner.boilerplate.text_columns import TEXT_COLUMNS
from cleaner.boilerplate.text_lines import line_columns, read_text_lines
from cleaner.boilerplate.text_places import best_stretch, place_columns
from cleaner.boilerplate.verdict import Verdict
from cleaner.config import Boilerplate
from cleaner.model import Page, RawItem, Source
from cleaner.reading.segment_text import segment_text
from tests.unit.test_boilerplate_text import (
    CHANGES,
    CHINESE,
    CODE,
    DOCS,
    HEADLINE,
    PARAGRAPHS,
    POEM,
    PRODUCT,
    QUESTION,
    RECIPE,
    SHOPPING,
    WRAPPED,
)

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
LEARNED = Boilerplate(extractor="learned")


def page_of(text: str) -> Page:
    return Page(RawItem(Source("a.txt"), b"", ""), "text", text, "utf-8", "utf-8")


def verdict_of(text: str, config: Boilerplate = LEARNED) -> Verdict:
    page = page_of(text)
    return classify(page, segment_text(page), config)


def kept_lines(text: str) -> list[str]:
    segmentation = segment_text(page_of(text))
    gone = {removal.start for removal in verdict_of(text).removals}
    return [block.text for block in segmentation.blocks if block.start not in gone]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the labelled seed pages are not beside the repository")
def test_the_labelled_pages_keep_their_text_and_lose_the_rest():
    lost, left, dropped = [], [], 0
    for name, gold in json.loads((SEEDS / "gold_boilerplate.json").read_text("utf-8")).items():
        removals = verdict_of((SEEDS / name).read_bytes().decode("utf-8")).removals
        for line in gold["lines"]:
            gone = any(removal.start <= line["start"] < removal.end for removal in removals)
            if line["label"] == "keep" and gone:
                lost.append((name, line["line"]))
            dropped += line["label"] == "drop"
            if line["label"] == "drop" and not gone:
                left.append((name, line["line"]))

    assert lost == []
    assert len(left) <= 0.03 * dropped, left


ARTICLE = [HEADLINE, *PARAGRAPHS]
AROUND = (
    ["Skip to content", "Home", "Sign in", "About us", "Contact"],
    ["Share this article", "Related articles", "Privacy policy", "© 2024 Example Times. All rights reserved."],
)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_an_article_is_freed_of_what_stands_around_it(between):
    text = between.join([*AROUND[0], *ARTICLE, *AROUND[1]])

    assert kept_lines(text) == ARTICLE


@pytest.mark.parametrize(
    "text",
    [POEM, RECIPE, DOCS, QUESTION, CODE, CHINESE, SHOPPING, WRAPPED, PRODUCT, CHANGES, "\n\n".join(PARAGRAPHS)],
    ids=["poem", "recipe", "docs", "question", "code", "chinese", "list", "wrapped", "product", "changes", "article"],
)
def test_a_page_without_boilerplate_stays_whole(text):
    assert verdict_of(text).removals == ()


def test_removals_carry_the_rule_of_a_cue_or_say_that_it_was_learned():
    verdict = verdict_of("\n".join([*AROUND[0], *ARTICLE, *AROUND[1], "Mill Lane 7, Old Town"]))
    rules = {removal.rule for removal in verdict.removals}

    assert verdict.extractor == "learned-text"
    assert {"skip-link", "share", "copyright"} <= rules <= set(RULES)


def test_the_preference_moves_the_amount_that_is_kept():
    text = "\n".join([*AROUND[0], *ARTICLE, *AROUND[1], "Mill Lane 7, Old Town", "The mill is open on Sundays."])
    strict, lenient = (verdict_of(text, Boilerplate("learned", prefer)) for prefer in ("precision", "recall"))

    assert len(strict.removals) >= len(lenient.removals)


LINE = st.one_of(
    st.sampled_from([*PARAGRAPHS, HEADLINE, *AROUND[0], *AROUND[1], "2 hours ago", "Jane Doe ·", "...", "and so on,"]),
    st.text(min_size=1, max_size=40),
)
LINES = st.lists(LINE, max_size=40).map("\n".join)


@given(LINES)
def test_removals_are_whole_blocks_in_order_and_the_same_every_time(text):
    verdict = verdict_of(text)
    spans = [(removal.start, removal.end) for removal in verdict.removals]

    assert set(spans) <= {(block.start, block.end) for block in segment_text(page_of(text)).blocks}
    assert spans == sorted(set(spans))
    assert {removal.rule for removal in verdict.removals} <= set(RULES)
    assert all(removal.score is not None and 0 <= removal.score <= 1 for removal in verdict.removals)
    assert verdict.confidence is None or 0 <= verdict.confidence <= 1
    assert verdict_of(text) == verdict


@given(LINES)
def test_a_line_end_at_the_end_changes_nothing(text):
    assert verdict_of(text + "\n") == verdict_of(text)


@given(LINES.filter(lambda text: "\r" not in text))
def test_line_ends_of_windows_change_nothing_but_the_places(text):
    scores = [(removal.rule, removal.score) for removal in verdict_of(text).removals]

    assert [(removal.rule, removal.score) for removal in verdict_of(text.replace("\n", "\r\n")).removals] == scores


def measured(*texts: str) -> dict[str, list[float]]:
    lines = read_text_lines(texts, [1] * len(texts))
    return {name: column.tolist() for name, column in (line_columns(lines) | place_columns(lines)).items()}


@pytest.mark.parametrize(
    "lines", [("Noon", "Es regen, er stand.", "Geh"), ("Куда", "Мы стоим, мы спали.", "Ядр")], ids=["german", "russian"]
)
def test_letters_of_any_language_measure_the_same(lines):
    assert measured(*lines) == measured("Tree", "It pours, it sings.", "Run")


def test_every_column_of_the_shipped_model_is_measured():
    features = measure_text("Home\nNews", segment_text(page_of("Home\nNews")))
    says = lexicon_columns(features.folded, token_scores({}), features.lines.prose)

    assert shipped_text_model().columns == TEXT_COLUMNS
    assert set(TEXT_COLUMNS) == {*features.columns, *says}


def test_a_sentence_broken_at_its_links_is_one_paragraph():
    lines = read_text_lines(["The old bridge, says", "Jane Doe", "of the council, will close.", "Menu"], [0, 1, 1, 1])

    assert lines.paragraphs.tolist() == [0, 0, 0, 1]
    assert (lines.prose > 0).tolist() == [True, True, True, False]


def test_the_best_stretch_of_a_page_without_running_text_is_one_line():
    assert best_stretch(np.array([-1.0, -1.0])) == (0, 1)


def test_a_word_counts_by_the_length_of_its_line():
    alone, among_others = line_tokens("share this"), line_tokens("share this with all the people who live by the mill")

    assert not set(alone) & set(among_others)


@pytest.mark.parametrize("lines", [["Related articles", "a"] * 20_000, ["Home"] * 40_000, PARAGRAPHS * 5_000])
def test_time_is_linear_in_lines(lines):
    page = page_of("\n".join(lines))
    segmentation = segment_text(page)
    start = time.process_time()
    classify_text(page, segmentation)
    assert time.process_time() - start < 16
