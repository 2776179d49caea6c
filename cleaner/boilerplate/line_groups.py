"""Which lines of a plain text page have something in common: a paragraph, a stretch, a look, a cue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.cues import Cue
from cleaner.boilerplate.text_lines import Lines

Ints = npt.NDArray[np.int64]

STRETCH = 12
"""Lines that are neighbours."""


def group_lines(lines: Lines, cues: Sequence[Cue | None]) -> tuple[Ints, ...]:
    """For each way to group the lines, a number for each line that those of one group share.

    In order: paragraph; lines between two empty lines; stretch of ``STRETCH`` lines; look (length, ending, opening,
    figures); rule of the cue.
    """
    count = len(lines.texts)
    measures = lines.measures
    length = np.searchsorted([2, 4, 8, 16, 40], measures.words).astype(np.int64)
    look = ((length * 2 + (measures.ends > 0)) * 2 + lines.starts_lower) * 3 + np.minimum(2, measures.digits).astype(
        np.int64
    )
    numbers: dict[str, int] = {}
    rules = [numbers.setdefault(cue.rule if cue else "", len(numbers)) for cue in cues]
    return (
        lines.paragraphs,
        np.cumsum(lines.gaps >= 2),
        np.arange(count) // STRETCH,
        look,
        np.array(rules, dtype=np.int64),
    )
