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
    """The sum over the lines up to *reach* away, and the line itself; for each row of *values*, if it has rows.

    >>> window(np.array([1.0, 2.0, 4.0]), 1).tolist()
    [3.0, 7.0, 6.0]
    """
    count = values.shape[-1]
    running = np.zeros((*values.shape[:-1], count + 1))
    np.cumsum(values, axis=-1, out=running[..., 1:])
    at = np.arange(count)
    sums: Floats = running[..., np.minimum(at + reach + 1, count)] - running[..., np.maximum(at - reach, 0)]
    return sums


def lines_within(count: int, reach: int) -> Floats:
    """How many of *count* lines are up to *reach* away from each, and the line itself.

    >>> lines_within(3, 1).tolist()
    [2.0, 3.0, 2.0]
    """
    at = np.arange(count, dtype=np.float64)
    return np.minimum(at + reach + 1, count) - np.maximum(at - reach, 0)


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
