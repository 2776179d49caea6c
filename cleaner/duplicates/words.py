"""Words: what counts as one, in a text as it stands and in its normalised form.

A word is a run of letters, digits and combining marks. In scripts that set no space between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese ...) each letter with its marks is a word of its own, so that lengths in words and n-grams of
words mean something there too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

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
_CLASS = 3
_FOLDED, _SPELLED = 4, 8
"""What a code point is to a word: nothing, a part of one, all of one but for its marks, or a mark; and whether words of
the text that it stands in must be folded to be known, or are known by how it is spelled."""
_SIMPLE = (*range(0x80, 0x600), *range(0x1E00, 0x2C00), *range(0xFB00, 0xFB07), *range(0x1F300, 0x1FB00))
"""Where code points are that are folded one by one; they compose with no letter of these."""
_CHARACTERS, _SPELLING = 0x10000, 4
"""How many characters the compiled twin has spellings of, and of how many bytes at most."""
_LAST_LETTER = 0x3FFFF
"""No letters, digits or marks that count are beyond; itself none."""
_SLICE = 65_536
"""Characters that are looked at together."""
# The punctuation of most prose parts words as that of ASCII does; NFKC makes letters of some other signs, "™" for one.
_PROSE_MARKS = "\u00a0«»‘’‚“”„–—…•"
_BEYOND_PROSE = re.compile(f"[^\x00-\x7f{_PROSE_MARKS}]")
_PARTS = re.compile(r"[\x00-/:-@\[-`{-\x7f\u3000-\u3002\uff0c]")
_ASCII_WORDS = bytes(
    code + 32 if 65 <= code <= 90 else code if 97 <= code <= 122 or 48 <= code <= 57 else 32 for code in range(256)
)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of texts that stand one after the other, as they are shown: folding can join or part some."""

    start: NDArray[np.int32]
    """Where each begins, and where it ends."""
    end: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    """64-bit hashes (xxh3) of the words, normalised; 0 in texts that must be folded."""
    begins: NDArray[np.int64]
    """(texts + 1,) the first word of each text."""
    is_folded: NDArray[np.bool_]
    """For each text, whether its words are not known before it is folded."""


def words_of(text: str, borders: NDArray[np.int64]) -> Words:
    """The words of the texts between neighbouring *borders* of *text*, the first 0, the last its length.

    >>> words = words_of("It's 北京!", np.array([0, 8]))
    >>> words.start.tolist(), words.end.tolist(), words.is_folded.tolist()
    ([0, 3, 5, 6], [2, 4, 6, 7], [True])
    """
    if compiled.native is not None:
        found = compiled.native.words(text, borders, *_kinds())
        return Words(
            start=np.frombuffer(found[0], np.int32),
            end=np.frombuffer(found[1], np.int32),
            hashes=np.frombuffer(found[2], np.uint64),
            begins=np.frombuffer(found[3], np.int64),
            is_folded=np.frombuffer(found[4], np.bool_),
        )
    columns: list[tuple[NDArray[Any], ...]] = [tuple(np.empty(0, kind) for kind in ("<i4", "<i4", "<u8"))]
    counts, folded = [0], []
    for at, stop in pairwise(borders.tolist()):
        one = text[at:stop]
        shown, ends = word_places(one)
        folded.append(any((kinds & _FOLDED).any() for _, kinds in _class_slices(one)))
        hashed = np.zeros(len(shown), dtype=np.uint64) if folded[-1] else _hashes(one)
        columns.append(((shown + at).astype(np.int32), (ends + at).astype(np.int32), hashed))
        counts.append(len(shown))
    start, end, hashes = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Words(start, end, hashes, np.cumsum(counts), np.array(folded, dtype=np.bool_))


def word_places(text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the words of *text* begin, and where they end.

    >>> [places.tolist() for places in word_places("It's 北京!")]
    [[0, 3, 5, 6], [2, 4, 6, 7]]
    """
    starts, breaks = [np.empty(0, dtype=np.int64)], []
    before = _NO_LETTER
    for at, kinds in _class_slices(text):
        classes = kinds & np.uint8(_CLASS)
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
        codes = np.frombuffer(text[at : at + _SLICE].encode("utf-32-le", "surrogatepass"), dtype="<u4")
        yield at, _kinds()[0][np.minimum(codes, _LAST_LETTER)]


def ordinals(starts: NDArray[np.int32], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of *starts*, sorted, come before each of *places*; soon found where each is near the one before.

    >>> ordinals(np.array([0, 3, 5], dtype=np.int32), np.array([[3, 4], [9, 0]])).tolist()
    [[1, 2], [3, 0]]
    """
    if compiled.native is None:
        return np.searchsorted(starts.astype(np.int64), places)
    found = compiled.native.ordinals(starts, np.ascontiguousarray(places))
    return np.frombuffer(found, dtype=np.int64).reshape(places.shape)


def word_hashes(text: str, pieces: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """64-bit hashes (xxh3) of the normalised words of (m, 2) *pieces* of *text*, and how many of them each has."""
    if compiled.native is not None:
        hashes, counts = compiled.native.word_hashes(
            text, np.ascontiguousarray(pieces), *_kinds(), lambda piece: _hashes(piece).tobytes()
        )
        return np.frombuffer(hashes, dtype=np.uint64), np.frombuffer(counts, dtype=np.int64)
    found = [_hashes(text[begin:end]) for begin, end in pieces.tolist()]
    return np.concatenate([np.empty(0, dtype=np.uint64), *found]), np.array(list(map(len, found)), dtype=np.int64)


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
    for pattern, kind, end in ((r"[^\W_]+", _LETTER, len(points)), (rf"[{_MARKS}]+", _MARK, _CHARACTERS)):
        for run in re.finditer(pattern, points[:end]):
            classes[run.start() : run.end()] = kind
    for run in re.finditer(rf"[{_UNSPACED}]+", points):
        unspaced = classes[run.start() : run.end()]
        unspaced[unspaced == _LETTER] = _WHOLE_WORD
    return classes


@cache
def _kinds() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """``_letter_classes``, and which of them ask for folding; how the letters of the others are spelled, in UTF-8.

    A character is folded by itself if it becomes letters, or none at all, and stands beside nothing but such ones: none
    of them composes with another, as it takes a mark or a vowel of Hangul to do that.
    """
    classes = _letter_classes()
    kinds = classes | np.uint8(_FOLDED)
    kinds[[*range(128), *map(ord, _PROSE_MARKS)]] &= np.uint8(_CLASS)
    spellings = np.zeros(_CHARACTERS, dtype=np.uint32)
    folded = unicodedata.normalize("NFKC", "\n".join(map(chr, _SIMPLE)).casefold()).split("\n")
    known = classes.tobytes()
    for code, form in zip(_SIMPLE, folded, strict=True):
        kind = known[code]
        inside = {known[ord(character)] for character in form}
        spelled = form.encode()
        if kind == _NO_LETTER and inside == {_NO_LETTER} and not _INVISIBLE.match(chr(code)):
            kinds[code] = _NO_LETTER
        elif kind == _LETTER and inside == {_LETTER} and code < _CHARACTERS and len(spelled) <= _SPELLING:
            kinds[code] = _LETTER | _SPELLED
            spellings[code] = int.from_bytes(spelled, "little")
    return kinds, spellings
