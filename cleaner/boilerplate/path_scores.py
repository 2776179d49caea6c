"""What the class words on the path from the root to each element add up to, by a lexicon of log-odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.class_tokens import log_odds

Floats = npt.NDArray[np.float64]

DECAY = 0.75
"""Weight of an element's class words from one step of the path to the next."""


def path_scores(
    tokens: tuple[tuple[str, ...], ...], parents: npt.NDArray[np.int64], lexicon: Mapping[str, float]
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """What each element's own words say; their sum, decayed sum, least and greatest along the path.

    Args:
        tokens: words by element; none for elements that have no text under them, which stay at zero.
        parents: parents come first; the first row is its own.
    """
    if compiled.native is not None and isinstance(lexicon, dict):
        scores = np.frombuffer(compiled.native.path_scores(tokens, parents.tobytes(), lexicon, DECAY))
        own, total, decayed, least, most = scores.reshape(5, -1)
        return own, total, decayed, least, most
    known = {words: log_odds(words, lexicon) for words in set(tokens)}
    values = [known[words] for words in tokens]
    return np.array(values), *_along_paths(values, tokens, parents.tolist())


def _along_paths(
    values: list[float], tokens: Sequence[tuple[str, ...]], parents: list[int]
) -> tuple[Floats, Floats, Floats, Floats]:
    count = len(values)
    total, decayed, least, most = [0.0] * count, [0.0] * count, [0.0] * count, [0.0] * count
    for row in [row for row, words in enumerate(tokens) if words]:
        parent, value = parents[row], values[row]
        total[row] = total[parent] + value
        decayed[row] = DECAY * decayed[parent] + value
        least[row] = min(least[parent], value)
        most[row] = max(most[parent], value)
    return np.array(total), np.array(decayed), np.array(least), np.array(most)
