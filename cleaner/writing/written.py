"""One document as bytes that only have to be put into files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from cleaner.compiled import fields
from cleaner.model import Document, Repair
from cleaner.removal_columns import RemovalColumns, columns_of
from cleaner.writing.pages import PAGE_FORMS
from cleaner.writing.paths import page_path
from cleaner.writing.tally import Tally
from cleaner.writing.wire import DocumentRecord, document_record, encode_line

RepairColumns = tuple[list[int], list[int], list[str], list[str]]
"""Starts, ends, texts and kinds of repairs."""


class WrittenDocument(NamedTuple):
    """A document as bytes that only have to be put into files."""

    id: str
    line: bytes
    """Of ``documents.jsonl``; empty if a table is written instead."""
    row: bytes
    """Of ``documents.parquet``, as a packed batch; empty if lines are written."""
    page_path: str
    """Inside ``clean/``; empty for a document that has no page file."""
    page: bytes
    removals: RemovalColumns
    repairs: RepairColumns
    tally: Tally


def written(document: Document, form: str) -> WrittenDocument:
    """*document* in every shape that *form* (``md``, ``txt``, ``tei``, ``jsonl``, ``parquet``) asks for."""
    record = document_record(document)
    page_form = PAGE_FORMS.get(form) if record.has_page else None
    return WrittenDocument(
        id=document.id,
        line=b"" if form == "parquet" else encode_line(record),
        row=_row(record) if form == "parquet" else b"",
        page_path="" if page_form is None else str(page_path(document.source, page_form.suffix)),
        page=b"" if page_form is None else page_form.content(record),
        removals=columns_of(document.removals),
        repairs=repair_columns(document.repairs),
        tally=tally_of(document),
    )


def repair_columns(repairs: Sequence[Repair]) -> RepairColumns:
    """*repairs* by column."""
    starts, ends, texts, kinds = fields(Repair, repairs)
    return starts, ends, texts, kinds


def load_form(form: str) -> None:
    """Nothing, once all is loaded that ``written`` needs for *form*."""
    if form == "parquet":
        import_module("cleaner.writing.tables")


def _row(record: DocumentRecord) -> bytes:
    from cleaner.writing.tables import document_batch, pack_batch  # noqa: PLC0415 (it takes a while, and memory)

    return pack_batch(document_batch([record]))


def tally_of(document: Document) -> Tally:
    """The counts of *document* alone."""
    removals = columns_of(document.removals)
    causes, seen, (starts, ends) = removals.causes, removals.visible_chars, removals.places()
    figures = (None, ends - starts, [chars is not None for chars in seen], [chars or 0 for chars in seen])
    counts, lengths, shown, chars = (
        np.bincount(removals.cause_numbers(), weights, len(causes)).astype(np.int64).tolist() for weights in figures
    )
    return Tally(
        source_chars=document.source_length,
        visible_chars=document.visible_length,
        clean_chars=len(document.text),
        statuses=Counter([document.status]),
        removals=Counter(dict(zip(causes, counts, strict=True))),
        removed_source_chars=Counter(dict(zip(causes, lengths, strict=True))),
        removed_chars=Counter({cause: count for cause, count, rows in zip(causes, chars, shown, strict=True) if rows}),
        repairs=Counter(map(attrgetter("kind"), document.repairs)),
    )
