"""Words of a line, told apart by how long the line is: ``share`` alone on a line is not ``share`` in a paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.text_windows import faded, shifted, window

Floats = npt.NDArray[np.float64]

SHORT = 8
"""Words up to which a line is short: every pair of its words counts, too, and the line as a whole."""

MEDIUM = 40
"""Words up to which pairs of words count."""

HALF_LIVES = (3.0, 12.0)
"""Lines after which what the words above or below say counts half."""

_TOKEN = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|\d+|[©@$€£%|»›•·+]")
_MOST = 30.0
"""Log-odds to which the sum over a line is cut."""


def line_tokens(folded: str) -> list[str]:
    """The tokens of one lower-case line, each once; all numbers are alike.

    >>> line_tokens("share this")
    ['sshare', 'sthis', 'sshare this', '=share this']
    """
    words = ["0" if word.isdigit() else word for word in _TOKEN.findall(folded)]
    size = len(words)
    if size > MEDIUM:
        return list(dict.fromkeys(["l" + word for word in words]))
    kind = "s" if size <= SHORT else "m"
    tokens = [kind + word for word in words]
    tokens += [f"{one} {two}" for one, two in zip(tokens, words[1:], strict=False)]
    if 0 < size <= SHORT:
        tokens.append("=" + " ".join(words))
    return list(dict.fromkeys(tokens))


def lexicon_columns(tokens: Sequence[Sequence[str]], lexicon: Mapping[str, float], prose: Floats) -> dict[str, Floats]:
    """What the words of each line, and of those near it, say: log-odds beside those of any line of its length."""
    count = len(tokens)
    scores = np.array([lexicon.get(token, 0.0) for line in tokens for token in line])
    rows = np.repeat(np.arange(count), [len(line) for line in tokens])
    total = np.bincount(rows, scores, count).astype(np.float64)
    known = 1 + np.bincount(rows, scores != 0, count).astype(np.float64)
    least, most = np.zeros(count), np.zeros(count)
    if len(rows):
        begins = np.flatnonzero(np.diff(rows, prepend=-1))
        least[rows[begins]] = np.minimum(0, np.minimum.reduceat(scores, begins))
        most[rows[begins]] = np.maximum(0, np.maximum.reduceat(scores, begins))
    mean = total / known
    inside = np.ones(count)
    columns = {
        "says": mean,
        "says in all": np.minimum(_MOST, np.maximum(-_MOST, total)),
        "says at least": least,
        "says at most": most,
        # Pages differ in vocabulary: what counts is how a line compares with the page's own sentences.
        "says beside prose": mean - np.average(mean, weights=prose + 0.1),
        "says on page": np.full(count, mean.mean()),
    }
    for half_life in HALF_LIVES:
        columns[f"says above {half_life:.0f}"], columns[f"says below {half_life:.0f}"] = faded(mean, half_life)
    for by in (-2, -1, 1, 2):
        columns[f"says {by:+d}"] = shifted(mean, by)
    for reach in (1, 3, 8):
        columns[f"says within {reach}"] = window(mean, reach) / window(inside, reach)
    return columns
