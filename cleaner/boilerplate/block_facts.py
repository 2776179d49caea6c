"""What the blocks of a page say of themselves, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.model import Block

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """One entry a block."""

    texts: list[str]
    rows: npt.NDArray[np.int64]
    """That of its element among the page's, counted from 1."""
    linked: Floats
    """Characters in links."""
    levels: Floats
    """Of headings; else 0."""
    is_caption: Floats
    alike: Floats
    """Other blocks with the same text."""
    is_copy: Floats
    """1 where one of them stands before."""


def read_facts(blocks: Sequence[Block]) -> BlockFacts:
    """The columns of *blocks*.

    >>> facts = read_facts([Block(0, 2, "Up", "heading", 2), Block(3, 5, "Up", "caption")])
    >>> facts.levels.tolist(), facts.alike.tolist(), facts.is_copy.tolist()
    ([2.0, 0.0], [1.0, 1.0], [0.0, 1.0])
    """
    if compiled.native is not None:
        texts, rows, figures = compiled.native.block_facts(Block, tuple(blocks), "heading", "caption")
        return BlockFacts(texts, np.frombuffer(rows, np.int64), *np.frombuffer(figures).reshape(5, -1))
    texts = [block.text for block in blocks]
    first: dict[str, int] = {}
    firsts = np.array([first.setdefault(text, at) for at, text in enumerate(texts)], dtype=np.int64)
    return BlockFacts(
        texts,
        np.array([block.element + 1 for block in blocks], dtype=np.int64),
        np.array([block.link_chars for block in blocks], dtype=np.float64),
        np.array([block.level * (block.role == "heading") for block in blocks], dtype=np.float64),
        np.array([block.role == "caption" for block in blocks], dtype=np.float64),
        (np.bincount(firsts)[firsts] - 1).astype(np.float64),
        (firsts != np.arange(len(texts))).astype(np.float64),
    )
