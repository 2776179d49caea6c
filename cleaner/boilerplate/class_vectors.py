"""What the words that authors name elements with mean to the network: a few learned figures each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.page_tree import PageTree

Floats = npt.NDArray[np.float32]

DECAY = 0.75
"""Weight of an element's words from one step of the path to the root to the next."""

STEPS = 10
"""Elements of the path that count."""


@dataclass(frozen=True, slots=True)
class ClassVectors:
    """A vector for each word that is known."""

    numbers: Mapping[str, int]
    """Row of each word."""
    vectors: Floats

    def of(self, tree: PageTree) -> Floats:
        """The sum over the path of each block, ``(blocks, figures)``."""
        places = {tokens: place for place, tokens in enumerate(dict.fromkeys(tree.tokens))}
        table = np.zeros((len(places), self.vectors.shape[1]), dtype=np.float32)
        for tokens, place in places.items():
            known = [self.numbers[token] for token in tokens if token in self.numbers]
            if known:
                table[place] = self.vectors[known].sum(axis=0)
        own = table[[places[tokens] for tokens in tree.tokens]]
        sums = np.zeros((len(tree.blocks), own.shape[1]), dtype=np.float32)
        up = tree.blocks
        for step in range(STEPS):
            sums += np.float32(DECAY**step) * own[up]
            up = tree.parents[up]
        return sums
