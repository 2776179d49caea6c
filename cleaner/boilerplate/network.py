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

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

REACH = 4.0
"""Features count as far as this from their mean, in standard deviations."""

_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Network:
    """Weights; ``c`` columns, ``h`` channels, ``l`` layers, ``p`` parts that a layer sees."""

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
        weights = (np.log1p(sizes) + 0.1).astype(np.float32)[:, None]
        means = [_Mean.over(group, weights) for group in (np.zeros(len(rows), dtype=np.int64), *groups)]
        values = np.clip((rows - self.centres) / self.scales, -REACH, REACH)
        state = _rectified(values @ self.first[:-1] + self.first[-1])
        for layer, (mixer, (gain, bias)) in enumerate(zip(self.mixers, self.gains, strict=True)):
            level = _normalised(state) * gain + bias
            step = 2**layer
            parts = [level, _shifted(level, -step), _shifted(level, step), *(mean.of(level) for mean in means)]
            state = state + _rectified(np.concatenate(parts, axis=1) @ mixer[:-1] + mixer[-1])
        result: npt.NDArray[np.float64] = (state @ self.last[:-1] + self.last[-1]).astype(np.float64)
        return result


@dataclass(frozen=True, slots=True)
class _Mean:
    """The weighted mean over each group, as the blocks in it see it."""

    order: Ints
    """The blocks, group by group."""
    starts: Ints
    """Where each group begins in ``order``."""
    group: Ints
    """The group of each block, in order of the page."""
    weights: Floats
    totals: Floats

    @classmethod
    def over(cls, numbers: Ints, weights: Floats) -> _Mean:
        """The mean over blocks of the same number."""
        _, group = np.unique(numbers, return_inverse=True)
        order = np.argsort(group, kind="stable")
        starts = np.searchsorted(group[order], np.arange(group.max() + 1))
        return cls(order, starts, group, weights, np.add.reduceat(weights[order], starts))

    def of(self, level: Floats) -> Floats:
        """The mean of *level* over the group of each block."""
        sums = np.add.reduceat((level * self.weights)[self.order], self.starts)
        means: Floats = np.divide(sums, self.totals, dtype=np.float32)
        return means[self.group]


def _rectified(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


def _normalised(state: Floats) -> Floats:
    centred = state - state.mean(axis=1, keepdims=True)
    result: Floats = centred / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _EPSILON)
    return result


def _shifted(level: Floats, by: int) -> Floats:
    """Each block's values of the block *by* places on; nothing beyond the page."""
    result = np.zeros_like(level)
    if by > 0:
        result[:-by] = level[by:]
    else:
        result[-by:] = level[:by]
    return result
