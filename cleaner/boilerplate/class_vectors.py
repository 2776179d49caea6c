"""What the words that authors name elements with mean to the network: a few learned figures each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, repeat

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

    def of(self, tree: PageTree) -> Floats:
        """The sum over the path of each block, ``(blocks, figures)``."""
        above = tree.above[:STEPS]
        if compiled.native is None or not isinstance(self.numbers, dict):
            return self._sums(tree, above)
        weights = _WEIGHTS[: len(above)]
        vectors = np.ascontiguousarray(self.vectors, np.float32)
        figures = vectors.shape[1]
        sums = compiled.native.path_vectors(tree.words, tree.named, above, self.numbers, vectors, weights, figures)
        return np.frombuffer(sums, np.float32).reshape(figures, -1).T

    def _sums(self, tree: PageTree, above: npt.NDArray[np.int64]) -> Floats:
        """What ``of`` gives."""
        rows = np.fromiter(map(self.numbers.get, chain.from_iterable(tree.words), repeat(-1)), dtype=np.int64)
        places = np.repeat(np.arange(len(tree.words)), list(map(len, tree.words)))
        is_known = rows >= 0
        figures = self.vectors.shape[1]
        cells = places[is_known][:, None] * figures + np.arange(figures)
        sums = np.bincount(cells.ravel(), self.vectors[rows[is_known]].ravel(), len(tree.words) * figures)
        table = sums.reshape(len(tree.words), figures).astype(np.float32)
        result = np.zeros((len(tree.blocks), figures), dtype=np.float32)
        for weight, named in zip(_WEIGHTS, tree.named[above], strict=False):
            result += (weight * table).take(named, axis=0)
        return result
