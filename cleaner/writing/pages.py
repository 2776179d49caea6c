"""Page files: one file per document, made from its record alone so that ``verify`` can make it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from json import JSONEncoder
from typing import NamedTuple

from cleaner.writing.markdown import markdown
from cleaner.writing.safe import well_formed
from cleaner.writing.tei import tei_file
from cleaner.writing.wire import DocumentRecord

_quoted = JSONEncoder(ensure_ascii=False).encode
_NOT_IN_YAML = re.compile("[\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\uffff]")


def page_file(record: DocumentRecord) -> bytes:
    """Front matter and the clean text as Markdown, in UTF-8.

    The title is in the front matter; the body is the clean text and nothing else.
    """
    body = markdown(record.text, record.metadata.blocks)
    page = f"{front_matter(record)}\n{body}" if body else front_matter(record)
    try:
        return page.encode()
    except UnicodeEncodeError:
        return well_formed(page).encode()


def text_file(record: DocumentRecord) -> bytes:
    """The clean text and a line feed, in UTF-8; what else is known is in the tables."""
    return f"{well_formed(record.text)}\n".encode()


class PageForm(NamedTuple):
    """A shape of page files: how their names end, and what is in them."""

    suffix: str
    content: Callable[[DocumentRecord], bytes]


PAGE_FORMS: Mapping[str, PageForm] = {
    "md": PageForm(".md", page_file),
    "txt": PageForm(".txt", text_file),
    "tei": PageForm(".xml", tei_file),
}
"""By the name that ``--format`` has for them; the other formats have no page files."""


def front_matter(record: DocumentRecord) -> str:
    """What is known about the document as a block of YAML between two lines of ``---``; unknown fields are left out."""
    lines = "".join(f"{key}: {_scalar(value)}\n" for key, value in _fields(record))
    return f"---\n{lines}---\n"


def _fields(record: DocumentRecord) -> Iterator[tuple[str, str | float]]:
    known = record.metadata
    for key, value in (
        ("title", known.title),
        ("url", known.url),
        ("site", known.site),
        ("author", known.author),
        ("date", known.date),
        ("lang", known.lang),
        ("source", known.raw_path),
        ("member", known.raw_member or None),
        ("sha256", known.raw_sha256),
        ("status", known.status),
        ("reason", known.reason),
        ("confidence", known.confidence),
        ("words", len(record.text.split())),
        ("duplicate_of", known.duplicate_of),
    ):
        if value is not None:
            yield key, value
    if known.syndication is not None:
        if known.syndication.wire is not None:
            yield "wire", known.syndication.wire
        yield "cluster", known.syndication.cluster_id
        if known.syndication.n_sites:
            yield "sites", known.syndication.n_sites
        yield "shared", f"{known.syndication.share:.0%}"


def _scalar(value: str | float) -> str:
    """A JSON string is a YAML string, once what YAML forbids or readers cannot see is escaped."""
    if isinstance(value, int | float):
        return str(value)
    quoted = _quoted(well_formed(value))
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
