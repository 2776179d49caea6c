"""The addresses of pages that do not say their own: a table of path and URL, as CSV, TSV or JSONL."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import msgspec

from cleaner.errors import InputError
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.site import is_web_address
from cleaner.reading.walk import unescape_path

_PATHS = ("path", "file", "id", "source")
_URLS = ("url", "address", "link")


def read_urls(table: Path) -> dict[str, str]:
    """The URL of each path in *table*: a path below the raw folder, or the id of a record in a container.

    ``.jsonl`` is one object a line with the fields ``path`` and ``url``; ``.tsv`` is parted by tabs, everything else by
    commas, with or without a first row that names the columns; without one they are path and URL.

    Raises:
        InputError: the table cannot be read, or a row of it has no path or no http(s) URL.
    """
    urls: dict[str, str] = {}
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            for number, path, url in _rows(file, table.suffix.lower()):
                if not path or not is_web_address(url):
                    raise InputError(f"{table}, row {number}: a path and an http(s) address are needed.")
                urls[path.removeprefix("./")] = url.strip()
    except OSError as error:
        raise InputError(f"{table} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error, msgspec.MsgspecError) as error:
        raise InputError(f"{table} cannot be read: {error}") from None
    return urls


def with_urls(items: Iterable[RawItem | Failure], urls: Mapping[str, str]) -> Iterator[RawItem | Failure]:
    """*items*, those without a URL of their own with the one that *urls* has for them."""
    for item in items:
        url = None if isinstance(item, Failure) or item.url else _url_of(item.source, urls)
        yield replace(item, url=url) if url and isinstance(item, RawItem) else item


def _url_of(source: Source, urls: Mapping[str, str]) -> str | None:
    return urls.get(source.id) or (None if source.member else urls.get(os.fsdecode(unescape_path(source.path))))


def _rows(file: TextIO, suffix: str) -> Iterator[tuple[int, str, str]]:
    """Number, path and URL of each row."""
    if suffix in {".jsonl", ".ndjson"}:
        decode = msgspec.json.Decoder(dict[str, object]).decode
        for number, line in enumerate(file, 1):
            if line.strip():
                row = decode(line)
                yield number, _field(row, _PATHS), _field(row, _URLS)
        return
    path_at, url_at = 0, 1
    for number, cells in enumerate(csv.reader(file, delimiter="\t" if suffix == ".tsv" else ","), 1):
        names = [cell.strip().lower() for cell in cells]
        if number == 1 and not any(map(is_web_address, cells)):
            path_at, url_at = _column(names, _PATHS, 0), _column(names, _URLS, 1)
        elif cells:
            padded = [*cells, "", ""]
            yield number, padded[min(path_at, len(cells))], padded[min(url_at, len(cells))]


def _field(row: Mapping[str, object], names: Iterable[str]) -> str:
    return next((str(row[name]) for name in names if row.get(name)), "")


def _column(header: list[str], names: Iterable[str], otherwise: int) -> int:
    return next((header.index(name) for name in names if name in header), otherwise)
