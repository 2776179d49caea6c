"""Pairs of passages that may be near-duplicates, without comparing all with all.

A generator is a function that gives (m, 2) pairs of rows, the smaller row first, sorted and unique. Exact copies come
first: of each class of copies only the first row, its representative, meets the other passages.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.signatures import SignedPassages

ALL_PAIRS_UP_TO = 20
"""Rows in a bucket that are all paired with one another; a larger bucket gives a star and a chain."""
_PENDING = 16_000_000
"""Pairs held before they are sorted and made unique."""
_LOW = np.uint64(2**32 - 1)
_HALF = np.uint64(32)


def representatives(signed: SignedPassages) -> NDArray[np.int64]:
    """For each row the first row that is an exact copy of it, which may be itself.

    Rows without words are nobody's copies.
    """
    _, first, inverse = np.unique(signed.exact, return_index=True, return_inverse=True)
    representative = first[inverse]
    wordless = np.flatnonzero(signed.sizes == 0)
    representative[wordless] = wordless
    return representative


def exact_pairs(representative: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each exact copy with its representative."""
    copies = np.flatnonzero(representative != np.arange(len(representative)))
    pairs = np.column_stack([representative[copies], copies])
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def band_pairs(signed: SignedPassages, representative: NDArray[np.int64]) -> NDArray[np.int64]:
    """Representatives that share the key of a MinHash band.

    Up to ``ALL_PAIRS_UP_TO`` rows of a bucket give all their pairs. In a larger one each row is paired with the first
    row and with the next one: what is copied most is never dropped, and the work stays linear.

    Raises:
        ValueError: more rows than fit in 32 bits.
    """
    rows = np.flatnonzero((representative == np.arange(len(representative))) & (signed.sizes > 0)).astype(np.uint64)
    if len(signed) > 2**32:
        raise ValueError(f"{len(signed)} passages in one corpus; at most {2**32}")
    found = np.empty(0, dtype=np.uint64)
    pending: list[NDArray[np.uint64]] = []
    waiting = 0
    for band in range(signed.bands.shape[1]):
        keyed = (signed.bands[rows.astype(np.int64), band].astype(np.uint64) << _HALF) | rows
        keyed.sort()
        for pairs in _bucket_pairs(keyed):
            pending.append(pairs)
            waiting += len(pairs)
        if waiting > _PENDING:
            found = np.unique(np.concatenate([found, *pending]))
            pending, waiting = [], 0
    return unpacked_pairs(np.unique(np.concatenate([found, *pending])))


def with_parents(pairs: NDArray[np.int64], parent: NDArray[np.int64]) -> NDArray[np.int64]:
    """*pairs* and, for sub-passages, the pairs that the passages around them make with the other side."""
    a, b = pairs[:, 0], pairs[:, 1]
    sides = ((a, b), (parent[a], b), (a, parent[b]), (parent[a], parent[b]))
    return merged_pairs([np.column_stack(side) for side in sides])


def merged_pairs(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All pairs of *parts*, the smaller row first, sorted and unique, without pairs of a row and itself."""
    pairs = np.concatenate(parts)
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    distinct = low != high
    return unpacked_pairs(np.unique(packed_pairs(low[distinct], high[distinct])))


def packed_pairs(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Two rows in one number that sorts by both."""
    return (a.astype(np.uint64) << _HALF) | b.astype(np.uint64)


def unpacked_pairs(packed: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(m, 2) rows of what ``packed_pairs`` gave."""
    return np.column_stack([packed >> _HALF, packed & _LOW]).astype(np.int64)


def _bucket_pairs(keyed: NDArray[np.uint64]) -> list[NDArray[np.uint64]]:
    """Packed pairs of rows, given key and row in one number, sorted."""
    keys = keyed >> _HALF
    rows = keyed & _LOW
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(np.append(begins, len(keys)))
    left = np.repeat(begins + sizes, sizes) - np.arange(len(keys)) - 1
    """How many rows of the same bucket follow each place."""
    large = np.repeat(sizes > ALL_PAIRS_UP_TO, sizes)
    pairs = []
    for distance in range(1, ALL_PAIRS_UP_TO):
        at = np.flatnonzero((left >= distance) & (~large if distance > 1 else True))
        if not len(at):
            break
        pairs.append((rows[at] << _HALF) | rows[at + distance])
    spokes = np.flatnonzero(large)
    firsts = np.repeat(begins, sizes)[spokes]
    pairs.append((rows[firsts] << _HALF)[firsts != spokes] | rows[spokes][firsts != spokes])
    return pairs
