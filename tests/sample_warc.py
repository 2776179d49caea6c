"""Writes ``raw/crawl.warc.gz`` from the readable pages in ``golden/sample/crawl``.

Run ``python -m tests.sample_warc`` after a change to one of them. Each record is a gzip member of its own, without a
time stamp, as crawlers write them.
"""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent / "golden" / "sample" / "crawl"
TARGET = Path(__file__).parents[1] / "raw" / "crawl.warc.gz"


def pages() -> list[dict[str, Any]]:
    """What ``crawl.toml`` says of each page, in the order of the records."""
    return _crawl()["pages"]


def records() -> list[bytes]:
    """The WARC records, uncompressed: one ``warcinfo``, then a ``request`` and a ``response`` for each page."""
    crawl = _crawl()
    info = f"software: {crawl['software']}\r\nformat: WARC File Format 1.1\r\n".encode()
    first = {
        "WARC-Type": "warcinfo",
        "WARC-Date": crawl["created"],
        "WARC-Record-ID": "<urn:uuid:0f5f7c1e-6f43-4a55-9a0e-1d1f5b1f0000>",
        "Content-Type": "application/warc-fields",
    }
    return [_record(first, info), *(record for page in crawl["pages"] for record in _exchange(page))]


def _crawl() -> dict[str, Any]:
    return tomllib.loads((SOURCES / "crawl.toml").read_text(encoding="utf-8"))


def _exchange(page: dict[str, Any]) -> list[bytes]:
    host, path = page["url"].split("://", 1)[1].split("/", 1)
    common = {"WARC-Target-URI": page["url"], "WARC-Date": page["fetched"]}
    asked = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n".encode()
    body = (SOURCES / page["body"]).read_text(encoding="utf-8").encode(page["charset"])
    length = "Transfer-Encoding: chunked" if page["chunked"] else f"Content-Length: {len(body)}"
    head = f"HTTP/1.1 200 OK\r\nServer: sample\r\nContent-Type: {page['content_type']}\r\n{length}\r\n\r\n".encode()
    request = {
        "WARC-Type": "request",
        "WARC-Record-ID": page["record_id"].replace("1f0", "2f0"),
        "WARC-Concurrent-To": page["record_id"],
        "Content-Type": "application/http; msgtype=request",
    }
    response = {
        "WARC-Type": "response",
        "WARC-Record-ID": page["record_id"],
        "Content-Type": "application/http; msgtype=response",
    }
    return [
        _record(request | common, asked),
        _record(response | common, head + (_chunks(body) if page["chunked"] else body)),
    ]


def _chunks(body: bytes, size: int = 1000) -> bytes:
    """*body* in HTTP chunks that cut words and characters wherever they fall."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


def _record(headers: dict[str, str], block: bytes) -> bytes:
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in headers.items()), f"Content-Length: {len(block)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def main() -> None:
    TARGET.write_bytes(b"".join(gzip.compress(record, 9, mtime=0) for record in records()))


if __name__ == "__main__":
    main()
