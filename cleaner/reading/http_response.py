"""What an HTTP response recorded in a WARC file says and holds."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import zstandard

try:
    import brotli  # type: ignore[import-untyped, unused-ignore]
except ImportError:  # an optional extra: without it, pages in brotli become Failures that say so
    brotli = None

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.ASCII | re.IGNORECASE)


class BadBodyError(Exception):
    """The body cannot be taken out of its transfer or content coding."""


class LargeBodyError(BadBodyError):
    """The body is larger than the cap, once decoded."""


@dataclass(frozen=True, slots=True)
class Response:
    """Status, declared type and the body as it was sent: without chunks and content coding."""

    status: int
    content_type: str | None
    charset: str | None
    body: bytes


def parse_response(block: bytes, max_header_bytes: int, max_body_bytes: int) -> Response:
    """The response in *block*.

    Crawlers often store a body decoded and leave the headers as they were, so a coding that the body's first bytes
    contradict is ignored.

    Raises:
        BadBodyError: no HTTP response, or a body that cannot be decoded.
        LargeBodyError: a body of more than *max_body_bytes*.
    """
    status = _STATUS_LINE.match(block)
    end = _HEADER_END.search(block, 0, max_header_bytes)
    if status is None:
        raise BadBodyError("not an HTTP response")
    if end is None:
        raise BadBodyError(f"an HTTP header of more than {max_header_bytes} bytes or without end")
    headers = _parse_header(block[: end.start()])
    body = block[end.end() :]
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunk(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")[:4]):
        body = _decode(body, coding.strip(), max_body_bytes)
    if len(body) > max_body_bytes:
        raise LargeBodyError(f"a body of more than {max_body_bytes} bytes")
    content_type, charset = parse_content_type(headers.get("content-type", ""))
    return Response(int(status[1]), content_type, charset, body)


def parse_content_type(value: str) -> tuple[str | None, str | None]:
    """Media type and charset, lower case.

    >>> parse_content_type('Text/HTML; charset="UTF-8"')
    ('text/html', 'utf-8')
    """
    media = _MEDIA_TYPE.match(value[:200].strip())
    charset = _CHARSET.search(value[:1000])
    return media[0].lower() if media else None, charset[1].lower() if charset else None


def _parse_header(data: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in data.decode("latin-1").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _dechunk(body: bytes) -> bytes:
    size = _CHUNK_SIZE.match(body)
    if size is None:
        return body  # the crawler has done it already
    pieces: list[bytes] = []
    at = 0
    while size is not None:
        start, length = size.end(), int(size[1], 16)
        if length == 0:
            return b"".join(pieces)
        if start + length > len(body):
            break
        pieces.append(body[start : start + length])
        at = start + length
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
        size = _CHUNK_SIZE.match(body, at)
    if not pieces:
        return body
    raise BadBodyError("a chunked body that is cut off or damaged")


def _decode(body: bytes, coding: str, limit: int) -> bytes:
    if coding in {"", "identity", "none", "utf-8"} or not body:
        return body
    if coding in {"gzip", "x-gzip"}:
        return _inflate(body, 31, limit) if body.startswith(b"\x1f\x8b") else body
    if coding == "deflate":
        return _deflate(body, limit)
    if coding == "zstd":
        return _zstd(body, limit) if body.startswith(b"\x28\xb5\x2f\xfd") else body
    if coding == "br":
        return _brotli(body, limit)
    raise BadBodyError(f"an unknown content coding, {coding[:40]!r}")


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    decoder = zlib.decompressobj(wbits=wbits)
    try:
        output = decoder.decompress(body, limit + 1)
    except zlib.error as error:
        raise BadBodyError(f"a damaged gzip or deflate body: {error}") from error
    if len(output) > limit:
        raise LargeBodyError(f"a body of more than {limit} bytes")
    if not decoder.eof:
        raise BadBodyError("a gzip or deflate body that is cut off")
    return output


def _deflate(body: bytes, limit: int) -> bytes:
    """With or without a zlib header: servers differ."""
    if _looks_like_markup(body):
        return body
    try:
        return _inflate(body, 15, limit)
    except LargeBodyError:
        raise
    except BadBodyError:
        return _inflate(body, -15, limit)


def _zstd(body: bytes, limit: int) -> bytes:
    decoder = zstandard.ZstdDecompressor().decompressobj(write_size=1 << 14)
    pieces: list[bytes] = []
    length = 0
    for at in range(0, len(body), 512):  # small enough that a bomb is seen before it has burst
        try:
            pieces.append(decoder.decompress(body[at : at + 512]))
        except zstandard.ZstdError as error:
            raise BadBodyError(f"a damaged zstd body: {error}") from error
        length += len(pieces[-1])
        if length > limit:
            raise LargeBodyError(f"a body of more than {limit} bytes")
        if decoder.eof:
            return b"".join(pieces)
    raise BadBodyError("a zstd body that is cut off")


def _brotli(body: bytes, limit: int) -> bytes:
    if _looks_like_markup(body):
        return body
    if brotli is None:
        raise BadBodyError("a body in brotli, which needs the brotli package")
    decoder = brotli.Decompressor()
    pieces: list[bytes] = []
    length = 0
    data = body
    while not decoder.is_finished():
        try:
            pieces.append(decoder.process(data, output_buffer_limit=1 << 20))
        except brotli.error as error:
            raise BadBodyError("a damaged brotli body") from error
        length += len(pieces[-1])
        if length > limit:
            raise LargeBodyError(f"a body of more than {limit} bytes")
        if not data and not pieces[-1]:
            raise BadBodyError("a brotli body that is cut off")
        data = b""
    return b"".join(pieces)


def _looks_like_markup(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"
