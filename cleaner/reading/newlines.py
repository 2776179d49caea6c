"""Carriage returns: HTML parsers and readers of lines never see them, provenance must."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cleaner.compiled import make
from cleaner.model import Block, Repair, Segmentation, Span

Offsets: TypeAlias = NDArray[np.int64]


def normalise(text: str) -> tuple[str, Offsets]:
    r"""*text* with ``\n`` for every line end, and where in it those stand that were ``\r\n``.

    >>> normalise("a\r\nb\rc")
    ('a\nb\nc', array([1]))
    """
    if "\r" not in text:
        return text, np.empty(0, np.int64)
    lines = text.split("\r\n")
    ends = accumulate(len(line) + 1 for line in lines[:-1])
    return "\n".join(lines).replace("\r", "\n"), np.fromiter(ends, np.int64) - 1


def moved(offsets: Offsets, crlf: Offsets) -> Offsets:
    """*offsets* into normalised text as offsets into its source."""
    return offsets + np.searchsorted(crlf, offsets) if len(crlf) else offsets


def blocks_in_source(blocks: Sequence[Block], source_text: str, crlf: Offsets) -> tuple[Block, ...]:
    """*blocks* of normalised text with their offsets moved to *source_text*."""
    if "\r" not in source_text:
        return tuple(blocks)
    returns = crlf.tolist()

    def to(at: int) -> int:
        return at + bisect_left(returns, at)

    rows: list[tuple[Any, ...]] = []
    for old in blocks:
        start, end = to(old.start), to(old.end)
        holes = tuple(Span(to(hole.start), to(hole.end)) for hole in old.holes)
        repairs = tuple(Repair(to(r.start), to(r.end), r.text, r.kind) for r in old.repairs)
        if old.role == "code":
            repairs = _without_returns(source_text, start, end, repairs, holes)
        rows.append((start, end, old.text, old.role, old.level, old.element, old.link_chars, holes, repairs))
    return tuple(make(Block, rows))


def in_source(segmentation: Segmentation, source_text: str, crlf: Offsets) -> Segmentation:
    """*segmentation* of normalised plain text with its offsets moved to *source_text*."""
    removals = segmentation.removals
    if len(crlf):
        bounds = np.array([(old.start, old.end) for old in removals], dtype=np.int64).reshape(-1, 2)
        pairs = zip(removals, moved(bounds, crlf).tolist(), strict=True)
        removals = tuple(replace(old, start=start, end=end) for old, (start, end) in pairs)
    blocks = blocks_in_source(segmentation.blocks, source_text, crlf)
    return replace(segmentation, blocks=blocks, removals=removals)


def _without_returns(
    source_text: str, start: int, end: int, repairs: tuple[Repair, ...], holes: tuple[Span, ...]
) -> tuple[Repair, ...]:
    r"""Preformatted text keeps its line ends, each as one ``\n``."""
    taken = sorted([(r.start, r.end) for r in repairs] + [(h.start, h.end) for h in holes])
    added = []
    at = source_text.find("\r", start, end)
    while at >= 0:
        stop = at + 2 if source_text.startswith("\n", at + 1) and at + 1 < end else at + 1
        index = bisect_left(taken, (at + 1, 0)) - 1
        if index < 0 or taken[index][1] <= at:
            added.append(Repair(at, stop, "\n", "whitespace"))
        at = source_text.find("\r", stop, end)
    return tuple(sorted([*repairs, *added]))
