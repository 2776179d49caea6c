"""The pages of the documentation, and what is in them: fences, links, headings, names in code type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
RUN = ("console", "python")
"""Kinds of fences that are run."""
KINDS = (*RUN, "text", "toml", "json", "yaml")
"""Kinds of fences that there are; ``text`` right behind ``python`` is what that prints."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code: its kind, the line on which its text begins, and the text."""

    kind: str
    line: int
    text: str
    follows: bool
    """Whether nothing but white space stands between it and the fence before it."""


def pages() -> list[Path]:
    """README and everything in ``docs/``."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name(page: Path) -> str:
    """*page* as it is called from the root of the project."""
    return page.relative_to(ROOT).as_posix()


def tokens(page: Path) -> list[Token]:
    """*page* as CommonMark with tables."""
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def fences(page: Path) -> Iterator[Fence]:
    """The fenced blocks of *page*, in order."""
    before = ""
    for token in tokens(page):
        if token.type == "fence":
            assert token.map
            yield Fence(token.info.strip(), token.map[0] + 2, token.content, before == "fence")
        before = token.type


def inline(page: Path) -> Iterator[Token]:
    """Everything inside the paragraphs, headings and cells of *page*."""
    for token in tokens(page):
        yield from token.children or ()


def code_names(page: Path) -> Iterator[str]:
    """What stands in code type in the running text of *page*."""
    return (token.content for token in inline(page) if token.type == "code_inline")


def links(page: Path) -> Iterator[str]:
    """Where the links and pictures of *page* lead."""
    for token in inline(page):
        if token.type in ("link_open", "image"):
            yield str(token.attrs.get("href") or token.attrs.get("src"))


def anchors(page: Path) -> set[str]:
    """The names of the headings of *page*, as GitHub makes them.

    Source: https://github.com/gjtorikian/html-pipeline (the filter of the table of contents)
    """
    seen = Counter[str]()
    found = set()
    parsed = tokens(page)
    for before, token in pairwise(parsed):
        if before.type == "heading_open":
            heading = "".join(part.content for part in token.children or () if part.type in ("text", "code_inline"))
            slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return found
