"""What an extractor says about a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cleaner.compiled import make
from cleaner.model import Block, Removal

_NO_COPY = (None,) * 7
"""A removal's other fields: they say of which kept text it is a copy."""


Finding: TypeAlias = tuple[str, float | None]
"""Why one block is boilerplate: a key of ``rules.RULES``, and how sure that is, 0 to 1; None without a figure."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which blocks of a page are boilerplate; every other block is kept."""

    removals: tuple[Removal, ...]
    """Whole blocks, in the order of the page."""
    extractor: str
    """Who decided: ``text`` or the extractor's name in the config."""
    confidence: float | None = None
    """What the extractor expects of itself, 0 to 1; None where it gives no figure. See ``confidence``."""
    notes: tuple[str, ...] = ()


def removals_of(blocks: tuple[Block, ...], findings: Mapping[int, Finding]) -> tuple[Removal, ...]:
    """A removal for each block that *findings* names by its place in *blocks*.

    >>> line = Block(0, 10, "Skip to it", "paragraph")
    >>> removals_of((line,), {0: ("skip-link", 0.9)})[0].rule
    'skip-link'
    """
    rows = [
        ((block := blocks[at]).start, block.end, "boilerplate", *findings[at], len(block.text))
        for at in sorted(findings)
    ]
    return tuple(make(Removal, rows, _NO_COPY))
