"""A small network that reads all blocks of a page together, and what it predicts.

Each layer sees a block, the blocks a step before and behind it, and the means of the blocks it shares something with:
the page, the class, the container, the entry of a list. Steps double from layer to layer.

Sources: Zaheer et al. (2017), Deep sets, https://arxiv.org/abs/1703.06114; Yu and Koltun (2016), Multi-scale context
aggregation by dilated convolutions, https://arxiv.org/abs/1511.07122
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner import compiled

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

REACH = 4.0
"""Features count as far as this from their mean, in standard deviations."""

_AT_ONCE = 128
"""Blocks whose products fit the cache."""

_EPSILON = np.float32(1e-5)


@dataclass(frozen=True, slots=True)
class Network:
    """Weights; ``c`` columns, ``h`` channels, a multiple of four, ``l`` layers, ``p`` parts that a layer sees."""

    centres: Floats
    """``(c,)``: means of the columns."""
    scales: Floats
    """``(c,)``: standard deviations."""
    first: Floats
    """``(c + 1, h)``; the last row is the bias, here and below."""
    gains: Floats
    """``(l, 2, h)``: gain and bias of each layer's normalisation."""
    mixers: Floats
    """``(l, p * h + 1, h)``."""
    last: Floats
    """``(h + 1,)``."""

    def margins(self, rows: Floats, sizes: npt.NDArray[np.float64], groups: Sequence[Ints]) -> npt.NDArray[np.float64]:
        """Log-odds for each of *rows*, ``(n, c)``, the blocks of one page in order.

        Args:
            rows: features.
            sizes: words of each block.
            groups: for each way to group the blocks, a number for each block that those of one group share.
        """
        weights = (np.log1p(sizes) + 0.1).astype(np.float32)
        kinds = np.array([np.zeros(len(rows), dtype=np.int64), *groups])
        if compiled.native is None:
            values = np.clip((rows - self.centres) / self.scales, -REACH, REACH)
            return self._margins(values, weights, _numbered(kinds))
        cells = np.ascontiguousarray(rows.T, np.float32)
        return np.frombuffer(compiled.native.network(cells, weights, kinds, *self._arrays()))

    def _arrays(self) -> list[Floats]:
        """All weights, contiguous."""
        arrays = self.centres, self.scales, self.first, self.gains, self.mixers, self.last
        return [np.ascontiguousarray(array, np.float32) for array in arrays]

    def _margins(self, values: Floats, weights: Floats, groups: Ints) -> npt.NDArray[np.float64]:
        """What ``margins`` gives, with a column for each block; the order of sums is fixed, unlike a BLAS's."""
        shares = [(weights / np.bincount(group, weights)[group]).astype(np.float32) for group in groups]
        state = _rectified(_product(values.T, self.first[:-1]) + self.first[-1][:, None])
        for layer, (mixer, (gain, bias)) in enumerate(zip(self.mixers, self.gains, strict=True)):
            level = _normalised(state) * gain[:, None] + bias[:, None]
            own, before, behind, *parts = mixer[:-1].reshape(3 + len(groups), len(level), len(level))
            step = 2**layer
            mixed = _product(level, own) + mixer[-1][:, None]
            mixed[:, step:] += _product(level[:, :-step], before)
            mixed[:, :-step] += _product(level[:, step:], behind)
            for group, share, part in zip(groups, shares, parts, strict=True):
                mixed += _product(_sums(level * share, group), part)[:, group]
            state += _rectified(mixed)
        result: npt.NDArray[np.float64] = (_total(state * self.last[:-1, None]) + self.last[-1]).astype(np.float64)
        return result


def _numbered(groups: Ints) -> Ints:
    """The numbers in each row of *groups* as counted from 0 upwards; they lie no further apart than memory has room."""
    low = groups - groups.min(axis=1, keepdims=True)
    kinds, span = np.arange(len(groups))[:, None], int(low.max()) + 1
    is_there = np.zeros((len(groups), span), dtype=np.int32)
    is_there[kinds, low] = 1
    numbers: Ints = np.cumsum(is_there, axis=1, dtype=np.int32)[kinds, low].astype(np.int64) - 1
    return numbers


def _product(values: Floats, weights: Floats) -> Floats:
    """*weights*, ``(k, m)``, transposed, times *values*, ``(k, n)``: sums from the first to the last."""
    parts = [
        np.add.reduce(weights[:, :, None] * values[:, None, at : at + _AT_ONCE])
        for at in range(0, max(1, values.shape[1]), _AT_ONCE)
    ]
    return np.concatenate(parts, axis=1)


def _sums(values: Floats, group: Ints) -> Floats:
    """The sums over the blocks of each group."""
    shape = len(values), int(group.max()) + 1
    cells = np.arange(len(values))[:, None] * shape[1] + group
    return np.bincount(cells.ravel(), values.ravel(), shape[0] * shape[1]).reshape(shape).astype(np.float32)


def _rectified(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


def _normalised(state: Floats) -> Floats:
    centred = state - _total(state) / np.float32(len(state))
    result: Floats = centred / np.sqrt(_total(centred * centred) / np.float32(len(state)) + _EPSILON)
    return result


def _total(values: Floats) -> Floats:
    """The sum of all rows: every fourth row, then those four."""
    sums = np.add.accumulate(values.reshape(-1, 4, values.shape[1]))[-1]
    result: Floats = (sums[0] + sums[1]) + (sums[2] + sums[3])
    return result
