"""Which copy stays: one total order of documents, so that the same one stays in all clusters that two share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.compiled import fields
from cleaner.model import Source

_NEVER = "\U0010ffff"
"""Sorts behind all dates."""


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


def canonical_order(
    facts: Sequence[DocumentFacts], config: config.Duplicates, reading: Sequence[int] | None = None
) -> list[int]:
    """The places of *facts*, that of the document whose copy stays first; *reading* has them in reading order."""
    if reading is None:
        sources = fields(DocumentFacts, facts)[0]
        reading = sorted(range(len(facts)), key=list(zip(*fields(Source, sources), strict=True)).__getitem__)
    order = list(reading)
    for _, keys in reversed(_criteria(facts, config)):
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
    rules = np.full(len(pairs), "source-order", dtype=object)
    undecided = np.arange(len(pairs))
    for name, keys in _criteria(facts, config):
        numbers: dict[object, int] = {}
        number = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
        a, b = number[pairs[undecided]].T
        rules[undecided[a != b]] = name
        undecided = undecided[a == b]
    return rules


def _criteria(facts: Sequence[DocumentFacts], config: config.Duplicates) -> list[tuple[str, list[Any]]]:
    """Rules that tell some of *facts* from others, most important first, and what each of *facts* is sorted by.

    Where they leave a tie, the first in reading order stays.
    """
    _, site, date, wire, length = fields(DocumentFacts, facts)
    place = {name: number for number, name in enumerate(config.prefer_sites)}
    preferred = ("preferred-site", [place.get(name, len(place)) for name in site] if place else [])
    earliest = ("earliest", [_NEVER if day is None else day for day in date])
    credited = ("wire", [name is None for name in wire])
    longest = ("longest", [-characters for characters in length])
    orders: dict[str, list[tuple[str, list[Any]]]] = {
        "earliest": [earliest, credited, longest],
        "longest": [longest, earliest, credited],
        "first": [],
    }
    return [(name, keys) for name, keys in [preferred, *orders[config.canonical]] if len(set(keys)) > 1]
