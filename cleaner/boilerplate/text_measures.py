"""What can be counted in the text of every block at once, in any language: words, sentences, punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleaner import compiled

Floats = npt.NDArray[np.float64]

_LETTER, _UNSPACED, _DIGIT, _UPPER, _STOP, _COMMA, _SPACE, _SYMBOL, _WIDE_STOP = (1 << bit for bit in range(9))
_STOPS = ".!?…。！？؟।॥۔።։"
_WIDE_STOPS = "。！？"
_COMMAS = ",;:，、；：،؛"
_CHARS_A_WORD = 1.7
"""Characters of Chinese, Japanese or Thai that make a word of other scripts."""

LONG = 8
"""Words from which a block with punctuation reads like a sentence."""


@dataclass(frozen=True, slots=True)
class TextMeasures:
    """One figure a block."""

    counted: Floats
    """Words as the usual ``\\w+`` counts them."""
    words: Floats
    """Words, with scripts that write no spaces made comparable."""
    chars: Floats
    sentences: Floats
    commas: Floats
    digits: Floats
    capitals: Floats
    """Words that begin with a capital letter."""
    symbols: Floats
    ends: Floats
    """1 where the last character ends a sentence."""


def measure_texts(texts: Sequence[str]) -> TextMeasures:
    """The measures of *texts*, none of them empty.

    >>> measure_texts(["It is late.", "Home"]).words.tolist()
    [3.0, 1.0]
    """
    if compiled.native is None:
        counts = _counts(texts)
    else:
        counts = np.frombuffer(compiled.native.text_measures(list(texts), _kinds())).reshape(10, -1)
    begins, spaced, unspaced, chars, stops, commas, digits, capitals, symbols, ends = counts
    words = spaced + unspaced / _CHARS_A_WORD
    return TextMeasures(begins, words, chars, stops, commas, digits, capitals, symbols, ends)


def _counts(texts: Sequence[str]) -> Floats:
    """Beginnings of words, those of spaced scripts, characters of unspaced ones, all characters, and what follows."""
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds()[np.minimum(codes, 0x1FFFF)]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    inner = (kinds & _LETTER) > 0
    unspaced = (kinds & _UNSPACED) > 0
    before = np.concatenate(([False], inner[:-1]))
    begins = inner & ~before
    following_space = np.concatenate(((kinds[1:] & _SPACE) > 0, [True]))
    stops = ((kinds & _STOP) > 0) & (following_space | ((kinds & _WIDE_STOP) > 0))
    last = starts + lengths - 2
    closing = (kinds[last] & _SYMBOL) > 0  # a quotation mark or bracket may follow the full stop
    end = np.where(closing & (lengths > 2), np.maximum(last - 1, starts), last)
    masks = (
        begins,
        begins & ~unspaced,
        unspaced,
        np.ones(len(kinds), dtype=np.bool_),
        stops,
        (kinds & _COMMA) > 0,
        (kinds & _DIGIT) > 0,
        begins & ((kinds & _UPPER) > 0),
        (kinds & _SYMBOL) > 0,
    )
    counts = [np.add.reduceat(mask, starts, dtype=np.float64) for mask in masks]
    counts[3] -= 1
    return np.array([*counts, (kinds[end] & _STOP) > 0])


@lru_cache(maxsize=1)
def _kinds() -> npt.NDArray[np.uint16]:
    """The kind of each code point below U+20000, and of those above it as one."""
    kinds = np.zeros(0x20000, dtype=np.uint16)
    for code in range(0x20000):
        kinds[code] = _kind(chr(code))
    kinds[0x1FFFF] = _LETTER | _UNSPACED
    return kinds


def _kind(char: str) -> int:
    category = unicodedata.category(char)
    kind = 0
    if category[0] in "LMN" or char == "_":
        kind |= _LETTER
    if "\u0e00" <= char <= "\u0eff" or "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff":
        kind |= _UNSPACED if kind else 0
    if category == "Nd":
        kind |= _DIGIT
    if category in {"Lu", "Lt"}:
        kind |= _UPPER
    if char in _STOPS:
        kind |= _STOP
    if char in _WIDE_STOPS:
        kind |= _WIDE_STOP
    if char in _COMMAS:
        kind |= _COMMA
    if char.isspace():
        kind |= _SPACE
    if category[0] in "PS" and char not in _STOPS and char not in _COMMAS and char != "_":
        kind |= _SYMBOL
    return kind
