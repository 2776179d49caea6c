"""What text a line must have in it for a regular expression to match: looking for that first is quick.

Expressions may have literals, sets, ``.``, escapes, alternatives, groups of the kind ``(?:...)`` and lookarounds, and
quantifiers; what is optional counts for nothing, and so do ranges. Of several texts that a match has, it takes the one
that fewer lines have: the longest, not counting white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_MARKS = re.compile(r"\\.|\[\^?.(?:\\.|[^\]\\])*+\]?+|[()|]")
NOTHING = frozenset({""})
_OPTIONAL = ("?", "*", "{0", "{,")


@lru_cache(maxsize=4_096)
def needed_text(expression: str) -> frozenset[str]:
    r"""Strings of which one is in every match of *expression*; an empty one where none is known.

    >>> sorted(needed_text(r"(?:please )?(?:log|sign) ?in\b|pass(?:words?|phrase)"))
    ['log', 'pass', 'sign']
    """
    begin, found = 0, frozenset[str]()
    for bar in [*_places(expression, "|"), len(expression)]:
        found |= max(_runs(expression[begin:bar]), key=lambda run: min(map(_rarity, run)), default=NOTHING)
        begin = bar + 1
    return found


def _rarity(text: str) -> tuple[int, bool, int]:
    """More for a text that fewer lines have; a letter or sign beyond ASCII is rarer than others, a digit less rare."""
    return len(text.strip().encode()), not text.isdecimal(), len(text)


def _runs(part: str) -> Iterator[frozenset[str]]:
    """What is needed of each group and each run of letters in *part*, which has no bar outside of groups."""
    run, at = "", 0
    while at < len(part):
        atom, literal = _atom(part, at)
        at += len(atom)
        is_optional = part.startswith(_OPTIONAL, at)
        quantifier = _quantifier(part, at)
        at += len(quantifier)
        if literal and not is_optional:
            run += literal
        if quantifier or not (literal or atom == r"\b"):
            yield frozenset({run})
            run = ""
        if atom.startswith("(?:") and not is_optional:
            yield needed_text(atom[3:-1])
        if atom.startswith("[") and not is_optional and not {"^", "-", "\\"} & set(atom):
            yield frozenset(atom[1:-1])
    yield frozenset({run})


def _atom(part: str, at: int) -> tuple[str, str]:
    """The group, set, escape or character at *at*, and the letter that it stands for, if for one."""
    match part[at]:
        case "(":
            return part[at : next(_places(part, ")", at + 1)) + 1], ""
        case "[":
            return next(_MARKS.finditer(part, at))[0], ""
        case "\\":
            return part[at : at + 2], "" if part[at + 1].isalnum() else part[at + 1]
        case letter:
            return letter, "" if letter in ".^$" else letter


def _quantifier(part: str, at: int) -> str:
    end = part.index("}", at) + 1 if part.startswith("{", at) else at + part.startswith(("?", "*", "+"), at)
    return part[at : end + part.startswith(("?", "+"), end)] if end > at else ""


def _places(expression: str, wanted: str, begin: int = 0) -> Iterator[int]:
    """Where *wanted* stands from *begin* on, but not in brackets that open there, or behind a backslash."""
    depth = 0
    for mark in _MARKS.finditer(expression, begin):
        if mark[0] == wanted and not depth:
            yield mark.start()
        depth += (mark[0] == "(") - (mark[0] == ")")
