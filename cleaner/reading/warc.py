"""Pages out of WARC records.

``response`` (with a 2xx status), ``resource`` and ``conversion`` records are pages. ``warcinfo``, ``request`` and
``metadata`` speak about pages, and a ``revisit`` says that a page was the same as before: they count in the numbering
but make no row.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import new as new_digest
from hashlib import sha256

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.http_response import (
    BadBodyError,
    LargeBodyError,
    Response,
    parse_content_type,
    parse_response,
)
from cleaner.reading.warc_records import Lost, Record, warc_records
from cleaner.reading.window import Window

_SILENT = frozenset({"warcinfo", "request", "metadata", "revisit"})
_PAGE_TYPES = frozenset(
    {
        "application/atom+xml", "application/octet-stream", "application/rss+xml", "application/x-httpd-php",
        "application/xhtml+xml", "application/xml", "text/html", "text/markdown", "text/plain", "text/x-markdown",
        "text/xml", "unk/unk",
    }
)  # fmt: skip
"""Media types whose content may be a page; the content itself decides further."""


def warc_pages(window: Window, path: str, config: Read) -> Iterator[RawItem | Failure]:
    """The pages of the WARC file in *window*.

    ``Source.member`` is the ordinal of the record among all records and lost ranges, so a lost range takes the number
    of the record that it was.
    """
    for number, found in enumerate(warc_records(window, config), 1):
        source = Source(path, number)
        if isinstance(found, Lost):
            yield Failure(source, "read", found.kind, found.detail, found.start, found.end)
            continue
        item = _page(found, source, config)
        if item is not None:
            yield replace(item, start=found.start, end=found.end)


def _page(record: Record, source: Source, config: Read) -> RawItem | Failure | None:
    kind = record.headers.get("warc-type", "").lower()
    if kind in _SILENT:
        return None
    if kind not in {"response", "resource", "conversion"}:
        return Failure(source, "read", "refused", f"a WARC record of type {kind[:40]!r}, which is not a page")
    content_type, charset = parse_content_type(record.headers.get("content-type", ""))
    if kind == "response" and content_type == "application/http":
        try:
            response = parse_response(record.block, config)
        except LargeBodyError as error:
            return Failure(source, "read", "too_large", str(error))
        except BadBodyError as error:
            return Failure(source, "read", "damaged_container", str(error))
    elif kind == "response" and content_type not in _PAGE_TYPES:
        return Failure(source, "read", "not_a_page", f"a response that is not HTTP but {content_type}")
    else:
        response = Response(200, content_type, charset, record.block)
    if not 200 <= response.status < 300:
        return Failure(source, "read", "refused", f"HTTP {response.status}")
    if response.content_type is not None and response.content_type not in _PAGE_TYPES:
        return Failure(source, "read", "not_a_page", f"content of type {response.content_type}")
    return RawItem(
        source=source,
        payload=response.body,
        sha256=sha256(response.body).hexdigest(),
        url=_url(record.headers),
        content_type=response.content_type,
        charset=response.charset,
        fetched=record.headers.get("warc-date"),
        record_id=record.headers.get("warc-record-id"),
        notes=(*_digest_note(record), *response.notes),
    )


def _digest_note(record: Record) -> tuple[str, ...]:
    """A note if the block is not what its WARC-Block-Digest says, in hexadecimal or base 32."""
    name, _, stated = record.headers.get("warc-block-digest", "").partition(":")
    algorithm = name.strip().lower().replace("-", "")
    if algorithm not in {"md5", "sha1", "sha256", "sha512"}:
        return ()
    digest = new_digest(algorithm, record.block, usedforsecurity=False).digest()
    stated = stated.strip().rstrip("=").lower()
    if not stated or stated in {digest.hex(), b32encode(digest).decode().rstrip("=").lower()}:
        return ()
    return ("the record is not what its WARC-Block-Digest says: it was changed",)


def _url(headers: dict[str, str]) -> str | None:
    url = headers.get("warc-target-uri", "").strip("<> ")
    return url or None
