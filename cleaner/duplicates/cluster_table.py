"""Clusters as they are written: places in source text instead of rows of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.canonical import FactColumns, Named, deciding_rules
from cleaner.duplicates.clusters import NONE, Clusters
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.sorting import begins_of, order_of, packed_pairs, sorted_unique, unpacked_pairs
from cleaner.model import ClusterMember

AGAINST = "against"
"""The rule by which a copy in another corpus is canonical: that one is not to be changed."""

_TOGETHER = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class ClusterTable:
    """Members of clusters, in reading order of cluster, then of member; and what is known of each cluster."""

    doc_ids: tuple[str, ...]
    rows: NDArray[np.int64]
    """Row of each member."""
    page: NDArray[np.int32]
    """Of each member, a number in ``doc_ids``."""
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    number: NDArray[np.int64]
    """Which cluster each is of."""
    is_canonical: NDArray[np.bool_]
    ids: tuple[str, ...]
    """One per cluster from here on."""
    rules: tuple[str, ...]
    """What chose the canonical copy."""
    sites: NDArray[np.int64]
    """How many sites have it."""
    wires: tuple[str | None, ...]
    """Agency credited by the best page that credits any."""

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ClusterMember]:
        for columns in self.batches():
            yield from (
                ClusterMember(*row) for row in zip(*(_listed(column) for column in columns.values()), strict=True)
            )

    def batches(self) -> Iterator[dict[str, Any]]:
        """The members by the names of their columns, many at a time."""
        ids, rules, wires, docs = (
            np.array(values, dtype=object) for values in (self.ids, self.rules, self.wires, self.doc_ids)
        )
        for first in range(0, len(self), _TOGETHER):
            some = slice(first, first + _TOGETHER)
            number = self.number[some]
            yield {
                "cluster_id": ids[number],
                "doc_id": docs[self.page[some]],
                "start": self.start[some],
                "end": self.end[some],
                "is_canonical": self.is_canonical[some],
                "canonical_rule": rules[number],
                "n_sites": self.sites[number],
                "wire": wires[number],
            }


def cluster_table(corpus: Corpus, facts: FactColumns, clusters: Clusters, config: config.Duplicates) -> ClusterTable:
    """The members of *clusters*.

    A cluster's id is the place of its first member in reading order. Where several begin at one place (a passage and
    its first sentence), the ids of the later ones end in ``.2``, ``.3`` and so on.

    Args:
        facts: those of the pages of *corpus*.
    """
    order = corpus.in_reading_order
    leader = clusters.leader.take(order)
    in_cluster = np.flatnonzero(leader != NONE)
    rows, leader = order[in_cluster], leader[in_cluster]
    # Clusters are numbered as their first members stand.
    first = np.empty(len(corpus), dtype=np.int32)
    first[leader[::-1]] = np.arange(len(rows), dtype=np.int32)[::-1]
    first = first[leader]
    number = (np.cumsum(first == np.arange(len(rows))) - 1)[first]
    order = order_of(number)
    rows, number, leader = rows[order], number[order], leader[order]
    begins = begins_of(number)
    pages = corpus.page.take(rows)
    best_first = pages[order_of(number, pages)]
    start = corpus.start.take(rows)
    return ClusterTable(
        doc_ids=corpus.doc_ids,
        rows=rows,
        page=pages,
        start=start,
        end=corpus.end.take(rows),
        number=number,
        is_canonical=leader == rows,
        ids=_ids(corpus.doc_ids, pages[begins], start[begins]),
        rules=_rules(corpus, facts, best_first, begins, config),
        sites=_sites(facts.site, pages, number, len(begins)),
        wires=_wires(facts.wire, best_first, number, len(begins)),
    )


def _ids(doc_ids: tuple[str, ...], pages: NDArray[np.int32], starts: NDArray[np.int32]) -> tuple[str, ...]:
    """What clusters are called that begin there."""
    # What begins at one place stands together, as clusters are in reading order.
    same = begins_of(packed_pairs(pages, starts))
    ids = [f"{doc_ids[page]}:{start}" for page, start in zip(pages.tolist(), starts.tolist(), strict=True)]
    count = np.arange(1, len(ids) + 1) - np.repeat(same, np.diff(np.append(same, len(ids))))
    later = np.flatnonzero(count > 1)
    for at, many in zip(later.tolist(), count[later].tolist(), strict=True):
        ids[at] += f".{many}"
    return tuple(ids)


def _rules(
    corpus: Corpus,
    facts: FactColumns,
    pages: NDArray[np.int32],
    begins: NDArray[np.int64],
    config: config.Duplicates,
) -> tuple[str, ...]:
    """Why each cluster's best page comes before its next best one; *pages* are sorted within clusters."""
    best = pages[begins]
    others = np.flatnonzero(pages != np.repeat(best, np.diff(np.append(begins, len(pages)))))
    next_best = pages[others[begins_of(np.searchsorted(begins, others, side="right"))]]
    rules = deciding_rules(facts, np.column_stack([best, next_best]), config)
    rules[corpus.is_foreign[best]] = AGAINST
    return tuple(rules.tolist())


def _sites(site: Named, pages: NDArray[np.int32], number: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many sites each cluster has, of which *site* is by page."""
    known = np.flatnonzero(site.are_known()[pages])
    places = sorted_unique(packed_pairs(number[known], site.numbers[pages[known]]))
    return np.bincount(unpacked_pairs(places)[:, 0], minlength=count)


def _wires(wire: Named, pages: NDArray[np.int32], number: NDArray[np.int64], count: int) -> tuple[str | None, ...]:
    """*pages* are sorted within clusters, and *number* is the same in any order within them; *wire* is by page."""
    found = np.flatnonzero(wire.are_known()[pages])
    which, first = np.unique(number[found], return_index=True)
    wires: list[str | None] = [None] * count
    for cluster, name in zip(which.tolist(), wire.numbers[pages[found[first]]].tolist(), strict=True):
        wires[cluster] = wire.names[name]
    return tuple(wires)


def _listed(column: NDArray[Any]) -> list[Any]:
    items: list[Any] = column.tolist()
    return items
