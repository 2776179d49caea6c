"""The words in the class, id and role of a start tag, which authors choose to say what an element is for."""

from __future__ import annotations

import re
from functools import lru_cache

# Names are told in upper and lower case by ASCII alone, as HTML has it.
_ATTRIBUTE = re.compile(
    r"""[\s"'/]((?ai:class|id|role|itemprop|itemtype|aria-label|aria-hidden|style|hidden))(?=[\s=>/])"""
    r"""\s*(?:=\s*("[^"]*"|'[^']*'|[^\s>]*))?"""
)
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
_INVISIBLE = re.compile(r"(?ai:display)\s*:\s*(?ai:none)|(?ai:visibility)\s*:\s*(?ai:hidden)")
MAX_TAG_CHARS = 4_000
MAX_VALUE_CHARS = 300
MAX_TOKENS = 24


@lru_cache(maxsize=20_000)
def tokens_of(value: str) -> tuple[str, ...]:
    """The distinct words of a class attribute, in order, lower case; digits part them and count for nothing.

    >>> tokens_of("post-body js-articleText col-md-8")
    ('post', 'body', 'js', 'article', 'text', 'col', 'md')
    """
    found = [part.lower() for part in _PART.findall(value[:MAX_VALUE_CHARS])]
    return tuple(dict.fromkeys(part for part in found if 2 <= len(part) <= 20))[:MAX_TOKENS]


@lru_cache(maxsize=20_000)
def read_tag(tag: str) -> tuple[str, tuple[str, ...], bool]:
    """Class, the words of all naming attributes, and whether the element is hidden, by its start tag.

    >>> read_tag('<p class="lead" id=intro hidden>')
    ('lead', ('lead', 'intro'), True)
    """
    named, other, hidden = "", "", False
    for name, value in _ATTRIBUTE.findall(tag):
        value = value.strip("\"'")
        match name.lower():
            case "class":
                named = named or value
            case "style":
                hidden = hidden or bool(_INVISIBLE.search(value))
            case "hidden":
                hidden = True
            case "aria-hidden":
                hidden = hidden or value.lower() == "true"
            case _:
                other = f"{other} {value}"
    tokens = tokens_of(named)
    if other:
        tokens = tuple(dict.fromkeys(tokens + tokens_of(other)))
    return named, tokens, hidden
