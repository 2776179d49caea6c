"""Which copy stays: one total order of documents, so that the same one stays in all clusters that two share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.model import Source

_BY_SOURCE = "source-order"
"""The last rule, which leaves no tie."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the choice of the canonical copy goes by."""

    source: Source
    site: str | None = None
    date: str | None = None
    """ISO date."""
    wire: str | None = None
    """Agency credited by the document."""
    length: int = 0
    """Characters of clean text."""


def canonical_order(facts: Sequence[DocumentFacts], config: config.Duplicates) -> list[int]:
    """The places of *facts*, that of the document whose copy stays first."""
    sources = [(document.source.path, document.source.member) for document in facts]
    by_source = np.array(sorted(range(len(facts)), key=sources.__getitem__), dtype=np.int64)
    columns = [column[by_source] for _, column in reversed(_criteria(facts, config))]
    order: list[int] = (by_source[np.lexsort(columns)] if columns else by_source).tolist()
    return order


def deciding_rules(
    facts: Sequence[DocumentFacts], pairs: NDArray[np.integer], config: config.Duplicates
) -> NDArray[np.object_]:
    """For each of (m, 2) *pairs* of *facts* the first rule in which they differ.

    It is ``source-order`` where it is only the place at which they were found.

    >>> early, late = DocumentFacts(Source("b"), date="2020-06-08"), DocumentFacts(Source("a"), date="2020-06-09")
    >>> deciding_rules([early, late], np.array([[0, 1]]), config.Duplicates()).tolist()
    ['earliest']
    """
    rules = np.full(len(pairs), _BY_SOURCE, dtype=object)
    undecided = np.arange(len(pairs))
    for name, column in _criteria(facts, config):
        a, b = column[pairs[undecided]].T
        rules[undecided[a != b]] = name
        undecided = undecided[a == b]
    return rules


def _criteria(facts: Sequence[DocumentFacts], config: config.Duplicates) -> list[tuple[str, NDArray[np.int64]]]:
    """Rules by name, most important first, and for each document a number: that of the better one is smaller."""

    def numbered(values: list[int]) -> NDArray[np.int64]:
        return np.array(values, dtype=np.int64)

    def earliest() -> NDArray[np.int64]:
        dates = sorted({document.date for document in facts if document.date is not None})
        places = {date: place for place, date in enumerate([*dates, None])}
        return numbered([places[document.date] for document in facts])

    rules: dict[str, Callable[[], NDArray[np.int64]]] = {
        "earliest": earliest,
        "wire": lambda: numbered([document.wire is None for document in facts]),
        "longest": lambda: numbered([-document.length for document in facts]),
    }
    orders = {"earliest": ["earliest", "wire", "longest"], "longest": ["longest", "earliest", "wire"], "first": []}
    found = [(name, rules[name]()) for name in orders[config.canonical]]
    preference = {site: place for place, site in enumerate(config.prefer_sites)}
    preferred = [preference.get(document.site or "", len(preference)) for document in facts]
    return [("preferred-site", numbered(preferred)), *found] if preference else found
