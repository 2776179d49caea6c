"""Fingerprints of running text: of each stretch of nine words at least one of its n-grams of four, the same everywhere.

So whatever shares nine words with something else shares a fingerprint with it, wherever the two begin and end.

Source: Schleimer, Wilkerson and Aiken (2003), Winnowing: local algorithms for document fingerprinting,
https://doi.org/10.1145/872757.872770
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WINDOW = 6
"""Neighbouring n-grams of which one is a fingerprint."""

_LEFT, _RIGHT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77)


def fingerprints(
    shingles: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ngram: int,
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Fingerprints that lie in a passage, in order, and the number of that passage.

    A fingerprint is the hash of ``ngram + 1`` words: of two shingles that follow one another. Each window of
    ``WINDOW`` of them gives its least, the last one of several. A text shorter than a window gives all.

    Args:
        shingles: for each word of all texts the hash of the n-gram that begins there.
        begins: (texts + 1,) the first word of each text.
        ngram: words of a shingle.
        first: the first word of each passage; they are disjoint, and sorted.
        last: the word behind each.
    """
    grams, places = _winnowed(shingles, begins, ngram)
    if not len(first):
        return grams[:0], places[:0]
    owner = np.maximum(np.searchsorted(first, places, side="right") - 1, 0)
    within = (first[owner] <= places) & (places + ngram < last[owner])
    return grams[within], owner[within]


def _winnowed(
    shingles: NDArray[np.uint32], begins: NDArray[np.int64], ngram: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """All fingerprints and the words that they begin at."""
    ends = np.repeat(begins[1:], np.diff(begins))
    count = max(len(shingles) - ngram, 0)
    places = np.arange(count)
    grams = gram_hashes(shingles[:count], shingles[1 : count + 1])
    lasting = ends[:count] - places
    sizes = np.repeat(np.diff(begins), np.diff(begins))[:count]
    short = np.flatnonzero((lasting > ngram) & (sizes < ngram + WINDOW))
    # Of equal hashes the last one is least: its place is nearer to the end.
    ranked = (grams.astype(np.uint64) << np.uint64(32)) | (np.uint64(2**32 - 1) - places.astype(np.uint64))
    windows = max(count - WINDOW + 1, 0)
    least = ranked[:windows].copy()
    for step in range(1, WINDOW):
        np.minimum(least, ranked[step : windows + step], out=least)
    least = least[lasting[:windows] >= ngram + WINDOW]
    at = (np.uint64(2**32 - 1) - (least & np.uint64(2**32 - 1))).astype(np.int64)
    chosen = np.union1d(at, short) if len(short) else at[np.flatnonzero(np.diff(at, prepend=-1))]
    return grams[chosen], chosen


def gram_hashes(left: NDArray[np.uint32], right: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The hash of each n-gram that two shingles make, mixed well enough that the least of several is any of them."""
    mixed = left * _LEFT
    mixed ^= mixed >> np.uint32(15)
    mixed += right
    mixed *= _RIGHT
    mixed ^= mixed >> np.uint32(13)
    mixed *= _LEFT
    mixed ^= mixed >> np.uint32(16)
    return mixed
