"""Quotations: text between quotation marks of any usual kind, nested ones included."""

from __future__ import annotations

import re

_MARK = re.compile('["“”„‟«»‹›「」『』‘’]')
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
    if mark in "“«‹":
        return not (after.isspace() and before.isalnum())
    if mark == "‘":
        return _looks_opening(before, after) and not after.isdigit()
    return mark in '"”»›' and _looks_opening(before, after)


def _looks_opening(before: str, after: str) -> bool:
    return (before.isspace() or before in _OPENS_AFTER) and not after.isspace() and after not in ".,;:!?)]}"


def _without_edges(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the space at its ends and the comma before its closing mark."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip().rstrip(",").rstrip())
