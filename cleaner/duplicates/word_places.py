"""Where the words of a corpus are in their sources, in half the memory that their places would take.

A word is asked for with the passage that it stands in, whose beginning is known: the last 16 bits of a place tell how
far behind that it is. Passages that are wider in their source are few, and the places of their words are kept whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.growing import GrowingColumn
from cleaner.duplicates.signatures import offsets_of, places_of

WIDEST = 2**16 - 1
"""Characters of a source that a passage may reach over for its words to be told by the last bits of their places."""

Ints = NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class WordPlaces:
    """The places of all words, which are numbered page by page."""

    low: NDArray[np.uint16]
    """(k, 2) the last bits of the start and the end of each word."""
    wide: NDArray[np.int64]
    """Numbers of the words of wide passages, sorted."""
    whole: NDArray[np.int32]
    """(n, 2) start and end of each of those."""

    def within(self, first: Ints, last: Ints, begin: Ints) -> tuple[Ints, Ints]:
        """Where words *first* start and words *last* end, in passages that *begin* there and are not wide."""
        start = begin + (self.low[first, 0] - begin & WIDEST)
        return start, begin + (self.low[last, 1] - begin & WIDEST)

    def of_wide(self, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """Where words *first* start and words *last* end, in passages that are wide."""
        return self.whole[np.searchsorted(self.wide, first), 0], self.whole[np.searchsorted(self.wide, last), 1]


class WordPlacesBuilder:
    """Places of words that come page by page.

    Args:
        folder: for what need not be held in memory; None to hold everything there.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._low = GrowingColumn("<u2", folder)
        self._wide, self._whole = GrowingColumn("<i8"), GrowingColumn("<i4")
        self._count = 0

    def append(self, start: Ints, end: Ints, sizes: Ints, table: NDArray[Any], is_wide: NDArray[np.bool_]) -> None:
        """Puts the words of some pages at the end.

        Args:
            start: of each word.
            end: of each word.
            sizes: (pages, 2) rows and words of each page.
            table: their rows.
            is_wide: which of those are wide passages.
        """
        low = np.empty((len(start), 2), dtype=np.uint16)
        low[:, 0], low[:, 1] = start, end
        self._low.append(low)
        if is_wide.any():
            rows, firsts = (offsets_of(size) for size in sizes.T)
            wide = np.flatnonzero(is_wide)
            begins = firsts[np.searchsorted(rows, wide, side="right") - 1] + table["first"][wide]
            words = np.unique(places_of(begins, table["words"][wide].astype(np.int64)))  # passages hold sentences
            self._wide.append(words + self._count)
            self._whole.append(np.column_stack([start[words], end[words]]))
        self._count += len(start)

    def finished(self) -> WordPlaces:
        """All of them; nothing can be appended any more."""
        whole = self._whole.finished().reshape(-1, 2)
        return WordPlaces(self._low.finished().reshape(-1, 2), self._wide.finished(), whole)
