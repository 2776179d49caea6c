"""Which document of a finished run lies where in its store, so that other runs can read what was found out about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.atomic import replacing
from cleaner.engine.parquet import parquet_file
from cleaner.engine.shards import read_column, shard_path

INDEX = "index.parquet"
_SCHEMA = pa.schema([("doc_id", pa.string()), ("shard", pa.string()), ("row", pa.int64())])


class Stored(NamedTuple):
    """A document's place in the store."""

    doc_id: str
    shard: str
    row: int


def write_index(store: Path, documents: Iterable[Stored]) -> None:
    """Notes where *documents*, in reading order, are in the *store*.

    Raises:
        OutputFull: it could not be written.
    """
    columns = list(zip(*documents, strict=True)) or [(), (), ()]
    table = pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA)
    with replacing(store / INDEX) as file:
        pq.write_table(table, file, compression="zstd")


def read_stored(store: Path) -> Iterator[tuple[str, bytes]]:
    """Id and signed passages of each document, in reading order."""
    with parquet_file(store / INDEX) as file:
        rows = (row for batch in file.iter_batches(65_536) for row in zip(*batch.to_pydict().values(), strict=True))
        for shard, group in groupby(rows, key=itemgetter(1)):
            here = list(group)
            cells = read_column(shard_path(store, shard), "passages", [row for _, _, row in here])
            yield from zip((doc_id for doc_id, _, _ in here), cells, strict=True)
