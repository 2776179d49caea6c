"""What a reader sees of one block: white space collapsed, references decoded, and each change written down.

The rules are CSS's for ordinary flow (https://www.w3.org/TR/css-text-3/#white-space-processing), with every Unicode
space treated as one; preformatted text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cleaner.model import Block, Reason, Repair, RepairKind, Role, Span

Unused = tuple[int, int, Reason, str]
"""Source characters that did not become visible text: start, end, reason, rule."""

# White space other than one single space; or characters that show nothing: C0 controls, soft hyphen, BOM.
_IRREGULAR = re.compile("(\\s{2,}|[^\\S ])|([\x00-\x08\x0e-\x1b\x7f\xad\ufeff]+)")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\ufeff]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a block's source.

    ``reference`` carries what it means; ``break`` is a ``<br>`` tag; ``cell`` is the empty place before a table cell.
    """

    start: int
    end: int
    kind: Literal["text", "reference", "blank", "break", "cell"]
    meant: str = ""
    linked: bool = False


@dataclass(slots=True)
class _Line:
    """The text so far. ``first`` and ``last`` bound the source of what is visible."""

    source: str
    out: list[str] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    first: int = -1
    last: int = -1
    ended: bool = True
    """White space here would be swallowed: the line begins, or white space came before."""
    space: tuple[int, int, int] | None = None
    """The last space that was let through: start, end, row of its repair or -1; None once anything followed."""
    link_chars: int = 0

    def verbatim(self, start: int, end: int) -> None:
        """``source[start:end]``, which holds no irregular white space; a leading space only where one may stand."""
        text = self.source[start:end]
        if self.ended and text[0] == " ":
            self.white(start, start + 1, "whitespace")
            text = text[1:]
            start += 1
            if not text:
                return
        self.out.append(text)
        if text == " ":
            self.space, self.ended = (start, end, -1), True
            return
        if self.first < 0:
            self.first = start
        self.ended = text[-1] == " "
        self.space = (end - 1, end, -1) if self.ended else None
        self.last = end - self.ended

    def shown(self, start: int, end: int, text: str, kind: RepairKind) -> None:
        """*text* in the place of ``source[start:end]``."""
        if self.source[start:end] != text:
            self.repairs.append(Repair(start, end, text, kind))
        self.out.append(text)
        if self.first < 0:
            self.first = start
        self.last = end
        self.ended, self.space = False, None

    def white(self, start: int, end: int, kind: RepairKind) -> None:
        """White space: one space, or none where the line begins or one stands already."""
        want = "" if self.ended else " "
        if self.source[start:end] != want:
            self.repairs.append(Repair(start, end, want, kind))
        if want:
            row = -1 if self.source[start:end] == want else len(self.repairs) - 1
            self.out.append(want)
            self.space, self.ended = (start, end, row), True

    def new_line(self, start: int, end: int, text: str, kind: RepairKind) -> None:
        """A line break or a cell border; the space before it goes."""
        if self.space is not None:
            space_start, space_end, row = self.space
            gone = Repair(space_start, space_end, "", "whitespace")
            if row >= 0:
                self.repairs[row] = gone
            else:
                self.repairs.append(gone)
            self.out[-1] = self.out[-1][:-1]
            self.space = None
        begun = self.first >= 0
        self.repairs.append(Repair(start, end, text if begun else "", kind))
        if begun:
            self.out.append(text)
        self.ended = True

    def hidden(self, start: int, end: int) -> None:
        """Characters that show nothing."""
        self.unused.append((start, end, "control", "invisible-character"))


def read_visible(
    source: str, pieces: Sequence[Piece], role: Role, level: int, element: int
) -> tuple[Block | None, list[Unused]]:
    """The block that *pieces* make, and the source characters among them that it does not show.

    None where nothing is visible. *pieces* are in source order.
    """
    if len(pieces) == 1 and pieces[0].kind == "text" and role != "code":
        piece = pieces[0]
        text = source[piece.start : piece.end]
        bare = text.strip()
        if bare and not _IRREGULAR.search(bare):  # most blocks: one run of ordinary text
            first = piece.start + text.find(bare[0])
            last = first + len(bare)
            block = Block(first, last, bare, role, level, element, len(bare) * piece.linked)
            return block, _outside(piece, first, last) if len(bare) < len(text) else []
    line = _Line(source)
    if role == "code":
        _preformatted(line, pieces)
    else:
        _flowing(line, pieces)
    if line.first < 0:
        return None, [unused for piece in pieces for unused in _outside(piece, piece.start, piece.start)]
    first, last = line.first, line.last
    unused = [row for row in line.unused if first <= row[0] < last]
    covered = [(start, end) for start, end, _, _ in unused]
    covered += [(max(p.start, first), min(p.end, last)) for p in pieces if p.start < last and p.end > first]
    holes = _gaps(first, last, covered) + [Span(start, end) for start, end, _, _ in unused]
    for piece in pieces:
        if piece.start < first or piece.end > last:
            unused += _outside(piece, first, last)
    repairs = sorted(repair for repair in line.repairs if first <= repair.start and repair.end <= last)
    while repairs and repairs[-1].start == repairs[-1].end == last:
        repairs.pop()
    text = "".join(line.out)
    block = Block(
        first,
        last,
        text.strip("\n").rstrip() if role == "code" else text.strip(),
        role,
        level,
        element,
        line.link_chars,
        tuple(sorted(holes)),
        tuple(repairs),
    )
    return block, unused


