"""Passages joined around the best copy of them.

Leader clustering: rows come in canonical order; each one that no cluster has taken leads one, and takes what is exact
or near to it. So every member is verified against the copy that stays, and nothing is chained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.candidates import packed_once, packed_pairs, unpacked_pairs
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.matching import match_rows
from cleaner.duplicates.relations import NEAR, Relations, scores
from cleaner.duplicates.sorting import begins_of, first_places, order_of, sorted_places, sorted_unique

NONE = -1
_CHUNK = 65_536
"""Pairs compared at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which cluster each row of a corpus is in."""

    leader: NDArray[np.int64]
    """Row of the canonical copy: a leader's own row, ``NONE`` for a row in no cluster."""
    jaccard: NDArray[np.float64]
    """To the leader."""

    def members(self) -> list[NDArray[np.int64]]:
        """The rows of each cluster, the leader first; clusters sorted by leader."""
        rows = np.flatnonzero(self.leader != NONE)
        rows = rows[np.argsort(self.leader[rows], kind="stable")]
        borders = np.flatnonzero(np.diff(self.leader[rows])) + 1
        return np.split(rows, borders) if len(rows) else []


def find_clusters(
    corpus: Corpus, relations: Relations, threshold: float, left_out: NDArray[np.bool_] | None = None
) -> Clusters:
    """Clusters of exact and near passages of two pages or more.

    A cluster of sub-passages whose passages are all in one other cluster says nothing new and is dissolved. Where two
    views of the same text belong to one cluster, the whole passage is its member, else the one closer to the leader.

    Args:
        corpus: rows in canonical order.
        relations: all of them, not only the telling ones.
        threshold: Jaccard to the leader.
        left_out: pages that take no part.
    """
    takes_part = np.ones(len(corpus), dtype=bool) if left_out is None else ~left_out[corpus.page]
    representative = _first_taking_part(corpus.representative, takes_part)
    edges, jaccard = _edges(relations, representative, threshold)
    leader, _ = _lead(edges, jaccard, corpus.parent)
    # A large bucket of candidates is a star around its first row, which need not be the leader: ask once more.
    edges, jaccard = _with_hops(edges, jaccard, leader, corpus, threshold)
    leader, to_leader = _lead(edges, jaccard, corpus.parent)

    copies = np.flatnonzero(takes_part & (corpus.rows.count > 0))
    copied = representative[copies]
    alone = (leader[copied] == NONE) & (np.bincount(copied, minlength=len(corpus))[copied] > 1)
    leader[copied[alone]] = copied[alone]
    leader[copies] = leader[copied]
    to_leader[copies] = np.where(leader[copied] == copied, 1.0, to_leader[copied])
    _part_views(leader, to_leader, corpus)
    _dissolve_single_pages(leader, corpus)
    _dissolve_foreign(leader, corpus)
    _dissolve_repeats(leader, corpus)
    to_leader[leader == NONE] = 0.0
    return Clusters(leader, to_leader)


