"""What recurs on a plain text page: lines, beginnings, shapes, and the words that its running text is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.text_lines import Lines, shapes
from cleaner.boilerplate.text_places import shifted, window

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PERIODS = 10
"""Lines of a teaser, a product or a post, at most, that are seen to follow on each other."""

_REACH = 12
_TOKEN = re.compile(r"\w+|\n")
_TITLE_WORDS = (3, 30)


def repeat_columns(lines: Lines) -> dict[str, Floats]:
    """Features of copies, shapes that recur, and words in common with the rest of the page."""
    folded = [text.lower() for text in lines.texts]
    return _copy_columns(lines, folded) | _shape_columns(lines) | _word_columns(lines, folded)


def _numbered(keys: Sequence[str]) -> Ints:
    """Each of *keys* as the number of its first appearance among the different ones."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _copy_columns(lines: Lines, folded: Sequence[str]) -> dict[str, Floats]:
    same = _numbered(folded)
    first = np.full(same.max() + 1, len(same))
    np.minimum.at(first, same, np.arange(len(same)))
    begins = _numbered([text[:12] for text in folded])
    return {
        "same text": np.log(np.bincount(same))[same],
        "is copy": (first[same] != np.arange(len(same))).astype(np.float64),
        "same beginning": np.log(np.bincount(begins))[begins],
    }


def _shape_columns(lines: Lines) -> dict[str, Floats]:
    """Lines of one kind (how long, which punctuation), and whether kinds follow on each other in a rhythm."""
    words, prose = lines.measures.words, lines.prose
    exact = _numbered(shapes(lines.texts))
    sizes = np.digitize(words, (2, 4, 8, 15, 30, 60))
    ends = lines.measures.ends > 0
    digits = lines.measures.digits > 0
    kind = np.unique(sizes * 4 + ends * 2 + digits, return_inverse=True)[1]
    count = np.bincount(exact).astype(np.float64)
    share = np.bincount(exact, prose) / np.maximum(1, np.bincount(exact, words))
    columns = {
        "same shape": np.log(count)[exact],
        "same shape prose": share[exact],
        "kind share": (np.bincount(kind) / len(kind))[kind],
    }
    best, period = np.zeros(len(kind)), np.zeros(len(kind))
    inside = window(np.ones(len(kind)), _REACH)
    for by in range(1, min(PERIODS, len(kind) - 1) + 1):
        equal = np.zeros(len(kind))
        equal[by:] = kind[by:] == kind[:-by]
        share = window(equal, _REACH) / inside
        better = share > best + (0.02 if by > 1 else 0.0)
        best, period = np.where(better, share, best), np.where(better, by, period)
    columns["rhythm"] = best
    columns["period"] = period
    alike = window((kind == np.concatenate(([-1], kind[:-1]))).astype(np.float64), 3)
    columns["alike near"] = alike
    return columns


def _word_columns(lines: Lines, folded: Sequence[str]) -> dict[str, Floats]:
    """How much of a line's words the running text has elsewhere, and the line that seems to be the title."""
    numbers: dict[str, int] = {"\n": -1}
    tokens = _TOKEN.findall("\n".join(text.replace("\n", " ") for text in folded))
    ids = np.array([numbers.setdefault(token, len(numbers)) for token in tokens], dtype=np.int64)
    row = np.cumsum(ids < 0)
    long = np.array([len(token) > 3 or not token.isascii() for token in numbers], dtype=np.bool_)
    keep = (ids >= 0) & long[ids]
    # Each word once a line.
    pairs = np.unique(row[keep] * len(numbers) + ids[keep])
    row, ids = pairs // len(numbers), pairs % len(numbers)
    count = len(folded)
    own = np.maximum(1, np.bincount(row, minlength=count))
    in_prose = lines.prose[row] > 0
    times = np.bincount(ids, in_prose, len(numbers))
    elsewhere = times[ids] - in_prose
    weight = np.bincount(ids, lines.prose[row] ** 0.5, len(numbers))[ids] - in_prose * lines.prose[row] ** 0.5
    everywhere = np.bincount(ids, minlength=len(numbers))[ids]
    columns = {
        "words in prose": np.bincount(row, elsewhere > 0, count) / own,
        "words in prose twice": np.bincount(row, elsewhere > 1, count) / own,
        "words prose weight": np.log1p(np.bincount(row, weight, count) / own),
        "words only here": np.bincount(row, everywhere == 1, count) / own,
    }
    words = lines.measures.words
    titles = np.flatnonzero((words >= _TITLE_WORDS[0]) & (words <= _TITLE_WORDS[1]))
    overlap = np.zeros(count)
    if len(titles):
        in_title = np.zeros(len(numbers), dtype=np.bool_)
        in_title[ids[row == titles[0]]] = True
        overlap = np.bincount(row, in_title[ids], count) / own
    columns["in first title"] = overlap
    for by in (-1, 1):
        columns[f"words in prose {by:+d}"] = shifted(columns["words in prose"], by)
    columns["words in prose near"] = window(columns["words in prose"], 4) / window(np.ones(count), 4)
    return columns
