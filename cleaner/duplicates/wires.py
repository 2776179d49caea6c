"""Which news agency a text credits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from cleaner.short_texts import Texts, texts_of

_LEAD = 600
"""Characters at the beginning of a text in which a dateline or byline is looked for."""
_NAMED = r"(?<![\w-])NAME(?![\w-])"
_HEADED = r"\(NAME\)|^[^\n]{0,80}(?<![\w-])NAME$"
"""A dateline, or a short line that ends with the name."""
_ATTRIBUTED = (
    r"(?:\b(?:[Tt]old|[Ff]rom|[Bb]y|[Vv]ia|[Aa]ccording to|[Cc]ourtesy of|[Cc]opyright(?: \d{4})?)|©(?: \d{4})?|"
    r"[Ss]ource:) (?:[Tt]he )?NAME(?![\w-])"
    r"|(?<![\w-])NAME,? (?:meanwhile, |first |has |also )?(?:reports|reported|quoted|wrote|writes|contributed)\b"
)


class _Names(NamedTuple):
    """Names ready to be looked for, and the agency of each."""

    texts: Texts
    agencies: Mapping[str, str]

    @classmethod
    def of(cls, agencies: Mapping[str, str]) -> _Names:
        """Those of *agencies*."""
        return cls(texts_of(agencies), agencies)


def credited_wire(byline: str | None, text: str) -> str | None:
    """The agency credited in *byline*, else in a dateline of *text*, else by its sentences; the first one of several.

    Names are matched with their case and as whole words.

    >>> credited_wire("Christopher Rugaber, AP Economics Writer", "")
    'AP'
    >>> credited_wire(None, "WASHINGTON (Reuters) - The House voted on Monday, CNBC reported.")
    'Reuters'
    >>> credited_wire(None, "IBM decided so, a person familiar with the situation told CNBC.")
    'CNBC'
    >>> credited_wire("Ann Other", "Michael Bloomberg ran for mayor, an AP course began.") is None
    True
    """
    everywhere, at_the_head = _names()
    return (
        _first_credit(byline or "", at_the_head, _NAMED)
        or _first_credit(text[:_LEAD], at_the_head, _HEADED)
        or _first_credit(text, everywhere, _ATTRIBUTED)
    )


@cache
def _names() -> tuple[_Names, _Names]:
    """Names that credit in running text, and those that do at its head."""
    agencies = tomllib.loads((files("cleaner.duplicates") / "wires.toml").read_text(encoding="utf-8"))["agency"]
    everywhere = {name: agency["name"] for agency in agencies for name in agency["names"]}
    at_the_head = {name: agency["name"] for agency in agencies for name in agency.get("heads", ())}
    return _Names.of(everywhere), _Names.of(everywhere | at_the_head)


def _first_credit(text: str, names: _Names, form: str) -> str | None:
    """The agency whose name stands first in *text* in *form*; of two that begin together the longer name's."""
    found = [
        (match.start(), -len(name), names.agencies[name])
        for name in map(names.texts.texts.__getitem__, names.texts.places_in(text))
        for match in [_pattern(name, form).search(text)]
        if match
    ]
    return min(found)[2] if found else None


@cache
def _pattern(name: str, form: str) -> re.Pattern[str]:
    return re.compile(form.replace("NAME", re.escape(name)), re.MULTILINE)