def _first_taking_part(representative: NDArray[np.int32], takes_part: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each row the first copy of it that takes part, ``NONE`` if none does."""
    rows = np.flatnonzero(takes_part)[::-1]
    first = np.full(len(representative), NONE, dtype=np.int64)
    first[representative[rows]] = rows
    return np.asarray(first[representative])


def _edges(
    relations: Relations, representative: NDArray[np.int64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of representatives that are related closely enough, sorted, and their Jaccard, which is their copies'."""
    chosen = np.flatnonzero((relations.kind <= NEAR) & (relations.jaccard >= np.float32(threshold)))
    a, b = representative.take(relations.pairs.take(chosen, axis=0)).T
    low, high = np.minimum(a, b), np.maximum(a, b)
    known = np.flatnonzero((low != NONE) & (low != high))
    first = known[first_places(packed_pairs(low[known], high[known]))]
    return np.column_stack([low[first], high[first]]), relations.jaccard[chosen[first]].astype(np.float64)


def _with_hops(
    edges: NDArray[np.int64],
    jaccard: NDArray[np.float64],
    leader: NDArray[np.int64],
    corpus: Corpus,
    threshold: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """*edges* and those of their neighbours' leaders, sorted, with their Jaccard."""
    hops = []
    for side in (0, 1):
        led = leader[edges[:, side]]
        is_led = led != NONE
        hops.append(packed_once(led[is_led], edges[is_led, 1 - side]))
    hopped = sorted_unique(np.concatenate(hops))
    known = packed_pairs(edges[:, 0], edges[:, 1])
    # Both are sorted: looking them up goes through each once, where np.isin would hash all of them.
    pairs = unpacked_pairs(hopped[np.append(known, ~np.uint64(0))[np.searchsorted(known, hopped)] != hopped])
    pairs = pairs.compress(~corpus.overlapping(pairs), axis=0)
    score = pair_jaccard(pairs, corpus)
    close = score >= threshold
    both = np.concatenate([edges, pairs.compress(close, axis=0)])
    order = order_of(packed_pairs(both[:, 0], both[:, 1]))
    return both.take(order, axis=0), np.concatenate([jaccard, score[close]])[order]


def pair_jaccard(pairs: NDArray[np.int64], corpus: Corpus) -> NDArray[np.float64]:
    """Jaccard of the shingles of each of *pairs*."""
    parts = [pairs[first : first + _CHUNK] for first in range(0, len(pairs), _CHUNK)]
    return np.concatenate([np.empty(0), *(scores(match_rows(corpus.rows, part))[0] for part in parts)])


def _lead(
    edges: NDArray[np.int64], jaccard: NDArray[np.float64], parent: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Leader and Jaccard to it by row; *edges* sorted, the smaller row first.

    Whole passages find each other first; then sub-passages join where the passage around them has not.
    """
    if compiled.native is not None:
        found, score_of = np.full(len(parent), NONE, dtype=np.int64), np.zeros(len(parent))
        compiled.native.lead(np.ascontiguousarray(edges), jaccard, parent, found, score_of)
        return found, score_of
    leader = [NONE] * len(parent)
    to_leader = [0.0] * len(parent)
    around = parent.tolist()
    is_whole = (parent[edges] == edges).all(axis=1)
    for sweep in (np.flatnonzero(is_whole), np.arange(len(edges))):
        for (a, b), score in zip(edges[sweep].tolist(), jaccard[sweep].tolist(), strict=True):
            if leader[a] in (NONE, a) and leader[b] == NONE and leader[around[b]] != a:
                leader[a] = leader[b] = a
                to_leader[a], to_leader[b] = 1.0, score
    return np.array(leader, dtype=np.int64), np.array(to_leader)


def _part_views(leader: NDArray[np.int64], jaccard: NDArray[np.float64], corpus: Corpus) -> None:
    """Take rows out of *leader* until no two members of a cluster overlap in their page."""
    rows = np.flatnonzero(leader != NONE)
    # Only rows of the same passage can overlap.
    places, order = sorted_places(packed_pairs(leader[rows], corpus.parent[rows]))
    begins = begins_of(places)
    sizes = np.diff(np.append(begins, len(rows)))
    for first, size in zip(begins[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        some = rows[order[first : first + size]]
        is_part = corpus.parent[some] != some
        best_first = np.lexsort((some, -jaccard[some], is_part, leader[some] != some))
        _part_overlaps(some[best_first].tolist(), leader, corpus)


def _part_overlaps(rows: list[int], leader: NDArray[np.int64], corpus: Corpus) -> None:
    """Keep each of *rows*, best first, that overlaps none kept before it; all in one passage and cluster."""
    taken: list[tuple[int, int]] = []
    for row in rows:
        start, end = int(corpus.start[row]), int(corpus.end[row])
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            leader[row] = NONE
        else:
            taken.append((start, end))


def _dissolve_single_pages(leader: NDArray[np.int64], corpus: Corpus) -> None:
    """Take the clusters out of *leader* that lie in one page."""
    rows = np.flatnonzero(leader != NONE)
    elsewhere = corpus.page[rows] != corpus.page[leader[rows]]
    shared = np.zeros(len(corpus), dtype=bool)
    shared[leader[rows[elsewhere]]] = True
    leader[rows[~shared[leader[rows]]]] = NONE


def _dissolve_foreign(leader: NDArray[np.int64], corpus: Corpus) -> None:
    """Take the clusters out of *leader* that lie in other corpora."""
    rows = np.flatnonzero(leader != NONE)
    has_own = np.zeros(len(corpus), dtype=bool)
    has_own[leader[rows[~corpus.is_foreign[corpus.page[rows]]]]] = True
    leader[rows[~has_own[leader[rows]]]] = NONE


def _dissolve_repeats(leader: NDArray[np.int64], corpus: Corpus) -> None:
    """Take the clusters out of *leader* whose members are all parts of the members of one other cluster."""
    rows = np.flatnonzero(leader != NONE)
    around = leader[corpus.parent[rows]]
    lowest = np.full(len(corpus), len(corpus), dtype=np.int64)
    highest = np.full(len(corpus), NONE, dtype=np.int64)
    np.minimum.at(lowest, leader[rows], around)
    np.maximum.at(highest, leader[rows], around)
    own = leader[rows]
    repeats = (lowest[own] == highest[own]) & (lowest[own] != NONE) & (lowest[own] != own)
    leader[rows[repeats]] = NONE
