"""What is seen in each line of a plain text page by itself, in any language, and which lines are one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.text_measures import LONG, TextMeasures, measure_texts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHAPE_CHARS = 48
"""Characters of a line that its shape is taken from."""

BULLETS = frozenset("-*+•–—·●○▪■►▶»›>#")
_OPENERS = "\"'“‘«„‹([{¿¡"
_PATTERN = re.compile(
    r"(?P<time>\d{1,2}:\d\d)|(?P<price>[$€£¥₹]\s?\d|\d\s?[€£₹])|(?P<year>\b(?:19|20)\d\d\b)"
    r"|(?P<address>https?://|\bwww\.|\w@\w)|(?P<bar>[|·•»›→/])"
)
_PATTERNS = ("time", "price", "year", "address", "bar")
_RUN = re.compile(r"(.)\1+")
_ASCII_SHAPES = {
    code: "A" if chr(code).isupper() else "a" if chr(code).isalpha() else "0" if chr(code).isdigit() else chr(code)
    for code in range(32, 127)
}


class _Shapes(dict[int, str]):
    """For ``str.translate``: letters of one kind alike, digits alike, the rest as it is."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = "0" if char.isdigit() else "A" if char.isupper() else "a" if char.isalpha() else char
        self[code] = kind
        return kind


_SHAPES = _Shapes(_ASCII_SHAPES)


@dataclass(frozen=True, slots=True)
class Lines:
    """One entry a line in each array; a line is a block of a plain text page."""

    texts: Sequence[str]
    measures: TextMeasures
    gaps: Floats
    """Line ends before each line; 0 for the first."""
    starts_lower: npt.NDArray[np.bool_]
    paragraphs: Ints
    """Number of the paragraph, counted from 0: lines that break off in mid-sentence and go on below are one."""
    prose: Floats
    """Words of lines whose paragraph reads like sentences; else 0."""


def read_text_lines(texts: Sequence[str], gaps: Sequence[int]) -> Lines:
    """What the lines look like; none of *texts* is empty."""
    measures = measure_texts(texts)
    starts_lower = np.array([_starts_lower(text) for text in texts], dtype=np.bool_)
    gap = np.array(gaps, dtype=np.float64)
    paragraphs = np.cumsum(~_continues(measures, starts_lower, gap)) - 1
    words = np.bincount(paragraphs, measures.words)
    stops = np.bincount(paragraphs, measures.sentences + measures.commas)
    reads = ((words >= LONG) & (stops > 0))[paragraphs]
    return Lines(texts, measures, gap, starts_lower, paragraphs, np.where(reads, measures.words, 0.0))


def _starts_lower(text: str) -> bool:
    first = text[0]
    if first in _OPENERS:
        first = text[1:2] or first
    return first.islower() or first in ".,;:!?)]}%’”"


def _continues(
    measures: TextMeasures, starts_lower: npt.NDArray[np.bool_], gaps: Floats
) -> npt.NDArray[np.bool_]:
    """Whether each line goes on with the sentence of the line above it."""
    open_above = np.concatenate(([False], measures.ends[:-1] == 0)) & (gaps < 3)
    words_above = np.concatenate(([0.0], measures.words[:-1]))
    continues = open_above & starts_lower
    # A link's text between the two halves of a sentence may begin with a capital.
    follows = np.concatenate((continues[1:], [False]))
    result: npt.NDArray[np.bool_] = continues | (open_above & follows & (measures.words <= 6) & (words_above >= 3))
    return result


def line_columns(lines: Lines) -> dict[str, Floats]:
    """Features of each line by itself and of its paragraph."""
    measures, texts = lines.measures, lines.texts
    words, chars = np.maximum(1, measures.words), measures.chars
    size = np.bincount(lines.paragraphs, measures.words)
    count = np.bincount(lines.paragraphs).astype(np.float64)
    first = np.concatenate(([0], np.cumsum(count.astype(np.int64))[:-1]))
    columns = {
        "words": np.log1p(measures.words),
        "chars": np.log1p(chars),
        "word length": chars / words,
        "sentences": np.log1p(measures.sentences),
        "sentence length": measures.words / (1 + measures.sentences),
        "commas": measures.commas / words,
        "digits": measures.digits / chars,
        "capitals": measures.capitals / words,
        "symbols": measures.symbols / chars,
        "ends": measures.ends,
        "starts lower": lines.starts_lower.astype(np.float64),
        "starts with digit": np.array([text[0].isdigit() for text in texts], dtype=np.float64),
        "starts with bullet": np.array([text[0] in BULLETS for text in texts], dtype=np.float64),
        "all capitals": np.array([text.isupper() for text in texts], dtype=np.float64),
        "ends with colon": np.array([text[-1] in ":：" for text in texts], dtype=np.float64),
        "ends with dots": np.array([text.endswith(("...", "…")) for text in texts], dtype=np.float64),
        "paragraph words": np.log1p(size)[lines.paragraphs],
        "paragraph lines": np.log1p(count)[lines.paragraphs],
        "in paragraph": np.arange(len(texts)) - first[lines.paragraphs],
        "paragraph sentences": np.log1p(np.bincount(lines.paragraphs, measures.sentences))[lines.paragraphs],
        "paragraph commas": (np.bincount(lines.paragraphs, measures.commas) / np.maximum(1, size))[lines.paragraphs],
    }
    return columns | _pattern_columns(texts, words)


def _pattern_columns(texts: Sequence[str], words: Floats) -> dict[str, Floats]:
    counts = np.zeros((len(_PATTERNS), len(texts)))
    ends = np.cumsum([len(text) + 1 for text in texts])
    found = [(match.lastgroup, match.start()) for match in _PATTERN.finditer("\n".join(texts))]
    if found:
        kinds = [_PATTERNS.index(kind or "") for kind, _ in found]
        np.add.at(counts, (kinds, np.searchsorted(ends, [start for _, start in found], "right")), 1)
    return {name: np.minimum(1.0, counts[at] / words) for at, name in enumerate(_PATTERNS)}


def shapes(texts: Sequence[str]) -> list[str]:
    """Letters, capitals, digits and punctuation as they follow on each other at the beginning of each line.

    >>> shapes(["12 May 2020 | News", "7 June 1999 | Sport"])
    ['0 Aa 0 | Aa', '0 Aa 0 | Aa']
    """
    joined = "\n".join(text[:SHAPE_CHARS].replace("\n", " ") for text in texts).translate(_SHAPES)
    return _RUN.sub(r"\1", joined).split("\n")
