"""Where sentences end, in any script that marks their end, in linear time."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled

SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""All white space: none is beyond."""
_STOPS = ".!?…‽؟۔।॥։።"
_WIDE_STOPS = "。！？｡．"
# The search is several times faster for a pattern that begins with one set; what follows looks back at what was found.
_CLOSERS, _WIDE_CLOSERS = "\"'”’»›)]", '」』”’＂"）)]'
_END = re.compile(
    rf"[{_STOPS}{_WIDE_STOPS}\n](?:"
    rf"(?<=[{_STOPS}])(?<![{_STOPS}]{{2}})[{_STOPS}]*+[{re.escape(_CLOSERS)}]*+(?=\s|\Z)"
    rf"|(?<=[{_WIDE_STOPS}])[{_WIDE_STOPS}]*+[{re.escape(_WIDE_CLOSERS)}]*+"
    r"|(?<=\n)[^\S\n]*+\n)"
)
_EMPTY_LINE = re.compile(r"\n(?=[^\S\n]*+\n)")
_BEFORE_WORDS = "\"'“”„‘’«»‹›([¿¡–—-"
_AFTER = re.compile(rf"[\s{re.escape(_BEFORE_WORDS)}]*+")
_NEXT_WORD = re.compile(r"[^\W\d_]{1,12}+")
_LEADING = "\"'“„‘«‹([¿¡—–-"
_DOUBTFUL = ".!?…"
"""Stand inside of sentences, too."""
_TOKEN_REACH = 24
"""How far back the word before a full stop is looked for; no abbreviation is longer."""

_SIEVE = 4096
"""Bits of ``word_sieve``."""

_TITLES = frozenset(
    """
    mr mrs ms mx dr prof sen sens rep reps gov gen col lt maj capt cmdr cpl sgt adm rev hon pres st messrs mme mlle
    supt det insp amb atty vs hr fr frau dipl ing bzw ca sig dott sra srta dña av cf viz
    """.split()  # noqa: SIM905 - words in a row are easier to read and extend
)
"""Never the last word of a sentence: a name or a number follows."""
_BEFORE_NUMBERS = frozenset(
    """
    no nos nr núm art arts fig figs vol vols ch sec p pp ed eds op
    jan feb mar apr jun jul aug sept sep oct okt nov dec dez
    """.split()  # noqa: SIM905 - words in a row are easier to read and extend
)
"""No end of a sentence where a number follows."""
_MAY_END = frozenset(
    """
    inc ltd co corp jr sr bros dept univ assn ave blvd rd etc usw ff al
    """.split()  # noqa: SIM905 - words in a row are easier to read and extend
)
"""End a sentence only where a word that often opens one follows."""
_OPENERS = frozenset(
    """
    the a an in on at he she it they we i you but and this that these those there if when while after before for as
    his her their our my its what who why how not so yet according however
    der die das ein eine es er sie wir ich und aber im am le la les un une il elle ils elles on nous je mais et
    el los las una y pero en lo gli o os no
    """.split()  # noqa: SIM905 - words in a row are easier to read and extend
)

_WORD_KINDS = ((1, _TITLES), (2, _BEFORE_NUMBERS), (4, _MAY_END), (8, _OPENERS))
KNOWN_WORDS = {
    word: sum(bit for bit, kind in _WORD_KINDS if word in kind) for _, words in _WORD_KINDS for word in sorted(words)
}
"""What words say of full stops after or before them, for the compiled twin."""


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of ``text[start:end]`` without the space around them; an empty line ends one, a line break does not.

    >>> [text[a:b] for text in ["Sen. A. Smith left. “Why?” he asked."] for a, b in sentence_spans(text, 0, 36)]
    ['Sen. A. Smith left.', '“Why?” he asked.']
    """
    spans = []
    begin = start
    for match in _END.finditer(text, start, end):
        if _closes(text, begin, match, end):
            spans.append((begin, match.end()))
            begin = match.end()
    spans.append((begin, end))
    trimmed = [trimmed_span(text, first, last) for first, last in spans]
    return [(first, last) for first, last in trimmed if first < last]


def sentences_in(text: str, spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k, 3) number of the span, start and end of the sentences in (m, 2) *spans* of *text*, in order."""
    rows = [(at, *row) for at, span in enumerate(spans.tolist()) for row in sentence_spans(text, *span)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def paragraphs_in(text: str) -> NDArray[np.int64]:
    """(k, 2) start and end of what empty lines part in *text*, without the space around it."""
    if compiled.native is not None:
        return np.frombuffer(compiled.native.paragraphs(text, sentence_kinds()), dtype=np.int64).reshape(-1, 2)
    breaks = [0, *(match.start() for match in _EMPTY_LINE.finditer(text)), len(text)]
    spans = [trimmed_span(text, *span) for span in pairwise(breaks)]
    return np.array([span for span in spans if span[0] < span[1]], dtype=np.int64).reshape(-1, 2)


def trimmed_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; empty at its end if there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _closes(text: str, begin: int, mark: re.Match[str], end: int) -> bool:
    """Whether the punctuation *mark* ends the sentence that began at *begin*."""
    if text[mark.start()] not in _DOUBTFUL:
        return True
    after = _AFTER.match(text, mark.end(), end)
    at = after.end() if after else mark.end()
    if at == end:
        return True
    if text[at].islower():
        return False
    if mark[0] != ".":
        return True
    reach = text[max(begin, mark.start() - _TOKEN_REACH) : mark.start()]
    token = reach.split()[-1].lstrip(_LEADING) if reach and not reach[-1].isspace() else ""
    return _full_stop_closes(token, text, at, end)


def _full_stop_closes(token: str, text: str, at: int, end: int) -> bool:
    """Whether a single full stop after *token* ends the sentence, the next word being at *at*."""
    word = token.lower()
    if word in _TITLES:
        return False
    if text[at].isdigit() and word in _BEFORE_NUMBERS:
        return False
    initial = len(token) == 1 and token.isupper()
    ordinal = token.isdigit() and len(token) <= 2
    if initial or ordinal or "." in token or word in _MAY_END:
        following = _NEXT_WORD.match(text, at, end)
        return following is not None and following[0].lower() in _OPENERS
    return True


@cache
def sentence_kinds() -> NDArray[np.uint16]:
    """What each character of Unicode's first plane is to a sentence, for the compiled twin."""
    kinds = np.zeros(0x10000, dtype=np.uint16)
    sets = (_STOPS, _WIDE_STOPS, "\n", _CLOSERS, _WIDE_CLOSERS, SPACES, SPACES + _BEFORE_WORDS, _LEADING, _DOUBTFUL)
    for bit, characters in enumerate(sets):
        kinds[list(map(ord, characters))] |= np.uint16(1 << bit)
    return kinds


@cache
def word_sieve() -> bytes:
    """For the compiled twin: bits by a hash of words, set for ``KNOWN_WORDS``; most other words have none."""
    bits = 1  # of all words that are not of ASCII
    for word in filter(str.isascii, KNOWN_WORDS):
        number = len(word)
        for letter in word:
            number = (31 * number + (ord(letter) | 32)) % 2**32
        bits |= 2 << number % (_SIEVE - 1)
    return bits.to_bytes(_SIEVE // 8, "little")
