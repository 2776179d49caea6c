"""The element tree of a page as arrays: depths, subtrees, what tags a block is inside of, repeated elements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.class_tokens import MAX_TAG_CHARS, read_tag
from cleaner.model import Elements, Segmentation

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

INSIDE = ("nav", "footer", "aside", "article", "main", "hidden")
"""What a block may be inside of."""

_BITS = {tag: 1 << bit for bit, tag in enumerate(INSIDE)}
_HIDDEN = 1 << INSIDE.index("hidden")


@dataclass(frozen=True, slots=True)
class PageTree:
    """One row an element, parents before children, and one more at the front that holds them all."""

    parents: Ints
    """The first row is its own parent."""
    ends: Ints
    """One past the last row of the subtree."""
    depths: Ints
    inside: Ints
    """Bits of ``INSIDE``."""
    signatures: Ints
    """The same number for the same tag and class."""
    repeats: Ints
    """How many children of the same parent have the same tag and class."""
    groups: Ints
    """The same number for those."""
    tokens: tuple[tuple[str, ...], ...]
    """Words that the author named the element with."""
    blocks: Ints
    """The row that each block is in."""


def read_tree(source: str, segmentation: Segmentation) -> PageTree:
    """The tree around the blocks; elements without text under them keep a row but no names."""
    elements = segmentation.elements
    blocks = [block.element + 1 for block in segmentation.blocks]
    if compiled.native is None:
        figures, tokens = _columns(source, elements, blocks)
        arrays = [np.array(figure, dtype=np.int64) for figure in figures]
    else:
        *packed, tokens = compiled.native.page_tree(
            source, elements.tags, elements.parents, elements.starts, elements.ends, blocks, _BITS, _HIDDEN
        )
        arrays = [np.frombuffer(figure, np.int64) for figure in packed]
    parents, ends, depths, inside, signatures, groups = arrays
    return PageTree(
        parents,
        ends,
        depths,
        inside,
        signatures,
        np.bincount(groups)[groups],
        groups,
        tokens,
        np.array(blocks, dtype=np.int64),
    )


def _columns(
    source: str, elements: Elements, blocks: list[int]
) -> tuple[tuple[list[int], ...], tuple[tuple[str, ...], ...]]:
    """Parents, ends, depths, inside, signatures, groups and tokens of the tree around *blocks*."""
    count = len(elements.tags) + 1
    parents = [0] * count
    depths = [0] * count
    ends = list(range(1, count + 1))
    holds_text = bytearray(count)
    for row in blocks:
        holds_text[row] = 1
    for row, parent in enumerate(elements.parents, 1):
        parents[row] = parent + 1
        depths[row] = depths[parent + 1] + 1
    for row in range(count - 1, 0, -1):
        parent = parents[row]
        ends[parent] = max(ends[parent], ends[row])
        holds_text[parent] |= holds_text[row]
    inside = [0] * count
    signatures = [0] * count
    groups = [0] * count
    tokens: list[tuple[str, ...]] = [()] * count
    signature_numbers: dict[tuple[str, str], int] = {}
    group_numbers: dict[tuple[int, int], int] = {}
    for row in range(1, count):
        if not holds_text[row]:
            continue
        tag, start, end = elements.tags[row - 1], elements.starts[row - 1], elements.ends[row - 1]
        parent = parents[row]
        bits = inside[parent] | _BITS.get(tag, 0)
        named = ""
        if end - start > len(tag) + 2:
            named, found, hidden = read_tag(source[start : min(end, start + MAX_TAG_CHARS)])
            tokens[row] = ("<" + tag, *found)
            if hidden:
                bits |= _HIDDEN
        else:
            tokens[row] = ("<" + tag,)
        inside[row] = bits
        signature = signature_numbers.setdefault((tag, named), len(signature_numbers) + 1)
        signatures[row] = signature
        groups[row] = group_numbers.setdefault((parent, signature), len(group_numbers) + 1)
    return (parents, ends, depths, inside, signatures, groups), tuple(tokens)


def subtree_sums(tree: PageTree, values: Floats) -> Floats:
    """The sum of a figure of the blocks over each element's subtree."""
    direct = np.bincount(tree.blocks, weights=values, minlength=len(tree.parents))
    running = np.concatenate(([0.0], np.cumsum(direct)))
    sums: Floats = running[tree.ends] - running[:-1]
    return sums
