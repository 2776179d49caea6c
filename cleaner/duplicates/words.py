"""Words: what counts as one, in a text as it stands and in its normalised form.

A word is a run of letters, digits and combining marks. In scripts that set no space between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese ...) each letter with its marks is a word of its own, so that lengths in words and n-grams of
words mean something there too.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from itertools import chain

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)


def _mark_ranges() -> str:
    """The combining marks of Unicode's first plane as the inside of a character class; ``re`` has no name for them.

    Those beyond it belong to scripts of old inscriptions, and ``re`` would try their ranges one by one everywhere.
    """
    marks = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M")]
    ranges: list[list[int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _mark_ranges()
_WORD = re.compile(
    rf"(?=[^\W_])[{_UNSPACED}][{_MARKS}]*+"
    rf"|[^\W_{_UNSPACED}]++(?:[{_MARKS}]++[^\W_{_UNSPACED}]*+)*+"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+")
_MARKS_AT_MOST = 30
"""Marks on one letter that Unicode's stream-safe format allows; sorting longer runs of them is quadratic."""
# One mark by itself in front: the search then skips to marks instead of trying to match everywhere.
_TOO_MANY_MARKS = re.compile(rf"[{_MARKS}][{_MARKS}]{{{_MARKS_AT_MOST},}}+")
_ASCII_WORDS = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)


def word_bounds(text: str, start: int = 0, end: int = sys.maxsize) -> tuple[array[int], array[int]]:
    """Where the words of ``text[start:end]`` begin, and where they end.

    >>> [bounds.tolist() for bounds in word_bounds("It's 北京!")]
    [[0, 3, 5, 6], [2, 4, 6, 7]]
    """
    bounds = array("q", chain.from_iterable(match.span() for match in _WORD.finditer(text, start, end)))
    return bounds[::2], bounds[1::2]


def normalised_words(text: str) -> list[bytes]:
    r"""The words of *text* in UTF-8, without regard to case, punctuation and compatible forms (NFKC).

    >>> normalised_words("“The ﬁrst” co\u00adpy: U.S. １２ 北京")
    [b'the', b'first', b'copy', b'u', b's', b'12', b'\xe5\x8c\x97', b'\xe4\xba\xac']
    """
    if text.isascii():
        return text.encode("ascii").translate(_ASCII_WORDS).split()
    visible = _TOO_MANY_MARKS.sub(lambda run: run[0][:_MARKS_AT_MOST], _INVISIBLE.sub("", text))
    folded = unicodedata.normalize("NFKC", visible.casefold())
    return [word.encode() for word in _WORD.findall(folded)]
