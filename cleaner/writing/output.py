"""The files of ``clean/`` as a run writes them; ``run.json`` comes last and says that all of them are there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pyarrow as pa

from cleaner.engine.atomic import make_folder, output_errors, remove, replacing, sweep_parts, walk, write_if_changed
from cleaner.errors import UsageError
from cleaner.model import Document, Failure, Source
from cleaner.writing.page_names import PageNames
from cleaner.writing.pages import PAGE_FORMS, page_source
from cleaner.writing.paths import PAGES, VIEWS, page_path
from cleaner.writing.rows import failure_rows, removal_columns, repair_columns
from cleaner.writing.schemas import (
    CLUSTERS,
    DOCUMENT_RELATIONS,
    DOCUMENTS,
    FAILURES,
    PASSAGES,
    RELATIONS,
    REMOVALS,
    REPAIRS,
    Table,
)
from cleaner.writing.summary import RUN, Tally, encode_run, readme
from cleaner.writing.tables import document_batch, pack_batch, record_batch, table_file, unpack_batch
from cleaner.writing.wire import document_record, encode_line

LINES = "documents.jsonl"
REPORT = "report.html"
README = "README.md"


class WrittenDocument(NamedTuple):
    """A document as bytes that only have to be put into files."""

    line: bytes
    """Of ``documents.jsonl``; empty if a table is written instead."""
    row: bytes
    """Of ``documents.parquet``, as a packed batch; empty if lines are written."""
    page_path: str
    """Inside ``clean/``; empty for a document that has no page file."""
    page: bytes
    removals: bytes
    """Packed batch of rows, as are ``repairs``."""
    repairs: bytes
    tally: Tally


def written(document: Document, form: str) -> WrittenDocument:
    """*document* in every shape that *form* (``md``, ``txt``, ``tei``, ``jsonl``, ``parquet``) asks for."""
    record = document_record(document)
    page_form = PAGE_FORMS.get(form) if record.has_page else None
    tally = Tally()
    tally.add_document(document)
    return WrittenDocument(
        line=b"" if form == "parquet" else encode_line(record),
        row=pack_batch(document_batch([record])) if form == "parquet" else b"",
        page_path="" if page_form is None else str(page_path(document.source, page_form.suffix)),
        page=b"" if page_form is None else page_form.content(record),
        removals=pack_batch(record_batch(REMOVALS, removal_columns(document.id, document.removals))),
        repairs=pack_batch(record_batch(REPAIRS, repair_columns(document.id, document.repairs))),
        tally=tally,
    )


class Output:
    """``clean/`` while it is written; as a context it is complete but for ``run.json`` when the block ends.

    Args:
        form: the format of the run.
        sources: what may become documents.
        store: the folder in which runs keep what the next one takes over.
    """

    def __init__(self, clean: Path, form: str, sources: Iterable[Source], store: Path) -> None:
        self.tally = Tally()
        self._clean = clean
        self._form = form
        self._sources = sources
        self._names = PageNames(store / "pages")
        self._open = ExitStack()
        self.strangers: list[str] = []
        """Files below ``pages/`` that no run wrote, once the output is complete; they stay."""

    def __enter__(self) -> Output:
        make_folder(self._clean)
        for name in (PAGES, VIEWS):
            _refuse_links(self._clean / name)
        sweep_parts(self._clean)
        self._names.announce(self._free_names())
        remove(self._clean / RUN)
        tables = (REMOVALS, REPAIRS, PASSAGES, RELATIONS, DOCUMENT_RELATIONS, CLUSTERS, FAILURES)
        self._tables = {table.name: self._open.enter_context(table_file(self._clean, table)) for table in tables}
        if self._form == "parquet":
            self._tables["documents"] = self._open.enter_context(table_file(self._clean, DOCUMENTS))
        else:
            self._lines = self._open.enter_context(replacing(self._clean / LINES))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)
        if kind is None:
            self._remove_what_is_no_more()

    def document(self, document: WrittenDocument) -> None:
        """Puts *document* into its files; documents come in reading order."""
        if document.line:
            self._lines.write(document.line)
        else:
            self._tables["documents"].add_batch(unpack_batch(DOCUMENTS, document.row))
        if document.page_path:
            write_if_changed(self._clean / document.page_path, document.page)
            self._names.add(document.page_path, document.page)
        self._tables["removals"].add_batch(unpack_batch(REMOVALS, document.removals))
        self._tables["repairs"].add_batch(unpack_batch(REPAIRS, document.repairs))
        self.tally.add(document.tally)

    def passages(self, doc_id: str, columns: Mapping[str, Any]) -> None:
        """The passages of one document, as columns ``start``, ``end``, ``kind``, ``words``."""
        self._add(PASSAGES, {"doc_id": [doc_id] * len(columns["start"]), **columns})

    def columns(self, table: Table, batches: Iterable[Mapping[str, Any]]) -> None:
        """The rows of *table*, sorted, as batches of columns by name."""
        for columns in batches:
            self._add(table, columns)

    def failures(self, failures: Sequence[Failure]) -> None:
        """Every source that became no document, sorted."""
        self._tables["failures"].add(failure_rows(failures))
        for failure in failures:
            self.tally.add_failure(failure)

    def finish(self, run_record: Callable[[Iterable[str]], dict[str, Any]], others: Iterable[str] = ()) -> None:
        """Writes the files that describe the others, ``run.json`` last.

        *run_record* makes it of the names of the single files in ``clean/``, of which *others* are there already.
        """
        single = [f"{name}.parquet" for name in self._tables]
        single += [] if self._form == "parquet" else [LINES]
        write_if_changed(self._clean / README, readme(self.tally))
        with replacing(self._clean / RUN) as file:
            file.write(encode_run(run_record([*single, README, *others])))

    def _add(self, table: Table, columns: Mapping[str, Any]) -> None:
        arrays = [pa.array(columns[field.name]).cast(field.type) for field in table.schema]
        self._tables[table.name].add_batch(pa.record_batch(arrays, schema=table.schema))

    def _free_names(self) -> Iterator[str]:
        """The name of the page that each source may have.

        Raises:
            UsageError: a file stands there that no run wrote.
        """
        if self._form in PAGE_FORMS:
            for source in self._sources:
                name = str(page_path(source, PAGE_FORMS[self._form].suffix))
                path = self._clean / name
                if os.path.lexists(path) and not self._names.knows(name) and not _says_so_itself(path, name):
                    raise UsageError(
                        f"{path} has the name of a page, but no run wrote it; move it and run the same command again."
                    )
                yield name

    def _remove_what_is_no_more(self) -> None:
        """Page files and tables that an earlier run wrote and this one did not."""
        other = f"{DOCUMENTS.name}.parquet" if self._form != "parquet" else LINES
        remove(self._clean / other)
        for here, _, files in walk(self._clean / PAGES):
            for file in files:
                path = here / file
                name = path.relative_to(self._clean).as_posix()
                if self._names.uses(name):
                    continue
                if self._is_ours(path, name):
                    remove(path)
                else:
                    self.strangers.append(name)
            with suppress(OSError):  # it is not empty
                here.rmdir()
        self.strangers.sort()
        self._names.close()

    def _is_ours(self, path: Path, name: str) -> bool:
        """Whether an earlier run wrote the page *path*, which reads as it was written."""
        if not self._names.knows(name) or path.is_symlink() or not path.is_file():
            return _says_so_itself(path, name)
        with output_errors(path, "read"):
            return self._names.wrote(name, path.read_bytes()) or _says_so_itself(path, name)


def _refuse_links(pages: Path) -> None:
    """Nothing, if what is written below *pages* stays there.

    Raises:
        UsageError: a folder is a link.
    """
    found = [pages, *(here / name for here, folders, _ in walk(pages) for name in folders)]
    for folder in found:
        if folder.is_symlink():
            raise UsageError(f"{folder} is a link; remove it, or name another folder.")


def _says_so_itself(path: Path, name: str) -> bool:
    """Whether *path* has the front matter of the page *name*: older versions kept no record of their pages."""
    if path.suffix != PAGE_FORMS["md"].suffix or path.is_symlink() or not path.is_file():
        return False
    with output_errors(path, "read"):
        source = page_source(path.read_bytes())
    return source is not None and str(page_path(source)) == name
