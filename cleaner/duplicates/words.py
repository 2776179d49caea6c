"""Words: what counts as one, in a text as it stands and in its normalised form.

A word is a run of letters, digits and combining marks. In scripts that set no space between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese ...) each letter with its marks is a word of its own, so that lengths in words and n-grams of
words mean something there too.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

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
# A letter and what goes with it. That what follows depends on the letter is said by looking back at it: a pattern that
# begins with one set of characters is searched for several times faster than one that begins with a choice.
WORD = re.compile(rf"[^\W_](?:(?<![{_UNSPACED}])[^\W_{_UNSPACED}]*+(?:[{_MARKS}]++[^\W_{_UNSPACED}]*+)*+|[{_MARKS}]*+)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_MARKS_AT_MOST = 30
"""Marks on one letter that Unicode's stream-safe format allows; sorting longer runs of them is quadratic."""
# One mark by itself in front: the search then skips to marks instead of trying to match everywhere.
_TOO_MANY_MARKS = re.compile(rf"[{_MARKS}][{_MARKS}]{{{_MARKS_AT_MOST},}}+")
_NO_LETTER, _LETTER, _WHOLE_WORD, _MARK = range(4)
"""What a code point is to a word: nothing, a part of one, all of one but for its marks, or a mark."""
_LAST_LETTER = 0x3FFFF
"""No letters, digits or marks that count are beyond; itself none."""
_SLICE = 65_536
"""Characters that are looked at together."""
# The punctuation of most prose parts words as that of ASCII does; NFKC makes letters of some other signs, "™" for one.
_BEYOND_PROSE = re.compile("[^\x00-\x7f\u00a0«»‘’‚“”„–—…•]")
_ASCII_WORDS = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)


def word_starts(text: str) -> array[int]:
    """Where the words of *text* begin.

    >>> word_starts("It's 北京!").tolist()
    [0, 3, 5, 6]
    """
    starts = array("q")
    before = _NO_LETTER
    for at, classes in _class_slices(text):
        places = np.flatnonzero(classes != _MARK)
        letters = classes[places]
        follows = np.concatenate([[before], letters[:-1]]) == _LETTER
        begins = (letters == _WHOLE_WORD) | ((letters == _LETTER) & ~follows)
        starts.frombytes((places[begins] + at).astype(np.int64).tobytes())
        before = letters[-1] if len(letters) else before
    return starts


def word_ends(text: str, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the words that begin at *starts* end.

    >>> word_ends("It's 北京!", np.array([0, 3, 5, 6])).tolist()
    [2, 4, 6, 7]
    """
    breaks = np.concatenate(
        [*(np.flatnonzero(kinds == _NO_LETTER) + at for at, kinds in _class_slices(text)), [len(text)]]
    )
    gaps = breaks[np.searchsorted(breaks, starts)]
    return np.asarray(np.minimum(gaps, np.append(starts[1:], len(text))))


def _class_slices(text: str) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """What each character is to a word, some at a time, and where they begin."""
    for at in range(0, len(text), _SLICE):
        codes = np.frombuffer(text[at : at + _SLICE].encode("utf-32-le", "surrogatepass"), dtype="<u4")
        yield at, _letter_classes()[np.minimum(codes, _LAST_LETTER)]


def is_plain(text: str) -> bool:
    """Whether the words of *text* are where ``word_starts`` has them, as folding neither joins nor parts any."""
    return text.isascii() or not _BEYOND_PROSE.search(text)


def normalised_words(text: str) -> list[bytes]:
    r"""The words of *text* in UTF-8, without regard to case, punctuation and compatible forms (NFKC).

    >>> normalised_words("“The ﬁrst” co\u00adpy: U.S. １２ 北京")
    [b'the', b'first', b'copy', b'u', b's', b'12', b'\xe5\x8c\x97', b'\xe4\xba\xac']
    """
    if is_plain(text):
        return text.encode("ascii", "replace").translate(_ASCII_WORDS).split()
    visible = _TOO_MANY_MARKS.sub(lambda run: run[0][:_MARKS_AT_MOST], _INVISIBLE.sub("", text))
    folded = unicodedata.normalize("NFKC", visible.casefold())
    return [word.encode() for word in WORD.findall(folded)]


@cache
def _letter_classes() -> NDArray[np.uint8]:
    """What each code point up to ``_LAST_LETTER`` is to a word."""
    points = np.arange(_LAST_LETTER + 1, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    classes = np.full(len(points), _NO_LETTER, dtype=np.uint8)
    for pattern, kind in ((r"[^\W_]+", _LETTER), (rf"[{_MARKS}]+", _MARK)):
        for run in re.finditer(pattern, points):
            classes[run.start() : run.end()] = kind
    for run in re.finditer(rf"[{_UNSPACED}]+", points):
        unspaced = classes[run.start() : run.end()]
        unspaced[unspaced == _LETTER] = _WHOLE_WORD
    return classes
