"""A page's source as lines to look at, in order: what was kept, what was removed and why, and the markup between."""

from __future__ import annotations

import heapq
import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from cleaner.ledger import MARKUP_REASONS
from cleaner.model import Kind, Role
from cleaner.reading.inline_tags import INLINE_TAGS
from cleaner.writing.wire import DocumentRecord, RemovalRow, SegmentRecord

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*+>", re.DOTALL)
_NAMED_TAG = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9-]*+)|[!?])[^<>]*+>")

Cause: TypeAlias = tuple[str, str]
"""Reason and rule."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Source that nobody sees: a removal of markup, script or space, or a tag inside removed text."""

    kind: ClassVar = "hidden"
    text: str
    row: RemovalRow | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Clean text."""

    kind: ClassVar = "kept"
    text: str
    source: str | None = None
    """How it reads in the source, where it was repaired; nothing, where it was put in."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Removed text of one row."""

    kind: ClassVar = "gone"
    row: RemovalRow
    parts: tuple[str | Hidden, ...]

    @property
    def text(self) -> str:
        """What a reader saw of it."""
        return "".join(part for part in self.parts if isinstance(part, str))


Piece: TypeAlias = Hidden | Kept | Gone


@dataclass(slots=True)
class Line:
    """Pieces that stand beside each other."""

    cause: Cause | None
    """Why all of the line went; None if any of it was kept."""
    role: Role | None = None
    """Of the kept block."""
    pieces: list[Piece] = field(default_factory=list)

    @property
    def gone(self) -> list[Gone]:
        """The removals in it."""
        return [piece for piece in self.pieces if isinstance(piece, Gone)]

    @property
    def text(self) -> str:
        """What went of it, as a reader saw it."""
        return " ".join(" ".join(piece.text for piece in self.gone).split())


def page_lines(source_text: str, kind: Kind, record: DocumentRecord, rows: Iterable[RemovalRow]) -> list[Line]:
    """The whole of *source_text* as lines.

    Args:
        source_text: of the page that *record* was made of.
        rows: the document's removals, in order.
    """
    lines: list[Line] = []
    waiting: list[Piece] = []
    gap = ""
    block = behind = -1
    starts = [found.text_start for found in record.metadata.blocks]
    for part in _in_order(record.metadata.segments, rows):
        if isinstance(part, RemovalRow):
            source = source_text[part.start : part.end]
            if part.reason in MARKUP_REASONS:
                gap += source
                waiting.append(Hidden(source, part))
                continue
            cause = (part.reason, part.rule)
            joins = bool(lines) and lines[-1].cause in {None, cause} and _is_inline(gap, kind)
            if not joins:
                lines.append(Line(cause))
            piece: Piece = Gone(part, tuple(_parts(source, kind)))
        else:
            number = bisect_right(starts, part.text_start) - 1
            joins = bool(lines) and lines[-1].cause is None and number == block
            if not joins:
                lines.append(Line(None, record.metadata.blocks[number].role))
            elif behind < part.text_start:
                waiting.append(Kept(record.text[behind : part.text_start], ""))
            source = source_text[part.source_start : part.source_end]
            text = record.text[part.text_start : part.text_end]
            piece = Kept(text, None if text == source else source)
            block, behind = number, part.text_end
        if joins and isinstance(piece, Gone) and any(letter.isspace() for letter in _TAG.sub("", gap)):
            waiting.append(Kept(" ", ""))
        lines[-1].pieces += [*waiting, piece]
        waiting, gap = [], ""
    if waiting:
        lines.append(Line(None, pieces=waiting))
    return lines


def _in_order(segments: Iterable[SegmentRecord], rows: Iterable[RemovalRow]) -> Iterator[SegmentRecord | RemovalRow]:
    """What was kept and what was removed, as they stand in the source."""
    parts: Iterator[tuple[int, int, SegmentRecord | RemovalRow]] = heapq.merge(
        ((segment.source_start, 0, segment) for segment in segments),
        ((row.start, 1, row) for row in rows),
        key=lambda part: part[:2],
    )
    return (part for _, _, part in parts)


def _parts(source: str, kind: Kind) -> Iterator[str | Hidden]:
    """Removed *source* as text and the tags in it."""
    if kind == "text":
        yield source
        return
    at = 0
    for tag in _TAG.finditer(source):
        if tag.start() > at:
            yield html.unescape(source[at : tag.start()])
        yield Hidden(tag[0], None)
        at = tag.end()
    if at < len(source):
        yield html.unescape(source[at:])


def _is_inline(gap: str, kind: Kind) -> bool:
    """Whether what stands on both sides of *gap* stands on one line."""
    if kind == "text":
        return "\n" not in gap
    return all((tag[1] or "").lower() in INLINE_TAGS for tag in _NAMED_TAG.finditer(gap))
