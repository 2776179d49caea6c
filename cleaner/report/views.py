"""The views of some pages, and ``report/views.jsonl``, which says what they show: removed text is nowhere else.

The sources are read again, so a view can be made at any time; what has changed since the run has none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.config import Read
from cleaner.engine.atomic import make_folder, remove, replacing, walk, write_if_changed
from cleaner.engine.parquet import parquet_file
from cleaner.errors import InputError, UsageError
from cleaner.model import Failure, Page, RawItem, Source
from cleaner.reading.decode import decode
from cleaner.reading.sources import read_sources
from cleaner.reading.walk import unescape_path
from cleaner.report.page_lines import Line, page_lines
from cleaner.report.page_view import gone_chars, view_page
from cleaner.report.view_paths import PAGE_VIEWS, anchor, is_view_path, view_path
from cleaner.writing.corpus import reading
from cleaner.writing.paths import VIEWS
from cleaner.writing.safe import well_formed_tree
from cleaner.writing.schemas import REMOVALS
from cleaner.writing.wire import DocumentRecord, RemovalRow

INDEX = f"{VIEWS}/views.jsonl"
_AT_ONCE = 20
"""Documents whose removals are looked up together."""
_SAMPLES = 3
"""Of each rule on one page."""
_SAMPLE_CHARS = 300


class Sample(msgspec.Struct, frozen=True):
    """A removed text to show."""

    reason: str
    rule: str
    text: str
    """Cut; as a reader saw it."""
    score: float | None
    anchor: str
    """Of its first removal, in the view."""


class ViewRecord(msgspec.Struct, frozen=True):
    """A view that is there."""

    doc_id: str
    path: str
    title: str | None
    url: str | None
    site: str | None
    status: str
    confidence: float | None
    source_chars: int
    visible_chars: int
    kept_chars: int
    """Of the visible ones."""
    samples: list[Sample]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ViewRecord).decode


def write_views(
    clean: Path,
    raw: Path,
    records: Iterator[DocumentRecord],
    has_view: Callable[[str], bool],
    settings: Read,
    *,
    is_raw_known: bool,
) -> tuple[list[str], int]:
    """The names of the files written, relative to *clean*, and how many sources are not what they were.

    Args:
        raw: what the run read.
        records: of the documents to be shown, in reading order.
        has_view: whether a document is among them.
        settings: how *raw* is read.
        is_raw_known: whether *raw* is surely what the run read.

    Raises:
        InputError: the removals cannot be read, or *raw* is another folder; then the views of before stay.
        OutputFull: *clean* could not be written.
    """
    written, missing = [INDEX], 0
    sources = _Sources(raw, settings, has_view)
    make_folder(clean / VIEWS)
    with replacing(clean / INDEX) as index:
        while some := list(islice(records, _AT_ONCE)):
            rows = _rows_of(clean, [record.id for record in some])
            for record in some:
                page = sources.take(record)
                if page is None:
                    missing += 1
                    continue
                removals = rows.get(record.id, [])
                lines = page_lines(page.source_text, page.kind, record, removals)
                path = view_path(record.id)
                write_if_changed(clean / path, view_page(record, lines, has_view))
                written.append(path)
                index.write(_line(_view_record(record, path, lines)))
        if missing and len(written) == 1 and not is_raw_known:
            raise InputError(f"no page to be shown is in {raw} as it was; is it the folder that the run read?")
    return written, missing


def read_views(clean: Path) -> Iterator[ViewRecord]:
    """What ``write_views`` wrote last, in its order, and what is still there of it; nothing if it never did.

    Raises:
        InputError: the file is damaged.
    """
    path = clean / INDEX
    if path.is_file():
        with reading(path), path.open("rb") as file:
            yield from (view for view in map(_decode, file) if (clean / view.path).is_file())


def remove_views(clean: Path, but: Sequence[str] = ()) -> list[str]:
    """The files below the folder of the report that are no views, sorted, once the views are gone *but* these.

    Raises:
        OutputFull: a folder could not be read, or a file not be removed.
    """
    stay, strangers = set(but), []
    for here, _, files in walk(clean / VIEWS):
        for file in files:
            name = (here / file).relative_to(clean).as_posix()
            if name in stay:
                continue
            if name == INDEX or is_view_path(name):
                remove(here / file)
            else:
                strangers.append(name)
        with suppress(OSError):  # it is not empty
            here.rmdir()
    return sorted(strangers)


def check_folder(clean: Path) -> None:
    """Nothing, if views can be written into *clean* without leaving it.

    Raises:
        UsageError: their folder is a link.
    """
    for folder in (clean / VIEWS, clean / PAGE_VIEWS):
        if folder.is_symlink():
            raise UsageError(f"{folder} is a link; remove it, or name another folder.")


def _rows_of(clean: Path, ids: list[str]) -> dict[str, list[RemovalRow]]:
    """The removals of some documents, in the order they have on disk; one row group is in memory at a time."""
    path, wanted = clean / REMOVALS.file, pa.array(ids)
    rows: list[RemovalRow] = []
    encoded = [field.name for field in REMOVALS.schema if field.type == pa.string() and field.name != "text_sha256"]
    with reading(path), parquet_file(path, encoded) as file:
        for number in range(file.num_row_groups):
            names = file.metadata.row_group(number).column(0).statistics
            if names is not None and names.has_min_max and not any(names.min <= one <= names.max for one in ids):
                continue
            group = file.read_row_group(number, columns=REMOVALS.schema.names, use_threads=False)
            here = group.filter(pc.is_in(group.column(0), wanted)).cast(REMOVALS.schema)
            rows += map(RemovalRow, *(column.to_pylist() for column in here.columns))
    return {doc_id: list(group) for doc_id, group in groupby(rows, key=lambda row: row.doc_id)}


class _Sources:
    """The pages of *raw*, handed out in reading order; a file is read once, and no further than is needed."""

    def __init__(self, raw: Path, settings: Read, has_view: Callable[[str], bool]) -> None:
        self._raw = raw
        self._has_view = has_view
        self._settings = replace(settings, urls=None)  # addresses are on record, and their table may be gone
        self._path = ""
        self._items: Iterator[RawItem | Failure] = iter(())
        self._waiting: RawItem | None = None

    def take(self, record: DocumentRecord) -> Page | None:
        """The source of *record*, None if it is not what it was."""
        known = record.metadata
        if known.raw_path != self._path:
            self._path, self._waiting = known.raw_path, None
            file = self._raw if self._raw.is_file() else self._raw / os.fsdecode(unescape_path(known.raw_path))
            self._items = read_sources(file, self._settings, self._is_wanted)
        while self._waiting is None or self._waiting.source.member < known.raw_member:
            try:
                found = next(self._items, None)
            except InputError:  # the file is not there any more
                found = None
            if found is None:
                self._items = iter(())
                return None
            self._waiting = found if isinstance(found, RawItem) else self._waiting
        item = self._waiting
        if item.source.member != known.raw_member or item.sha256 != known.raw_sha256:
            return None
        page = decode(item, self._settings)
        return page if isinstance(page, Page) else None

    def _is_wanted(self, source: Source) -> bool:
        return self._has_view(Source(self._path, source.member).id)


def _view_record(record: DocumentRecord, path: str, lines: Sequence[Line]) -> ViewRecord:
    known = record.metadata
    gone = gone_chars(piece for line in lines for piece in line.gone).total()
    return ViewRecord(
        record.id,
        path,
        known.title,
        known.url,
        known.site,
        known.status,
        known.confidence,
        known.source_length,
        known.visible_length,
        known.visible_length - gone,
        list(_samples(lines)),
    )


def _samples(lines: Sequence[Line]) -> Iterator[Sample]:
    """The longest texts that each rule took, in the order of the page."""
    found: dict[tuple[str, str], list[tuple[int, str, RemovalRow]]] = {}
    for line in lines:
        for cause, group in groupby(line.gone, key=lambda piece: (piece.row.reason, piece.row.rule)):
            pieces = list(group)
            text = " ".join(" ".join(piece.text for piece in pieces).split())
            if text:
                found.setdefault(cause, []).append((len(text), text, pieces[0].row))
    for (reason, rule), texts in sorted(found.items()):
        longest = sorted(texts, key=lambda entry: (-entry[0], entry[2].start))[:_SAMPLES]
        for _, text, row in sorted(longest, key=lambda entry: entry[2].start):
            shown = text if len(text) <= _SAMPLE_CHARS else f"{text[:_SAMPLE_CHARS].rstrip()} …"
            yield Sample(reason, rule, shown, row.score, anchor(row))


def _line(record: ViewRecord) -> bytes:
    try:
        return _encode(record) + b"\n"
    except UnicodeEncodeError:
        return _encode(well_formed_tree(msgspec.to_builtins(record))) + b"\n"
