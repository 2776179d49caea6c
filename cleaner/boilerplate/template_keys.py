"""What text that repeats across a site has in common: a key of a block's words, with what differs each time masked.

A newsletter box names the day's edition, a bio its author, a counter its number. Such words are masked, and two texts
have one key if their other words are the same in the same order. Masks are coarse only where words enough are left to
tell texts apart by: the price, the size and the version in a short line are what the line is there to say. Long text is
compared word for word: no site prints a paragraph of it on many pages with other names in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import xxhash

from cleaner.boilerplate.date_words import DATE_WORDS, JOINING, TIME_UNITS

MASKED_CHARS = 250
"""Longer text is compared word for word."""

DATED_WORDS = 3
"""Words that must be left beside a masked date; with fewer, the text as it is has the key."""

SENTENCE_WORDS = 8
"""Words that must be left beside masked numbers and names."""

WORDS_A_MASK = 5
"""So many at least: where there are fewer to a number or name, these are what the text is about."""

_MASK = "#"
_CAPITAL, _SMALL = "A-ZÀ-ÖØ-ÞА-Я", "a-zß-öø-ÿа-я"
# Patterns begin with one set of characters, what follows looks back beyond it: the search then skips to these.
_NAME = re.compile(rf"[{_CAPITAL}](?<=[{_SMALL},;] .)[\w'’-]*+(?: [{_CAPITAL}][\w'’-]*+)*+")
"""Capitalised words behind a word that is not: the first word of a sentence, and all of a headline, have capitals."""
_NUMBER = re.compile(r"\d(?:[\d.,:/-]*\d)?(?:(?:st|nd|rd|th|er)\b)?")
_CJK_UNIT = "(?:時間|小時|小时|分钟|分鐘|시간|[年月日号號時时点點分秒週周天년월일시분초])[前后後전]?"
_CJK_DAY = "|".join(
    (
        "[月火水木金土日]曜日?",
        "(?<=[(（])[月火水木金土日](?=[)）])",
        "星期[一二三四五六日天]",
        "[월화수목금토일]요일",
        "[今昨明][日天]",
    )
)
_CJK_NUMBER = re.compile(rf"{_NUMBER.pattern}(?:{_CJK_UNIT})?|{_CJK_DAY}")
_BEFORE = "|".join(rf"(?<=\b{words} .)" for words in ("vor", "il y a", "hace", "há", "för"))
_DATED = re.compile(
    r"\d(?<!\w.)(?:\d{0,3}([./-])\d{1,2}\1\d{2,4}\b|\d?:\d\d\b"
    rf"|\d* (?:{TIME_UNITS}) (?:ago|fa|geleden|temu|назад|atrás)\b|(?:{_BEFORE})\d* (?:{TIME_UNITS})\b)",
    re.IGNORECASE,
)
"""A date or how long ago, without a word for the month or the day of the week."""
_CJK_DATED = re.compile(rf"\d{_CJK_UNIT}|{_CJK_DAY}")
_CJK = "\u2e80"
"""No letter of Chinese, Japanese or Korean is before it."""
_DIGIT = re.compile(r"\d")
_MASKS = re.compile(rf"#[.,]?(?: (?:(?:{JOINING}) )?#[.,]?)+")
"""Masks in a row, as "14 de junio de 2026" leaves them."""


class Key(NamedTuple):
    """What a block of text is known by."""

    key: int
    """64 bits, the same for texts that differ in case, white space and what is masked alone."""
    is_fact: bool
    """It differs from others of its page in what would be masked alone, and nothing is: a row of a list of facts."""
    words: int
    """How many it has; two characters are about one where words are not spaced."""


def page_keys(texts: Sequence[str]) -> list[Key]:
    """The keys of *texts*, the blocks of one page.

    >>> [today], [tomorrow] = page_keys(["The 14 June edition is out."]), page_keys(["The 15 June edition is out."])
    >>> today == tomorrow, page_keys(["The 14 June edition is out.", "The 15 June edition is out."])[0].is_fact
    (True, True)
    """
    words = [text.lower().split() for text in texts]
    are_spaced = [_is_spaced(text) if len(text) <= MASKED_CHARS else text.isascii() for text in texts]
    folded = [" ".join(each) for each in words]
    masked = [
        _masked(text, each, is_spaced) if len(text) <= MASKED_CHARS else None
        for text, each, is_spaced in zip(texts, words, are_spaced, strict=True)
    ]
    first: dict[str, str] = {}
    varying = {
        form.text
        for form, plain in zip(masked, folded, strict=True)
        if form and first.setdefault(form.text, plain) != plain
    }
    keys = []
    for form, plain, each, is_spaced in zip(masked, folded, words, are_spaced, strict=True):
        is_fact = form is not None and form.text in varying
        known_by = form.text if form and form.tells and not is_fact else plain
        digest = xxhash.xxh3_64_intdigest(known_by.encode("utf-8", "surrogatepass"))
        keys.append(Key(digest, is_fact, len(each) if is_spaced else _count(each)))
    return keys


class _Form(NamedTuple):
    """A text with what may differ in it masked."""

    text: str
    tells: bool
    """Whether words enough are left to tell it from others."""


def _is_spaced(text: str) -> bool:
    """Whether *text* has no letter of Chinese, Japanese or Korean."""
    # These take three bytes, so where hardly any character takes more than one there are none to speak of.
    return text.isascii() or 5 * len(text.encode("utf-8", "surrogatepass")) <= 6 * len(text) or max(text) < _CJK


def _masked(text: str, words: Sequence[str], is_spaced: bool) -> _Form | None:
    """*text* with what may differ in it masked; None where nothing is, or too little would be left to compare.

    *words* are what stands between the white space of the text in lower case.
    """
    has_date_words = not DATE_WORDS.isdisjoint(words)
    number = _NUMBER if is_spaced else _CJK_NUMBER
    if len(words) >= SENTENCE_WORDS or not is_spaced:
        named = _NAME.sub(_MASK, text)
        if named == text and is_spaced and not (has_date_words or _DIGIT.search(text)):
            return None
        coarse, left = _form(named, number, has_date_words)
        tells = left >= max(SENTENCE_WORDS, WORDS_A_MASK * coarse.count(_MASK))
        if tells or (left >= SENTENCE_WORDS and not _is_dated(text, has_date_words, is_spaced)):
            return _Form(coarse, tells)
    if not _is_dated(text, has_date_words, is_spaced):
        return None
    dated, left = _form(text, number, has_date_words)
    return _Form(dated, tells=True) if left >= DATED_WORDS else None


def _is_dated(text: str, has_date_words: bool, is_spaced: bool) -> bool:
    if has_date_words or (not is_spaced and _CJK_DATED.search(text)):
        return True
    return _DIGIT.search(text) is not None and _DATED.search(text) is not None


def _form(text: str, number: re.Pattern[str], has_date_words: bool) -> tuple[str, int]:
    """*text* with numbers and words of dates masked, and how many words are left."""
    words = number.sub(_MASK, text).lower().split()
    if has_date_words:
        words = [_MASK if word in DATE_WORDS else word for word in words]
    form = " ".join(words)
    left = len(words) - form.count(_MASK) if number is _NUMBER else _count(words)
    return _MASKS.sub(_MASK, form), left


def _count(words: Sequence[str]) -> int:
    """How many of *words* are not masked; two characters are about one where words are not spaced."""
    return sum([1 if word < _CJK else (len(word) + 1) // 2 for word in words if word[0] != _MASK])
