"""One linear pass over HTML source: what every run of it is, and a skeleton of the markup around the text.

The skeleton is the page with every text run replaced by its number and every tag stripped to its name and number.
Parsed by turbohtml it gives the WHATWG tree in which each text and each element says by itself where in the source it
stands: spans are exact by construction, nothing has to be aligned, and what the parser drops is known by its absence.
Attributes never reach the tree builder, so hostile ones cost nothing there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, takewhile

import turbohtml

from cleaner import compiled
from cleaner.reading.runs import BLANK, BREAK, KEPT, SCRIPT, TAG

TEXT_MARK = "#"
"""Begins a text run's number in the skeleton; the source's own characters never get there as text."""

_SHAPING, _FORMATTING, _SCRIPT, _SCRIPT_LIKE, _TITLE_LIKE, _LINE_BREAK, _PLAINTEXT, _BODY, _HEAD = range(9)
_FALLBACK, _TEXTAREA, _XMP, _FOREIGN, _ROOT = range(9, 14)
# Pure formatting never shapes blocks, and left unclosed by the thousand it would be rebuilt in every paragraph.
_NO_SHAPE = """
b big code em font i nobr s small strike strong tt u
img wbr meta link base source track area param embed col path
"""
_FALLBACKS = ("noscript", "noframes")
_CODES = {
    **dict.fromkeys(_NO_SHAPE.split(), _FORMATTING),
    "script": _SCRIPT,
    **dict.fromkeys(("style", "iframe", "noembed"), _SCRIPT_LIKE),
    "title": _TITLE_LIKE,
    "br": _LINE_BREAK,
    "plaintext": _PLAINTEXT,
    "body": _BODY,
    "head": _HEAD,
    **dict.fromkeys(_FALLBACKS, _FALLBACK),
    "textarea": _TEXTAREA,
    "xmp": _XMP,
    **dict.fromkeys(("svg", "math"), _FOREIGN),
    "html": _ROOT,
}
"""What tags do to runs and skeleton; all others shape blocks."""
_ONLY_ONCE = (_BODY, _ROOT)
_RAW = {_SCRIPT: SCRIPT, _SCRIPT_LIKE: SCRIPT, _TITLE_LIKE: TAG}
"""Elements that the skeleton leaves out, and what the text is that they hold."""
_RAW_NAMES = "script|style|title|textarea|iframe|xmp|noembed|noframes|noscript"
_RAW_CODES = frozenset({_SCRIPT, _SCRIPT_LIKE, _TITLE_LIKE, _FALLBACK, _TEXTAREA, _XMP})
_BREAKS_OUT = "p|div|h[1-6]|ul|ol|dl|li|table|body|head|pre|center"
_FOREIGN_CONTENT = re.compile(
    r"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?"
    rf"|<({_RAW_NAMES})\b[^>]*+(?:>[^<]*+(?:<(?!/\1\b)[^<]*+)*+(?:</\1\b)?)?"
    rf"|(?P<foreign><(svg|math)\b[^<]*+(?:<(?!(?:/\3|{_BREAKS_OUT})\b)[^<]*+)*+(?:</\3\b)?)",
    re.IGNORECASE,
)
"""Comments and raw text, to pass over them; foreign content up to its end or to an element that breaks out of it."""
_FOREIGN_END = re.compile("</(?:svg|math)", re.IGNORECASE | re.ASCII)
_RAW_TAG = re.compile(rf"(</?)(?=(?:{_RAW_NAMES})\b)[a-z]", re.IGNORECASE)
_TAG_NAME = re.compile(r"(</?)([a-z][^\t\n\f />]*)", re.IGNORECASE)

_Type = turbohtml.TokenType
_TEXT, _START, _END, _REFERENCE = map(int, (_Type.TEXT, _Type.START_TAG, _Type.END_TAG, _Type.CHARACTER_REFERENCE))
_CLOSED_START = 100
"""Joins the token types: a start tag that ends in a slash."""
_OPENING = bytes([_START, _CLOSED_START])
_TEXTUAL = bytes([_TEXT, _REFERENCE])
_LETTERS = bytes(KEPT if kind in _TEXTUAL else TAG for kind in range(256))
_TEXT_RUNS = re.compile(rb"w?k[wk]*")


@dataclass(slots=True)
class Scan:
    """A page's source as runs, one a token; offsets count newline-normalised text."""

    bounds: array[int]
    """Run *i* is ``[bounds[i], bounds[i + 1])``."""
    letters: bytearray
    """What each run is; see ``runs``."""
    skeleton: str
    """Tags are numbered by their run, texts by their order."""
    head_end: int
    """0 where nothing says so."""
    firsts: array[int]
    """The first run of each text that holds more than white space."""
    lasts: array[int]
    """Behind the last run of each."""
    references: dict[int, str]
    """The character references that are text or white space, by run, and what they mean."""


