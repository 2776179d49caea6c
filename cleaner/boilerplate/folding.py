"""Lines as phrases are looked for in them."""

from __future__ import annotations

from cleaner import compiled


def folded(line: str) -> str:
    r"""*line* in lower case, with single spaces between its words and straight apostrophes.

    >>> folded(" Don’t  miss\nTHIS ")
    "don't miss this"
    """
    if compiled.native is not None:
        return compiled.native.folded(line)
    return " ".join(line.split()).lower().replace("’", "'")
