"""Results of the per-page pass as Parquet files, a few hundred pages each, named by what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.atomic import make_folder, output_errors, replacing
from cleaner.engine.parquet import parquet_file

Key = tuple[str, int, str]
"""Which page a row is of: path, member, and SHA-256 of its raw bytes."""

_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("member", pa.int64()),
        ("sha256", pa.string()),
        ("record", pa.large_binary()),
        ("passages", pa.large_binary()),
    ]
)
_GROUP_ROWS = 16
"""Rows that are read together when one of them is asked for."""


@dataclass(frozen=True, slots=True)
class ShardRow:
    """What the per-page pass found out about one page, in the caller's encoding."""

    path: str
    member: int
    sha256: str
    record: bytes
    passages: bytes


@dataclass(frozen=True, slots=True)
class Shard:
    """A finished shard file: its name, the SHA-256 of its bytes, and whose rows it holds, in row order."""

    name: str
    sha256: str
    keys: tuple[Key, ...]


def shard_path(folder: Path, name: str) -> Path:
    """Where the shard *name* of the store in *folder* is."""
    return folder / "shards" / name


def shard_name(sha256: str) -> str:
    """The name that goes with a file of this digest."""
    return f"{sha256[:32]}.parquet"


def write_shard(folder: Path, rows: Sequence[ShardRow]) -> Shard:
    """The shard that *rows* became in the store in *folder*, complete and on disk.

    Raises:
        OutputFull: it could not be written.
    """
    columns = [[getattr(row, name) for row in rows] for name in _SCHEMA.names]
    table = pa.Table.from_arrays(
        [pa.array(column, kind) for column, kind in zip(columns, _SCHEMA.types, strict=True)], schema=_SCHEMA
    )
    buffer = pa.BufferOutputStream()
    # Records are long and all different: dictionaries and statistics of them would only cost.
    pq.write_table(
        table, buffer, row_group_size=_GROUP_ROWS, compression="zstd", use_dictionary=False, write_statistics=False
    )
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    path = shard_path(folder, shard_name(digest))
    make_folder(path.parent)
    with replacing(path) as file:
        file.write(content)
    return Shard(path.name, digest, tuple((row.path, row.member, row.sha256) for row in rows))


def read_shard(path: Path, rows: Sequence[int] | None = None) -> Iterator[ShardRow]:
    """The rows of a shard with these numbers, in the order asked for; None for all."""
    for batch, at in _groups(path, _SCHEMA.names, rows):
        yield ShardRow(*(batch.column(name)[at].as_py() for name in _SCHEMA.names))


def read_column(
    path: Path, column: Literal["record", "passages"], rows: Sequence[int] | None = None
) -> Iterator[bytes]:
    """One column of the rows of a shard with these numbers, in the order asked for; None for all."""
    for batch, at in _groups(path, [column], rows):
        yield batch.column(column)[at].as_py()


def _groups(path: Path, columns: Sequence[str], rows: Sequence[int] | None) -> Iterator[tuple[pa.Table, int]]:
    """For each row, the row group that holds it, with only *columns*, and its place there; one group in memory.

    Raises:
        OutputFull: the shard cannot be read any more.
    """
    with output_errors(path, "read"), parquet_file(path) as file:
        loaded, group = -1, None
        for row in range(file.metadata.num_rows) if rows is None else rows:
            wanted, at = divmod(row, _GROUP_ROWS)
            if wanted != loaded:
                loaded, group = wanted, file.read_row_group(wanted, columns=list(columns), use_threads=False)
            yield group, at
