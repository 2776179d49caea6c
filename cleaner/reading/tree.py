"""What the parsed skeleton of a page says: the elements, and which block each text is part of."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import turbohtml

from cleaner import compiled
from cleaner.model import Role
from cleaner.reading.scan_html import TEXT_MARK

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
_VOID = frozenset({"br", "hr", "img", "input", "keygen", "frame", "bgsound", "basefont", "param"})
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
_ITEMS = frozenset({"li", "dt", "dd"})
_LISTS = frozenset({"ul", "ol", "menu", "dl"})
_CELLS = frozenset({"td", "th"})
_UNRENDERED = frozenset({"template", "svg", "math"})
_HTML_IN_SVG = "foreignObject"
_HIDDEN, _PICTURE, _SHOWN = range(3)
_Kind = Literal["void", "inline", "link", "setting", "block"]
_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(_VOID, "void"),
    **dict.fromkeys(_INLINE, "inline"),
    **dict.fromkeys(_ROLES.keys() | _LISTS | _UNRENDERED | {"tr", _HTML_IN_SVG}, "setting"),
    "a": "link",
    "p": "block",
}
"""What elements do to the text inside; all others are blocks and no more."""
_VOID_ENDS = frozenset(f"/{tag}" for tag in _VOID)
"""Elements of SVG that go by these names have an end tag."""
ROLES: tuple[Role, ...] = ("paragraph", "heading", "item", "code", "caption", "control", "quote", "row")
"""In the order of ``native/tree.c``, which knows the first three, and ``native/blocks.c``, which knows code."""


def _compiled_kind(tag: str) -> tuple[int, int, int]:
    """What the compiled walk is told of *tag*: what it does, a role, and a heading's level or a mark."""
    if tag in _LISTS:
        return 4, 0, 0
    if tag == "tr":
        return 5, 0, 0
    if tag in _UNRENDERED:
        return 6, 0, int(tag == "svg")
    if tag == _HTML_IN_SVG:
        return 7, 0, 0
    if tag in _ROLES:
        level = int(tag[1]) if _ROLES[tag] == "heading" else -1 if tag in _CELLS else 0
        return 8, ROLES.index(_ROLES[tag]), level
    return ("block", "void", "inline", "link").index(_KINDS[tag]), 0, int(tag in ("hr", "p"))


_COMPILED_KINDS = {tag: _compiled_kind(tag) for tag in _KINDS}
_BETWEEN_MARKS = f";{TEXT_MARK}"
_RAW_CONTENT = re.compile("(<noframes(?: [^<>]*+)?>)([^<]*+(?:<(?!/noframes>)[^<]*+)*+)")
_SPILT = re.compile("&lt;[^&]*+(?:&(?!gt;)[^&]*+)*+(?:&gt;)?")
"""Tags as text."""


class Setting(NamedTuple):
    """What the elements around a text make of it."""

    role: Role = "paragraph"
    level: int = 0
    row: int = -1
    """The table row around it."""
    lists: int = 0
    visibility: int = _SHOWN
    """Text is shown but in SVG, where HTML is shown again, and in what is hidden, all of it."""

    def inside(self, tag: str, element: int) -> Setting:
        """The setting in *element*, a *tag* that changes it."""
        role, level, row, lists, visibility = self
        if tag in _LISTS:
            lists += 1
        elif tag == "tr":
            row = element
        elif tag in _UNRENDERED:
            visibility = min(visibility, _PICTURE) if tag == "svg" else _HIDDEN
        elif tag == _HTML_IN_SVG:
            visibility = _SHOWN if visibility == _PICTURE else visibility
        else:
            role = _ROLES[tag]
            level = int(tag[1]) if role == "heading" else max(lists, 1) if role == "item" else 0
        return Setting(role, level, row, lists, visibility)


_Place: TypeAlias = tuple[int, Setting, bool]
"""Where the walk stands: innermost block, setting, whether in a link."""
_OUTSIDE: _Place = (-1, Setting(), False)


def _numbers(given: bytes = b"") -> array[int]:
    return array("q", given)


@dataclass(slots=True)
class Leaves:
    """Blocks before their texts are read: where they hang in the tree."""

    elements: array[int] = field(default_factory=_numbers)
    roles: array[int] = field(default_factory=_numbers)
    """Places in ``ROLES``."""
    levels: array[int] = field(default_factory=_numbers)
    rows: array[int] = field(default_factory=_numbers)
    """The table row around each; -1 without."""
    are_cells: array[int] = field(default_factory=_numbers)
    """Whether the text stands right in a table cell."""


