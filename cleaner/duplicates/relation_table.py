"""Relations as they are written: places in source text instead of rows of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.compiled import make
from cleaner.duplicates.candidates import packed_pairs
from cleaner.duplicates.copies import with_copies
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.growing import let_go
from cleaner.duplicates.relations import KINDS, Relations
from cleaner.duplicates.sorting import sorted_places
from cleaner.duplicates.telling import telling
from cleaner.model import Relation

Ints = NDArray[np.integer]
_TOGETHER = 65_536


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

    def batches(self) -> Iterator[dict[str, NDArray[Any]]]:
        """The rows by the names of their columns, many at a time, with words where there are numbers here."""
        ids, kinds = np.array(self.doc_ids, dtype=object), np.array(KINDS, dtype=object)
        for first in range(0, len(self), _TOGETHER):
            some = {
                name: getattr(self, name)[first : first + _TOGETHER] for name in self.__slots__ if name != "doc_ids"
            }
            scores = {name: some[name].astype(np.float64).round(6) for name in ("jaccard", "containment")}
            named = {"kind": kinds[some["kind"]], "doc_a": ids[some["doc_a"]], "doc_b": ids[some["doc_b"]]}
            yield {**some, **scores, **named}


def told_relations(relations: Relations, corpus: Corpus) -> Relations:
    """Those of *relations* that tell something new, and the same of exact copies."""
    return with_copies(telling(relations, corpus), corpus)


def relation_table(relations: Relations, corpus: Corpus) -> RelationTable:
    """*relations* by their places."""
    place = np.empty(len(corpus), dtype=np.int32)
    place[corpus.reading_order()] = np.arange(len(corpus), dtype=np.int32)
    keys = np.empty(len(relations), dtype=np.uint64)
    for some in _blocks(len(keys)):
        a, b = place.take(relations.pairs[some]).T
        keys[some] = packed_pairs(np.minimum(a, b), np.maximum(a, b))
    _, order = sorted_places(keys)
    del keys, _
    kinds = {"kind": "<u1", "jaccard": "<f4", "containment": "<f4"}
    columns = {
        name: np.empty(len(order), dtype=kinds.get(name, "<i4"))
        for name in RelationTable.__slots__
        if name != "doc_ids"
    }
    # Block by block: what comes between stays in the processor's cache, and in memory that is used again.
    for some in _blocks(len(order)):
        for name, values in _columns(relations.where(order[some]), place, corpus):
            columns[name][some] = values
    let_go(corpus.word_start)
    let_go(corpus.word_end)
    return RelationTable(doc_ids=corpus.doc_ids, **columns)


def _blocks(count: int) -> Iterator[slice]:
    return (slice(first, first + _TOGETHER) for first in range(0, count, _TOGETHER))


def _columns(relations: Relations, place: NDArray[np.int32], corpus: Corpus) -> Iterator[tuple[str, NDArray[Any]]]:
    """The columns of *relations* as they stand."""
    a, b = place.take(relations.pairs).T
    is_turned = (a > b)[:, None]
    pairs = np.where(is_turned, relations.pairs[:, ::-1], relations.pairs)
    stretch = np.where(is_turned, np.roll(relations.stretch, 2, axis=1), relations.stretch)
    for side, name in enumerate("ab"):
        rows = pairs[:, side].astype(np.int64)
        yield f"doc_{name}", corpus.page.take(rows)
        yield f"start_{name}", corpus.start.take(rows)
        yield f"end_{name}", corpus.end.take(rows)
        begin, end = stretch[:, 2 * side], stretch[:, 2 * side + 1]
        first = corpus.rows.first.take(rows)
        # A stretch without words cannot be: what is related has some in common.
        yield f"match_start_{name}", corpus.word_start.take(first + begin)
        yield f"match_end_{name}", corpus.word_end.take(first + np.maximum(end, begin + 1) - 1)
    for name in ("kind", "jaccard", "containment", "matched"):
        yield name, getattr(relations, name)
