"""Where a line of a plain text page stands: among which neighbours, how far from the running text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.text_lines import Lines
from cleaner.boilerplate.text_windows import faded, lines_within, shifted, signed_distance, window

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REACHES = (2, 5, 15)
"""Lines to either side of a window."""

HALF_LIVES = (2.0, 8.0)
"""Lines after which running text before or behind counts half."""

NEAR = 2
"""Neighbours to either side that are seen one by one."""

ISLAND_GAP = 3
"""Lines in a row without running text that part two islands of it."""


def place_columns(lines: Lines) -> dict[str, Floats]:
    """Features of position, neighbours, windows, and of where the running text is."""
    measures, prose = lines.measures, lines.prose
    words, ends = measures.words, measures.ends
    count = len(words)
    at = np.arange(count, dtype=np.float64)
    total, total_prose = max(1.0, words.sum()), max(1.0, prose.sum())
    before, prose_before = np.cumsum(words) - words, np.cumsum(prose) - prose
    columns = {
        "from start": np.log1p(at),
        "from end": np.log1p(count - 1 - at),
        "words before": before / total,
        "words to start": np.log1p(before),
        "words to end": np.log1p(total - before - words),
        "prose before": prose_before / total_prose,
        "gap above": np.minimum(4, lines.gaps),
        "gap below": np.minimum(4, np.concatenate((lines.gaps[1:], [0]))),
    }
    size, capital = np.log1p(words), measures.capitals / np.maximum(1, words)
    for by in (*range(-NEAR, 0), *range(1, NEAR + 1)):
        columns[f"words {by:+d}"] = shifted(size, by)
    columns["capitals -1"], columns["capitals +1"] = shifted(capital, -1), shifted(capital, 1)
    figures = np.stack((words, prose, ends, measures.capitals, measures.digits, measures.chars))
    for reach in REACHES:
        near, near_prose, near_ends, capitals, digits, chars = window(figures, reach)
        inside = lines_within(count, reach)
        columns[f"words within {reach}"] = np.log1p(near / inside)
        columns[f"prose within {reach}"] = near_prose / np.maximum(1, near)
        columns[f"ends within {reach}"] = near_ends / inside
        columns[f"capitals within {reach}"] = capitals / np.maximum(1, near)
        columns[f"digits within {reach}"] = digits / chars
    return columns | _run_columns(lines) | _island_columns(lines) | _main_columns(lines) | _page_columns(lines)


def _run_columns(lines: Lines) -> dict[str, Floats]:
    """The stretch of lines without running text that a line stands in, and the text before and behind it."""
    prose, count = lines.prose, len(lines.prose)
    at = np.arange(count)
    is_prose = prose > 0
    above = np.maximum.accumulate(np.where(is_prose, at, -1))
    above = np.concatenate(([-1], above[:-1]))
    below = np.minimum.accumulate(np.where(is_prose, at, count)[::-1])[::-1]
    below = np.concatenate((below[1:], [count]))
    running = np.concatenate(([0.0], np.cumsum(lines.measures.words)))
    padded = np.concatenate((prose, [-1.0]))  # both the line before the first and the one behind the last
    columns = {
        "since prose": np.where(above >= 0, np.log1p(at - above), 9.0),
        "until prose": np.where(below < count, np.log1p(below - at), 9.0),
        "words since prose": np.where(above >= 0, np.log1p(running[at] - running[above + 1]), 12.0),
        "words until prose": np.where(below < count, np.log1p(running[below] - running[at + 1]), 12.0),
        "prose above": np.log1p(np.maximum(0, padded[above])),
        "prose below": np.log1p(np.maximum(0, padded[np.minimum(below, count)])),
        "run lines": np.log1p(below - above - 1),
    }
    for half_life in HALF_LIVES:
        above_sum, below_sum = faded(np.sqrt(prose), half_life)
        columns[f"prose faded above {half_life:.0f}"] = above_sum
        columns[f"prose faded below {half_life:.0f}"] = below_sum
    return columns


def _island_columns(lines: Lines) -> dict[str, Floats]:
    """Islands: stretches of running text with no more than a few other lines in between."""
    prose, words, count = lines.prose, lines.measures.words, len(lines.prose)
    rows = np.flatnonzero(prose > 0)
    names = ("share", "size", "density", "rank")
    if not len(rows):
        return {f"island {name}": np.full(count, -1.0) for name in names}
    parts = np.flatnonzero(np.diff(rows) > ISLAND_GAP + 1)
    begins, ends = rows[np.concatenate(([0], parts + 1))], rows[np.concatenate((parts, [len(rows) - 1]))] + 1
    running_prose, running = (np.concatenate(([0.0], np.cumsum(values))) for values in (prose, words))
    size = running_prose[ends] - running_prose[begins]
    density = size / np.maximum(1, running[ends] - running[begins])
    order = np.empty(len(size))
    order[np.argsort(-size, kind="stable")] = np.arange(len(size))
    at = np.arange(count)
    # The island that a line is in, or else the nearer one.
    behind = np.minimum(np.searchsorted(ends, at, "right"), len(size) - 1)
    ahead = np.maximum(behind - 1, 0)
    to_behind, to_ahead = np.maximum(0, begins[behind] - at), np.maximum(0, at - ends[ahead] + 1)
    is_past_all = at >= ends[-1]
    nearest = np.where(is_past_all | (to_behind <= to_ahead) | (behind == ahead), behind, ahead)
    return {
        "island share": size[nearest] / size.sum(),
        "island size": np.log1p(size[nearest]),
        "island density": density[nearest],
        "island rank": order[nearest],
    }


def _main_columns(lines: Lines) -> dict[str, Floats]:
    """How far each line is from the stretches that hold most of the running text and little else."""
    prose, words, count = lines.prose, lines.measures.words, len(lines.prose)
    other = words - prose + 2
    running, running_other = (np.concatenate(([0.0], np.cumsum(values))) for values in (prose, other))
    columns = {}
    for share in (0.5, 0.8):
        begins = np.arange(count)
        ends = np.searchsorted(running, running[:-1] + share * running[-1] - 1e-9, "left")
        fits = ends <= count
        cost = np.where(fits, running_other[np.minimum(ends, count)] - running_other[begins], np.inf)
        begin = int(cost.argmin())
        end = max(begin + 1, int(ends[begin]))
        name = f"main {share:.0%}"
        columns[name] = signed_distance(count, begin, end)
        held, beside = running[end] - running[begin], running_other[end] - running_other[begin]
        columns[f"{name} density"] = np.full(count, held / max(1.0, held + beside))
        columns[f"{name} lines"] = np.full(count, (end - begin) / count)
    for cost_of_line in (4.0, 16.0):
        begin, end = best_stretch(np.where(prose > 0, prose, -cost_of_line))
        columns[f"stretch {cost_of_line:.0f}"] = signed_distance(count, begin, end)
        columns[f"stretch {cost_of_line:.0f} share"] = np.full(
            count, (running[end] - running[begin]) / max(1.0, running[-1])
        )
    return columns


def best_stretch(gains: Floats) -> tuple[int, int]:
    """The bounds of the lines in a row with the greatest sum.

    >>> best_stretch(np.array([-1.0, 3.0, -1.0, 2.0, -5.0, 3.0]))
    (1, 4)
    """
    running = np.concatenate(([0.0], np.cumsum(gains)))
    lowest = np.minimum.accumulate(running[:-1])
    end = int((running[1:] - lowest).argmax()) + 1
    return int(running[:end].argmin()), end


def _page_columns(lines: Lines) -> dict[str, Floats]:
    measures, prose = lines.measures, lines.prose
    count, total = len(prose), max(1.0, measures.words.sum())
    figures = {
        "page words": np.log1p(total),
        "page lines": np.log1p(count),
        "page prose": prose.sum() / total,
        "page longest": np.log1p(prose.max()),
        "page line": np.log1p(total / count),
        "page ends": measures.ends.mean(),
        "page digits": measures.digits.sum() / measures.chars.sum(),
        "page capitals": measures.capitals.sum() / total,
        "page gaps": float((lines.gaps > 1).mean()),
        "page broken": float(lines.starts_lower.mean()),
    }
    return {name: np.full(count, float(value)) for name, value in figures.items()}
