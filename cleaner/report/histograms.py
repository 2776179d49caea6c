"""How pages are spread over a measure, as bars to draw and as a sentence for those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.wording import counted

HEIGHT = 120
"""Of the tallest bar."""
_LENGTHS = (0, 1, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Bar:
    """Pages between two values; in percent of the width, and in pixels of ``HEIGHT``."""

    start: float
    width: float
    height: float
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """A plot."""

    title: str
    sentence: str
    unit: str
    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    most: int

    @property
    def in_words(self) -> str:
        """All bars, for those who do not see them."""
        return "; ".join(f"{bar.label}: {bar.count:,}" for bar in self.bars if bar.count)


def share_kept(shares: NDArray[np.float64]) -> Histogram:
    """How much of their visible text pages keep; *shares* in percent."""
    edges = np.linspace(0, 100, 21)
    labels = [f"{low:.0f} to {high:.0f}\xa0%" for low, high in pairwise(edges)]
    sentence = "No page has any text."
    if len(shares):
        least = int((shares < 5).sum())
        sentence = f"Half of the pages keep more than {np.median(shares):.0f}\xa0%; {least:,} keep less than 5\xa0%."
    ticks = [(float(at), f"{at}\xa0%") for at in (0, 25, 50, 75, 100)]
    return _drawn("Share of visible text kept", sentence, "share kept", np.histogram(shares, edges)[0], labels, ticks)


def page_length(chars: NDArray[np.int64]) -> Histogram:
    """How long documents are."""
    counts = np.histogram(chars, [*_LENGTHS, np.inf])[0]
    names = [_figure(length) for length in _LENGTHS]
    labels = ["none", *(f"{low} to {high}" for low, high in pairwise(names[1:])), f"{names[-1]} on"]
    width = 100 / len(counts)
    ticks = [(width / 2, "0"), *((width * at, names[at]) for at in (3, 6, 9, 12))]
    sentence = (
        f"Half of the documents have more than {counted(int(np.median(chars)), 'character')}." if len(chars) else ""
    )
    return _drawn("Length of documents", sentence, "characters of clean text", counts, labels, ticks)


def confidence(values: NDArray[np.float32]) -> Histogram:
    """How sure the extractor is of each page."""
    known = values[~np.isnan(values)]
    edges = np.linspace(0, 1, 21)
    labels = [f"{low:.2f} to {high:.2f}" for low, high in pairwise(edges)]
    sentence = "The extractor gives no confidence."
    if len(known):
        doubtful = int((known < 0.5).sum())
        sentence = f"Half of the pages have more than {np.median(known):.2f}; {doubtful:,} have less than 0.5."
    ticks = [(100 * at, f"{at:g}") for at in (0, 0.25, 0.5, 0.75, 1)]
    return _drawn("Confidence", sentence, "word F1 to be expected", np.histogram(known, edges)[0], labels, ticks)


def _drawn(
    title: str,
    sentence: str,
    unit: str,
    counts: NDArray[np.int64],
    labels: Sequence[str],
    ticks: Sequence[tuple[float, str]],
) -> Histogram:
    most = int(counts.max(initial=0))
    width = 100 / len(counts)
    bars = [
        Bar(width * at, width, max(HEIGHT * count / most, 1.5) if count else 0.0, count, label)
        for at, (count, label) in enumerate(zip(counts.tolist(), labels, strict=True))
    ]
    return Histogram(title, sentence, unit, bars, ticks, most)


def _figure(number: int) -> str:
    return f"{number // 1000}\xa0k" if number >= 1000 else f"{number}"
