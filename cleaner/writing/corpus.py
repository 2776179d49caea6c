"""What was written, read back: documents in order or by id, and the rows of the tables, document by document."""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote_from_bytes, unquote_to_bytes

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from cleaner.engine.parquet import parquet_file
from cleaner.errors import InputError
from cleaner.writing.safe import ANEW, one_line
from cleaner.writing.schemas import DOCUMENTS, Table
from cleaner.writing.wire import DocumentRecord, decode_line

LINES = "documents.jsonl"
_MAX_DETAIL = 300
"""Characters of a library's complaint that are passed on."""
ELSEWHERE = "::"
"""Between the folder of another corpus and the id of a document in it."""

Row = TypeVar("Row", bound=tuple[Any, ...])


class Label(msgspec.Struct, frozen=True):
    """What a document can be asked for by."""

    id: str
    url: str | None
    raw_path: str


def foreign_name(clean: Path, other: Path) -> str:
    """What the run into *clean* calls the corpus in the folder *other*: the way there from *clean*.

    So it is the same wherever the two lie, and whatever the current folder is. Names that are not printable text are
    percent-encoded.

    >>> foreign_name(Path("new/clean"), Path("old/clean"))
    '../../old/clean'
    """
    way = os.path.relpath(other.resolve(), clean.resolve())
    return way if way.isprintable() else quote_from_bytes(os.fsencode(way))


def foreign_id(name: str, doc_id: str) -> str:
    """What a run calls a document of the corpus *name*.

    >>> foreign_id("../old/clean", "news/a.html")
    '../old/clean::news/a.html'
    """
    return f"{name}{ELSEWHERE}{doc_id}"


def _foreign_folder(clean: Path, name: str) -> Path:
    """The folder that ``foreign_name`` gave the *name*."""
    there = clean.resolve() / name
    return there if there.is_dir() else clean.resolve() / os.fsdecode(unquote_to_bytes(name))


class Documents(Protocol):
    """The documents of one ``clean/``, the *folder*."""

    @property
    def folder(self) -> Path:
        """Where they are."""

    def __iter__(self) -> Iterator[DocumentRecord]:
        """All documents in reading order, one at a time."""

    def addresses(self) -> Iterator[tuple[Label, int]]:
        """Every document's label and address, without its text."""

    def at(self, address: int) -> DocumentRecord:
        """The document at an address."""


class DocumentIndex:
    """Row numbers and addresses of documents by id, in 24 bytes a document."""

    def __init__(self, documents: Documents) -> None:
        keys, addresses = array("Q"), array("q")
        for label, address in documents.addresses():
            keys.append(_key(label.id))
            addresses.append(address)
        self._documents = documents
        self._addresses = addresses
        unsorted = np.frombuffer(keys, dtype=np.uint64) if keys else np.empty(0, dtype=np.uint64)
        self._order = np.argsort(unsorted, kind="stable")
        self._keys = unsorted[self._order]
        self._others: dict[str, DocumentIndex | None] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def row(self, doc_id: str) -> int | None:
        """The document's number in reading order, None if there is no such document."""
        key = np.uint64(_key(doc_id))
        at = int(np.searchsorted(self._keys, key))
        return int(self._order[at]) if at < len(self._keys) and self._keys[at] == key else None

    def at(self, row: int) -> DocumentRecord:
        """The document with this number in reading order."""
        return self._documents.at(self._addresses[row])

    def get(self, doc_id: str) -> DocumentRecord | None:
        """The document, which may be of another corpus, None if there is none."""
        row = self.row(doc_id)
        if row is not None:
            return self._documents.at(self._addresses[row])
        # Folders and ids may have the sign in their names, too.
        for sign in re.finditer(re.escape(ELSEWHERE), doc_id):
            other = self._other(doc_id[: sign.start()])
            found = None if other is None else other.get(doc_id[sign.end() :])
            if found is not None:
                return found
        return None

    def _other(self, name: str) -> DocumentIndex | None:
        """The documents in another corpus, None if it cannot be read."""
        if name not in self._others:
            try:
                self._others[name] = DocumentIndex(open_documents(_foreign_folder(self._documents.folder, name)))
            except (InputError, ValueError):  # a damaged id may hold what no path can
                self._others[name] = None
        return self._others[name]

    def repeated(self) -> list[int]:
        """Row numbers of documents whose id stood before."""
        return sorted(self._order[1:][self._keys[1:] == self._keys[:-1]].tolist())


