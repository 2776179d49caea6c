"""The ways in which a hostile page comes: as a file, as a line of JSON, as a record of a compressed WARC."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

from tests.hostile.case import Case
from tests.hostile.prose import good_page

_TEXT_NAMES = ("long_text", "wrapped_text", "text_of", "html_named_txt")
_STORED_FROM = 100_000
"""Bytes from which a record is not really compressed: the page is the case, not the bomb that it would be."""


def write_good_pages(raw: Path, count: int) -> None:
    """*count* ordinary pages below *raw*."""
    folder = raw / "good"
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:03}.html").write_bytes(good_page(number))


def write_files(raw: Path, cases: Iterable[Case], is_full: bool) -> dict[str, Case]:
    """Each case as a file of its own below *raw*; by source id."""
    folder = raw / "hostile"
    folder.mkdir(parents=True)
    named = {}
    for case in cases:
        name = f"{case.name}.{'txt' if case.name.startswith(_TEXT_NAMES) else 'html'}"
        (folder / name).write_bytes(case.bytes(is_full))
        named[f"hostile/{name}"] = case
    return named


def write_lines(raw: Path, cases: Iterable[Case], is_full: bool) -> dict[str, Case]:
    """All cases in one file of JSON lines; bytes that are no UTF-8 become lone surrogates."""
    raw.mkdir(parents=True, exist_ok=True)
    named = {}
    with (raw / "hostile.jsonl").open("w", encoding="ascii") as lines:
        for number, case in enumerate(cases, 1):
            text = case.bytes(is_full).decode("utf-8", "surrogateescape")
            lines.write(json.dumps({"id": case.name, "html": text}) + "\n")
            named[f"hostile.jsonl#{number}"] = case
    return named


def write_records(raw: Path, cases: Iterable[Case], is_full: bool) -> dict[str, Case]:
    """All cases in one compressed WARC, each a response from a site of its own."""
    raw.mkdir(parents=True, exist_ok=True)
    named = {}
    with (raw / "hostile.warc.gz").open("wb") as archive:
        for number, case in enumerate(cases, 1):
            record = response(f"http://h{number}.example/", case.bytes(is_full))
            archive.write(gzip.compress(record, 0 if len(record) > _STORED_FROM else 6, mtime=0))
            named[f"hostile.warc.gz#{number}"] = case
    return named


def response(url: str, body: bytes) -> bytes:
    """A WARC record of a page."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"
