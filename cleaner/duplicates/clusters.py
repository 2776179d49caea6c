"""Passages joined around the best copy of them.

Leader clustering: rows come in canonical order; each one that no cluster has taken leads one, and takes what is exact
or near to it. So every member is verified against the copy that stays, and nothing is chained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.candidates import packed_once
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.matching import match_rows
from cleaner.duplicates.relations import NEAR, Relations, scores
from cleaner.duplicates.sorting import begins_of, packed_pairs, sorted_places, sorted_with, unpacked_pairs

Rows = NDArray[np.int32]
Edges = tuple[NDArray[np.uint64], NDArray[np.float64]]
"""Pairs of rows as ``packed_pairs`` has them, sorted, and their Jaccard, which is their copies'."""
NONE = -1
_CHUNK = 65_536
"""Pairs compared at once."""
_HALF, _LOW = np.uint64(32), np.uint64(2**32 - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which cluster each row of a corpus is in."""

    leader: Rows
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
    representative, takes_part = corpus.representative, np.ones(len(corpus), dtype=np.bool_)
    if left_out is not None and left_out.any():
        takes_part = ~left_out[corpus.page]
        representative = _first_taking_part(representative, takes_part)
    edges, jaccard = _edges(relations, representative, threshold)
    leader, _ = _lead(edges, jaccard, corpus.parent)
    # A large bucket of candidates is a star around its first row, which need not be the leader: ask once more.
    edges, jaccard = _with_hops(edges, jaccard, leader, corpus, threshold)
    leader, to_leader = _lead(edges, jaccard, corpus.parent)
    _join_copies(leader, to_leader, representative, takes_part & (corpus.rows.count > 0))
    _part_views(leader, to_leader, corpus)
    _dissolve(leader, corpus)
    to_leader[leader == NONE] = 0.0
    return Clusters(leader, to_leader)


def _first_taking_part(representative: Rows, takes_part: NDArray[np.bool_]) -> Rows:
    """For each row the first copy of it that takes part, ``NONE`` if none does."""
    rows = np.flatnonzero(takes_part)[::-1]
    first = np.full(len(representative), NONE, dtype=np.int32)
    first[representative[rows]] = rows
    return first.take(representative)


def _edges(relations: Relations, representative: Rows, threshold: float) -> Edges:
    """Representatives that are near enough; copies of one are not related to themselves."""
    chosen = np.flatnonzero((relations.kind == NEAR) & (relations.jaccard >= np.float32(threshold)))
    a, b = representative.take(relations.pairs.take(chosen, axis=0)).T
    known = np.flatnonzero((a != b) & (a != NONE) & (b != NONE))
    a, b, jaccard = a[known], b[known], relations.jaccard.take(chosen[known])
    edges, scores_of = sorted_with(packed_pairs(np.minimum(a, b), np.maximum(a, b)), jaccard.view(np.uint32))
    first = begins_of(edges)
    return edges[first], scores_of[first].view(np.float32).astype(np.float64)


def _with_hops(
    edges: NDArray[np.uint64], jaccard: NDArray[np.float64], leader: Rows, corpus: Corpus, threshold: float
) -> Edges:
    """*edges* and those of their neighbours' leaders."""
    a, b = ((edges >> shift & _LOW).astype(np.int32) for shift in (_HALF, np.uint64(0)))
    of_a, of_b = leader.take(a), leader.take(b)
    # What is led by the same row is related to that already, and so is each side to the other.
    is_new = of_a != of_b
    over_a = np.flatnonzero(is_new & (of_a != NONE) & (of_a != a))
    over_b = np.flatnonzero(is_new & (of_b != NONE) & (of_b != b))
    hopped = packed_once(np.concatenate([of_a[over_a], of_b[over_b]]), np.concatenate([b[over_a], a[over_b]]))
    hopped = hopped[edges.take(np.searchsorted(edges, hopped), mode="clip") != hopped]
    pairs = unpacked_pairs(hopped)
    apart = ~corpus.overlapping(pairs)
    hopped, score = hopped[apart], pair_jaccard(pairs.compress(apart, axis=0), corpus)
    close = score >= threshold
    at = np.searchsorted(edges, hopped[close])
    return np.insert(edges, at, hopped[close]), np.insert(jaccard, at, score[close])


def pair_jaccard(pairs: NDArray[np.int64], corpus: Corpus) -> NDArray[np.float64]:
    """Jaccard of the shingles of each of *pairs*."""
    parts = [pairs[first : first + _CHUNK] for first in range(0, len(pairs), _CHUNK)]
    return np.concatenate([np.empty(0), *(scores(match_rows(corpus.rows, part))[0] for part in parts)])


def _lead(edges: NDArray[np.uint64], jaccard: NDArray[np.float64], parent: Rows) -> tuple[Rows, NDArray[np.float64]]:
    """Leader and Jaccard to it by row.

    Whole passages find each other first; then sub-passages join where the passage around them has not.
    """
    if compiled.native is not None:
        found, score_of = np.full(len(parent), NONE, dtype=np.int32), np.zeros(len(parent))
        compiled.native.lead(edges, jaccard, parent, found, score_of)
        return found, score_of
    leader = [NONE] * len(parent)
    to_leader = [0.0] * len(parent)
    around = parent.tolist()
    pairs = unpacked_pairs(edges)
    is_whole = (parent[pairs] == pairs).all(axis=1)
    for sweep in (np.flatnonzero(is_whole), np.arange(len(edges))):
        for (a, b), score in zip(pairs[sweep].tolist(), jaccard[sweep].tolist(), strict=True):
            if leader[a] in (NONE, a) and leader[b] == NONE and leader[around[b]] != a:
                leader[a] = leader[b] = a
                to_leader[a], to_leader[b] = 1.0, score
    return np.array(leader, dtype=np.int32), np.array(to_leader)


def _join_copies(
    leader: Rows, to_leader: NDArray[np.float64], representative: Rows, can_join: NDArray[np.bool_]
) -> None:
    """Put exact copies into the cluster of what they are copies of, which leads one if nothing near was found."""
    copies = np.flatnonzero(can_join & (representative != np.arange(len(leader), dtype=np.int32)))
    copied = representative.take(copies)
    alone = copied[leader.take(copied) == NONE]
    is_one = can_join.take(alone)  # else one of them alone would be no cluster
    others, many = np.unique(alone[~is_one], return_counts=True)
    alone = np.concatenate([alone[is_one], others[many > 1]])
    leader[alone], to_leader[alone] = alone, 1.0
    leader[copies] = leader.take(copied)
    to_leader[copies] = to_leader.take(copied)


def _part_views(leader: Rows, jaccard: NDArray[np.float64], corpus: Corpus) -> None:
    """Take rows out of *leader* until no two members of a cluster overlap in their page."""
    if compiled.native is not None:
        columns = corpus.parent, corpus.start, corpus.end
        compiled.native.part_views(leader, jaccard, *columns, corpus.most_rows)
        return
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


def _part_overlaps(rows: list[int], leader: Rows, corpus: Corpus) -> None:
    """Keep each of *rows*, best first, that overlaps none kept before it; all in one passage and cluster."""
    taken: list[tuple[int, int]] = []
    for row in rows:
        start, end = int(corpus.start[row]), int(corpus.end[row])
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            leader[row] = NONE
        else:
            taken.append((start, end))


def _dissolve(leader: Rows, corpus: Corpus) -> None:
    """Take clusters out of *leader* that lie in one page, or in other corpora, or that say nothing new."""
    if compiled.native is not None:
        compiled.native.dissolve(leader, corpus.parent, corpus.page, corpus.is_foreign)
        return
    _dissolve_single_pages(leader, corpus)
    _dissolve_foreign(leader, corpus)
    _dissolve_repeats(leader, corpus)


def _dissolve_single_pages(leader: Rows, corpus: Corpus) -> None:
    """Take the clusters out of *leader* that lie in one page."""
    rows = np.flatnonzero(leader != NONE)
    elsewhere = corpus.page[rows] != corpus.page[leader[rows]]
    shared = np.zeros(len(corpus), dtype=bool)
    shared[leader[rows[elsewhere]]] = True
    leader[rows[~shared[leader[rows]]]] = NONE


def _dissolve_foreign(leader: Rows, corpus: Corpus) -> None:
    """Take the clusters out of *leader* that lie in other corpora."""
    rows = np.flatnonzero(leader != NONE)
    has_own = np.zeros(len(corpus), dtype=bool)
    has_own[leader[rows[~corpus.is_foreign[corpus.page[rows]]]]] = True
    leader[rows[~has_own[leader[rows]]]] = NONE


def _dissolve_repeats(leader: Rows, corpus: Corpus) -> None:
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
