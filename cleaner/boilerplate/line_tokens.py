"""Words of a line, told apart by how long the line is: ``share`` alone on a line is not ``share`` in a paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.text_windows import faded, lines_within, shifted, window

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


@dataclass(frozen=True, slots=True, eq=False)
class TokenScores:
    """What tokens say, ready to be looked up."""

    scores: Mapping[str, float]
    """Log-odds."""
    words: tuple[str, ...]
    figures: Floats
    """The scores of ``words``, in their order."""
    slots: npt.NDArray[np.uint64]
    """Where compiled code looks for them; nothing where there is none."""


def token_scores(scores: Mapping[str, float]) -> TokenScores:
    """The tokens of which *scores* has log-odds."""
    words = tuple(scores)
    slots = compiled.native.word_slots(words) if compiled.native is not None else b""
    return TokenScores(
        scores, words, np.array(list(scores.values()), dtype=np.float64), np.frombuffer(slots, np.uint64)
    )


def lexicon_columns(folded: Sequence[str], lexicon: TokenScores, prose: Floats) -> dict[str, Floats]:
    """What the words of each line, and of those near it, say: log-odds beside those of any line of its length.

    Args:
        folded: the lines in lower case.
        lexicon: what tokens say.
        prose: words of each line that is running text, else 0.
    """
    count = len(folded)
    if compiled.native is None:
        sums = _sums(folded, lexicon.scores)
    else:
        packed = compiled.native.line_scores(list(folded), lexicon.words, lexicon.figures, lexicon.slots)
        sums = np.frombuffer(packed).reshape(4, -1)
    total, known, least, most = sums
    mean = total / (1 + known)
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
        columns[f"says within {reach}"] = window(mean, reach) / lines_within(count, reach)
    return columns


def _sums(folded: Sequence[str], scores: Mapping[str, float]) -> Floats:
    """Sum, number, least and most, or 0, of what the tokens of each line say."""
    sums = np.zeros((4, len(folded)))
    for at, line in enumerate(folded):
        said = [scores[token] for token in line_tokens(line) if token in scores]
        for score in said:  # one by one: ``sum`` is more exact from Python 3.12 on
            sums[0, at] += score
        sums[1:, at] = sum(score != 0 for score in said), min([0.0, *said]), max([0.0, *said])
    return sums
