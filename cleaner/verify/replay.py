"""Every document rebuilt from its source and its ledger, and compared with what was written.

Everything is read once, in reading order, side by side; what is held does not grow with the corpus but for a few bytes
a document. Nothing here segments, classifies or searches: replay needs the data alone.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import file_digest
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

import msgspec
import numpy as np
import xxhash

from cleaner.config import Config
from cleaner.engine.atomic import walk
from cleaner.engine.lock import reading
from cleaner.errors import InputError
from cleaner.model import Failure, Page, RawItem, Source
from cleaner.page_reader import ReadPages
from cleaner.verify.findings import Check, Verification
from cleaner.verify.judging import Judged, is_page_there
from cleaner.verify.kept_copies import check_kept_copy
from cleaner.verify.sharing import Case, by_workers, in_this_process, sources_of
from cleaner.wording import counted
from cleaner.writing.corpus import DocumentIndex, RowsInStep, open_documents, read_rows, read_runs
from cleaner.writing.pages import PAGE_FORMS
from cleaner.writing.paths import PAGES, VIEWS
from cleaner.writing.schemas import DOCUMENTS, FAILURES, REMOVALS, REPAIRS
from cleaner.writing.summary import RUN, RunRecord
from cleaner.writing.wire import DocumentRecord, FailureRow

_TAKEN_APART = tuple(table.file for table in (DOCUMENTS, REMOVALS, REPAIRS, FAILURES))
"""Binary files that the proof reads, if their digests are right."""


def verify(
    clean: Path, raw: Path | None, read_pages: ReadPages, *, limit: int = 1_000, settings: Config | None = None
) -> Verification:
    """Everything in *clean* that does not follow from *raw*, or without *raw*, from the rest of *clean*.

    Args:
        read_pages: how *raw* is read; with the settings of the run that made *clean*.
        limit: how many differences are kept; all are counted.
        settings: of the run that made *clean*, with the number of jobs, to let worker processes do the most of it;
            None to do all of it in this process. Workers read with these settings, and not by *read_pages*.

    Raises:
        InputError: *clean* holds no documents, or *raw* is missing.
        OutputBusy: a run is writing *clean*.
    """
    if raw is not None and not raw.exists():
        raise InputError(f"{raw} does not exist; name the folder or the file that the run read.")
    if not (clean / RUN).is_file():
        open_documents(clean)
    check = Check(clean, limit)
    with reading(clean):
        _check_all(check, raw, read_pages, settings)
    return check.result()


def _check_all(check: Check, raw: Path | None, read_pages: ReadPages, settings: Config | None) -> None:
    """Digests first; then what they vouch for, or what no digest knows, is taken apart."""
    run = _check_files(check)
    if check.damaged.isdisjoint(_TAKEN_APART):
        try:
            _check_contents(check, run, raw, read_pages, settings)
        except InputError as error:
            check.differs(check.clean.name, "unreadable", str(error))
        except Exception as error:  # a record that was changed may say anything
            if not check.count:
                raise
            check.differs(check.clean.name, "unreadable", f"damaged beyond reading: {type(error).__name__}.")


def _check_contents(
    check: Check, run: RunRecord | None, raw: Path | None, read_pages: ReadPages, settings: Config | None
) -> None:
    """Everything but the digests of single files.

    Raises:
        InputError: a file cannot be read.
    """
    documents = open_documents(check.clean)
    check.index = DocumentIndex(documents)
    check.ngram = check.ngram if run is None else run.ngram
    for row in check.index.repeated():
        check.differs(str(row), "repeated", "the id of this document number stands before.")
    page_form = _form_of_pages(check.clean, documents) if run is None else run.page_form
    sources: Iterable[RawItem | Page | Failure] = ()
    if raw is not None:
        sources = read_pages(raw) if settings is None else sources_of(raw, settings)
    cases = _cases(check, iter(documents), raw, sources)
    judge_all = in_this_process if settings is None else partial(by_workers, settings=settings)
    for judged in judge_all(check.clean, cases, page_form):
        _take(check, judged)
    _check_strays(check)
    if run is not None and (run.documents, run.failures) != (check.documents, check.failures):
        check.differs(
            RUN,
            "count",
            f"counts {counted(run.documents, 'document')} and {counted(run.failures, 'failure')}; "
            f"found: {check.documents:,} and {check.failures:,}.",
        )


def _form_of_pages(clean: Path, documents: Iterable[DocumentRecord]) -> str | None:
    """The form in which a page of *documents* is there as a run writes it; None if there is no such page."""
    with_page = (record for record in documents if record.has_page)
    return next((form for record in with_page for form in PAGE_FORMS if is_page_there(clean, record, form)), None)


def _check_files(check: Check) -> RunRecord | None:
    """The record of the run, once every file it names has been compared with its digest."""
    path = check.clean / RUN
    try:
        run = RunRecord(path.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        check.differs(RUN, "unreadable", f"the run did not finish, or its record is damaged: {error}.")
        return None
    if not run.is_as_written:
        check.differs(RUN, "digest", "the file is not the one that the run wrote.")
    for name, digest in run.digests():
        check.written.append(_key(name))
        file = check.clean / name
        if Path(name).is_absolute() or ".." in Path(name).parts or not file.is_file() or file.is_symlink():
            check.damaged.add(name)
            check.differs(name, "missing", "the file is named in the record of the run, but is not there.")
            continue
        try:
            with file.open("rb") as opened:
                found = file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            check.damaged.add(name)
            check.differs(name, "unreadable", f"the file cannot be read: {error.strerror}.")
            continue
        if found != digest:
            check.damaged.add(name)
            check.differs(name, "digest", "the file is not the one that the run wrote.")
    return run


def _cases(
    check: Check, documents: Iterator[DocumentRecord], raw: Path | None, sources: Iterable[RawItem | Page | Failure]
) -> Iterator[Case]:
    """The documents with their sources and rows, in reading order; every source is one document or failed."""
    removals = RowsInStep(read_runs(check.clean, REMOVALS), check.index, check.stray(REMOVALS.name))
    repairs = RowsInStep(read_runs(check.clean, REPAIRS), check.index, check.stray(REPAIRS.name))
    failed = _Failed(check, read_rows(check.clean, FAILURES, FailureRow))
    merged: Iterator[tuple[Source, int, DocumentRecord | RawItem | Page]] = heapq.merge(
        ((_source(found), 0, found) for found in failed.readable_among(sources)),
        ((record.place, 1, record) for record in documents),
        key=itemgetter(0, 1),
    )
    last: Source | None = None
    for source, entries in groupby(merged, key=itemgetter(0)):
        found: RawItem | Page | None = None
        n_documents = 0
        for _, _, item in entries:
            if not isinstance(item, DocumentRecord):
                found = item
                continue
            n_documents += 1
            yield Case(item, found, removals.take(item.id), repairs.take(item.id))
            if raw is not None and found is None:
                check.differs(item.id, "source", "the document has no readable source.")
        check.documents += n_documents
        is_failed = failed.holds(source.id)
        if n_documents + is_failed != 1:
            stated = "a failure" if is_failed else "no failure"
            check.differs(source.id, "count", f"{counted(n_documents, 'document')} and {stated} speak of this source.")
        if last is not None and source < last:
            check.differs(source.id, "order", "the document is out of reading order.")
        last = source
    removals.finish()
    repairs.finish()
    if raw is not None:
        failed.finish()


def _source(found: RawItem | Page) -> Source:
    return found.item.source if isinstance(found, Page) else found.source


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

    def readable_among(self, found: Iterable[RawItem | Page | Failure]) -> Iterator[RawItem | Page]:
        """All but the failures; what cannot be read must be among the failures."""
        for item in found:
            if not isinstance(item, Failure):
                yield item
            elif not self.holds(item.source.id):
                self._check.differs(item.source.id, "count", "the source cannot be read, and no failure says so.")

    def finish(self) -> None:
        """Reports failures whose sources were not met."""
        unseen = self._seen.count(0)
        if unseen:
            what = counted(unseen, "failed source is", "failed sources are")
            self._check.differs(FAILURES.file, "source", f"{what} not in the raw folder.")


def _take(check: Check, judged: Judged) -> None:
    """Adds what was found about one document, and looks for the copies that it names."""
    check.removals += judged.removals
    check.replayed += judged.replayed
    if judged.page_path:
        check.pages += 1
        check.written.append(_key(judged.page_path))
    for difference in judged.differences:
        check.differs(*difference)
    for copy in judged.kept_copies:
        check_kept_copy(check, copy)


def _check_strays(check: Check) -> None:
    """Files below ``pages/`` that no document accounts for, and views that the run does not name."""
    expected = array("Q", np.sort(np.array(check.written, dtype=np.uint64)).tobytes())
    there = chain.from_iterable(walk(check.clean / top) for top in (PAGES, VIEWS))
    paths = (folder / name for folder, _, files in there for name in files)
    names = (path.relative_to(check.clean).as_posix() for path in paths)
    for stray in sorted(name for name in names if _find(expected, _key(name)) is None):
        check.differs(stray, "page", "nothing accounts for this file.")


def _key(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogateescape"))


def _find(keys: Sequence[int], key: int) -> int | None:
    """Where *key* is in sorted *keys*."""
    at = bisect_left(keys, key)
    return at if at < len(keys) and keys[at] == key else None
