"""The blocks of the pages of many sites as columns, and on how many pages of its site each of them stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.boilerplate.template_cells import REMOVED, ROW, unpack_blocks

BYTES_A_BLOCK = 90
"""Memory that the search takes at most, for each block it sees at once."""

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class PageBlocks(NamedTuple):
    """A page as the search sees it."""

    doc_id: str
    site: str | None
    """None takes no part."""
    cell: bytes
    """Of ``template_cells.pack_blocks``."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteBlocks:
    """The blocks of all pages that have a site, one row each, in the order of pages; kept ones first, by place."""

    ids: list[str]
    """One per page, as are the next three."""
    site: Ints
    is_first: Bools
    """Whether the page is the first of those of which the same blocks are kept."""
    sites: dict[str, int]
    """The number of each site by its name."""
    pages_of_site: Ints
    rows: NDArray[np.void]
    """The cells, one after the other."""
    page: NDArray[np.int32]
    """One per row, as are the next two."""
    key: NDArray[np.int32]
    """Number of the row's key on its site."""
    first_on_page: Bools
    """Whether the row is the page's first with its key."""

    def by_page(self, rows: Bools) -> Ints:
        """Of each page, how many characters of clean text the chosen *rows* have."""
        chars = self.rows["chars"][rows]
        return np.bincount(self.page[rows], chars, minlength=len(self.ids)).astype(np.int64)

    def by_site(self, rows: Bools) -> Ints:
        """Of each site, the same."""
        return np.bincount(self.site, self.by_page(rows), minlength=len(self.sites)).astype(np.int64)

    def pages_of_key(self, pages: Bools, rows: Bools | None = None) -> Ints:
        """On how many of the chosen *pages* the key of each row stands, among the chosen *rows* if they are given."""
        chosen = self.first_on_page & pages[self.page]
        if rows is not None:
            chosen &= rows
        return np.bincount(self.key[chosen], minlength=int(self.key.max(initial=-1)) + 1)[self.key]


def sites_in_parts(read: Callable[[], Iterable[PageBlocks]], memory: int) -> Iterator[SiteBlocks]:
    """The blocks of all pages that have a site, in parts of whole sites that take about *memory* bytes each at most.

    Args:
        read: gives all pages; called once if they fit together, else once more to begin with and once a part.
        memory: in bytes; a site that takes more by itself is a part by itself.
    """
    most = max(memory // BYTES_A_BLOCK, 1)
    count = _Count()
    together = site_blocks(_within(read(), count, most))
    if count.blocks <= most:
        yield together
        return
    del together
    parts = -(-count.blocks // most)
    for part in range(parts):
        yield site_blocks(page for page in read() if _part_of(page.site, parts) == part)


def _part_of(site: str | None, parts: int) -> int | None:
    return None if site is None else xxhash.xxh3_64_intdigest(site.encode("utf-8", "surrogatepass")) % parts


@dataclass
class _Count:
    """How many blocks were read."""

    blocks: int = 0


def _within(pages: Iterable[PageBlocks], count: _Count, most: int) -> Iterator[PageBlocks]:
    """The first of *pages*, until they have *most* blocks; all are counted."""
    for page in pages:
        if page.site is not None:
            count.blocks += len(page.cell) // ROW.itemsize
            if count.blocks <= most:
                yield page


def site_blocks(pages: Iterable[PageBlocks]) -> SiteBlocks:
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
        digests.append(xxhash.xxh3_64_intdigest(rows["key"][rows["size"] != REMOVED].tobytes(), numbers[-1]))
        cells += cell
    site = np.array(numbers, dtype=np.int64)
    is_first = np.zeros(len(ids), dtype=bool)
    is_first[np.unique(np.array(digests, dtype=np.uint64), return_index=True)[1]] = True
    rows = np.frombuffer(cells, ROW)
    page = np.repeat(np.arange(len(ids), dtype=np.int32), counts)
    key, first_on_page = _numbered(rows["key"], site, page)
    return SiteBlocks(
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


def _numbered(keys: NDArray[np.uint64], site: Ints, page: NDArray[np.int32]) -> tuple[NDArray[np.int32], Bools]:
    """A number for each key of a site, and which rows are the first of their page with their key."""
    # A key times an odd number for its site is another key for each site, and as unlikely to meet a third.
    of_site = keys * (2 * site[page].astype(np.uint64) + np.uint64(1))
    order = np.argsort(of_site, kind="stable")
    ordered, pages = of_site[order], page[order]
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    number = np.empty(len(keys), dtype=np.int32)
    number[order] = np.cumsum(begins) - 1
    begins[1:] |= pages[1:] != pages[:-1]
    first_on_page = np.empty(len(keys), dtype=bool)
    first_on_page[order] = begins
    return number, first_on_page
