"""A folder that ``datasets.load_dataset`` reads: Parquet files and a card that says what is in them.

Source: https://huggingface.co/docs/hub/datasets-cards and https://huggingface.co/docs/datasets/repository_structure
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.atomic import make_folder, replacing, write_if_changed
from cleaner.export.card import card
from cleaner.writing.corpus import open_documents
from cleaner.writing.safe import well_formed_tree
from cleaner.writing.summary import RUN
from cleaner.writing.wire import DocumentRecord

_FILE_CHARS = 400_000_000
_GROUP_ROWS = 1_000

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "text", "url", "site", "title", "author", "date", "date_source")),
        *((name, pa.string()) for name in ("lang", "license", "status", "duplicate_of", "wire", "cluster_id")),
        ("n_sites", pa.int32()),
        ("shared", pa.float32()),
        ("confidence", pa.float32()),
        ("raw_path", pa.string()),
        ("raw_member", pa.int64()),
        ("raw_sha256", pa.string()),
        ("segments", pa.list_(pa.list_(pa.int64(), 4))),
    ]
)


@dataclass(slots=True)
class Contents:
    """What the card tells of the rows."""

    rows: int = 0
    without_text: int = 0
    chars: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    licenses: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)


def hugging_face_files(clean: Path, target: Path) -> Iterator[Path]:
    """``data/train-00000.parquet`` ... and ``README.md``; documents without text are left out and counted."""
    make_folder(target / "data")
    contents = Contents()
    rows = _rows(open_documents(clean), contents)
    for number in range(100_000):
        first = next(rows, None)
        if first is None and number:
            break
        path = target / "data" / f"train-{number:05d}.parquet"
        with replacing(path) as file, pq.ParquetWriter(file, SCHEMA, compression="zstd") as parquet:
            for group in _groups(chain([] if first is None else [first], rows)):
                parquet.write_table(pa.Table.from_pylist(group, SCHEMA))
        yield path
    run = msgspec.json.decode((clean / RUN).read_bytes())
    write_if_changed(target / "README.md", card(contents, run, SCHEMA.names).encode())
    yield target / "README.md"


def _rows(records: Iterable[DocumentRecord], contents: Contents) -> Iterator[dict[str, Any]]:
    for record in records:
        if not record.text:
            contents.without_text += 1
            continue
        known = record.metadata
        contents.rows += 1
        contents.chars += len(record.text)
        contents.languages[known.lang or "und"] += 1
        contents.licenses[known.license or "unknown"] += 1
        contents.sites[known.site or "unknown"] += 1
        yield {name: well_formed_tree(value) for name, value in _row(record).items()}


def _row(record: DocumentRecord) -> dict[str, Any]:
    known = record.metadata
    row = {name: getattr(known, name) for name in SCHEMA.names if hasattr(known, name)}
    shared = known.syndication
    return {
        **row,
        "id": record.id,
        "text": record.text,
        "wire": shared and shared.wire,
        "cluster_id": shared and shared.cluster_id,
        "n_sites": shared and shared.n_sites,
        "shared": shared and shared.share,
        "segments": [[s.text_start, s.text_end, s.source_start, s.source_end] for s in known.segments],
    }


def _groups(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in groups, until a file is full."""
    group: list[dict[str, Any]] = []
    chars = 0
    for row in rows:
        group.append(row)
        chars += len(row["text"])
        if len(group) == _GROUP_ROWS or chars >= _FILE_CHARS:
            yield group
            group = []
        if chars >= _FILE_CHARS:
            return
    if group:
        yield group
