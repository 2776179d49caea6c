"""Candidate pairs."""

import numpy as np

from cleaner.config import Signatures
from cleaner.duplicates.candidates import (
    ALL_PAIRS_UP_TO,
    band_pairs,
    exact_pairs,
    merged_pairs,
    representatives,
    with_parents,
)
from cleaner.duplicates.signatures import SignedPassages, sign


def with_bands(bands: list[list[int]]) -> SignedPassages:
    """Rows of one shingle each, all different, with these band keys."""
    count = len(bands)
    return SignedPassages(
        exact=np.arange(count, dtype=np.uint64),
        words=np.ones(count, dtype=np.int32),
        offsets=np.arange(count + 1),
        shingles=np.arange(count, dtype=np.uint32),
        bands=np.array(bands, dtype=np.uint32),
    )


def pairs_of(signed: SignedPassages) -> list[list[int]]:
    return band_pairs(signed, representatives(signed)).tolist()


def test_rows_that_share_a_band_are_paired_once():
    assert pairs_of(with_bands([[1, 2], [1, 2], [3, 2], [4, 5]])) == [[0, 1], [0, 2], [1, 2]]


def test_the_same_key_in_another_band_is_no_match():
    assert pairs_of(with_bands([[1, 2], [2, 1]])) == []


def test_a_bucket_of_the_allowed_size_gives_all_pairs():
    count = ALL_PAIRS_UP_TO

    assert len(pairs_of(with_bands([[7]] * count))) == count * (count - 1) // 2


def test_a_large_bucket_gives_a_star_and_a_chain():
    count = ALL_PAIRS_UP_TO + 1
    star = [[0, row] for row in range(1, count)]
    chain = [[row, row + 1] for row in range(1, count - 1)]

    assert pairs_of(with_bands([[7]] * count)) == star + chain


def test_copies_meet_their_first_one_and_only_that_one_meets_others():
    text = "one two three four five six seven eight nine ten"
    signed = sign([text, text.upper(), text + " eleven", text + "!"], Signatures())
    representative = representatives(signed)

    assert representative.tolist() == [0, 0, 2, 0]
    assert exact_pairs(representative).tolist() == [[0, 1], [0, 3]]
    assert band_pairs(signed, representative).tolist() == [[0, 2]]


def test_texts_without_words_are_nobodys_copies():
    signed = sign(["", "...", "!"], Signatures())

    assert representatives(signed).tolist() == [0, 1, 2]
    assert pairs_of(signed) == []


def test_the_passages_around_a_pair_are_candidates_too():
    found = with_parents(np.array([[1, 3]]), np.array([0, 0, 2, 2]))

    assert found.tolist() == [[0, 2], [0, 3], [1, 2], [1, 3]]


def test_merging_orders_pairs_and_drops_pairs_of_one():
    assert merged_pairs([np.array([[3, 1], [2, 2]]), np.array([[1, 3], [0, 5]])]).tolist() == [[0, 5], [1, 3]]
