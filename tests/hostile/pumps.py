"""Strings that make a regular expression work as hard as it can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CATEGORIES = {
    code.CATEGORY_DIGIT: "7",
    code.CATEGORY_SPACE: " ",
    code.CATEGORY_WORD: "a",
    code.CATEGORY_NOT_DIGIT: "a",
    code.CATEGORY_NOT_SPACE: "a",
    code.CATEGORY_NOT_WORD: "-",
}
_CANDIDATES = "a 7\n\t-<&>\"'=/.,:;|A\xa0é“\xad\x01漢"
"""What may stand for a class that names what it does not have."""
_REPEATS = frozenset({code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT})
_ENDS = ("\x02", "!", "")
"""What no pattern wants behind all the repetitions."""


def pumps(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Strings of about *length* characters: each repeated part of *pattern* over and over, behind what leads to it.

    Once with the lead once, and once with both repeated.
    """
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    seen = set()
    for lead, body in _repeats(parser.parse(text, pattern.flags & ~re.UNICODE)):
        for unit, start in ((body, lead), (lead + body, "")):
            if unit and (start, unit) not in seen:
                seen.add((start, unit))
                yield from (start + unit * (length // len(unit)) + end for end in _ENDS)


def _repeats(parts: Sequence[Any], lead: str = "") -> Iterator[tuple[str, str]]:
    """What leads to each repetition in *parts*, and a sample of what it repeats."""
    for operator, argument in parts:
        if operator in _REPEATS:
            least, most, inner = argument
            if most == code.MAXREPEAT or most > 8:
                yield from ((lead, sample) for sample in _samples(inner))
            yield from _repeats(inner, lead)
            lead += _sample(inner) * max(least, 1 if most else 0)
            continue
        for inner in _inner(operator, argument):
            yield from _repeats(inner, lead)
        lead += _one(operator, argument)


def _inner(operator: Any, argument: Any) -> Sequence[Sequence[Any]]:
    """The sequences inside one part."""
    if operator is code.SUBPATTERN:
        return (argument[3],)
    if operator is code.ATOMIC_GROUP:
        return (argument,)
    if operator is code.BRANCH:
        return tuple(argument[1])
    if operator in {code.ASSERT, code.ASSERT_NOT}:
        return (argument[1],)
    return ()


def _samples(parts: Sequence[Any]) -> Iterator[str]:
    """Samples of a repeated part: for a class or a choice, one for each of its first members."""
    if len(parts) == 1:
        operator, argument = parts[0]
        if operator is code.IN:
            yield from dict.fromkeys(_members(argument))
            return
        if operator is code.SUBPATTERN:
            yield from _samples(argument[3])
            return
        if operator is code.BRANCH:
            yield from (_sample(branch) for branch in argument[1][:12])
            return
        if operator in {code.ANY, code.NOT_LITERAL}:
            yield from (one for one in _CANDIDATES if operator is code.ANY or ord(one) != argument)
            return
    yield _sample(parts)


def _sample(parts: Sequence[Any]) -> str:
    """A string that *parts* matches, but for what they look ahead to or back."""
    return "".join(_one(operator, argument) for operator, argument in parts)


def _one(operator: Any, argument: Any) -> str:
    if operator is code.LITERAL:
        return chr(argument)
    if operator is code.IN:
        return next(iter(_members(argument)), "")
    if operator is code.NOT_LITERAL:
        return next(one for one in _CANDIDATES if ord(one) != argument)
    if operator is code.ANY:
        return "a"
    if operator in {code.BRANCH, code.SUBPATTERN, code.ATOMIC_GROUP}:
        return _sample(_inner(operator, argument)[0])
    if operator in _REPEATS:
        least, most, inner = argument
        return _sample(inner) * max(least, 1 if most else 0)
    return ""


def _members(items: Sequence[Any]) -> list[str]:
    """Some characters of a class."""
    if items[0][0] is code.NEGATE:
        return [one for one in _CANDIDATES if not any(_holds(item, one) for item in items[1:])]
    found = []
    for operator, argument in items[:8]:
        if operator is code.LITERAL:
            found.append(chr(argument))
        elif operator is code.RANGE:
            found.append(chr(argument[0]))
        elif operator is code.CATEGORY:
            found.append(_CATEGORIES.get(argument, "a"))
    return found


def _holds(item: Any, character: str) -> bool:
    operator, argument = item
    if operator is code.LITERAL:
        return ord(character) == argument
    if operator is code.RANGE:
        return bool(argument[0] <= ord(character) <= argument[1])
    return operator is code.CATEGORY and {
        code.CATEGORY_DIGIT: character.isdigit(),
        code.CATEGORY_SPACE: character.isspace(),
        code.CATEGORY_WORD: character.isalnum(),
        code.CATEGORY_NOT_DIGIT: not character.isdigit(),
        code.CATEGORY_NOT_SPACE: not character.isspace(),
        code.CATEGORY_NOT_WORD: not character.isalnum(),
    }.get(argument, False)
