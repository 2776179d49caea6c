"""Every document rebuilt from its source and its ledger, and compared with what was written.

Everything is read once, in reading order, side by side; what is held does not grow with the corpus but for a few bytes
a document. Nothing here segments, classifies or searches: replay needs the data alone.
"""

from __future__ import annotations

import heapq
import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import file_digest
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
import xxhash

from cleaner import ledger
from cleaner.engine.lock import reading
from cleaner.errors import InputError
from cleaner.model import Failure, Page, Repair, Source, Span
from cleaner.verify.findings import Check, Verification
from cleaner.verify.kept_copies import check_kept_copy, removed_passages
from cleaner.writing.corpus import DocumentIndex, RowsInStep, open_documents, read_rows
from cleaner.writing.pages import page_file
from cleaner.writing.paths import PAGES, page_path
from cleaner.writing.safe import well_formed
from cleaner.writing.schemas import DOCUMENTS, FAILURES, REMOVALS, REPAIRS
from cleaner.writing.summary import RUN, RunRecord
from cleaner.writing.wire import DocumentRecord, FailureRow, RemovalRow, RepairRow

_TAKEN_APART = tuple(table.file for table in (DOCUMENTS, REMOVALS, REPAIRS, FAILURES))
"""Binary files that the proof reads, if their digests are right."""

ReadPages: TypeAlias = Callable[[Path], Iterator[Page | Failure]]
"""The pages of ``raw/`` in reading order, and a Failure for each source that is none."""


def verify(clean: Path, raw: Path | None, read_pages: ReadPages, *, limit: int = 1_000) -> Verification:
    """Everything in *clean* that does not follow from *raw*, or without *raw*, from the rest of *clean*.

    Args:
        read_pages: how *raw* is read; with the settings of the run that made *clean*.
        limit: how many differences are kept; all are counted.

    Raises:
        InputError: *clean* holds no documents, or *raw* is missing.
        OutputBusy: a run is writing *clean*.
    """
    if raw is not None and not raw.exists():
        raise InputError(f"{raw} does not exist.")
    if not (clean / RUN).is_file():
        open_documents(clean)
    check = Check(clean, limit)
    with reading(clean):
        _check_all(check, raw, read_pages)
    return check.result()


def _check_all(check: Check, raw: Path | None, read_pages: ReadPages) -> None:
    """Digests first; then what they vouch for, or what no digest knows, is taken apart."""
    run = _check_files(check)
    if check.damaged.isdisjoint(_TAKEN_APART):
        try:
            _check_contents(check, run, raw, read_pages)
        except InputError as error:
            check.differs(check.clean.name, "unreadable", str(error))
        except Exception as error:  # a record that was changed may say anything
            if not check.count:
                raise
            check.differs(check.clean.name, "unreadable", f"damaged beyond reading: {type(error).__name__}.")


def _check_contents(check: Check, run: RunRecord | None, raw: Path | None, read_pages: ReadPages) -> None:
    """Everything but the digests of single files.

    Raises:
        InputError: a file cannot be read.
    """
    documents = open_documents(check.clean)
    check.index = DocumentIndex(documents)
    check.ngram = check.ngram if run is None else run.ngram
    for row in check.index.repeated():
        check.differs(str(row), "repeated", "the id of this document number stands before.")
    expects_pages = (check.clean / PAGES).is_dir() if run is None else run.writes_pages
    _check_sources(check, iter(documents), raw, read_pages, expects_pages)
    _check_strays(check)
    if run is not None and (run.documents, run.failures) != (check.documents, check.failures):
        check.differs(
            RUN,
            "count",
            f"counts {run.documents} documents and {run.failures} failures; "
            f"there are {check.documents} and {check.failures}.",
        )


