"""HTML into blocks whose every character knows where in the source it stands.

``scan_html`` tells text from markup and numbers both; turbohtml builds the WHATWG tree of the numbers; the walk here
says which text runs share a block; ``visible_text`` makes what a reader sees of each block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import turbohtml

from cleaner.model import Block, Elements, Page, Reason, Removal, Role, Segmentation, Span
from cleaner.reading.newlines import in_source, normalise
from cleaner.reading.scan_html import TEXT_MARK, Scan, scan_html
from cleaner.reading.visible_text import Piece, Unused, read_visible

_EVENT = re.compile(rf'<(/?)([^\s/>]+)(?: (\d+)="")?[^>]*>|{TEXT_MARK}(\d+);')
_VOID = frozenset({"br", "hr", "input", "keygen", "frame", "bgsound", "basefont", "param"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "bdi",
        "bdo",
        "button-text",
        "cite",
        "data",
        "del",
        "dfn",
        "ins",
        "kbd",
        "label",
        "mark",
        "meter",
        "output",
        "picture",
        "progress",
        "q",
        "rb",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "samp",
        "span",
        "sub",
        "sup",
        "time",
        "var",
        "html",
    ]
)
_ROLES: dict[str, Role] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("pre", "xmp", "listing", "plaintext"), "code"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys(("button", "select", "option", "optgroup", "textarea", "legend", "datalist"), "control"),
    "blockquote": "quote",
    "td": "paragraph",
    "th": "paragraph",
}
_UNRENDERED = frozenset({"template", "svg", "math"})
_CELLS = frozenset({"td", "th"})
_MAX_CELL_CHARS = 300
"""A row is one block if its cells are this short and hold no blocks of their own: data, not layout."""


@dataclass(slots=True)
class _Leaf:
    """A block while the walk goes through it: where it hangs in the tree."""

    element: int
    role: Role
    level: int
    row: int = -1
    """The table row around it."""
    direct: bool = False
    """Its text stands right in a table cell."""


@dataclass(slots=True)
class _Walk:
    """What the tree says: which leaf each text run is in, and the elements."""

    leaves: list[_Leaf] = field(default_factory=list)
    leaf_of_text: list[int] = field(default_factory=list)
    linked: list[bool] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def segment_html(page: Page) -> Segmentation:
    """The blocks of an HTML page in source order, and everything else as removals."""
    text, crlf = normalise(page.source_text)
    scan = scan_html(text)
    walk = _walk_tree(scan)
    blocks, leftover = _blocks(text, scan, walk, _joined_rows(walk, scan))
    runs: list[Unused] = [
        *((start, end, "markup", "tag") for start, end in scan.markup),
        *((start, end, "script", "script") for start, end in scan.scripts),
        *leftover,
    ]
    removals = _merge(runs)
    elements = Elements(
        tuple(walk.tags),
        tuple(walk.parents),
        tuple(scan.tags[number][0] if number >= 0 else -1 for number in walk.numbers),
        tuple(scan.tags[number][1] if number >= 0 else -1 for number in walk.numbers),
    )
    segmentation = Segmentation(tuple(blocks), tuple(removals), elements, Span(0, scan.head_end or 0))
    return in_source(segmentation, page.source_text, crlf)


def _walk_tree(scan: Scan) -> _Walk:
    """Elements and text runs in tree order, each run with the leaf block it belongs to."""
    document = turbohtml.parse(
        "".join(scan.skeleton), positions=False, allow_declarative_shadow_roots=False
    ).serialize()
    walk = _Walk(leaf_of_text=[-1] * len(scan.texts), linked=[False] * len(scan.texts))
    tags, parents, numbers = walk.tags, walk.parents, walk.numbers
    stack: list[int] = []  # open elements
    block_stack: list[int] = [-1]  # open block-level elements
    role_stack: list[tuple[Role, int]] = [("paragraph", 0)]
    row_stack: list[int] = [-1]
    lists = links = unrendered = 0
    leaf = -1
    fresh_item = False
    for closing, tag, number, text_number in _EVENT.findall(document):
        if text_number:
            if unrendered:
                continue
            if leaf < 0:
                element = block_stack[-1]
                role, level = role_stack[-1]
                if role == "item" and not fresh_item:
                    # The first block of a list item is the item; what follows in it is text of its own.
                    role, level = "paragraph", 0
                fresh_item = False
                parent_tag = tags[element] if element >= 0 else ""
                leaf = len(walk.leaves)
                walk.leaves.append(_Leaf(element, role, level, row_stack[-1], parent_tag in _CELLS))
            at = int(text_number)
            walk.leaf_of_text[at] = leaf
            walk.linked[at] = links > 0
            continue
        if not closing:
            if tag not in _VOID:
                index = len(tags)
                parents.append(stack[-1] if stack else -1)
                tags.append(tag)
                numbers.append(int(number) if number else -1)
                stack.append(index)
                if tag == "a":
                    links += 1
                if tag in _UNRENDERED:
                    unrendered += 1
                if tag in _INLINE:
                    continue
                block_stack.append(index)
                if tag in _ROLES:
                    role_stack.append(_role(tag, lists))
                    fresh_item = fresh_item or tag in {"li", "dt", "dd"}
                elif tag in {"ul", "ol", "menu", "dl"}:
                    lists += 1
                elif tag == "tr":
                    row_stack.append(index)
            elif tag != "hr":
                continue
            leaf = -1
        elif stack:
            index = stack.pop()
            if tag == "a":
                links -= 1
            if tag in _UNRENDERED:
                unrendered -= 1
            if tag in _INLINE:
                continue
            block_stack.pop()
            if tag in _ROLES:
                role_stack.pop()
            elif tag in {"ul", "ol", "menu", "dl"}:
                lists -= 1
            elif tag == "tr":
                row_stack.pop()
            leaf = -1
    return walk


def _role(tag: str, lists: int) -> tuple[Role, int]:
    """What a block inside *tag* is, and its level."""
    role = _ROLES[tag]
    if role == "heading":
        return role, int(tag[1])
    return role, max(lists, 1) if role == "item" else 0


def _joined_rows(walk: _Walk, scan: Scan) -> dict[int, int]:
    """Leaf by leaf, the first cell of its row, for rows whose cells are short and hold nothing but text."""
    size: dict[int, int] = {}
    for (start, end), leaf in zip(scan.texts, walk.leaf_of_text, strict=True):
        if leaf >= 0:
            size[leaf] = size.get(leaf, 0) + end - start
    rows: dict[int, list[int]] = {}
    layout = set()
    for index, cell in enumerate(walk.leaves):
        if cell.row >= 0:
            rows.setdefault(cell.row, []).append(index)
            if not cell.direct or size.get(index, 0) > _MAX_CELL_CHARS:
                layout.add(cell.row)
    joined: dict[int, int] = {}
    for row, members in rows.items():
        if row not in layout:
            first = walk.leaves[members[0]]
            first.role, first.level = "row", 0
            joined.update(dict.fromkeys(members, members[0]))
    return joined


def _blocks(text: str, scan: Scan, walk: _Walk, joined: dict[int, int]) -> tuple[list[Block], list[Unused]]:
    """Blocks in source order, and the runs of text that no block took."""
    blocks: list[Block] = []
    leftover: list[Unused] = []
    pieces: list[Piece] = []
    waiting: list[
        tuple[int, int, int]
    ] = []  # white space and line breaks that count only if the block goes on behind them
    open_leaf = open_cell = -1
    at_reference = 0

    def close() -> None:
        nonlocal pieces
        if pieces:
            leaf = walk.leaves[open_leaf]
            block, unused = read_visible(text, pieces, leaf.role, leaf.level, leaf.element)
            if block is not None:
                blocks.append(block)
            leftover.extend(unused)
            pieces = []

    def drop_waiting() -> None:
        for start, end, number in waiting:
            leftover.append((start, end, "markup" if number == _BREAK else "whitespace", _RULES[number]))
        waiting.clear()

    for start, end, number in _in_source_order(scan):
        if number < 0:
            waiting.append((start, end, number))
            continue
        cell = walk.leaf_of_text[number]
        leaf = joined.get(cell, cell)
        if leaf < 0:
            leftover.append((start, end, "markup", "unrendered"))
            continue
        if leaf != open_leaf or (_is_paragraph_end(waiting) and walk.leaves[leaf].role != "code"):
            close()
            drop_waiting()
            open_leaf = leaf
        else:
            for begin, stop, what in waiting:
                pieces.append(Piece(begin, stop, "break" if what == _BREAK else "blank"))
            waiting.clear()
            if cell != open_cell:
                pieces.append(Piece(start, start, "cell"))
        open_cell = cell
        linked = walk.linked[number]
        at = start
        while at_reference < len(scan.references) and scan.references[at_reference][0] < start:
            at_reference += 1  # of blank runs
        while at_reference < len(scan.references) and scan.references[at_reference][0] < end:
            begin, stop, meant = scan.references[at_reference]
            at_reference += 1
            if begin > at:
                pieces.append(Piece(at, begin, "text", "", linked))
            pieces.append(Piece(begin, stop, "reference", meant, linked))
            at = stop
        if at < end:
            pieces.append(Piece(at, end, "text", "", linked))
    close()
    drop_waiting()
    return blocks, leftover


_BLANK, _BREAK = -1, -2
_RULES = {_BLANK: "whitespace", _BREAK: "tag"}


def _is_paragraph_end(waiting: list[tuple[int, int, int]]) -> bool:
    """Whether two line breaks and nothing else part what comes from what was."""
    return len(waiting) > 1 and sum(number == _BREAK for _, _, number in waiting) > 1


def _in_source_order(scan: Scan) -> list[tuple[int, int, int]]:
    """Text runs (with their number), blanks and line breaks by position."""
    items = [(start, end, number) for number, (start, end) in enumerate(scan.texts)]
    items.extend((start, end, _BLANK) for start, end in scan.blanks)
    items.extend((start, scan.tags[number][1], _BREAK) for start, number in scan.breaks.items())
    items.sort()
    return items


def _merge(runs: list[Unused]) -> list[Removal]:
    """*runs* as removals in source order; tags and the white space between them become one."""
    runs.sort()
    merged: list[Removal] = []
    start = end = -1
    reason: Reason = "markup"
    rule = ""
    for begin, stop, why, which in runs:
        blends = (
            why == reason
            or (why == "whitespace" and reason == "markup")
            or (why == "markup" and reason == "whitespace" and which == "tag")
        )
        if begin == end and blends and (which == rule or "whitespace" in (which, rule)):
            end = stop
            if reason == "whitespace":
                reason, rule = why, which
            continue
        if end > start:
            merged.append(Removal(start, end, reason, rule))
        start, end, reason, rule = begin, stop, why, which
    if end > start:
        merged.append(Removal(start, end, reason, rule))
    return merged