@dataclass(slots=True)
class _Tokens:
    """Tokens as columns."""

    kinds: bytearray = field(default_factory=bytearray)
    tags: list[str | None] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    """The characters that each token stands for."""
    meanings: list[str | None] = field(default_factory=list)
    """What references mean; None of other tokens."""
    codes: bytearray = field(default_factory=bytearray)
    """What tags do to runs and skeleton; other tokens are formatting."""

    def extend(self, other: _Tokens, begin: int = 0, end: int | None = None) -> None:
        """Takes over the tokens ``[begin, end)`` of *other*."""
        self.kinds += other.kinds[begin:end]
        self.tags += other.tags[begin:end]
        self.parts += other.parts[begin:end]
        self.meanings += other.meanings[begin:end]
        self.codes += other.codes[begin:end]

    def add(self, token: turbohtml.Token, part: str) -> None:
        """Takes *part* for *token*."""
        kind, tag = int(token.type), token.tag
        self.kinds.append(_CLOSED_START if kind == _START and token.self_closing else kind)
        self.tags.append(tag)
        self.parts.append(part)
        self.meanings.append(token.data or "" if kind == _REFERENCE else None)
        self.codes.append(_FORMATTING if tag is None else _CODES.get(tag, _SHAPING))

    def add_tag(self, tag: str, part: str) -> None:
        """Takes *part* for the tag or comment *tag*."""
        (token,) = turbohtml.tokenize(tag)
        self.add(token, part)


def scan_html(text: str) -> Scan:
    r"""The runs and the skeleton of *text*, whose line ends must be ``\n`` alone.

    Raises:
        ValueError: the tokenizer did not report what it read, to the letter.
    """
    if compiled.native is None:
        return _outlined(_with_fallbacks(_read(text)))
    found = compiled.native.scan(text, _CODES, _reference)
    if found[-1]:
        found = compiled.native.scan(_without_foreign_raw_text(text), _CODES, _reference)
    bounds, letters, skeleton, head_end, firsts, lasts, references, _ = found
    return Scan(array("q", bounds), letters, skeleton, head_end, array("q", firsts), array("q", lasts), references)


def _without_foreign_raw_text(text: str) -> str:
    """*text* with other names, as long, for the elements in SVG and MathML that hold raw text in HTML alone.

    There `<title/>` is closed, and the end of the picture ends it, too; but the tokenizer does not know where it is and
    takes all that follows for the title.
    """
    return _FOREIGN_CONTENT.sub(lambda found: _RAW_TAG.sub(r"\1x", found[0]) if found["foreign"] else found[0], text)


def _reference(text: str) -> tuple[str, int]:
    """What the character reference means that *text* begins with, and its length; 0 if it is none."""
    token = next(turbohtml.tokenize(text, resolve_references=False, capture_source=True))
    return (token.data or "", len(token.source or "")) if token.type == _REFERENCE else ("", 0)


