"""Strings out of the web made safe to encode, to print and to look at."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

ANEW = "it is damaged, or another version of cleaner wrote it: 'cleaner run' writes it anew"
"""What to do about a file of the output that does not read as one."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN_AS_IS = frozenset("\n\t")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def well_formed(text: str) -> str:
    r"""*text* with every lone surrogate replaced by U+FFFD, so that it has a UTF-8 form; as long as before.

    >>> well_formed("a\ud800b")
    'a�b'
    """
    return _SURROGATE.sub("\ufffd", text)


def well_formed_tree(value: object) -> object:
    """*value*, made of dicts, lists and scalars, with every string in it well-formed."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {key: well_formed_tree(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [well_formed_tree(item) for item in value]
    return value


def visible(text: str) -> str:
    r"""*text* with what a reader cannot see, or a terminal would obey, spelt out; line breaks and tabs stay.

    That is control characters (terminal escapes), bidirectional controls, zero-width characters and everything else
    that has no shape of its own.

    >>> visible("a\x1b[31mb\u202ec\u200b")
    'a[U+001B][31mb[U+202E]c[U+200B]'
    """
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        f"[U+{ord(char):04X}]"
        if char not in _SHOWN_AS_IS and unicodedata.category(char) in _HIDDEN_CATEGORIES
        else char
        for char in text
    )


def one_line(text: str, width: int | None = None) -> str:
    r"""``visible`` text on one line, runs of white space as one space, cut to *width* characters with an ellipsis.

    >>> one_line("  a long\n\ttitle ", 8)
    'a long …'
    """
    if width is not None:
        text = "".join(islice(text, 20 * width))
    line = " ".join(visible(text).split())
    return line if width is None or len(line) <= width else f"{line[: max(width - 1, 0)]}…"
