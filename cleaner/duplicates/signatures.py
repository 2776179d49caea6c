"""Many texts signed at once: what near-duplicate search needs of them, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

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
"""Characters that are tokenised together."""


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
    batches = range(0, max(len(texts), 1), _BATCH)
    return join_signed(
        [_sign_words([_word_hashes(text) for text in texts[start : start + _BATCH]], config) for start in batches]
    )


def sign_document(text: str, passages: Sequence[Passage], config: config.Signatures) -> SignedPassages:
    """The signatures of *passages* of *text*, one row each, and of the whole text in the last row.

    The same rows as ``sign`` gives for the texts of the passages, but each word is read once, however many passages
    and sub-passages it stands in; so passages must begin and end between words.
    """
    edges = {0, len(text)}
    for passage in passages:
        edges |= {passage.text_start, passage.text_end}
    borders = sorted(edges)
    runs = [_word_hashes(text[first:last]) for first, last in pairwise(borders)]
    words = np.concatenate([*runs, np.empty(0, dtype=np.uint64)])
    at = dict(zip(borders, accumulate((len(run) for run in runs), initial=0), strict=True))
    of_passage = [words[at[passage.text_start] : at[passage.text_end]] for passage in passages]
    return _sign_words([*of_passage, words], config)


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


def _sign_words(of_row: Sequence[NDArray[np.uint64]], config: config.Signatures) -> SignedPassages:
    """The signatures of rows of word hashes."""
    hashes = np.concatenate([*of_row, np.empty(0, dtype=np.uint64)])
    counts = np.array([len(words) for words in of_row], dtype=np.int64)
    begins = offsets_of(counts)
    stored = hashes.astype("<u8").tobytes()
    borders = (begins * 8).tolist()
    exact = np.fromiter(
        (xxhash.xxh3_64_intdigest(stored[first:last]) for first, last in pairwise(borders)),
        dtype=np.uint64,
        count=len(of_row),
    )
    offsets, shingles = _shingle_sets(hashes, begins, counts, config.ngram)
    signatures = minhashes(shingles, offsets, config.bands * config.rows, config.seed)
    return SignedPassages(exact, counts.astype(np.int32), offsets, shingles, band_keys(signatures, config.bands))


def _word_hashes(text: str) -> NDArray[np.uint64]:
    """Hashes of the normalised words of *text*, a slice at a time: a list of all words of a huge page is too large."""
    if len(text) <= _SLICE:
        return word_hashes(normalised_words(text))
    parts = []
    at = 0
    while at < len(text):
        end = at + _SLICE
        if end < len(text):
            # A run without a space is cut anywhere: it is of a script without them, or no word that anyone wrote.
            end = max(text.rfind(" ", at, end), text.rfind("\n", at, end)) + 1 or end
        parts.append(word_hashes(normalised_words(text[at:end])))
        at = end
    return np.concatenate(parts)


def _shingle_sets(
    hashes: NDArray[np.uint64], begins: NDArray[np.int64], counts: NDArray[np.int64], ngram: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Offsets and sorted unique shingles of rows of word hashes; a row shorter than *ngram* is one shingle."""
    owners = np.repeat(np.arange(len(counts)), counts)
    whole = np.flatnonzero(np.arange(len(hashes)) + ngram <= begins[1:][owners])
    keys = [_keys(owners[whole], shingle_hashes(hashes, whole, ngram))]
    for width in range(1, ngram):
        short = np.flatnonzero(counts == width)
        if len(short):
            keys.append(_keys(short, shingle_hashes(hashes, begins[short], width)))
    unique = np.unique(np.concatenate(keys))
    sizes = np.bincount((unique >> np.uint64(32)).astype(np.int64), minlength=len(counts))
    return offsets_of(sizes), unique.astype(np.uint32)


def _keys(rows: NDArray[np.int64], shingles: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Row and shingle in one number that sorts by both."""
    return (rows.astype(np.uint64) << np.uint64(32)) | shingles
