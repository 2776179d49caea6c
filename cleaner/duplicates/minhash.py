"""MinHash as datasketch 2 computes it (scheme ``affine32``), for many sets at once.

A shingle is an n-gram of words, and its bytes are the 64-bit hashes (xxh3) of the words, little-endian, one after the
other. ``shingle_hash`` maps them to 32 bits, ``shingle_hashes`` does so for all n-grams of texts. Everything after that
is datasketch's: the MurmurHash3 finalizer, ``a * h + b mod 2**32``, and the minimum.

Source: Broder 1997; https://github.com/ekzhu/datasketch, ``datasketch/minhash.py`` (2.0.0).
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.words import normalised_words

if TYPE_CHECKING:
    from datasketch import MinHash

EMPTY = np.uint32(2**32 - 1)
"""In every row of the signature of an empty set."""

_START = 0x9E3779B97F4A7C15
_STEP = 0xD6E8FEB86659FD93
_LAST = 0xC2B2AE3D27D4EB4F
_MASK = 2**64 - 1
_BLOCK = 65_536
"""Values computed together: few enough for the processor's cache, many enough for numpy."""


def shingle_hash(shingle: bytes) -> int:
    """The 32-bit hash of one shingle's bytes, as datasketch's ``hashfunc`` wants it."""
    state = _START
    for (word,) in struct.iter_unpack("<Q", shingle):
        state = ((state ^ word) * _STEP) & _MASK
        state ^= state >> 32
    return ((state * _LAST) & _MASK) >> 32


def shingle_hashes(words: NDArray[np.uint64], begins: NDArray[np.int64], ngram: int) -> NDArray[np.uint32]:
    """``shingle_hash`` of the *ngram* words from each of *words* on, or of as many as its text has left.

    Args:
        words: their hashes, text by text.
        begins: (texts + 1,) the first word of each text.
        ngram: words of a shingle.
    """
    left = np.repeat(begins[1:], np.diff(begins)) - np.arange(len(words))
    state = np.full(len(words), _START, dtype=np.uint64)
    for offset in range(ngram):
        at = np.flatnonzero(left > offset)
        mixed = (state[at] ^ words[at + offset]) * np.uint64(_STEP)
        state[at] = mixed ^ (mixed >> np.uint64(32))
    return ((state * np.uint64(_LAST)) >> np.uint64(32)).astype(np.uint32)


def shingle_bytes(text: str, ngram: int) -> list[bytes]:
    """The shingles of *text* as bytes, to feed a ``datasketch.MinHash`` whose ``hashfunc`` is ``shingle_hash``.

    A text of fewer than *ngram* words is one shingle, a text without words none.
    """
    hashes = [xxhash.xxh3_64_intdigest(word).to_bytes(8, "little") for word in normalised_words(text)]
    count = max(len(hashes) - ngram + 1, min(len(hashes), 1))
    return [b"".join(hashes[start : start + ngram]) for start in range(count)]


def minhashes(
    shingles: NDArray[np.uint32], begins: NDArray[np.int64], counts: NDArray[np.int64], permutations: int, seed: int
) -> NDArray[np.uint32]:
    """MinHash signatures, one row of *permutations* values per set; all ``EMPTY`` for an empty set.

    Args:
        shingles: the hashes of all sets.
        begins: (n,) where each set begins among them.
        counts: how many it has.
        permutations: values per signature.
        seed: datasketch's.
    """
    factors, terms = drawn_permutations(permutations, seed)
    if compiled.native is not None:
        found = compiled.native.minhashes(
            shingles, np.ascontiguousarray(begins), np.ascontiguousarray(counts), factors, terms
        )
        return np.frombuffer(found, dtype=np.uint32).reshape(-1, permutations)
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    lowest = np.full((permutations, len(filled)), EMPTY, dtype=np.uint32)
    own = np.repeat(begins[filled] - starts, counts[filled])
    mixed = _finalised(shingles[own + np.arange(len(own))])
    for begin in range(0, len(mixed), _BLOCK):
        block = mixed[begin : begin + _BLOCK]
        # Sets that lie in this block, the first one maybe begun in an earlier block.
        first = int(np.searchsorted(starts, begin, side="right")) - 1
        last = int(np.searchsorted(starts, begin + len(block), side="left"))
        cuts = np.maximum(starts[first:last] - begin, 0)
        step = max(_BLOCK // len(block), 1)
        space = np.empty((step, len(block)), dtype=np.uint32)
        for row in range(0, permutations, step):
            some = factors[row : row + step, None]
            values = np.multiply(some, block, out=space[: len(some)])
            values += terms[row : row + step, None]
            into = lowest[row : row + step, first:last]
            np.minimum(into, np.minimum.reduceat(values, cuts, axis=1), out=into)
    signatures = np.full((len(counts), permutations), EMPTY, dtype=np.uint32)
    signatures[filled] = lowest.T
    return signatures


def band_keys(signatures: NDArray[np.uint32], bands: int) -> NDArray[np.uint32]:
    """(n, bands) hashes of each signature's bands; two sets that agree on a whole band share its key."""
    if compiled.native is not None:
        found = compiled.native.band_keys(np.ascontiguousarray(signatures), signatures.shape[1], bands)
        return np.frombuffer(found, dtype=np.uint32).reshape(-1, bands)
    rows = signatures.shape[1] // bands
    state = np.full((len(signatures), bands), _START, dtype=np.uint64)
    for row in range(rows):
        state ^= signatures[:, row : rows * bands : rows]
        state *= np.uint64(_STEP)
        state ^= state >> np.uint64(32)
    return ((state * np.uint64(_LAST)) >> np.uint64(32)).astype(np.uint32)


def to_datasketch(signature: NDArray[np.uint32], seed: int) -> MinHash:
    """*signature* as a ``datasketch.MinHash``, to store or query in datasketch's LSH or to update further."""
    from datasketch import MinHash  # noqa: PLC0415 - it imports scipy, a second that only its users pay

    return MinHash(hashvalues=signature, seed=seed, scheme="affine32", hashfunc=shingle_hash)


@lru_cache(maxsize=8)
def drawn_permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors and terms of *count* permutations, as datasketch draws them."""
    # RandomState's stream is frozen, so these are the same numbers in every release of numpy.
    generator = np.random.RandomState(seed)
    factors = generator.randint(0, 2**31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, generator.randint(0, 2**32, count, dtype=np.uint32)


def _finalised(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The 32-bit finalizer of MurmurHash3."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed
