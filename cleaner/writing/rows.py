"""The rows of every table, from the model's types; each keeps the order it was given.

Tables that have many rows a document are made column by column, which takes a third of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cleaner.compiled import fields
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
    starts, ends, reasons, rules, scores, visible_chars, digests, *kept_copies = fields(Removal, removals)
    stages = [STAGE_OF[reason] for reason in reasons]
    ids = [doc_id] * len(removals)
    return [ids, stages, rules, starts, ends, visible_chars, digests, scores, *kept_copies, reasons]


def removal_rows(doc_id: str, removals: Sequence[Removal]) -> Iterator[RemovalRow]:
    """The rows of one document."""
    return map(RemovalRow._make, zip(*removal_columns(doc_id, removals), strict=True))


def repair_columns(doc_id: str, repairs: Sequence[Repair]) -> list[Sequence[object]]:
    """The columns of one document's rows."""
    starts, ends, texts, kinds = fields(Repair, repairs)
    return [[doc_id] * len(repairs), starts, ends, kinds, texts]


def repair_rows(doc_id: str, repairs: Sequence[Repair]) -> Iterator[RepairRow]:
    """The rows of one document."""
    return map(RepairRow._make, zip(*repair_columns(doc_id, repairs), strict=True))


def failure_rows(failures: Iterable[Failure]) -> Iterator[FailureRow]:
    """One row per failure."""
    return (
        FailureRow(f.source.id, f.source.path, f.source.member, f.stage, f.kind, f.detail, f.start, f.end)
        for f in failures
    )
