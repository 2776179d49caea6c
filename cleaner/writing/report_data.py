"""What the report shows, gathered from the files of ``clean/``."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

from cleaner.ledger import text_span
from cleaner.writing.corpus import DocumentIndex, open_documents, read_rows
from cleaner.writing.report import ClusterView, Copy, DocumentLine, Report, Sample
from cleaner.writing.schemas import CLUSTERS, FAILURES, REMOVALS, REPAIRS
from cleaner.writing.summary import Tally
from cleaner.writing.wire import ClusterRow, DocumentRecord, FailureRow, RemovalRow, RepairRow

_MAX_DOCUMENTS = 200
_MAX_FAILURES = 100
_MAX_CLUSTERS = 12
_MAX_COPIES = 4


def gather_report(clean: Path, samples: Sequence[Sample] = (), tally: Tally | None = None) -> Report:
    """The report on *clean*.

    *samples* are removed texts to show: they are not in *clean*, which stores their digests only. Without *tally* all
    tables are counted again.

    Raises:
        InputError: *clean* lacks a table, or one is damaged.
    """
    documents = open_documents(clean)
    failures = read_rows(clean, FAILURES, FailureRow)
    shown = list(islice(failures, _MAX_FAILURES))
    if tally is None:
        tally = _tally(clean, documents)
        tally.failures.update(failure.kind for failure in shown)
        tally.failures.update(failure.kind for failure in failures)
    index = DocumentIndex(documents)
    biggest = heapq.nsmallest(_MAX_CLUSTERS, _clusters(clean), key=lambda cluster: (-len(cluster), cluster[0]))
    return Report(
        tally,
        failures=shown,
        clusters=[_view(cluster, index) for cluster in biggest],
        samples=samples,
        documents=[_line(record) for record in islice(iter(documents), _MAX_DOCUMENTS)],
    )


def _tally(clean: Path, documents: Iterable[DocumentRecord]) -> Tally:
    tally = Tally()
    for record in documents:
        tally.source_chars += record.metadata.source_length
        tally.clean_chars += len(record.text)
        tally.statuses[record.metadata.status] += 1
    for row in read_rows(clean, REMOVALS, RemovalRow):
        tally.removals[row.reason, row.rule] += 1
        tally.removed_chars[row.reason, row.rule] += row.end - row.start
    tally.repairs.update(row.kind for row in read_rows(clean, REPAIRS, RepairRow))
    return tally


def _clusters(clean: Path) -> Iterator[list[ClusterRow]]:
    """Members of one cluster stand together in the table."""
    rows = read_rows(clean, CLUSTERS, ClusterRow)
    return (list(members) for _, members in groupby(rows, key=attrgetter("cluster_id")))


def _view(members: Sequence[ClusterRow], index: DocumentIndex) -> ClusterView:
    ordered = sorted(members, key=lambda member: not member.is_canonical)
    first = ordered[0]
    return ClusterView(
        first.cluster_id,
        n_copies=len(members),
        n_sites=first.n_sites,
        wire=first.wire,
        rule=first.canonical_rule,
        copies=[_copy(member, index.get(member.doc_id)) for member in ordered[:_MAX_COPIES]],
    )


def _copy(member: ClusterRow, record: DocumentRecord | None) -> Copy:
    if record is None:
        return Copy(member.doc_id, None, None, None, member.is_canonical, "")
    segments = record.text_segments()
    span = text_span(segments, [segment.source_start for segment in segments], member.start, member.end)
    known = record.metadata
    return Copy(
        member.doc_id, known.site, known.url, known.date, member.is_canonical, record.text[span.start : span.end]
    )


def _line(record: DocumentRecord) -> DocumentLine:
    known = record.metadata
    return DocumentLine(record.id, known.title, known.url, known.status, known.source_length, len(record.text))
