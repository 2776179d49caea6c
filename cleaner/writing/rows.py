"""The rows of every table, from the model's types; each keeps the order it was given.

Tables that have many rows a document are made column by column, which takes a third of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cleaner.model import Failure, Reason, Removal, Repair
from cleaner.writing.wire import FailureRow, RemovalRow, RepairRow

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


def removal_columns(doc_id: str, removals: Sequence[Removal]) -> list[Sequence[object]]:
    """The columns of one document's rows."""
    return [
        [doc_id] * len(removals),
        [STAGE_OF[r.reason] for r in removals],
        [r.rule for r in removals],
        [r.start for r in removals],
        [r.end for r in removals],
        [r.visible_chars for r in removals],
        [r.text_sha256 for r in removals],
        [r.score for r in removals],
        [r.kept_doc_id for r in removals],
        [r.kept_start for r in removals],
        [r.kept_end for r in removals],
        [r.similarity for r in removals],
        [r.similarity_kind for r in removals],
        [r.cluster_id for r in removals],
        [r.reason for r in removals],
    ]


def removal_rows(doc_id: str, removals: Sequence[Removal]) -> Iterator[RemovalRow]:
    """The rows of one document."""
    return map(RemovalRow._make, zip(*removal_columns(doc_id, removals), strict=True))


def repair_columns(doc_id: str, repairs: Sequence[Repair]) -> list[Sequence[object]]:
    """The columns of one document's rows."""
    return [
        [doc_id] * len(repairs),
        [r.start for r in repairs],
        [r.end for r in repairs],
        [r.kind for r in repairs],
        [r.text for r in repairs],
    ]


def repair_rows(doc_id: str, repairs: Sequence[Repair]) -> Iterator[RepairRow]:
    """The rows of one document."""
    return map(RepairRow._make, zip(*repair_columns(doc_id, repairs), strict=True))


def failure_rows(failures: Iterable[Failure]) -> Iterator[FailureRow]:
    """One row per failure."""
    return (
        FailureRow(f.source.id, f.source.path, f.source.member, f.stage, f.kind, f.detail, f.start, f.end)
        for f in failures
    )
