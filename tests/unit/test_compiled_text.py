"""Plain text is read the same with the compiled module and without it, down to the bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner import compiled
from cleaner.boilerplate.chain import boilerplate_chances
from cleaner.boilerplate.learned_text import classify_text, measure_text
from cleaner.boilerplate.line_tokens import lexicon_columns, line_tokens, token_scores
from cleaner.boilerplate.text_repeats import repeat_columns
from cleaner.model import Page, RawItem, Source
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text
from tests.property.strategies import page
from tests.unit.test_compiled import by_both, needs_native

WORDS = """
share this it's o'clock dogs' 'tis l'été x2y 12 3rd ٣٤ ² 1² ½ _ a_b __ © @home $5 5% a|b » › • · + é É İ ß ﬁ 日本 日本語
ไทย क्षत्रिय \U0001f309 \U00020000x \ud800 e\u0301 don’t UTF-8
"""
LINE = st.lists(st.sampled_from([*WORDS.split(), " ", "  ", "\t"]) | st.text(max_size=3), min_size=1, max_size=60)
LINES = st.lists(LINE.map(" ".join), min_size=1, max_size=12)


def text_page(text: str) -> Page:
    return Page(RawItem(Source("a.txt"), b"", ""), "text", text, "utf-8", "utf-8")


def all_of(text: str) -> tuple[Any, ...]:
    """Verdict and features of a page."""
    read = text_page(text)
    segmentation = segment_text(read)
    if not segmentation.blocks:
        return ()
    columns = measure_text(text, segmentation).columns
    return classify_text(read, segmentation), {name: column.tobytes() for name, column in columns.items()}


@needs_native
def test_real_pages_flattened_come_out_the_same(wcxb_pages: list[dict[str, Any]]) -> None:
    for record in wcxb_pages:
        text = "\n".join(block.text for block in segment_html(page(record["html"])).blocks)
        fast, slow = by_both(lambda text=text: all_of(text))
        assert fast == slow, record["file_id"]


@needs_native
@given(LINES)
@example(["share"] * 3 + ["²", "share this ² 12"])
def test_all_text_comes_out_the_same(lines: list[str]) -> None:
    fast, slow = by_both(lambda: all_of("\n".join(lines)))
    assert fast == slow


@needs_native
@given(LINES, st.randoms(use_true_random=False))
@example([" ".join("abcdefgh" * 5), " ".join("abcdefgh" * 5 + "i"), "a b a b a", "a b c d e f g h"], None)
def test_all_tokens_are_looked_up_the_same(lines: list[str], random: Any) -> None:
    folded = [line.lower() for line in lines]
    tokens = list(dict.fromkeys(token for line in folded for token in line_tokens(line)))
    known = {token: at % 7 / 10 - 0.3 for at, token in enumerate(tokens) if random is None or random.random() < 0.7}

    def found() -> dict[str, bytes]:
        columns = lexicon_columns(folded, token_scores(known), np.ones(len(folded)))
        return {name: column.tobytes() for name, column in columns.items()}

    fast, slow = by_both(found)
    assert fast == slow


@needs_native
@given(st.lists(st.tuples(st.floats(-6, 8), st.floats(-6, 8), st.booleans()), min_size=1, max_size=400))
def test_chances_of_a_chain_are_the_same(blocks: list[tuple[float, float, bool]]) -> None:
    evidence, tail, begins = (np.array(column) for column in zip(*blocks, strict=True))

    fast, slow = by_both(lambda: boilerplate_chances(evidence, tail, begins).tolist())
    assert fast == slow


@needs_native
def test_words_are_numbered_the_same_on_a_page_of_many() -> None:
    text = "\n".join(f"words{at % 4_001} of{at} the mill {'é' * (at % 5)} über{at % 7}" for at in range(9_000))
    read = text_page(text)
    lines = measure_text(text, segment_text(read)).lines

    fast, slow = by_both(lambda: [column.tobytes() for column in repeat_columns(lines, text.split("\n")).values()])
    assert fast == slow


@needs_native
@pytest.mark.parametrize(
    "call",
    [
        lambda native: native.chain(bytes(16), b"", bytes(144), 0.0),
        lambda native: native.chain(bytes(16), b"a", bytes(72), 0.0),
        lambda native: native.long_words([1]),
        lambda native: native.long_words(("a",)),
        lambda native: native.word_slots(("a", 1)),
        lambda native: native.line_scores([1], (), b"", bytes(8)),
        lambda native: native.line_scores(["a"], (1,), bytes(8), bytes(16)),
        lambda native: native.line_scores(["a"], ("sa",), b"", bytes(16)),
        lambda native: native.line_scores(["a"], ("sa",), bytes(8), b""),
        lambda native: native.line_scores(["a"], ("sa",), bytes(8), bytes(8)),
        lambda native: native.line_scores(["a"], ("sa",), bytes(8), bytes(24)),
    ],
)
def test_what_does_not_fit_together_is_an_error_not_a_crash(call: Callable[[Any], object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        call(compiled.native)


@needs_native
def test_slots_of_other_words_find_nothing() -> None:
    """A slot that leads beyond the words is passed over, and slots without an end are left."""
    slots = compiled.native.word_slots(("sa", "sb", "sc"))

    for taken in (slots, b"\xff" * 16):
        assert np.frombuffer(compiled.native.line_scores(["c"], ("sa",), np.ones(1), taken)).tolist() == [0.0] * 4
