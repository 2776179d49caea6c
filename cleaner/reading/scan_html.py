"""One linear pass over HTML source: what every run of it is, and a skeleton of the markup around the text.

The skeleton is the page with every text run replaced by its number and every tag stripped to its name and number.
Parsed by turbohtml it gives the WHATWG tree in which each text and each element says by itself where in the source it
stands: spans are exact by construction, nothing has to be aligned, and what the parser drops is known by its absence.
Attributes never reach the tree builder, so hostile ones cost nothing there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
import turbohtml

from cleaner.reading.runs import BLANK, BREAK, KEPT, SCRIPT, TAG

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
_RAW = {**dict.fromkeys(("script", "style", "iframe", "noembed"), SCRIPT), "title": TAG}
"""Elements that the skeleton leaves out, and what the text is that they hold."""
_FALLBACK = frozenset({"noscript", "noframes"})
_RAW_NAMES = "script|style|title|textarea|iframe|xmp|noembed|noframes|noscript"
_SELF_CLOSED = re.compile(rf"<(?:{_RAW_NAMES})\b[^<>]*/>", re.IGNORECASE)
_FOREIGN = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({_RAW_NAMES})\b[^>]*(?:>.*?(?:</\1\b|\Z)|\Z)"
    r"|(?P<foreign><(svg|math)\b.*?(?:</\3\b|(?=<(?:p|div|h[1-6]|ul|ol|dl|li|table|body|head|pre|center)\b)|\Z))",
    re.DOTALL | re.IGNORECASE,
)
"""Comments and raw text, to pass over them; foreign content up to its end or to an element that breaks out of it."""
_RAW_TAG = re.compile(rf"(</?)(?=(?:{_RAW_NAMES})\b)[a-z]", re.IGNORECASE)
_INNER_FALLBACK = re.compile("(</?no)[sf](cript|rames)", re.IGNORECASE)

_Type = turbohtml.TokenType
_START, _END, _REFERENCE = int(_Type.START_TAG), int(_Type.END_TAG), int(_Type.CHARACTER_REFERENCE)
_TEXTUAL = bytes([_Type.TEXT, _Type.CHARACTER_REFERENCE])
_LETTERS = bytes(KEPT if kind in _TEXTUAL else TAG for kind in range(256))
_TEXT_RUNS = re.compile(rb"w?k[wk]*")


@dataclass(slots=True)
class Scan:
    """A page's source as runs, one a token; offsets count newline-normalised text."""

    bounds: list[int]
    """Run *i* is ``[bounds[i], bounds[i + 1])``."""
    letters: bytearray
    """What each run is; see ``runs``."""
    skeleton: list[str]
    """A part for each run, often empty. Tags are numbered by their run, texts by their place in ``texts``."""
    head_end: int
    texts: list[tuple[int, int]] = field(default_factory=list)
    """Texts that hold more than white space, as ranges of runs."""
    references: dict[int, str] = field(default_factory=dict)
    """The character references that are text or white space, by run, and what they mean."""


@dataclass(slots=True)
class _Tokens:
    """Tokens as columns."""

    tokens: list[turbohtml.Token] = field(default_factory=list)
    tags: list[str | None] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    """The characters that each token stands for."""

    def extend(self, other: _Tokens, begin: int = 0, end: int | None = None) -> None:
        """Takes over the tokens ``[begin, end)`` of *other*."""
        self.tokens += other.tokens[begin:end]
        self.tags += other.tags[begin:end]
        self.parts += other.parts[begin:end]

    def add(self, meaning: str, part: str) -> None:
        """Has *part* mean what the tag or comment *meaning* does."""
        (token,) = turbohtml.tokenize(meaning)
        self.tokens.append(token)
        self.tags.append(token.tag)
        self.parts.append(part)


def scan_html(text: str) -> Scan:
    r"""The runs and the skeleton of *text*, whose line ends must be ``\n`` alone.

    Raises:
        ValueError: the tokenizer did not report what it read, to the letter.
    """
    read = _with_fallbacks(_read(_without_foreign_raw_text(text)))
    kinds = bytes([token.type for token in read.tokens])
    bounds = list(accumulate(map(len, read.parts), initial=0))
    scan = Scan(bounds, bytearray(kinds.translate(_LETTERS)), [""] * len(kinds), _head_end(read.tags, kinds, bounds))
    _take_doctype(scan, read, kinds)
    _take_tags(scan, read, kinds)
    _take_texts(scan, read, kinds)
    return scan


def _without_foreign_raw_text(text: str) -> str:
    """*text* with other names, as long, for the elements in SVG and MathML that hold raw text in HTML alone.

    There `<title/>` is closed, but the tokenizer does not know where it is and takes all that follows for the title.
    """
    if not _SELF_CLOSED.search(text):
        return text
    return _FOREIGN.sub(lambda found: _RAW_TAG.sub(r"\1x", found[0]) if found["foreign"] else found[0], text)


