"""Pages out of JSON lines and small JSON documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count

import msgspec

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.doubt import Doubt
from cleaner.reading.fields import Several, html_fields, page_of_record, text_fields
from cleaner.reading.sniff import HEAD_BYTES, line_end_of
from cleaner.reading.window import Damaged, Window

_BOM = b"\xef\xbb\xbf"


class BadJsonError(ValueError):
    """Why bytes are no JSON that can be read."""


def jsonl_pages(window: Window, path: str, config: Read) -> Iterator[RawItem | Failure]:
    r"""One page or Failure per line that is not blank; ``Source.member`` is the line number.

    Lines end at ``\n`` only; at ``\r`` in a file that begins without any ``\n``. A line that is too long or no JSON
    object is one Failure, and so is a range of damaged compressed data, after which reading goes on at the next
    compressed member that begins with ``{``. Every byte that is not in a blank line is in the range of one row: where
    lines share a compressed member, the last of them has the member's range and the others are empty.
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
        yield replace(_page(line, source, config), start=begin, end=end)
        begin = end


def json_pages(document: bytes, path: str, config: Read) -> Iterator[RawItem | Failure]:
    """The pages of one JSON document: an object is a page, a list of objects is one page each, numbered from 1."""
    try:
        value = parse_json(document.removeprefix(_BOM), _page_names(config))
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


def parse_json(data: bytes, once: tuple[str, ...] = ()) -> object:
    """The value of *data*; of two fields with one name the last counts, of those in *once* all: as ``Several``.

    What msgspec refuses but Python's ``json`` reads is read: lone surrogates, NaN, numbers beyond a float.

    Raises:
        BadJsonError: no JSON, not UTF-8, nested too deeply, or an integer of thousands of digits.
    """
    may_repeat = any(data.count(f'"{name}"'.encode()) > 1 for name in once)
    try:
        if not may_repeat:
            return msgspec.json.decode(data)
    except RecursionError as error:
        raise BadJsonError("nested too deeply") from error
    except (msgspec.MsgspecError, ValueError):
        pass
    hook = partial(_object_of, once=once) if may_repeat else None
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=hook)
    except RecursionError as error:
        raise BadJsonError("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise BadJsonError(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadJsonError(f"{error.msg} at character {error.pos}") from error
    except ValueError as error:
        raise BadJsonError("an integer with too many digits") from error


def _object_of(pairs: list[tuple[str, object]], once: tuple[str, ...]) -> dict[str, object]:
    """The object of *pairs*, with all that stands under a name of *once* twice, unless it is the same."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for name in once:
            values = [value for key, value in pairs if key == name]
            if any(value != values[0] for value in values):
                made[name] = Several(values)
    return made


def _page_names(config: Read) -> tuple[str, ...]:
    """The last parts of the names under which pages are looked for."""
    return tuple(name.rpartition(".")[2] for name in (*html_fields(config), *text_fields(config)))


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
        record = parse_json(line, _page_names(config))
    except BadJsonError as error:
        return Failure(source, "read", "damaged_container", f"line {source.member} is not JSON: {error}")
    return _record_page(record, source, config)


def _record_page(record: object, source: Source, config: Read) -> RawItem | Failure:
    if not isinstance(record, dict):
        return Failure(source, "read", "not_a_page", "not a JSON object")
    return page_of_record(record, source, config)
