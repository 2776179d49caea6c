"""One pass over the clusters: those worth looking at, and who runs whose text, whatever the size of a cluster."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from cleaner.report.totals import Totals
from cleaner.writing.corpus import DocumentIndex, read_rows
from cleaner.writing.schemas import CLUSTERS
from cleaner.writing.wire import ClusterRow

_SHOWN = 6
_COPIES = 6

SiteOf = Callable[[ClusterRow], str | None]


@dataclass(slots=True)
class Cluster:
    """A cluster without most of its members."""

    n_copies: int = 0
    repeated_chars: int = 0
    """Source characters of all copies but the canonical one."""
    canonical: ClusterRow | None = None
    sites: set[str] = field(default_factory=set)
    """Of all members, where there is more than one."""
    firsts: list[ClusterRow] = field(default_factory=list)
    """The first member of each of the first documents."""
    repeats: list[ClusterRow] = field(default_factory=list)
    """The first of their other members."""

    @property
    def shown(self) -> list[ClusterRow]:
        """The canonical copy, then copies from as many documents as there are."""
        best = self.canonical
        seen = None if best is None else best.doc_id
        first = [] if best is None else [best]
        first += [member for member in self.firsts if member.doc_id != seen]
        return [*first, *(member for member in (*self.firsts, *self.repeats) if member not in first)][:_COPIES]


@dataclass(slots=True)
class Repeats:
    """What one pass over the clusters found."""

    n_clusters: int = 0
    n_shared: int = 0
    widest: list[Cluster] = field(default_factory=list)
    largest: list[Cluster] = field(default_factory=list)
    runs: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    """Passages by the site that runs them, who they are from, and whether that is an agency."""


def read_repeats(clean: Path, totals: Totals, index: DocumentIndex) -> Repeats:
    """The clusters of *clean*: those on most sites, and of the others those whose copies hold most text.

    Raises:
        InputError: the table is missing or damaged.
    """

    def site_of(member: ClusterRow) -> str | None:
        row = index.row(member.doc_id)
        return None if row is None else totals.sites[totals.site[row]]

    found = Repeats()
    widest: list[tuple[tuple[int, int], int, Cluster]] = []
    largest: list[tuple[tuple[int, int], int, Cluster]] = []
    # Members of one cluster stand together in the table.
    groups = groupby(read_rows(clean, CLUSTERS, ClusterRow), key=attrgetter("cluster_id"))
    for number, (_, members) in enumerate(groups):
        cluster = read_cluster(members, site_of)
        found.n_clusters += 1
        n_sites = cluster.firsts[0].n_sites
        if n_sites > 1:
            found.n_shared += 1
            _count_runs(found.runs, cluster, site_of)
            _keep(widest, (n_sites, cluster.n_copies), number, cluster, _SHOWN)
        _keep(largest, (cluster.repeated_chars, cluster.n_copies), number, cluster, 2 * _SHOWN)
    found.widest = _ordered(widest)
    shown = {cluster.firsts[0].cluster_id for cluster in found.widest}
    found.largest = [c for c in _ordered(largest) if c.firsts[0].cluster_id not in shown][:_SHOWN]
    return found


def read_cluster(members: Iterable[ClusterRow], site_of: SiteOf) -> Cluster:
    """The cluster that *members*, which come once, make; its size is no matter."""
    cluster = Cluster()
    documents = set[str]()
    for member in members:
        cluster.n_copies += 1
        if member.is_canonical:
            cluster.canonical = member
        else:
            cluster.repeated_chars += member.end - member.start
        if member.n_sites > 1 and (site := site_of(member)) is not None:
            cluster.sites.add(site)
        if member.doc_id in documents:
            if len(cluster.repeats) < _COPIES:
                cluster.repeats.append(member)
        elif len(cluster.firsts) <= _COPIES:  # the canonical copy's document may be among them
            documents.add(member.doc_id)
            cluster.firsts.append(member)
    return cluster


def _keep(
    heap: list[tuple[tuple[int, int], int, Cluster]], size: tuple[int, int], number: int, cluster: Cluster, most: int
) -> None:
    """*cluster* is in *heap* if it is among the *most* with the greatest size, the first in the table first."""
    entry = (size, -number, cluster)
    if len(heap) < most:
        heapq.heappush(heap, entry)
    elif entry[:2] > heap[0][:2]:
        heapq.heapreplace(heap, entry)


def _ordered(heap: list[tuple[tuple[int, int], int, Cluster]]) -> list[Cluster]:
    return [cluster for _, _, cluster in sorted(heap, key=lambda entry: entry[:2], reverse=True)]


def _count_runs(runs: Counter[tuple[str, str, bool]], cluster: Cluster, site_of: SiteOf) -> None:
    wire = cluster.firsts[0].wire
    origin = wire or (None if cluster.canonical is None else site_of(cluster.canonical))
    if origin is not None:
        runs.update((site, origin, wire is not None) for site in cluster.sites if wire or site != origin)