def open_documents(clean: Path) -> Documents:
    """The documents of *clean*, whichever format they are in.

    Raises:
        InputError: there are none.
    """
    if (clean / LINES).is_file():
        return _Lines(clean / LINES)
    if (clean / DOCUMENTS.file).is_file():
        return _Groups(clean / DOCUMENTS.file)
    raise InputError(f"{clean} holds no documents, neither {LINES} nor {DOCUMENTS.file}; 'cleaner run' writes them.")


def read_rows(clean: Path, table: Table, shape: Callable[..., Row]) -> Iterator[Row]:
    """The rows of *table* in the order they have on disk.

    Raises:
        InputError: the table is missing or damaged.
    """
    path = clean / table.file
    with reading(path), parquet_file(path) as file:
        _check_columns(path, file, table)
        for batch in file.iter_batches(batch_size=8_192, columns=table.schema.names):
            yield from map(shape, *(column.to_pylist() for column in batch.columns))


def record_batches(
    clean: Path, table: Table, columns: list[str], rows: int = 65_536, *, encoded: Sequence[str] = ()
) -> Iterator[pa.RecordBatch]:
    """Some *columns* of *table*, batch by batch, in the order they have on disk; those *encoded* as dictionaries.

    Raises:
        InputError: the table is missing or damaged.
    """
    path = clean / table.file
    with reading(path), parquet_file(path, encoded) as file:
        _check_columns(path, file, table, encoded)
        yield from file.iter_batches(batch_size=rows, columns=columns)


def read_runs(clean: Path, table: Table) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of *table* in the order they have on disk, in runs of one document, whose id comes along.

    Rows of one document may come as several runs.

    Raises:
        InputError: the table is missing or damaged.
    """
    path = clean / table.file
    with reading(path), parquet_file(path) as file:
        _check_columns(path, file, table)
        for batch in file.iter_batches(batch_size=8_192, columns=table.schema.names):
            ids = batch.column(0).dictionary_encode()
            codes = ids.indices.to_numpy()
            starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
            for start, end in pairwise([*starts, len(codes)]):
                yield ids.dictionary[int(codes[start])].as_py(), batch.slice(start, end - start)


def rows_of(runs: Iterable[pa.RecordBatch], shape: Callable[..., Row]) -> list[Row]:
    """The rows of *runs*, one after the other."""
    return [row for run in runs for row in map(shape, *(column.to_pylist() for column in run.columns))]


class RowsInStep(Generic[Row]):
    """The rows of a table, handed out document by document, in the order of the documents.

    Args:
        rows: their first field is the id of their document; sorted like the documents.
        index: of the documents.
        on_stray: is called with the id of each group of rows that no document takes in its turn.
    """

    def __init__(self, rows: Iterator[Row], index: DocumentIndex, on_stray: Callable[[str], None]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._index = index
        self._on_stray = on_stray
        self._waiting: tuple[str, list[Row]] | None = None
        self._advance()

    def take(self, doc_id: str) -> list[Row]:
        """The rows of *doc_id*."""
        here = self._index.row(doc_id)
        while self._waiting is not None:
            waiting_id, rows = self._waiting
            place = self._index.row(waiting_id)
            if place is not None and here is not None and place > here:
                return []
            self._advance()
            if waiting_id == doc_id:
                return rows
            self._on_stray(waiting_id)
        return []

    def finish(self) -> None:
        """Calls ``on_stray`` for all that is left."""
        while self._waiting is not None:
            self._on_stray(self._waiting[0])
            self._advance()

    def _advance(self) -> None:
        group = next(self._groups, None)
        self._waiting = None if group is None else (group[0], list(group[1]))


def rows_where(clean: Path, table: Table, shape: Callable[..., Row], column: str, value: str) -> list[Row]:
    """The rows of *table* whose *column* reads *value*.

    Raises:
        InputError: the table is missing or damaged.
    """
    path = clean / table.file
    if not value.isprintable():  # names in tables are
        return []
    with reading(path), pa.OSFile(os.fsencode(path)) as file:
        found = pq.read_table(file, columns=table.schema.names, filters=[(column, "==", value)])
    return list(map(shape, *(column.to_pylist() for column in found.columns)))


class _Lines:
    """``documents.jsonl``; an address is the offset of a line."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self._path = path

    def __iter__(self) -> Iterator[DocumentRecord]:
        with reading(self._path), self._path.open("rb") as file:
            yield from map(decode_line, file)

    def addresses(self) -> Iterator[tuple[Label, int]]:
        decode = msgspec.json.Decoder(_LineLabel).decode
        with reading(self._path), self._path.open("rb") as file:
            at = 0
            for line in file:
                found = decode(line)
                yield Label(found.id, found.metadata.url, found.metadata.raw_path), at
                at += len(line)

    def at(self, address: int) -> DocumentRecord:
        with reading(self._path), self._path.open("rb") as file:
            file.seek(address)
            return decode_line(file.readline())


