"""The slowest loops of the package, compiled, where a compiler was there to do it.

Each function has a twin in Python, beside which it is called; both give the same results. With ``CLEANER_PURE`` in the
environment the twins do all the work.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from operator import attrgetter
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from cleaner.native_functions import Native

Record = TypeVar("Record")


def _load() -> Native | None:
    if "CLEANER_PURE" in os.environ:
        return None
    try:
        return cast("Native", import_module("cleaner._native"))
    except ImportError:
        return None


native = _load()
"""None where the twins in Python do the work."""


@contextmanager
def memory_kept() -> Iterator[None]:
    """Large arrays that are freed in its context leave their memory to the next ones: fresh memory is cleared first.

    So it is for the whole process.
    """
    if native is None:
        yield
        return
    native.keep_memory(True)
    try:
        yield
    finally:
        native.keep_memory(False)


def make(record: type[Record], rows: Iterable[tuple[Any, ...]], tail: tuple[Any, ...] = ()) -> list[Record]:
    """A *record*, a frozen dataclass with slots, for each of *rows*; *tail* completes each to all its fields.

    >>> from cleaner.model import Span
    >>> make(Span, [(1, 2), (3, 5)])
    [Span(start=1, end=2), Span(start=3, end=5)]
    """
    if native is None:
        return [record(*row, *tail) for row in rows]
    return native.records(record, rows, tail)


def columns(record: type[Record], records: Sequence[Record], fields: int) -> NDArray[np.int64]:
    """The first *fields* of *records*, which are frozen dataclasses with slots, as rows of numbers.

    >>> from cleaner.model import Span
    >>> columns(Span, [Span(1, 2), Span(3, 5)], 2).tolist()
    [[1, 3], [2, 5]]
    """
    if native is None:
        names = record.__match_args__[:fields]  # type: ignore[attr-defined]
        rows = [np.fromiter(map(attrgetter(name), records), np.int64, len(records)) for name in names]
        return np.stack(rows)
    packed = native.columns(record, tuple(records), fields)
    return np.frombuffer(packed, np.int64).reshape(fields, len(records))


def fields(record: type[Record], records: Sequence[Record]) -> list[list[Any]]:
    """For each field of *records*, which are frozen dataclasses with slots, its values.

    >>> from cleaner.model import Span
    >>> fields(Span, [Span(1, 2), Span(3, 5)])
    [[1, 3], [2, 5]]
    """
    if native is None:
        return [list(map(attrgetter(name), records)) for name in record.__match_args__]  # type: ignore[attr-defined]
    return native.fields(record, tuple(records))


def changed(record: type[Record], records: list[Record], name: str, values: list[Any]) -> list[Record]:
    """Each of *records*, frozen dataclasses with slots, with its own of *values* in the field *name*.

    >>> from cleaner.model import Span
    >>> changed(Span, [Span(1, 2), Span(3, 5)], "end", [7, 8])
    [Span(start=1, end=7), Span(start=3, end=8)]
    """
    if native is None:
        return [replace(old, **{name: value}) for old, value in zip(records, values, strict=True)]  # type: ignore[type-var]
    return native.changed(record, records, record.__match_args__.index(name), values)  # type: ignore[attr-defined]
