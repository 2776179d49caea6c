"""Numbers with their nouns, for sentences that people read."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """*number* with the noun that goes with it; the plural is *many*, or *one* with an s.

    >>> counted(1, "page"), counted(2_000, "page"), counted(0, "copy", "copies")
    ('1 page', '2,000 pages', '0 copies')
    """
    return f"{number:,} {agreeing(number, one, many)}"


def agreeing(number: int, one: str, many: str = "") -> str:
    """The word that goes with *number*: *one*, or *many*, which is *one* with an s if it is not given.

    >>> agreeing(1, "it is", "they are"), agreeing(3, "it is", "they are")
    ('it is', 'they are')
    """
    return one if number == 1 else many or f"{one}s"
