"""Text that repeats across the pages of a site: counted over the whole corpus, in columns.

What pass 1 kept looks like text of the page; that other pages of the site say the same, whether it was kept there or
not, is the evidence against it. It is evidence only where those pages have text of their own: versions of one page say
the same throughout, and what a site prints under three addresses is a copy, not a template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.boilerplate.site_blocks import Bools, PageBlocks, SiteBlocks, sites_in_parts
from cleaner.boilerplate.template_cells import LABEL, LONG, NEVER, REMOVED, SENTENCE
from cleaner.model import RefusedSite, Removal

RULE = "site-template"

LEAST = 3
"""Pages on which a template is kept, however small the site is: what is kept on one and removed from all others may be
the opening of an article that they have a teaser of."""

MOST = 0.5
"""Share of a site's pages that is enough on any site, and that long prose needs."""

MANY = 10
"""Pages from which a smaller share counts."""

CONSENT_PAGES = 2
"""Pages that are nothing but the same request for consent, from which it goes."""


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


def find_templates(
    read: Callable[[], Iterable[PageBlocks]], settings: config.Templates, memory: int = 1_000_000_000
) -> SiteTemplates:
    """What repeats across the pages of each site; the same for pages in any order.

    From ``settings.min_pages`` pages of a site on, text is template that stands on half of them, or on ``MANY`` and
    ``settings.share`` of them; long prose must stand on half. Pages from which pass 1 removed it count, but not where
    it is the first sentence of a page. A page counts if most of its text is its own, copies of one page count once.
    Text of a few words goes only with a whole sentence beside it: headings and labels that repeat are how a site
    arranges what it says. Requests for consent go from the second page that says nothing else.

    A site of whose text more than ``settings.max_site_share`` repeats so loses nothing but these.

    Args:
        read: gives all pages, as often as *memory* makes it necessary.
        settings: as in the config.
        memory: in bytes, about.
    """
    parts = sites_in_parts(read, memory) if settings.enabled else ()
    return _joined([_templates_of(blocks, settings) for blocks in parts])


def _templates_of(blocks: SiteBlocks, settings: config.Templates) -> SiteTemplates:
    """The templates of some sites."""
    all_pages = np.ones(len(blocks.ids), dtype=bool)
    all_rows = np.ones(len(blocks.rows), dtype=bool)
    repeats = _beside_sentences(blocks, _common(blocks, all_pages, settings))
    shares = blocks.by_site(repeats) / np.maximum(blocks.by_site(all_rows), 1)
    is_refused = shares > settings.max_site_share
    has_own_text = 2 * blocks.by_page(repeats) <= blocks.by_page(all_rows)
    goes = _beside_sentences(blocks, _common(blocks, has_own_text, settings))
    goes &= ~is_refused[blocks.site[blocks.page]]
    goes |= _consents(blocks)
    chosen = np.flatnonzero(goes)
    pages, firsts = np.unique(blocks.page[chosen], return_index=True)
    lasts = np.append(firsts, len(chosen))[1:]
    standing = blocks.pages_of_key(all_pages)[chosen]
    return SiteTemplates(
        rows={
            blocks.ids[page]: (first, last)
            for page, first, last in zip(pages.tolist(), firsts.tolist(), lasts.tolist(), strict=True)
        },
        start=blocks.rows["start"][chosen],
        end=blocks.rows["end"][chosen],
        chars=blocks.rows["chars"][chosen],
        share=(standing / blocks.pages_of_site[blocks.site[blocks.page[chosen]]]).round(6),
        refused=tuple(
            RefusedSite(name, int(blocks.pages_of_site[number]), round(float(shares[number]), 6))
            for name, number in blocks.sites.items()
            if is_refused[number]
        ),
    )


def _common(blocks: SiteBlocks, pages: Bools, settings: config.Templates) -> Bools:
    """Which rows stand on so many of the chosen *pages* that they can be template."""
    distinct = np.bincount(blocks.site[blocks.is_first], minlength=len(blocks.sites))
    most = MOST * distinct
    enough = np.minimum(np.maximum(settings.share * distinct, MANY), most)
    site = blocks.site[blocks.page]
    size = blocks.rows["size"]
    counted = pages & blocks.is_first
    needed = np.where(size == LONG, most[site], enough[site])
    standing = blocks.pages_of_key(counted)
    kept = blocks.pages_of_key(counted, size != REMOVED)
    is_common = (standing >= needed) & (kept >= np.where(_openings(blocks), np.maximum(needed, LEAST), LEAST))
    return np.asarray(is_common & (distinct[site] >= settings.min_pages) & (size != NEVER) & (size != REMOVED))


def _openings(blocks: SiteBlocks) -> Bools:
    """Which rows are the first sentence of their page: other pages may have it as the teaser of an article."""
    says = np.flatnonzero((blocks.rows["size"] == SENTENCE) | (blocks.rows["size"] == LONG))
    is_opening = np.zeros(len(blocks.rows), dtype=bool)
    is_opening[says[np.unique(blocks.page[says], return_index=True)[1]]] = True
    return is_opening


def _beside_sentences(blocks: SiteBlocks, common: Bools) -> Bools:
    """Those of *common* rows that are sentences, or that nothing but common rows parts from one."""
    breaks = np.ones(len(common), dtype=bool)
    breaks[1:] = (common[1:] != common[:-1]) | (blocks.page[1:] != blocks.page[:-1])
    run = np.cumsum(breaks) - 1
    says = common & (blocks.rows["size"] != LABEL)
    return np.asarray(common & (np.bincount(run[says], minlength=int(run.max(initial=-1)) + 1)[run] > 0))


def _consents(blocks: SiteBlocks) -> Bools:
    """Which rows are the request for consent that several pages of the site hold in place of their text."""
    asking = blocks.rows["consent"] > 0
    pages = blocks.pages_of_key(np.ones(len(blocks.ids), dtype=bool), asking)
    says = (blocks.rows["size"] != LABEL) & (blocks.rows["size"] != REMOVED)
    return np.asarray((pages >= CONSENT_PAGES) & (asking | says))


def _joined(parts: Sequence[SiteTemplates]) -> SiteTemplates:
    """The templates of all *parts*, which share no page."""
    rows: dict[str, tuple[int, int]] = {}
    before = 0
    for part in parts:
        rows.update({doc_id: (before + first, before + last) for doc_id, (first, last) in part.rows.items()})
        before += len(part.start)
    none = np.empty(0, dtype=np.uint32)
    return SiteTemplates(
        rows=rows,
        start=np.concatenate([none, *(part.start for part in parts)]),
        end=np.concatenate([none, *(part.end for part in parts)]),
        chars=np.concatenate([none, *(part.chars for part in parts)]),
        share=np.concatenate([np.empty(0), *(part.share for part in parts)]),
        refused=tuple(sorted((site for part in parts for site in part.refused), key=lambda refused: refused.site)),
    )
