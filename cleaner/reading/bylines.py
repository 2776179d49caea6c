"""Names of authors, and the lines that give them."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_BYLINE = re.compile(
    r"(?:(?:written|posted|published|reviewed|story|words|article|text)\s{1,2}by|by|author|von|par|por|di)"
    r"\s{0,2}[:\-–]?\s{1,2}(?P<name>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LEAD_IN = re.compile(
    r"(?:written |posted |published |text |words |story )?(?:by|von|par|por)\s{0,2}:?|author\s{0,2}:?", re.IGNORECASE
)
_END = re.compile(
    r"\s{0,3}(?:[|•·●›»/(\[]|\d|\b(?:on|in|at|for|published|posted|updated|last|is an?)\b|[–—]|\s-\s|\n"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)",
    re.IGNORECASE,
)
_MARKING_ATTRIBUTE = re.compile(
    r"\s(?:(?:rel|itemprop)=[\"']?author\b|class=[\"']?[^\"'<>]{0,300}(?:byline|author))", re.IGNORECASE
)
_NOT_A_NAME = re.compile(
    r"comment|author[-_]{0,2}(?:bio|box|card|desc|im|avatar|photo|pic|role|title|about)", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MAX_BYLINE_CHARS = 120
_MAX_NAME_CHARS = 80
_MAX_NAME_WORDS = 12
_MAX_FOUND = 4
_TAG_CHARS = 600
_MARKED_CHARS = 1500
_NOBODY = frozenset(
    {"admin", "administrator", "author", "authors", "editor", "guest", "none", "null", "staff", "undefined", "unknown",
     "user", "webmaster"}
)  # fmt: skip
_CALENDAR = re.compile(
    r"(?:\W*\b(?:(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?|jan|january|feb|february|mar|march|apr|jul"
    r"|july|aug|sept?|september|oct|october|nov|november|dec|december)\b)+\W*",
    re.IGNORECASE,
)
"""Days and months, which stand beside a name. April, May and June are names as well."""
_PARTICLES = frozenset(
    {"and", "de", "la", "van", "der", "den", "von", "bin", "al", "del", "da", "di", "du", "el", "le", "ten", "ter", "&",
     "y", "und", "et"}
)  # fmt: skip


def byline_in(line: str) -> str | None:
    """The name in a line that is a byline.

    >>> byline_in("By Jane Doe | June 9, 2020"), byline_in("By the river we sat down"), byline_in("Standby")
    ('Jane Doe', None, None)
    """
    line = line.strip()
    if len(line) > _MAX_BYLINE_CHARS:
        return None
    match = _BYLINE.match(line)
    if match is None:
        return None
    name = match["name"]
    end = _END.search(name)
    name = name[: end.start()] if end else name
    name = name.strip(" ,;:.-–\t")
    words = name.replace(",", " ").split()
    if not words or len(words) > 8 or not all(_may_be_in_a_name(word) for word in words) or not words[0][0].isupper():
        return None
    return None if _CALENDAR.fullmatch(name) else name


MARKS = ("uthor", "byline")
"""In the attributes that mark elements as an author's."""


def marked_authors(source_text: str, marks: Sequence[int]) -> list[str]:
    """The lines in HTML elements that are marked as an author's, the first few of the page.

    >>> marked_authors('<p class="byline"><span>By</span> <a href="/jd">Jane Doe</a></p>', [10])
    ['Jane Doe']

    Args:
        source_text: of the page.
        marks: where it has one of the marks, sorted.
    """
    found: list[str] = []
    done = 0
    for at in marks:
        begin = source_text.rfind("<", max(at - _TAG_CHARS, 0), at)
        end = source_text.find(">", at, at + _TAG_CHARS) + 1
        if begin < done or not end:
            continue
        tag = source_text[begin:end]
        if _NOT_A_NAME.search(tag) or not _MARKING_ATTRIBUTE.search(tag):
            continue
        done = end
        runs = _TAG.split(source_text[end : end + _MARKED_CHARS])
        lines = (" ".join(html.unescape(run).split()) for run in runs[:-1])
        line = next((line for line in lines if line and not _LEAD_IN.fullmatch(line)), None)
        name = None if line is None else byline_in(line) or byline_in(f"By {line}")
        if name is not None:
            found.append(name)
            if len(found) == _MAX_FOUND:
                break
    return found


def is_lead_in(line: str) -> bool:
    """Whether *line* is a "By" whose name stands in the next one."""
    return len(line) <= 16 and _LEAD_IN.fullmatch(line.strip()) is not None


def author_name(value: str | None) -> str | None:
    """*value* as a name: without "By", on one line; None for addresses, accounts and placeholders.

    >>> author_name("by  Jane Doe"), author_name("https://a.example/jane"), author_name("admin")
    ('Jane Doe', None, None)
    """
    if value is None or len(value) > 400:
        return None
    name = " ".join(html.unescape(value).split())
    name = re.sub(r"^(?:written |posted )?by:? ", "", name, flags=re.IGNORECASE)
    name = name.strip(" ,;:|-–")
    if not name or len(name) > _MAX_NAME_CHARS or len(name.split()) > _MAX_NAME_WORDS:
        return None
    if any(mark in name for mark in ("://", "www.", "@", "{", "<")) or name.isdigit() or name.lower() in _NOBODY:
        return None
    return name


def _may_be_in_a_name(word: str) -> bool:
    return word[0].isupper() or word.lower() in _PARTICLES
