"""Which blocks an extractor's output holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.boilerplate.alignment import SHARE, matched_blocks

SENTENCES = [
    "the miller closed the gate before the storm came",
    "nobody had seen the river as high as that",
    "by morning the lower fields stood under water",
    "two barns were lost and one of them was new",
    "the bridge held although the northern pier moved",
]


def test_white_space_bullets_and_separators_do_not_matter():
    texts = ["Menu", "First  item of the list", "Second item of the list", "Height", "24 cm", "Imprint"]

    output = "- First item of\xa0the list\n- Second item\nof the list\nHeight | 24 cm |"

    assert matched_blocks(texts, output) == {1, 2, 3, 4}


def test_of_two_equal_blocks_the_one_among_the_text_is_matched():
    texts = ["The gate is closed", "About", *SENTENCES[:2], "The gate is closed", *SENTENCES[2:], "The gate is closed"]
    output = "\n".join([*SENTENCES[:2], "The gate is closed", *SENTENCES[2:]])

    assert matched_blocks(texts, output) == {2, 3, 4, 5, 6, 7}


def test_a_headline_in_the_menu_is_not_the_headline():
    texts = ["The gate is closed", "About", "Contact", "The gate is closed", *SENTENCES]

    assert matched_blocks(texts, "\n".join(["The gate is closed", *SENTENCES])) == {3, 4, 5, 6, 7, 8}


def test_equal_blocks_are_matched_as_often_as_the_output_has_them():
    refrain = "and still the wheel goes round and round"
    texts = [refrain, SENTENCES[0], refrain, SENTENCES[1], refrain, "Share", refrain]

    assert matched_blocks(texts, "\n".join([SENTENCES[0], refrain, SENTENCES[1], refrain])) == {1, 2, 3, 4}


def test_a_short_block_inside_a_sentence_is_not_matched():
    assert matched_blocks(["River", *SENTENCES], "\n".join(SENTENCES)) == {1, 2, 3, 4, 5}


def test_blocks_moved_to_another_place_are_matched_too():
    output = "\n".join([SENTENCES[4], *SENTENCES[:4]])

    assert matched_blocks(SENTENCES, output) == {0, 1, 2, 3, 4}


def test_missing_spaces_and_a_missing_part_leave_enough():
    output = "the miller closed the gatebefore the storm came"

    assert matched_blocks([SENTENCES[0]], output) == {0}
    assert matched_blocks([f"{SENTENCES[0]} and so on and on until the small hours of the day"], output) == set()


def test_text_without_spaces_is_matched():
    texts = ["首页", "市议会周一投票决定关闭旧桥进行维修。", "工程师从春天起就警告说,北侧桥墩正在下沉。", "关于我们"]

    assert matched_blocks(texts, "\n".join(texts[1:3])) == {1, 2}


def test_nothing_matches_nothing():
    assert matched_blocks([], "a b c") == set()
    assert matched_blocks(["a b c", "…"], "") == set()


VOCABULARY = ["the", "mill", "wheel", "turns", "water", "river", "stone", "and", "a"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)


@given(st.lists(WORDS, max_size=12), st.data())
def test_a_matched_block_has_most_of_its_words_in_the_output(texts, data):
    chosen = data.draw(st.lists(st.sampled_from(range(len(texts))), unique=True).map(sorted)) if texts else []
    output = "\n".join(texts[at] for at in chosen)
    matched = matched_blocks(texts, output)

    assert matched <= set(range(len(texts)))
    for at in matched:
        words = texts[at].split()
        assert sum(word in output.split() for word in words) >= SHARE * len(words)
    assert matched_blocks(texts, output) == matched


UNLIKE = [" ".join(f"{word}{number}" for word in SENTENCES[number % 5].split()) for number in range(25)]


@given(st.permutations(UNLIKE), st.integers(0, 25), st.integers(0, 25))
def test_what_the_output_holds_word_for_word_is_matched(texts, begin, end):
    assert matched_blocks(texts, "\n".join(texts[begin:end])) == set(range(begin, end))


REPEATED = [
    ["Quote this post here"] * 20_000,
    ["ok"] * 50_000,
    SENTENCES * 4_000,
    ["a a a a a a a a a a"] * 10_000,
    ["a b c d " * 20, "a b c"] * 5_000,
]


@pytest.mark.parametrize("texts", REPEATED, ids=["post", "word", "sentences", "letter", "mixed"])
def test_repetition_costs_linear_time(texts):
    start = time.process_time()
    matched = matched_blocks(texts, "\n".join(texts))
    assert time.process_time() - start < 3
    assert len(matched) > 0.9 * len(texts)
