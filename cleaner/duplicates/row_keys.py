"""Keys of passages: those that share one may be related.

MinHash bands tell what is alike as a whole, winnowed fingerprints what shares a stretch of nine words. A short passage
that is edited throughout may share no such stretch: short ones are winnowed more closely, so that six words suffice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.growing import let_go
from cleaner.duplicates.passages import PASSAGE
from cleaner.duplicates.signatures import places_of
from cleaner.duplicates.sorting import packed_pairs, sort_keys, sorted_unique
from cleaner.duplicates.winnowing import gram_hashes

RAREST = 16
"""Weight of a fingerprint that only the two rows of a pair have."""
SHORTEST, SHORT = 16, 44
"""Words of a short passage. Fewer are a line that others are much like; of longer ones, edited by a fifth, next to none
shares no nine words in a row."""

_WINDOW = 3
"""Neighbouring n-grams of a short passage of which the least is a key."""
_WEIGHTS = np.array([0, 0, *(RAREST / np.log2(np.arange(2, 2048))).round()], dtype=np.uint64)
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)
_CHUNK = 500_000
"""Keys that are looked at together."""
_BANDS = 8
"""Bands that are fetched together at most, as their keys are neighbours in the file."""


@dataclass(frozen=True, slots=True, eq=False)
class KeyedRows:
    """Rows by one of their keys."""

    rows: NDArray[np.uint64]
    """Key and row in one number, sorted and unique."""
    weights: NDArray[np.uint64]
    """What sharing a key weighs by the number of rows that do; all larger numbers weigh as much as the last one."""
    is_starred: bool
    """Whether what very many rows share counts, too."""


def keyed_rows(corpus: Corpus, takes_part: NDArray[np.bool_], memory: int) -> Iterator[KeyedRows]:
    """The rows of *corpus* that take part, sub-passages left out, by each kind of key; all rows of one key together.

    Args:
        memory: bytes that this may take beside the corpus; less takes longer.
    """
    rows = np.flatnonzero(takes_part & (corpus.parent == np.arange(len(corpus))))
    for keyed in _band_keys(corpus, rows):
        yield KeyedRows(keyed, _WEIGHTS[:1], is_starred=True)
    words = corpus.words[rows]
    rows = rows[(corpus.kind[rows] == PASSAGE) & (words >= SHORTEST) & (words <= SHORT)]
    count = int(np.maximum(corpus.rows.count[rows] - 1, 0).sum())
    parts = 1 + 24 * count // memory
    for part in range(parts):
        keyed = sorted_unique(_gram_keys(corpus, rows, part, parts))
        yield KeyedRows(keyed, _WEIGHTS[:1], is_starred=False)
    parts = 1 + 24 * len(corpus.fingerprints) // memory
    for part in range(parts):
        yield KeyedRows(_fingerprint_keys(corpus, takes_part, part, parts), _WEIGHTS, is_starred=True)


def _band_keys(corpus: Corpus, rows: NDArray[np.int64]) -> Iterator[NDArray[np.uint64]]:
    """MinHash bands, one after the other."""
    together = gcd(_BANDS, corpus.bands.shape[1])
    groups = corpus.bands.reshape(-1).view(np.dtype((np.void, corpus.bands.itemsize * together)))
    places = corpus.band_row[rows].astype(np.int64) * (corpus.bands.shape[1] // together)
    for group in range(corpus.bands.shape[1] // together):
        for keys in np.ascontiguousarray(groups.take(places + group).view(np.uint32).reshape(-1, together).T):
            yield sort_keys(packed_pairs(keys, rows), 32)
    let_go(corpus.bands)


def _gram_keys(corpus: Corpus, rows: NDArray[np.int64], part: int, parts: int) -> NDArray[np.uint64]:
    """The least of each few neighbouring n-grams of *rows*, one of several *parts* of them; row by row."""
    shingles, first, count = corpus.rows.shingles, corpus.rows.first[rows], corpus.rows.count[rows]
    if compiled.native is not None:
        return np.frombuffer(compiled.native.gram_keys(shingles, first, count, rows, part, parts), dtype=np.uint64)
    many = np.maximum(count.astype(np.int64) - 1, 0)
    at = places_of(first, many)
    grams = gram_hashes(shingles[at], shingles[at + 1])
    ends = np.repeat(np.cumsum(many), many)
    # Of equal hashes the last one is least: its place is nearer to the end.
    ranked = grams.astype(np.uint64) << _HALF | np.arange(len(grams), dtype=np.uint64)[::-1]
    padded = np.append(ranked, np.full(_WINDOW - 1, ranked.max(initial=0)))
    least = np.min([padded[step : step + len(ranked)] for step in range(_WINDOW)], axis=0)
    chosen = len(grams) - 1 - (least & _LOW).astype(np.int64)
    is_window = np.arange(len(grams)) + _WINDOW <= ends
    places = np.union1d(chosen[is_window], np.flatnonzero(np.repeat(many, many) < _WINDOW))
    places = places[grams[places] % np.uint32(parts) == part]
    return packed_pairs(grams[places], np.repeat(rows, many)[places])


def _fingerprint_keys(corpus: Corpus, takes_part: NDArray[np.bool_], part: int, parts: int) -> NDArray[np.uint64]:
    """One of several *parts* of all fingerprints."""
    keyed, count = np.empty(len(corpus.fingerprints), np.uint64), 0
    for begin in range(0, len(corpus.fingerprints), _CHUNK):
        marks = corpus.fingerprints[begin : begin + _CHUNK]
        rows = corpus.moved.take(corpus.fingerprint_rows[begin : begin + _CHUNK])
        # A row of -1, which is not here, asks the last one; it is dropped all the same.
        chosen = (rows >= 0) & takes_part.take(rows)
        if parts > 1:
            chosen &= marks % np.uint32(parts) == part
        keys = packed_pairs(marks[chosen], rows[chosen])
        keyed[count : count + len(keys)] = keys
        count += len(keys)
    let_go(corpus.fingerprints)
    let_go(corpus.fingerprint_rows)
    return sorted_unique(keyed[:count])
