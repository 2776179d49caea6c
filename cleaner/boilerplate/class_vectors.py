"""What the words that authors name elements with mean to the network: a few learned figures each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.page_tree import PageTree

Floats = npt.NDArray[np.float32]

DECAY = 0.75
"""Weight of an element's words from one step of the path to the root to the next."""

STEPS = 10
"""Elements of the path that count."""

_WEIGHTS = np.array([DECAY**step for step in range(STEPS)], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class ClassVectors:
    """A vector for each word that is known."""

    numbers: Mapping[str, int]
    """Row of each word."""
    vectors: Floats

    def of(self, tree: PageTree, rows: npt.NDArray[np.int64]) -> Floats:
        """The sum over the path of each block, ``(blocks, figures)``, by the row of each of the tree's words or -1."""
        above = tree.above[:STEPS]
        if compiled.native is None:
            return self._sums(tree, rows, above)
        weights, figures = _WEIGHTS[: len(above)], self.vectors.shape[1]
        names = rows, tree.places, tree.begins, tree.named
        sums = compiled.native.path_vectors(*names, above, self.vectors, weights, figures)
        return np.frombuffer(sums, np.float32).reshape(figures, -1).T

    def _sums(self, tree: PageTree, rows: npt.NDArray[np.int64], above: npt.NDArray[np.int64]) -> Floats:
        """What ``of`` gives."""
        own, figures = rows[tree.places], self.vectors.shape[1]
        namings = np.repeat(np.arange(len(tree.begins) - 1), np.diff(tree.begins))
        is_known = own >= 0
        cells = namings[is_known][:, None] * figures + np.arange(figures)
        sums = np.bincount(cells.ravel(), self.vectors[own[is_known]].ravel(), (len(tree.begins) - 1) * figures)
        table = sums.reshape(-1, figures).astype(np.float32)
        result = np.zeros((len(tree.blocks), figures), dtype=np.float32)
        for weight, named in zip(_WEIGHTS, tree.named[above], strict=False):
            result += (weight * table).take(named, axis=0)
        return result
