"""From the chance of each block to be main content to the blocks that are kept.

Keeping the blocks above a fixed chance is not best for F1, which is of the page as a whole: how much there is to be
found counts too. The expected F1 is greatest for some number of the likeliest blocks.

Source: Lewis (1995), Evaluating and optimizing autonomous text classification systems,
https://doi.org/10.1145/215206.215366
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Preference = Literal["precision", "balanced", "recall"]

BETA: dict[Preference, float] = {"precision": 0.5, "balanced": 1.0, "recall": 2.0}
"""How many times as much as precision recall counts, as in F-beta."""


def choose(chances: Floats, words: Floats, prefer: Preference = "balanced") -> npt.NDArray[np.bool_]:
    """The blocks whose keeping makes the expected F-beta of the page greatest; *words* is the size of each.

    >>> choose(np.array([0.9, 0.45, 0.2]), np.array([100.0, 50.0, 50.0])).tolist()
    [True, True, False]
    >>> choose(np.array([0.9, 0.45, 0.2]), np.array([100.0, 50.0, 50.0]), "precision").tolist()
    [True, False, False]
    """
    if not len(chances):
        return np.zeros(0, dtype=np.bool_)
    order = np.argsort(-chances, kind="stable")
    weights = BETA[prefer] ** 2
    found = np.cumsum((chances * words)[order])
    kept = np.cumsum(words[order])
    expected = (1 + weights) * found / np.maximum(1e-9, kept + weights * found[-1])
    limit = float(chances[order[int(expected.argmax())]])
    return chances >= limit
