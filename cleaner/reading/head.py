"""The ``<head>`` of a page as names and values."""

from __future__ import annotations

from dataclasses import dataclass, field

import turbohtml

from cleaner.model import Span

_MAX_CHARS = 500_000
_WITHOUT_HEAD = 50_000
_MAX_TAGS = 2_000
_MAX_VALUES = 16
_MAX_VALUE_CHARS = 4_096

WRITTEN_BY = "written by"
"""Under this name ``Head`` has what ``twitter:label`` calls "Written by"."""


@dataclass(frozen=True, slots=True)
class Head:
    """``<title>``, ``<html lang>``, the canonical link, and ``<meta>`` by lower-case name or property."""

    title: str | None = None
    lang: str | None = None
    canonical: str | None = None
    metas: dict[str, list[str]] = field(default_factory=dict)

    def first(self, *names: str) -> str | None:
        """The first value of the first of *names* that has one."""
        return next((value for name in names for value in self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """The values of *name* in page order, empty ones left out."""
        return self.metas.get(name, [])


def read_head(source_text: str, span: Span | None) -> Head:
    """The head in *span* of *source_text*; where there is none, what the first part of the page holds of one."""
    begin, end = (span.start, span.end) if span else (0, 0)
    if end - begin <= 0:
        begin, end = 0, _WITHOUT_HEAD
    document = turbohtml.parse(source_text[begin : min(end, begin + _MAX_CHARS)])
    metas: dict[str, list[str]] = {}
    for meta in document.find_all("meta", limit=_MAX_TAGS):
        attributes = meta.attrs
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if not (isinstance(name, str) and isinstance(content, str) and 0 < len(content) <= _MAX_VALUE_CHARS):
            continue
        values = metas.setdefault(name.strip().lower()[:100], [])
        if len(values) < _MAX_VALUES and content.strip():
            values.append(content)
    for label, value in (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")):
        if any("written by" in text.lower() for text in metas.get(label, [])):
            metas.setdefault(WRITTEN_BY, []).extend(metas.get(value, []))
    canonical = None
    for link in document.find_all("link", limit=_MAX_TAGS):
        relation, target = link.attrs.get("rel"), link.attrs.get("href")
        words = relation if isinstance(relation, list) else str(relation or "").split()
        if isinstance(target, str) and "canonical" in (word.lower() for word in words):
            canonical = target
            break
    title = document.find("title")
    root = document.find("html")
    language = root.attrs.get("lang") or root.attrs.get("xml:lang") if root is not None else None
    return Head(
        title=title.text[:_MAX_VALUE_CHARS] if title is not None else None,
        lang=language if isinstance(language, str) else None,
        canonical=canonical[:_MAX_VALUE_CHARS] if canonical else None,
        metas=metas,
    )
