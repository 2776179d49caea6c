"""A document's clean text as CommonMark (with GFM tables), from the text and its block table alone.

Only what a parser would read as markup is escaped, so that the file stays pleasant to read and a parser gives the
clean text back, white space aside.

Source: https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from cleaner.model import TextBlock
from cleaner.writing.wire import BlockRecord

_MARKS = re.compile(r"[\\`*_~<&\[\]]")
# One set of characters in front, what follows looks back at which it was: the search then skips to these characters.
_INLINE = re.compile(
    r"""[\\`*_~<&\[\]](?:
      (?<=\\)(?=[!-/:-@\[-`{-~\n]|\Z)
    | (?<=`)
    | (?<=\*)\**
    | (?<=_)_*
    | (?<=~)(?:(?<=\S~)|(?=~))
    | (?<=<)(?=[A-Za-z/!?]|[^\s<>@]{0,200}@)   # a tag or an address
    | (?<=&)(?=\#?[A-Za-z0-9]{1,40};)          # an entity
    | (?<=\])(?=[(:])                          # a link or its definition
    | (?<=\[)(?=\^)                           # a footnote
    )""",
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"""(?P<rule>[-=|:+](?=[-=|:+\s]*\Z))   # thematic break, underline of a heading, delimiter row of a table
    |(?P<mark>[-+](?=\s|\Z) | \#(?=\#{0,5}(?:\s|\Z)) | >)
    |(?P<number>\d{1,9})(?=[.)](?:\s|\Z))
    """,
    re.VERBOSE,
)
_CLOSING_HASHES = re.compile(r"(?:(?<=[ \t])|\A)(#+)\Z")
_TASK = re.compile(r"\[(?=[ xX]\](?:\s|\Z))")
_TICKS = re.compile("`+")


def markdown(text: str, blocks: Sequence[TextBlock | BlockRecord]) -> str:
    """The CommonMark body of *text*, ending in a line feed; empty if no block has text."""
    parts: list[str] = []
    for role, run in groupby(blocks, key=attrgetter("role")):
        group = list(run)
        texts = [text[block.text_start : block.text_end] for block in group]
        if role == "item":
            parts.append("\n".join(_items(texts, [block.level for block in group])))
        elif role == "row":
            parts.append("\n".join(_table([row.split("\t") for row in texts])))
        elif role == "quote":
            parts.append("\n>\n".join(_quote(quote) for quote in texts))
        elif role == "heading":
            parts += [_heading(heading, block.level) for heading, block in zip(texts, group, strict=True)]
        elif role == "code":
            parts += map(_fenced, texts)
        else:
            parts += ["\n".join(_lines(paragraph)) for paragraph in texts]
    return "".join([f"{part}\n\n" for part in parts if part])[:-1]


def _heading(text: str, level: int) -> str:
    line = _inline(" ".join(text.split("\n")).strip())
    if line.endswith("#"):
        line = _CLOSING_HASHES.sub(r"\\\1", line)
    return f"{'#' * min(max(level, 1), 6)} {line}" if line else ""


def _fenced(code: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(code)), default=0))
    return f"{fence}\n{code}\n{fence}"


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in _lines(text))


def _items(texts: Iterable[str], levels: Iterable[int]) -> Iterator[str]:
    """A tight list; an item is nested in the nearest one before it that has a smaller level."""
    open_levels: list[int] = []
    for text, level in zip(texts, levels, strict=True):
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        indent = "  " * len(open_levels)
        open_levels.append(level)
        first, *rest = _lines(text) or [""]
        box = "\\" if _TASK.match(first) else ""
        yield f"{indent}- {box}{first}".rstrip()
        yield from (f"{indent}  {line}" if line else "" for line in rest)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A GFM table whose header is the first row; short rows are filled up."""
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        cells = [_inline(" ".join(cell.split())).replace("|", "\\|") for cell in row]
        cells += [""] * (width - len(cells))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * width}"


def _lines(text: str) -> list[str]:
    """*text* escaped, as lines that no parser takes for the start of anything but a paragraph."""
    text = text.strip()
    if "\n" not in text:
        return [_not_a_start(_inline(text))]
    lines = [line.strip() for line in text.split("\n")]
    return [_not_a_start(line) for line in _inline("\n".join(lines)).split("\n")]


def _not_a_start(line: str) -> str:
    """*line* with an escape before a leading marker, or after the digits of a leading list number."""
    match = None if line[:1].isalpha() else _LINE_START.match(line)
    if match is None:
        return line
    at = match.end() if match.lastgroup == "number" else 0
    return f"{line[:at]}\\{line[at:]}"


def _inline(text: str) -> str:
    if _MARKS.search(text) is None:
        return text
    return _INLINE.sub(_escaped_inline, text)


def _escaped_inline(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] in "*_" and _is_literal(match):
        return found
    return "".join(f"\\{char}" for char in found)


def _is_literal(match: re.Match[str]) -> bool:
    """Whether a run of ``*`` or ``_`` can neither open nor close emphasis where it stands.

    At the start of a line it stays out of this: there it could be a list or a thematic break.
    """
    text = match.string
    before = text[match.start() - 1] if match.start() else "\n"
    after = text[match.end()] if match.end() < len(text) else "\n"
    if match[0][0] == "_" and before.isalnum() and after.isalnum():
        return True
    return before != "\n" and before.isspace() and after.isspace()
