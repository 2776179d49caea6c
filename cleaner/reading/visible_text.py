"""What a reader sees of one block: white space collapsed, references decoded, and each change written down.

The rules are CSS's for ordinary flow (https://www.w3.org/TR/css-text-3/#white-space-processing), with every Unicode
space treated as one; preformatted text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Literal, TypeAlias

from cleaner.model import Block, Repair, RepairKind, Role, Span
from cleaner.reading.runs import BLANK, INVISIBLE, TAG, Mark

_START = attrgetter("start")
# White space other than one single space; or characters that show nothing: C0 controls, soft hyphen, BOM.
_IRREGULAR = re.compile("(\\s{2,}|[^\\S ])|([\x00-\x08\x0e-\x1b\x7f\xad\ufeff]+)")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\ufeff]+")
_SHOWN = re.compile("[^\\s\x00-\x08\x0e-\x1b\x7f\xad\ufeff]")


Kind = Literal["text", "reference", "blank", "break", "cell"]
Piece: TypeAlias = tuple[int, int, Kind, str, bool]
"""A run of a block's source: start, end, kind, what it means, whether it is in a link.

What it means is told of references, and of white space with references in it; of a ``break``, which is a ``<br>`` tag;
and of a ``cell``, the empty place before a table cell. Text and other white space are what they are.
"""


@dataclass(slots=True)
class _Line:
    """The text so far. ``first`` and ``last`` bound the source of what is visible."""

    source: str
    out: list[str] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    unused: list[Mark] = field(default_factory=list)
    first: int = -1
    last: int = -1
    ended: bool = True
    """White space here would be swallowed: the line begins, or white space came before."""
    space: tuple[int, int, int] | None = None
    """The last space that was let through: start, end, row of its repair or -1; None once anything followed."""
    borders: str = ""
    """Of cells, which stand where the next character is kept: what shows nothing may come first."""
    link_chars: int = 0

    def verbatim(self, start: int, end: int, text: str) -> None:
        """*text*, which is ``source[start:end]`` without irregular white space; it may begin with a space."""
        self._settle(start)
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
        self._settle(start)
        if self.source[start:end] != text:
            self.repairs.append(Repair(start, end, text, kind))
        self.out.append(text)
        if self.first < 0:
            self.first = start
        self.last = end
        self.ended, self.space = False, None

    def white(self, start: int, end: int, kind: RepairKind) -> None:
        """White space: one space, or none where the line begins or one stands already."""
        self._settle(start)
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
        if start < end:
            self._settle(start)
            self.repairs.append(Repair(start, end, text if begun else "", kind))
        elif begun:
            self.borders += text
        if begun:
            self.out.append(text)
        self.ended = True

    def _settle(self, at: int) -> None:
        """The borders of cells that were met stand before the character *at*."""
        if self.borders:
            self.repairs.append(Repair(at, at, self.borders, "layout"))
            self.borders = ""

    def hidden(self, start: int, end: int) -> None:
        """Characters that show nothing."""
        self.unused.append((start, end, INVISIBLE))


def read_ordinary(
    source: str, start: int, end: int, role: Role, level: int, element: int, linked: bool
) -> tuple[Block, list[Mark]] | None:
    """What ``read_visible`` gives for one run of text that reads as it stands, as most blocks do; else None."""
    text = source[start:end]
    bare = text.strip()
    if role == "code" or not bare or not _is_regular(bare):
        return None
    first = start + text.find(bare[0])
    last = first + len(bare)
    block = Block(first, last, bare, role, level, element, len(bare) if linked else 0)
    return block, _ends(start, first, last, end)


def _ends(start: int, first: int, last: int, end: int) -> list[Mark]:
    """The white space around ``[first, last)`` in ``[start, end)``."""
    marks = []
    if start < first:
        marks.append((start, first, BLANK))
    if last < end:
        marks.append((last, end, BLANK))
    return marks


def _is_regular(text: str) -> bool:
    """Whether *text* is shown to the letter, but perhaps for a space at its ends."""
    if text.isprintable() and "  " not in text:  # of white space, only the space is printable
        return True
    return not _IRREGULAR.search(text)


def read_visible(
    source: str, pieces: Sequence[Piece], role: Role, level: int, element: int
) -> tuple[Block | None, list[Mark]]:
    """The block that *pieces* make, and the source characters among them that it does not show.

    None where nothing is visible. *pieces* are in source order.
    """
    line = _Line(source)
    if role == "code":
        _preformatted(line, pieces)
    else:
        _flowing(line, pieces)
    if line.first < 0:
        return None, [mark for piece in pieces for mark in _outside(piece, piece[0], piece[0])]
    first, last = line.first, line.last
    marks = [mark for mark in line.unused if first <= mark[0] < last]
    holes = [Span(start, end) for start, end, _ in marks]
    holes += [
        Span(above[1], below[0])
        for above, below in pairwise(pieces)
        if above[1] < below[0] and first < above[1] and below[0] < last
    ]
    marks += [mark for piece in pieces if piece[0] < first or piece[1] > last for mark in _outside(piece, first, last)]
    repairs = [repair for repair in line.repairs if first <= repair.start and repair.end <= last]
    repairs.sort(key=_START)
    while repairs and repairs[-1].start == repairs[-1].end == last:
        repairs.pop()
    text = "".join(line.out)
    text = text.strip("\n").rstrip() if role == "code" else text.strip()
    holes.sort(key=_START)
    return Block(first, last, text, role, level, element, line.link_chars, tuple(holes), tuple(repairs)), marks


def _flowing(line: _Line, pieces: Sequence[Piece]) -> None:
    """Ordinary text: white space collapses."""
    for start, end, kind, meant, is_linked in pieces:
        if kind == "text":
            before = len(line.out)
            _text(line, start, end)
            if is_linked:
                line.link_chars += sum(map(len, line.out[before:]))
        elif kind == "blank":
            line.white(start, end, "whitespace")
        elif kind == "reference":
            visible = _INVISIBLE.sub("", meant)
            if not visible:
                line.hidden(start, end)
            elif visible.isspace():
                line.white(start, end, "entity")
            else:
                line.shown(start, end, visible, "entity")
                line.link_chars += len(visible) * is_linked
        else:
            line.new_line(start, end, meant, "line-break" if kind == "break" else "layout")


def _text(line: _Line, start: int, end: int) -> None:
    """``source[start:end]``, which is text."""
    source = line.source
    text = source[start:end]
    if _is_regular(text):
        line.verbatim(start, end, text)
        return
    at = start
    for found in _IRREGULAR.finditer(source, start, end):
        begin, stop = found.span()
        if begin > at:
            line.verbatim(at, begin, source[at:begin])
        if found[1] is not None:
            line.white(begin, stop, "whitespace")
        else:
            line.hidden(begin, stop)
        at = stop
    if at < end:
        line.verbatim(at, end, source[at:end])


def _preformatted(line: _Line, pieces: Sequence[Piece]) -> None:
    """Code: white space stays, but for empty lines before the first and white space behind the last."""
    source = line.source
    for start, end, kind, meant, _ in pieces:
        if kind == "reference" or (kind == "blank" and meant):
            visible = _INVISIBLE.sub("", meant)
            if not visible:
                line.hidden(start, end)
            elif line.first >= 0 or not visible.isspace():
                _code(line, start, end, visible, "entity")
        elif kind == "break":
            if line.first >= 0:
                _code(line, start, end, meant, "line-break")
        elif kind != "cell":
            at = start
            if line.first < 0:
                shown = _SHOWN.search(source, at, end)
                if shown is None:
                    continue
                at = max(source.rfind("\n", at, shown.start()) + 1, at)
            for found in _INVISIBLE.finditer(source, at, end):
                if found.start() > at:
                    _code(line, at, found.start(), source[at : found.start()], "entity")
                line.hidden(*found.span())
                at = found.end()
            if at < end:
                _code(line, at, end, source[at:end], "entity")


def _code(line: _Line, start: int, end: int, text: str, kind: RepairKind) -> None:
    """*text* to the letter; white space does not count as the end of what is visible."""
    last = line.last
    line.shown(start, end, text, kind)
    bare = text.rstrip()
    verbatim = line.source[start:end] == text
    line.last = (start + len(bare) if verbatim else end) if bare else last


def _outside(piece: Piece, first: int, last: int) -> list[Mark]:
    """The parts of *piece* before *first* and behind *last*."""
    start, end, kind, _, _ = piece
    letter = TAG if kind == "break" else BLANK
    return [mark for mark in ((start, min(end, first), letter), (max(start, last), end, letter)) if mark[0] < mark[1]]
