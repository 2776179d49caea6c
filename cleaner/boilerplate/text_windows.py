"""A figure of each line, seen from the lines around it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shifted(values: Floats, by: int) -> Floats:
    """Each line's value of the line *by* places on; -1 beyond the page."""
    result = np.full(len(values), -1.0)
    if abs(by) >= len(values):
        return result
    if by > 0:
        result[:-by] = values[by:]
    else:
        result[-by:] = values[:by]
    return result


def window(values: Floats, reach: int) -> Floats:
    """The sum over the lines up to *reach* away, and the line itself."""
    running = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(len(values))
    sums: Floats = running[np.minimum(at + reach + 1, len(values))] - running[np.maximum(at - reach, 0)]
    return sums


def signed_distance(count: int, begin: int, end: int) -> Floats:
    """How many lines each of *count* is before (negative) or behind ``[begin, end)``, as a logarithm; 0 inside."""
    at = np.arange(count, dtype=np.float64)
    return np.log1p(np.maximum(0, at - end + 1)) - np.log1p(np.maximum(0, begin - at))


def faded(values: Floats, half_life: float) -> tuple[Floats, Floats]:
    """The sums over the lines above each line and over those below it, which count half after *half_life* lines.

    >>> above, below = faded(np.array([4.0, 0.0, 1.0]), 1.0)
    >>> above.tolist(), below.tolist()
    ([0.0, 2.0, 1.0], [0.25, 0.5, 0.0])
    """
    weights = np.concatenate(([0.0], 0.5 ** (np.arange(1, int(6 * half_life)) / half_life)))
    above, below = np.convolve(values, weights), np.convolve(values[::-1], weights)
    return above[: len(values)], below[: len(values)][::-1]
