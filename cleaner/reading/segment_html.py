"""HTML into blocks whose every character knows where in the source it stands.

``scan_html`` tells text from markup and numbers both; turbohtml builds the WHATWG tree of the numbers; the walk here
says which text runs share a block; ``visible_text`` makes what a reader sees of each block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
_ITEMS = frozenset({"li", "dt", "dd"})
_LISTS = frozenset({"ul", "ol", "menu", "dl"})
_CELLS = frozenset({"td", "th"})
_BLANK, _BREAK = -1, -2
_RULES: dict[int, tuple[Reason, str]] = {_BLANK: ("whitespace", "whitespace"), _BREAK: ("markup", "tag")}
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


class _Walk:
    """What the tree says: which leaf each text run is in, and the elements."""

    def __init__(self, texts: int) -> None:
        self.leaves: list[_Leaf] = []
        self.leaf_of_text = [-1] * texts
        self.linked = [False] * texts
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.numbers: list[int] = []
        """Of the elements' start tags; -1 for elements the parser implied."""
        self._open: list[int] = []
        self._blocks = [-1]
        self._roles: list[tuple[Role, int]] = [("paragraph", 0)]
        self._rows = [-1]
        self._lists = self._links = self._unrendered = 0
        self._leaf = -1
        self._is_fresh_item = False

    def text(self, number: int) -> None:
        """Text run *number* stands here."""
        if self._unrendered:
            return
        if self._leaf < 0:
            element = self._blocks[-1]
            role, level = self._roles[-1]
            if role == "item" and not self._is_fresh_item:
                # The first block of a list item is the item; what follows in it is text of its own.
                role, level = "paragraph", 0
            self._is_fresh_item = False
            self._leaf = len(self.leaves)
            is_cell = element >= 0 and self.tags[element] in _CELLS
            self.leaves.append(_Leaf(element, role, level, self._rows[-1], is_cell))
        self.leaf_of_text[number] = self._leaf
        self.linked[number] = self._links > 0

    def start(self, tag: str, number: int) -> None:
        """An element begins."""
        if tag in _VOID:
            if tag == "hr":
                self._leaf = -1
            return
        index = len(self.tags)
        self.tags.append(tag)
        self.parents.append(self._open[-1] if self._open else -1)
        self.numbers.append(number)
        self._open.append(index)
        self._links += tag == "a"
        self._unrendered += tag in _UNRENDERED
        if tag in _INLINE:
            return
        self._leaf = -1
        self._blocks.append(index)
        if tag in _ROLES:
            self._roles.append(_role(tag, self._lists))
            self._is_fresh_item = self._is_fresh_item or tag in _ITEMS
        elif tag in _LISTS:
            self._lists += 1
        elif tag == "tr":
            self._rows.append(index)

    def end(self, tag: str) -> None:
        """The innermost open element ends; the serialised tree has an end for every start."""
        self._open.pop()
        self._links -= tag == "a"
        self._unrendered -= tag in _UNRENDERED
        if tag in _INLINE:
            return
        self._leaf = -1
        self._blocks.pop()
        if tag in _ROLES:
            self._roles.pop()
        elif tag in _LISTS:
            self._lists -= 1
        elif tag == "tr":
            self._rows.pop()


def segment_html(page: Page) -> Segmentation:
    """The blocks of an HTML page in source order, and everything else as removals."""
    text, crlf = normalise(page.source_text)
    scan = scan_html(text)
    walk = _walk_tree(scan)
    builder = _Builder(text, scan, walk)
    for run in _in_source_order(scan):
        builder.add(*run)
    builder.close()
    runs: list[Unused] = [
        *((start, end, "markup", "tag") for start, end in scan.markup),
        *((start, end, "script", "script") for start, end in scan.scripts),
        *builder.leftover,
    ]
    removals = _merge(runs)
    elements = Elements(
        tuple(walk.tags),
        tuple(walk.parents),
        tuple(scan.tags[number][0] if number >= 0 else -1 for number in walk.numbers),
        tuple(scan.tags[number][1] if number >= 0 else -1 for number in walk.numbers),
    )
    segmentation = Segmentation(tuple(builder.blocks), tuple(removals), elements, Span(0, scan.head_end or 0))
    return in_source(segmentation, page.source_text, crlf)


def _walk_tree(scan: Scan) -> _Walk:
    """Elements and text runs in tree order, each run with the leaf block it belongs to."""
    skeleton = "".join(scan.skeleton)
    tree = turbohtml.parse(skeleton, positions=False, allow_declarative_shadow_roots=False).serialize()
    walk = _Walk(len(scan.texts))
    for closing, tag, number, text_number in _EVENT.findall(tree):
        if text_number:
            walk.text(int(text_number))
        elif closing:
            walk.end(tag)
        else:
            walk.start(tag, int(number) if number else -1)
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


class _Builder:
    """Blocks out of text runs, white space and line breaks that come in source order."""

    def __init__(self, text: str, scan: Scan, walk: _Walk) -> None:
        self.blocks: list[Block] = []
        self.leftover: list[Unused] = []
        """Source characters that are in no block."""
        self._text = text
        self._references = scan.references
        self._at_reference = 0
        self._walk = walk
        self._joined = _joined_rows(walk, scan)
        self._pieces: list[Piece] = []
        self._waiting: list[tuple[int, int, int]] = []
        """White space and line breaks that count only if the block goes on behind them."""
        self._leaf = self._cell = -1

    def add(self, start: int, end: int, number: int) -> None:
        """The next run: text by its number, or a blank or a line break."""
        if number < 0:
            self._waiting.append((start, end, number))
            return
        cell = self._walk.leaf_of_text[number]
        leaf = self._joined.get(cell, cell)
        if leaf < 0:
            self.leftover.append((start, end, "markup", "unrendered"))
            return
        if leaf == self._leaf and not self._paragraph_ended():
            for begin, stop, what in self._waiting:
                self._pieces.append(Piece(begin, stop, "break" if what == _BREAK else "blank"))
            self._waiting.clear()
            if cell != self._cell:
                self._pieces.append(Piece(start, start, "cell"))
        else:
            self.close()
            self._leaf = leaf
        self._cell = cell
        self._add_text(start, end, self._walk.linked[number])

    def close(self) -> None:
        """Ends the block that is open."""
        if self._pieces:
            leaf = self._walk.leaves[self._leaf]
            block, unused = read_visible(self._text, self._pieces, leaf.role, leaf.level, leaf.element)
            if block is not None:
                self.blocks.append(block)
            self.leftover.extend(unused)
            self._pieces = []
        for start, end, number in self._waiting:
            self.leftover.append((start, end, *_RULES[number]))
        self._waiting.clear()

    def _paragraph_ended(self) -> bool:
        """Whether two line breaks and nothing else part what comes from what was."""
        if len(self._waiting) < 2 or self._walk.leaves[self._leaf].role == "code":
            return False
        return sum(number == _BREAK for _, _, number in self._waiting) > 1

    def _add_text(self, start: int, end: int, linked: bool) -> None:
        """A text run, cut at its character references."""
        references = self._references
        at = start
        while self._at_reference < len(references) and references[self._at_reference][0] < end:
            begin, stop, meant = references[self._at_reference]
            self._at_reference += 1
            if begin < start:
                continue  # of a run that was passed over
            if begin > at:
                self._pieces.append(Piece(at, begin, "text", "", linked))
            self._pieces.append(Piece(begin, stop, "reference", meant, linked))
            at = stop
        if at < end:
            self._pieces.append(Piece(at, end, "text", "", linked))


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
