"""The records of a WARC file, and the ranges that hold none.

Every byte of the file belongs to one record or to one lost range, in order and without gap. A damaged record, damaged
compression, garbage between records, a wrong Content-Length or a cut end lose what they touch and nothing after it:
reading goes on at the next header that looks like one.

Source: IIPC, The WARC Format 1.1 (ISO 28500:2017).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal

from cleaner.config import Read
from cleaner.reading.doubt import Doubt
from cleaner.reading.window import Damaged, Window

_VERSION = re.compile(rb"WARC/\d\.\d+\r?\n")
_HEADER_END = re.compile(rb"\n(?:\r?\n|WARC/\d\.\d+\r?\n)")
"""An empty line; or the next header, where a header has none: it cannot stand in the middle of one."""
_NEXT_HEADER = re.compile(rb"WARC/\d\.\d+\r?\n[A-Za-z][A-Za-z-]*:")
_HEADER_AFTER_RECORD = re.compile(rb"(?<=\r\n\r\n)WARC/\d\.\d+\r?\n[A-Za-z][A-Za-z-]*:")
_NO_LINE_END = re.compile(rb"[^\r\n]")
_OVERLAP = 64
"""No match of the patterns above needs more to be seen."""
_TERMINATOR = 16
"""Line ends allowed after a block; four are in order."""

_CUT_OFF = "a record that is cut off, or whose Content-Length is too large"


@dataclass(frozen=True, slots=True)
class Record:
    """One record; ``[start, end)`` is its place in the file (of the compressed member, if it is compressed)."""

    start: int
    end: int
    headers: dict[str, str]
    """Names in lower case; the last one of a name counts."""
    block: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """A range of the file in which no record can be read."""

    start: int
    end: int
    kind: Literal["damaged_container", "too_large"]
    detail: str


@dataclass(frozen=True, slots=True)
class _Whole:
    headers: dict[str, str]
    block: bytes
    next_at: int


@dataclass(frozen=True, slots=True)
class _Gap:
    kind: Literal["damaged_container", "too_large"]
    detail: str
    next_at: int


def warc_records(window: Window, config: Read) -> Iterator[Record | Lost]:
    """The records and lost ranges of the WARC file in *window*, in the order of the file.

    A record is given only once what follows it was seen: the next record, or the end. Where several records share one
    compressed member, the last of them has the member's range and the others are empty.
    """
    stream = window.stream
    at = window.start
    begin = 0  # whatever stands before the first member
    doubt = Doubt()
    for number in count(1):
        try:
            found = _record(window, at, config)
        except Damaged as damage:
            detail = damage.detail + doubt.about(number, stream.verified)
            end = stream.resync(b"WARC/")
            window.restart(window.end)
            yield Lost(begin, end, damage.kind, detail)
            begin, at = end, window.start
            continue
        if found is None:
            return
        at = found.next_at
        doubt.given(number, at, stream.verified)
        end = stream.origin(at)
        if isinstance(found, _Whole):
            yield Record(begin, end, found.headers, found.block)
        else:
            yield Lost(begin, end, found.kind, found.detail)
        begin = end
        window.drop(at)


def _record(window: Window, at: int, config: Read) -> _Whole | _Gap | None:
    """What is at *at*; None at the end."""
    begin = _skip_line_ends(window, at)
    if not window.fill(begin + 1):
        return _Gap("damaged_container", "line ends, and no record", begin) if begin > at + _TERMINATOR else None
    header_end = _await_header_end(window, begin, config)
    if not _VERSION.match(window.slice(begin, begin + 16)):
        return _gap(window, begin, "bytes that are no WARC record")
    if header_end < 0:
        return _gap(window, begin, f"a header of more than {config.max_header_bytes} bytes or without end")
    headers = _parse_header(window.slice(begin, header_end))
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 20):
        return _gap(window, begin, "a record without a valid Content-Length")
    size = int(length)
    if size > config.max_member_bytes:
        return _skip_large(window, begin, header_end, size, config)
    block_end = header_end + size
    if not window.fill(block_end):
        return _gap(window, begin, _CUT_OFF)
    next_at = _after_terminator(window, block_end)
    if next_at < 0:
        return _gap(window, begin, "a record that does not end where its Content-Length says")
    return _Whole(headers, window.slice(header_end, block_end), next_at)


def _skip_line_ends(window: Window, at: int) -> int:
    while window.fill(at + 1):
        found = window.search(_NO_LINE_END, at)
        at = found if found >= 0 else window.end
        window.drop(at)
        if found >= 0:
            break
    return at


def _await_header_end(window: Window, begin: int, config: Read) -> int:
    """Offset after the empty line that ends the header; -1 if there is none within the cap.

    Reads no further than it must: what comes next may be damaged.
    """
    while True:
        found = window.search(_HEADER_END, begin)
        if 0 <= found - begin <= config.max_header_bytes:
            match = _HEADER_END.match(window.slice(found, found + _OVERLAP))
            return -1 if match is None or b"W" in match[0] else found + match.end()
        if found >= 0 or window.end - begin > config.max_header_bytes or not window.fill(window.end + 1):
            return -1


def _after_terminator(window: Window, block_end: int) -> int:
    """Where the record ends whose block ends here: after two line ends, or before the next record; -1 if neither."""
    try:
        window.fill(block_end + _TERMINATOR)
    except Damaged:
        if window.stream.verified < block_end:
            raise  # the checksum over this very record is wrong or was not reached
    rest = window.slice(block_end, block_end + _TERMINATOR)
    if rest.startswith(b"\r\n\r\n"):
        return block_end + 4
    after = rest.lstrip(b"\r\n")
    return block_end + len(rest) - len(after) if after[:5] == b"WARC/"[: len(after)] else -1


def _gap(window: Window, begin: int, detail: str) -> _Gap:
    """The range from *begin* to the next thing that looks like a record."""
    at = begin + 1
    while True:
        found = window.search(_NEXT_HEADER, at)
        if found >= 0:
            return _Gap("damaged_container", detail, found)
        at = max(at, window.end - _OVERLAP)
        window.drop(at)
        if not window.fill(window.end + 1):
            return _Gap("damaged_container", detail, window.end)


def _skip_large(window: Window, begin: int, block: int, size: int, config: Read) -> _Gap:
    """Past a record that is too large to hold; but only as far as no other record begins inside of it."""
    at = block
    while at < block + size:
        found = window.search(_HEADER_AFTER_RECORD, at)
        if 0 <= found < block + size:
            return _Gap("damaged_container", f"Content-Length says {size}, but a record begins inside", found)
        if window.end >= block + size:
            break
        at = max(at, window.end - _OVERLAP)
        window.drop(at - 4)
        if not window.fill(window.end + 1):
            return _Gap("damaged_container", _CUT_OFF, window.end)
    next_at = _after_terminator(window, block + size)
    if next_at < 0:
        return _gap(window, max(begin, window.start), "a record that does not end where its Content-Length says")
    cap = config.max_member_bytes
    return _Gap("too_large", f"a record of {size} bytes; the cap is {cap} (read.max_member_bytes)", next_at)


def _parse_header(data: bytes) -> dict[str, str]:
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    lines = re.sub(r"\n[ \t]+", " ", text).split("\n")[1:]
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, value in pairs}
