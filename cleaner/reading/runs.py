"""What every run of a page is, as one letter, and the removals that follow from it.

The page as a string of letters: neighbours that leave together are found by one pattern over it.
"""

from __future__ import annotations

import re
from array import array
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.model import Reason, Removal
from cleaner.reading.newlines import Offsets, moved

KEPT, BLANK, TAG, BREAK, SCRIPT, UNRENDERED, INVISIBLE = b"kwtbsui"
"""``BREAK`` is a ``<br>``: a tag like any other unless a block takes it for a line end."""

Mark: TypeAlias = tuple[int, int, int]
"""A part of kept runs that is not kept after all: start, end, letter."""
Marks: TypeAlias = NDArray[np.int64]
"""Disjoint marks as rows."""

# Tags take the white space around them along; text that is not rendered, only what is behind it.
_REMOVAL = re.compile(rb"(w*[tb][tbw]*)|(u[uw]*)|(s+)|(i+)|(w+)")
_WHY: dict[int | None, tuple[Reason, str]] = {
    1: ("markup", "tag"),
    2: ("markup", "unrendered"),
    3: ("script", "script"),
    4: ("control", "invisible-character"),
    5: ("whitespace", "whitespace"),
}
_REASONS = tuple(_WHY.values())


def removals(bounds: Offsets, letters: bytearray, marks: Marks, crlf: array[int]) -> tuple[Removal, ...]:
    """Everything that is not kept, in source order.

    Run *i* is ``[bounds[i], bounds[i + 1])`` of normalised text and ``letters[i]`` says what it is; *crlf* moves the
    removals to the source.
    """
    if compiled.native is not None:
        packed = np.ascontiguousarray(marks)
        return tuple(compiled.native.removals(bounds, letters, packed, crlf, _REASONS, Removal))
    cuts, marked = _cut(bounds, letters, marks)
    at = moved(cuts, crlf).tolist()
    return tuple(
        Removal(at[found.start()], at[found.end()], *_WHY[found.lastindex]) for found in _REMOVAL.finditer(marked)
    )


def _cut(bounds: Offsets, letters: bytearray, marks: Marks) -> tuple[Offsets, bytes]:
    """Bounds and letters of the runs once they are cut at *marks*."""
    starts, ends, kinds = marks.T
    # A mark may take in several runs; those that begin inside it do not count.
    runs = bounds[:-1]
    is_free = np.searchsorted(np.sort(starts), runs) <= np.searchsorted(np.sort(ends), runs, "right")
    # At one place, the end of a mark gives way to the run that begins there, and that to a mark: the last one counts.
    cuts = np.concatenate([ends, runs[is_free], starts])
    free = np.frombuffer(letters, np.uint8)[is_free]
    marked = np.concatenate([np.full(len(ends), KEPT), free, kinds]).astype(np.uint8)
    order = np.argsort(cuts, kind="stable")
    cuts, marked = cuts[order], marked[order]
    counts = np.diff(cuts, append=bounds[-1]) > 0
    return np.append(cuts[counts], bounds[-1]), marked[counts].tobytes()
