"""The rows of documents, one after the other from the model's types: what the tables must read as."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.model import Removal, Repair
from cleaner.writing.rows import STAGE_OF
from cleaner.writing.wire import RemovalRow, RepairRow


def removal_rows(doc_id: str, removals: Iterable[Removal]) -> list[RemovalRow]:
    return [
        RemovalRow(
            doc_id=doc_id,
            stage=STAGE_OF[removal.reason],
            **{name: getattr(removal, name) for name in Removal.__match_args__},
        )
        for removal in removals
    ]


def repair_rows(doc_id: str, repairs: Iterable[Repair]) -> list[RepairRow]:
    return [RepairRow(doc_id, repair.start, repair.end, repair.kind, repair.text) for repair in repairs]
