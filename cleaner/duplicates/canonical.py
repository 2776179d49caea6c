"""Which copy stays: one total order of documents, so that the same one stays in all clusters that two share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

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


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A column of names, as numbers that sort as they do."""

    numbers: NDArray[np.int64]
    names: tuple[str | None, ...]
    """By number; None is the last one, whether it is in the column or not."""

    @classmethod
    def of(cls, column: Sequence[str | None]) -> Named:
        """The names of *column*."""
        seen: dict[str | None, int] = defaultdict(count().__next__)
        found = np.fromiter(map(seen.__getitem__, column), np.int64, len(column))
        names = (*sorted(name for name in seen if name is not None), None)
        numbers = np.empty(len(seen), dtype=np.int64)
        for number, name in enumerate(names):
            if name in seen:
                numbers[seen[name]] = number
        return cls(numbers[found], names)

    def are_known(self) -> NDArray[np.bool_]:
        """Which rows have a name."""
        return np.asarray(self.numbers < len(self.names) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class FactColumns:
    """The facts of many documents, one row for each."""

    site: Named
    date: Named
    wire: Named
    length: NDArray[np.int64]


def fact_columns(facts: Sequence[DocumentFacts], lying: NDArray[np.int64] | None = None) -> FactColumns:
    """The columns of *facts*.

    Args:
        lying: the places of *facts* in the order in which they lie in memory; going through many of them in another
            order takes several times as long. None if that is their own.
    """
    rows = facts if lying is None else [facts[at] for at in lying.tolist()]
    columns = FactColumns(
        site=Named.of([document.site for document in rows]),
        date=Named.of([document.date for document in rows]),
        wire=Named.of([document.wire for document in rows]),
        length=np.array([document.length for document in rows], dtype=np.int64),
    )
    if lying is None:
        return columns
    place = np.empty_like(lying)
    place[lying] = np.arange(len(lying))
    site, date, wire = (
        Named(named.numbers[place], named.names) for named in (columns.site, columns.date, columns.wire)
    )
    return FactColumns(site, date, wire, columns.length[place])


def canonical_order(facts: Sequence[DocumentFacts], config: config.Duplicates) -> list[int]:
    """The places of *facts*, that of the document whose copy stays first."""
    sources = [(document.source.path, document.source.member) for document in facts]
    by_source = np.array(sorted(range(len(facts)), key=sources.__getitem__), dtype=np.int64)
    columns = [column[by_source] for _, column in reversed(_criteria(fact_columns(facts), config))]
    order: list[int] = (by_source[np.lexsort(columns)] if columns else by_source).tolist()
    return order


def deciding_rules(facts: FactColumns, pairs: NDArray[np.integer], config: config.Duplicates) -> NDArray[np.object_]:
    """For each of (m, 2) *pairs* of *facts* the first rule in which they differ.

    It is ``source-order`` where it is only the place at which they were found.

    >>> early, late = DocumentFacts(Source("b"), date="2020-06-08"), DocumentFacts(Source("a"), date="2020-06-09")
    >>> deciding_rules(fact_columns([early, late]), np.array([[0, 1]]), config.Duplicates()).tolist()
    ['earliest']
    """
    rules = np.full(len(pairs), _BY_SOURCE, dtype=object)
    undecided = np.arange(len(pairs))
    for name, column in _criteria(facts, config):
        a, b = column[pairs[undecided]].T
        rules[undecided[a != b]] = name
        undecided = undecided[a == b]
    return rules


def _criteria(facts: FactColumns, config: config.Duplicates) -> list[tuple[str, NDArray[np.int64]]]:
    """Rules by name, most important first, and for each document a number: that of the better one is smaller."""
    rules = {
        "earliest": facts.date.numbers,
        "wire": (~facts.wire.are_known()).astype(np.int64),
        "longest": -facts.length,
    }
    orders = {"earliest": ["earliest", "wire", "longest"], "longest": ["longest", "earliest", "wire"], "first": []}
    found = [(name, rules[name]) for name in orders[config.canonical]]
    if not config.prefer_sites:
        return found
    preference = {site: place for place, site in enumerate(config.prefer_sites)}
    preferred = np.array([preference.get(site or "", len(preference)) for site in facts.site.names], dtype=np.int64)
    return [("preferred-site", preferred[facts.site.numbers]), *found]
