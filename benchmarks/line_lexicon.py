"""How much each word of a line speaks for main content, learned with every site's own pages left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

import numpy as np

from benchmarks.class_lexicon import LexiconCounts

MIN_DOMAINS = 12
"""Names of people and products get in below that."""

LEAST = 0.7
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


class LineLexicon:
    """Log-odds of tokens beside those of any token in a line of the same length."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self._counts = LexiconCounts()
        self._sums: dict[str, list[float]] = {}
        """Shares of main content and of the rest, by the kind of line that the token's first letter names."""
        self._base: dict[str, float] = {}

    def add(self, domain: str, shares: dict[str, float]) -> None:
        """Count a page."""
        self._counts.add(domain, shares)
        for token, share in shares.items():
            pair = self._sums.setdefault(token[0], [0.0, 0.0])
            pair[0] += share
            pair[1] += 1 - share

    def close(self) -> None:
        """Sum up; to be called after the last page."""
        self._counts.close()
        self._base = {kind: round(log((good + 1) / (bad + 1)), 2) for kind, (good, bad) in self._sums.items()}

    def scores(self, tokens: Iterable[str] | None = None, without: str | None = None) -> dict[str, float]:
        """What *tokens*, or all, say, as if there were no pages of the domain *without*."""
        found = self._counts.lexicon(tokens, without, MIN_DOMAINS)
        beside = ((token, round(score - self._base[token[0]], 2)) for token, score in found.items())
        return {token: score for token, score in beside if abs(score) >= LEAST}
