"""What a page says about itself: title, author, date, address, language, licence."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import nlargest
from itertools import chain, pairwise

from cleaner.model import Block, Metadata, Page, Span
from cleaner.reading.bylines import MARKS as AUTHOR_MARKS
from cleaner.reading.bylines import author_name, byline_in, is_lead_in, marked_authors
from cleaner.reading.dates import date_in_text, date_in_url, date_of_stamp
from cleaner.reading.head import WRITTEN_BY, Head, read_head
from cleaner.reading.json_ld import MARK as JSON_LD_MARK
from cleaner.reading.json_ld import JsonLd, read_json_ld
from cleaner.reading.language import language_of
from cleaner.reading.licenses import MARK as LICENSE_MARK
from cleaner.reading.licenses import license_in
from cleaner.reading.places import places
from cleaner.reading.site import is_web_address, site_of
from cleaner.reading.titles import title_of_html, title_of_text

_OPENING_BLOCKS = 40
_DATE_LINE_CHARS = 160
_MAX_TIMES = 5
_MAX_AUTHOR_MARKS = 400
_LANG_MIN_CHARS, _LANG_MAX_CHARS = 200, 4000
_LANG_BLOCKS = 50
_LANG = re.compile(r"[A-Za-z]{2,3}(?=[-_]|$)")
_TIME_MARK, _ITEMPROP_MARK = "<time", "datePublished"
_MARKS = (JSON_LD_MARK, LICENSE_MARK, *AUTHOR_MARKS, _TIME_MARK, _ITEMPROP_MARK)
"""Words that say where to look in the source of a page."""
_Marks = Mapping[str, Sequence[int]]
"""Where each of them stands."""
_TIME = re.compile(r"<time\b([^<>]{0,600})>", re.IGNORECASE)
_DATETIME = re.compile(r"\bdatetime\s{0,3}=\s{0,3}[\"']?\s{0,9}([^\"'<>]{4,60})", re.IGNORECASE)
_ITEMPROP_DATE = re.compile(
    r"itemprop\s{0,3}=\s{0,3}[\"']?datePublished\b[^<>]{0,400}?\b(?:content|datetime)\s{0,3}=\s{0,3}[\"']([^\"'<>]{4,60})"
)

_DATE_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time",
    "datepublished", "date_published", "published_time", "publish_date", "publish-date", "publishdate", "pubdate",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "citation_publication_date",
    "citation_date", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date",
    "dcterms.date", "originalpublicationdate", "article.published", "article:publicationdate", "date",
)  # fmt: skip
_AUTHOR_META = (
    "author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author",
    WRITTEN_BY, "article:author_name", "byl",
)  # fmt: skip


def read_metadata(page: Page, head: Span | None, blocks: Sequence[Block]) -> Metadata:
    """What *page* says about itself; nothing is asked of a clock or a network.

    Args:
        page: decoded.
        head: its source up to ``</head>``; None for plain text.
        blocks: all of its blocks, boilerplate included.
    """
    tags, claims = Head(), JsonLd()
    marks: dict[str, Sequence[int]] = dict.fromkeys(_MARKS, ())
    if page.kind == "html":
        marks.update(zip(_MARKS, places(page.source_text, _MARKS), strict=True))
        tags = read_head(page.source_text, head)
        claims = read_json_ld(page.source_text, marks[JSON_LD_MARK])
    url, url_source = _address(page, tags)
    site = site_of(url) if url else None
    site_name = _clean(tags.first("og:site_name", "application-name") or claims.site_name)
    day, day_source = _date(page, tags, claims, marks, blocks, url)
    return Metadata(
        title=_title(page, tags, claims, blocks, [name for name in (site_name, claims.site_name, site) if name]),
        author=_author(page, tags, claims, marks, blocks, [name for name in (site_name, claims.site_name) if name]),
        date=day,
        date_source=day_source,
        site=site,
        site_name=site_name,
        url=url,
        url_source=url_source,
        lang=_language(tags, blocks),
        license=license_in(page.source_text, marks[LICENSE_MARK], blocks, claims.license),
    )


def _address(page: Page, tags: Head) -> tuple[str | None, str | None]:
    if page.item.url:
        return page.item.url, "record"
    for address, source in ((tags.canonical, "canonical"), (tags.first("og:url"), "og:url")):
        if address and is_web_address(address):
            return address.strip(), source
    return None, None


def _title(page: Page, tags: Head, claims: JsonLd, blocks: Sequence[Block], site_names: list[str]) -> str | None:
    if page.kind == "text":
        return title_of_text([block.text for block in blocks[:_OPENING_BLOCKS]])
    headings = [_clean(block.text) for block in blocks if block.role == "heading" and block.level == 1][:5]
    return title_of_html(
        social=_clean(tags.first("og:title", "twitter:title")),
        element=_clean(tags.title),
        headline=_clean(claims.title),
        headings=[heading for heading in headings if heading],
        site_names=[*site_names, *(name.partition(".")[0] for name in site_names if "." in name)],
    )


def _author(
    page: Page, tags: Head, claims: JsonLd, marks: _Marks, blocks: Sequence[Block], names: Sequence[str]
) -> str | None:
    """The first name that the page gives; the site's own name only where there is no other."""
    several = ", ".join(tags.all("citation_author")) or None
    declared = [several, claims.author, *(value for name in _AUTHOR_META for value in tags.all(name))]
    site_names = {name.casefold() for name in names}
    fallback: str | None = None
    for value in chain(declared, _bylines(page, marks, blocks)):
        name = author_name(value)
        if name is not None and name.casefold() not in site_names:
            return name
        fallback = fallback or name
    return fallback