def _read(text: str) -> _Tokens:
    """The tokens of *text* with what is foreign in it understood."""
    read = _tokens(text, text)
    if any(_may_be_foreign(read, index) for index in _raw_in_foreign(read)):
        text = _without_foreign_raw_text(text)
        read = _tokens(text, text)
    return read


def _raw_in_foreign(read: _Tokens) -> Iterator[int]:
    """The places of raw elements behind the beginning of SVG or MathML and before its end."""
    foreign: str | None = None
    for index, code in enumerate(read.codes):
        if foreign and code in _RAW_CODES:
            yield index
        elif code == _FOREIGN and foreign in {None, read.tags[index]}:
            foreign = None if read.kinds[index] == _END else read.tags[index]


def _may_be_foreign(read: _Tokens, index: int) -> bool:
    """Whether the raw element at *index* holds too much, if it is part of SVG or MathML."""
    if read.kinds[index] == _CLOSED_START:
        return True
    if read.kinds[index] != _START or read.codes[index] != _TITLE_LIKE:
        return False
    inside = takewhile(lambda place: read.kinds[place] in _TEXTUAL, range(index + 1, len(read.kinds)))
    return any(_FOREIGN_END.search(read.parts[place]) for place in inside)


def _tokens(meant: str, text: str) -> _Tokens:
    """The tokens of *text*, which is to be read as *meant*, to the letter and without a gap."""
    told = meant.replace("\0", "\ufffd")
    is_silent = "</>" in told
    read = _Tokens()
    at = 0
    for token in turbohtml.tokenize(meant, resolve_references=False, capture_source=True, capture_attributes=False):
        part = ((token.data if token.type == _TEXT else token.source or token.data) or "").replace("\0", "\ufffd")
        end = at + len(part)
        while not told.startswith(part, at) or (is_silent and told.find("</>", max(at, end - 2), end + 2) >= 0):
            # Nothing is told of `</>`, and the text goes on behind it; an empty comment means the same.
            silent = told.find("</>", at)
            if silent < 0 or not part.startswith(told[at:silent]):
                raise ValueError("the tokenizer's tokens are not the page's characters")
            if at < silent:
                read.add(token, text[at:silent])
            read.add_tag("<!>", "</>")
            part, at, end = part[silent - at :], silent + 3, end + 3
        read.add(token, text[at:end])
        at = end
    while told.startswith("</>", at):
        read.add_tag("<!>", "</>")
        at += 3
    if at < len(text):  # a tag that the end of the page cuts off
        read.add_tag("<!>", text[at:])
    return read


def _without_fallbacks(content: str) -> str:
    """*content* with other names, as long, for noscript and noframes."""
    return _TAG_NAME.sub(
        lambda found: f"{found[1]}nox{found[2][3:]}" if found[2].lower() in _FALLBACKS else found[0], content
    )


def _with_fallbacks(read: _Tokens) -> _Tokens:
    """*read* with the content of noscript and noframes as markup: it is for readers without scripts, such as us."""
    whole = _Tokens()
    done = 0
    for index in _places_behind(read.codes, _FALLBACK):
        content = read.parts[index]
        is_opened = read.kinds[index - 1] in _OPENING and read.kinds[index] == _TEXT
        if is_opened and not content.isspace():
            whole.extend(read, done, index)
            # One inside another is an element like any other.
            inner = _tokens(_without_fallbacks(content), content)
            whole.extend(inner)
            last = max(inner.codes.rfind(_TEXTAREA), inner.codes.rfind(_XMP))
            if last >= 0 and inner.kinds[last] != _END:  # left open, it would take in what is behind the content
                whole.add_tag(f"</{inner.tags[last]}>", "")
            done = index + 1
    if not done:
        return read
    whole.extend(read, done)
    return whole


