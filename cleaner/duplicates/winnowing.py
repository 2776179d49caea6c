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
    shingles: NDArray[np.uint32], ends: NDArray[np.int64], ngram: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Fingerprints and the words that they begin at, in order.

    A fingerprint is the hash of ``ngram + 1`` words: of two shingles that follow one another. Each window of
    ``WINDOW`` of them gives its least, the last one of several. A text shorter than a window gives all.

    Args:
        shingles: for each word of all texts the hash of the n-gram that begins there.
        ends: for each word, where its text ends.
        ngram: words of a shingle.
    """
    count = max(len(shingles) - ngram, 0)
    places = np.arange(count)
    grams = _pair_hashes(shingles[:count], shingles[1 : count + 1])
    lasting = ends[:count] - places
    short = np.flatnonzero((lasting > ngram) & (ends[:count] - _begins(ends)[:count] < ngram + WINDOW))
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


def _pair_hashes(left: NDArray[np.uint32], right: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One hash of two, mixed well enough that the least of several is any of them."""
    mixed = left * _LEFT
    mixed ^= mixed >> np.uint32(15)
    mixed += right
    mixed *= _RIGHT
    mixed ^= mixed >> np.uint32(13)
    mixed *= _LEFT
    mixed ^= mixed >> np.uint32(16)
    return mixed


def _begins(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each word, where its text begins."""
    borders = np.flatnonzero(np.diff(ends, prepend=-1))
    return np.repeat(borders, np.diff(np.append(borders, len(ends))))
