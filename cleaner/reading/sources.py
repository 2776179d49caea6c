"""Everything under ``raw/``, as the bytes of one page after the other."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.alike import folded
from cleaner.reading.codec import Codec
from cleaner.reading.compression import InflatingStream
from cleaner.reading.jsonl import json_pages, jsonl_pages
from cleaner.reading.parquet import parquet_pages
from cleaner.reading.sniff import HEAD_BYTES, Refusal, sniff
from cleaner.reading.url_table import read_urls, with_urls
from cleaner.reading.walk import FoundFile, describe, open_regular, walk
from cleaner.reading.warc import warc_pages
from cleaner.reading.window import Damaged, PlainStream, Window
from cleaner.wording import counted

_COMPRESSED_SUFFIXES = (".gz", ".zst", ".bz2", ".xz")


def read_sources(
    root: Path, config: Read, is_wanted: Callable[[Source], bool] = lambda source: True
) -> Iterator[RawItem | Failure]:
    """Every page under *root* and a Failure for whatever is none, sorted by source.

    Memory does not grow with *root*, only with the table of addresses if there is one. Pages that are not wanted may
    be left out, where that saves something.

    Raises:
        InputError: *root* is missing, unreadable, or neither file nor folder; or the table of addresses is no such.
    """
    urls = read_urls(Path(config.urls)) if config.urls else {}
    for found in walk(root):
        if isinstance(found, Failure):
            yield found
        else:
            items = read_items(found, config, is_wanted)
            yield from with_urls(items, urls) if urls else items


def read_items(
    found: FoundFile, config: Read, is_wanted: Callable[[Source], bool] = lambda source: True
) -> Iterator[RawItem | Failure]:
    """The pages in one file: itself, or the records of the container that it is.

    A file whose size or time of change is not what the walk saw, or changes while it is read, ends in a Failure
    ``changed_during_read``: instead of its page, or after the records read so far.
    """
    try:
        with open_regular(found.file) as file:
            before = _is_as_found(file, found)
            items = _stream_items(file, found.source.path, config, is_wanted) if before else iter(())
            held: RawItem | Failure | None = None
            for item in items:
                if held is not None:
                    yield held
                held = item
            unchanged = before and _is_as_found(file, found)
            if held is not None and (unchanged or held.source.member):
                yield held
            if not unchanged:
                yield Failure(found.source, "read", "changed_during_read", "its size or time changed meanwhile")
    except FileNotFoundError:
        yield Failure(found.source, "read", "unreadable", "it vanished before it was read")
    except OSError as error:
        yield Failure(found.source, "read", "unreadable", describe(error))


def read_stream(stream: BinaryIO, name: str, config: Read) -> Iterator[RawItem | Failure]:
    """The pages of a stream such as standard input: one page, or a container's.

    Args:
        stream: read to its end, never sought unless it is Parquet.
        name: becomes ``Source.path``.
        config: as for files.
    """
    try:
        yield from _stream_items(stream, name, config, lambda source: True)
    except OSError as error:
        yield Failure(Source(name), "read", "unreadable", describe(error))


def _is_as_found(file: BinaryIO, found: FoundFile) -> bool:
    status = os.fstat(file.fileno())
    return status.st_size == found.size and status.st_mtime_ns == found.mtime_ns


def _stream_items(
    file: BinaryIO, path: str, config: Read, is_wanted: Callable[[Source], bool]
) -> Iterator[RawItem | Failure]:
    window = Window(PlainStream(file))
    name = path
    for depth in range(config.max_nesting + 1):
        head = window.peek(HEAD_BYTES)
        found = sniff(head, name)
        if found not in {"gzip", "zstd", "bzip2", "xz"}:
            break
        if depth == config.max_nesting:
            detail = f"compressed more than {counted(config.max_nesting, 'time')} over (read.max_nesting)"
            yield Failure(Source(path), "read", "refused", detail)
            return
        window = Window(InflatingStream(window, Codec(found), config))
        name = _without_suffix(name)

    if isinstance(found, Refusal):
        yield Failure(Source(path), "read", "not_a_page", found.reason)
    elif found == "warc":
        yield from _or_nothing(warc_pages(window, path, config), path)
    elif found == "jsonl":
        yield from _or_nothing(jsonl_pages(window, path, config, is_wanted), path)
    elif found == "json":
        document = _read_whole(window, path, config.max_member_bytes, "read.max_member_bytes")
        yield from [document] if isinstance(document, Failure) else json_pages(document, path, config)
    elif found == "parquet":
        yield from _or_nothing(_parquet(file, path, config, compressed=depth > 0), path)
    else:
        yield from _page(window, path, config)


def _or_nothing(items: Iterator[RawItem | Failure], path: str) -> Iterator[RawItem | Failure]:
    """*items*, or a Failure where a container holds no page."""
    items = folded(items)
    first = next(items, None)
    yield Failure(Source(path), "read", "not_a_page", "it holds no pages") if first is None else first
    yield from items


def _page(window: Window, path: str, config: Read) -> Iterator[RawItem | Failure]:
    payload = _read_whole(window, path, config.max_page_bytes, "read.max_page_bytes")
    if isinstance(payload, Failure):
        yield payload
        return
    if payload:
        yield RawItem(Source(path), payload, sha256(payload).hexdigest())
    else:
        yield Failure(Source(path), "read", "not_a_page", "the file is empty")
    yield from _left_over(window, path)


def _read_whole(window: Window, path: str, cap: int, cap_name: str) -> bytes | Failure:
    """All of the window, if it is not over *cap* and whole."""
    try:
        too_large = window.fill(cap + 1)
    except Damaged as damage:
        if not 0 < window.end == window.stream.verified:
            return Failure(Source(path), "read", damage.kind, damage.detail, 0, window.stream.resync(None))
        too_large = window.end > cap
    if too_large:
        return Failure(Source(path), "read", "too_large", f"more than {cap} bytes ({cap_name})")
    return window.slice(0, window.end)


def _left_over(window: Window, path: str) -> Iterator[Failure]:
    """What follows a whole compressed page without being compressed data: the page is kept, the rest reported."""
    try:
        window.fill(window.end + 1)
    except Damaged as damage:
        start = window.stream.origin(window.end)
        yield Failure(Source(path, 1), "read", damage.kind, damage.detail, start, window.stream.resync(None))


def _parquet(file: BinaryIO, path: str, config: Read, compressed: bool) -> Iterator[RawItem | Failure]:
    if compressed:
        detail = "a Parquet file inside a compression, which is not read: unpack it first"
        yield Failure(Source(path), "read", "refused", detail)
    elif not file.seekable():
        yield Failure(Source(path), "read", "refused", "a Parquet file in a pipe: it must be a file")
    else:
        file.seek(0, io.SEEK_SET)
        yield from parquet_pages(file, path, config)


def _without_suffix(name: str) -> str:
    return name[: name.rindex(".")] if name.lower().endswith(_COMPRESSED_SUFFIXES) else name
