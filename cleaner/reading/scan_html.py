"""One linear pass over HTML source: which characters are text, and a skeleton of the markup around them.

The skeleton is the page with every text run replaced by its number and every tag stripped to its name and number.
Parsed by turbohtml it gives the WHATWG tree in which each text and each element says by itself where in the source it
stands: spans are exact by construction, nothing has to be aligned, and what the parser drops is known by its absence.
Attributes never reach the tree builder, so hostile ones cost nothing there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import turbohtml

TEXT_MARK = "\ue000"
"""Begins a text run's number in the skeleton; the source's own characters never get there."""

# Pure formatting never shapes blocks, and left unclosed by the thousand it would be rebuilt in every paragraph.
_FORMATTING = frozenset(
    [
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
        "img",
        "wbr",
        "meta",
        "link",
        "base",
        "source",
        "track",
        "area",
        "param",
        "embed",
        "col",
        "path",
    ]
)
_UNSEEN_RAW = frozenset({"script", "style", "iframe", "noembed"})
_FALLBACK_RAW = frozenset({"noscript", "noframes"})
_INNER_FALLBACK = re.compile("(</?no)[sf](cript|rames)", re.IGNORECASE)
_NOT_BLANK = re.compile(r"\S")

_Type = turbohtml.TokenType
TEXT, START, END, DOCTYPE, REFERENCE = (
    _Type.TEXT, _Type.START_TAG, _Type.END_TAG, _Type.DOCTYPE, _Type.CHARACTER_REFERENCE
)  # fmt: skip


@dataclass(slots=True)
class Scan:
    """A page's source as runs, in source order; offsets count newline-normalised text."""

    skeleton: list[str] = field(default_factory=list)
    texts: list[tuple[int, int]] = field(default_factory=list)
    """Text runs that hold more than white space; the skeleton numbers them."""
    references: list[tuple[int, int, str]] = field(default_factory=list)
    """Character references with what they mean, inside text runs."""
    blanks: list[tuple[int, int]] = field(default_factory=list)
    """Text runs of white space alone."""
    tags: list[tuple[int, int]] = field(default_factory=list)
    """Start tags that the skeleton numbers."""
    breaks: dict[int, int] = field(default_factory=dict)
    """``<br>``: number of the tag by its position."""
    markup: list[tuple[int, int]] = field(default_factory=list)
    scripts: list[tuple[int, int]] = field(default_factory=list)
    title: tuple[int, int] | None = None
    head_end: int | None = None


def scan_html(text: str) -> Scan:
    r"""The runs and the skeleton of *text*, whose line ends must be ``\n`` alone."""
    scanner = _Scanner()
    scanner.read(text, 0)
    return scanner.scan


