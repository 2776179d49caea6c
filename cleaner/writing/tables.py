"""Parquet files that stream to disk.

A table's bytes depend on its rows, and on how they were put into batches: row groups are cut by count and size, between
rows or batches, and never by when these were handed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.atomic import replacing
from cleaner.writing.safe import well_formed_tree
from cleaner.writing.schemas import DOCUMENTS, Table
from cleaner.writing.wire import DocumentRecord


class TableWriter:
    """Rows of one table on their way to disk."""

    def __init__(self, table: Table, parquet: pq.ParquetWriter) -> None:
        self.table = table
        self._parquet = parquet
        self._rows: list[Sequence[object]] = []
        self._batches: list[pa.RecordBatch] = []
        self._batch_rows = 0
        self._bytes = 0

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Appends *rows*, each with its values in the order of the schema."""
        for row in rows:
            self._rows.append(row)
            self._bytes += 64 + sum(len(value) for value in row if isinstance(value, str))
            if len(self._rows) >= self.table.group_rows or self._bytes >= self.table.group_bytes:
                self.flush()

    def add_documents(self, records: Iterable[DocumentRecord]) -> None:
        """Appends *records* to a ``DOCUMENTS`` table."""
        for record in records:
            self.add_batch(document_batch([record]))

    def add_batch(self, batch: pa.RecordBatch) -> None:
        """Appends the rows of *batch*, which has the table's schema."""
        self._batches.append(batch)
        self._batch_rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._batch_rows >= self.table.group_rows or self._bytes >= self.table.group_bytes:
            self.flush()

    def flush(self) -> None:
        """Writes what is held as one row group."""
        if self._rows:
            self._batches.append(record_batch(self.table, list(zip(*self._rows, strict=True))))
        if self._batches:
            self._parquet.write_table(pa.Table.from_batches(self._batches, self.table.schema).combine_chunks())
        self._rows = []
        self._batches = []
        self._batch_rows = 0
        self._bytes = 0

    def write_group(self, batch: pa.RecordBatch) -> None:
        """Writes *batch* as one row group, behind what is held."""
        self.flush()
        self._parquet.write_table(pa.Table.from_batches([batch], self.table.schema))


@contextmanager
def table_file(clean: Path, table: Table) -> Iterator[TableWriter]:
    """A writer for *table* inside *clean*; the file appears, whole, when the block ends without error."""
    with replacing(clean / table.file) as file:
        parquet = pq.ParquetWriter(
            file,
            table.schema,
            compression="zstd",
            version="2.6",
            use_dictionary=_repeated_columns(table.schema),
            column_encoding=_counts_as_deltas(table.schema),
            write_page_index=False,
        )
        with parquet:
            writer = TableWriter(table, parquet)
            yield writer
            writer.flush()


def record_batch(table: Table, columns: Sequence[Sequence[object]]) -> pa.RecordBatch:
    """The rows that *columns*, in the order of the schema, make; lone surrogates read U+FFFD."""
    return pa.record_batch(
        [array_of(values, field.type) for values, field in zip(columns, table.schema, strict=True)], schema=table.schema
    )


def document_batch(records: Sequence[DocumentRecord]) -> pa.RecordBatch:
    """*records* as rows of ``DOCUMENTS``."""
    rows = [(r.id, r.text, r.source, r.added, r.created, _nested(r)) for r in records]
    return record_batch(DOCUMENTS, list(zip(*rows, strict=True)))


def pack_batch(batch: pa.RecordBatch) -> bytes:
    """*batch* as an Arrow message, without its schema."""
    packed: bytes = batch.serialize().to_pybytes()
    return packed


def unpack_batch(table: Table, data: bytes) -> pa.RecordBatch:
    """The batch of *table* that ``pack_batch`` packed."""
    return pa.ipc.read_record_batch(pa.py_buffer(data), table.schema)


def array_of(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """*values* as an array; lone surrogates read U+FFFD."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([well_formed_tree(value) for value in values], kind)


def _nested(record: DocumentRecord) -> dict[str, object]:
    """The metadata struct of *record*."""
    known = record.metadata
    return {
        **msgspec.structs.asdict(known),
        "syndication": None if known.syndication is None else msgspec.structs.asdict(known.syndication),
        "segments": [msgspec.structs.asdict(segment) for segment in known.segments],
        "blocks": [msgspec.structs.asdict(block) for block in known.blocks],
    }


def _repeated_columns(schema: pa.Schema) -> list[str]:
    """Columns of strings that repeat from row to row."""
    unique = {"text", "text_sha256", "detail", "id"}
    return [field.name for field in schema if field.type == pa.string() and field.name not in unique]


def _counts_as_deltas(schema: pa.Schema) -> dict[str, str]:
    """Sorted spans take a byte or two each as differences."""
    return {field.name: "DELTA_BINARY_PACKED" for field in schema if field.type == pa.int64()}
