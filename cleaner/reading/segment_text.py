"""Plain text into blocks: lines, or paragraphs where the text was wrapped by hand."""

from __future__ import annotations

import re
from itertools import chain, cycle, pairwise
from statistics import quantiles
from typing import Any

from cleaner.compiled import make
from cleaner.config import Read
from cleaner.model import Block, Page, Removal, Repair, Role, Segmentation, Span
from cleaner.reading.caps import DEFAULT, check_changes, check_nodes
from cleaner.reading.newlines import in_source, lines_of

_WHITESPACE = ("whitespace", "whitespace")
_CONTROL = ("control", "invisible-character")
_NO_FIGURES = (None,) * 9
"""A removal's other fields."""

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
"""A line without white space at its ends."""
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\ufeff]+")
_INVISIBLES = tuple(filter(_INVISIBLE.match, map(chr, (*range(256), 0xFEFF))))
_BULLET = re.compile(r"\s*(?:[-*+•–—>|#]|\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(r"[.!?:;…\"”»)\]。！？：；」』）】》؟।]$")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
"""Characters of scripts that set no space between words, so that none belongs where a line was broken."""

_WRAP_WIDTHS = range(45, 121)
"""Lines that a mail program or editor wrapped are about this long, in characters."""


def segment_text(page: Page, caps: Read = DEFAULT) -> Segmentation:
    """The lines of a plain text page as blocks; wrapped lines joined; white space between them as removals.

    Raises:
        TooManyParts: *caps* do not allow that many.
    """
    source = lines_of(page.source_text)
    text = source.text
    lines = [found.span() for found in _LINE.finditer(text)]
    is_plain = not any(map(text.__contains__, _INVISIBLES))
    if not is_plain:
        lines = [bounds for bounds in (_trim(text, *line) for line in lines) if bounds]
    gaps = [text.count("\n", end, start) for (_, end), (start, _) in pairwise([(0, 0), *lines])]
    begins = _begins(text, lines, gaps)
    check_nodes(2 * len(begins), caps)
    in_verse = _has_blank_lines(gaps)
    roles: list[Role] = ["line" if in_verse and at and gaps[at] == 1 else "paragraph" for at in begins]
    groups = [lines[begin:end] for begin, end in pairwise([*begins, len(lines)])]
    blocks = make(Block, [_block(text, group, role, is_plain) for group, role in zip(groups, roles, strict=True)])
    removals = _removals(text, blocks, is_plain)
    return in_source(check_changes(Segmentation(tuple(blocks), tuple(removals)), caps), source)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The line without white space and invisible characters at its ends; None where nothing is left."""
    while start < end and (text[start].isspace() or _INVISIBLE.match(text[start])):
        start += 1
    while end > start and (text[end - 1].isspace() or _INVISIBLE.match(text[end - 1])):
        end -= 1
    return (start, end) if end > start else None


def _begins(text: str, lines: list[tuple[int, int]], gaps: list[int]) -> list[int]:
    """Which of *lines* begin a block: all but those that go on with a wrapped paragraph."""
    width = _wrap_width(text, lines, gaps)
    if not width:
        return list(range(len(lines)))
    goes_on = (gap == 1 and _continues(text, *near, width) for near, gap in zip(pairwise(lines), gaps[1:], strict=True))
    return [0, *(at for at, continues in enumerate(goes_on, 1) if not continues)]


def _wrap_width(text: str, lines: list[tuple[int, int]], gaps: list[int]) -> int:
    """The column at which the text was wrapped by hand; 0 where it was not.

    Wrapped text shows in lines that stop shortly before one column, in mid-sentence, with the next line right below.
    """
    lengths = [end - start for start, end in lines]
    if max(lengths, default=0) > 2 * _WRAP_WIDTHS.stop:
        return 0
    above = [(at, length) for at, (length, gap) in enumerate(zip(lengths, gaps[1:], strict=False)) if gap == 1]
    full = [length for _, length in above if length >= _WRAP_WIDTHS.start]
    if len(full) < 3:
        return 0
    width = round(quantiles(full, n=20)[-2]) if len(full) > 3 else max(full)
    if width not in _WRAP_WIDTHS:
        return 0
    broken = sum(length > 0.7 * width and not _SENTENCE_END.search(text, *lines[at]) for at, length in above)
    return width if broken >= max(3, 0.3 * len(full)) else 0


def _continues(text: str, above: tuple[int, int], line: tuple[int, int], width: int) -> bool:
    """Whether *line* goes on with the sentence of the line right *above*.

    The line above is full: the first word of this one would not have fitted. Or it stops in mid-sentence.
    """
    start, end = line
    if _BULLET.match(text, start, end):
        return False
    if text[start].islower() and not _SENTENCE_END.search(text, *above):
        return True
    first_word = text[start:end].split(None, 1)[0]
    return above[1] - above[0] + 1 + len(first_word) > 0.95 * width


def _has_blank_lines(gaps: list[int]) -> bool:
    """Whether empty lines set paragraphs apart, so that a single line end is a line break within one."""
    return sum(gap > 1 for gap in gaps[1:]) > 0.1 * len(gaps[1:])


def _block(text: str, group: list[tuple[int, int]], role: Role, is_plain: bool) -> tuple[Any, ...]:
    """The fields of the block of a group of lines.

    Line ends inside read as one space, and as nothing where words have none. In a plain text, nothing is invisible.
    """
    start, end = group[0][0], group[-1][1]
    shown = text[start:end]
    holes: tuple[Span, ...] = ()
    repairs: tuple[Repair, ...] = ()
    if len(group) > 1:
        joints = [(above[1], below[0]) for above, below in pairwise(group)]
        repairs = tuple(Repair(*joint, _joint(text, *joint), "whitespace") for joint in joints)
        ends = [*(repair.text for repair in repairs), ""]
        shown = "".join(text[slice(*line)] + joint for line, joint in zip(group, ends, strict=True))
    if not is_plain and _INVISIBLE.search(shown):
        holes = tuple(Span(*found.span()) for line in group for found in _INVISIBLE.finditer(text, *line))
        shown = _INVISIBLE.sub("", shown)
    return start, end, shown, role, 0, -1, 0, holes, repairs


def _joint(text: str, above: int, below: int) -> str:
    """What a line end reads as inside a paragraph: the line above ends at *above*, the next begins at *below*."""
    return "" if _UNSPACED.match(text, above - 1) and _UNSPACED.match(text, below) else " "


def _removals(text: str, blocks: list[Block], is_plain: bool) -> list[Removal]:
    """What stands between the *blocks*: white space; and control characters, told apart from it, there and inside."""
    starts, ends = [block.start for block in blocks], [block.end for block in blocks]
    between = [bounds for bounds in zip([0, *ends], [*starts, len(text)], strict=True) if bounds[0] < bounds[1]]
    if is_plain:
        return make(Removal, between, (*_WHITESPACE, *_NO_FIGURES))
    rows: list[tuple[Any, ...]] = [(hole.start, hole.end, *_CONTROL) for block in blocks for hole in block.holes]
    for at, end in between:
        cuts = [at, *chain.from_iterable(found.span() for found in _INVISIBLE.finditer(text, at, end)), end]
        kinds = cycle((_WHITESPACE, _CONTROL))
        rows += [(*bounds, *kind) for bounds, kind in zip(pairwise(cuts), kinds, strict=False) if bounds[0] < bounds[1]]
    return make(Removal, sorted(rows), _NO_FIGURES)
