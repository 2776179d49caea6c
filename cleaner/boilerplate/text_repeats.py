"""What recurs on a plain text page: lines, their beginnings, and the words that its running text is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.text_lines import Lines
from cleaner.boilerplate.text_windows import lines_within, window

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_WORD = re.compile(r"\w+")


def repeat_columns(lines: Lines, folded: Sequence[str]) -> dict[str, Floats]:
    """Features of copies, and of words in common with the rest of the page; *folded* has the lines in lower case."""
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
    row, ids = _long_words(folded)
    size = int(ids.max(initial=-1)) + 1
    count = len(folded)
    own = np.maximum(1, np.bincount(row, minlength=count))
    in_prose = lines.prose[row] > 0
    times = np.bincount(ids, in_prose, size)
    elsewhere = times[ids] - in_prose
    weight = np.bincount(ids, lines.prose[row] ** 0.5, size)[ids] - in_prose * lines.prose[row] ** 0.5
    everywhere = np.bincount(ids, minlength=size)[ids]
    columns = {
        "words in prose": np.bincount(row, elsewhere > 0, count) / own,
        "words in prose twice": np.bincount(row, elsewhere > 1, count) / own,
        "words prose weight": np.log1p(np.bincount(row, weight, count) / own),
        "words only here": np.bincount(row, everywhere == 1, count) / own,
    }
    columns["words in prose near"] = window(columns["words in prose"], 4) / lines_within(count, 4)
    return columns


def _long_words(folded: Sequence[str]) -> tuple[Ints, Ints]:
    """Line and number of each long word, once a line; sorted. Words are numbered as they appear on the page."""
    if compiled.native is None:
        pairs = _numbered_words(folded)
    else:
        pairs = np.frombuffer(compiled.native.long_words(list(folded)), np.int64).reshape(-1, 2)
    size = int(pairs[:, 1].max(initial=0)) + 1
    keys = np.sort(pairs[:, 0] * size + pairs[:, 1])
    return keys // size, keys % size


def _numbered_words(folded: Sequence[str]) -> Ints:
    numbers: dict[str, int] = {}
    pairs = []
    for row, line in enumerate(folded):
        long = [word for word in _WORD.findall(line) if len(word) > 3 or not word.isascii()]
        pairs += [(row, numbers.setdefault(word, len(numbers))) for word in dict.fromkeys(long)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
