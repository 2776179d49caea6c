"""What two passages have in common, to the word: both as the shingles that begin at each of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled

_COVERED, _UNCOVERED = 4, -1
"""What a word counts in search of the stretch that matches: a gap of four words costs what one in common brings."""
_BEHIND = 64
"""Shingles that are looked at before a place, as a text of repeats would have one look at all of them each time."""
_FIGURES = 9

UNCOUNTED = -1


@dataclass(frozen=True, slots=True, eq=False)
class ShingleRows:
    """Rows of *shingles*; rows may overlap, as a sentence lies in its passage."""

    shingles: NDArray[np.uint32]
    """Of one document after the other, one for each word: the n-gram that begins there."""
    first: NDArray[np.int64]
    """Where each row begins."""
    count: NDArray[np.int32]
    """How many shingles lie wholly in it."""
    ngram: int
    distinct: NDArray[np.int32]
    """How many different ones each row has, where the compiled twin has counted them; ``UNCOUNTED`` before."""

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What the two sides of (m, 2) pairs of rows have in common, one per pair."""

    shared: NDArray[np.int32]
    """Different shingles that both have."""
    run: NDArray[np.int32]
    """Words of the longest stretch that stands in both."""
    words: NDArray[np.int32]
    """Words that lie in shared shingles, on the side that has fewer of them."""
    stretch: NDArray[np.int32]
    """(m, 4): half-open ranges of words, counted from the row's first, that hold most of what matches; both sides'."""
    distinct: NDArray[np.int32]
    """(m, 2): how many different shingles both sides have."""


def match_rows(rows: ShingleRows, pairs: NDArray[np.integer]) -> Matches:
    """What the sides of *pairs* have in common; pairs sorted by their first row are fastest."""
    if compiled.native is None:
        figures = np.array(list(_matches(rows, pairs)), dtype=np.int32).reshape(-1, _FIGURES)
    else:
        found = compiled.native.match_rows(
            rows.shingles,
            rows.first,
            rows.count,
            np.ascontiguousarray(pairs, dtype=np.int64),
            rows.ngram,
            rows.distinct,
        )
        figures = np.frombuffer(found, dtype=np.int32).reshape(-1, _FIGURES)
    return Matches(figures[:, 0], figures[:, 1], figures[:, 2], figures[:, 3:7], figures[:, 7:])


def _row(rows: ShingleRows, row: int) -> list[int]:
    shingles: list[int] = rows.shingles[rows.first[row] : rows.first[row] + rows.count[row]].tolist()
    return shingles


def _matches(rows: ShingleRows, pairs: NDArray[np.integer]) -> Iterator[tuple[int, ...]]:
    """The figures of each pair in the order of the fields."""
    for a, b in pairs.tolist():
        left, right = _row(rows, a), _row(rows, b)
        places: dict[int, int] = {}
        for at, shingle in enumerate(left):
            places.setdefault(shingle, at)
        marks = bytearray(len(left) + rows.ngram - 1), bytearray(len(right) + rows.ngram - 1)
        mark = b"\1" * rows.ngram
        run = longest = 0
        before = -1
        for at, shingle in enumerate(right):
            place = places.get(shingle)
            if place is None:
                run, before = 0, -1
                continue
            follows = before >= 0 and before + 1 < len(left) and left[before + 1] == shingle
            before, run = (before + 1, run + 1) if follows else (place, 1 + _behind(left, place, right, at))
            longest = max(longest, run)
            marks[0][before : before + rows.ngram] = mark
            marks[1][at : at + rows.ngram] = mark
        others = set(right)
        shared = len(places.keys() & others)
        words = longest + rows.ngram - 1 if longest else 0
        stretches = *_densest(marks[0]), *_densest(marks[1])
        yield shared, words, min(map(sum, marks)), *stretches, len(places), len(others)


def _behind(left: Sequence[int], place: int, right: Sequence[int], at: int) -> int:
    """How many shingles before these two are the same, too: they stood elsewhere first, so that no run led here."""
    most = min(place, at, _BEHIND)
    return next((step for step in range(most) if left[place - 1 - step] != right[at - 1 - step]), most)


def _densest(marks: Sequence[int]) -> tuple[int, int]:
    """The range that holds most of the marked words and fewest others (Kadane's algorithm)."""
    total = best = begin = 0
    found = (0, 0)
    for at, is_marked in enumerate(marks):
        total += _COVERED if is_marked else _UNCOVERED
        if total <= 0:
            total, begin = 0, at + 1
        elif total > best:
            best, found = total, (begin, at + 1)
    return found
