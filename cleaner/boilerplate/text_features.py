"""What a classifier is told about each line of a plain text page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.cues import ENDS, Cue
from cleaner.boilerplate.text_lines import Lines, line_columns
from cleaner.boilerplate.text_places import place_columns
from cleaner.boilerplate.text_repeats import repeat_columns
from cleaner.boilerplate.text_windows import lines_within, shifted, window

Floats = npt.NDArray[np.float64]


def text_columns(lines: Lines, folded: Sequence[str], cues: Sequence[Cue | None]) -> Mapping[str, Floats]:
    """Every feature by name, one figure a line; *folded* has the lines in lower case."""
    repeats = repeat_columns(lines, folded)
    return {**line_columns(lines), **place_columns(lines), **repeats, **_cue_columns(lines, cues)}


def matrix(columns: Mapping[str, Floats], wanted: Sequence[str]) -> npt.NDArray[np.float32]:
    """The *wanted* features, one row a line."""
    cells = np.empty((len(wanted), len(next(iter(columns.values())))), dtype=np.float32)
    for row, name in zip(cells, wanted, strict=True):
        row[:] = columns[name]
    return cells.T


def _cue_columns(lines: Lines, cues: Sequence[Cue | None]) -> dict[str, Floats]:
    """What the cues say of a line and of those near it."""
    own = np.array([cue.weight if cue else 0.0 for cue in cues])
    ends = np.array([cue is not None and cue.rule in ENDS for cue in cues])
    count, at = len(own), np.arange(len(own))
    has = (own > 0).astype(np.float64)
    last_end = np.maximum.accumulate(np.where(ends, at, -1))
    running = np.concatenate(([0.0], np.cumsum(lines.measures.words)))
    columns = {
        "cue": own,
        "words since cue of end": np.where(
            last_end >= 0, np.log1p(running[at] - running[np.maximum(0, last_end)]), -1.0
        ),
        "cues of end before": np.log1p(np.cumsum(ends)),
        "page cues": np.full(count, has.mean()),
    }
    for by in (-1, 1):
        columns[f"cue {by:+d}"] = shifted(own, by)
    for reach in (3, 8, 20):
        columns[f"cues within {reach}"] = (window(has, reach) - has) / lines_within(count, reach)
    return columns
