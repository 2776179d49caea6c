"""A forest of gradient-boosted decision trees as arrays, and what it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import inf

import numpy as np
import numpy.typing as npt

from cleaner import compiled

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int32]
_Bytes = npt.NDArray[np.uint8]

_BYTE = 255

_ROWS_AT_ONCE = 1_024
"""Rows that walk down all trees together; more of them do not fit the cache."""


@dataclass(frozen=True, slots=True, eq=False)
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
        ranked = None if compiled.native is None else _ranked(self)
        if compiled.native is None or ranked is None:
            return _summed(self.features.astype(np.int32), self.thresholds, self.values.astype(np.float32), rows)
        cells = np.ascontiguousarray(rows.T, np.float32)
        return np.frombuffer(compiled.native.margins(*ranked, cells, len(rows)))


@lru_cache(maxsize=8)
def _ranked(forest: Forest) -> tuple[_Floats, _Ints, _Bytes, _Ints, _Floats] | None:
    """The forest as compiled code reads it, without the nodes that ask nothing; None if it is too large for bytes.

    Thresholds by column; where those of each column end; by inner node its column, the rank of its threshold in that
    column, and the slots of its children, a tree's inner nodes having the first slots and its leaves the others; how
    many inner nodes each tree has; the leaves.
    """
    features, thresholds = forest.features.astype(np.int64), forest.thresholds
    columns = int(features.max(initial=-1)) + 1
    asks = np.isfinite(thresholds)
    bounds_of: list[set[float]] = [set() for _ in range(columns)]
    for column, bound in zip(features[asks].tolist(), thresholds[asks].tolist(), strict=True):
        bounds_of[column].add(bound)
    ranks = [{bound: rank for rank, bound in enumerate(sorted(bounds))} for bounds in bounds_of]
    if columns > _BYTE or max(map(len, ranks), default=0) > _BYTE or asks.sum(axis=1).max(initial=0) > _BYTE // 2:
        return None
    nodes: list[tuple[int, ...]] = []
    counts, values = [], []
    for asked, bounds, leaves in zip(features.tolist(), thresholds.tolist(), forest.values, strict=True):
        places = [_reached(bounds, 0)]
        for place in places:
            if place < len(bounds):
                places += _reached(bounds, 2 * place + 1), _reached(bounds, 2 * place + 2)
        inner = [place for place in places if place < len(bounds)]
        ends = [place for place in places if place >= len(bounds)]
        slots = {place: slot for slot, place in enumerate(inner + ends)}
        for place in inner:
            children = (slots[_reached(bounds, 2 * place + step)] for step in (1, 2))
            nodes.append((asked[place], ranks[asked[place]][bounds[place]], *children))
        counts.append(len(inner))
        values.append(leaves[np.array(ends) - len(bounds)])
    return (
        np.array(list(chain.from_iterable(ranks)), dtype=np.float32),
        np.cumsum(list(map(len, ranks)), dtype=np.int32),
        np.array(nodes, dtype=np.uint8),
        np.array(counts, dtype=np.int32),
        np.concatenate(values, dtype=np.float32),
    )


def _reached(bounds: list[float], place: int) -> int:
    """The first node from *place* on that does not send everything left, or the leaf."""
    while place < len(bounds) and bounds[place] == inf:
        place = 2 * place + 1
    return place


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
