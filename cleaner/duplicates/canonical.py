"""Which copy stays: one total order of documents, so that the same one stays in all clusters that two share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.model import Source

_Key = Callable[["DocumentFacts"], tuple[object, ...]]


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
    order = list(range(len(facts)))
    for _, key in reversed(_criteria(config)):
        keys = [key(document) for document in facts]
        order.sort(key=keys.__getitem__)
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
    *criteria, (last, _) = _criteria(config)
    rules = np.full(len(pairs), last, dtype=object)
    undecided = np.arange(len(pairs))
    for name, key in criteria:
        numbers: dict[tuple[object, ...], int] = {}
        number = np.array([numbers.setdefault(key(document), len(numbers)) for document in facts])
        a, b = number[pairs[undecided]].T
        rules[undecided[a != b]] = name
        undecided = undecided[a == b]
    return rules


def _criteria(config: config.Duplicates) -> list[tuple[str, _Key]]:
    """Rules by name, most important first; the last one leaves no tie."""
    preference = {site: place for place, site in enumerate(config.prefer_sites)}

    def preferred(document: DocumentFacts) -> tuple[object, ...]:
        return (preference.get(document.site or "", len(preference)),)

    earliest: tuple[str, _Key] = ("earliest", lambda document: (document.date is None, document.date or ""))
    wire: tuple[str, _Key] = ("wire", lambda document: (document.wire is None,))
    longest: tuple[str, _Key] = ("longest", lambda document: (-document.length,))
    orders = {"earliest": [earliest, wire, longest], "longest": [longest, earliest, wire], "first": []}
    by_source: tuple[str, _Key] = ("source-order", lambda document: (document.source.path, document.source.member))
    first: list[tuple[str, _Key]] = [("preferred-site", preferred)] if preference else []
    return [*first, *orders[config.canonical], by_source]
