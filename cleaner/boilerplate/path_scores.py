"""What the class words on the path from the root to each element add up to, by the log-odds of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.page_tree import PageTree

Floats = npt.NDArray[np.float64]

DECAY = 0.75
"""Weight of an element's class words from one step of the path to the next."""


def path_scores(tree: PageTree, odds: Floats) -> Floats:
    """What each element's own words say; their sum, decayed sum, least and greatest along the path: a row for each.

    An element's words say what the strongest on either side add up to, by the *odds* of each of the tree's words.
    Elements that have no text under them have no words and stay at zero.
    """
    own, begins = odds.take(tree.places), tree.begins[:-1]
    said = np.minimum(np.minimum.reduceat(own, begins), 0) + np.maximum(np.maximum.reduceat(own, begins), 0)
    if compiled.native is not None:
        scores = compiled.native.path_scores(said, tree.named, tree.parents, DECAY)
        return np.frombuffer(scores).reshape(5, -1)
    named = tree.named.tolist()
    return _along_paths(said[tree.named].tolist(), named, tree.parents.tolist())


def _along_paths(values: list[float], named: list[int], parents: list[int]) -> Floats:
    count = len(values)
    total, decayed, least, most = [0.0] * count, [0.0] * count, [0.0] * count, [0.0] * count
    for row in [row for row, words in enumerate(named) if words]:
        parent, value = parents[row], values[row]
        total[row] = total[parent] + value
        decayed[row] = DECAY * decayed[parent] + value
        least[row] = min(least[parent], value)
        most[row] = max(most[parent], value)
    return np.array([values, total, decayed, least, most])
