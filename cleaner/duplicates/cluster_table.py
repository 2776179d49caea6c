"""Clusters as they are written: places in source text instead of rows of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.candidates import packed_pairs, unpacked_pairs
from cleaner.duplicates.canonical import deciding_rules
from cleaner.duplicates.clusters import NONE, Clusters
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.sorting import begins_of, order_of, sorted_unique
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


def cluster_table(corpus: Corpus, clusters: Clusters, config: config.Duplicates) -> ClusterTable:
    """The members of *clusters*.

    A cluster's id is the place of its first member in reading order. Where several begin at one place (a passage and
    its first sentence), the ids of the later ones end in ``.2``, ``.3`` and so on.
    """
    order = corpus.in_reading_order
    rows = order[clusters.leader[order] != NONE]
    leader = clusters.leader[rows]
    # Clusters are numbered as their first members stand.
    first = np.empty(len(corpus), dtype=np.int64)
    first[leader[::-1]] = np.arange(len(rows))[::-1]
    first = first[leader]
    number = (np.cumsum(first == np.arange(len(rows))) - 1)[first]
    order = order_of(number)
    rows, number = rows[order], number[order]
    begins = begins_of(number)
    heads, pages = rows[begins], corpus.page[rows]
    by_page = order_of(number, pages)
    return ClusterTable(
        doc_ids=corpus.doc_ids,
        rows=rows,
        page=pages,
        start=corpus.start[rows],
        end=corpus.end[rows],
        number=number,
        is_canonical=clusters.leader[rows] == rows,
        ids=_ids(corpus, heads),
        rules=_rules(corpus, pages[by_page], begins, config),
        sites=_sites(corpus, pages, number, len(begins)),
        wires=_wires(corpus, pages[by_page], number, len(begins)),
    )


def _ids(corpus: Corpus, heads: NDArray[np.int64]) -> tuple[str, ...]:
    pages, starts = corpus.page[heads], corpus.start[heads]
    # What begins at one place stands together, as heads are in reading order.
    same = begins_of(packed_pairs(pages, starts))
    count = np.arange(1, len(heads) + 1) - np.repeat(same, np.diff(np.append(same, len(heads))))
    return tuple(
        f"{corpus.doc_ids[page]}:{start}" if count == 1 else f"{corpus.doc_ids[page]}:{start}.{count}"
        for page, start, count in zip(pages.tolist(), starts.tolist(), count.tolist(), strict=True)
    )


def _rules(
    corpus: Corpus, pages: NDArray[np.int32], begins: NDArray[np.int64], config: config.Duplicates
) -> tuple[str, ...]:
    """Why each cluster's best page comes before its next best one; *pages* are sorted within clusters."""
    best = pages[begins]
    others = np.flatnonzero(pages != np.repeat(best, np.diff(np.append(begins, len(pages)))))
    next_best = pages[others[begins_of(np.searchsorted(begins, others, side="right"))]]
    rules = deciding_rules(corpus.facts, np.column_stack([best, next_best]), config)
    rules[corpus.is_foreign[best]] = AGAINST
    return tuple(rules.tolist())


def _sites(corpus: Corpus, pages: NDArray[np.int32], number: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    codes: dict[str, int] = {}
    of_page = np.array([-1 if f.site is None else codes.setdefault(f.site, len(codes)) for f in corpus.facts])
    site = of_page[pages] if len(pages) else np.empty(0, dtype=np.int64)
    known = site >= 0
    places = sorted_unique(packed_pairs(number[known], site[known]))
    return np.bincount(unpacked_pairs(places)[:, 0], minlength=count)


def _wires(corpus: Corpus, pages: NDArray[np.int32], number: NDArray[np.int64], count: int) -> tuple[str | None, ...]:
    """*pages* are sorted within clusters, and *number* is the same in any order within them."""
    is_credited = np.array([facts.wire is not None for facts in corpus.facts], dtype=np.bool_)
    found = np.flatnonzero(is_credited[pages]) if len(pages) else np.empty(0, dtype=np.int64)
    which, first = np.unique(number[found], return_index=True)
    wires: list[str | None] = [None] * count
    for cluster, page in zip(which.tolist(), pages[found[first]].tolist(), strict=True):
        wires[cluster] = corpus.facts[page].wire
    return tuple(wires)


def _listed(column: NDArray[Any]) -> list[Any]:
    items: list[Any] = column.tolist()
    return items