class _LineMetadata(msgspec.Struct, frozen=True):
    url: str | None
    raw_path: str


class _LineLabel(msgspec.Struct, frozen=True):
    id: str
    metadata: _LineMetadata


class _Groups:
    """``documents.parquet``; an address is a row number. The last row group that was asked for stays at hand."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self._path = path
        with reading(path), parquet_file(path) as file:
            _check_columns(path, file, DOCUMENTS)
            footer = file.metadata
        sizes = [footer.row_group(number).num_rows for number in range(footer.num_row_groups)]
        self._ends = np.cumsum(sizes, dtype=np.int64)
        self._held: tuple[int, pa.Table] | None = None

    def __iter__(self) -> Iterator[DocumentRecord]:
        with reading(self._path), parquet_file(self._path) as file:
            for batch in file.iter_batches(batch_size=64):
                yield from map(_record, batch.to_pylist())

    def addresses(self) -> Iterator[tuple[Label, int]]:
        with reading(self._path), parquet_file(self._path) as file:
            at = 0
            for batch in file.iter_batches(batch_size=8_192, columns=["id", "metadata.url", "metadata.raw_path"]):
                for row in batch.to_pylist():
                    yield Label(row["id"], row["metadata"]["url"], row["metadata"]["raw_path"]), at
                    at += 1

    def at(self, address: int) -> DocumentRecord:
        group = int(np.searchsorted(self._ends, address, side="right"))
        if self._held is None or self._held[0] != group:
            with reading(self._path), parquet_file(self._path) as file:
                self._held = (group, file.read_row_group(group))
        held = self._held[1]
        with reading(self._path):
            return _record(held.slice(address - int(self._ends[group]) + held.num_rows, 1).to_pylist()[0])


def _record(row: dict[str, Any]) -> DocumentRecord:
    """The record of a row, whose spans are named where the record's are not."""
    known = row["metadata"]
    spans = {name: [list(span.values()) for span in known[name]] for name in ("segments", "blocks")}
    return msgspec.convert({**row, "metadata": {**known, **spans}}, DocumentRecord)


def _key(doc_id: str) -> int:
    return xxhash.xxh3_64_intdigest(doc_id.encode("utf-8", "surrogatepass"))


def _check_columns(path: Path, file: pq.ParquetFile, table: Table, encoded: Sequence[str] = ()) -> None:
    known = [f.with_type(pa.dictionary(pa.int32(), f.type)) if f.name in encoded else f for f in table.schema]
    if not file.schema_arrow.equals(pa.schema(known)):
        raise InputError(f"{path} cannot be read: its columns are not those of {table.name}; {ANEW}.")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """A block in which damage to *path* is an ``InputError`` that names it."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing; 'cleaner run' writes it anew.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {one_line(error.strerror or str(error), _MAX_DETAIL)}.") from error
    except (EOFError, pa.ArrowException, msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
        detail = one_line(str(error), _MAX_DETAIL).rstrip(".")
        raise InputError(f"{path} cannot be read: {detail}; {ANEW}.") from error
