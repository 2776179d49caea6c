"""Rows of many documents gathered into row groups: what is the same in all rows of a document is written out last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.removal_columns import RemovalColumns
from cleaner.writing.rows import STAGE_OF
from cleaner.writing.schemas import PASSAGES, REMOVALS, REPAIRS
from cleaner.writing.tables import TableWriter, array_of
from cleaner.writing.written import RepairColumns

_COPIES = 6
_DIGEST_BYTES = 64


class _Documents:
    """Whose rows a group has, and how large they are."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: list[int] = []
        self.rows = 0
        self.bytes = 0

    def add(self, doc_id: str, rows: int, size: int) -> None:
        """Counts *rows* of a document that take *size* bytes without its name."""
        self._names.append(doc_id)
        self._counts.append(rows)
        self.rows += rows
        self.bytes += size + rows * len(doc_id.encode("utf-8", "surrogatepass"))

    def column(self) -> pa.Array:
        """The name of its document for each row."""
        return _written_out(np.repeat(np.arange(len(self._names), dtype=np.int32), self._counts), self._names)


class RemovalGroups:
    """Rows of ``REMOVALS`` on their way into *writer*."""

    def __init__(self, writer: TableWriter) -> None:
        self._writer = writer
        self._cause_numbers: dict[tuple[str, str], int] = {}
        self._clear()

    def add(self, doc_id: str, removals: RemovalColumns) -> None:
        """Appends the rows of one document."""
        rows, half = len(removals), len(removals.spans) // 2
        known = self._cause_numbers
        numbers = np.array([known.setdefault(cause, len(known)) for cause in removals.causes], dtype=np.int32)
        own = removals.cause_numbers()
        named = np.array([len(STAGE_OF[reason]) + len(rule) + len(reason) for reason, rule in removals.causes])
        text = int(named[own].sum()) if rows else 0
        digests = rows - removals.digests.count(None)
        self._documents.add(doc_id, rows, 88 * rows + text + _DIGEST_BYTES * digests)
        self._starts.append(removals.spans[:half])
        self._ends.append(removals.spans[half:])
        self._numbers.append(numbers[own])
        self._visible_chars += removals.visible_chars
        self._digests += removals.digests
        self._scores += removals.scores
        copies: Iterable[Sequence[Any]] = removals.copies or repeat((None,) * rows, _COPIES)
        for column, values in zip(self._copies, copies, strict=True):
            column.extend(values)
        if _is_full(self._writer, self._documents):
            self.flush()

    def flush(self) -> None:
        """Writes what is held as one row group."""
        if not self._documents.rows:
            return
        causes, numbers = list(self._cause_numbers), np.concatenate(self._numbers)
        arrays = [
            self._documents.column(),
            _written_out(numbers, [STAGE_OF[reason] for reason, _ in causes]),  # type: ignore[index]
            _written_out(numbers, [rule for _, rule in causes]),
            *(pa.array(np.frombuffer(b"".join(parts), np.int64)) for parts in (self._starts, self._ends)),
            *_arrays([self._visible_chars, self._digests, self._scores, *self._copies], REMOVALS.schema.types[5:14]),
            _written_out(numbers, [reason for reason, _ in causes]),
        ]
        self._clear()
        self._writer.write_group(pa.record_batch(arrays, schema=REMOVALS.schema))

    def _clear(self) -> None:
        self._documents = _Documents()
        self._starts: list[bytes] = []
        self._ends: list[bytes] = []
        self._numbers: list[NDArray[np.int32]] = []
        self._visible_chars: list[int | None] = []
        self._digests: list[str | None] = []
        self._scores: list[float | None] = []
        self._copies: list[list[Any]] = [[] for _ in range(_COPIES)]


class RepairGroups:
    """Rows of ``REPAIRS`` on their way into *writer*."""

    def __init__(self, writer: TableWriter) -> None:
        self._writer = writer
        self._clear()

    def add(self, doc_id: str, repairs: RepairColumns) -> None:
        """Appends the rows of one document."""
        starts, _, kinds, texts = repairs
        size = 28 * len(starts) + sum(map(len, kinds)) + len("".join(texts).encode("utf-8", "surrogatepass"))
        self._documents.add(doc_id, len(starts), size)
        own: tuple[list[Any], ...] = repairs
        for column, values in zip(self._columns, own, strict=True):
            column += values
        if _is_full(self._writer, self._documents):
            self.flush()

    def flush(self) -> None:
        """Writes what is held as one row group."""
        if not self._documents.rows:
            return
        starts, ends, texts, kinds = self._columns
        arrays = [self._documents.column(), *_arrays([starts, ends, kinds, texts], REPAIRS.schema.types[1:])]
        self._clear()
        self._writer.write_group(pa.record_batch(arrays, schema=REPAIRS.schema))

    def _clear(self) -> None:
        self._documents = _Documents()
        self._columns: tuple[list[Any], ...] = ([], [], [], [])


class PassageGroups:
    """Rows of ``PASSAGES`` on their way into *writer*."""

    def __init__(self, writer: TableWriter) -> None:
        self._writer = writer
        self._clear()

    def add(self, doc_id: str, passages: Mapping[str, Any]) -> None:
        """Appends the rows of one document, columns by name."""
        kinds = passages["kind"]
        self._documents.add(doc_id, len(kinds), 32 * len(kinds) + sum(map(len, kinds)))
        self._kinds += kinds
        for name, parts in self._numbers.items():
            parts.append(passages[name])
        if _is_full(self._writer, self._documents):
            self.flush()

    def flush(self) -> None:
        """Writes what is held as one row group."""
        if not self._documents.rows:
            return
        start, end, words = (pa.array(np.concatenate(parts).astype(np.int64)) for parts in self._numbers.values())
        arrays = [self._documents.column(), start, end, pa.array(self._kinds, pa.string()), words]
        self._clear()
        self._writer.write_group(pa.record_batch(arrays, schema=PASSAGES.schema))

    def _clear(self) -> None:
        self._documents = _Documents()
        self._kinds: list[str] = []
        self._numbers: dict[str, list[NDArray[np.integer]]] = {"start": [], "end": [], "words": []}


def _is_full(writer: TableWriter, documents: _Documents) -> bool:
    return documents.rows >= writer.table.group_rows or documents.bytes >= writer.table.group_bytes


def _arrays(columns: Sequence[Sequence[object]], kinds: Iterable[pa.DataType]) -> list[pa.Array]:
    return [array_of(values, kind) for values, kind in zip(columns, kinds, strict=True)]


def _written_out(numbers: NDArray[np.int32], names: Sequence[str]) -> pa.Array:
    """The name with each of *numbers*."""
    return pa.DictionaryArray.from_arrays(numbers, array_of(names, pa.string())).dictionary_decode()
