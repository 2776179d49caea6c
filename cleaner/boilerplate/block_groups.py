"""Which blocks of a page have something in common: their kind, their container, the entry of a list they stand in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.page_tree import RISE, PageTree

Ints = npt.NDArray[np.int64]


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
    _, parents, grandparents = tree.above[:3]
    entries = tree.entries[tree.blocks]
    entries[tree.depths[tree.blocks] - tree.depths[entries] >= RISE] = 0
    return BlockGroups(tree.block_kinds[tree.blocks] - 1, parents, grandparents, entries, tree.groups[entries])