@dataclass(slots=True)
class Tree:
    """Elements in tree order, and the leaf of each text."""

    leaf_of_text: array[int]
    """-1 for text that is not rendered."""
    is_linked: bytearray
    """By text."""
    leaves: Leaves = field(default_factory=Leaves)
    tags: list[str] = field(default_factory=list)
    parents: array[int] = field(default_factory=_numbers)
    runs: array[int] = field(default_factory=_numbers)
    """The elements' start tags; -1 for elements that the parser implied."""

    def add_leaf(self, place: _Place, is_fresh_item: bool) -> int:
        """A new leaf at *place*."""
        block, setting, _ = place
        role, level = setting.role, setting.level
        if role == "item" and not is_fresh_item:
            # The first block of a list item is the item; what follows in it is text of its own.
            role, level = "paragraph", 0
        leaves = self.leaves
        leaves.elements.append(block)
        leaves.roles.append(ROLES.index(role))
        leaves.levels.append(level)
        leaves.rows.append(setting.row)
        leaves.are_cells.append(block >= 0 and self.tags[block] in _CELLS)
        return len(leaves.elements) - 1

    def add_texts(self, marks: str, leaf: int, place: _Place) -> None:
        """Puts the texts that *marks* number into *leaf*."""
        for mark in marks[1:-1].split(_BETWEEN_MARKS):
            text = int(mark)
            self.leaf_of_text[text] = leaf
            self.is_linked[text] = place[2]


def read_tree(skeleton: str, texts: int) -> Tree:
    """The tree of *skeleton*, which numbers that many *texts*."""
    markup = _parsed(skeleton)
    if compiled.native is None:
        return _walked(markup, texts)
    leaf_of_text, is_linked, tags, *columns = compiled.native.walk(markup, texts, _COMPILED_KINDS)
    parents, runs, *leaves = map(_numbers, columns)
    return Tree(_numbers(leaf_of_text), bytearray(is_linked), Leaves(*leaves), tags, parents, runs)


def _walked(markup: str, texts: int) -> Tree:
    """The tree that *markup* says."""
    tree = Tree(array("q", [-1]) * texts, bytearray(texts))
    tags, parents, runs = tree.tags, tree.parents, tree.runs
    place = _OUTSIDE
    places: list[_Place] = []  # by element
    element = leaf = -1
    is_fresh_item = False
    for part in markup.split(">")[:-1]:
        marks, _, tag = part.partition("<")
        if marks and place[1].visibility == _SHOWN:
            if leaf < 0:
                leaf = tree.add_leaf(place, is_fresh_item)
                is_fresh_item = False
            tree.add_texts(marks, leaf, place)
        if tag[0] == "/":
            if tag not in _VOID_ENDS:
                element = parents[element]
                if places[element][0] != place[0]:
                    leaf = -1
                place = places[element]
            continue
        name, _, number = tag.partition(" ")
        kind = _KINDS.get(name, "block")
        if kind == "void":
            if name == "hr":
                leaf = -1
            continue
        parents.append(element)
        element = len(tags)
        tags.append(name)
        runs.append(int(number.partition("=")[0]) if number else -1)
        if kind != "inline":
            block, setting, is_linked = place
            if kind == "link":
                place = (block, setting, True)
            else:
                if kind == "setting":
                    setting = setting.inside(name, element)
                    is_fresh_item = is_fresh_item or name in _ITEMS
                # In a paragraph an icon stands in the middle of a sentence: what is not shown breaks no line.
                if setting.visibility == _SHOWN or block < 0 or tags[block] != "p":
                    block, leaf = element, -1
                place = (block, setting, is_linked)
        places.append(place)
    return tree


def _parsed(skeleton: str) -> str:
    """The WHATWG tree of *skeleton* as markup: nothing but text marks and tags with numbers."""
    markup = turbohtml.parse(skeleton, positions=False, allow_declarative_shadow_roots=False).serialize()
    if "<noframes" in markup:  # whose content is not parsed unless by itself
        markup = _RAW_CONTENT.sub(_parsed_content, markup)
    if "&" in markup:  # of "&lt;", so deep inside others that its content is no longer its own
        markup = _SPILT.sub("", markup)
    if markup.startswith("<!"):
        markup = "<!DOCTYPE" + markup[markup.index(">") :]  # the page's own words, which could say anything, end here
    return markup


def _parsed_content(found: re.Match[str]) -> str:
    return found[1] + turbohtml.parse_fragment(found[2], "body", positions=False).serialize(inner=True)
