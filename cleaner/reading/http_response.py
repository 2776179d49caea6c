"""What an HTTP response recorded in a WARC file says and holds."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass, replace
from typing import TypeAlias

from cleaner.config import Read
from cleaner.reading.codec import MAGIC, Codec, CodecName
from cleaner.reading.compression import InflatingStream
from cleaner.reading.window import CHUNK, Damaged, PlainStream, Window
from cleaner.wording import agreeing, counted

try:
    import brotli  # type: ignore[import-untyped, unused-ignore]
except ImportError:  # an optional extra: without it, pages in brotli become Failures that say so
    brotli = None

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_TRAILER = re.compile(rb"(?:[A-Za-z0-9-]{1,100}:[^\n]{0,4096}\n){0,64}[\r\n]{0,8}")
"""What may stand after the last chunk; it matches the empty string."""
_MAX_CODINGS = 4
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.ASCII | re.IGNORECASE)


_Decoded: TypeAlias = tuple[bytes, tuple[str, ...]]
"""A body, and what was left over."""


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
    notes: tuple[str, ...] = ()
    """What of the record is not part of the body, a sentence each."""


def parse_response(block: bytes, config: Read) -> Response:
    """The response in *block*.

    Crawlers often store a body decoded and leave the headers as they were, so a coding that the body's first bytes
    contradict is ignored.

    Raises:
        BadBodyError: no HTTP response, or a body that cannot be decoded.
        LargeBodyError: a body of more than ``max_page_bytes``.
    """
    status = _STATUS_LINE.match(block)
    end = _HEADER_END.search(block, 0, config.max_header_bytes)
    if status is None:
        raise BadBodyError("not an HTTP response")
    if end is None:
        raise BadBodyError(f"an HTTP header of more than {config.max_header_bytes} bytes or without end")
    headers = _parse_header(block[: end.start()])
    body = block[end.end() :]
    left_over: list[str] = []
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body, unread = _dechunk(body)
        left_over += unread
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")[:_MAX_CODINGS]):
        body, unread = _decode(body, coding.strip(), config)
        left_over += unread
    _check_size(len(body), config)
    content_type, charset = parse_content_type(headers.get("content-type", ""))
    return Response(int(status[1]), content_type, charset, body, tuple(left_over))


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


def _dechunk(body: bytes) -> _Decoded:
    size = _CHUNK_SIZE.match(body)
    if size is None:
        return body, ()  # the crawler has done it already
    pieces: list[bytes] = []
    at = 0
    while size is not None:
        start, length = size.end(), int(size[1], 16)
        if length == 0:
            trailer = _TRAILER.match(body, start)
            return b"".join(pieces), _left_over(len(body) - (trailer.end() if trailer else start), "the last chunk")
        if start + length > len(body):
            break
        pieces.append(body[start : start + length])
        at = start + length
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
        size = _CHUNK_SIZE.match(body, at)
    if not pieces:
        return body, ()
    raise BadBodyError("a chunked body that is cut off or damaged")


def _decode(body: bytes, coding: str, config: Read) -> _Decoded:
    if coding in {"", "identity", "none", "utf-8"} or not body:
        return body, ()
    if coding in {"gzip", "x-gzip"}:
        return _inflate(body, "gzip", config)
    if coding == "deflate":
        return _deflate(body, config)
    if coding == "zstd":
        return _inflate(body, "zstd", config)
    if coding == "br":
        return _brotli(body, config)
    raise BadBodyError(f"an unknown content coding, {coding[:40]!r}")


def _inflate(body: bytes, codec: CodecName, config: Read) -> _Decoded:
    if not body.startswith(MAGIC[codec]):
        return body, ()
    stream = InflatingStream(Window(PlainStream(io.BytesIO(body))), Codec(codec), _bounded_by_size(config))
    pieces: list[bytes] = []
    length = 0
    try:
        while piece := stream.read(CHUNK):
            pieces.append(piece)
            length += len(piece)
            _check_size(length, config)
    except Damaged as damage:
        if damage.kind == "too_large":
            raise _too_large(config) from damage
        if stream.verified < max(length, 1):
            raise BadBodyError(f"in the body, {damage.detail}") from damage
        return b"".join(pieces), _left_over(len(body) - stream.origin(length), f"the {codec} data of the body")
    return b"".join(pieces), ()


def _deflate(body: bytes, config: Read) -> _Decoded:
    """With or without a zlib header: servers differ."""
    if _looks_like_markup(body):
        return body, ()
    try:
        return _inflate_bare(body, 15, config)
    except LargeBodyError:
        raise
    except BadBodyError:
        return _inflate_bare(body, -15, config)


def _inflate_bare(body: bytes, wbits: int, config: Read) -> _Decoded:
    decoder = zlib.decompressobj(wbits=wbits)
    try:
        output = decoder.decompress(body, config.max_page_bytes + 1)
    except zlib.error as error:
        raise BadBodyError(f"a damaged deflate body: {error}") from error
    _check_size(len(output), config)
    if not decoder.eof:
        raise BadBodyError("a deflate body that is cut off")
    return output, _left_over(len(decoder.unused_data), "the deflate data of the body")


def _brotli(body: bytes, config: Read) -> _Decoded:
    if _looks_like_markup(body):
        return body, ()
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
        _check_size(length, config)
        if not data and not pieces[-1]:
            raise BadBodyError("a brotli body that is cut off")
        data = b""
    return b"".join(pieces), ()


def _bounded_by_size(config: Read) -> Read:
    """The settings under which a body may be as compressible as it likes, up to the cap on pages."""
    return replace(config, ratio_from_bytes=2 * config.max_page_bytes)


def _check_size(length: int, config: Read) -> None:
    if length > config.max_page_bytes:
        raise _too_large(config)


def _too_large(config: Read) -> LargeBodyError:
    return LargeBodyError(f"a body of more than {config.max_page_bytes} bytes (read.max_page_bytes)")


def _left_over(length: int, what: str) -> tuple[str, ...]:
    if not length:
        return ()
    return (f"{counted(length, 'byte')} of the record after {what} {agreeing(length, 'was', 'were')} not read",)


def _looks_like_markup(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"
