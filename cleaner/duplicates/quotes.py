"""Quotations: text between quotation marks of any usual kind, nested ones included."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.sentences import SPACES

_MARKS = '"“”„‟«»‹›「」『』‘’'
_MARK = re.compile(f"[{_MARKS}]")
_CLOSERS = {
    "“": "”",
    "„": "“”‟",
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    '"': '"',
}
"""What closes a quotation, by the mark that opened it."""
_ALWAYS_OPEN = frozenset("„‟「『")
_LEFT, _EITHER = frozenset("“«‹"), frozenset('"”»›')
_NEVER_OPENS = frozenset(".,;:!?)]}")
_OPENS_AFTER = frozenset("([{—–-/:“‘„«»‹›\"'¿¡")
_DEPTH = 8
"""Quotations in quotations that are followed; opening marks beyond that are taken for unclosed ones."""


def quote_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """What is quoted in ``text[start:end]``, without the marks, the space and the comma at its end; sorted.

    A mark that nothing closes opens no quotation. Apostrophes and inch marks are left alone.

    >>> text = 'He said: "It’s ‘good enough’ for me," and «c’est tout».'
    >>> [text[a:b] for a, b in quote_spans(text, 0, len(text))]
    ['It’s ‘good enough’ for me', 'good enough', 'c’est tout']
    """
    spans: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for match in _MARK.finditer(text, start, end):
        mark, at = match[0], match.start()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if mark == "’" and before.isalnum() and after.isalnum():
            continue
        level = _closed_level(mark, opened, before, after)
        if level is not None:
            spans.append((opened[level][1] + 1, at))
            del opened[level:]
        elif _opens(mark, before, after):
            if mark == '"':
                opened = [entry for entry in opened if entry[0] != '"']
            if len(opened) == _DEPTH:
                del opened[0]
            opened.append((mark, at))
    quoted = (_without_edges(text, *span) for span in spans)
    return sorted((first, last) for first, last in quoted if first < last)


def quotes_in(text: str, spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k, 3) number of the span, start and end of what is quoted in (m, 2) *spans* of *text*, sorted."""
    rows = [(at, *row) for at, span in enumerate(spans.tolist()) for row in quote_spans(text, *span)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _closed_level(mark: str, opened: list[tuple[str, int]], before: str, after: str) -> int | None:
    """Which open quotation *mark* closes; None if it closes none."""
    if mark == '"' and _looks_opening(before, after):
        return None
    for level in range(len(opened) - 1, -1, -1):
        if mark in _CLOSERS[opened[level][0]]:
            return level
    return None


def _opens(mark: str, before: str, after: str) -> bool:
    if mark in _ALWAYS_OPEN:
        return True
    if mark in _LEFT:
        return not (after.isspace() and before.isalnum())
    if mark == "‘":
        return _looks_opening(before, after) and not after.isdigit()
    return mark in _EITHER and _looks_opening(before, after)


def _looks_opening(before: str, after: str) -> bool:
    return (before.isspace() or before in _OPENS_AFTER) and not after.isspace() and after not in _NEVER_OPENS


def _without_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the space at its ends and the comma before its closing mark."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip().rstrip(",").rstrip())


@cache
def quote_kinds() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """For the compiled twin: what each character of Unicode's first plane is, marks by number; what closes them."""
    kinds = np.zeros(0x10000, dtype=np.uint16)
    for bit, characters in enumerate((_ALWAYS_OPEN, _LEFT, _EITHER, _OPENS_AFTER, _NEVER_OPENS, SPACES), start=4):
        kinds[list(map(ord, characters))] |= np.uint16(1 << bit)
    closers = np.zeros(16, dtype=np.uint16)
    for number, mark in enumerate(_MARKS, start=1):
        kinds[ord(mark)] |= np.uint16(number)
        closers[number] = sum(1 << 1 + _MARKS.index(closer) for closer in _CLOSERS.get(mark, ""))
    return kinds, closers
