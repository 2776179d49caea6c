"""What two passages have in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import compiled
from cleaner.duplicates import matching
from cleaner.duplicates.matching import UNCOUNTED, ShingleRows, match_rows

NGRAM = 3


def rows_of(*texts: str) -> ShingleRows:
    """Each word a letter, each shingle the number that three of them make."""
    counts = [max(len(text) - NGRAM + 1, 0) for text in texts]
    shingles = [ord(a) << 16 | ord(b) << 8 | ord(c) for t in texts for a, b, c in zip(t, t[1:], t[2:], strict=False)]
    first = np.cumsum([0, *counts])[:-1]
    return made(shingles, first.tolist(), counts)


def made(shingles: list[int], first: list[int], counts: list[int]) -> ShingleRows:
    uncounted = np.full(len(counts), UNCOUNTED, np.int32)
    columns = np.array(shingles, np.uint32), np.array(first, np.int64), np.array(counts, np.int32)
    return ShingleRows(*columns, NGRAM, uncounted)


def match(one: str, other: str) -> tuple[int, int, int, list[int]]:
    found = match_rows(rows_of(one, other), np.array([[0, 1]]))
    return int(found.shared[0]), int(found.run[0]), int(found.words[0]), found.stretch[0].tolist()


def test_the_same_words_match_from_end_to_end():
    assert match("abcdefgh", "abcdefgh") == (6, 8, 8, [0, 8, 0, 8])


def test_a_quotation_has_its_place_on_both_sides():
    assert match("12345abcdefgh678", "xyabcdefghz") == (6, 8, 8, [5, 13, 2, 10])


def test_two_words_in_common_are_no_match():
    assert match("abxyz", "qrsab") == (0, 0, 0, [0, 0, 0, 0])


def test_stretches_with_a_gap_are_one_and_a_far_one_is_left_out():
    shared, run, words, stretch = match("abcdefg--hijklmn" + "-" * 60 + "opq", "abcdefghijklmn" + "+" * 60 + "opq")

    assert (shared, run, words) == (11, 7, 17)
    assert stretch == [0, 16, 0, 14]


def test_the_longest_run_is_followed_through_repeats():
    assert match("abcabcdefg", "abcdefg")[1] == 7
    assert match("abcdefg", "abcabcdefg")[1] == 7


def test_shingles_are_counted_once():
    pairs = np.array([[0, 1], [1, 2], [0, 2]])
    assert match_rows(rows_of("abcabcabc", "abc", ""), pairs).distinct.tolist() == [[3, 1], [1, 0], [3, 0]]
    assert match("abcabcabc", "abcabc")[0] == 3


letters = st.text(st.sampled_from("abcd"), max_size=25)
stretches = st.sampled_from(["abcd" * 20, "-" * 63, "x" * 64, "yz" * 33, "".join(map(chr, range(200, 330)))])
long_texts = st.lists(letters | stretches, max_size=5).map("".join)


@given(st.lists(letters | long_texts, min_size=2, max_size=6))
@settings(deadline=None)
def test_the_compiled_way_gives_the_same(texts):
    if compiled.native is None:
        pytest.skip("nothing is compiled")
    rows = rows_of(*texts)
    pairs = np.array([(a, b) for a in range(len(texts)) for b in range(len(texts)) if a != b])
    quick = match_rows(rows, pairs)
    plain = list(matching._matches(rows, pairs))

    assert [
        (*map(int, figures[:3]), *figures[3].tolist(), *figures[4].tolist())
        for figures in zip(quick.shared, quick.run, quick.words, quick.stretch, quick.distinct, strict=True)
    ] == plain


def test_rows_outside_of_the_shingles_are_refused():
    if compiled.native is None:
        pytest.skip("nothing is compiled")

    for first, counts in (([1, 0], [3, 1]), ([0, 1], [1, 3])):
        with pytest.raises(ValueError, match="outside"):
            match_rows(made([0] * 3, first, counts), np.array([[0, 1]]))
    with pytest.raises(ValueError, match="not there"):
        match_rows(rows_of("abcd"), np.array([[0, 1]]))
