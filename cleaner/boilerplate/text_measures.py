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
_UNSPACED_SCRIPTS = (("\u0e00", "\u0eff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"))
_BLANK = 0x3001
"""Behind all white space."""
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
    chars = list(map(chr, range(0x20000)))
    categories = list(map(unicodedata.category, chars))
    by_category = {category: _kind_of(category) for category in set(categories)}
    kinds = np.fromiter(map(by_category.__getitem__, categories), np.uint16, len(chars))
    for first, last in _UNSPACED_SCRIPTS:
        script = kinds[ord(first) : ord(last) + 1]
        script[script & _LETTER > 0] |= _UNSPACED
    for marks, kind in ((_STOPS, _STOP), (_WIDE_STOPS, _STOP | _WIDE_STOP), (_COMMAS, _COMMA), ("_", _LETTER)):
        kinds[list(map(ord, marks))] = kind
    kinds[[code for code, char in enumerate(chars[:_BLANK]) if char.isspace()]] |= _SPACE
    kinds[0x1FFFF] = _LETTER | _UNSPACED
    return kinds


def _kind_of(category: str) -> int:
    """The kind of the characters of a general category, but for those that are told one by one."""
    kind = _LETTER if category[0] in "LMN" else _SYMBOL if category[0] in "PS" else 0
    return kind | _DIGIT * (category == "Nd") | _UPPER * (category in {"Lu", "Lt"})
