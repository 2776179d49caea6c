"""Removals of one page by column: in this shape they are stored, sent, counted and written, with no object for each.

A page has hundreds, of which most are tags, and what is done with them is done to all of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from cleaner.compiled import columns, fields, make
from cleaner.model import Reason, Removal

_Cause = tuple[Reason, str]
_Copies = tuple[
    list[str | None], list[int | None], list[int | None], list[float | None], list[str | None], list[str | None]
]
_NO_COPY: tuple[None, ...] = (None,) * 6
_NUMBER = "I"


class RemovalColumns(msgspec.Struct, array_like=True, frozen=True):
    """The fields of removals, in the order of the removals."""

    spans: bytes
    """Where each starts, then where each ends, as numbers of 64 bits."""
    causes: list[_Cause]
    """The different reasons with their rules."""
    numbers: bytes
    """Which of ``causes`` each has, in 32 bits."""
    scores: list[float | None]
    visible_chars: list[int | None]
    digests: list[str | None]
    copies: _Copies | None = None
    """What they say of kept copies, ``kept_doc_id`` and the following; None where they say nothing."""

    def __len__(self) -> int:
        """How many removals there are."""
        return len(self.scores)

    def places(self) -> NDArray[np.int64]:
        """Where they start and where they end, as two rows."""
        return np.frombuffer(self.spans, np.int64).reshape(2, len(self))

    def cause_numbers(self) -> NDArray[np.uint32]:
        """For each removal, which of ``causes`` it has."""
        return np.frombuffer(self.numbers, np.uint32)

    def made(self) -> list[Removal]:
        """The removals."""
        starts, ends = self.places().tolist()
        reasons, rules = zip(*self.causes, strict=True) if self.causes else ((), ())
        numbers = self.cause_numbers().tolist()
        known = (
            *(starts, ends, map(reasons.__getitem__, numbers), map(rules.__getitem__, numbers)),
            *(self.scores, self.visible_chars, self.digests),
        )
        if self.copies is None:
            return make(Removal, zip(*known, strict=True), _NO_COPY)
        return make(Removal, zip(*known, *self.copies, strict=True))


class PackedRemovals(Sequence[Removal]):
    """The removals in *columns*, which are made when one of them is asked for."""

    __slots__ = ("_made", "columns")

    def __init__(self, columns: RemovalColumns) -> None:
        self.columns = columns
        self._made: tuple[Removal, ...] | None = None

    def __len__(self) -> int:
        return len(self.columns)

    @overload
    def __getitem__(self, at: int) -> Removal: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Removal]: ...
    def __getitem__(self, at: int | slice) -> Removal | Sequence[Removal]:
        return self._all()[at]

    def __iter__(self) -> Iterator[Removal]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == tuple(other) if isinstance(other, PackedRemovals | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> tuple[Removal, ...]:
        if self._made is None:
            self._made = tuple(self.columns.made())
        return self._made


class _Numbers(dict[_Cause, int]):
    """A number for each cause, by when it came first."""

    def __missing__(self, cause: _Cause) -> int:
        self[cause] = number = len(self)
        return number


def columns_of(removals: Sequence[Removal]) -> RemovalColumns:
    """*removals* by column."""
    if isinstance(removals, PackedRemovals):
        return removals.columns
    _, _, reasons, rules, scores, visible_chars, digests, *copies = fields(Removal, removals)
    causes = _Numbers()
    numbers = array(_NUMBER, map(causes.__getitem__, zip(reasons, rules, strict=True)))
    has_copies = any(values.count(None) < len(values) for values in copies)
    kept: Any = tuple(copies) if has_copies else None
    return RemovalColumns(
        columns(Removal, removals, 2).tobytes(), list(causes), numbers.tobytes(), scores, visible_chars, digests, kept
    )


def places_of(removals: Sequence[Removal]) -> NDArray[np.int64]:
    """Where *removals* start and where they end, as two rows."""
    return removals.columns.places() if isinstance(removals, PackedRemovals) else columns(Removal, removals, 2)
