"""Pages out of Parquet files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.fields import html_fields, label_fields, page_of_record, text_fields
from cleaner.wording import counted

_BATCH_ROWS = 32
_BATCH_BYTES = 1 << 24
_READ_AHEAD = 1 << 20
_MOST_ROWS = 1 << 48


def parquet_pages(file: BinaryIO, path: str, config: Read) -> Iterator[RawItem | Failure]:
    """One page or Failure per row; ``Source.member`` is the row number from 1.

    Only the columns needed are read, a few rows at a time; columns of strings stay as packed as they are in the file,
    where one value can stand for millions of rows. A row group that cannot be read is one Failure, with the number of
    its first row that is lost; the groups after it are read.

    What the file says about its column chunks is never asked for: where it is damaged, pyarrow ends the process.
    """
    try:
        metadata = pq.read_metadata(file)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Failure(Source(path), "read", "damaged_container", f"not a whole Parquet file: {_first_line(error)}")
        return
    pages = _present(schema, (*html_fields(config), *text_fields(config)))
    if not pages:
        shown = ", ".join(repr(name[:40]) for name in schema.names[:12])
        yield Failure(Source(path), "read", "not_a_page", f"no column with pages; its columns are {shown or 'none'}")
        return
    columns = [*pages, *_present(schema, label_fields(config))]
    table = pq.ParquetFile(
        file,
        metadata=metadata,
        read_dictionary=[name for name in columns if name in schema.names and _is_string(schema.field(name).type)],
        buffer_size=_READ_AHEAD,
        pre_buffer=False,
        page_checksum_verification=True,
    )
    file_bytes = file.seek(0, io.SEEK_END)
    first = 1
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        rows, unpacked = max(group.num_rows, 0), max(group.total_byte_size, 1)
        if first + rows > _MOST_ROWS:
            yield Failure(Source(path, first), "read", "damaged_container", f"it says that {rows} rows follow")
            return
        if unpacked > max(config.ratio_from_bytes, config.max_ratio * file_bytes):
            much = counted(config.max_ratio, "time")
            detail = f"rows {first} to {first + rows - 1} expand more than {much} (read.max_ratio)"
            yield Failure(Source(path, first), "read", "too_large", detail)
        else:
            batch_rows = min(max(_BATCH_BYTES * rows // unpacked, 1), _BATCH_ROWS)
            batches = table.iter_batches(batch_rows, row_groups=[index], columns=columns, use_threads=False)
            yield from _group_pages(batches, first, first + rows - 1, path, config)
        first += rows


def _group_pages(batches: Iterator[Any], first: int, last: int, path: str, config: Read) -> Iterator[RawItem | Failure]:
    number = first
    reason = "the file has fewer than it says"
    try:
        for batch in batches:
            for record in _records(batch):
                yield page_of_record(record, Source(path, number), config)
                number += 1
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = _first_line(error)
    if number <= last:
        detail = f"rows {number} to {last} cannot be read: {reason}"
        yield Failure(Source(path, number), "read", "damaged_container", detail)


def _present(schema: Any, names: tuple[str, ...]) -> list[str]:
    """Those of *names* that the schema has, as such or (with dots) inside a record."""
    return [name for name in names if name in schema.names or ("." in name and name.split(".")[0] in schema.names)]


def _records(batch: Any) -> Iterator[dict[str, object]]:
    """The rows; strings are decoded leniently, as files can hold what is not UTF-8."""
    columns = {name: _values(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    for row in range(batch.num_rows):
        yield {name: value_of(row) for name, value_of in columns.items()}


def _values(column: Any) -> Callable[[int], object]:
    """What gives the value of a row."""
    if pa.types.is_dictionary(column.type):
        value_of, places = _values(column.dictionary), column.indices.to_pylist()
        if any(place is not None and not 0 <= place < len(column.dictionary) for place in places):
            raise ValueError("a value that is not in the dictionary")
        return lambda row: None if places[row] is None else value_of(places[row])
    if _is_string(column.type):
        column = column.cast(pa.large_binary())
        return lambda row: None if (value := column[row].as_py()) is None else value.decode("utf-8", "replace")
    return lambda row: column[row].as_py()


def _is_string(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
