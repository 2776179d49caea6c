"""The passages of a page once parts of it are known to be no text of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.columns import WHOLE, PagePassages, is_banded
from cleaner.duplicates.minhash import band_keys, minhashes
from cleaner.duplicates.signatures import shingle_counts


def without_spans(page: PagePassages, spans: Sequence[tuple[int, int]], config: config.Signatures) -> PagePassages:
    """One *page* without the words in *spans*, sorted and disjoint, of its source.

    Passages that touch one of them go, and sub-passages with the passage that they stand in. The page as a whole is
    signed anew; n-grams across the borders of what is gone stay, two a border.
    """
    starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    touched = _touched(page.table["start"], page.table["end"], starts, ends) & (page.table["kind"] != WHOLE)
    stays = ~touched[page.table["parent"]]
    rows, words = np.flatnonzero(stays), ~_touched(page.word_start, page.word_end, starts, ends)
    place = np.cumsum(stays) - 1
    shingles = page.shingles[words]
    table = page.table[rows]
    table["parent"] = place[table["parent"]]
    table["first"] = (np.cumsum(words) - words)[np.minimum(table["first"], len(words) - 1)] if len(words) else 0
    table["words"][-1] = len(shingles)
    table["exact"][-1] = xxhash.xxh3_64_intdigest(shingles.astype("<u4").tobytes())
    length = np.array([len(shingles)])
    first = np.zeros(1, dtype=np.int64)
    count = shingle_counts(first, length, length, config.ngram)
    signature = minhashes(shingles, first, count, config.bands * config.rows, config.seed)
    bands = page.bands[stays[is_banded(page.table["kind"])]].copy()
    bands[-1] = band_keys(signature, config.bands)[0]
    marks = stays[page.fingerprint_rows]
    return replace(
        page,
        table=table,
        shingles=shingles,
        word_start=page.word_start[words],
        word_end=page.word_end[words],
        fingerprints=page.fingerprints[marks],
        fingerprint_rows=place[page.fingerprint_rows[marks]].astype(np.int32),
        bands=bands,
        sizes=np.array([[len(table), len(shingles)]]),
    )


def _touched(
    begin: NDArray[np.integer], end: NDArray[np.integer], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which of the stretches from *begin* to *end* share a character with a span."""
    if not len(starts):
        return np.zeros(len(begin), dtype=np.bool_)
    # Spans are disjoint: the first that ends behind a place is the first that can touch what begins there.
    at = np.searchsorted(ends, begin, side="right")
    return np.asarray((at < len(starts)) & (starts[np.minimum(at, len(starts) - 1)] < end))
