"""The element tree of a page as arrays: depths, subtrees, what tags a block is inside of, repeated elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.class_tokens import MAX_TAG_CHARS, read_tag
from cleaner.model import Elements

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

INSIDE = ("nav", "footer", "aside", "article", "main", "hidden")
"""What a block may be inside of."""

RISE = 12
"""Elements on the path up from a block that are looked at."""

_KINDS = {"time": 1, **dict.fromkeys(("button", "select", "textarea", "form"), 2), "a": 3}
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
    groups: Ints
    """The same number for the children of a parent that have the same tag and class."""
    named: Ints
    """Number of its naming: of the words that the author named the element with; 0 where nothing under it has text."""
    entries: Ints
    """The innermost element around that has two siblings of its kind or more: this one, one above, or 0."""
    block_kinds: Ints
    """The same number for the elements that have blocks, the same tag and class, and parents for which so it is; from 1
    on in the order of the blocks. 0 for elements without a block."""
    tag_kinds: npt.NDArray[np.uint8]
    """1 for times, 2 for controls, 3 for links, else 0."""
    words: tuple[str, ...]
    """The words of all namings, each once."""
    places: Ints
    """In ``words``: those of each naming, one naming after the other. The first is an empty word, the others begin with
    their tag."""
    begins: Ints
    """Where the places of each naming begin, and their end."""
    above: Ints
    """Row of the element that each block is in, of that one's parent, and so on: ``(RISE, blocks)``."""

    @property
    def blocks(self) -> Ints:
        """The row that each block is in."""
        rows: Ints = self.above[0]
        return rows

    def namings(self, numbers: Iterable[int]) -> list[tuple[str, ...]]:
        """The tag and the words of the namings with those *numbers*, none of them 0."""
        places, begins = self.places.tolist(), self.begins.tolist()
        return [tuple([self.words[place] for place in places[begins[at] : begins[at + 1]]]) for at in numbers]

    @property
    def tokens(self) -> list[tuple[str, ...]]:
        """The words of each element."""
        namings = ((), *self.namings(range(1, len(self.begins) - 1)))
        return [namings[number] for number in self.named.tolist()]


def read_tree(source: str, elements: Elements, blocks: Ints) -> PageTree:
    """The tree around the *blocks*, by the row of each, counted from 1; elements without text in them have no names."""
    if compiled.native is None:
        tag_kinds = np.array([0, *(_KINDS.get(tag, 0) for tag in elements.tags)], dtype=np.uint8)
        words, *columns = _columns(source, elements, blocks.tolist())
        rows, places, begins = (np.array(column, dtype=np.int64) for column in columns)
    else:
        columns_of = elements.parents, elements.starts, elements.ends
        words, counted, *packed = compiled.native.page_tree(
            source, elements.tags, *columns_of, blocks, _BITS, _HIDDEN, _KINDS
        )
        tag_kinds = np.frombuffer(counted, np.uint8)
        rows, places, begins = (np.frombuffer(column, np.int64) for column in packed)
        rows = rows.reshape(-1, len(tag_kinds))
    parents, ends, depths, inside, signatures, groups, named, entries, kinds = rows[:9]
    above = np.empty((RISE, len(blocks)), dtype=np.int64)
    above[0] = blocks
    for step in range(1, RISE):
        parents.take(above[step - 1], out=above[step])
    return PageTree(
        parents,
        ends,
        depths,
        inside,
        signatures,
        groups,
        named,
        entries,
        kinds,
        tag_kinds,
        words,
        places,
        begins,
        above,
    )


def _columns(
    source: str, elements: Elements, blocks: list[int]
) -> tuple[tuple[str, ...], list[list[int]], list[int], list[int]]:
    """The words, the columns of rows, and ``places`` and ``begins`` of the tree around *blocks*."""
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
    named = [0] * count
    words: dict[str, int] = {"": 0}
    namings: dict[tuple[int, ...], int] = {(0,): 0}
    signature_numbers: dict[tuple[str, str], int] = {}
    group_numbers: dict[tuple[int, int], int] = {}
    for row in range(1, count):
        if not holds_text[row]:
            continue
        tag, start, end = elements.tags[row - 1], elements.starts[row - 1], elements.ends[row - 1]
        parent = parents[row]
        bits = inside[parent] | _BITS.get(tag, 0)
        class_ = ""
        found: tuple[str, ...] = ()
        if end - start > len(tag) + 2:
            class_, found, hidden = read_tag(source[start : min(end, start + MAX_TAG_CHARS)])
            if hidden:
                bits |= _HIDDEN
        inside[row] = bits
        naming = tuple([words.setdefault(word, len(words)) for word in ("<" + tag, *found)])
        named[row] = namings.setdefault(naming, len(namings))
        signature = signature_numbers.setdefault((tag, class_), len(signature_numbers) + 1)
        signatures[row] = signature
        groups[row] = group_numbers.setdefault((parent, signature), len(group_numbers) + 1)
    sizes = Counter(groups)
    entries = [0] * count
    for row in range(1, count):
        entries[row] = row if groups[row] and sizes[groups[row]] > 2 else entries[parents[row]]
    kinds = [0] * count
    kind_numbers: dict[tuple[int, int], int] = {}
    for row in blocks:
        kinds[row] = kind_numbers.setdefault((signatures[row], signatures[parents[row]]), len(kind_numbers) + 1)
    begins = [0, *accumulate(map(len, namings))]
    places = list(chain.from_iterable(namings))
    return tuple(words), [parents, ends, depths, inside, signatures, groups, named, entries, kinds], places, begins


def subtree_sums(tree: PageTree, values: Floats) -> Floats:
    """The sums of figures of the blocks over each element's subtree, ``(..., blocks)`` to ``(..., elements)``."""
    figures, count = values.reshape(-1, len(tree.blocks)), len(tree.parents)
    running = np.zeros((len(figures), count + 1))
    np.cumsum([np.bincount(tree.blocks, figure, count) for figure in figures], axis=1, out=running[:, 1:])
    sums: Floats = (running.take(tree.ends, axis=1) - running[:, :-1]).reshape(*values.shape[:-1], count)
    return sums
