"""What reported pairs are worth beside the truth of a syndication corpus."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.edits import KINDS
from benchmarks.paragraphs import normalised
from benchmarks.syndication import Syndication

Pairs = NDArray[np.int64]

_NONE = -1


@dataclass(frozen=True, slots=True)
class Truth:
    """A corpus as columns, one row per passage."""

    sources: NDArray[np.int64]
    """(n, 2) stories that it has text of."""
    box: NDArray[np.int64]
    phrase: NDArray[np.int64]
    document: NDArray[np.int64]
    words: NDArray[np.int64]
    """The same number for passages of the same words, whatever their case, punctuation and letter forms."""
    pairs: Pairs
    """Originals and copies."""
    kinds: NDArray[np.str_]
    """Of the copy of each of ``pairs``."""

    def __len__(self) -> int:
        return len(self.box)


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a set of pairs is."""

    recall: dict[str, float]
    """By kind of copy: the share of true pairs that are joined: reported, or both paired with one third passage. What
    is reported of a passage goes for those of the same words that it is paired with. (Of passages that are all alike
    some systems pair each with the first only, and only that one with others.)"""
    direct: dict[str, float]
    """The same, of those that are reported themselves."""
    precision: float
    """Share of the pairs across pages that have text of one story; pairs of one box are not counted."""
    pairs: int
    """Counted for precision."""
    stock: int
    """Those of them that share only a stock phrase."""
    unrelated: int
    """Those of them that share nothing that was planted."""


def truth_of(corpus: Syndication) -> Truth:
    """The columns of *corpus*."""
    planted = [passage.planted for passage in corpus.passages]
    documents: dict[str, int] = {}
    texts: dict[str, int] = {}
    return Truth(
        np.array([[*one.sources, _NONE, _NONE][:2] for one in planted], dtype=np.int64),
        np.array([one.box for one in planted], dtype=np.int64),
        np.array([one.phrase for one in planted], dtype=np.int64),
        np.array([documents.setdefault(passage.document, len(documents)) for passage in corpus.passages]),
        np.array([texts.setdefault(_words(passage.text), len(texts)) for passage in corpus.passages]),
        np.array([pair[:2] for pair in corpus.pairs], dtype=np.int64),
        np.array([pair[2] for pair in corpus.pairs]),
    )


def _words(text: str) -> str:
    return " ".join(normalised(unicodedata.normalize("NFKC", text)))


def figures_of(reported: Pairs, truth: Truth) -> Figures:
    """What the *reported* pairs are worth, in any order and as often as they come."""
    keys = _keys(reported, len(truth))
    direct = np.isin(_keys_of(truth.pairs, len(truth)), keys)
    pairs = _pairs_of(keys, len(truth))
    joined = _joined(pairs, truth)
    counted, right, stock = _judged(pairs, truth)
    return Figures(
        _by_kind(joined, truth),
        _by_kind(direct, truth),
        round(float(right.sum() / max(1, counted.sum())), 4),
        int(counted.sum()),
        int(stock.sum()),
        int((counted & ~right & ~stock).sum()),
    )


def wrong_pairs(reported: Pairs, truth: Truth) -> tuple[Pairs, NDArray[np.bool_]]:
    """Those of *reported* that have no text of one story, and which of them share a stock phrase."""
    pairs = _pairs_of(_keys(reported, len(truth)), len(truth))
    counted, right, stock = _judged(pairs, truth)
    wrong = counted & ~right
    return pairs[wrong], stock[wrong]


def _keys_of(pairs: Pairs, count: int) -> NDArray[np.int64]:
    return np.asarray(pairs.min(axis=1) * count + pairs.max(axis=1))


def _keys(pairs: Pairs, count: int) -> NDArray[np.int64]:
    """Each pair as one number, the smaller row first, sorted and once."""
    return np.unique(_keys_of(pairs[pairs[:, 0] != pairs[:, 1]], count))


def _pairs_of(keys: NDArray[np.int64], count: int) -> Pairs:
    return np.column_stack(np.divmod(keys, count))


def _judged(pairs: Pairs, truth: Truth) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of *pairs* count, which are right, and which share a stock phrase and no story."""
    a, b = pairs[:, 0], pairs[:, 1]
    right = np.zeros(len(pairs), dtype=bool)
    for one in (0, 1):
        for other in (0, 1):
            right |= (truth.sources[a, one] == truth.sources[b, other]) & (truth.sources[a, one] != _NONE)
    of_a_box = (truth.box[a] == truth.box[b]) & (truth.box[a] != _NONE)
    counted = (truth.document[a] != truth.document[b]) & ~of_a_box
    stock = (truth.phrase[a] == truth.phrase[b]) & (truth.phrase[a] != _NONE)
    return counted, right & counted, stock & counted & ~right


def _joined(pairs: Pairs, truth: Truth) -> NDArray[np.bool_]:
    """Which true pairs *pairs* join."""
    same = pairs[truth.words[pairs[:, 0]] == truth.words[pairs[:, 1]]]
    stands_for = _components(same, len(truth))
    wanted, keys = stands_for[truth.pairs], _keys(stands_for[pairs], len(truth))
    joined = (wanted[:, 0] == wanted[:, 1]) | np.isin(_keys_of(wanted, len(truth)), keys)
    joined[~joined] = _have_common_neighbour(wanted[~joined], _pairs_of(keys, len(truth)), len(truth))
    return joined


def _components(pairs: Pairs, count: int) -> NDArray[np.int64]:
    """For each of *count* rows the first one that *pairs* join it with, by others if need be."""
    first = np.arange(count)
    while True:
        lowest = first[pairs].min(axis=1)
        if (first[pairs] == lowest[:, None]).all():
            return first
        np.minimum.at(first, pairs[:, 0], lowest)
        np.minimum.at(first, pairs[:, 1], lowest)


def _have_common_neighbour(wanted: Pairs, pairs: Pairs, count: int) -> NDArray[np.bool_]:
    """Whether some passage is paired with both sides of each pair *wanted*; *pairs* come once each."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    begins = np.searchsorted(both[:, 0], np.arange(count + 1))
    neighbours = both[:, 1]
    return np.array(
        [
            len(np.intersect1d(neighbours[begins[a] : begins[a + 1]], neighbours[begins[b] : begins[b + 1]], True)) > 0
            for a, b in wanted.tolist()
        ],
        dtype=bool,
    )


def _by_kind(found: NDArray[np.bool_], truth: Truth) -> dict[str, float]:
    return {kind: round(float(found[truth.kinds == kind].mean()), 4) for kind in KINDS}
