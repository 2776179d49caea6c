"""From the chance of each block to be main content to the blocks that are kept.

Keeping the blocks above a fixed chance is not best for F1, which is of the page as a whole: how much there is to be
found counts too. The expected F1 is greatest for some number of the likeliest blocks.

Source: Lewis (1995), Evaluating and optimizing autonomous text classification systems,
https://doi.org/10.1145/215206.215366
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Preference = Literal["precision", "balanced", "recall"]

BETA: dict[Preference, float] = {"precision": 0.5, "balanced": 1.0, "recall": 2.0}
"""How many times as much as precision recall counts, as in F-beta."""


COPY_WORDS = 8
"""Words from which a block that reads like another is a copy, and not a price, a heading or a refrain."""

COPY = 0.1
"""What is left of the chance of a copy; the likeliest block of those that read alike is the original."""

CAUTION = 0.3
"""Log-odds taken off every block: errors come by the section, so keeping a doubtful one costs more than it seems."""


NOTHING = 0.2
"""If no block has this chance, the page has no main content: a shell, an error, nothing but menus."""


def weigh_copies(chances: Floats, texts: Sequence[str], words: Floats) -> Floats:
    """The chances with those of copies made small: pages repeat an article for print, and a teaser for each width.

    >>> weigh_copies(np.array([0.6, 0.8]), ["A long day.", "A long  day."], np.array([9.0, 9.0])).round(2).tolist()
    [0.06, 0.8]
    """
    # Copies have as many words and begin alike: few others need be folded.
    sizes = words.tolist()
    by_size: dict[float, list[int]] = {}
    for at in np.flatnonzero(words >= COPY_WORDS).tolist():
        by_size.setdefault(sizes[at], []).append(at)
    by_begin: dict[tuple[float, str], list[int]] = {}
    for size, group in by_size.items():
        if len(group) > 1:
            for at in group:
                by_begin.setdefault((size, texts[at].lstrip()[0].lower()), []).append(at)
    alike = [at for group in by_begin.values() if len(group) > 1 for at in group]
    if not alike:
        return chances
    seen: set[str] = set()
    copies = []
    for _, at in sorted(zip((-chances[alike]).tolist(), alike, strict=True)):
        folded = " ".join(texts[at].lower().split())
        if folded in seen:
            copies.append(at)
        seen.add(folded)
    weighed = chances.copy()
    weighed[copies] *= COPY
    return weighed


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