def _places_behind(codes: bytearray, code: int) -> Iterator[int]:
    """The places in *codes* that follow *code*."""
    at = codes.find(code) + 1
    while 0 < at < len(codes):
        yield at
        at = codes.find(code, at) + 1


def _outlined(read: _Tokens) -> Scan:
    """The runs and the skeleton that *read* makes."""
    bounds = array("q", accumulate(map(len, read.parts), initial=0))
    letters = bytearray(read.kinds.translate(_LETTERS))
    skeleton = [""] * len(read.kinds)
    _take_doctype(skeleton, read)
    _take_tags(letters, skeleton, read)
    firsts, lasts, references = _take_texts(letters, skeleton, read)
    return Scan(bounds, letters, "".join(skeleton), _head_end(read, bounds), firsts, lasts, references)


def _head_end(read: _Tokens, bounds: array[int]) -> int:
    """Where the head is over; 0 where nothing says so."""
    for index, tag in enumerate(read.tags):
        if tag == "body" and read.kinds[index] != _END:
            return bounds[index]
        if tag == "head" and read.kinds[index] == _END:
            return bounds[index + 1]
    return 0


def _take_doctype(skeleton: list[str], read: _Tokens) -> None:
    """Puts the first document type into the skeleton, unless the end of the page cuts it off."""
    index = read.kinds.find(_Type.DOCTYPE)
    if index >= 0 and read.parts[index].endswith(">"):
        skeleton[index] = read.parts[index]


def _take_tags(letters: bytearray, skeleton: list[str], read: _Tokens) -> None:
    """Puts the tags that shape blocks into the skeleton, and says what raw elements are."""
    known: set[int] = set()
    for index, (tag, kind, code) in enumerate(zip(read.tags, read.kinds, read.codes, strict=True)):
        if code == _FORMATTING:
            continue
        if code in _RAW:
            letters[index] = _RAW[code]
            if kind != _END:
                _take_raw(letters, read.kinds, index + 1, _RAW[code])
            continue
        name = (tag or "").replace("<", "\ufffd").replace("&", "\ufffd")
        if kind == _END:
            skeleton[index] = f"</{name}>"
            continue
        if code == _LINE_BREAK:
            letters[index] = BREAK
        elif code == _PLAINTEXT:
            name = "pre"  # it could not be closed again
        number = f" {index}"
        if code in _ONLY_ONCE:
            # The tree builder would add the number to the first one's attributes, which is quadratic.
            number = "" if code in known else number
            known.add(code)
        skeleton[index] = f"<{name}{number}/>" if kind == _CLOSED_START else f"<{name}{number}>"


def _take_raw(letters: bytearray, kinds: bytearray, index: int, letter: int) -> None:
    """Says what the text is that begins at *index*, in a raw element."""
    while index < len(kinds) and kinds[index] in _TEXTUAL:
        letters[index] = letter
        index += 1


def _take_texts(
    letters: bytearray, skeleton: list[str], read: _Tokens
) -> tuple[array[int], array[int], dict[int, str]]:
    """The texts, numbered in the skeleton, and the references; says what is blank."""
    firsts, lasts = array("q"), array("q")
    references: dict[int, str] = {}
    for index, part in enumerate(read.parts):
        if letters[index] == KEPT and part.isspace():
            letters[index] = BLANK
    for found in _TEXT_RUNS.finditer(bytes(letters)):
        begin, end = found.span()
        if end - begin > 1 or read.kinds[begin] == _REFERENCE:
            meant = {run: read.meanings[run] or "" for run in range(begin, end) if read.kinds[run] == _REFERENCE}
            references.update(meant)
            shows = any(meant.get(run, read.parts[run]).strip() for run in range(begin, end))
            letters[begin:end] = bytes([KEPT if shows else BLANK]) * (end - begin)
            if not shows:
                continue
        skeleton[begin] = f"{TEXT_MARK}{len(firsts)};"
        firsts.append(begin)
        lasts.append(end)
    return firsts, lasts, references
