"""What a system's text of a page is worth, by words, by shingles and by snippets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.wcxb import LabelledPage, Score, score, words

SHINGLE = 4
"""Words of a shingle."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Truth:
    """What the text of a page is held against."""

    page: LabelledPage
    words: Counter[str]
    shingles: Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PageScore:
    """How a system did on one page."""

    words: Score
    shingles: tuple[float, float, float]
    """Found, too much and missing, as shares of their sum; all 0 where neither text has words."""
    wanted_found: int
    unwanted_absent: int


def truth_of(page: LabelledPage) -> Truth:
    """The truth of *page*, counted."""
    return Truth(page, Counter(words(page.main_content)), _shingles(page.main_content))


def score_page(text: str, truth: Truth) -> PageScore:
    """The score of *text*; by shingles as Zyte's article-extraction-benchmark counts them."""
    found = words(text)
    shingles = _shingles(text)
    common = (shingles & truth.shingles).total()
    surplus, missing = shingles.total() - common, truth.shingles.total() - common
    whole = max(1, common + surplus + missing)
    flat = _flat(found)
    return PageScore(
        score(Counter(found), truth.words),
        (common / whole, surplus / whole, missing / whole),
        sum(_flat(words(snippet)) in flat for snippet in truth.page.wanted),
        sum(_flat(words(snippet)) not in flat for snippet in truth.page.unwanted),
    )


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    """Of a text shorter than a shingle, the text; of an empty one, nothing. Case counts."""
    found = _WORD.findall(text)
    if not found:
        return Counter()
    return Counter(tuple(found[at : at + SHINGLE]) for at in range(max(1, len(found) - SHINGLE + 1)))


def _flat(found: Sequence[str]) -> str:
    """So that a snippet is found by its words alone, and not inside of a word."""
    return f" {' '.join(found)} "
