"""Pairs of rows with weights that come one after the other, added up in memory that is used again and again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.sorting import begins_of, sort_keys

MOST_WEIGHT = 255
"""Of a pair; what is more counts as this."""
BYTE = np.uint64(8)
"""Bits of a weight, which stands behind its pair in one number."""


class PairWeights:
    """Pairs, each once with all the weight it has been given.

    Args:
        room: pairs that are held before they are added up; more if so many are different.
    """

    def __init__(self, room: int) -> None:
        self._keys, self._spare = np.empty(room, dtype=np.uint64), np.empty(room, dtype=np.uint64)
        self._count = 0

    def add(self, keys: NDArray[np.uint64]) -> None:
        """Takes pairs and weights in one number each."""
        while len(keys):
            some = keys[: len(self._keys) - self._count]
            self._keys[self._count : self._count + len(some)] = some
            self._count += len(some)
            keys = keys[len(some) :]
            if self._count == len(self._keys):
                self._add_up()
                if 2 * self._count > len(self._keys):
                    self._spare = np.empty(2 * len(self._keys), dtype=np.uint64)
                    self._spare[: self._count] = self._keys[: self._count]
                    self._keys, self._spare = self._spare, np.empty_like(self._spare)

    def finished(self) -> NDArray[np.uint64]:
        """All pairs, sorted."""
        self._add_up()
        return self._keys[: self._count].copy()

    def _add_up(self) -> None:
        sorted_keys = sort_keys(self._keys[: self._count], int(BYTE), self._spare)
        if sorted_keys.base is self._spare:
            self._keys, self._spare = self._spare, self._keys
        self._count = add_weights(sorted_keys)


def add_weights(keys: NDArray[np.uint64]) -> int:
    """Puts each pair once, with all its weight, at the beginning of *keys*, which are sorted; returns how many."""
    if compiled.native is not None:
        return compiled.native.add_weights(keys)
    pairs = keys >> BYTE
    begins = begins_of(pairs)
    if len(keys):
        weights = np.add.reduceat(keys & np.uint64(MOST_WEIGHT), begins)
        keys[: len(begins)] = pairs[begins] << BYTE | np.minimum(weights, np.uint64(MOST_WEIGHT))
    return len(begins)
