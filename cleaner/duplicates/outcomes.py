"""What follows for documents from clusters: labels, copies set aside, passages dropped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.compiled import make
from cleaner.duplicates.cluster_table import ClusterTable
from cleaner.duplicates.clusters import NONE, Clusters
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.matching import match_rows
from cleaner.duplicates.passages import PASSAGE, SENTENCE
from cleaner.duplicates.relations import scores
from cleaner.duplicates.sorting import begins_of, order_of
from cleaner.model import Removal, Syndication

_OWN_BELOW = 0.2
"""Share of a sentence's shingles found in the canonical copy below which the sentence is not there."""
_DOUBTFUL = 1e-6
"""How near to the middle between two numbers of six digits a million times a share is looked at more closely."""


def syndications(corpus: Corpus, length: NDArray[np.int64], members: ClusterTable) -> dict[int, Syndication]:
    """How much of each page lies in clusters, by page; the cluster named is the one that covers most of it.

    Args:
        length: characters of clean text of each page.
    """
    if not len(members):
        return {}
    page = members.page.astype(np.int64)
    start, end = (column.take(members.rows).astype(np.int64) for column in (corpus.text_start, corpus.text_end))
    order = order_of(page, start, end)
    # One page behind the other on one line: what is covered so far never reaches into the next page.
    width = int(end.max()) + 1
    line_start, line_end = (start + page * width)[order], (end + page * width)[order]
    reached = np.maximum.accumulate(np.concatenate([[0], line_end[:-1]]))
    new = np.maximum(line_end - np.maximum(line_start, reached), 0)
    covered = np.bincount(page[order], weights=new).astype(np.int64)
    largest = order_of(page, width - (end - start), start, end, members.rows)
    largest = largest[begins_of(page[largest])]
    pages, numbers = page[largest], members.number[largest]
    covered = covered[pages]
    shares = _rounded(covered / np.maximum(np.maximum(length[pages], covered), 1))
    wires, ids = (map(column.__getitem__, numbers.tolist()) for column in (members.wires, members.ids))
    rows = zip(wires, ids, members.sites[numbers].tolist(), shares.tolist(), strict=True)
    return dict(zip(pages.tolist(), make(Syndication, rows), strict=True))


def _rounded(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """What ``round`` makes of *shares*, none of them more than 1, to six digits."""
    scaled = shares * 1e6
    found = np.rint(scaled) / 1e6
    # Where it is a matter of the last bits, they are lost in what is scaled.
    for at in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < _DOUBTFUL).tolist():
        found[at] = round(float(shares[at]), 6)
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
    followers = followers[~corpus.is_foreign[corpus.page[followers]]]
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
    _, containment = scores(match_rows(corpus.rows, pairs))
    has_own = np.zeros(len(corpus), dtype=bool)
    has_own[around[containment < _OWN_BELOW]] = True
    return has_own


def removals(
    corpus: Corpus, clusters: Clusters, members: ClusterTable, rows: NDArray[np.int64]
) -> dict[int, tuple[Removal, ...]]:
    """The removals of passages *rows*, each naming the copy that is kept, by page."""
    found: dict[int, list[Removal]] = {}
    number = np.full(len(corpus), NONE)
    number[members.rows] = members.number
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
            cluster_id=members.ids[number[row]],
        )
        found.setdefault(int(corpus.page[row]), []).append(removal)
    return {page: tuple(sorted(rows_of_page, key=lambda r: (r.start, r.end))) for page, rows_of_page in found.items()}
