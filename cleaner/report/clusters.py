"""What repeats where, to look at: clusters with their differences, who runs whose text, documents that are copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from cleaner.ledger import text_span
from cleaner.report.repeats import Cluster
from cleaner.report.shown import ClusterView, Copy, Matrix, Pair, RelationView
from cleaner.word_diff import compared
from cleaner.writing.corpus import DocumentIndex, record_batches
from cleaner.writing.schemas import DOCUMENT_RELATIONS
from cleaner.writing.wire import ClusterRow

_SITES = 40
"""That are named of a cluster."""
_CHARS = 1_200
_MATRIX = (15, 6, 4)
"""Sites, agencies and sources."""
_PAIRS = 5
_KINDS = {
    "copy": "The two say the same.",
    "revised": "One is a revised version of the other.",
    "excerpt": "One is part of the other.",
}


def matrix_of(runs: Counter[tuple[str, str, bool]]) -> Matrix | None:
    """The sites that run most of others, by the agencies and sites that most is run of; None if nobody does."""
    by_site, by_agency, by_source = Counter[str](), Counter[str](), Counter[str]()
    for (site, origin, is_agency), count in runs.items():
        by_site[site] += count
        (by_agency if is_agency else by_source)[origin] += count
    if not runs:
        return None
    n_sites, n_agencies, n_sources = _MATRIX
    agencies, sources = _first(by_agency, n_agencies), _first(by_source, n_sources)
    rows: list[tuple[str, list[int], int]] = []
    for site in _first(by_site, len(by_site)):
        counts = [runs[site, agency, True] for agency in agencies] + [runs[site, source, False] for source in sources]
        if any(counts) and len(rows) < n_sites:
            rows.append((site, counts, by_site[site]))
    return Matrix(agencies, sources, rows, max(max(counts) for _, counts, _ in rows), len(by_site))


def _first(counts: Counter[str], number: int) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))[:number]


def cluster_views(
    clusters: Sequence[Cluster], index: DocumentIndex, view_of: Callable[[str], str | None]
) -> list[ClusterView]:
    """*clusters* to show; documents are read in the order in which they are stored."""
    wanted = {member: index.row(member.doc_id) for cluster in clusters for member in cluster.shown}
    order = sorted(wanted, key=lambda member: (wanted[member] is None, wanted[member] or 0, member))
    texts = {member: _passage(member, index) for member in order}
    return [_view(cluster, texts, view_of) for cluster in clusters]


Passage = tuple[str, str | None, str | None, str | None]


def _passage(member: ClusterRow, index: DocumentIndex) -> Passage:
    """Text, site, address and date."""
    record = index.get(member.doc_id)
    if record is None:
        return "", None, None, None
    segments = record.text_segments()
    span = text_span(segments, [segment.source_start for segment in segments], member.start, member.end)
    known = record.metadata
    return record.text[span.start : span.end][:_CHARS], known.site, known.url, known.date


def _view(cluster: Cluster, texts: dict[ClusterRow, Passage], view_of: Callable[[str], str | None]) -> ClusterView:
    shown = cluster.shown
    first = shown[0]
    sites = cluster.sites | {site for member in shown if (site := texts[member][1]) is not None}
    copies = []
    for member in shown:
        text, site, url, date = texts[member]
        words = [("same", text)] if member is first else list(_differences(texts[first][0], text))
        copies.append(Copy(member.doc_id, site, url, date, view_of(member.doc_id), member.is_canonical, words))
    return ClusterView(
        first.cluster_id,
        cluster.n_copies,
        first.n_sites,
        first.wire,
        first.canonical_rule,
        sorted(sites)[:_SITES],
        copies,
    )


def _differences(canonical: str, copy: str) -> Iterator[tuple[str, str]]:
    """The copy, with the words that it adds and those that it leaves out; nothing if nothing of it is there."""
    if not copy:
        return
    for stretch in compared(canonical, copy):
        if stretch.same:
            yield "same", stretch.there
            continue
        if stretch.here:
            yield "left out", stretch.here
        if stretch.there:
            yield "added", stretch.there


def relation_views(clean: Path, view_of: Callable[[str], str | None]) -> list[RelationView]:
    """Pairs of documents, by kind; those that have most in common are shown.

    Raises:
        InputError: the table is missing or damaged.
    """
    counts = Counter[str]()
    best: dict[str, list[tuple[float, int, str, str]]] = {}
    number = 0
    for batch in record_batches(clean, DOCUMENT_RELATIONS, DOCUMENT_RELATIONS.schema.names):
        kinds = batch.column("kind").to_pylist()
        counts.update(kinds)
        jaccard, containment = (batch.column(name).to_numpy() for name in ("jaccard", "containment"))
        share = np.where(np.array(kinds) == "excerpt", containment, jaccard)
        for kind in sorted(set(kinds)):
            rows = np.flatnonzero(np.array(kinds) == kind)
            for row in rows[np.argsort(-share[rows], kind="stable")][:_PAIRS].tolist():
                doc_a, doc_b = (batch.column(name)[row].as_py() for name in ("doc_a", "doc_b"))
                best.setdefault(kind, []).append((-float(share[row]), number + row, doc_a, doc_b))
        number += batch.num_rows
    return [
        RelationView(
            kind,
            _KINDS.get(kind, ""),
            counts[kind],
            [
                Pair(doc_a, doc_b, -100 * share, view_of(doc_a), view_of(doc_b))
                for share, _, doc_a, doc_b in sorted(best[kind])[:_PAIRS]
            ],
        )
        for kind in _kinds_in_order(counts)
    ]


def _kinds_in_order(counts: Iterable[str]) -> list[str]:
    known = list(_KINDS)
    return sorted(counts, key=lambda kind: (known.index(kind) if kind in known else len(known), kind))
