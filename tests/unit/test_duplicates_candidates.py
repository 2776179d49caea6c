"""Candidate pairs."""

from dataclasses import replace

import numpy as np
import pytest

from cleaner import compiled
from cleaner.config import Config
from cleaner.duplicates.candidates import (
    ALL_PAIRS_UP_TO,
    exact_pairs,
    find_candidates,
    merged_pairs,
)
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.plain_texts import text_corpus
from cleaner.duplicates.row_keys import RAREST, SHORT, _gram_keys

MEMORY = 10**9
WORDS = "one two three four five six seven eight nine ten"


def apart(count: int) -> Corpus:
    """Passages that have nothing in common, nor a band or a fingerprint."""
    texts = [" ".join(f"w{row}x{word}" for word in range(10)) for row in range(count)]
    corpus = text_corpus(texts, Config())
    none = np.empty(0, dtype=np.int32)
    bands = np.arange(count, dtype=np.uint32)[:, None]
    rows = np.arange(count, dtype=np.int32)
    return replace(corpus, bands=bands, band_row=rows, fingerprints=none.astype(np.uint32), fingerprint_rows=none)


def with_bands(bands: list[list[int]]) -> Corpus:
    """Passages with these band keys and nothing else in common."""
    return replace(apart(len(bands)), bands=np.array(bands, dtype=np.uint32))


def with_fingerprints(fingerprints: list[list[int]]) -> Corpus:
    """Passages with these fingerprints and nothing else in common."""
    rows = [row for row, some in enumerate(fingerprints) for _ in some]
    marks = [mark for some in fingerprints for mark in some]
    corpus = apart(len(fingerprints))
    added = np.flatnonzero(corpus.moved >= 0)[rows]
    return replace(corpus, fingerprints=np.array(marks, np.uint32), fingerprint_rows=added.astype(np.int32))


def candidates(corpus: Corpus, memory: int = MEMORY) -> tuple[list[list[int]], list[int]]:
    """Pairs and their weights."""
    found = find_candidates(corpus, memory)
    pairs, weights = found.part(slice(len(found)))
    return pairs.tolist(), weights.tolist()


def pairs_of(corpus: Corpus) -> list[list[int]]:
    return candidates(corpus)[0]


def test_candidates_know_which_pairs_are_among_them():
    found = find_candidates(with_bands([[1, 2], [1, 2], [3, 2], [4, 5]]), MEMORY)

    assert found.have(np.array([[0, 1], [0, 3], [1, 2], [2, 3]])).tolist() == [True, False, True, False]
    assert found.have(np.empty((0, 2), dtype=np.int64)).tolist() == []


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


def test_a_fingerprint_weighs_the_more_the_fewer_passages_have_it():
    found = candidates(with_fingerprints([[5, 6], [6, 5], [8], [8], [8], [8]]))

    assert found[0][0] == [0, 1]
    assert found[1] == [2 * RAREST] + [RAREST // 2] * 6


def test_a_fingerprint_counts_once_in_a_passage():
    assert candidates(with_fingerprints([[5, 5, 5], [5]]))[1] == [RAREST]


def test_the_weight_has_an_upper_end():
    assert candidates(with_fingerprints([list(range(40))] * 2))[1] == [255]


def test_little_memory_changes_nothing():
    rng = np.random.default_rng(5)
    corpus = with_fingerprints([rng.integers(0, 30, 12).tolist() for _ in range(80)])
    plenty, little = candidates(corpus), candidates(corpus, memory=2_000)

    assert len(plenty[0]) > 80
    assert plenty == little


def test_copies_meet_their_first_one_and_only_that_one_meets_others():
    corpus = text_corpus([WORDS, WORDS.upper(), WORDS + " eleven", WORDS + "!"], Config())

    assert corpus.representative.tolist() == [0, 0, 2, 0]
    assert exact_pairs(corpus).tolist() == [[0, 1], [0, 3]]
    assert pairs_of(corpus) == [[0, 2]]


def test_nine_words_in_common_are_always_found():
    """Whatever stands around them, and wherever they stand in their passages."""
    rng = np.random.default_rng(7)
    for _ in range(100):
        common = [f"c{word}" for word in rng.integers(0, 1000, 9)]
        sides = []
        for side in "ab":
            before, behind = (
                [f"{side}{word}" for word in rng.integers(0, 1000, many)] for many in rng.integers(0, 30, 2)
            )
            sides.append(" ".join([*before, *common, *behind]))

        assert [0, 1] in pairs_of(text_corpus(sides, Config()))


def shared(many: int, rows: int = 2, words: int = 30) -> Corpus:
    """Passages of so many *words* of which *many* are the beginning of all, and the others are its own."""
    common = [f"c{word}" for word in range(many)]
    own = ([f"w{row}x{word}" for word in range(words - many)] for row in range(rows))
    return text_corpus([" ".join([*common, *some]) for some in own], Config())


def test_six_words_in_common_are_found_in_short_passages():
    assert pairs_of(shared(6)) == [[0, 1]]
    assert candidates(shared(6))[1] == [0]  # but weigh nothing
    assert pairs_of(shared(3)) == []
    assert pairs_of(shared(6, words=SHORT)) == [[0, 1]]


def test_six_words_that_too_many_short_passages_begin_with_pair_none_of_them():
    count = ALL_PAIRS_UP_TO

    assert len(pairs_of(shared(6, rows=count))) == count * (count - 1) // 2
    weighed = candidates(shared(6, rows=count + 1))[1]
    assert 0 not in weighed


@pytest.mark.parametrize("parts", [1, 3])
def test_the_grams_of_short_passages_are_the_same_in_both_ways(parts, monkeypatch):
    if compiled.native is None:
        pytest.skip("nothing is compiled")
    rng = np.random.default_rng(3)
    texts = [" ".join(f"w{word}" for word in rng.integers(0, 9, many)) for many in (*range(1, 30), 200)]
    corpus = text_corpus(texts, Config())
    rows = np.flatnonzero(corpus.parent == np.arange(len(corpus)))

    def keys() -> list[list[int]]:
        return [np.unique(_gram_keys(corpus, rows, part, parts)).tolist() for part in range(parts)]

    fast = keys()
    monkeypatch.setattr(compiled, "native", None)
    assert fast == keys()
    assert sum(map(len, fast)) > 100


def test_merging_orders_pairs_and_drops_pairs_of_one():
    assert merged_pairs([np.array([[3, 1], [2, 2]]), np.array([[1, 3], [0, 5]])]).tolist() == [[0, 5], [1, 3]]
