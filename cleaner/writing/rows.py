"""The rows of every table, from the model's types; each keeps the order it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple

from cleaner.ledger import source_span
from cleaner.model import ClusterMember, Failure, Passage, Reason, Relation, Removal, Repair, Segment
from cleaner.writing.wire import ClusterRow, FailureRow, PassageRow, RelationRow, RemovalRow, RepairRow

STAGE_OF: dict[Reason, str] = {
    "markup": "segment",
    "script": "segment",
    "whitespace": "segment",
    "control": "segment",
    "boilerplate": "boilerplate",
    "template": "templates",
    "near-duplicate": "duplicates",
}
"""The stage that proposes removals of each reason."""


def removal_rows(doc_id: str, removals: Iterable[Removal]) -> Iterator[RemovalRow]:
    """The rows of one document, in the order of *removals*."""
    for r in removals:
        yield RemovalRow(
            doc_id,
            STAGE_OF[r.reason],
            r.rule,
            r.start,
            r.end,
            r.text_sha256,
            r.score,
            r.kept_doc_id,
            r.kept_start,
            r.kept_end,
            r.similarity,
            r.similarity_kind,
            r.cluster_id,
            r.reason,
        )


def repair_rows(doc_id: str, repairs: Iterable[Repair]) -> Iterator[RepairRow]:
    """The rows of one document, in the order of *repairs*."""
    return (RepairRow(doc_id, r.start, r.end, r.kind, r.text) for r in repairs)


def passage_rows(doc_id: str, passages: Iterable[Passage], segments: Sequence[Segment]) -> Iterator[PassageRow]:
    """The rows of one document, moved from clean text to source coordinates by its *segments*."""
    starts = [segment.text_start for segment in segments]
    for passage in passages:
        span = source_span(segments, starts, passage.text_start, passage.text_end)
        yield PassageRow(doc_id, span.start, span.end, passage.kind, passage.words)


def relation_rows(relations: Iterable[Relation]) -> Iterator[RelationRow]:
    """One row per relation."""
    return (RelationRow(*astuple(relation)) for relation in relations)


def cluster_rows(members: Iterable[ClusterMember]) -> Iterator[ClusterRow]:
    """One row per passage of a cluster."""
    return (ClusterRow(*astuple(member)) for member in members)


def failure_rows(failures: Iterable[Failure]) -> Iterator[FailureRow]:
    """One row per failure."""
    return (
        FailureRow(f.source.id, f.source.path, f.source.member, f.stage, f.kind, f.detail, f.start, f.end)
        for f in failures
    )
