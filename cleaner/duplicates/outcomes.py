"""What follows for documents from clusters: labels, copies set aside, passages dropped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.canonical import DocumentFacts, deciding_rule
from cleaner.duplicates.clusters import NONE, Clusters
from cleaner.duplicates.columns import PASSAGE, SENTENCE
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.matching import match_rows
from cleaner.duplicates.relations import scores
from cleaner.model import ClusterMember, Removal, Syndication

_OWN_BELOW = 0.2
"""Share of a sentence's shingles found in the canonical copy below which the sentence is not there."""


def cluster_members(
    corpus: Corpus, clusters: Clusters, facts: Sequence[DocumentFacts], config: config.Duplicates
) -> dict[int, ClusterMember]:
    """The members of all clusters by row of *corpus*, in reading order of cluster, then of member.

    Where several clusters begin at one place (a passage and its first sentence), the ids of the later ones end in
    ``.2``, ``.3`` and so on.

    Args:
        facts: one per page of *corpus*, in its canonical order.
    """
    place = corpus.reading_place()
    groups = [sorted(rows.tolist(), key=lambda row: int(place[row])) for rows in clusters.members()]
    beginnings: dict[str, int] = {}
    members: dict[int, ClusterMember] = {}
    for rows in sorted(groups, key=lambda rows: int(place[rows[0]])):
        beginning = f"{corpus.doc_ids[corpus.page[rows[0]]]}:{corpus.start[rows[0]]}"
        count = beginnings[beginning] = beginnings.get(beginning, 0) + 1
        pages = np.unique(corpus.page[rows]).tolist()
        rule = deciding_rule(facts[pages[0]], facts[pages[1]], config)
        sites = {facts[page].site for page in pages} - {None}
        wire = next((facts[page].wire for page in pages if facts[page].wire), None)
        for row in rows:
            members[row] = ClusterMember(
                cluster_id=beginning if count == 1 else f"{beginning}.{count}",
                doc_id=corpus.doc_ids[corpus.page[row]],
                start=int(corpus.start[row]),
                end=int(corpus.end[row]),
                is_canonical=bool(row == clusters.leader[row]),
                canonical_rule=rule,
                n_sites=len(sites),
                wire=wire,
            )
    return members


def syndications(
    corpus: Corpus, members: dict[int, ClusterMember], facts: Sequence[DocumentFacts]
) -> dict[int, Syndication]:
    """How much of each page lies in clusters, by page; the cluster named is the one that covers most of it."""
    of_page: dict[int, list[int]] = {}
    for row in members:
        of_page.setdefault(int(corpus.page[row]), []).append(row)
    found = {}
    for page, rows in sorted(of_page.items()):
        spans = [(int(corpus.text_start[row]), int(corpus.text_end[row]), row) for row in rows]
        covered = reached = 0
        for start, end, _ in sorted(spans):
            covered += max(end - max(start, reached), 0)
            reached = max(reached, end)
        _, _, largest = min(spans, key=lambda span: (span[0] - span[1], span))
        member = members[largest]
        share = round(covered / max(facts[page].length, covered, 1), 6)
        found[page] = Syndication(member.wire, member.cluster_id, member.n_sites, share)
    return found


def document_copies(clusters: Clusters, corpus: Corpus) -> dict[int, tuple[int, float]]:
    """Pages that copy another as a whole, with the page that stays and their Jaccard; *corpus* is one row per page."""
    rows = np.flatnonzero((clusters.leader != NONE) & (clusters.leader != np.arange(len(corpus))))
    return {
        int(corpus.page[row]): (int(corpus.page[clusters.leader[row]]), float(clusters.jaccard[row])) for row in rows
    }


def droppable_passages(corpus: Corpus, clusters: Clusters) -> NDArray[np.int64]:
    """Rows of passages that another page's copy makes superfluous, that copy being kept itself; sorted.

    Only passages proper go, never a sentence or a quotation out of one, and never in favour of a copy in the same
    page: an article may repeat itself. A passage stays whose canonical copy stands in a passage that goes, or that
    has a sentence of its own.
    """
    followers = np.flatnonzero((clusters.leader != NONE) & (corpus.kind == PASSAGE))
    followers = followers[corpus.page[clusters.leader[followers]] != corpus.page[followers]]
    stays = _with_own_sentences(corpus, clusters)
    goes = np.zeros(len(corpus), dtype=bool)
    # A leader is in a better page, so what becomes of the passage around it is known by then.
    for row in followers.tolist():
        goes[row] = not (stays[row] or goes[corpus.parent[clusters.leader[row]]])
    return np.flatnonzero(goes)


def _with_own_sentences(corpus: Corpus, clusters: Clusters) -> NDArray[np.bool_]:
    """Which rows are passages with a sentence that their canonical copy has next to nothing of."""
    sentences = np.flatnonzero((corpus.kind == SENTENCE) & (clusters.leader[corpus.parent] != NONE))
    around = corpus.parent[sentences]
    pairs = np.column_stack([clusters.leader[around], sentences])
    _, containment = scores(pairs, match_rows(corpus.rows, pairs), corpus)
    has_own = np.zeros(len(corpus), dtype=bool)
    has_own[around[containment < _OWN_BELOW]] = True
    return has_own


def removals(
    corpus: Corpus, clusters: Clusters, members: dict[int, ClusterMember], rows: NDArray[np.int64]
) -> dict[int, tuple[Removal, ...]]:
    """The removals of passages *rows*, each naming the copy that is kept, by page."""
    found: dict[int, list[Removal]] = {}
    for row in rows.tolist():
        leader = int(clusters.leader[row])
        is_exact = corpus.exact[row] == corpus.exact[leader]
        removal = Removal(
            start=int(corpus.start[row]),
            end=int(corpus.end[row]),
            reason="near-duplicate",
            rule="drop-exact" if is_exact else "drop-near",
            kept_doc_id=corpus.doc_ids[corpus.page[leader]],
            kept_start=int(corpus.start[leader]),
            kept_end=int(corpus.end[leader]),
            similarity=round(float(clusters.jaccard[row]), 6),
            similarity_kind="jaccard",
            cluster_id=members[row].cluster_id,
        )
        found.setdefault(int(corpus.page[row]), []).append(removal)
    return {page: tuple(sorted(rows_of_page, key=lambda r: (r.start, r.end))) for page, rows_of_page in found.items()}
