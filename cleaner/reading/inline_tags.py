"""Tags that stand inside a line: what is before and after one may be one word."""

from __future__ import annotations

INLINE_TAGS = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong
    sub sup time tt u var wbr
    """.split()  # noqa: SIM905 - words in a row are easier to read and extend
)
