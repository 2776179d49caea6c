"""What is seen in each line of a plain text page by itself, in any language, and which lines are one paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.text_measures import LONG, TextMeasures, measure_texts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_OPENERS = "\"'“‘«„‹([{¿¡"


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


def _continues(measures: TextMeasures, starts_lower: npt.NDArray[np.bool_], gaps: Floats) -> npt.NDArray[np.bool_]:
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
    measures = lines.measures
    words, chars = np.maximum(1, measures.words), measures.chars
    size = np.bincount(lines.paragraphs, measures.words)
    return {
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
        "paragraph words": np.log1p(size)[lines.paragraphs],
        "paragraph sentences": np.log1p(np.bincount(lines.paragraphs, measures.sentences))[lines.paragraphs],
        "paragraph commas": (np.bincount(lines.paragraphs, measures.commas) / np.maximum(1, size))[lines.paragraphs],
    }
