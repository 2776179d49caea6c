"""The files of ``clean/`` as a run writes them; ``run.json`` comes last and says that all of them are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from cleaner.engine.atomic import make_folder, remove, replacing, sweep_parts, walk
from cleaner.errors import UsageError
from cleaner.model import Failure
from cleaner.writing.groups import PassageGroups, RemovalGroups, RepairGroups
from cleaner.writing.own_files import OwnFiles, own_files
from cleaner.writing.paths import PAGES, VIEWS
from cleaner.writing.rows import failure_rows
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
from cleaner.writing.summary import RUN, encode_run, readme
from cleaner.writing.tables import TableWriter, table_file, unpack_batch
from cleaner.writing.tally import Tally
from cleaner.writing.written import WrittenDocument

LINES = "documents.jsonl"
REPORT = "report.html"
README = "README.md"


@contextmanager
def writing_output(clean: Path, form: str, store: Path) -> Iterator[Output]:
    """``clean/`` to be written; it is complete but for ``run.json`` when the block ends.

    Args:
        form: the format of the run.
        store: the folder in which runs keep what the next one takes over.
    """
    make_folder(clean)
    sweep_parts(clean)
    with own_files(clean, store / "files") as own:
        remove(clean / RUN)
        here, other = (DOCUMENTS.file, LINES) if form == "parquet" else (LINES, DOCUMENTS.file)
        own.announce(here)
        with ExitStack() as files:
            names = (REMOVALS, REPAIRS, PASSAGES, RELATIONS, DOCUMENT_RELATIONS, CLUSTERS, FAILURES)
            tables = {table.name: files.enter_context(table_file(clean, table)) for table in names}
            if form == "parquet":
                tables[DOCUMENTS.name] = files.enter_context(table_file(clean, DOCUMENTS))
            lines = None if form == "parquet" else files.enter_context(replacing(clean / LINES))
            output = Output(clean, tables, lines, own)
            yield output
            output.flush()
        own.write(README, readme(output.tally))
        own.adopt(here)
        own.clear(other)
        own.remove_others(PAGES)


class Output:
    """``clean/`` while it is written, with the *tables* by name, and *lines* if the documents are in no table."""

    def __init__(self, clean: Path, tables: Mapping[str, TableWriter], lines: BinaryIO | None, own: OwnFiles) -> None:
        self.tally = Tally()
        self._clean = clean
        self._tables = tables
        self._lines = lines
        self._own = own
        self._removals = RemovalGroups(tables[REMOVALS.name])
        self._repairs = RepairGroups(tables[REPAIRS.name])
        self._passages = PassageGroups(tables[PASSAGES.name])

    @property
    def moved(self) -> list[tuple[str, str]]:
        """What stood in the place of a file and was not a run's: its name, and the one that it has now."""
        return self._own.moved

    @property
    def strangers(self) -> list[str]:
        """Other files below ``pages/`` that no run wrote, once the output is complete; they stay."""
        return self._own.strangers

    def document(self, document: WrittenDocument) -> None:
        """Puts *document* into its files; documents come in reading order."""
        if self._lines is not None:
            self._lines.write(document.line)
        else:
            self._tables[DOCUMENTS.name].add_batch(unpack_batch(DOCUMENTS, document.row))
        if document.page_path:
            self._own.write(document.page_path, document.page)
        self._removals.add(document.id, document.removals)
        self._repairs.add(document.id, document.repairs)
        self.tally.add(document.tally)

    def flush(self) -> None:
        """Writes what is held of the documents' rows."""
        self._removals.flush()
        self._repairs.flush()
        self._passages.flush()

    def passages(self, doc_id: str, columns: Mapping[str, Any]) -> None:
        """The passages of one document, as columns ``start``, ``end``, ``kind``, ``words``."""
        self._passages.add(doc_id, columns)

    def columns(self, table: Table, batches: Iterable[Mapping[str, Any]]) -> None:
        """The rows of *table*, sorted, as batches of columns by name."""
        for columns in batches:
            arrays = [pa.array(columns[field.name]).cast(field.type) for field in table.schema]
            self._tables[table.name].add_batch(pa.record_batch(arrays, schema=table.schema))

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
        single += [] if self._lines is None else [LINES]
        with replacing(self._clean / RUN) as file:
            file.write(encode_run(run_record([*single, README, *others])))


def check_output(clean: Path) -> None:
    """Nothing, if what a run writes into *clean* does not end up elsewhere.

    Raises:
        UsageError: a folder is a link.
        OutputFull: a folder cannot be read.
    """
    for name in (PAGES, VIEWS):
        top = clean / name
        for folder in (top, *(here / name for here, folders, _ in walk(top) for name in folders)):
            if folder.is_symlink():
                raise UsageError(f"{folder} is a link; remove it, or name another folder.")
