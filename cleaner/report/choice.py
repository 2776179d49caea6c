"""Which pages are shown: some for every rule, for every large site, and those in doubt; the same whoever chooses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, zip_longest

import numpy as np
from numpy.typing import NDArray

from cleaner.report.totals import MOST_CHARS, MOST_RECORDS, Totals
from cleaner.writing.corpus import DocumentIndex

_SITES = 40


def chosen_pages(totals: Totals, index: DocumentIndex, number: int) -> list[int]:
    """Row numbers of *number* documents, or of all that can be shown, sorted.

    In turn: one for the rule that took most, one for the largest site, the page in most doubt, and so on; a
    near-duplicate brings the page that keeps its text.
    """
    can_be_shown = (totals.source_chars <= MOST_CHARS) & (totals.member <= max(MOST_RECORDS, number))
    chosen: dict[int, None] = {}
    turns = zip_longest(
        _for_rules(totals, index, can_be_shown), _for_sites(totals, can_be_shown), _in_doubt(totals, can_be_shown)
    )
    for group in chain.from_iterable(turns):
        for row in group or ():
            if len(chosen) < number and can_be_shown[row]:
                chosen.setdefault(row)
        if len(chosen) >= number:
            break
    by_key = np.lexsort((np.arange(len(totals.keys)), totals.keys))
    for row in by_key[can_be_shown[by_key]][: number + len(chosen)].tolist():
        if len(chosen) >= number:
            break
        chosen.setdefault(row)
    return sorted(chosen)


def _for_rules(totals: Totals, index: DocumentIndex, can_be_shown: NDArray[np.bool_]) -> Iterator[list[int]]:
    """A page for each rule, and the page that keeps the text if it is a copy.

    First come the main rules of each reason, then all others, most characters first.
    """
    chars = totals.tally.removed_chars
    ordered = sorted(totals.pools, key=lambda rule: (-chars[rule], rule))
    first = dict(reversed(ordered))
    for rule in sorted(ordered, key=lambda rule: first[rule[0]] != rule[1]):
        for page in totals.pools[rule]:
            if can_be_shown[page.row]:
                kept = None if page.kept_doc_id is None else index.row(page.kept_doc_id)
                yield [page.row] if kept is None else [page.row, kept]
                break


def _for_sites(totals: Totals, can_be_shown: NDArray[np.bool_]) -> Iterator[list[int]]:
    """A page of each large site, largest first, one that lost template if there is any."""
    named = np.array([name is not None for name in totals.sites], dtype=bool)
    pages = np.bincount(totals.site, minlength=len(named)) * named if len(named) else np.zeros(0, dtype=np.int64)
    for site in np.argsort(-pages, kind="stable")[:_SITES].tolist():
        rows = np.flatnonzero((totals.site == site) & can_be_shown)
        if pages[site] and len(rows):
            order = np.lexsort((totals.keys[rows], totals.gone["template"][rows] == 0))
            yield [int(rows[order[0]])]


def _in_doubt(totals: Totals, can_be_shown: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Pages with text, the least confident first."""
    rows = np.flatnonzero(can_be_shown & (totals.clean_chars > 0) & ~np.isnan(totals.confidence))
    for row in rows[np.lexsort((totals.keys[rows], totals.confidence[rows]))][:_SITES].tolist():
        yield [row]
