"""Signed passages of one page as columns, and as a cell of bytes."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled, config
from cleaner.duplicates.minhash import drawn_permutations
from cleaner.duplicates.passages import CUT, KINDS, PASSAGE
from cleaner.duplicates.signatures import Located, Rows, locate, sign
from cleaner.duplicates.words import Words, words_of
from cleaner.errors import CleanerError

WHOLE = len(KINDS)
"""The last row of a page: the whole document."""

_VERSION = 2
_AFFINE32 = 1
Spans = NDArray[np.integer]
_HEADER = struct.Struct("<4sBBHHHIIII")
"""Magic, version, scheme, n-gram, bands, rows, seed; how many rows, words and fingerprints."""
_MAGIC = b"CLNP"


_PLACES = ("start", "end", "text_start", "text_end", "kind", "parent", "first", "words")
ROW = np.dtype([("exact", "<u8"), *((name, "<u1" if name == "kind" else "<i4") for name in _PLACES)])
"""One passage: its hash, its span in the source and in the clean text, its kind, the row of the passage that it stands
in or its own, its first word and how many it has."""

_KIND_AT = ROW.fields["kind"][1]  # type: ignore[index]
_STORED_HASH, _UNSIGNED, _SIGNED = np.dtype("<u8"), np.dtype("<u4"), np.dtype("<i4")


@dataclass(frozen=True, slots=True, eq=False)
class PagePassages:
    """The passages of pages, page by page: sorted by place, and the page as a whole in its last row."""

    table: NDArray[np.void]
    """Of ``ROW``; rows and words count from the beginning of the page."""
    shingles: NDArray[np.uint32]
    """For each word of a page the hash of the n-gram that begins there."""
    word_start: NDArray[np.int32]
    """Where each word begins in the source."""
    word_end: NDArray[np.int32]
    fingerprints: NDArray[np.uint32]
    fingerprint_rows: NDArray[np.int32]
    """The passage that each fingerprint is of, as a row of ``table``."""
    bands: NDArray[np.uint32]
    """(k, bands) keys of the MinHash bands of the k rows that are no sub-passages, in their order."""
    sizes: NDArray[np.int64]
    """(pages, 2) rows and words of each page."""

    def __len__(self) -> int:
        return len(self.table)


def sign_pages(
    text: str,
    borders: Sequence[int] | NDArray[np.int64],
    passages: NDArray[np.void],
    config: config.Signatures,
    words: Words | None = None,
    *,
    has_wholes: bool = True,
) -> PagePassages:
    """The signed passages of pages whose source is their clean text.

    Args:
        text: the texts of all pages, one after the other.
        borders: where each begins, from 0, and the length of *text*.
        passages: of all pages, of ``CUT``, in the order of ``cut_passages``; their spans count *text*.
        words: those of all pages, if they are known already.
        has_wholes: whether each page has a row as a whole, too; without them nothing can be told of documents.
    """
    at = np.asarray(borders, dtype=np.int64)
    words = words or words_of(text, at)
    located = locate(text, at, passages, words)
    if compiled.native is None:
        return _signed(at, passages, config, words, located, has_wholes=has_wholes)
    found = compiled.native.sign(
        passages,
        at,
        has_wholes,
        words.begins,
        located.hashes,
        located.start,
        located.end,
        located.hashes.astype(_STORED_HASH, copy=False),
        located.pieces,
        located.unseen,
        config.ngram,
        config.bands,
        *drawn_permutations(config.bands * config.rows, config.seed),
    )
    table, shingles, word_start, word_end, fingerprints, fingerprint_rows, bands, sizes = found
    return PagePassages(
        table=np.frombuffer(table, ROW),
        shingles=np.frombuffer(shingles, np.uint32),
        word_start=np.frombuffer(word_start, np.int32),
        word_end=np.frombuffer(word_end, np.int32),
        fingerprints=np.frombuffer(fingerprints, np.uint32),
        fingerprint_rows=np.frombuffer(fingerprint_rows, np.int32),
        bands=np.frombuffer(bands, np.uint32).reshape(-1, config.bands),
        sizes=np.frombuffer(sizes, np.int64).reshape(-1, 2),
    )


def _signed(
    at: NDArray[np.int64],
    passages: NDArray[np.void],
    config: config.Signatures,
    words: Words,
    located: Located,
    *,
    has_wholes: bool,
) -> PagePassages:
    """The same of *words* that are *located* in the texts between neighbouring places."""
    last = np.searchsorted(passages["start"], at[1:])
    counts, rows = np.diff(last, prepend=0), passages
    if has_wholes:
        wholes = np.empty(len(at) - 1, dtype=CUT)
        wholes["start"], wholes["end"], wholes["kind"] = at[:-1], at[1:], WHOLE
        wholes["first"], wholes["words"] = words.begins[:-1], np.diff(words.begins)
        counts, rows = counts + 1, np.insert(passages, last, wholes)
    start, end, kind = rows["start"], rows["end"], rows["kind"]
    page = np.repeat(np.arange(len(counts)), counts)
    is_passage, is_whole = kind == PASSAGE, kind == WHOLE
    signed = sign(located, at, words.begins, Rows(rows, page, is_passage, is_whole), config)
    table = np.empty(len(kind), dtype=ROW)
    table["exact"], table["first"], table["words"], table["kind"] = signed.exact, signed.first, signed.words, kind
    table["start"] = table["text_start"] = start - at[page]
    table["end"] = table["text_end"] = end - at[page]
    table["parent"] = _parents(start, is_passage, is_whole) - (np.cumsum(counts) - counts)[page]
    of_word = np.repeat(at[:-1].astype(np.int32), np.diff(signed.begins))
    return PagePassages(
        table=table,
        shingles=signed.shingles,
        word_start=signed.word_start - of_word,
        word_end=signed.word_end - of_word,
        fingerprints=signed.fingerprints,
        fingerprint_rows=signed.fingerprint_rows.astype(np.int32),
        bands=signed.bands,
        sizes=np.column_stack([counts, np.diff(signed.begins)]),
    )


def _parents(start: NDArray[np.int64], is_passage: NDArray[np.bool_], is_whole: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each row the passage around it; for a whole page itself."""
    rows = np.arange(len(start))
    passages = rows[is_passage]
    if not len(passages):
        return rows
    # Passages proper are disjoint: the last one that begins no later is the one around a sub-passage.
    around = passages[np.searchsorted(start[passages], start, side="right") - 1]
    return np.where(is_whole, rows, around)


