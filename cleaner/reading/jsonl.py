"""Pages out of JSON lines and small JSON documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.doubt import Doubt
from cleaner.reading.fields import label_fields, page_fields, page_of_record
from cleaner.reading.json_record import BadJsonError, json_record, parse_json
from cleaner.reading.sniff import HEAD_BYTES, line_end_of
from cleaner.reading.window import Damaged, Window

_BOM = b"\xef\xbb\xbf"


def jsonl_pages(
    window: Window, path: str, config: Read, is_wanted: Callable[[Source], bool] = lambda source: True
) -> Iterator[RawItem | Failure]:
    r"""One page or Failure per line that is not blank; ``Source.member`` is the line number.

    Lines end at ``\n`` only; at ``\r`` in a file that begins without any ``\n``. A line that is too long or no JSON
    object is one Failure, and so is a range of damaged compressed data, after which reading goes on at the next
    compressed member that begins with ``{``. Every byte that is not in a blank line is in the range of one row: where
    lines share a compressed member, the last of them has the member's range and the others are empty. A line that is
    not wanted is passed over unread.
    """
    stream = window.stream
    line_end = line_end_of(window.peek(HEAD_BYTES))
    begin = 0  # whatever stands before the first member
    doubt = Doubt()
    for number in count(1):
        source = Source(path, number)
        try:
            line = _next_line(window, line_end, config.max_line_bytes)
        except Damaged as damage:
            detail = damage.detail + doubt.about(number, stream.verified)
            end = stream.resync(b"{")
            window.restart(window.end)
            yield Failure(source, "read", damage.kind, detail, begin, end)
            begin = end
            continue
        if line is None:
            return
        doubt.given(number, window.start, stream.verified)
        if isinstance(line, bytes):
            line = line.removeprefix(_BOM) if number == 1 else line
            if not line or line.isspace():
                continue
        end = stream.origin(window.start)
        if is_wanted(source):
            yield replace(_page(line, source, config), start=begin, end=end)
        begin = end


def json_pages(document: bytes, path: str, config: Read) -> Iterator[RawItem | Failure]:
    """The pages of one JSON document: an object is a page, a list of objects is one page each, numbered from 1."""
    try:
        value = parse_json(document.removeprefix(_BOM), frozenset(page_fields(config)))
    except BadJsonError as error:
        yield Failure(Source(path), "read", "damaged_container", f"not JSON: {error}")
        return
    if not isinstance(value, list):
        yield _record_page(value, Source(path), config)
        return
    if not value:
        yield Failure(Source(path), "read", "not_a_page", "an empty JSON list")
    for number, record in enumerate(value, 1):
        yield _record_page(record, Source(path, number), config)


def _next_line(window: Window, line_end: bytes, cap: int) -> bytes | int | None:
    """The next line without its end; its length if that is over *cap*; None at the end of the stream.

    Raises:
        Damaged: the line is not whole, or the compressed member ends with it and its checksum is wrong.
    """
    begin = searched = window.start
    while (end := window.find(line_end, searched)) < 0:
        searched = window.end
        if window.end - begin > cap:
            return _skip_line(window, line_end, begin)
        if not window.fill(window.end + 1):
            end = window.end
            break
    if end == begin == window.end:
        return None
    try:
        window.fill(end + 2)
    except Damaged:
        if window.stream.verified < end:
            raise
    line = window.slice(begin, end) if end - begin <= cap else end - begin
    window.drop(min(end + 1, window.end))
    return line


def _skip_line(window: Window, line_end: bytes, begin: int) -> int:
    """Past the end of the line, holding none of it; its length."""
    while (end := window.find(line_end, window.start)) < 0:
        window.drop(window.end)
        if not window.fill(window.end + 1):
            return window.end - begin
    window.drop(end + 1)
    return end - begin


def _page(line: bytes | int, source: Source, config: Read) -> RawItem | Failure:
    if isinstance(line, int):
        detail = f"a line of {line} bytes; the cap is {config.max_line_bytes} (read.max_line_bytes)"
        return Failure(source, "read", "too_large", detail)
    try:
        record = json_record(line, page_fields(config), label_fields(config))
    except BadJsonError as error:
        return Failure(source, "read", "damaged_container", f"line {source.member} is not JSON: {error}")
    return _record_page(record, source, config)


def _record_page(record: object, source: Source, config: Read) -> RawItem | Failure:
    if not isinstance(record, dict):
        return Failure(source, "read", "not_a_page", "not a JSON object")
    return page_of_record(record, source, config)
