"""What the class words on the path from the root to each element add up to, by a lexicon of log-odds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.class_tokens import log_odds
from cleaner.boilerplate.page_tree import PageTree

Floats = npt.NDArray[np.float64]

DECAY = 0.75
"""Weight of an element's class words from one step of the path to the next."""


def path_scores(tree: PageTree, lexicon: Mapping[str, float]) -> Floats:
    """What each element's own words say; their sum, decayed sum, least and greatest along the path: a row for each.

    Elements that have no text under them have no words and stay at zero.
    """
    if compiled.native is not None and isinstance(lexicon, dict):
        scores = compiled.native.path_scores(tree.words, tree.named, tree.parents, lexicon, DECAY)
        return np.frombuffer(scores).reshape(5, -1)
    known = [log_odds(words, lexicon) for words in tree.words]
    named = tree.named.tolist()
    return _along_paths([known[place] for place in named], named, tree.parents.tolist())


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
