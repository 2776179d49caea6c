"""Documents signed: what near-duplicate search needs of their words, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.minhash import band_keys, minhashes, shingle_hashes, word_hashes
from cleaner.duplicates.winnowing import fingerprints
from cleaner.duplicates.words import normalised_words, word_ends, word_starts
from cleaner.model import Passage

_SLICE = 65_536
"""Characters that are tokenised together, and words that are hashed together."""


@dataclass(frozen=True, slots=True, eq=False)
class SignedDocument:
    """One document: its words, and a row for each passage and sub-passage, the last one for the whole document."""

    shingles: NDArray[np.uint32]
    """For each word the hash of the n-gram that begins there; of fewer words at the end."""
    word_start: NDArray[np.int32]
    """Where each word begins in the text."""
    word_end: NDArray[np.int32]
    first: NDArray[np.int32]
    """The first word of each row, from here on."""
    words: NDArray[np.int32]
    """How many it has."""
    exact: NDArray[np.uint64]
    """Hash of the normalised words; equal for texts that differ in case, punctuation and space only."""
    bands: NDArray[np.uint32]
    """(k, bands) keys of the MinHash bands of the k rows that are no sub-passages, in their order."""
    fingerprints: NDArray[np.uint32]
    """Of the passages, as ``winnowing`` has them."""
    fingerprint_rows: NDArray[np.int32]
    """The passage that each of them is of."""


def sign_document(text: str, passages: Sequence[Passage], config: config.Signatures) -> SignedDocument:
    """What *passages*, sorted as ``cut_passages`` sorts them, and all of *text* are signed with."""
    return next(sign_documents([(text, passages)], config))


def sign_documents(
    documents: Sequence[tuple[str, Sequence[Passage]]], config: config.Signatures
) -> Iterator[SignedDocument]:
    """The documents signed, in their order, a few hundred short ones at the price of one.

    Passages begin and end between words. Each word is read once, however many passages it stands in.
    """
    borders = [
        sorted({0, len(text), *(at for passage in passages for at in (passage.text_start, passage.text_end))})
        for text, passages in documents
    ]
    parts = (text[a:b] for (text, _), cuts in zip(documents, borders, strict=True) for a, b in pairwise(cuts))
    words, counts = _word_hashes(parts)
    sizes = [len(cuts) - 1 for cuts in borders]
    word_at = offsets_of(counts)
    begins = word_at[offsets_of(np.array(sizes, dtype=np.int64))]
    ends = np.repeat(begins[1:], np.diff(begins))
    shingles = _shingles(words, ends, config.ngram)
    marks, places = fingerprints(shingles, ends, config.ngram)
    first_marks = np.searchsorted(places, begins)
    stored = memoryview(words.astype("<u8").tobytes())
    at = 0
    for number, ((text, passages), cuts) in enumerate(zip(documents, borders, strict=True)):
        begin, end = int(begins[number]), int(begins[number + 1])
        ordinal = dict(zip(cuts, (word_at[at : at + len(cuts)] - begin).tolist(), strict=True))
        first = np.array([ordinal[passage.text_start] for passage in passages] + [0], dtype=np.int32)
        last = np.array([ordinal[passage.text_end] for passage in passages] + [end - begin], dtype=np.int32)
        proper = np.array([row for row, passage in enumerate(passages) if passage.kind == "passage"], dtype=np.int32)
        signed = np.append(proper, len(passages))
        spans = zip((first + begin).tolist(), (last + begin).tolist(), strict=True)
        mine = slice(first_marks[number], first_marks[number + 1])
        within, of_row = _owners(places[mine] - begin, proper, first, last, config.ngram)
        word_start, word_end = _word_places(text, cuts, counts[at : at + len(cuts) - 1])
        yield SignedDocument(
            shingles=shingles[begin:end],
            word_start=word_start,
            word_end=word_end,
            first=first,
            words=last - first,
            exact=np.array([xxhash.xxh3_64_intdigest(stored[8 * a : 8 * b]) for a, b in spans], dtype=np.uint64),
            bands=_bands(shingles[begin:end], first[signed], last[signed], config),
            fingerprints=marks[mine][within],
            fingerprint_rows=of_row,
        )
        at += len(cuts) - 1


def shingle_counts(
    first: NDArray[np.int32], words: NDArray[np.int32], length: int | NDArray[np.int32], ngram: int
) -> NDArray[np.int32]:
    """How many shingles of a document of *length* words each row has; fewer words than *ngram* are one shingle.

    That holds at the end of the document: elsewhere no shingle is as short.
    """
    short = (words > 0) & (words < ngram) & (first + words == length)
    return np.where(short, 1, np.maximum(words - ngram + 1, 0)).astype(np.int32)


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n + 1,) where each of n runs of *sizes* begins."""
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def _bands(
    shingles: NDArray[np.uint32], first: NDArray[np.int32], last: NDArray[np.int32], config: config.Signatures
) -> NDArray[np.uint32]:
    """MinHash bands of the rows ``[first, last)`` of one document's words."""
    counts = shingle_counts(first, last - first, len(shingles), config.ngram)
    offsets = offsets_of(counts)
    places = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], counts)
    return band_keys(minhashes(shingles[places], offsets, config.bands * config.rows, config.seed), config.bands)


def _owners(
    places: NDArray[np.int64],
    proper: NDArray[np.int32],
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    ngram: int,
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Which fingerprints, at these words, lie in one of the *proper* passages, which are disjoint; and in which."""
    if not len(proper):
        return np.zeros(len(places), dtype=np.bool_), np.empty(0, dtype=np.int32)
    at = proper[np.maximum(np.searchsorted(first[proper], places, side="right") - 1, 0)]
    within = (first[at] <= places) & (places + ngram < last[at])
    return within, at[within]


def _word_places(
    text: str, cuts: Sequence[int], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where the words of *text* begin and end, of which there are *counts* between neighbouring *cuts*.

    Folding can join or part words ("co\\u00adpy", "½"): there, those of one piece share the places it has.
    """
    starts = np.array(word_starts(text), dtype=np.int64)
    ends = word_ends(text, starts)
    seen = np.searchsorted(starts, cuts)
    if not np.array_equal(np.diff(seen), counts):
        which = [
            np.minimum(np.arange(first, first + count), max(last - 1, 0))
            for (first, last), count in zip(pairwise(seen.tolist()), counts.tolist(), strict=True)
        ]
        chosen = np.concatenate(which) if len(starts) else np.empty(0, dtype=np.int64)
        starts, ends = starts[chosen], ends[chosen]
        if len(starts) != counts.sum():  # words where the text shows none: NFKC makes them of symbols
            starts = np.repeat(np.array(cuts[:-1], dtype=np.int64), counts)
            ends = np.repeat(np.array(cuts[1:], dtype=np.int64), counts)
    return starts.astype(np.int32), ends.astype(np.int32)


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


def _shingles(words: NDArray[np.uint64], ends: NDArray[np.int64], ngram: int) -> NDArray[np.uint32]:
    """For each word the hash of the n-gram that begins there, shorter before the end of its text."""
    places = np.arange(len(words))
    left = ends - places
    whole = places[: max(len(words) - ngram + 1, 0)]
    shingles = np.zeros(len(words), dtype=np.uint32)
    shingles[: len(whole)] = shingle_hashes(words, whole, ngram)
    for width in range(1, ngram):
        short = np.flatnonzero(left == width)
        shingles[short] = shingle_hashes(words, short, width)
    return shingles
