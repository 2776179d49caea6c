"""What recurs on a plain text page: lines, their beginnings, and the words that its running text is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.text_lines import Lines
from cleaner.boilerplate.text_windows import window

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_TOKEN = re.compile(r"\w+|\n")


def repeat_columns(lines: Lines) -> dict[str, Floats]:
    """Features of copies, and of words in common with the rest of the page."""
    folded = [text.lower() for text in lines.texts]
    return _copy_columns(folded) | _word_columns(lines, folded)


def _numbered(keys: Sequence[str]) -> Ints:
    """Each of *keys* as the number of its first appearance among the different ones."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _copy_columns(folded: Sequence[str]) -> dict[str, Floats]:
    same = _numbered(folded)
    first = np.full(same.max() + 1, len(same))
    np.minimum.at(first, same, np.arange(len(same)))
    begins = _numbered([text[:12] for text in folded])
    return {
        "same text": np.log(np.bincount(same))[same],
        "is copy": (first[same] != np.arange(len(same))).astype(np.float64),
        "same beginning": np.log(np.bincount(begins))[begins],
    }


def _word_columns(lines: Lines, folded: Sequence[str]) -> dict[str, Floats]:
    """How much of a line's words the running text has elsewhere."""
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
    columns["words in prose near"] = window(columns["words in prose"], 4) / window(np.ones(count), 4)
    return columns
