"""The passages of a page once parts of it are known to be no text of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.columns import PagePassages
from cleaner.duplicates.minhash import band_keys, minhashes
from cleaner.duplicates.signatures import SignedPassages, offsets_of


def without_spans(page: PagePassages, spans: Sequence[tuple[int, int]]) -> PagePassages:
    """The passages of *page* that touch none of *spans*, sorted and disjoint, in its source text.

    A sub-passage goes with the passage that it stands in.
    """
    touched = _touched(page, spans)
    kept = np.flatnonzero(~touched[page.parent])
    place = np.zeros(len(page), dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    return PagePassages(
        start=page.start[kept],
        end=page.end[kept],
        text_start=page.text_start[kept],
        text_end=page.text_end[kept],
        kind=page.kind[kept],
        parent=place[page.parent[kept]],
        signed=_rows(page.signed, kept),
    )


def whole_without_spans(
    whole: PagePassages, page: PagePassages, spans: Sequence[tuple[int, int]], config: config.Signatures
) -> PagePassages:
    """The row *whole* of a document, signed anew without what only the passages of *page* that touch *spans* say.

    N-grams across the borders of what is gone stay, two or three a border, and those of removed text that is too short
    to be a passage; where little else would be left, only the n-grams of passages that stay do.
    """
    touched = _touched(page, spans)[page.parent]
    gone = _rows(page.signed, np.flatnonzero(touched)).shingles
    own = _rows(page.signed, np.flatnonzero(~touched)).shingles
    shingles = whole.signed.shingles
    is_own = np.isin(shingles, own)
    shingles = shingles[is_own if 2 * is_own.sum() < len(is_own) else is_own | ~np.isin(shingles, gone)]
    proper = touched & (page.parent == np.arange(len(page)))
    words = np.maximum(whole.signed.words - page.signed.words[proper].sum(), 0)
    offsets = offsets_of(np.array([len(shingles)]))
    signatures = minhashes(shingles, offsets, config.bands * config.rows, config.seed)
    exact = np.array([xxhash.xxh3_64_intdigest(shingles.tobytes())], dtype=np.uint64)
    signed = SignedPassages(exact, words.astype(np.int32), offsets, shingles, band_keys(signatures, config.bands))
    return replace(whole, signed=signed)


def _touched(page: PagePassages, spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which passages share a character with one of *spans*."""
    if not spans:
        return np.zeros(len(page), dtype=bool)
    starts, ends = np.array(spans, dtype=np.int64).T
    # Spans are disjoint: the first that ends behind a passage's start is the first that can touch it.
    at = np.searchsorted(ends, page.start, side="right")
    return np.asarray((at < len(starts)) & (starts[np.minimum(at, len(starts) - 1)] < page.end))


def _rows(signed: SignedPassages, rows: NDArray[np.int64]) -> SignedPassages:
    """The chosen *rows*, in their order."""
    sizes = signed.sizes[rows]
    offsets = offsets_of(sizes)
    places = np.arange(offsets[-1]) + np.repeat(signed.offsets[rows] - offsets[:-1], sizes)
    return SignedPassages(
        exact=signed.exact[rows],
        words=signed.words[rows],
        offsets=offsets,
        shingles=signed.shingles[places],
        bands=signed.bands[rows],
    )