def _flowing(line: _Line, pieces: Sequence[Piece]) -> None:
    """Ordinary text: white space collapses."""
    for piece in pieces:
        if piece.kind == "text":
            before = len(line.out)
            at = piece.start
            for found in _IRREGULAR.finditer(line.source, piece.start, piece.end):
                start, end = found.span()
                if start > at:
                    line.verbatim(at, start)
                if found[1] is not None:
                    line.white(start, end, "whitespace")
                else:
                    line.hidden(start, end)
                at = end
            if at < piece.end:
                line.verbatim(at, piece.end)
            if piece.linked:
                line.link_chars += sum(map(len, line.out[before:]))
        elif piece.kind == "reference":
            meant = _INVISIBLE.sub("", piece.meant)
            if not meant:
                line.hidden(piece.start, piece.end)
            elif meant.isspace():
                line.white(piece.start, piece.end, "entity")
            else:
                line.shown(piece.start, piece.end, meant, "entity")
                line.link_chars += len(meant) * piece.linked
        elif piece.kind == "blank":
            line.white(piece.start, piece.end, "whitespace")
        elif piece.kind == "break":
            line.new_line(piece.start, piece.end, "\n", "line-break")
        else:
            line.new_line(piece.start, piece.end, "\t", "layout")


def _preformatted(line: _Line, pieces: Sequence[Piece]) -> None:
    """Code: white space stays, but for empty lines before the first and white space behind the last."""
    for piece in pieces:
        if piece.kind == "reference":
            meant = _INVISIBLE.sub("", piece.meant)
            if not meant:
                line.hidden(piece.start, piece.end)
            elif line.first >= 0 or not meant.isspace():
                _code(line, piece.start, piece.end, meant, "entity")
        elif piece.kind == "break":
            if line.first >= 0:
                _code(line, piece.start, piece.end, "\n", "line-break")
        elif piece.kind in {"text", "blank"}:
            at = piece.start
            if line.first < 0:
                text = line.source[at : piece.end]
                lead = len(text) - len(text.lstrip())
                at += text.rfind("\n", 0, lead) + 1
                if not text.strip():
                    continue
            for found in _INVISIBLE.finditer(line.source, at, piece.end):
                if found.start() > at:
                    _code(line, at, found.start(), line.source[at : found.start()], "entity")
                line.hidden(*found.span())
                at = found.end()
            if at < piece.end:
                _code(line, at, piece.end, line.source[at : piece.end], "entity")


def _code(line: _Line, start: int, end: int, text: str, kind: RepairKind) -> None:
    """*text* to the letter; white space does not count as the end of what is visible."""
    last = line.last
    line.shown(start, end, text, kind)
    bare = text.rstrip()
    verbatim = line.source[start:end] == text
    line.last = (start + len(bare) if verbatim else end) if bare else last


def _outside(piece: Piece, first: int, last: int) -> list[Unused]:
    """The parts of *piece* before *first* and behind *last*."""
    why: tuple[Reason, str] = ("markup", "tag") if piece.kind == "break" else ("whitespace", "whitespace")
    parts = [(piece.start, min(piece.end, first)), (max(piece.start, last), piece.end)]
    return [(start, end, *why) for start, end in parts if end > start]


def _gaps(first: int, last: int, covered: Sequence[tuple[int, int]]) -> list[Span]:
    """What of ``[first, last)`` is not *covered*."""
    gaps = []
    at = first
    for start, end in sorted(covered):
        if start > at:
            gaps.append(Span(at, start))
        at = max(at, end)
    if last > at:
        gaps.append(Span(at, last))
    return gaps
