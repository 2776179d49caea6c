"""Signed passages of one page as a cell of bytes, and those of many pages as one corpus."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.signatures import SignedPassages, join_signed, offsets_of
from cleaner.errors import CleanerError
from cleaner.model import Passage, PassageKind, Span

KINDS: tuple[PassageKind, ...] = get_args(PassageKind)
"""What the numbers of ``kind`` columns mean."""
PASSAGE = KINDS.index("passage")
QUOTE = KINDS.index("quote")
SENTENCE = KINDS.index("sentence")

_VERSION = 1
_AFFINE32 = 1
_HEADER = struct.Struct("<4sBBHHHIII")
"""Magic, version, scheme, n-gram, bands, rows, seed, passages, shingles."""
_MAGIC = b"CLNP"
_PLACES = ("start", "end", "text_start", "text_end", "kind", "parent")


@dataclass(frozen=True, slots=True, eq=False)
class PagePassages:
    """The passages of one page, sorted by place, as columns of n rows."""

    start: NDArray[np.int32]
    """In the page's source text."""
    end: NDArray[np.int32]
    text_start: NDArray[np.int32]
    """In the clean text."""
    text_end: NDArray[np.int32]
    kind: NDArray[np.uint8]
    parent: NDArray[np.int32]
    """Row of the passage that a sub-passage stands in; a passage's own row."""
    signed: SignedPassages

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """The passages of many pages as columns; pages and so rows in canonical order, the best copy first."""

    doc_ids: tuple[str, ...]
    """One per page, in canonical order."""
    reading: NDArray[np.int64]
    """One per page: its place in reading order."""
    page: NDArray[np.int64]
    """One per row from here on."""
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    text_start: NDArray[np.int64]
    text_end: NDArray[np.int64]
    kind: NDArray[np.uint8]
    parent: NDArray[np.int64]
    signed: SignedPassages

    def __len__(self) -> int:
        return len(self.start)

    def reading_place(self) -> NDArray[np.int64]:
        """Place of each row in reading order of the whole corpus."""
        order = np.lexsort((np.arange(len(self)), self.end, self.start, self.reading[self.page]))
        place = np.empty(len(self), dtype=np.int64)
        place[order] = np.arange(len(self))
        return place

    def overlapping(self, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of (m, 2) *pairs* of rows are two views of the same text, their spans in one page overlapping."""
        a, b = pairs[:, 0], pairs[:, 1]
        same = self.page[a] == self.page[b]
        return np.asarray(same & (self.start[a] < self.end[b]) & (self.start[b] < self.end[a]))


def page_passages(passages: Sequence[Passage], spans: Sequence[Span], signed: SignedPassages) -> PagePassages:
    """The columns of one page: its *passages* as ``cut_passages`` gives them, their source *spans* and signatures."""
    kinds = np.array([KINDS.index(passage.kind) for passage in passages], dtype=np.uint8)
    text_start = np.array([passage.text_start for passage in passages], dtype=np.int32)
    rows = np.arange(len(passages), dtype=np.int32)
    proper = rows[kinds == PASSAGE]
    return PagePassages(
        start=np.array([span.start for span in spans], dtype=np.int32),
        end=np.array([span.end for span in spans], dtype=np.int32),
        text_start=text_start,
        text_end=np.array([passage.text_end for passage in passages], dtype=np.int32),
        kind=kinds,
        # Passages proper are disjoint: the last one that begins no later is the one around a sub-passage.
        parent=proper[np.searchsorted(text_start[proper], text_start, side="right") - 1] if len(rows) else rows,
        signed=signed,
    )


def whole_document(length: int, text_length: int, signed: SignedPassages) -> PagePassages:
    """A page as one passage of *length* source characters, to find copies of whole documents."""
    return page_passages([Passage(0, text_length, "passage", int(signed.words[0]))], [Span(0, length)], signed)


def pack(page: PagePassages, config: config.Signatures) -> bytes:
    """*page* as bytes that ``unpack`` reads, little-endian on every machine."""
    signed = page.signed
    rows = np.empty(len(page), dtype=_row_type(config.bands))
    rows["exact"], rows["words"], rows["size"], rows["bands"] = signed.exact, signed.words, signed.sizes, signed.bands
    for name in _PLACES:
        rows[name] = getattr(page, name)
    fixed = (config.ngram, config.bands, config.rows, config.seed, len(page), len(signed.shingles))
    header = _HEADER.pack(_MAGIC, _VERSION, _AFFINE32, *fixed)
    return header + rows.tobytes() + signed.shingles.astype("<u4").tobytes()


def unpack(cell: bytes, config: config.Signatures) -> PagePassages:
    """The page that ``pack`` made *cell* of.

    Raises:
        CleanerError: the cell is cut short, or was signed with other settings.
    """
    if len(cell) < _HEADER.size:
        raise CleanerError("passage signatures are cut short")
    *made_with, count, shingle_count = _HEADER.unpack_from(cell)
    expected = [_MAGIC, _VERSION, _AFFINE32, config.ngram, config.bands, config.rows, config.seed]
    if made_with != expected:
        raise CleanerError(f"passage signatures were made with {made_with}, not with {expected}")
    row_type = _row_type(config.bands)
    shingles_at = _HEADER.size + count * row_type.itemsize
    if len(cell) != shingles_at + 4 * shingle_count:
        raise CleanerError("passage signatures are cut short")
    rows = np.frombuffer(cell, row_type, count, _HEADER.size)
    signed = SignedPassages(
        exact=rows["exact"].astype(np.uint64),
        words=rows["words"].astype(np.int32),
        offsets=offsets_of(rows["size"].astype(np.int64)),
        shingles=np.frombuffer(cell, "<u4", shingle_count, shingles_at).astype(np.uint32),
        bands=rows["bands"].astype(np.uint32),
    )
    places = {name: rows[name].astype(np.int32) for name in _PLACES if name != "kind"}
    return PagePassages(**places, kind=rows["kind"].astype(np.uint8), signed=signed)


def build_corpus(pages: Sequence[PagePassages], doc_ids: Sequence[str], reading: Sequence[int]) -> Corpus:
    """The corpus of *pages*, at least one, in canonical order, each with its id and its place in reading order."""
    counts = np.array([len(page) for page in pages], dtype=np.int64)
    first_rows = np.repeat(offsets_of(counts)[:-1], counts)

    def joined(name: str) -> NDArray[np.int64]:
        return np.concatenate([getattr(page, name) for page in pages]).astype(np.int64)

    return Corpus(
        doc_ids=tuple(doc_ids),
        reading=np.array(reading, dtype=np.int64),
        page=np.repeat(np.arange(len(pages)), counts),
        start=joined("start"),
        end=joined("end"),
        text_start=joined("text_start"),
        text_end=joined("text_end"),
        kind=np.concatenate([page.kind for page in pages]),
        parent=joined("parent") + first_rows,
        signed=join_signed([page.signed for page in pages]),
    )


@lru_cache(maxsize=8)
def _row_type(bands: int) -> np.dtype[np.void]:
    """One passage in a cell."""
    places = [(name, "<u1" if name == "kind" else "<i4") for name in _PLACES]
    return np.dtype([("exact", "<u8"), ("words", "<i4"), ("size", "<i4"), *places, ("bands", "<u4", (bands,))])
