"""What the words that authors name elements with say of each block, by the log-odds of each word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.block_columns import NEAR, window
from cleaner.boilerplate.page_tree import PageTree

Floats = npt.NDArray[np.float64]

CLASS_COLUMNS = (
    "class", "class sum", "class decayed", "class least", "class most", "class parent", "class decayed -2",
    "class decayed -1", "class decayed +1", "class decayed +2", "kind class", "class within", "class sum to prose",
    "class decayed to prose", "class least to prose",
)  # fmt: skip

DECAY = 0.75
"""Weight of an element's words from one step of the path to the next."""


def class_columns(tree: PageTree, prose: Floats, odds: Floats) -> Floats:
    """A row for each of ``CLASS_COLUMNS`` with a figure for each block.

    An element's words say what the strongest on either side add up to, by the *odds* of each of the tree's words.
    Elements that have no text under them have no words and stay at zero. *prose* are each block's words in sentences.
    """
    if compiled.native is None:
        columns = _columns(tree, odds)
    else:
        packed = compiled.native.class_columns(
            odds, tree.places, tree.begins, tree.named, tree.parents, tree.signatures, tree.above[:2], DECAY, NEAR
        )
        columns = np.frombuffer(packed).reshape(-1, len(prose))
    # Pages name their parts as they like: what counts is how a block compares with the page's own sentences.
    weights = prose + 0.1
    means = (columns[1:4] * weights).sum(axis=1) / weights.sum()
    return np.concatenate([columns, columns[1:4] - means[:, None]])


def _columns(tree: PageTree, odds: Floats) -> Floats:
    """All rows but the last three."""
    own, begins = odds[tree.places], tree.begins[:-1]
    said = np.minimum(np.minimum.reduceat(own, begins), 0) + np.maximum(np.maximum.reduceat(own, begins), 0)
    scores = _along_paths(said[tree.named].tolist(), tree.named.tolist(), tree.parents.tolist())
    rows, count = tree.blocks, len(tree.blocks)
    columns = np.empty((len(CLASS_COLUMNS) - 3, count))
    columns[:5] = scores[:, rows]
    columns[5] = scores[0, tree.above[1]]
    decayed = columns[2]
    padded = np.full(count + 4, -1.0)
    padded[2:-2] = decayed
    for at, begin in enumerate((0, 1, 3, 4), 6):
        columns[at] = padded[begin : begin + count]
    kinds = tree.signatures[rows]
    columns[10] = (np.bincount(kinds, decayed) / np.maximum(1, np.bincount(kinds)))[kinds]
    columns[11] = window(decayed) / (2 * NEAR + 1)
    return columns


def _along_paths(values: list[float], named: list[int], parents: list[int]) -> Floats:
    """Each element's own words; their sum, decayed sum, least and greatest along the path: a row for each."""
    count = len(values)
    total, decayed, least, most = [0.0] * count, [0.0] * count, [0.0] * count, [0.0] * count
    for row in [row for row, words in enumerate(named) if words]:
        parent, value = parents[row], values[row]
        total[row] = total[parent] + value
        decayed[row] = DECAY * decayed[parent] + value
        least[row] = min(least[parent], value)
        most[row] = max(most[parent], value)
    return np.array([values, total, decayed, least, most])
