"""A page's title without the site's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SEPARATOR = re.compile(r"\s+(?:[|–—·•»«:›/\\]|::|-|~|>)\s+|\s*[|｜]\s*|\s+[»›]\s*|:\s+|\s+–\s*")
_NOISE = re.compile(
    r"(?:skip to|sign (?:up|in)|log ?in|subscribe|newsletter|cookies?\b|menu\b|search\b|share\b|advertisement|sponsored"
    r"|read more|breaking news|home\b|(?:by|photo|image|photograph|picture|credit)\b:?|\d+ min)",
    re.IGNORECASE,
)
_ONE_HEADING, _MANY_HEADINGS = 0.34, 0.5
"""Share of a main heading's words in the other claims from which it is the title; headings of sections share less."""

_MAX_LINE_CHARS = 400
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]")


def title_of_html(
    social: str | None,
    element: str | None,
    headline: str | None,
    headings: Sequence[str],
    site_names: Sequence[str],
) -> str | None:
    """The title, by what most of the page's own claims agree on.

    >>> title_of_html("A day out", "A day out | The Daily", None, ["A day out"], ["The Daily"])
    'A day out'
    """
    names = {_letters(name) for name in site_names}
    headings = [heading for heading in headings if _letters(heading) not in names and len(heading) > 3]
    claims = [_without_site(claim, names, headings) for claim in (social, headline, element) if claim]
    for heading in headings:
        if any(_letters(claim).startswith(_letters(heading)) for claim in claims):
            return heading
    if claims and headings and _shared(headings[0], claims) >= (_ONE_HEADING if len(headings) == 1 else _MANY_HEADINGS):
        return headings[0]
    wanted = [claim for claim in claims if _letters(claim) not in names]
    return next(iter([*wanted, *headings, *claims]), None)


def title_of_text(lines: Sequence[str]) -> str | None:
    """The first of *lines* that reads like a headline: short, a few words, no sentence, no button.

    >>> title_of_text(["×", "NATIONAL NEWS", "Sign up now!", "IBM Quits Facial Recognition, Joins Call"])
    'IBM Quits Facial Recognition, Joins Call'
    """
    for line in lines:
        if len(line) > _MAX_LINE_CHARS:
            continue
        text = " ".join(line.split())
        words = text.split()
        if not (15 <= len(text) <= 220 and len(words) <= 32) and not _short_but_dense(text):
            continue
        if len(words) < 3 and not _short_but_dense(text):
            continue
        if text[-1] in ".:;,…!" or text.endswith("...") or _NOISE.match(text.lstrip("\"'“‘[(")):
            continue
        if len(_LETTERS.findall(text)) * 2 < len(text) or (text.isupper() and len(words) < 4):
            continue
        return text.removeprefix("# ")
    return None


def _short_but_dense(text: str) -> bool:
    """Scripts without spaces say a headline in few characters."""
    return 8 <= len(text) <= 80 and sum(character > "\u2e80" for character in text) * 2 > len(text)


def _without_site(title: str, names: set[str], headings: Sequence[str]) -> str:
    """*title* without a part at either end that names the site, or that the main heading does not have."""
    spoken = {_letters(heading) for heading in headings}
    cuts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
    for start, end in cuts:
        before, after = title[:start], title[end:]
        if _letters(before) in spoken and len(before) > 3:
            return before.strip()
        if _letters(after) in spoken and len(after) > 3:
            return after.strip()
    for start, end in reversed(cuts):
        if _names_site(title[end:], names):
            return _without_site(title[:start].strip(), names, ()) if start else title
    for start, end in cuts[:1]:
        if _names_site(title[:start], names):
            return title[end:].strip()
    return title


def _names_site(part: str, names: set[str]) -> bool:
    """Whether *part* is one of *names*, or its beginning, or it with a few letters more."""
    letters = _letters(part)
    if len(letters) <= 3:
        return not letters or letters in names
    return any(
        name.startswith(letters) or (len(name) > 3 and letters.startswith(name) and len(letters) <= len(name) + 6)
        for name in names
    )


def _shared(heading: str, claims: Sequence[str]) -> float:
    """Share of the longer words of *heading* that *claims* have."""
    words = {word for word in _WORD.findall(heading.casefold()) if len(word) > 3}
    said = {word for claim in claims for word in _WORD.findall(claim.casefold())}
    return len(words & said) / len(words) if words else 0.0


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
