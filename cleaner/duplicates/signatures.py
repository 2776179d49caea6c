"""Texts signed: what near-duplicate search needs of their words, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.minhash import band_keys, minhashes, shingle_hashes
from cleaner.duplicates.winnowing import fingerprints
from cleaner.duplicates.words import Places, beyond_prose, word_hashes, word_places

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Spans to be signed, text by text; they begin and end between words."""

    start: Ints
    end: Ints
    text: Ints
    """Number of the text that each is in."""
    is_passage: NDArray[np.bool_]
    """Passages proper: disjoint, and sorted."""
    is_whole: NDArray[np.bool_]
    """Texts as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class SignedRows:
    """Texts one after the other, signed."""

    shingles: NDArray[np.uint32]
    """For each word the hash of the n-gram that begins there; of fewer words at the end of its text."""
    word_start: Ints
    """Where each word begins, and where it ends."""
    word_end: Ints
    begins: Ints
    """(texts + 1,) the first word of each text."""
    first: Ints
    """The first word of each row in its text, one per row from here on."""
    words: Ints
    """How many it has."""
    exact: NDArray[np.uint64]
    """Hash of the normalised words; equal for texts that differ in case, punctuation and space only."""
    bands: NDArray[np.uint32]
    """(k, bands) keys of the MinHash bands of the k rows that are passages proper or whole texts, in their order."""
    fingerprints: NDArray[np.uint32]
    """Of the passages proper, as ``winnowing`` has them."""
    fingerprint_rows: Ints


def sign(text: str, borders: Ints, rows: Rows, config: config.Signatures, places: Places | None = None) -> SignedRows:
    """The signatures of *rows* of the texts between neighbouring *borders* of *text*, the first 0, the last its length.

    Each word is read once, however many rows it stands in; many short texts cost little more than a long one.

    Args:
        places: of the words of *text*, if they are known already.
    """
    located = _locate(text, borders, rows, places or word_places(text))
    begins, first, last = (located.ordinals(places) for places in (borders, rows.start, rows.end))
    ends = np.repeat(begins[1:], np.diff(begins))
    shingles = _shingles(located.hashes, ends, config.ngram)
    marks, mark_rows = _fingerprints(shingles, ends, rows.is_passage, first, last, config.ngram)
    banded = rows.is_passage | rows.is_whole
    bands = _bands(shingles, first[banded], last[banded], begins[1:][rows.text[banded]], config)
    stored = located.hashes.astype("<u8").tobytes()
    spans = map(slice, (8 * first).tolist(), (8 * last).tolist())
    return SignedRows(
        shingles=shingles,
        word_start=located.start,
        word_end=located.end,
        begins=begins,
        first=first - begins[rows.text],
        words=last - first,
        exact=np.fromiter(map(xxhash.xxh3_64_intdigest, map(stored.__getitem__, spans)), np.uint64, len(first)),
        bands=bands,
        fingerprints=marks,
        fingerprint_rows=mark_rows,
    )


def shingle_counts(first: Ints, words: Ints, end: Ints, ngram: int) -> Ints:
    """How many shingles rows have that begin at word *first* of a text that ends at *end*.

    Fewer words than *ngram* are one shingle; but only at the end of the text, as no other shingle is as short.
    """
    short = (words > 0) & (words < ngram) & (first + words == end)
    return np.where(short, 1, np.maximum(words - ngram + 1, 0))


def offsets_of(sizes: Ints) -> Ints:
    """(n + 1,) where each of n runs of *sizes* begins."""
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def places_of(begins: Ints, counts: Ints) -> Ints:
    """All places of runs of *counts* places, of which each begins at one of *begins*."""
    return np.arange(counts.sum()) + np.repeat(begins - offsets_of(counts)[:-1], counts)


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of a text and where they are."""

    hashes: NDArray[np.uint64]
    start: Ints
    end: Ints
    shown: Ints
    """Where words begin as the text stands. Folding can join or part some ("co\u00adpy", "½")."""
    pieces: Ints
    """Borders of pieces of the text within which ``shown`` counts words rightly, or nobody asks."""
    unseen: Ints
    """How many more words come before each of them than ``shown`` has."""

    def ordinals(self, places: Ints) -> Ints:
        """How many words begin before each of *places*."""
        seen = np.searchsorted(self.shown, places)
        if self.unseen.any():
            seen += self.unseen[np.searchsorted(self.pieces, places, side="right") - 1]
        return seen


def _locate(text: str, borders: Ints, rows: Rows, places: Places) -> _Words:
    unplain = beyond_prose(text)
    if not len(unplain):
        pieces = np.unique(borders)
    else:
        is_folded = np.diff(np.searchsorted(unplain, borders)) > 0
        folded = is_folded[rows.text]
        pieces = np.unique(np.concatenate([borders, rows.start[folded], rows.end[folded]]))
    hashes, counts = word_hashes(text, pieces)
    before = offsets_of(counts)
    shown, end = places
    start = shown
    seen = np.searchsorted(shown, pieces)
    if not np.array_equal(np.diff(seen), counts):
        # The words of one piece share the places that it shows.
        piece = np.repeat(np.arange(len(counts)), counts)
        last = seen[1:][piece] - 1
        at = np.minimum(seen[:-1][piece] + np.arange(len(piece)) - before[:-1][piece], last)
        is_shown = last >= seen[:-1][piece]
        start = np.where(is_shown, start[at], pieces[:-1][piece]) if len(shown) else pieces[:-1][piece]
        end = np.where(is_shown, end[at], pieces[1:][piece]) if len(shown) else pieces[1:][piece]
    return _Words(hashes, start, end, shown, pieces, before - seen)


def _fingerprints(
    shingles: NDArray[np.uint32], ends: Ints, is_passage: NDArray[np.bool_], first: Ints, last: Ints, ngram: int
) -> tuple[NDArray[np.uint32], Ints]:
    """The fingerprints that lie in a passage, and its row."""
    marks, places = fingerprints(shingles, ends, ngram)
    passages = np.flatnonzero(is_passage)
    if not len(passages):
        return marks[:0], places[:0]
    rows = passages[np.maximum(np.searchsorted(first[passages], places, side="right") - 1, 0)]
    within = (first[rows] <= places) & (places + ngram < last[rows])
    return marks[within], rows[within]


def _bands(
    shingles: NDArray[np.uint32], first: Ints, last: Ints, ends: Ints, config: config.Signatures
) -> NDArray[np.uint32]:
    counts = shingle_counts(first, last - first, ends, config.ngram)
    members = shingles[places_of(first, counts)]
    return band_keys(minhashes(members, offsets_of(counts), config.bands * config.rows, config.seed), config.bands)


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