def _read(text: str) -> _Tokens:
    """The tokens of *text*; their parts follow each other without a gap."""
    tokens = list(turbohtml.tokenize(text, resolve_references=False, capture_source=True, capture_attributes=False))
    read = _Tokens(tokens, [token.tag for token in tokens], [token.source or token.data or "" for token in tokens])
    told = "".join(read.parts)
    if told == text:
        return read
    if "</>" in text:
        # The tokenizer passes over `</>` in silence; an empty comment of the same length means the same, and is told.
        return _read(text.replace("</>", "<!>"))
    if not text.startswith(told) and not text.replace("\0", "\ufffd").startswith(told.replace("\0", "\ufffd")):
        raise ValueError("the tokenizer's tokens are not the page's characters")
    if len(told) < len(text):  # a tag that the end of the page cuts off
        read.add("<!>", text[len(told) :])
    return read


def _with_fallbacks(read: _Tokens) -> _Tokens:
    """*read* with the content of noscript and noframes as markup: it is for readers without scripts, such as us."""
    whole = _Tokens()
    done = 0
    for index in [index for index, tag in enumerate(read.tags[:-1], start=1) if tag in _FALLBACK]:
        content = read.parts[index]
        is_opened = read.tokens[index - 1].type == _START and read.tokens[index].type == _Type.TEXT
        if is_opened and not content.isspace():
            whole.extend(read, done, index)
            # One inside another is an element like any other.
            inner = _read(_INNER_FALLBACK.sub(r"\1x\2", content))
            whole.extend(inner)
            for raw in ("textarea", "xmp"):  # left open in there, they would take in what is behind the content
                if raw in inner.tags:
                    whole.add(f"</{raw}>", "")
            done = index + 1
    if not done:
        return read
    whole.extend(read, done)
    return whole


def _head_end(tags: list[str | None], kinds: bytes, bounds: list[int]) -> int:
    """Where the head is over; 0 where nothing says so."""
    for index, tag in enumerate(tags):
        if tag == "body" and kinds[index] == _START:
            return bounds[index]
        if tag == "head" and kinds[index] == _END:
            return bounds[index + 1]
    return 0


def _take_doctype(scan: Scan, read: _Tokens, kinds: bytes) -> None:
    """Puts the first document type into the skeleton, unless the end of the page cuts it off."""
    index = kinds.find(_Type.DOCTYPE)
    if index >= 0 and read.parts[index].endswith(">"):
        scan.skeleton[index] = read.parts[index]


def _take_tags(scan: Scan, read: _Tokens, kinds: bytes) -> None:
    """Puts the tags that shape blocks into the skeleton, and says what raw elements are."""
    letters, skeleton = scan.letters, scan.skeleton
    for index, (tag, kind, token) in enumerate(zip(read.tags, kinds, read.tokens, strict=True)):
        if tag is None or tag in _FORMATTING:
            continue
        if tag in _RAW:
            letters[index] = _RAW[tag]
            if kind == _START:
                _take_raw(letters, kinds, index + 1, _RAW[tag])
        elif kind == _END:
            skeleton[index] = f"</{tag}>"
        else:
            if tag == "br":
                letters[index] = BREAK
            elif tag == "plaintext":
                tag = "pre"  # it could not be closed again
            skeleton[index] = f"<{tag} {index}/>" if token.self_closing else f"<{tag} {index}>"


def _take_raw(letters: bytearray, kinds: bytes, index: int, letter: int) -> None:
    """Says what the text is that begins at *index*, in a raw element."""
    while index < len(kinds) and kinds[index] in _TEXTUAL:
        letters[index] = letter
        index += 1


def _take_texts(scan: Scan, read: _Tokens, kinds: bytes) -> None:
    """Numbers the texts in the skeleton, and says what is blank."""
    letters = np.frombuffer(scan.letters, np.uint8)
    is_blank = np.frombuffer(bytes(map(str.isspace, read.parts)), np.bool_)
    letters[is_blank & (letters == KEPT)] = BLANK
    for found in _TEXT_RUNS.finditer(bytes(scan.letters)):
        begin, end = span = found.span()
        if (end - begin == 1 and kinds[begin] != _REFERENCE) or _take_references(scan, read, kinds, begin, end):
            scan.skeleton[begin] = f"{TEXT_MARK}{len(scan.texts)};"
            scan.texts.append(span)


def _take_references(scan: Scan, read: _Tokens, kinds: bytes, begin: int, end: int) -> bool:
    """Notes what the references in ``[begin, end)`` mean; whether anything there shows."""
    tokens = read.tokens[begin:end]
    scan.references.update(
        (run, token.data or "") for run, token in enumerate(tokens, begin) if kinds[run] == _REFERENCE
    )
    shows = any((token.data or "").strip() for token in tokens)
    scan.letters[begin:end] = bytes([KEPT if shows else BLANK]) * (end - begin)
    return shows
