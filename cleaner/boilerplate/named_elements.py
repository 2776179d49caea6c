"""Parts of a page that its author named: which blocks stand in an element with such a start tag."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from cleaner.boilerplate.class_tokens import MAX_TAG_CHARS
from cleaner.boilerplate.needed_text import Texts
from cleaner.model import Block, Elements

CONTAINERS = frozenset(
    {"div", "section", "aside", "dialog", "form", "article", "footer", "ol", "ul", "li", "dl", "table"}
)
_LEAST_TAG = len("<p id=ab>")
"""A shorter start tag names nothing."""

_NOT_ONES = (
    r"(?!(?:list|has|no|with|without|show|hide|enable|allow|open|recent|latest|js|num|count"
    r"|is|category|tag|topic|term|tax|type)[-_])"
)


def names_itself(word: str, parts: str, least: int = 0, attributes: str = "class|id") -> str:
    """An expression for start tags that name their element *word*, with at *least* so many of the *parts* behind it."""
    name = rf"{_NOT_ONES}(?:[a-z0-9]{{1,15}}[-_]{{1,2}})?(?:{word})(?:[-_]*(?:{parts}|\d{{1,12}})){{{least},4}}"
    return rf"""[\s"'](?:{attributes})\s?=\s?["']?(?:[^"'<>=]{{0,300}}?\s)??{name}(?=[\s"'>])"""


def outermost_named(
    source: str,
    elements: Elements,
    blocks: Sequence[Block],
    is_named: Callable[[str], bool],
    keys: Texts | None = None,
    besides: Callable[[], Collection[int]] = tuple,
) -> dict[int, list[int]]:
    """By row of the outermost container whose start tag *is_named*, the places of the *blocks* inside it.

    One of the *keys* is in every such tag in lower case. Rows *besides* these do not count; they are only asked for
    where there are any.
    """
    tags, parents, starts, ends = elements.tags, elements.parents, elements.starts, elements.ends
    around: set[int] = set()
    for block in blocks:
        row = block.element
        while row >= 0 and row not in around:
            around.add(row)
            row = parents[row]
    start_tags = {
        row: source[starts[row] : min(ends[row], starts[row] + MAX_TAG_CHARS)]
        for row in around
        if tags[row] in CONTAINERS and ends[row] - starts[row] >= _LEAST_TAG
    }
    if keys is not None and not keys.places_in("\n".join(start_tags.values()).lower()):
        return {}  # most pages, for the price of one look
    named = {
        row
        for row, start_tag in start_tags.items()
        if (keys is None or keys.places_in(start_tag.lower())) and is_named(start_tag)
    }
    if named:
        named.difference_update(besides())
    if not named:
        return {}
    found: dict[int, list[int]] = {}
    outermost = {-1: -1}
    for row in sorted(around):  # parents first
        outer = outermost[parents[row]]
        outermost[row] = row if outer < 0 and row in named else outer
    for at, block in enumerate(blocks):
        if outermost[block.element] >= 0:
            found.setdefault(outermost[block.element], []).append(at)
    return found


def rows_above(elements: Elements, row: int) -> list[int]:
    """*row* and the rows of all elements around it, from the inside out."""
    rows = []
    while row >= 0:
        rows.append(row)
        row = elements.parents[row]
    return rows
