"""Which blocks of a page have something in common: their kind, their container, the entry of a list they stand in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.page_tree import PageTree

Ints = npt.NDArray[np.int64]

_MAX_STEPS = 12
"""Steps up the tree in which the entry around a block is looked for."""


@dataclass(frozen=True, slots=True)
class BlockGroups:
    """One number a block; the blocks of a group share it."""

    kinds: Ints
    """Same tag and class, and so for the parent; counted from 0."""
    parents: Ints
    """Row of the parent of the block's element."""
    grandparents: Ints
    entries: Ints
    """Row of the innermost ancestor with two siblings of its kind or more (an entry of a list, a post, a card); 0
    where there is none."""
    lists: Ints
    """The group of that entry among the tree's; that of the root where there is none."""

    def shared(self) -> tuple[Ints, ...]:
        """The groups as a network takes them; a block in no entry is alone."""
        alone = -1 - np.arange(len(self.entries))
        in_list = self.entries > 0
        return (
            self.kinds,
            self.parents,
            self.grandparents,
            np.where(in_list, self.entries, alone),
            np.where(in_list, self.lists, 0),
        )


def group_blocks(tree: PageTree) -> BlockGroups:
    """The groups of the blocks of *tree*."""
    signature, parents = tree.signatures[tree.blocks], tree.parents[tree.blocks]
    of_parent = tree.signatures[parents]
    kinds = np.unique(signature * (tree.signatures.max(initial=0) + 1) + of_parent, return_inverse=True)[1]
    repeats = tree.repeats.copy()
    repeats[0] = 0
    entries = np.zeros(len(tree.blocks), dtype=np.int64)
    up = tree.blocks
    for _ in range(_MAX_STEPS):
        entries = np.where((entries == 0) & (repeats[up] > 2), up, entries)
        up = tree.parents[up]
    return BlockGroups(kinds, parents, tree.parents[parents], entries, tree.groups[entries])