class _Scanner:
    """Reads tokens into a ``Scan``."""

    def __init__(self) -> None:
        self.scan = Scan()
        self._raw = ""
        """Name of the raw text element that is open."""
        self._run = -1
        """Where the text run that is open begins: text and character references that follow each other."""

    def read(self, text: str, base: int) -> None:
        """Reads *text*, which stands at *base*."""
        # The tokenizer passes over `</>` in silence; an empty comment of the same length means the same, and is told.
        text = text.replace("</>", "<!>")
        tokens = list(turbohtml.tokenize(text, resolve_references=False, capture_source=True, capture_attributes=False))
        kinds = [token.type for token in tokens]
        pairs = zip(kinds, tokens, strict=True)
        parts = [token.data or "" if kind is TEXT else token.source or "" for kind, token in pairs]
        bounds = _positions(text, parts, base)
        for kind, token, (begin, end) in zip(kinds, tokens, bounds, strict=True):
            if kind is TEXT or kind is REFERENCE:
                if not self._raw:
                    if self._run < 0:
                        self._run = begin
                    if kind is REFERENCE:
                        self.scan.references.append((begin, end, token.data or ""))
                else:
                    self._raw_text(text[begin - base : end - base], begin, end)
                continue
            if self._run >= 0:
                self._close_run(text, begin, base)
            self._raw = ""
            if kind is START:
                self._start_tag(token, begin, end)
            elif kind is END:
                self._end_tag(token.tag or "", begin, end)
            else:
                if kind is DOCTYPE and not self.scan.tags:
                    self.scan.skeleton.append(token.source or "")
                self.scan.markup.append((begin, end))
        reached = bounds[-1][1] if bounds else base
        if self._run >= 0:
            self._close_run(text, reached, base)
        if reached < base + len(text):  # a tag that the end of the page cuts off
            self.scan.markup.append((reached, base + len(text)))

    def _raw_text(self, part: str, begin: int, end: int) -> None:
        """The content of an element whose tags mean nothing inside."""
        scan = self.scan
        if self._raw == "title":
            scan.markup.append((begin, end))
            if scan.title is None or scan.title[1] == begin:
                scan.title = (scan.title[0] if scan.title else begin, end)
        elif self._raw in _UNSEEN_RAW:
            scan.scripts.append((begin, end))
        elif _NOT_BLANK.search(part):
            # Content for readers without scripts, such as us. One inside another is an element like any other.
            self._raw = ""
            self.read(_INNER_FALLBACK.sub(r"\1x\2", part), begin)
        else:
            scan.blanks.append((begin, end))

    def _start_tag(self, token: turbohtml.Token, begin: int, end: int) -> None:
        scan = self.scan
        tag = token.tag or ""
        if tag in _UNSEEN_RAW:
            scan.scripts.append((begin, end))
            self._raw = tag
            return
        if tag == "br":
            scan.breaks[begin] = len(scan.tags)
        else:
            scan.markup.append((begin, end))
        if tag in _FORMATTING:
            return
        if tag == "title":
            self._raw = tag
            return
        if tag in _FALLBACK_RAW:
            self._raw = tag
        elif tag == "body" and scan.head_end is None:
            scan.head_end = begin
        # A plaintext element could not be closed again in the skeleton.
        name = "pre" if tag == "plaintext" else tag
        scan.skeleton.append(f"<{name} {len(scan.tags)}{'/' if token.self_closing else ''}>")
        scan.tags.append((begin, end))

    def _end_tag(self, tag: str, begin: int, end: int) -> None:
        scan = self.scan
        if tag in _UNSEEN_RAW:
            scan.scripts.append((begin, end))
            return
        scan.markup.append((begin, end))
        if tag not in _FORMATTING and tag != "title":
            scan.skeleton.append(f"</{tag}>")
            if tag == "head" and scan.head_end is None:
                scan.head_end = end

    def _close_run(self, text: str, end: int, base: int) -> None:
        """Notes the text run that ends at *end*: blank or numbered."""
        begin, self._run = self._run, -1
        if _is_blank(text, begin, end, base, self.scan.references):
            self.scan.blanks.append((begin, end))
        else:
            self.scan.skeleton.append(f"{TEXT_MARK}{len(self.scan.texts)};")
            self.scan.texts.append((begin, end))


def _is_blank(text: str, begin: int, end: int, base: int, references: list[tuple[int, int, str]]) -> bool:
    """Whether ``[begin, end)``, at whose end *references* end, shows nothing but white space."""
    at = len(references)
    while at and references[at - 1][0] >= begin:
        at -= 1
    if at == len(references):
        return not _NOT_BLANK.search(text, begin - base, end - base)
    inside = references[at:]
    return not _NOT_BLANK.search("".join(meant for _, _, meant in inside) + _without(text, begin, end, base, inside))


def _without(text: str, begin: int, end: int, base: int, references: list[tuple[int, int, str]]) -> str:
    """``[begin, end)`` without its character references."""
    out = []
    for start, stop, _ in references:
        out.append(text[begin - base : start - base])
        begin = stop
    return "".join(out) + text[begin - base : end - base]


def _positions(text: str, parts: list[str], base: int) -> list[tuple[int, int]]:
    """Where each of *parts* stands, counted from *base*; they follow each other without a gap.

    Raises:
        ValueError: the tokenizer did not report what it read, to the letter.
    """
    read = "".join(parts)
    if not text.startswith(read) and not text.replace("\0", "\ufffd").startswith(read.replace("\0", "\ufffd")):
        raise ValueError("the tokenizer's tokens are not the page's characters")
    ends = list(accumulate(map(len, parts), initial=base))
    return list(pairwise(ends))
