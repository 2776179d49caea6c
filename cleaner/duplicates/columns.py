"""Signed passages of one page as columns, and as a cell of bytes."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.signatures import SignedDocument
from cleaner.errors import CleanerError
from cleaner.model import Passage, PassageKind

KINDS: tuple[PassageKind, ...] = get_args(PassageKind)
"""What the numbers of ``kind`` columns mean."""
PASSAGE = KINDS.index("passage")
QUOTE = KINDS.index("quote")
SENTENCE = KINDS.index("sentence")
WHOLE = len(KINDS)
"""The last row of a page: the whole document."""
BANDED = (PASSAGE, WHOLE)
"""Kinds of rows that have MinHash bands."""

_VERSION = 2
_AFFINE32 = 1
_HEADER = struct.Struct("<4sBBHHHIIII")
"""Magic, version, scheme, n-gram, bands, rows, seed; how many rows, words and fingerprints."""
_MAGIC = b"CLNP"


_PLACES = ("start", "end", "text_start", "text_end", "kind", "parent", "first", "words")
ROW = np.dtype([("exact", "<u8"), *((name, "<u1" if name == "kind" else "<i4") for name in _PLACES)])
"""One passage: its hash, its span in the source and in the clean text, its kind, the row of the passage that it stands
in or its own, its first word and how many it has."""


@dataclass(frozen=True, slots=True, eq=False)
class PagePassages:
    """The passages of one page, sorted by place, and the page as a whole in the last row."""

    table: NDArray[np.void]
    """Of ``ROW``."""
    shingles: NDArray[np.uint32]
    """For each word of the page the hash of the n-gram that begins there."""
    word_start: NDArray[np.int32]
    """Where each word begins in the source."""
    word_end: NDArray[np.int32]
    fingerprints: NDArray[np.uint32]
    fingerprint_rows: NDArray[np.int32]
    """The passage that each fingerprint is of."""
    bands: NDArray[np.uint32]
    """(k, bands) keys of the MinHash bands of the k rows that are no sub-passages, in their order."""

    def __len__(self) -> int:
        return len(self.table)


def page_passages(
    passages: Sequence[Passage],
    text_length: int,
    signed: SignedDocument,
    spans: tuple[NDArray[np.int64], NDArray[np.int64]],
    word_spans: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> PagePassages:
    """The columns of one page.

    Args:
        passages: as ``cut_passages`` gives them.
        text_length: characters of the clean text.
        signed: as ``sign_document`` gives it.
        spans: starts and ends in the source of each passage and of the page as a whole.
        word_spans: those of each word.
    """
    table = np.empty(len(passages) + 1, dtype=ROW)
    rows = np.arange(len(table))
    table["exact"], table["first"], table["words"] = signed.exact, signed.first, signed.words
    table["start"], table["end"] = spans
    table["kind"] = [*(KINDS.index(passage.kind) for passage in passages), WHOLE]
    table["text_start"] = [*(passage.text_start for passage in passages), 0]
    table["text_end"] = [*(passage.text_end for passage in passages), text_length]
    table["parent"] = rows
    proper = rows[table["kind"] == PASSAGE]
    if len(proper):
        # Passages proper are disjoint: the last one that begins no later is the one around a sub-passage.
        begins = table["text_start"]
        table["parent"][:-1] = proper[np.searchsorted(begins[proper], begins[:-1], side="right") - 1]
    return PagePassages(
        table=table,
        shingles=signed.shingles,
        word_start=word_spans[0].astype(np.int32),
        word_end=word_spans[1].astype(np.int32),
        fingerprints=signed.fingerprints,
        fingerprint_rows=signed.fingerprint_rows,
        bands=signed.bands,
    )


def passage_columns(page: PagePassages) -> dict[str, object]:
    """The passages of *page* as columns of the passages table."""
    table = page.table[page.table["kind"] != WHOLE]
    kinds = [KINDS[kind] for kind in table["kind"].tolist()]
    return {"start": table["start"], "end": table["end"], "kind": kinds, "words": table["words"]}


def pack(page: PagePassages, config: config.Signatures) -> bytes:
    """*page* as bytes that ``unpack`` reads, little-endian on every machine."""
    header = _HEADER.pack(*_made_with(config), len(page), len(page.shingles), len(page.fingerprints))
    # Differences are small numbers, which compress well.
    starts = np.diff(page.word_start, prepend=np.int32(0))
    places = [starts, page.word_end - page.word_start]
    columns = [page.shingles, *places, page.fingerprints, page.fingerprint_rows, page.bands]
    kinds = [column.astype(column.dtype.newbyteorder("<"), copy=False) for column in columns]
    return b"".join([header, page.table.tobytes(), *(column.tobytes() for column in kinds)])


def unpack(cell: bytes, config: config.Signatures) -> PagePassages:
    """The page that ``pack`` made *cell* of.

    Raises:
        CleanerError: the cell is cut short, or was signed with other settings.
    """
    if len(cell) < _HEADER.size:
        raise CleanerError("the index of passages is cut short")
    *made_with, rows, words, marks = _HEADER.unpack_from(cell)
    if tuple(made_with) != _made_with(config):
        said, wanted = _described(made_with), _described(_made_with(config))
        raise CleanerError(f"the index of passages was made with {said}; this run wants {wanted}")
    table_end = _HEADER.size + rows * ROW.itemsize
    table = np.frombuffer(cell[_HEADER.size : table_end], ROW)
    banded = int(np.isin(table["kind"], BANDED).sum())
    counts = (words, words, words, marks, marks, banded * config.bands)
    borders = [table_end, *(table_end + 4 * np.cumsum(counts)).tolist()]
    if len(cell) != borders[-1]:
        raise CleanerError("the index of passages is cut short")
    shingles, starts, lengths, prints, print_rows, bands = (
        np.frombuffer(cell[first:last], kind)
        for first, last, kind in zip(borders, borders[1:], ("<u4", "<i4", "<i4", "<u4", "<i4", "<u4"), strict=False)
    )
    word_start = np.cumsum(starts, dtype=np.int32)
    bands = bands.reshape(banded, config.bands)
    return PagePassages(table, shingles, word_start, word_start + lengths, prints, print_rows, bands)


@lru_cache(maxsize=8)
def _made_with(config: config.Signatures) -> tuple[bytes, int, int, int, int, int, int]:
    return _MAGIC, _VERSION, _AFFINE32, config.ngram, config.bands, config.rows, config.seed


def _described(made_with: Sequence[object]) -> str:
    magic, version, scheme, ngram, bands, rows, seed = made_with
    if magic != _MAGIC:
        return "something else"
    return f"version {version}, scheme {scheme}, {ngram}-grams, {bands} bands of {rows} rows and seed {seed}"
