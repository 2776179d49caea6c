"""Words: what counts as one, in a text as it stands and in its normalised form.

A word is a run of letters, digits and combining marks. In scripts that set no space between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese ...) each letter with its marks is a word of its own, so that lengths in words and n-grams of
words mean something there too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import compiled

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
_FOLDED = 4
"""What a code point is to a word: nothing, a part of one, all of one but for its marks, or a mark; and whether words of
the text that it stands in must be folded to be known."""
_LAST_LETTER = 0x3FFFF
"""No letters, digits or marks that count are beyond; itself none."""
_SLICE = 65_536
"""Characters that are looked at together."""
# The punctuation of most prose parts words as that of ASCII does; NFKC makes letters of some other signs, "™" for one.
_PROSE_MARKS = "\u00a0«»‘’‚“”„–—…•"
_ASCII = 0x7F
_PROSE_CODES = np.array([*map(ord, _PROSE_MARKS)], dtype=np.uint32)
_BEYOND_PROSE = re.compile(f"[^\x00-\x7f{_PROSE_MARKS}]")
_PARTS = re.compile(r"[\x00-/:-@\[-`{-\x7f\u3000-\u3002\uff0c]")
Places = tuple[NDArray[np.int64], NDArray[np.int64]]
_ASCII_WORDS = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)


def word_places(text: str) -> Places:
    """Where the words of *text* begin, and where they end.

    >>> [places.tolist() for places in word_places("It's 北京!")]
    [[0, 3, 5, 6], [2, 4, 6, 7]]
    """
    if compiled.native is not None:
        begun, ended = compiled.native.word_places(text, _kinds())
        return np.frombuffer(begun, dtype=np.int64), np.frombuffer(ended, dtype=np.int64)
    starts, breaks = [np.empty(0, dtype=np.int64)], []
    before = _NO_LETTER
    for at, classes in _class_slices(text):
        places = np.flatnonzero(classes != _MARK)
        letters = classes[places]
        follows = np.concatenate([[before], letters[:-1]]) == _LETTER
        starts.append(places[(letters == _WHOLE_WORD) | ((letters == _LETTER) & ~follows)] + at)
        breaks.append(np.flatnonzero(classes == _NO_LETTER) + at)
        before = letters[-1] if len(letters) else before
    start, gaps = np.concatenate(starts), np.concatenate([*breaks, [len(text)]])
    return start, np.minimum(gaps[np.searchsorted(gaps, start)], np.append(start[1:], len(text)))


def _class_slices(text: str) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """What each character is to a word, some at a time, and where they begin."""
    for at in range(0, len(text), _SLICE):
        yield at, _letter_classes()[np.minimum(_codes(text[at : at + _SLICE]), _LAST_LETTER)]


def word_hashes(text: str, borders: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """64-bit hashes (xxh3) of the normalised words of *text*, and how many of them each piece between *borders* has."""
    if compiled.native is not None:
        hashes, counts = compiled.native.word_hashes(
            text, borders, _kinds(), lambda piece: _hashes(piece).tobytes(), xxhash.xxh3_64_intdigest
        )
        return np.frombuffer(hashes, dtype=np.uint64), np.frombuffer(counts, dtype=np.int64)
    pieces = [_hashes(text[begin:end]) for begin, end in pairwise(borders.tolist())]
    return np.concatenate([np.empty(0, dtype=np.uint64), *pieces]), np.array(
        [len(piece) for piece in pieces], dtype=np.int64
    )


def _hashes(text: str) -> NDArray[np.uint64]:
    """The hashes of its words."""
    found = [np.empty(0, dtype=np.uint64)]
    for part in _slices(text):  # a list of all words of a huge page is too large
        words = normalised_words(part)
        found.append(np.fromiter(map(xxhash.xxh3_64_intdigest, words), dtype=np.uint64, count=len(words)))
    return np.concatenate(found)


def _slices(text: str) -> Iterator[str]:
    """*text* in parts of up to ``_SLICE`` characters, cut between words."""
    at = 0
    while len(text) - at > _SLICE:
        end = at + _SLICE
        # Cut in two, a word would count twice, and all words behind it would be taken for their neighbours.
        end = max(text.rfind(" ", at, end), text.rfind("\n", at, end)) + 1 or _next_border(text, end)
        yield text[at:end]
        at = end
    yield text[at:]


def _next_border(text: str, at: int) -> int:
    """Behind the first character from *at* on that parts words in any text, else the end of *text*."""
    border = _PARTS.search(text, at)
    return border.end() if border else len(text)


def is_plain(text: str) -> bool:
    """Whether the words of *text* are where ``word_starts`` has them, as folding neither joins nor parts any."""
    return text.isascii() or not _BEYOND_PROSE.search(text)


def beyond_prose(text: str) -> NDArray[np.int64]:
    """Where the characters of *text* are that keep it from being plain."""
    found = [np.empty(0, dtype=np.int64)]
    for at in range(0, 0 if text.isascii() else len(text), _SLICE):
        codes = _codes(text[at : at + _SLICE])
        places = np.flatnonzero(codes > _ASCII)
        found.append(places[~np.isin(codes[places], _PROSE_CODES)] + at)
    return np.concatenate(found)


def _codes(text: str) -> NDArray[np.uint32]:
    """Its code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


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


@cache
def _kinds() -> NDArray[np.uint8]:
    """``_letter_classes``, and which of them ask for folding."""
    kinds = _letter_classes() | np.uint8(_FOLDED)
    kinds[[*range(128), *map(ord, _PROSE_MARKS)]] &= np.uint8(_FOLDED - 1)
    return kinds
