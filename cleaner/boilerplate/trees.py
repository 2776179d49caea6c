"""A forest of gradient-boosted decision trees as arrays, and what it predicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner import compiled

_ROWS_AT_ONCE = 1_024
"""Rows that walk down all trees together; more of them do not fit the cache."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees of one depth, each complete: node ``i`` has the children ``2i + 1`` and ``2i + 2``."""

    features: npt.NDArray[np.integer]
    """``(trees, 2 ** depth - 1)``: which column each node asks."""
    thresholds: npt.NDArray[np.float32]
    """Up to this value a row goes left; infinite where a tree is not that deep."""
    values: npt.NDArray[np.floating]
    """``(trees, 2 ** depth)``: log-odds at the leaves."""

    def margins(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Log-odds for each of *rows*, ``(n, columns)``: the sum over the trees."""
        features = np.ascontiguousarray(self.features, np.int32)
        values = np.ascontiguousarray(self.values, np.float32)
        if compiled.native is None:
            return _summed(features, self.thresholds, values, rows)
        trees, inner = features.shape
        thresholds, rows = (np.ascontiguousarray(array, np.float32) for array in (self.thresholds, rows))
        sums = compiled.native.margins(features, thresholds, values, rows, trees, inner.bit_length(), rows.shape[1])
        return np.frombuffer(sums)


def _summed(
    features: npt.NDArray[np.int32],
    thresholds: npt.NDArray[np.float32],
    values: npt.NDArray[np.float32],
    rows: npt.NDArray[np.float32],
) -> npt.NDArray[np.float64]:
    """What ``Forest.margins`` gives."""
    trees, inner = features.shape
    features, thresholds, values = features.ravel(), thresholds.ravel(), values.ravel()
    roots = np.arange(trees, dtype=np.int32)[:, None]
    sums = np.zeros(len(rows))
    for at in range(0, len(rows), _ROWS_AT_ONCE):
        part = np.ascontiguousarray(rows[at : at + _ROWS_AT_ONCE])
        flat = part.ravel()
        offsets = (np.arange(len(part), dtype=np.int32) * part.shape[1])[None, :]
        places = np.zeros((trees, len(part)), dtype=np.int32)
        for _ in range(inner.bit_length()):
            nodes = places + roots * inner
            places = 2 * places + 1 + (flat[features[nodes] + offsets] > thresholds[nodes])
        sums[at : at + len(part)] = values[places - inner + roots * (inner + 1)].sum(axis=0, dtype=np.float64)
    return sums


def chances(margins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Log-odds as chances.

    >>> chances(np.array([0.0])).tolist()
    [0.5]
    """
    result: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
    return result