def _check_files(check: Check) -> RunRecord | None:
    """The record of the run, once every file it names has been compared with its digest."""
    path = check.clean / RUN
    try:
        run = RunRecord(path.read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        check.differs(RUN, "unreadable", f"the run did not finish, or its record is damaged: {error}.")
        return None
    if not run.is_as_written:
        check.differs(RUN, "digest", "the file is not the one that the run wrote.")
    for name, digest in run.digests():
        file = check.clean / name
        if Path(name).is_absolute() or ".." in Path(name).parts or not file.is_file() or file.is_symlink():
            check.damaged.add(name)
            check.differs(name, "missing", "the file is named in the record of the run, but is not there.")
            continue
        with file.open("rb") as opened:
            if file_digest(opened, "sha256").hexdigest() != digest:
                check.damaged.add(name)
                check.differs(name, "digest", "the file is not the one that the run wrote.")
    return run


def _check_sources(
    check: Check,
    documents: Iterator[DocumentRecord],
    raw: Path | None,
    read_pages: ReadPages,
    expects_pages: bool,
) -> None:
    """Sources and documents side by side, in reading order; every source is one document or failed."""
    removals = RowsInStep(read_rows(check.clean, REMOVALS, RemovalRow), check.index, check.stray(REMOVALS.name))
    repairs = RowsInStep(read_rows(check.clean, REPAIRS, RepairRow), check.index, check.stray(REPAIRS.name))
    failed = _Failed(check, read_rows(check.clean, FAILURES, FailureRow))
    merged: Iterator[tuple[Source, int, DocumentRecord | Page]] = heapq.merge(
        ((page.item.source, 0, page) for page in failed.pages_among(() if raw is None else read_pages(raw))),
        ((record.place, 1, record) for record in documents),
        key=itemgetter(0, 1),
    )
    last: Source | None = None
    for source, entries in groupby(merged, key=itemgetter(0)):
        page: Page | None = None
        n_documents = 0
        for _, _, item in entries:
            if isinstance(item, Page):
                page = item
                continue
            n_documents += 1
            _check_document(check, item, page, removals.take(item.id), repairs.take(item.id))
            if raw is not None and page is None:
                check.differs(item.id, "source", "the document has no readable source.")
            if expects_pages:
                _check_page_file(check, item)
        check.documents += n_documents
        is_failed = failed.holds(source.id)
        if n_documents + is_failed != 1:
            stated = "a failure" if is_failed else "no failure"
            check.differs(source.id, "count", f"{n_documents} documents and {stated} speak of this source.")
        if last is not None and source < last:
            check.differs(source.id, "order", "the document is out of reading order.")
        last = source
    removals.finish()
    repairs.finish()
    if raw is not None:
        failed.finish()


class _Failed:
    """The sources that failed, in 9 bytes each."""

    def __init__(self, check: Check, rows: Iterator[FailureRow]) -> None:
        self._check = check
        keys = array("Q")
        for row in rows:
            keys.append(_key(row.source_id))
            check.failures += 1
        self._keys = array("Q", np.unique(np.array(keys, dtype=np.uint64)).tobytes())
        self._seen = bytearray(len(self._keys))

    def holds(self, source_id: str) -> bool:
        """Whether *source_id* failed; from now on it counts as found."""
        at = _find(self._keys, _key(source_id))
        if at is not None:
            self._seen[at] = 1
        return at is not None

    def pages_among(self, found: Iterable[Page | Failure]) -> Iterator[Page]:
        """The pages; what cannot be read must be among the failures."""
        for item in found:
            if isinstance(item, Page):
                yield item
            elif not self.holds(item.source.id):
                self._check.differs(item.source.id, "count", "the source cannot be read, and no failure says so.")

    def finish(self) -> None:
        """Reports failures whose sources were not met."""
        unseen = self._seen.count(0)
        if unseen:
            self._check.differs(FAILURES.file, "source", f"{unseen} failed sources are not in the raw folder.")


def _check_document(
    check: Check, record: DocumentRecord, page: Page | None, removals: list[RemovalRow], repairs: list[RepairRow]
) -> None:
    """Conservation, replay, digests and kept copies of one document."""
    check.removals += len(removals)
    known = record.metadata
    if record.place.id != record.id:
        check.differs(record.id, "id", f"the id does not follow from the source {record.place.id}.")
    if page is not None and page.item.sha256 != known.raw_sha256:
        check.differs(record.id, "raw_sha256", "the source has changed since the run.")
        return
    length = known.source_length if page is None else len(page.source_text)
    if length != known.source_length:
        check.differs(record.id, "source_length", f"the source has {length} characters, not {known.source_length}.")
        return
    kept = _kept(check, record.id, removals, length)
    if kept is None:
        return
    _check_spans(check, record)
    _check_repairs(check, record.id, kept, repairs)
    if page is None:
        kept_length = sum(len(span) for span in kept)
        covered = sum(segment.source_end - segment.source_start for segment in known.segments)
        if covered != kept_length:
            check.differs(record.id, "segments", f"cover {covered} source characters where {kept_length} are kept.")
    else:
        check.replayed += 1
        _check_replay(check, record, page, kept, repairs)
        for row in removals:
            _check_digest(check, row, page.source_text)
    for rows in removed_passages(removals):
        check_kept_copy(check, rows, page)


def _kept(check: Check, doc_id: str, removals: Sequence[RemovalRow], length: int) -> list[Span] | None:
    """The complement of *removals*; None if they are not sorted, disjoint and inside the page."""
    kept: list[Span] = []
    at = 0
    for row in removals:
        if not at <= row.start < row.end <= length:
            check.differs(
                doc_id, "conservation", f"removal [{row.start}, {row.end}) where {at} of {length} are settled."
            )
            return None
        if row.start > at:
            kept.append(Span(at, row.start))
        at = row.end
    if at < length:
        kept.append(Span(at, length))
    return kept


def _check_spans(check: Check, record: DocumentRecord) -> None:
    """Blocks and segments lie in the text, in order."""
    for name, spans in (("blocks", record.metadata.blocks), ("segments", record.metadata.segments)):
        at = 0
        for span in spans:
            if not at <= span.text_start <= span.text_end <= len(record.text):
                check.differs(record.id, name, f"[{span.text_start}, {span.text_end}) is out of order or of the text.")
                break
            at = span.text_end


def _check_repairs(check: Check, doc_id: str, kept: Sequence[Span], repairs: Sequence[RepairRow]) -> None:
    """Repairs are sorted, disjoint, and each inside one kept span."""
    spans = iter(kept)
    span = next(spans, Span(0, 0))
    at = 0
    for row in repairs:
        while span.end <= row.start and (following := next(spans, None)) is not None:
            span = following
        if not max(at, span.start) <= row.start <= row.end <= span.end:
            check.differs(doc_id, "repairs", f"the repair of [{row.start}, {row.end}) is not inside kept text.")
            return
        at = row.end


def _check_replay(
    check: Check, record: DocumentRecord, page: Page, kept: Sequence[Span], repairs: Sequence[RepairRow]
) -> None:
    plan = [Repair(row.start, row.end, row.text, "layout") for row in repairs]
    text, segments = ledger.replay(page.source_text, kept, plan)
    if well_formed(text) != record.text:
        at = next((n for n, (a, b) in enumerate(zip(text, record.text, strict=False)) if a != b), None)
        at = min(len(text), len(record.text)) if at is None else at
        check.differs(record.id, "text", f"replay gives another text from character {at} on.")
    if segments != record.text_segments():
        check.differs(record.id, "segments", "replay gives other segments.")


def _check_digest(check: Check, row: RemovalRow, source_text: str) -> None:
    if row.text_sha256 is None:
        if row.reason not in ledger.MARKUP_REASONS:
            check.differs(row.doc_id, "text_sha256", f"removal [{row.start}, {row.end}) of visible text has no digest.")
    elif ledger.text_digest(source_text[row.start : row.end]) != row.text_sha256:
        check.differs(row.doc_id, "text_sha256", f"removal [{row.start}, {row.end}) covers another text.")


def _check_page_file(check: Check, record: DocumentRecord) -> None:
    if not record.has_page:
        return
    relative = page_path(record.place)
    check.written.append(_key(str(relative)))
    path = check.clean / relative
    check.pages += 1
    if path.is_symlink() or not path.is_file():
        check.differs(record.id, "page", f"{relative} is missing.")
    elif path.read_bytes() != page_file(record):
        check.differs(record.id, "page", f"{relative} is not what the record makes.")


def _check_strays(check: Check) -> None:
    """Files below ``pages/`` that no document accounts for."""
    expected = array("Q", np.sort(np.array(check.written, dtype=np.uint64)).tobytes())
    for folder, names, files in os.walk(check.clean / PAGES):
        names.sort()
        for name in sorted(files):
            relative = Path(folder, name).relative_to(check.clean).as_posix()
            if _find(expected, _key(relative)) is None:
                check.differs(relative, "page", "no document made this file.")


def _key(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogateescape"))


def _find(keys: Sequence[int], key: int) -> int | None:
    """Where *key* is in sorted *keys*."""
    at = bisect_left(keys, key)
    return at if at < len(keys) and keys[at] == key else None
