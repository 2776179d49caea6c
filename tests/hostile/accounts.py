"""Whether every byte of a container is in the range of one row, or of a record that makes none."""

from __future__ import annotations

import io
from collections.abc import Sequence

from cleaner.config import Read
from cleaner.model import Failure, RawItem
from cleaner.reading.codec import Codec
from cleaner.reading.compression import InflatingStream
from cleaner.reading.sniff import HEAD_BYTES, Format, Refusal, sniff
from cleaner.reading.warc_records import Record, warc_records
from cleaner.reading.window import CHUNK, Damaged, PlainStream, Window

SILENT = frozenset({"warcinfo", "request", "metadata", "revisit"})
_BLANK = b"\0\t\n\x0b\x0c\r \xef\xbb\xbf"


def unaccounted(items: Sequence[RawItem | Failure], data: bytes, file: str) -> int:
    """How many bytes of a WARC or JSONL file are in no row's range, in no silent record and no blank line, or in two.

    *items* are what reading *data* gave. 0 for files of any other format, which are pages whole or not at all.
    """
    window, found = unpacked(data, file)
    if found not in {"warc", "jsonl"} or not any(item.source.member for item in items):
        return 0
    ranges = [(item.start, item.end) for item in items]
    if found == "warc":
        ranges = sorted([*ranges, *silent_ranges(window)])
    at = lost = 0
    for start, end in ranges:
        lost += abs(start - at) + max(start - end, 0)
        at = max(at, end)
    return lost if _is_blank(data[at:], file) else lost + len(data) - at


def unpacked(data: bytes, file: str) -> tuple[Window, Format | Refusal]:
    """The content of *data* under its compressions, and what it is."""
    window = Window(PlainStream(io.BytesIO(data)))
    while (found := sniff(window.peek(HEAD_BYTES), file)) in {"gzip", "zstd", "bzip2", "xz"}:
        window = Window(InflatingStream(window, Codec(found), Read()))  # type: ignore[arg-type]
        file = file.rpartition(".")[0] if file.endswith((".gz", ".zst", ".bz2", ".xz")) else file
    return window, found


def silent_ranges(window: Window) -> list[tuple[int, int]]:
    """Where the records are that make no row, because they only speak about pages."""
    found = warc_records(window, Read())
    return [
        (r.start, r.end) for r in found if isinstance(r, Record) and r.headers.get("warc-type", "").lower() in SILENT
    ]


def _is_blank(rest: bytes, file: str) -> bool:
    """Whether nothing is lost with *rest*: it is blank, or members of blank content."""
    if not rest.strip(_BLANK):
        return True
    window, _ = unpacked(rest, file)
    try:
        while piece := window.read(CHUNK):
            if piece.strip(_BLANK):
                return False
    except Damaged:
        return False
    return not isinstance(window.stream, PlainStream)
