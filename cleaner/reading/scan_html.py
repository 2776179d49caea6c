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
_NOT_BLANK = re.compile(r"\S")

TEXT, START, END, COMMENT, DOCTYPE, REFERENCE = (
    int(kind)
    for kind in (
        turbohtml.TokenType.TEXT,
        turbohtml.TokenType.START_TAG,
        turbohtml.TokenType.END_TAG,
        turbohtml.TokenType.COMMENT,
        turbohtml.TokenType.DOCTYPE,
        turbohtml.TokenType.CHARACTER_REFERENCE,
    )
)


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
    """The runs and the skeleton of *text*, whose line ends must be ``\\n`` alone."""
    scan = Scan()
    _scan_into(scan, text, 0)
    return scan


def _scan_into(scan: Scan, text: str, base: int) -> None:
    """Tokens of *text*, which stands at *base*; called again for the content of ``<noscript>``."""
    # The tokenizer passes over `</>` in silence; an empty comment of the same length means the same and is reported.
    text = text.replace("</>", "<!>")
    tokens = list(turbohtml.tokenize(text, resolve_references=False, capture_source=True, capture_attributes=False))
    kinds = [int(token.type) for token in tokens]
    parts = [
        token.data or "" if kind == TEXT else token.source or "" for kind, token in zip(kinds, tokens, strict=True)
    ]
    ends = _positions(text, parts, base)
    emit = scan.skeleton.append
    run_start = -1  # of the text run that is open: text and character references that follow each other
    raw = ""  # name of the raw text element that is open
    start = base
    for kind, token, part, (begin, end) in zip(kinds, tokens, parts, ends, strict=True):
        start = end
        if kind in (TEXT, REFERENCE):
            if raw in _UNSEEN_RAW:
                scan.scripts.append((begin, end))
            elif raw in _FALLBACK_RAW:
                if _NOT_BLANK.search(part):
                    _scan_into(scan, part, begin)
                else:
                    scan.blanks.append((begin, end))
            elif raw == "title":
                scan.title = (
                    (scan.title[0], end) if scan.title and scan.title[1] == begin else scan.title or (begin, end)
                )
                scan.markup.append((begin, end))
            else:
                if kind == REFERENCE:
                    scan.references.append((begin, end, token.data or ""))
                if run_start < 0:
                    run_start = begin
            continue
        if run_start >= 0:
            _close_run(scan, text, run_start, begin, base)
            run_start = -1
        raw = ""
        if kind == START:
            raw = _start_tag(scan, token, begin, end)
        elif kind == END:
            tag = token.tag or ""
            if tag not in _FORMATTING and tag not in _UNSEEN_RAW and tag != "title":
                emit(f"</{tag}>")
            if tag == "head" and scan.head_end is None:
                scan.head_end = end
            (scan.scripts if tag in _UNSEEN_RAW else scan.markup).append((begin, end))
        else:
            if kind == DOCTYPE and not scan.tags:
                emit(part)
            scan.markup.append((begin, end))
    if run_start >= 0:
        _close_run(scan, text, run_start, start, base)
    if start < base + len(text):  # a tag that the end of the page cuts off
        scan.markup.append((start, base + len(text)))


def _start_tag(scan: Scan, token: turbohtml.Token, begin: int, end: int) -> str:
    """Notes a start tag; the name of the element if what follows is raw text, else nothing."""
    tag = token.tag or ""
    if tag in _UNSEEN_RAW:
        scan.scripts.append((begin, end))
        return tag
    if tag == "br":
        scan.breaks[begin] = len(scan.tags)
    else:
        scan.markup.append((begin, end))
    if tag in _FORMATTING:
        return ""
    if tag == "body" and scan.head_end is None:
        scan.head_end = begin
    if tag != "title":
        # A plaintext element could not be closed again in the skeleton.
        name = "pre" if tag == "plaintext" else tag
        scan.skeleton.append(f"<{name} {len(scan.tags)}{'/' if token.self_closing else ''}>")
        scan.tags.append((begin, end))
    return tag if tag in _FALLBACK_RAW or tag == "title" else ""


def _close_run(scan: Scan, text: str, begin: int, end: int, base: int) -> None:
    """Notes the text run ``[begin, end)``: blank or numbered."""
    references = scan.references
    at = len(references)
    while at and references[at - 1][0] >= begin:
        at -= 1
    plain = references[at:] or None
    if plain is None:
        blank = not _NOT_BLANK.search(text, begin - base, end - base)
    else:
        meant = "".join(ref[2] for ref in plain)
        blank = not _NOT_BLANK.search(meant) and not _NOT_BLANK.search(_without(text, begin, end, base, plain))
    if blank:
        scan.blanks.append((begin, end))
    else:
        scan.skeleton.append(f"{TEXT_MARK}{len(scan.texts)};")
        scan.texts.append((begin, end))


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