def is_banded(kind: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which rows of these kinds have MinHash bands: all but sub-passages."""
    return np.asarray((kind == PASSAGE) | (kind == WHOLE))


def in_source(
    page: PagePassages, length: int, source_spans: Callable[[Spans, Spans], tuple[Spans, Spans]]
) -> PagePassages:
    """One *page* with the places that its spans came from, by *source_spans*, in a source of *length* characters."""
    table = page.table.copy()
    start, end = source_spans(table["text_start"], table["text_end"])
    table["start"], table["end"] = np.where(table["kind"] == WHOLE, [[0], [length]], [start, end])
    word_start, word_end = source_spans(page.word_start, page.word_end)
    return replace(page, table=table, word_start=word_start.astype(np.int32), word_end=word_end.astype(np.int32))


def passage_columns(page: PagePassages) -> dict[str, object]:
    """The passages of *page* as columns of the passages table."""
    table = page.table[page.table["kind"] != WHOLE]
    kinds = [KINDS[kind] for kind in table["kind"].tolist()]
    return {"start": table["start"], "end": table["end"], "kind": kinds, "words": table["words"]}


def pack(page: PagePassages, config: config.Signatures) -> bytes:
    """*page* as bytes that ``unpack`` reads, little-endian on every machine."""
    header = _HEADER.pack(*_made_with(config), len(page), len(page.shingles), len(page.fingerprints))
    # Differences are small numbers, which compress well.
    starts = page.word_start.copy()
    starts[1:] -= page.word_start[:-1]
    columns = [page.shingles, starts, page.word_end - page.word_start]
    columns += [page.fingerprints, page.fingerprint_rows, page.bands]
    if sys.byteorder == "big":
        columns = [column.byteswap() for column in columns]
    return b"".join([header, page.table.tobytes(), *(column.tobytes() for column in columns)])


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
    at = _HEADER.size + rows * ROW.itemsize
    if len(cell) < at:
        raise CleanerError("the index of passages is cut short")
    table = cell[_HEADER.size : at]
    kinds = table[_KIND_AT :: ROW.itemsize]
    banded = kinds.count(PASSAGE) + kinds.count(WHOLE)
    behind_words, behind_marks = 3 * words, 3 * words + 2 * marks
    if len(cell) != at + 4 * (behind_marks + banded * config.bands):
        raise CleanerError("the index of passages is cut short")
    numbers = np.frombuffer(cell[at:], _UNSIGNED)
    signed = numbers.view(_SIGNED)
    word_start = np.add.accumulate(signed[words : 2 * words], dtype=np.int32)
    return PagePassages(
        table=np.frombuffer(table, ROW),
        shingles=numbers[:words],
        word_start=word_start,
        word_end=word_start + signed[2 * words : behind_words],
        fingerprints=numbers[behind_words : behind_words + marks],
        fingerprint_rows=signed[behind_words + marks : behind_marks],
        bands=numbers[behind_marks:].reshape(banded, config.bands),
        sizes=np.array([[rows, words]]),
    )


@lru_cache(maxsize=8)
def _made_with(config: config.Signatures) -> tuple[bytes, int, int, int, int, int, int]:
    return _MAGIC, _VERSION, _AFFINE32, config.ngram, config.bands, config.rows, config.seed


def _described(made_with: Sequence[object]) -> str:
    magic, version, scheme, ngram, bands, rows, seed = made_with
    if magic != _MAGIC:
        return "something else"
    return f"version {version}, scheme {scheme}, {ngram}-grams, {bands} bands of {rows} rows and seed {seed}"
