"""How much each class word speaks for main content, learned with every site's own pages left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log

import numpy as np

from cleaner.boilerplate.page_tree import PageTree, subtree_sums

MIN_DOMAINS = 3
MAX_DOMAIN_WEIGHT = 2.0
"""A site counts for two pages at most."""
PRIOR = 1.0
"""Pages' worth of doubt."""


class LexiconCounts:
    """For each word, how many pages have main content, or anything else, under it."""

    def __init__(self) -> None:
        self._domains: dict[str, dict[str, tuple[float, float]]] = {}
        """By word and domain."""
        self._totals: dict[str, tuple[float, float, int]] = {}

    @staticmethod
    def of_page(tree: PageTree, main: Sequence[bool], sizes: np.ndarray) -> dict[str, float]:
        """The share of main content among the text under each word of the page."""
        weights = np.sqrt(sizes)
        good = subtree_sums(tree, weights * np.array(main))
        everything = subtree_sums(tree, weights)
        sums: dict[str, list[float]] = {}
        for row, tokens in enumerate(tree.tokens):
            if everything[row] > 0:
                for token in tokens:
                    pair = sums.setdefault(token, [0.0, 0.0])
                    pair[0] += good[row]
                    pair[1] += everything[row]
        return {token: pair[0] / pair[1] for token, pair in sums.items()}

    def add(self, domain: str, shares: dict[str, float]) -> None:
        """Count a page."""
        for token, share in shares.items():
            by_domain = self._domains.setdefault(token, {})
            good, bad = by_domain.get(domain, (0.0, 0.0))
            by_domain[domain] = good + share, bad + 1 - share

    def close(self) -> None:
        """Sum up; to be called after the last page."""
        for token, by_domain in self._domains.items():
            rows = [_capped(*pair) for pair in by_domain.values()]
            self._totals[token] = sum(row[0] for row in rows), sum(row[1] for row in rows), len(rows)

    def lexicon(
        self, tokens: Iterable[str] | None = None, without: str | None = None, min_domains: int = MIN_DOMAINS
    ) -> dict[str, float]:
        """Log-odds of *tokens*, or of all, as if there were no pages of the domain *without*."""
        result = {}
        for token in self._totals if tokens is None else tokens:
            if token not in self._totals:
                continue
            good, bad, count = self._totals[token]
            own = self._domains[token].get(without) if without else None
            if own:
                own = _capped(*own)
                good, bad, count = good - own[0], bad - own[1], count - 1
            if count >= min_domains:
                result[token] = round(log((good + PRIOR / 2) / (bad + PRIOR / 2)), 2)
        return result


def _capped(good: float, bad: float) -> tuple[float, float]:
    scale = min(1.0, MAX_DOMAIN_WEIGHT / (good + bad)) if good + bad else 0.0
    return good * scale, bad * scale
