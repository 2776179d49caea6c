"""Plain text into blocks: lines, or paragraphs where the text was wrapped by hand."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import quantiles

from cleaner.config import Read
from cleaner.model import Block, Page, Removal, Repair, Role, Segmentation, Span
from cleaner.reading.caps import DEFAULT, check_changes, check_nodes
from cleaner.reading.newlines import in_source, lines_of

_LINE = re.compile(r"[^\n]+")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\ufeff]+")
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
    lines = [(found.start(), found.end()) for found in _LINE.finditer(text)]
    visible = [bounds for bounds in (_trim(text, *line) for line in lines) if bounds]
    groups = _paragraphs(text, visible)
    check_nodes(2 * len(groups), caps)
    in_verse = _has_blank_lines(text, visible)
    blocks: list[Block] = []
    removals: list[Removal] = []
    at = 0
    for group in groups:
        start, end = group[0][0], group[-1][1]
        if start > at:
            removals.extend(_between(text, at, start))
        follows = bool(blocks) and in_verse and text.count("\n", at, start) == 1
        block, hidden = _block(text, group, follows)
        blocks.append(block)
        removals.extend(hidden)
        at = end
    if at < len(text):
        removals.extend(_between(text, at, len(text)))
    segmentation = check_changes(Segmentation(tuple(blocks), tuple(removals)), caps)
    return in_source(segmentation, source)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The line without white space and invisible characters at its ends; None where nothing is left."""
    line = text[start:end]
    bare = line.strip()
    if not bare:
        return None
    start += line.index(bare[0])
    end = start + len(bare)
    while start < end and (text[start].isspace() or _INVISIBLE.match(text[start])):
        start += 1
    while end > start and (text[end - 1].isspace() or _INVISIBLE.match(text[end - 1])):
        end -= 1
    return (start, end) if end > start else None


def _paragraphs(text: str, lines: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """*lines* grouped: wrapped lines of one paragraph together, every other line alone."""
    width = _wrap_width(text, lines)
    groups: list[list[tuple[int, int]]] = []
    for index, (start, end) in enumerate(lines):
        if width and index and _continues(text, lines[index - 1], (start, end), width):
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return groups


def _wrap_width(text: str, lines: list[tuple[int, int]]) -> int:
    """The column at which the text was wrapped by hand; 0 where it was not.

    Wrapped text shows in lines that stop shortly before one column, in mid-sentence, with the next line right below.
    """
    full = [
        end - start
        for (start, end), (below, _) in pairwise(lines)
        if text.count("\n", end, below) == 1 and end - start >= _WRAP_WIDTHS.start
    ]
    if len(full) < 3 or max(end - start for start, end in lines) > 2 * _WRAP_WIDTHS.stop:
        return 0
    width = round(quantiles(full, n=20)[-2]) if len(full) > 3 else max(full)
    if width not in _WRAP_WIDTHS:
        return 0
    broken = sum(
        text.count("\n", end, below) == 1 and end - start > 0.7 * width and not _SENTENCE_END.search(text, start, end)
        for (start, end), (below, _) in pairwise(lines)
    )
    return width if broken >= max(3, 0.3 * len(full)) else 0


def _continues(text: str, above: tuple[int, int], line: tuple[int, int], width: int) -> bool:
    """Whether *line* goes on with the sentence of the line *above*.

    The line above is full: the first word of this one would not have fitted. Or it stops in mid-sentence.
    """
    start, end = line
    if text.count("\n", above[1], start) != 1 or _BULLET.match(text, start, end):
        return False
    if text[start].islower() and not _SENTENCE_END.search(text, above[0], above[1]):
        return True
    first_word = text[start:end].split(None, 1)[0]
    return above[1] - above[0] + 1 + len(first_word) > 0.95 * width


def _has_blank_lines(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether empty lines set paragraphs apart, so that a single line end is a line break within one."""
    gaps = [text.count("\n", end, start) > 1 for (_, end), (start, _) in pairwise(lines)]
    return sum(gaps) > 0.1 * len(gaps)


def _block(text: str, group: list[tuple[int, int]], follows: bool) -> tuple[Block, list[Removal]]:
    """The block of a group of lines; line ends inside read as one space, and as nothing where words have none."""
    start, end = group[0][0], group[-1][1]
    role: Role = "line" if follows else "paragraph"
    shown = text[start:end]
    if len(group) == 1 and not _INVISIBLE.search(shown):
        return Block(start, end, shown, role), []
    joints = [(above[1], below[0]) for above, below in pairwise(group)]
    repairs = [Repair(*joint, _joint(text, *joint), "whitespace") for joint in joints]
    hidden = [
        Removal(found.start(), found.end(), "control", "invisible-character")
        for line_start, line_end in group
        for found in _INVISIBLE.finditer(text, line_start, line_end)
    ]
    ends = [*(repair.text for repair in repairs), ""]
    lines = zip(group, ends, strict=True)
    shown = _INVISIBLE.sub("", "".join(text[line_start:line_end] + end for (line_start, line_end), end in lines))
    holes = tuple(Span(removal.start, removal.end) for removal in hidden)
    return Block(start, end, shown, role, holes=holes, repairs=tuple(repairs)), hidden


def _joint(text: str, above: int, below: int) -> str:
    """What a line end reads as inside a paragraph: the line above ends at *above*, the next begins at *below*."""
    return "" if _UNSPACED.match(text, above - 1) and _UNSPACED.match(text, below) else " "


def _between(text: str, start: int, end: int) -> list[Removal]:
    """What stands between two blocks: white space, and control characters told apart from it."""
    if text[start:end].isspace() and not _INVISIBLE.search(text, start, end):
        return [Removal(start, end, "whitespace", "whitespace")]
    removals = []
    at = start
    for found in _INVISIBLE.finditer(text, start, end):
        if found.start() > at:
            removals.append(Removal(at, found.start(), "whitespace", "whitespace"))
        removals.append(Removal(found.start(), found.end(), "control", "invisible-character"))
        at = found.end()
    if end > at:
        removals.append(Removal(at, end, "whitespace", "whitespace"))
    return removals
