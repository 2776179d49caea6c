"""Mojibake in kept blocks, undone by ftfy block by block and written down so that it replays.

ftfy slows down and gives up beyond a million characters, and carries state from line to line; a block stands alone and
is small, or is cut.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

import ftfy

from cleaner.ledger import replay, source_span
from cleaner.model import Block, Repair, Segment, Span

# Only what undoes a mistake. Curly quotes, ligatures and full-width letters are the author's.
_FTFY = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    normalization=None,
    explain=False,
)
# Mojibake is several characters for one, so one by itself beyond ASCII is none, but for some with a space or nothing
# behind; ftfy changes nothing else but control characters and lone surrogates. Asking it costs fifty times as much.
_MAYBE_BROKEN = re.compile(
    "[^\t\n\f\r -~](?:[^\x00-\x7f]|(?<=[\x00-\x9fŒœÃÂ\u206a-\u206f\ud800-\udfff\ufeff\ufff9-\ufffc]))"
)
_MAX_FIXED = 500_000
_MAX_ALIGNED = 3_000
"""Longer changed stretches are one repair: alignment is quadratic."""


def repair_blocks(source_text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """*blocks* with their mojibake undone, each change a repair of kind ``encoding``."""
    return tuple(
        _repair(source_text, block) if not block.text.isascii() and _MAYBE_BROKEN.search(block.text) else block
        for block in blocks
    )


def repaired_text(text: str) -> str:
    """*text* with its mojibake undone as in a kept block."""
    return _fixed(text) if not text.isascii() and _MAYBE_BROKEN.search(text) else text


def _fixed(text: str) -> str:
    """What ftfy makes of *text*, piece by piece where it is long."""
    pieces: list[str] = []
    at = 0
    while len(text) - at > _MAX_FIXED:
        end = text.rfind(" ", at, at + _MAX_FIXED) + 1 or at + _MAX_FIXED
        pieces.append(ftfy.fix_text(text[at:end], _FTFY))
        at = end
    return "".join([*pieces, ftfy.fix_text(text[at:], _FTFY)])


def _repair(source_text: str, block: Block) -> Block:
    fixed = _fixed(block.text)
    if fixed == block.text or not fixed.strip():
        return block
    kept = _without(Span(block.start, block.end), block.holes)
    text, segments = replay(source_text, kept, block.repairs)
    starts = [segment.text_start for segment in segments]
    repairs = list(block.repairs)
    for start, end, new in _changes(text, fixed):
        repairs = _replaced(repairs, _in_source(segments, starts, start, end, text, new), kept)
    text, _ = replay(source_text, kept, repairs)
    return replace(block, text=text, repairs=tuple(repairs))


def _changes(old: str, new: str) -> list[tuple[int, int, str]]:
    """Non-empty ranges of *old* with what they became in *new*."""
    lead = 0
    while lead < min(len(old), len(new)) and old[lead] == new[lead]:
        lead += 1
    tail = 0
    while tail < min(len(old), len(new)) - lead and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle_old, middle_new = old[lead : len(old) - tail], new[lead : len(new) - tail]
    if len(middle_old) > _MAX_ALIGNED or len(middle_new) > _MAX_ALIGNED:
        return [(lead, len(old) - tail, middle_new)]
    changes = []
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        if i1 == i2:  # an insertion holds on to the character before it, or behind
            i1, j1 = (i1 - 1, j1 - 1) if i1 else (i1, j1)
            i2, j2 = (i2, j2) if i2 > i1 else (i2 + 1, j2 + 1)
        changes.append((lead + i1, lead + i2, middle_new[j1:j2]))
    return _disjoint(changes, middle_old, lead)


def _disjoint(changes: list[tuple[int, int, str]], middle_old: str, lead: int) -> list[tuple[int, int, str]]:
    """*changes* if they follow each other, else one change over all."""
    if all(above[1] <= below[0] for above, below in pairwise(changes)):
        return changes
    new, at = [], changes[0][0]
    for start, end, text in changes:
        new.append(middle_old[at - lead : max(start, at) - lead])
        new.append(text)
        at = max(at, end)
    return [(changes[0][0], changes[-1][1], "".join(new))]


def _in_source(segments: Sequence[Segment], starts: Sequence[int], start: int, end: int, text: str, new: str) -> Repair:
    """The repair that makes ``text[start:end]`` read *new*; a run repaired before is replaced as a whole."""
    first = segments[bisect_right(starts, start) - 1]
    last = segments[bisect_right(starts, end - 1) - 1]
    if _repaired(first):
        new, start = text[first.text_start : start] + new, first.text_start
    if _repaired(last):
        new, end = new + text[end : last.text_end], last.text_end
    span = source_span(segments, starts, start, end)
    return Repair(span.start, span.end, new, "encoding")


def _repaired(segment: Segment) -> bool:
    """Whether the run cannot be mapped character by character."""
    return segment.text_end - segment.text_start != segment.source_end - segment.source_start


def _replaced(repairs: Sequence[Repair], new: Repair, kept: Sequence[Span]) -> list[Repair]:
    """*repairs* with *new* in the place of all that it covers; cut in pieces where it spans a hole."""
    others = [old for old in repairs if old.end <= new.start or old.start >= new.end]
    text = new.text
    for span in kept:
        start, end = max(span.start, new.start), min(span.end, new.end)
        if start < end:
            others.append(Repair(start, end, text, "encoding"))
            text = ""
    return sorted(others)


def _without(whole: Span, holes: Sequence[Span]) -> list[Span]:
    """The parts of *whole* between *holes*."""
    parts = []
    at = whole.start
    for hole in holes:
        if hole.start > at:
            parts.append(Span(at, hole.start))
        at = max(at, hole.end)
    if at < whole.end:
        parts.append(Span(at, whole.end))
    return parts
