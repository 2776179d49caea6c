"""Many texts signed at once: what near-duplicate search needs of them, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.minhash import band_keys, minhashes, shingle_hashes, word_hashes
from cleaner.duplicates.words import normalised_words
from cleaner.model import Passage

_BATCH = 512
"""Texts that are hashed together."""
_SLICE = 65_536
"""Characters that are tokenised together, and words that are hashed together."""


@dataclass(frozen=True, slots=True, eq=False)
class SignedPassages:
    """One row per text."""

    exact: NDArray[np.uint64]
    """Hash of the normalised words; equal for texts that differ in case, punctuation and space only."""
    words: NDArray[np.int32]
    """How many words that hash is of."""
    offsets: NDArray[np.int64]
    """(n + 1,) where each row's ``shingles`` begin; a row without words has none."""
    shingles: NDArray[np.uint32]
    """Hashes of the rows' word n-grams, sorted and unique within a row."""
    bands: NDArray[np.uint32]
    """(n, bands) keys of the MinHash bands."""

    def __len__(self) -> int:
        return len(self.exact)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many shingles each row has."""
        return np.diff(self.offsets)

    def rows(self, first: int, last: int) -> SignedPassages:
        """The rows ``[first, last)``, sharing memory with these."""
        offsets = self.offsets[first : last + 1]
        return SignedPassages(
            exact=self.exact[first:last],
            words=self.words[first:last],
            offsets=offsets - offsets[0],
            shingles=self.shingles[offsets[0] : offsets[-1]],
            bands=self.bands[first:last],
        )


def sign(texts: Sequence[str], config: config.Signatures) -> SignedPassages:
    """The signatures of *texts*, one row each, in their order."""
    parts = []
    for start in range(0, max(len(texts), 1), _BATCH):
        words, counts = _word_hashes(texts[start : start + _BATCH])
        begins = offsets_of(counts)
        parts.append(_sign_rows(words, begins[:-1], begins[1:], config))
    return join_signed(parts)


def sign_document(text: str, passages: Sequence[Passage], config: config.Signatures) -> SignedPassages:
    """The signatures of *passages* of *text*, one row each, and of the whole text in the last row.

    The same rows as ``sign`` gives for the texts of the passages, but each word is read once, however many passages
    and sub-passages it stands in; so passages must begin and end between words.
    """
    starts = [*(passage.text_start for passage in passages), 0]
    ends = [*(passage.text_end for passage in passages), len(text)]
    borders = sorted({*starts, *ends})
    words, counts = _word_hashes(text[first:last] for first, last in pairwise(borders))
    at = dict(zip(borders, offsets_of(counts).tolist(), strict=True))
    return _sign_rows(words, np.array([at[start] for start in starts]), np.array([at[end] for end in ends]), config)


def join_signed(parts: Sequence[SignedPassages]) -> SignedPassages:
    """The rows of *parts*, at least one, in their order."""
    if len(parts) == 1:
        return parts[0]
    sizes = np.concatenate([part.sizes for part in parts])
    return SignedPassages(
        exact=np.concatenate([part.exact for part in parts]),
        words=np.concatenate([part.words for part in parts]),
        offsets=offsets_of(sizes),
        shingles=np.concatenate([part.shingles for part in parts]),
        bands=np.concatenate([part.bands for part in parts]),
    )


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n + 1,) where each of n runs of *sizes* begins."""
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def _sign_rows(
    words: NDArray[np.uint64], begins: NDArray[np.int64], ends: NDArray[np.int64], config: config.Signatures
) -> SignedPassages:
    """The signatures of rows of hashed *words*, row i being ``words[begins[i]:ends[i]]``; rows may overlap."""
    counts = ends - begins
    stored = memoryview(words.astype("<u8").tobytes())
    exact = np.fromiter(
        (
            xxhash.xxh3_64_intdigest(stored[first:last])
            for first, last in zip((begins * 8).tolist(), (ends * 8).tolist(), strict=True)
        ),
        dtype=np.uint64,
        count=len(counts),
    )
    offsets, shingles = _shingle_sets(words, begins, counts, config.ngram)
    signatures = minhashes(shingles, offsets, config.bands * config.rows, config.seed)
    return SignedPassages(exact, counts.astype(np.int32), offsets, shingles, band_keys(signatures, config.bands))


def _word_hashes(texts: Iterable[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of the normalised words of all *texts*, one text after the other, and how many each of them has."""
    hashed: list[NDArray[np.uint64]] = []
    waiting: list[bytes] = []
    counts = []
    for text in texts:
        count = 0
        for part in _slices(text):
            words = normalised_words(part)
            count += len(words)
            waiting += words
            if len(waiting) >= _SLICE:  # a list of all words of a huge page is too large
                hashed.append(word_hashes(waiting))
                waiting = []
        counts.append(count)
    return np.concatenate([*hashed, word_hashes(waiting)]), np.array(counts, dtype=np.int64)


def _slices(text: str) -> Iterator[str]:
    """*text* in parts of up to ``_SLICE`` characters, cut between words."""
    at = 0
    while len(text) - at > _SLICE:
        end = at + _SLICE
        # A run without a space is cut anywhere: it is of a script without them, or no word that anyone wrote.
        end = max(text.rfind(" ", at, end), text.rfind("\n", at, end)) + 1 or end
        yield text[at:end]
        at = end
    yield text[at:]


def _shingle_sets(
    words: NDArray[np.uint64], begins: NDArray[np.int64], counts: NDArray[np.int64], ngram: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Offsets and sorted unique shingles of rows of word hashes; a row shorter than *ngram* is one shingle."""
    shingles = shingle_hashes(words, np.arange(len(words) - ngram + 1), ngram)
    many = np.maximum(counts - ngram + 1, 0)
    owners = np.repeat(np.arange(len(counts)), many)
    places = np.arange(len(owners)) + (begins - offsets_of(many)[:-1])[owners]
    parts = [_keys(owners, shingles[places])]
    for width in range(1, ngram):
        short = np.flatnonzero(counts == width)
        if len(short):
            parts.append(_keys(short, shingle_hashes(words, begins[short], width)))
    keys = np.concatenate(parts)
    keys.sort()
    is_first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    unique = keys[is_first]  # as np.unique has it, which hashes before it sorts and takes four times as long
    sizes = np.bincount((unique >> np.uint64(32)).astype(np.int64), minlength=len(counts))
    return offsets_of(sizes), unique.astype(np.uint32)


def _keys(rows: NDArray[np.int64], shingles: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Row and shingle in one number that sorts by both."""
    return (rows.astype(np.uint64) << np.uint64(32)) | shingles
