"""Cues: what gives a single line away as boilerplate."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cleaner.boilerplate.cue_phrases import AMBIGUOUS, PHRASES, SECTIONS
from cleaner.boilerplate.folding import folded
from cleaner.boilerplate.furniture_patterns import FURNITURE
from cleaner.boilerplate.needed_text import Texts, needed_text, texts_of
from cleaner.boilerplate.pattern import MEDIUM, STRONG, WEAK
from cleaner.boilerplate.prompt_patterns import APPEAL, PROMPTS
from cleaner.boilerplate.signup_patterns import SIGNUPS

MAX_LINE = 2_000
"""Characters; a longer line is text, whatever it says."""

_SHORT = 80
"""Characters of lines that are worth remembering."""

ENDS = frozenset({"byline-box", "comment-form", "copyright", "donation", "license-footer", "related", "sponsor-note"})
"""Rules of cues that stand after an article and seldom inside one."""

_CERTAIN = frozenset({"advertisement", "back-to-top", "share"})
_EDGES = ' \t\n:!.,;|·•»›→←↑↓«‹>+…-–—*"“”()[]#👇👉▼'
_PHRASES = {
    phrase.strip(_EDGES): (rule, WEAK if phrase in AMBIGUOUS else STRONG if rule in _CERTAIN else MEDIUM)
    for rule, phrases in PHRASES.items()
    for phrase in phrases
}
PROMPT_RULES = frozenset({"comment-form", "consent", "newsletter", "paywall"})
"""Rules that paragraphs can have, too."""
_PATTERNS = PROMPTS + SIGNUPS + FURNITURE
_EXPRESSIONS = tuple((pattern, *expression) for pattern in _PATTERNS for expression in pattern.expressions)
_SYMBOLS = frozenset("×✕✖❌✓✔|¦·•●○‣▪»«›‹→←↑↓↗▼▲▾▸►◄☰≡⋮…⌄⌃+/\\")
_WORDS = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff]{1,2}"  # two characters are about one word in Chinese and Japanese
    "|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,5}"  # five in Thai, Lao, Burmese and Khmer
    "|[^\\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)
_TEASER = re.compile(
    r"\W{0,3}(?:read(?: more| also| next)|also read|must read|related(?: (?:article|story|stories|post|reading|news))?"
    r"|see also|watch(?: also| now)?|more on this|don't miss|lesen sie (?:auch|hier)|mehr zum thema|siehe auch"
    r"|(?:à )?(?:lire|voir)(?: aussi| également)|le[ea] también|te puede interesar|leggi anche|leia (?:também|mais)"
    r"|lees ook|czytaj (?:też|także)|читайте также|関連記事|相关阅读|اقرأ أيض[اً]{1,2})(?:\s*[:|»>：]\s*|\s[–—-]\s+)\w",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[|·•,/»›>–—]")
_SEPARATORS = re.compile(rf" ?{_SEPARATOR.pattern} ?")


@dataclass(frozen=True, slots=True)
class Cue:
    """Evidence in one line that it is boilerplate."""

    rule: str
    weight: float
    """Log-odds."""


def count_words(text: str) -> int:
    """Words of *text*, with scripts that do not space their words counted in word-sized groups.

    >>> count_words("three little words"), count_words("今天天气很好")
    (3, 3)
    """
    return len(_WORDS.findall(text))


def cue_of(line: str, least: float = WEAK) -> Cue | None:
    """The strongest cue in one line, or None; cues of less weight than *least* may be missed.

    >>> cue_of("Sign up for our newsletter!")
    Cue(rule='newsletter', weight=6.0)
    >>> cue_of("The newsletter industry grew by 40 % last year, according to the report.") is None
    True
    """
    if len(line) > MAX_LINE:
        return None
    return _cue_of_short(line, least) if len(line) <= _SHORT else _find(line, least)


def prompt_of(line: str) -> Cue | None:
    """The strong cue of one of ``PROMPT_RULES`` in a line, which may be a whole paragraph, or None.

    >>> prompt_of("Every Friday we choose the best of the week for you. Subscribe to our newsletter.")
    Cue(rule='newsletter', weight=6.0)
    """
    text = folded(line)
    places = _places(text, _needed(STRONG, PROMPT_RULES))
    return _cue_of_pattern(text, None, places, STRONG) if places else None


def is_teaser(line: str, link_chars: int) -> bool:
    """Whether the *line*, of which so many characters are links, leads to another page: *Read more: Why it fell*."""
    return 2 * link_chars > len(line) and _TEASER.match(line) is not None


def _find(line: str, least: float) -> Cue | None:
    text = folded(line)
    found = _cue_of_symbol(text) or _cue_of_phrase(text)
    if found is not None and found.weight >= STRONG:
        return found
    if found is None and least < STRONG:
        found = _cue_of_sections(line, text)
    places = _places(text, _needed(STRONG if least >= STRONG else WEAK))
    found = _cue_of_pattern(text, found, places, least)
    if found is None and len(_EXPRESSIONS) in places and (plea := APPEAL.search(text)):
        pleas = {plea.group(), *(match.group() for match in APPEAL.finditer(text, plea.end()))}
        if len(pleas) >= 2:
            return Cue("donation", STRONG) if least == WEAK else _find(line, WEAK)
    return found


# The pages of a site have most of their short lines in common.
_cue_of_short = lru_cache(maxsize=16_384)(_find)


class _Needed(NamedTuple):
    """What a line must have for an expression to match it. Most lines match nothing, and have none of it."""

    texts: Texts
    places: Sequence[frozenset[int]]
    """For each text, the places of the ``_EXPRESSIONS`` that need it; one beyond them stands for ``APPEAL``."""
    always: frozenset[int]
    """Those that need nothing of which is known."""


@lru_cache(maxsize=3)
def _needed(least: float, rules: frozenset[str] | None = None) -> _Needed:
    """For the patterns of that weight and more, of all rules or of these *rules*."""
    expressions = [
        (place, regex)
        for place, (pattern, regex, _) in enumerate(_EXPRESSIONS)
        if pattern.weight >= least and (rules is None or pattern.rule in rules)
    ]
    if rules is None:
        expressions.append((len(_EXPRESSIONS), APPEAL))
    found: dict[str, set[int]] = {"": set()}
    for place, regex in expressions:
        for text in needed_text(regex.pattern):
            found.setdefault(text, set()).add(place)
    always = frozenset(found.pop(""))
    texts = texts_of(found)
    return _Needed(texts, [frozenset(found[text]) for text in texts.texts], always)


def _places(text: str, needed: _Needed) -> frozenset[int]:
    """Places of the ``_EXPRESSIONS`` that may match."""
    found = needed.texts.places_in(text)
    return needed.always.union(*[needed.places[place] for place in found]) if found else needed.always


def _cue_of_pattern(text: str, found: Cue | None, places: Collection[int], least: float) -> Cue | None:
    """The strongest of *found* and of the patterns of expressions in *places* that match and weigh as much."""
    for pattern, _, find in [_EXPRESSIONS[at] for at in sorted(places) if at < len(_EXPRESSIONS)]:
        if (
            pattern.weight >= least
            and (found is None or pattern.weight > found.weight)
            and find(text)
            and count_words(text) <= pattern.max_words
        ):
            found = Cue(pattern.rule, pattern.weight)
            if found.weight >= STRONG:
                return found
    return found


def _cue_of_symbol(text: str) -> Cue | None:
    return Cue("lone-symbol", STRONG) if len(text) <= 3 and text and _SYMBOLS.issuperset(text) else None


def _cue_of_phrase(text: str) -> Cue | None:
    bare = text.strip(_EDGES)
    if len(bare) > 400:
        return None
    whole = _PHRASES.get(bare)
    if whole is not None:
        return Cue(*whole)
    if _SEPARATOR.search(bare) is None:
        return None
    parts = [part.strip(_EDGES) for part in _SEPARATORS.split(bare)]
    known = [_PHRASES[part] for part in parts if part in _PHRASES]
    if len(known) < 2 or len(known) < len([part for part in parts if part]):
        return None
    return Cue(max(known, key=lambda item: item[1])[0], STRONG)


def _cue_of_sections(line: str, text: str) -> Cue | None:
    """``NATIONAL NEWS``: a line of nothing but section names."""
    if not text or text.count(" ") > 3:
        return None
    tokens = text.split(" ")
    if not SECTIONS.issuperset(tokens):
        return None
    return Cue("kicker", MEDIUM if line.isupper() or len(tokens) > 1 else WEAK)
