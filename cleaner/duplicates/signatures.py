"""Texts signed: what near-duplicate search needs of their words, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.minhash import band_keys, minhashes, shingle_hashes
from cleaner.duplicates.winnowing import fingerprints
from cleaner.duplicates.words import Words, ordinals, word_hashes

Ints = NDArray[np.int64]
_NOTHING: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Spans to be signed, text by text; they begin and end between words."""

    cut: NDArray[np.void]
    """Of ``CUT``."""
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
    word_start: NDArray[np.int32]
    """Where each word begins, and where it ends."""
    word_end: NDArray[np.int32]
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


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """The words of texts, folded, and where they are."""

    hashes: NDArray[np.uint64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    pieces: Ints
    """Borders of pieces of the text within which words are counted as they are shown, or nobody asks."""
    unseen: Ints
    """How many more words come before each of them than are shown; nothing if all are. Folding can join or part some
    ("co\u00adpy", "½")."""

    def ordinals(self, places: Ints, shown: Ints) -> Ints:
        """How many words begin before each of *places*, before which so many are *shown*."""
        if not len(self.unseen):
            return np.ascontiguousarray(shown)
        return np.asarray(shown + self.unseen[np.searchsorted(self.pieces, places, side="right") - 1])


def locate(text: str, borders: Ints, passages: NDArray[np.void], words: Words) -> Located:
    """The *words* of the texts between neighbouring *borders* of *text*, folded so that *passages* have their own."""
    folded = words.is_folded
    if not np.count_nonzero(folded):
        return Located(words.hashes, words.start, words.end, _NOTHING, _NOTHING)
    asked = _pieces(borders, passages, folded)
    hashed, counts = word_hashes(text, asked)
    seen = ordinals(words.start, asked)
    first, last = seen[:, 0], seen[:, 1]
    # Pieces that follow one another come into their place together.
    borders_of = np.flatnonzero(np.append(first, -1) != np.append(-1, last))
    before = offsets_of(counts)

    def put_into(column: NDArray[Any], some: NDArray[Any]) -> NDArray[Any]:
        parts, at = [], 0
        for begin, end in pairwise(borders_of.tolist()):
            parts += [column[at : first[begin]], some[before[begin] : before[end]]]
            at = last[end - 1]
        return np.concatenate([*parts, column[at:]])

    hashes = put_into(words.hashes, hashed)
    if np.array_equal(last - first, counts):
        return Located(hashes, words.start, words.end, _NOTHING, _NOTHING)
    pieces = np.unique([0, len(text), *asked.ravel().tolist()])
    shown = ordinals(words.start, pieces)
    found = np.diff(shown)
    found[np.searchsorted(pieces, asked[:, 0])] = counts
    # The words of one piece share the places that it shows.
    piece = np.repeat(np.arange(len(counts)), counts)
    is_shown = (last > first)[piece]
    at = np.minimum(places_of(first, counts), last[piece] - 1)[is_shown]
    start, end = asked[piece].astype(np.int32).T
    start[is_shown], end[is_shown] = words.start[at], words.end[at]
    start, end = put_into(words.start, start), put_into(words.end, end)
    return Located(hashes, start, end, pieces, offsets_of(found) - shown)


def _pieces(borders: Ints, passages: NDArray[np.void], is_folded: NDArray[np.bool_]) -> Ints:
    """(k, 2) spans that folded texts are cut into where *passages* begin and end."""
    of_folded = np.flatnonzero(is_folded)
    starts, ends = passages["start"], passages["end"]
    texts = np.column_stack([borders[of_folded], borders[of_folded + 1]])
    pieces: list[tuple[int, int]] = []
    for span, (first, last) in zip(texts.tolist(), np.searchsorted(starts, texts).tolist(), strict=True):
        pieces += pairwise(sorted({*span, *starts[first:last].tolist(), *ends[first:last].tolist()}))
    return np.array(pieces, dtype=np.int64)


def sign(located: Located, borders: Ints, begins: Ints, rows: Rows, config: config.Signatures) -> SignedRows:
    """The signatures of *rows* of the texts between neighbouring *borders*.

    Each word is read once, however many rows it stands in; many short texts cost little more than a long one.

    Args:
        located: the words of the texts.
        borders: where each text begins, from 0, and where the last ends.
        begins: (texts + 1,) the first word of each text, as they are shown.
        rows: what is signed.
        config: how.
    """
    begins = located.ordinals(borders, begins)
    first = located.ordinals(rows.cut["start"], rows.cut["first"])
    last = located.ordinals(rows.cut["end"], rows.cut["first"] + rows.cut["words"])
    shingles = shingle_hashes(located.hashes, begins, config.ngram)
    passages = np.flatnonzero(rows.is_passage)
    marks, owners = fingerprints(shingles, begins, config.ngram, first[passages], last[passages])
    banded = np.flatnonzero(rows.is_passage | rows.is_whole)
    ends = begins[1:][rows.text[banded]]
    counts = shingle_counts(first[banded], last[banded] - first[banded], ends, config.ngram)
    signatures = minhashes(shingles, first[banded], counts, config.bands * config.rows, config.seed)
    return SignedRows(
        shingles=shingles,
        word_start=located.start,
        word_end=located.end,
        begins=begins,
        first=first - begins[rows.text],
        words=last - first,
        exact=_exact(located.hashes, first, last),
        bands=band_keys(signatures, config.bands),
        fingerprints=marks,
        fingerprint_rows=passages[owners],
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


def _exact(hashes: NDArray[np.uint64], first: Ints, last: Ints) -> NDArray[np.uint64]:
    """One hash of all words of each row."""
    stored = hashes.astype("<u8", copy=False)
    spans = map(slice, first.tolist(), last.tolist())
    return np.fromiter((xxhash.xxh3_64_intdigest(stored[span].tobytes()) for span in spans), np.uint64, len(first))
