"""What a page says about itself in JSON-LD; broken, huge or endless JSON says nothing."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

_MAX_SCRIPTS = 24
_MAX_CHARS = 1_000_000
_MAX_TOTAL_CHARS = 4_000_000
_MAX_NODES = 4_000
_CLOSE = re.compile(r"</script", re.IGNORECASE)

_ARTICLE = frozenset(
    {
        "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
        "BackgroundNewsArticle", "ReviewNewsArticle", "LiveBlogPosting", "SocialMediaPosting", "TechArticle",
        "ScholarlyArticle", "MedicalWebPage", "DiscussionForumPosting", "Report", "Review", "Recipe", "HowTo",
        "QAPage", "Question", "Product", "VideoObject", "PodcastEpisode", "Event", "JobPosting", "Course", "Book",
    }
)  # fmt: skip
_PAGE = frozenset({"WebPage", "ItemPage", "AboutPage", "FAQPage", "CollectionPage", "CheckoutPage", "ContactPage"})

Node = dict[str, object]


@dataclass(frozen=True, slots=True)
class JsonLd:
    """What was found, each None where nothing says it."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    """As written."""
    site_name: str | None = None
    license: str | None = None


MARK = "application/ld+json"
"""In the start tag of a script that holds JSON-LD."""


def read_json_ld(source_text: str, marks: Sequence[int]) -> JsonLd:
    """The claims of the scripts in *source_text* that have a mark, at *marks*; articles before pages they are on."""
    nodes = list(_nodes(_documents(source_text, marks)))
    if not nodes:
        return JsonLd()
    named = {identity: node for node in nodes if isinstance(identity := node.get("@id"), str) and "name" in node}
    articles = [node for node in nodes if _types(node) & _ARTICLE]
    pages = [node for node in nodes if _types(node) & _PAGE]
    sites = [node for node in nodes if "WebSite" in _types(node)]
    speaking = [*articles, *pages]
    publishers = [value for node in speaking if (value := node.get("publisher")) is not None]
    return JsonLd(
        title=_first(_text(node.get(key)) for node in articles for key in ("headline", "name")),
        author=_first(_people(node.get(key), named) for node in speaking for key in ("author", "creator")),
        date=_first(
            _text(node.get(key))
            for key in ("datePublished", "uploadDate", "dateCreated", "datePosted")
            for node in speaking
        ),
        site_name=_first(_people(value, named) for value in (*sites, *publishers)),
        license=_first(_text(node.get("license")) for node in speaking),
    )


def _documents(source_text: str, marks: Sequence[int]) -> Iterator[object]:
    at = total = scripts = 0
    for mark in marks:
        if mark < at:
            continue
        scripts += 1
        begin = source_text.find(">", mark) + 1
        if scripts > _MAX_SCRIPTS:
            return
        if not begin:
            return
        close = _CLOSE.search(source_text, begin, min(begin + _MAX_CHARS, len(source_text)))
        at = begin
        if close is None:
            continue
        at = close.end()
        total += close.start() - begin
        if total > _MAX_TOTAL_CHARS:
            return
        document = _parse(source_text[begin : close.start()])
        if document is not None:
            yield document


def _parse(text: str) -> object:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("//]]>").removesuffix("]]>")
    text = text.strip().removesuffix(";")
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except RecursionError:
        return None
    except (msgspec.MsgspecError, ValueError):
        pass
    try:
        return json.loads(text, strict=False)  # line breaks inside strings are common
    except (ValueError, RecursionError):
        return None


def _nodes(documents: Iterable[object]) -> Iterator[Node]:
    """The objects of *documents*, outer ones first, up to a cap."""
    waiting = deque(documents)
    seen = 0
    while waiting and seen < _MAX_NODES:
        value = waiting.popleft()
        seen += 1
        if isinstance(value, list):
            waiting.extend(value[:_MAX_NODES])
        elif isinstance(value, dict):
            yield value
            waiting.extend(inner for inner in value.values() if isinstance(inner, (dict, list)))


def _types(node: Node) -> frozenset[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return frozenset(one.rpartition("/")[2] for one in values[:8] if isinstance(one, str))


def _text(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("url") or value.get("@id")
    return value if isinstance(value, str) and value.strip() else None


def _people(value: object, named: dict[str, Node]) -> str | None:
    """The names in *value*: a string, an object, a reference to one, or a list of those."""
    values = value[:6] if isinstance(value, list) else [value]
    names: list[str] = []
    for one in values:
        person = one
        if isinstance(person, dict):
            reference = person.get("@id")
            if "name" not in person and isinstance(reference, str):
                person = named.get(reference, person)
            person = person.get("name")
        if isinstance(person, list) and person:
            person = person[0]
        if isinstance(person, str) and person.strip() and person not in names:
            names.append(person)
    return ", ".join(names) or None


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
