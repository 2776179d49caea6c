"""What the report counts of each document, read without its spans and blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow.compute as pc

from cleaner.writing.corpus import LINES, reading, record_batches
from cleaner.writing.schemas import DOCUMENTS


class PageFacts(NamedTuple):
    """One document in a few words."""

    id: str
    site: str | None
    status: str
    member: int
    """Of the record in its container; 0 for a file."""
    source_chars: int
    visible_chars: int
    clean_chars: int
    confidence: float | None


class _Metadata(msgspec.Struct, frozen=True):
    site: str | None
    status: str
    raw_member: int
    source_length: int
    visible_length: int
    confidence: float | None


class _Line(msgspec.Struct, frozen=True):
    id: str
    text: str
    metadata: _Metadata


def page_facts(clean: Path) -> Iterator[PageFacts]:
    """The facts of all documents of *clean* in reading order.

    Raises:
        InputError: there are no documents, or they are damaged.
    """
    return _of_lines(clean / LINES) if (clean / LINES).is_file() else _of_table(clean)


def _of_lines(path: Path) -> Iterator[PageFacts]:
    decode = msgspec.json.Decoder(_Line).decode
    with reading(path), path.open("rb") as file:
        for line in file:
            found = decode(line)
            known = found.metadata
            yield PageFacts(
                found.id,
                known.site,
                known.status,
                known.raw_member,
                known.source_length,
                known.visible_length,
                len(found.text),
                known.confidence,
            )


def _of_table(clean: Path) -> Iterator[PageFacts]:
    names = ("site", "status", "raw_member", "source_length", "visible_length", "confidence")
    columns = ["id", "text", *(f"metadata.{name}" for name in names)]
    for batch in record_batches(clean, DOCUMENTS, columns, rows=1_024):
        known = batch.column("metadata")
        site, status, member, length, visible, confidence = (pc.struct_field(known, name).to_pylist() for name in names)
        texts = pc.utf8_length(batch.column("text")).to_pylist()
        ids = batch.column("id").to_pylist()
        rows = zip(ids, site, status, member, length, visible, texts, confidence, strict=True)
        yield from map(PageFacts._make, rows)
