"""Text that repeats across the pages of a site: counted over the whole corpus, in columns.

What pass 1 kept looks like text of the page; that other pages of the site say the same is the evidence against it. It
is evidence only where those pages have text of their own: versions of one page say the same throughout, and what a
site prints under three addresses is a copy, not a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.boilerplate.template_cells import LABEL, LONG, NEVER, ROW, unpack_blocks
from cleaner.model import Removal

RULE = "site-template"

LEAST = 3
"""Pages on which a template stands, however small the site is."""

MOST = 0.5
"""Share of a site's pages that is enough on any site, and that long prose needs."""

MANY = 10
"""Pages from which a smaller share counts."""

CONSENT_PAGES = 2
"""Pages that are nothing but the same request for consent, from which it goes."""

_Bools = NDArray[np.bool_]
_Ints = NDArray[np.int64]


class PageBlocks(NamedTuple):
    """A page as the search sees it."""

    doc_id: str
    site: str | None
    """None takes no part."""
    cell: bytes
    """Of ``template_cells.pack_blocks``."""


@dataclass(frozen=True, slots=True)
class RefusedSite:
    """A site of which so much repeats that nothing of it was removed."""

    site: str
    pages: int
    share: float
    """Of its kept characters that repeat as templates do."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteTemplates:
    """What is template in a corpus: rows sorted by page, and a page's rows by place."""

    rows: dict[str, tuple[int, int]]
    """Of each page that has any, by its document's id: the half-open range of its rows."""
    start: NDArray[np.uint32]
    end: NDArray[np.uint32]
    chars: NDArray[np.uint32]
    share: NDArray[np.float64]
    """Of the site's pages, on which the text stands."""
    refused: tuple[RefusedSite, ...] = ()
    """Sorted by name."""

    def removals(self, doc_id: str) -> tuple[Removal, ...]:
        """The removals of one document, in the order of the page."""
        first, last = self.rows.get(doc_id, (0, 0))
        columns = (self.start[first:last].tolist(), self.end[first:last].tolist(), self.share[first:last].tolist())
        return tuple(Removal(start, end, "template", RULE, share) for start, end, share in zip(*columns, strict=True))

    def spans(self, doc_id: str) -> list[tuple[int, int]]:
        """Where they are."""
        first, last = self.rows.get(doc_id, (0, 0))
        return list(zip(self.start[first:last].tolist(), self.end[first:last].tolist(), strict=True))

    def removed_chars(self, doc_id: str) -> int:
        """How many characters of clean text go with them."""
        first, last = self.rows.get(doc_id, (0, 0))
        return int(self.chars[first:last].sum())


