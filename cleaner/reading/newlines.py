"""Carriage returns: HTML parsers and readers of lines never see them, provenance must."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from cleaner.model import Block, Elements, Repair, Segmentation, Span


def normalise(text: str) -> tuple[str, list[int]]:
    r"""*text* with ``\n`` for every line end, and where in it those stand that were ``\r\n``.

    >>> normalise("a\r\nb\rc")
    ('a\nb\nc', [1])
    """
    if "\r" not in text:
        return text, []
    crlf: list[int] = []
    at = 0
    for part in text.split("\r\n")[:-1]:
        at += len(part)
        crlf.append(at)
        at += 1
    return text.replace("\r\n", "\n").replace("\r", "\n"), crlf


def in_source(segmentation: Segmentation, source_text: str, crlf: list[int]) -> Segmentation:
    """*segmentation* of normalised text with its offsets moved to *source_text*."""
    if "\r" not in source_text:
        return segmentation

    def to(at: int) -> int:
        return at + bisect_left(crlf, at)

    def block(old: Block) -> Block:
        repairs = tuple(replace(repair, start=to(repair.start), end=to(repair.end)) for repair in old.repairs)
        holes = tuple(Span(to(hole.start), to(hole.end)) for hole in old.holes)
        start, end = to(old.start), to(old.end)
        if old.role == "code":
            repairs = _without_returns(source_text, start, end, repairs, holes)
        return replace(old, start=start, end=end, repairs=repairs, holes=holes)

    elements = segmentation.elements
    head = segmentation.head
    return replace(
        segmentation,
        blocks=tuple(map(block, segmentation.blocks)),
        removals=tuple(replace(old, start=to(old.start), end=to(old.end)) for old in segmentation.removals),
        elements=Elements(
            elements.tags, elements.parents, tuple(map(to, elements.starts)), tuple(map(to, elements.ends))
        ),
        head=head and Span(to(head.start), to(head.end)),
    )


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
