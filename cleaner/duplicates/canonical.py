"""Which copy stays: one total order of documents, so that the same one stays in all clusters that two share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


def deciding_rule(chosen: DocumentFacts, next_best: DocumentFacts, config: config.Duplicates) -> str:
    """The first rule in which *chosen* and *next_best* differ; ``source-order`` if it is only where they were found.

    >>> early, late = DocumentFacts(Source("b"), date="2020-06-08"), DocumentFacts(Source("a"), date="2020-06-09")
    >>> deciding_rule(early, late, config.Duplicates())
    'earliest'
    """
    return next((name for name, key in _criteria(config) if key(chosen) != key(next_best)), "source-order")


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
