"""Carriage returns: HTML parsers and readers of lines never see them, provenance must."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.compiled import make
from cleaner.model import Block, Repair, Segmentation, Span

Offsets: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lines:
    """A page whose line ends are all alike."""

    text: str
    r"""The source text with ``\n`` for every line end; the same string if it has no other."""
    source_text: str
    crlf: array[int]
    r"""Where in ``text`` the line ends stand that were ``\r\n``."""


def lines_of(source_text: str) -> Lines:
    r"""*source_text* with its line ends normalised.

    >>> lines_of("a\r\nb\rc")
    Lines(text='a\nb\nc', source_text='a\r\nb\rc', crlf=array('q', [1]))
    """
    if "\r" not in source_text:
        return Lines(source_text, source_text, array("q"))
    if compiled.native is not None:
        text, places = compiled.native.lines_of(source_text)
        return Lines(text, source_text, array("q", places))
    lines = source_text.split("\r\n")
    ends = accumulate(len(line) + 1 for line in lines[:-1])
    return Lines("\n".join(lines).replace("\r", "\n"), source_text, array("q", (end - 1 for end in ends)))


def moved(offsets: Offsets, crlf: array[int]) -> Offsets:
    """*offsets* into normalised text as offsets into its source."""
    return offsets + np.searchsorted(np.frombuffer(crlf, np.int64), offsets) if crlf else offsets


def blocks_in_source(blocks: Sequence[Block], lines: Lines) -> tuple[Block, ...]:
    """*blocks* of normalised text with their offsets moved to the source."""
    if lines.text is lines.source_text:
        return tuple(blocks)

    def to(at: int) -> int:
        return at + bisect_left(lines.crlf, at)

    rows: list[tuple[Any, ...]] = []
    for old in blocks:
        start, end = to(old.start), to(old.end)
        holes = tuple(Span(to(hole.start), to(hole.end)) for hole in old.holes)
        repairs = tuple(Repair(to(r.start), to(r.end), r.text, r.kind) for r in old.repairs)
        rows.append((start, end, old.text, old.role, old.level, old.element, old.link_chars, holes, repairs))
    return with_returns(make(Block, rows), lines)


def with_returns(blocks: Sequence[Block], lines: Lines) -> tuple[Block, ...]:
    r"""*blocks* of the source text in which preformatted text keeps its line ends, each as one ``\n``."""
    if lines.text is lines.source_text:
        return tuple(blocks)
    return tuple(
        replace(block, repairs=_without_returns(lines.source_text, block)) if block.role == "code" else block
        for block in blocks
    )


def in_source(segmentation: Segmentation, lines: Lines) -> Segmentation:
    """*segmentation* of normalised plain text with its offsets moved to the source."""
    removals = segmentation.removals
    if lines.crlf:
        bounds = np.array([(old.start, old.end) for old in removals], dtype=np.int64).reshape(-1, 2)
        pairs = zip(removals, moved(bounds, lines.crlf).tolist(), strict=True)
        removals = tuple(replace(old, start=start, end=end) for old, (start, end) in pairs)
    blocks = blocks_in_source(segmentation.blocks, lines)
    return replace(segmentation, blocks=blocks, removals=removals)


def _without_returns(source_text: str, block: Block) -> tuple[Repair, ...]:
    """The repairs of *block*, and one for each line end that no other covers."""
    repairs, end = block.repairs, block.end
    taken = sorted([(r.start, r.end) for r in repairs] + [(h.start, h.end) for h in block.holes])
    added = []
    at = source_text.find("\r", block.start, end)
    while at >= 0:
        stop = at + 2 if source_text.startswith("\n", at + 1) and at + 1 < end else at + 1
        index = bisect_left(taken, (at + 1, 0)) - 1
        if index < 0 or taken[index][1] <= at:
            added.append(Repair(at, stop, "\n", "whitespace"))
        at = source_text.find("\r", stop, end)
    return tuple(sorted([*repairs, *added]))
