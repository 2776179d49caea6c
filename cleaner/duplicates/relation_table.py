"""Relations as they are written: places in source text instead of rows of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.compiled import make
from cleaner.duplicates.copies import Told
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.relations import KINDS
from cleaner.duplicates.sorting import packed_pairs, sorted_with, unpacked_pairs
from cleaner.duplicates.word_places import WIDEST, WordPlaces
from cleaner.model import Relation

Ints = NDArray[np.integer]
_TOGETHER = 65_536
PLACES = (
    *("doc_a", "start_a", "end_a", "match_start_a", "match_end_a"),
    *("doc_b", "start_b", "end_b", "match_start_b", "match_end_b"),
)
"""Columns that say where the two sides are, in the order in which the compiled twin has them."""
ROW = np.dtype([("first", "<i8"), ("page", "<i4"), ("start", "<i4"), ("end", "<i4")], align=True)
"""A row of a corpus: its first word, its page and its span in the source; what is asked together lies together."""


@dataclass(frozen=True, slots=True, eq=False)
class RelationTable:
    """Columns of ``relations.parquet``, one row per relation, each and all sorted by place in reading order."""

    doc_ids: tuple[str, ...]
    kind: Ints
    """Number in ``relations.KINDS``."""
    doc_a: Ints
    """Number in ``doc_ids``, as is ``doc_b``."""
    start_a: Ints
    end_a: Ints
    doc_b: Ints
    start_b: Ints
    end_b: Ints
    jaccard: NDArray[np.floating]
    containment: NDArray[np.floating]
    matched: Ints
    match_start_a: Ints
    match_end_a: Ints
    match_start_b: Ints
    match_end_b: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def __iter__(self) -> Iterator[Relation]:
        for columns in self.batches():
            yield from make(Relation, zip(*(column.tolist() for column in columns.values()), strict=True))

    def columns(self) -> dict[str, NDArray[Any]]:
        """The rows by the names of their columns, with words for kinds, and with the numbers of documents."""
        return self._columns(slice(None))

    def batches(self) -> Iterator[dict[str, NDArray[Any]]]:
        """The same many rows at a time, with words for documents, too."""
        ids = np.array(self.doc_ids, dtype=object)
        for first in range(0, len(self), _TOGETHER):
            some = self._columns(slice(first, first + _TOGETHER))
            yield {**some, "doc_a": ids[some["doc_a"]], "doc_b": ids[some["doc_b"]]}

    def _columns(self, rows: slice) -> dict[str, NDArray[Any]]:
        some = {name: getattr(self, name)[rows] for name in self.__slots__ if name != "doc_ids"}
        scores = {name: some[name].astype(np.float64).round(6) for name in ("jaccard", "containment")}
        return {**some, **scores, "kind": np.array(KINDS, dtype=object)[some["kind"]]}


@dataclass(frozen=True, slots=True, eq=False)
class PlacedRows:
    """What relations by place take of a corpus, which need not be held any longer."""

    doc_ids: tuple[str, ...]
    place: NDArray[np.int32]
    """Of each row, in reading order."""
    rows: NDArray[np.void]
    """Of ``ROW``, by place."""
    word_places: WordPlaces


def placed_rows(corpus: Corpus) -> PlacedRows:
    """The rows of *corpus* by place."""
    order = corpus.in_reading_order
    place = np.empty(len(corpus), dtype=np.int32)
    place[order] = np.arange(len(corpus), dtype=np.int32)
    rows = np.empty(len(corpus), dtype=ROW)
    rows["first"] = corpus.rows.first.take(order)
    for name, column in (("page", corpus.page), ("start", corpus.start), ("end", corpus.end)):
        rows[name] = column.take(order)
    return PlacedRows(corpus.doc_ids, place, rows, corpus.word_places)


def relation_table(told: Told, placed: PlacedRows) -> RelationTable:
    """What is *told* by its places."""
    keys, turned = np.empty(len(told), dtype=np.uint64), np.empty(len(told), dtype=np.uint32)
    for some in _blocks(len(keys)):
        a, b = placed.place.take(told.pairs[some]).T
        keys[some] = packed_pairs(np.minimum(a, b), np.maximum(a, b))
        np.greater(a, b, out=turned[some])
    turned |= told.of.view(np.uint32) << np.uint32(1)
    # By place, neighbouring relations find their first side where they found the last one.
    keys, turned = sorted_with(keys, turned)
    rows, words = placed.rows, placed.word_places
    places = tuple(np.empty(len(keys), dtype=np.int32) for _ in PLACES)
    if compiled.native is not None:
        compiled.native.relation_places(keys, turned, told.relations.stretch, rows, words.low, *places)
    else:
        for some in _blocks(len(keys)):
            found = _places(keys[some], turned[some], told, rows, words)
            for column, values in zip(places, found, strict=True):
                column[some] = values
    if len(words.wide):
        _place_wide(keys, turned, told, placed, places)
    of, relations = turned >> np.uint32(1), told.relations
    return RelationTable(
        doc_ids=placed.doc_ids,
        kind=relations.kind.take(of),
        jaccard=relations.jaccard.take(of),
        containment=relations.containment.take(of),
        matched=relations.matched.take(of),
        **dict(zip(PLACES, places, strict=True)),
    )


def _blocks(count: int) -> Iterator[slice]:
    return (slice(first, first + _TOGETHER) for first in range(0, count, _TOGETHER))


def _places(
    keys: NDArray[np.uint64], turned: NDArray[np.uint32], told: Told, rows: NDArray[np.void], words: WordPlaces
) -> Iterator[Ints]:
    """The columns ``PLACES`` of what is told, by the places of both sides and by what is *turned*."""
    for side in (0, 1):
        found = rows.take(unpacked_pairs(keys)[:, side])
        for name in ("page", "start", "end"):
            yield found[name]
        yield from words.within(*_matching_words(found, turned, told, side), found["start"])


def _matching_words(found: NDArray[np.void], turned: NDArray[np.uint32], told: Told, side: int) -> tuple[Ints, Ints]:
    """The first and the last word that match in the rows *found* on one *side* of relations."""
    stretch = told.relations.stretch.take(turned >> np.uint32(1), axis=0).reshape(-1, 2, 2)
    first, last = found["first"] + stretch[np.arange(len(found)), side ^ (turned & np.uint32(1))].T
    # A stretch without words cannot be: what is related has some in common.
    return first, np.maximum(last, first + 1) - 1


def _place_wide(
    keys: NDArray[np.uint64], turned: NDArray[np.uint32], told: Told, placed: PlacedRows, places: tuple[Ints, ...]
) -> None:
    """Corrects in the columns *places* what matches in wide passages, of which there are few."""
    for side, (_, start, end, match_start, match_end) in enumerate((places[:5], places[5:])):
        wide = np.flatnonzero(end - start > WIDEST)
        found = placed.rows.take(unpacked_pairs(keys[wide])[:, side])
        words = _matching_words(found, turned[wide], told, side)
        match_start[wide], match_end[wide] = placed.word_places.of_wide(*words)
