"""The passages of many pages as one corpus, in canonical order, in memory that grows with passages, not with text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.canonical import DocumentFacts, canonical_order
from cleaner.duplicates.columns import ROW, WHOLE, PagePassages, is_banded
from cleaner.duplicates.growing import GrowingColumn
from cleaner.duplicates.matching import UNCOUNTED, ShingleRows
from cleaner.duplicates.signatures import offsets_of, shingle_counts
from cleaner.duplicates.sorting import begins_of, order_of, sorted_places
from cleaner.duplicates.word_places import WIDEST, WordPlaces, WordPlacesBuilder

_TOGETHER = 100_000
"""Words of pages that are put into the columns together, and rows that are put in order together."""


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Rows of all pages, one per passage and sub-passage: page by page in canonical order, then by place."""

    facts: tuple[DocumentFacts, ...]
    """One per page, as the next one; none where nothing is known of pages."""
    doc_ids: tuple[str, ...]
    reading: NDArray[np.int64]
    """One per page: its place in reading order."""
    is_foreign: NDArray[np.bool_]
    """One per page: whether it is of another corpus, which this one is only compared with."""
    most_rows: int
    """Of one page."""
    page: NDArray[np.int32]
    """One per row from here on, but for the next one."""
    in_reading_order: NDArray[np.int64]
    """The rows as they stand in the pages of the whole corpus."""
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    text_start: NDArray[np.int32]
    text_end: NDArray[np.int32]
    kind: NDArray[np.uint8]
    parent: NDArray[np.int32]
    exact: NDArray[np.uint64]
    representative: NDArray[np.int32]
    """The first row that is an exact copy of each, which may be itself; rows without words are nobody's copies."""
    rows: ShingleRows
    words: NDArray[np.int32]
    band_row: NDArray[np.int32]
    """Row of ``bands``; sub-passages have none."""
    bands: NDArray[np.uint32]
    """(k, bands); it and what follows may be of rows that are not here."""
    fingerprints: NDArray[np.uint32]
    fingerprint_rows: NDArray[np.int32]
    """The row of each, as an index of ``moved``."""
    moved: NDArray[np.int32]
    """Rows by the place at which they were added; -1 for those that are not here."""
    word_places: WordPlaces
    """Of each word, counted as ``rows`` counts them, in the source of its page."""

    def __len__(self) -> int:
        return len(self.start)

    def are_passages(self, pairs: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which of (m, 2) *pairs* of rows have no sub-passage."""
        is_passage = self.parent == np.arange(len(self))  # a byte for each: more of them stay in the caches
        found = np.empty(len(pairs), dtype=np.bool_)
        for begin in range(0, len(pairs), _TOGETHER):
            a, b = is_passage.take(pairs[begin : begin + _TOGETHER]).T
            found[begin : begin + _TOGETHER] = a & b
        return found

    def overlapping(self, pairs: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which of (m, 2) *pairs* of rows are two views of the same text, their spans in one page overlapping."""
        views = np.abs(pairs[:, 0] - pairs[:, 1]) < self.most_rows  # of one page; few are as close
        a, b = pairs.compress(views, axis=0).T
        views[views] = (self.page[a] == self.page[b]) & (self.start[a] < self.end[b]) & (self.start[b] < self.end[a])
        return np.asarray(views)


class CorpusBuilder:
    """A corpus that grows page by page.

    Args:
        config: how the pages were signed.
        folder: for what need not be held in memory; None to hold everything there.
    """

    def __init__(self, config: config.Signatures, folder: Path | None = None) -> None:
        self._config = config
        self._facts: list[DocumentFacts] = []
        self._ids: list[str] = []
        self._foreign: list[bool] = []
        self._waiting: list[PagePassages] = []
        """Pages that are not in the columns yet: put there together, they cost a fraction."""
        self._waiting_words = 0
        self._row_count = 0
        self._table, self._sizes = GrowingColumn(ROW), GrowingColumn("<i8")
        self._columns = {name: GrowingColumn("<u4", folder) for name in ("shingles", "bands", "fingerprints")}
        self._word_places = WordPlacesBuilder(folder)
        self._fingerprint_rows = GrowingColumn("<i4", folder)

    def add(
        self, facts: Sequence[DocumentFacts], doc_ids: Sequence[str], pages: PagePassages, *, is_foreign: bool = False
    ) -> None:
        """Puts pages into the corpus, with the facts and the id of each; of all pages or of none."""
        self._waiting.append(pages)
        self._waiting_words += len(pages.shingles)
        if self._waiting_words > _TOGETHER:
            self._put_waiting()
        self._facts += facts
        self._ids += doc_ids
        self._foreign += [is_foreign] * len(facts)

    def _put_waiting(self) -> None:
        if not self._waiting:
            return
        # Rows are joined as bytes: numpy would take each of them apart.
        table = np.frombuffer(b"".join([pages.table.data for pages in self._waiting]), dtype=ROW)
        sizes = np.concatenate([pages.sizes for pages in self._waiting])
        self._table.append(table)
        self._sizes.append(sizes)
        for name, column in self._columns.items():
            column.append(_joined([getattr(pages, name) for pages in self._waiting]))
        starts, ends = ([getattr(pages, name) for pages in self._waiting] for name in ("word_start", "word_end"))
        is_wide = (table["end"] - table["start"] > WIDEST) & (table["kind"] != WHOLE)
        self._word_places.append(_joined(starts), _joined(ends), sizes, table, is_wide)
        begins = self._row_count + offsets_of(np.array([len(pages) for pages in self._waiting]))
        marks = [len(pages.fingerprint_rows) for pages in self._waiting]
        rows = _joined([pages.fingerprint_rows for pages in self._waiting])
        self._fingerprint_rows.append(rows + np.repeat(begins[:-1], marks))
        self._row_count = int(begins[-1])
        self._waiting, self._waiting_words = [], 0

    def finished(self, settings: config.Duplicates) -> tuple[Corpus, Corpus]:
        """The corpus of passages, and that of whole documents, each one row; both in canonical order."""
        self._put_waiting()
        columns = {name: column.finished() for name, column in self._columns.items()}
        table, sizes = self._table.finished(), self._sizes.finished().reshape(-1, 2)
        begins = sizes.cumsum(axis=0) - sizes
        order, reading = self._orders(len(sizes), settings)
        # Rows as they were added, page by page in canonical order.
        counts = sizes[order, 0]
        rows = np.repeat(begins[order, 0] - offsets_of(counts)[:-1], counts)
        rows += np.arange(len(table))
        page_of = np.repeat(np.arange(len(order), dtype=np.int32), counts)
        first_row, first_word, word_count = begins[order, 0], begins[order, 1], sizes[order, 1]
        is_whole = (table["kind"] == WHOLE)[rows]
        band_row = np.cumsum(is_banded(table["kind"]), dtype=np.int32) - np.int32(1)
        named = order.tolist() if self._ids else []
        facts, doc_ids = tuple(map(self._facts.__getitem__, named)), tuple(map(self._ids.__getitem__, named))
        is_foreign = np.array(self._foreign or [False] * len(sizes), dtype=np.bool_)[order]
        columns["bands"] = columns["bands"].reshape(-1, self._config.bands)
        columns["fingerprint_rows"] = self._fingerprint_rows.finished()
        word_places = self._word_places.finished()

        passages, wholes = (rows[chosen] for chosen in (~is_whole, is_whole))
        pages = page_of[~is_whole], page_of[is_whole]
        picked = _picked(table, passages), _picked(table, wholes)
        count = len(table)
        del table  # 41 bytes a row, which is room for what follows
        self._table = GrowingColumn(ROW)
        in_reading = np.argsort(reading)[order]

        def corpus_of(rows: NDArray[np.int64], page: NDArray[np.int32], own: dict[str, NDArray[Any]]) -> Corpus:
            moved = np.full(count, -1, dtype=np.int32)
            moved[rows] = np.arange(len(rows), dtype=np.int32)
            first, parent = own.pop("first"), own.pop("parent")
            many = shingle_counts(first, own["words"], word_count[page], self._config.ngram).astype(np.int32)
            return Corpus(
                facts=facts,
                doc_ids=doc_ids,
                reading=in_reading,
                is_foreign=is_foreign,
                most_rows=int(np.bincount(page).max(initial=0)),
                page=page,
                in_reading_order=order_of(in_reading[page], own["start"], own["end"]),
                parent=moved[parent + first_row[page]],
                representative=_representatives(own["exact"], many),
                rows=ShingleRows(
                    columns["shingles"],
                    first_word[page] + first,
                    many,
                    self._config.ngram,
                    np.full(len(rows), UNCOUNTED, dtype=np.int32),
                ),
                band_row=band_row[rows],
                moved=moved,
                word_places=word_places,
                **own,
                **{name: column for name, column in columns.items() if name != "shingles"},
            )

        return corpus_of(passages, pages[0], picked[0]), corpus_of(wholes, pages[1], picked[1])

    def _orders(self, pages: int, settings: config.Duplicates) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pages in canonical order, and in reading order: as they came, where nothing is known of them."""
        if not self._ids:
            return np.arange(pages), np.arange(pages)
        # By id, too, as two corpora may have pages of one name.
        sources = [
            (page.source.path, page.source.member, name) for page, name in zip(self._facts, self._ids, strict=True)
        ]
        by_source = np.array(sorted(range(pages), key=sources.__getitem__), dtype=np.int64)
        facts = tuple(map(self._facts.__getitem__, by_source.tolist()))
        order = by_source[np.array(canonical_order(facts, settings), dtype=np.int64)]
        is_foreign = np.array(self._foreign, dtype=np.bool_)
        order = order[np.argsort(~is_foreign[order], kind="stable")]
        return order, by_source[np.argsort(is_foreign[by_source], kind="stable")]


def _picked(table: NDArray[np.void], rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """The columns of some *rows* of *table*."""
    picked = {name: np.empty(len(rows), dtype=table.dtype[name]) for name in table.dtype.names or ()}
    for begin in range(0, len(rows), _TOGETHER):  # each row is read once for all columns
        some = table.take(rows[begin : begin + _TOGETHER])
        for name, column in picked.items():
            column[begin : begin + _TOGETHER] = some[name]
    return picked


def _joined(columns: list[NDArray[Any]]) -> NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _representatives(exact: NDArray[np.uint64], count: NDArray[np.int32]) -> NDArray[np.int32]:
    keys, order = sorted_places(exact.copy())
    begins = begins_of(keys)
    representative = np.empty(len(order), dtype=np.int32)
    representative[order] = np.repeat(order[begins], np.diff(np.append(begins, len(order))))
    wordless = np.flatnonzero(count == 0)
    representative[wordless] = wordless
    return representative
