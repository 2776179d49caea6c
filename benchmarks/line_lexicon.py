"""How much each word of a line speaks for main content, learned with every site's own pages left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.class_lexicon import LexiconCounts

MIN_DOMAINS = 15
"""Names of people and products get in below that."""

LEAST = 1.0
"""Log-odds below which a word says nothing."""

MAX_WORDS = 100
"""From which a line counts no more."""


def common_tokens(pages: Iterable[Iterable[Sequence[str]]]) -> frozenset[str]:
    """The tokens on as many pages as a lexicon asks for domains; each page a sequence of lines of tokens."""
    times: Counter[str] = Counter()
    for lines in pages:
        times.update({token for line in lines for token in line})
    return frozenset(token for token, count in times.items() if count >= MIN_DOMAINS)


def main_shares(
    lines: Sequence[Sequence[str]], main: Sequence[bool], sizes: np.ndarray, known: frozenset[str]
) -> dict[str, float]:
    """The share of main content among the lines of a page that have each of the *known* tokens."""
    weights = np.sqrt(np.minimum(sizes, MAX_WORDS) + 1).tolist()
    sums: dict[str, list[float]] = {}
    for line, is_main, weight in zip(lines, main, weights, strict=True):
        for token in line:
            if token in known:
                pair = sums.setdefault(token, [0.0, 0.0])
                pair[0] += weight * is_main
                pair[1] += weight
    return {token: pair[0] / pair[1] for token, pair in sums.items()}


def lexicon_of(
    counts: LexiconCounts, tokens: Iterable[str] | None = None, without: str | None = None
) -> dict[str, float]:
    """Log-odds of *tokens*, or of all, that say something, as if there were no pages of the domain *without*."""
    scores = counts.lexicon(tokens, without, MIN_DOMAINS)
    return {token: score for token, score in scores.items() if abs(score) >= LEAST}
