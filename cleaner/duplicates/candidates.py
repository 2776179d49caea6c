"""Pairs of passages that may be near-duplicates, without comparing all with all.

Exact copies come first: of each class of copies only the first row, its representative, meets the other passages. Rows
that share a key, as ``row_keys`` has them, are proposed as pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.pair_weights import BYTE, MOST_WEIGHT, PairWeights
from cleaner.duplicates.row_keys import KeyedRows, keyed_rows
from cleaner.duplicates.sorting import begins_of, order_of, packed_pairs, sorted_unique, unpacked_pairs
from cleaner.errors import UsageError

ALL_PAIRS_UP_TO = 20
"""Rows in a bucket that are all paired with one another; a larger bucket gives a star and a chain, or nothing."""
MOST_ROWS = 2**28
"""Of a corpus: two of them and a weight are put into 64 bits."""
_LOW = np.uint64(2**32 - 1)
_HALF, _SIDE = np.uint64(32), np.uint64(28)
_CHUNK = 500_000
"""Keys that are looked at together."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Pairs that may be related, the smaller row first, sorted and unique."""

    keys: NDArray[np.uint64]
    """Two rows and a weight in one number, as there are many."""

    def __len__(self) -> int:
        return len(self.keys)

    def part(self, chosen: slice) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """(m, 2) pairs, and how much their fingerprints in common say: ``RAREST`` for one that nobody else has."""
        keys = self.keys[chosen]
        pairs = np.column_stack([keys >> (_SIDE + BYTE), keys >> BYTE & np.uint64(MOST_ROWS - 1)])
        return pairs.astype(np.int64), (keys & np.uint64(MOST_WEIGHT)).astype(np.uint8)

    def have(self, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of (m, 2) *pairs*, sorted and the smaller row first, are among them."""
        a, b = pairs.astype(np.uint64).T
        wanted = a << _SIDE | b
        # Only those from the first wanted to the last one are looked through.
        first, last = np.searchsorted(self.keys, [wanted[:1] << BYTE, wanted[-1:] + np.uint64(1) << BYTE])
        near = np.append(self.keys[first.sum() : last.sum()] >> BYTE, ~np.uint64(0))
        return np.asarray(near[np.searchsorted(near, wanted)] == wanted)


def exact_pairs(corpus: Corpus) -> NDArray[np.int64]:
    """Each exact copy with its representative."""
    representative = corpus.representative
    copies = np.flatnonzero(representative != np.arange(len(representative)))
    pairs = np.column_stack([representative[copies], copies])
    return pairs[order_of(pairs[:, 0])]


def find_candidates(corpus: Corpus, memory: int) -> Candidates:
    """Passages that share the key of a MinHash band or a fingerprint, sub-passages left out.

    Up to ``ALL_PAIRS_UP_TO`` rows of a bucket give all their pairs. In a larger one each row is paired with the first
    row and with the next one: what is copied most is never dropped, and the work stays linear. What short passages
    share with more others than that proposes nothing.

    Args:
        memory: bytes that this may take beside the corpus; less takes longer.

    Raises:
        UsageError: the corpus has more than ``MOST_ROWS`` rows.
    """
    if len(corpus) > MOST_ROWS:
        raise UsageError(f"{len(corpus):,} passages are too many for one run; up to {MOST_ROWS:,} can be compared.")
    takes_part = (corpus.representative == np.arange(len(corpus))) & (corpus.rows.count > 0)
    found = PairWeights(1 + memory // 64)
    for keyed in keyed_rows(corpus, takes_part, memory):
        for some in _whole_buckets(keyed.rows):
            for pairs in _bucket_pairs(replace(keyed, rows=some)):
                found.add(pairs)
    return Candidates(found.finished())


def merged_pairs(parts: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
    """All pairs of *parts*, the smaller row first, sorted and unique, without pairs of a row and itself."""
    return unpacked_pairs(packed_once(*np.concatenate(parts).T))


def packed_once(a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Pairs of *a* and *b* in one number each, as ``merged_pairs`` has them."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    distinct = low != high
    return sorted_unique(packed_pairs(low[distinct], high[distinct]))


def _whole_buckets(keyed: NDArray[np.uint64]) -> Iterator[NDArray[np.uint64]]:
    """*keyed* in parts, all of one key in the same."""
    begin = 0
    while begin < len(keyed):
        last = keyed[min(begin + _CHUNK, len(keyed)) - 1]
        end = begin + int(np.searchsorted(keyed[begin:], last | _LOW, side="right"))
        yield keyed[begin:end]
        begin = end


def _bucket_pairs(keyed: KeyedRows) -> Iterator[NDArray[np.uint64]]:
    """Pairs of rows of the same key with the weight of the key, all in one number."""
    weight_of = keyed.weights
    if compiled.native is not None:
        found = compiled.native.bucket_pairs(keyed.rows, weight_of, ALL_PAIRS_UP_TO, keyed.is_starred)
        yield np.frombuffer(found, dtype=np.uint64)
        return
    keys = keyed.rows >> _HALF
    begins = begins_of(keys)
    sizes = np.diff(np.append(begins, len(keys)))
    shared = sizes > 1
    begins, sizes = begins[shared], sizes[shared]
    rows = keyed.rows & _LOW
    weights = weight_of[np.minimum(sizes, len(weight_of) - 1)]
    small = sizes <= ALL_PAIRS_UP_TO
    for distance in range(1, ALL_PAIRS_UP_TO):
        wide = np.flatnonzero((sizes > distance) & (small | ((distance == 1) & keyed.is_starred)))
        if not len(wide):
            break
        many = sizes[wide] - distance
        at = np.repeat(begins[wide] - (np.cumsum(many) - many), many) + np.arange(many.sum())
        yield _pair_keys(rows[at], rows[at + distance], np.repeat(weights[wide], many))
    large = np.flatnonzero(~small & keyed.is_starred)
    many = sizes[large] - 2  # the second row is the first one's neighbour, which the chain has
    spokes = np.repeat(begins[large] + 2 - (np.cumsum(many) - many), many) + np.arange(many.sum())
    yield _pair_keys(rows[np.repeat(begins[large], many)], rows[spokes], np.repeat(weights[large], many))


def _pair_keys(a: NDArray[np.uint64], b: NDArray[np.uint64], weights: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Two rows, the smaller one first, and a weight in one number."""
    return a << (_SIDE + BYTE) | b << BYTE | weights
