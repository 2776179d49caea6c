"""Clusters as they are written: places in source text instead of rows of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.candidates import packed_pairs, unpacked_pairs
from cleaner.duplicates.canonical import deciding_rule
from cleaner.duplicates.clusters import NONE, Clusters
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.sorting import order_of, sorted_unique
from cleaner.model import ClusterMember

AGAINST = "against"
"""The rule by which a copy in another corpus is canonical: that one is not to be changed."""

_TOGETHER = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class ClusterTable:
    """Members of clusters, in reading order of cluster, then of member; and what is known of each cluster."""

    corpus: Corpus
    rows: NDArray[np.int64]
    """Row of each member."""
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
            np.array(values, dtype=object) for values in (self.ids, self.rules, self.wires, self.corpus.doc_ids)
        )
        for first in range(0, len(self), _TOGETHER):
            rows, number = self.rows[first : first + _TOGETHER], self.number[first : first + _TOGETHER]
            yield {
                "cluster_id": ids[number],
                "doc_id": docs[self.corpus.page[rows]],
                "start": self.corpus.start[rows],
                "end": self.corpus.end[rows],
                "is_canonical": self.is_canonical[first : first + _TOGETHER],
                "canonical_rule": rules[number],
                "n_sites": self.sites[number],
                "wire": wires[number],
            }


def cluster_table(corpus: Corpus, clusters: Clusters, config: config.Duplicates) -> ClusterTable:
    """The members of *clusters*.

    A cluster's id is the place of its first member in reading order. Where several begin at one place (a passage and
    its first sentence), the ids of the later ones end in ``.2``, ``.3`` and so on.
    """
    place = corpus.reading_place()
    rows = np.flatnonzero(clusters.leader != NONE)
    rows = rows[order_of(place[rows])]
    leaders, first_seen, which = np.unique(clusters.leader[rows], return_index=True, return_inverse=True)
    # Clusters are numbered as their first members stand.
    number = np.argsort(np.argsort(first_seen))[which]
    order = order_of(number)
    rows, number = rows[order], number[order]
    begins = np.flatnonzero(np.diff(number, prepend=-1))
    heads, pages = rows[begins], corpus.page[rows]
    by_page = order_of(number, pages)
    return ClusterTable(
        corpus=corpus,
        rows=rows,
        number=number,
        is_canonical=clusters.leader[rows] == rows,
        ids=_ids(corpus, heads),
        rules=_rules(corpus, pages[by_page], begins, config),
        sites=_sites(corpus, pages, number, len(leaders)),
        wires=_wires(corpus, pages[by_page], number, len(leaders)),
    )


def _ids(corpus: Corpus, heads: NDArray[np.int64]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    ids = []
    for page, start in zip(corpus.page[heads].tolist(), corpus.start[heads].tolist(), strict=True):
        beginning = f"{corpus.doc_ids[page]}:{start}"
        count = seen[beginning] = seen.get(beginning, 0) + 1
        ids.append(beginning if count == 1 else f"{beginning}.{count}")
    return tuple(ids)


def _rules(
    corpus: Corpus, pages: NDArray[np.int32], begins: NDArray[np.int64], config: config.Duplicates
) -> tuple[str, ...]:
    """Why each cluster's best page comes before its next best one; *pages* are sorted within clusters."""
    first = np.repeat(pages[begins], np.diff(np.append(begins, len(pages))))
    others = np.flatnonzero(pages != first)
    _, at = np.unique(np.searchsorted(begins, others, side="right"), return_index=True)
    known: dict[tuple[int, int], str] = {}
    rules = []
    for best, next_best in zip(pages[begins].tolist(), pages[others[at]].tolist(), strict=True):
        if (best, next_best) not in known:
            rule = (
                AGAINST
                if corpus.is_foreign[best]
                else deciding_rule(corpus.facts[best], corpus.facts[next_best], config)
            )
            known[best, next_best] = rule
        rules.append(known[best, next_best])
    return tuple(rules)


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
