"""Pages out of Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.fields import html_fields, label_fields, page_of_record, text_fields

_BATCH_ROWS = 32
_READ_AHEAD = 1 << 20


def parquet_pages(file: BinaryIO, path: str, config: Read) -> Iterator[RawItem | Failure]:
    """One page or Failure per row; ``Source.member`` is the row number from 1.

    Only the columns needed are read, a few rows at a time. A row group that cannot be read is one Failure, with the
    number of its first row that is lost; the groups after it are read.
    """
    try:
        table = pq.ParquetFile(file, buffer_size=_READ_AHEAD, pre_buffer=False, page_checksum_verification=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Failure(Source(path), "read", "damaged_container", f"not a whole Parquet file: {_first_line(error)}")
        return
    with table:
        schema = table.schema_arrow
        pages = _present(schema, (*html_fields(config), *text_fields(config)))
        if not pages:
            shown = ", ".join(repr(name[:40]) for name in schema.names[:12])
            yield Failure(
                Source(path), "read", "not_a_page", f"no column with pages; its columns are {shown or 'none'}"
            )
            return
        columns = [*pages, *_present(schema, label_fields(config))]
        first = 1
        for group in range(table.metadata.num_row_groups):
            yield from _group_pages(table, group, first, columns=columns, path=path, config=config)
            first += table.metadata.row_group(group).num_rows


def _group_pages(
    table: Any, group: int, first: int, *, columns: list[str], path: str, config: Read
) -> Iterator[RawItem | Failure]:
    number = first
    try:
        for batch in table.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False):
            for record in _records(batch):
                yield page_of_record(record, Source(path, number), config)
                number += 1
    except (pa.ArrowException, OSError, ValueError) as error:
        last = first + table.metadata.row_group(group).num_rows - 1
        detail = f"rows {number} to {last} cannot be read: {_first_line(error)}"
        yield Failure(Source(path, number), "read", "damaged_container", detail)


def _present(schema: Any, names: tuple[str, ...]) -> list[str]:
    """Those of *names* that the schema has, as such or (with dots) inside a record."""
    return [name for name in names if name in schema.names or ("." in name and name.split(".")[0] in schema.names)]


def _records(batch: Any) -> Iterator[dict[str, object]]:
    """The rows; strings are decoded leniently, as files can hold what is not UTF-8."""
    columns: dict[str, list[object]] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            values = column.cast(pa.large_binary()).to_pylist()
            columns[name] = [None if value is None else value.decode("utf-8", "replace") for value in values]
        else:
            columns[name] = column.to_pylist()
    for row in range(batch.num_rows):
        yield {name: values[row] for name, values in columns.items()}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