def find_templates(pages: Iterable[PageBlocks], settings: config.Templates) -> SiteTemplates:
    """What repeats across the pages of each site; the same for *pages* in any order.

    From ``settings.min_pages`` pages of a site on, text is template that stands on half of them, or on ``MANY`` and
    ``settings.share`` of them; long prose must stand on half. A page counts if most of its text is its own, copies of
    one page count once. Text of a few words goes only with a whole sentence beside it: headings and labels that
    repeat are how a site arranges what it says. Requests for consent go from the second page that says nothing else.

    A site of whose text more than ``settings.max_site_share`` repeats so loses nothing but these.
    """
    blocks = _read(pages if settings.enabled else ())
    all_pages = np.ones(len(blocks.ids), dtype=bool)
    all_rows = np.ones(len(blocks.rows), dtype=bool)
    repeats = blocks.beside_sentences(blocks.common(all_pages, settings))
    shares = blocks.by_site(repeats) / np.maximum(blocks.by_site(all_rows), 1)
    is_refused = shares > settings.max_site_share
    has_own_text = 2 * blocks.by_page(repeats) <= blocks.by_page(all_rows)
    goes = blocks.beside_sentences(blocks.common(has_own_text, settings))
    goes &= ~is_refused[blocks.site[blocks.page]]
    refused = [
        RefusedSite(name, int(blocks.pages_of_site[number]), round(float(shares[number]), 6))
        for name, number in sorted(blocks.sites.items())
        if is_refused[number]
    ]
    return blocks.templates(goes | blocks.consents(), tuple(refused))


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """The blocks of all pages that have a site, one row each, in the order of pages and of places."""

    ids: list[str]
    """One per page, as are the next three."""
    site: _Ints
    is_first: _Bools
    """Whether the page is the first of those that consist of the same blocks."""
    sites: dict[str, int]
    """The number of each site by its name."""
    pages_of_site: _Ints
    rows: NDArray[np.void]
    """The cells, one after the other."""
    page: NDArray[np.int32]
    """One per row, as are the next two."""
    key: NDArray[np.int64]
    """Number of the row's key on its site."""
    first_on_page: _Bools
    """Whether the row is the page's first with its key."""

    def by_page(self, rows: _Bools) -> _Ints:
        """Of each page, how many characters of clean text the chosen *rows* have."""
        chars = self.rows["chars"][rows]
        return np.bincount(self.page[rows], chars, minlength=len(self.ids)).astype(np.int64)

    def by_site(self, rows: _Bools) -> _Ints:
        """Of each site, the same."""
        return np.bincount(self.site, self.by_page(rows), minlength=len(self.sites)).astype(np.int64)

    def pages_of_key(self, counted: _Bools) -> _Ints:
        """On how many of the *counted* pages the key of each row stands."""
        chosen = self.first_on_page & counted[self.page]
        return np.bincount(self.key[chosen], minlength=int(self.key.max(initial=-1)) + 1)[self.key]

    def common(self, counted: _Bools, settings: config.Templates) -> _Bools:
        """Which rows stand on enough of the *counted* pages, few words or many."""
        distinct = np.bincount(self.site[self.is_first], minlength=len(self.sites))
        most = MOST * distinct
        enough = np.minimum(np.maximum(settings.share * distinct, MANY), most)
        site = self.site[self.page]
        size = self.rows["size"]
        needed = np.maximum(np.where(size == LONG, most[site], enough[site]), LEAST)
        is_common = self.pages_of_key(counted & self.is_first) >= needed
        return np.asarray(is_common & (distinct[site] >= settings.min_pages) & (size != NEVER))

    def beside_sentences(self, common: _Bools) -> _Bools:
        """Those of *common* rows that are sentences, or stand in a row of common ones with a sentence in it."""
        breaks = np.ones(len(common), dtype=bool)
        breaks[1:] = (common[1:] != common[:-1]) | (self.page[1:] != self.page[:-1])
        run = np.cumsum(breaks) - 1
        says = common & (self.rows["size"] != LABEL)
        return np.asarray(common & (np.bincount(run[says], minlength=int(run.max(initial=-1)) + 1)[run] > 0))

    def consents(self) -> _Bools:
        """Which rows are the request for consent that other pages of the site hold in place of their text."""
        asking = self.rows["consent"] > 0
        chosen = self.first_on_page & asking
        pages = np.bincount(self.key[chosen], minlength=int(self.key.max(initial=-1)) + 1)[self.key]
        return np.asarray((pages >= CONSENT_PAGES) & (asking | (self.rows["size"] != LABEL)))

    def templates(self, goes: _Bools, refused: tuple[RefusedSite, ...]) -> SiteTemplates:
        """The rows that go, as they are handed on."""
        chosen = np.flatnonzero(goes)
        pages, firsts = np.unique(self.page[chosen], return_index=True)
        lasts = np.append(firsts, len(chosen))[1:]
        standing = self.pages_of_key(np.ones(len(self.ids), dtype=bool))[chosen]
        share = standing / self.pages_of_site[self.site[self.page[chosen]]]
        return SiteTemplates(
            rows={
                self.ids[page]: (first, last)
                for page, first, last in zip(pages.tolist(), firsts.tolist(), lasts.tolist(), strict=True)
            },
            start=self.rows["start"][chosen],
            end=self.rows["end"][chosen],
            chars=self.rows["chars"][chosen],
            share=share.round(6),
            refused=refused,
        )


def _read(pages: Iterable[PageBlocks]) -> _Blocks:
    """The blocks of *pages* that have a site."""
    ids: list[str] = []
    numbers: list[int] = []
    counts: list[int] = []
    digests: list[int] = []
    sites: dict[str, int] = {}
    cells = bytearray()
    for doc_id, name, cell in pages:
        if name is None:
            continue
        rows = unpack_blocks(cell)
        ids.append(doc_id)
        numbers.append(sites.setdefault(name, len(sites)))
        counts.append(len(rows))
        digests.append(xxhash.xxh3_64_intdigest(rows["key"].tobytes(), numbers[-1]))
        cells += cell
    site = np.array(numbers, dtype=np.int64)
    is_first = np.zeros(len(ids), dtype=bool)
    is_first[np.unique(np.array(digests, dtype=np.uint64), return_index=True)[1]] = True
    rows = np.frombuffer(cells, ROW)
    page = np.repeat(np.arange(len(ids), dtype=np.int32), counts)
    key, first_on_page = _numbered(rows["key"], site, page)
    return _Blocks(
        ids=ids,
        site=site,
        is_first=is_first,
        sites=sites,
        pages_of_site=np.bincount(site, minlength=len(sites)),
        rows=rows,
        page=page,
        key=key,
        first_on_page=first_on_page,
    )


def _numbered(keys: NDArray[np.uint64], site: _Ints, page: NDArray[np.int32]) -> tuple[_Ints, _Bools]:
    """A number for each key of a site, and which rows are the first of their page with their key."""
    # A key times an odd number for its site is another key for each site, and as unlikely to meet a third.
    of_site = keys * (2 * site[page].astype(np.uint64) + np.uint64(1))
    order = np.argsort(of_site, kind="stable")
    ordered, pages = of_site[order], page[order]
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    number = np.empty(len(keys), dtype=np.int64)
    number[order] = np.cumsum(begins) - 1
    begins[1:] |= pages[1:] != pages[:-1]
    first_on_page = np.empty(len(keys), dtype=bool)
    first_on_page[order] = begins
    return number, first_on_page
