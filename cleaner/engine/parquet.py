"""Parquet files of our own, opened whatever their folder is called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


@contextmanager
def parquet_file(path: Path, encoded: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """The Parquet file *path*, open for reading; the columns *encoded* come as dictionaries, as most are on disk.

    Arrow takes names as text in UTF-8 only; the name of a folder may be any bytes.

    Raises:
        OSError: it cannot be read.
        pyarrow.ArrowException: it is not a whole Parquet file.
    """
    with (
        pa.OSFile(os.fsencode(path)) as file,
        pq.ParquetFile(file, pre_buffer=False, read_dictionary=encoded) as opened,
    ):
        yield opened