def _bylines(page: Page, marks: _Marks, blocks: Sequence[Block]) -> Iterator[str | None]:
    at = sorted(chain.from_iterable(marks[mark][:_MAX_AUTHOR_MARKS] for mark in AUTHOR_MARKS))
    yield from marked_authors(page.source_text, at)
    begin = _begin_of_article(blocks)
    lines = [block.text for block in blocks[begin : begin + _OPENING_BLOCKS]]
    for line, following in pairwise([*lines, ""]):
        yield byline_in(f"By {following}") if is_lead_in(line) else byline_in(line)


def _begin_of_article(blocks: Sequence[Block]) -> int:
    """A little before the first main heading, or the very beginning."""
    first = next((at for at, block in enumerate(blocks) if block.role == "heading" and block.level == 1), 0)
    return max(first - 5, 0)


def _date(
    page: Page, tags: Head, claims: JsonLd, marks: _Marks, blocks: Sequence[Block], url: str | None
) -> tuple[str | None, str | None]:
    """The first day that any evidence gives, strongest evidence first, and no day after the page was fetched."""
    last = _day_after(page.item.fetched)
    evidence: list[tuple[str, Iterable[str | None]]] = [
        ("json-ld", (date_of_stamp(value) for value in [claims.date] if value)),
        ("meta", (date_of_stamp(value) for name in _DATE_META for value in tags.all(name))),
    ]
    evidence.append(("time", map(date_of_stamp, _time_stamps(page.source_text, marks))))
    if url:
        evidence.append(("url", (date_in_url(url),)))
    begin = _begin_of_article(blocks)
    opening = blocks[begin : begin + _OPENING_BLOCKS]
    lines = (block.text for block in opening if len(block.text) <= _DATE_LINE_CHARS)
    evidence.append(("text", map(date_in_text, lines)))
    for source, days in evidence:
        for day in days:
            if day is not None and (last is None or day <= last):
                return day, source
    return None, None


def _time_stamps(source_text: str, marks: _Marks) -> Iterable[str]:
    for at in marks[_ITEMPROP_MARK][:1]:
        found = _ITEMPROP_DATE.search(source_text, max(at - 40, 0), at + 2000)
        if found:
            yield found[1]
    for at in marks[_TIME_MARK][:_MAX_TIMES]:
        tag = _TIME.match(source_text, at)
        stamp = _DATETIME.search(tag[1]) if tag else None
        if stamp:
            yield stamp[1]


def _day_after(fetched: str | None) -> str | None:
    """One day of grace for time zones."""
    try:
        return (date.fromisoformat(fetched[:10]) + timedelta(days=1)).isoformat() if fetched else None
    except (ValueError, OverflowError):
        return None


def _language(tags: Head, blocks: Sequence[Block]) -> str | None:
    declared = _LANG.match((tags.lang or "").strip())
    if declared:
        return declared[0].lower()
    words: list[str] = []
    length = 0
    for block in nlargest(_LANG_BLOCKS, blocks, key=lambda block: (len(block.text), -block.start)):
        words.append(block.text[: _LANG_MAX_CHARS - length])
        length += len(words[-1])
        if length >= _LANG_MAX_CHARS:
            break
    if length < _LANG_MIN_CHARS:
        return None
    return language_of(" ".join(words))


def _clean(text: str | None, most: int = 400) -> str | None:
    """*text* on one line, entities decoded; None if nothing is left, or so much that it is something else."""
    if text is None or len(text) > 4 * most:
        return None
    line = " ".join(html.unescape(text).split())
    return line if 0 < len(line) <= most else None
