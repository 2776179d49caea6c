"""What kind of page it is that holds no text of its own, and how that shows: structure first, phrases second.

Every status but ``ok`` asks that the page has hardly any prose; what there is of it is then looked at. The text stays.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from operator import attrgetter

from cleaner.boilerplate.class_tokens import read_tag
from cleaner.boilerplate.cues import count_words, cue_of
from cleaner.boilerplate.folding import folded
from cleaner.boilerplate.named_elements import outermost_named
from cleaner.boilerplate.status_phrases import (
    ACCEPT,
    CONSENT,
    CONSENT_KEYS,
    ERROR_TITLE,
    LOGIN_TITLE,
    PAYWALL,
    PAYWALL_KEYS,
    POLICY,
    SCRIPT_NOTICE,
)
from cleaner.model import Block, Elements, Page, Segmentation, Status
from cleaner.wording import agreeing

SENTENCE = 8
"""Words from which a block with punctuation reads like a sentence."""

PLENTY = 300
"""Words of prose from which a page has text of its own, whatever else is on it."""

NO_TEXT = 25
"""Words of prose up to which a page has none to speak of: a footer's sentence, a slogan."""

ERROR_PROSE = 260
"""Words of prose that a page may hold whose title tells of an error: some explain themselves at length."""

ERROR_WORDS = 90
"""Words of any kind that a page may hold that tells of an error without a title."""

STUB = 220
"""Words of prose that stand before a paywall, at most."""

CONSENT_WORDS = 25
"""Words of prose about consent that make a wall of it, at least."""

NOTICE_WITHIN = 12
"""Blocks behind the last prose among which a paywall's notice stands."""

LISTING_BLOCKS = 8
LISTING_PROSE = 0.1
"""Share of a listing's words that may be prose."""

LISTING_LINKS = 0.4
"""Share of a listing's characters that are links, at least."""

_STOPS = frozenset(".!?:;,。！？、，：；؟،؛।…")
_HEAD_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*")
_TITLE_PARTS = re.compile(r"\s+[|·•–—:»«-]+\s+|\s*[|·•»«]\s*")
_ROOT = re.compile(
    r"<(?:(?:div|main|section|body)\b[^<>]{0,300}?\bid\s?=\s?[\"']?(?:root|app|__next|__nuxt|___gatsby|app-?root|react-?root"
    r"|root-?app|main-?app|q-app|svelte|vue-?app|react-?app|app-?container|ember-app|mount|d-splash|splash)(?=[\"'\s>])"
    r"|[a-z]{1,12}-(?:app|root)\b)",
    re.IGNORECASE,
)
"""An element that a script fills in."""
_LOADS_SCRIPTS = re.compile(
    r"\bmodulepreload\b|\bas=[\"']?script\b|type=[\"']?module\b|<script\b[^>]{0,300}\bsrc=", re.IGNORECASE
)
_PASSWORD = re.compile(r"<input\b[^<>]{0,400}\btype\s?=\s?[\"']?password\b", re.IGNORECASE)
_NOT_FREE = re.compile(r"\"isAccessibleForFree\"\s{0,9}:\s{0,9}\"?(?:false|no)\b", re.IGNORECASE)
_CONSENT_NAMES = (
    "consent cookie cookies gdpr cmp onetrust didomi usercentrics cookiebot truste iubenda tcf fundingchoices"
    " cookieconsent cookielaw cookiewall consentwall privacywall"
)
_CONSENT_TOKENS = frozenset(_CONSENT_NAMES.split())
_STAMPS = frozenset({"read-time", "relative-time", "teaser-link"})

_Found = tuple[Status, str]

_compiled = lru_cache(maxsize=None)(re.compile)
"""Only when it is asked for: the phrases take a third of a second."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Blocks as a reader skims them, one entry a block."""

    blocks: Sequence[Block]
    folded: tuple[str, ...]
    """Their text, folded as the phrases are."""
    words: tuple[int, ...]
    prose: tuple[int, ...]
    """Their words, if they read like sentences and are no links."""


@dataclass(frozen=True, slots=True)
class _View:
    """A page with little prose, as it looks."""

    page: Page
    segmentation: Segmentation
    kept: _Lines
    titles: tuple[str, ...]
    """The page's title and its first headings, with their parts."""

    @property
    def prose(self) -> int:
        """Words of prose that were kept."""
        return sum(self.kept.prose)

    @property
    def words(self) -> int:
        """Words that were kept."""
        return sum(self.kept.words)

    def all_lines(self) -> _Lines:
        """Every block of the page."""
        return _lines(self.segmentation.blocks)


def page_status(page: Page, segmentation: Segmentation, kept: Sequence[Block]) -> tuple[Status, str | None]:
    """The status of *page* of which the blocks *kept* stay, and why it is not ``ok``.

    >>> from cleaner.model import RawItem, Source
    >>> page = Page(RawItem(Source("a.txt"), b"", ""), "text", "Page not found", "utf-8", "utf-8")
    >>> block = Block(0, 14, "Page not found", "line")
    >>> page_status(page, Segmentation((block,), ()), [block])
    ('error-page', 'the page says “Page not found”')
    """
    if _has_plenty(kept):
        return "ok", None
    view = _View(page, segmentation, _lines(kept), tuple(_titles(page, segmentation.blocks, kept)))
    found = (
        _error_page(view)
        or _script_shell(view)
        or _consent_wall(view)
        or _login_form(view)
        or _paywall(view)
        or _empty(view)
        or _listing(view)
    )
    return found or ("ok", None)


def _has_plenty(kept: Sequence[Block]) -> bool:
    words = 0
    for block in kept:
        if len(block.text) > 80 and 2 * block.link_chars < len(block.text):
            words += block.text.count(" ")
            if words > PLENTY:
                return True
    return False


def _lines(blocks: Sequence[Block]) -> _Lines:
    words = tuple(count_words(block.text) for block in blocks)
    prose = tuple(_prose(block, count) for block, count in zip(blocks, words, strict=True))
    return _Lines(blocks, tuple(folded(block.text) for block in blocks), words, prose)


def _prose(block: Block, words: int) -> int:
    reads = words >= SENTENCE and 2 * block.link_chars < len(block.text) and not _STOPS.isdisjoint(block.text)
    return words if reads and block.role not in {"control", "code"} else 0


def _titles(page: Page, blocks: Sequence[Block], kept: Sequence[Block]) -> Iterator[str]:
    named: list[str] = []
    if page.kind == "text":
        named += [block.text for block in blocks[:4]]
    elif (found := _HEAD_TITLE.search(page.source_text, 0, 60_000)) is not None:
        named.append(html.unescape(found[1]))
    named += islice((block.text for block in blocks if block.role == "heading" and block.level == 1), 1)
    named += islice((block.text for block in kept if block.role == "heading" and block.level <= 2), 4)
    for title in (" ".join(text.split()) for text in named):
        yield title
        parts = _TITLE_PARTS.split(title)
        if len(parts) > 1:
            yield from parts


def _title_that(titles: Sequence[str], matches: Callable[[str], object], within: int = 60) -> str | None:
    """The first of *titles* that *matches* once folded and has no more characters than that."""
    return next((title for title in titles if len(title) <= within and matches(folded(title))), None)


def _script_shell(view: _View) -> _Found | None:
    if view.prose > 2 * NO_TEXT:
        return None
    source = view.page.source_text
    lines = view.all_lines()
    if not lines.blocks:
        has_scripts = any(removal.reason == "script" for removal in view.segmentation.removals)
        if has_scripts or _ROOT.search(source) or _LOADS_SCRIPTS.search(source):
            return "script-shell", "there is no text in the page until scripts fill it in"
        return None
    notices = [
        at
        for at, text in enumerate(lines.folded)
        if lines.words[at] <= 60 and ("script" in text or " js" in text) and _compiled(SCRIPT_NOTICE).search(text)
    ]
    if sum(lines.prose) - sum(lines.prose[at] for at in notices) > NO_TEXT:
        return None
    root = _empty_root(view, lines) if view.page.kind == "html" else None
    if root is not None:
        return "script-shell", f"{root} is empty until scripts fill it in"
    if notices and sum(lines.words) < 150:
        return "script-shell", f"the page says “{_excerpt(lines.blocks[notices[0]].text)}”"
    return None


def _empty_root(view: _View, lines: _Lines) -> str | None:
    """The start tag of an element for scripts to fill in that holds no more than a word or two."""
    elements = view.segmentation.elements
    for found in islice(_ROOT.finditer(view.page.source_text), 8):
        row = _row_at(elements, found.start())
        if row < 0:
            continue
        end = _end_of(elements, row)
        inside = sum(
            count for block, count in zip(lines.blocks, lines.words, strict=True) if row <= block.element < end
        )
        if inside <= 3:
            return _excerpt(view.page.source_text[elements.starts[row] : elements.ends[row]])
    return None


def _error_page(view: _View) -> _Found | None:
    if view.prose > ERROR_PROSE:
        return None
    title = _title_that(view.titles, _compiled(ERROR_TITLE).fullmatch, within=120)
    if title is not None:
        return "error-page", f"the page says “{_excerpt(title)}”"
    if view.words > ERROR_WORDS:
        return None
    for block, text, words in zip(view.kept.blocks, view.kept.folded, view.kept.words, strict=True):
        first = _SENTENCE_END.split(text, maxsplit=1)[0]
        if len(first) <= 120 and 3 * words >= view.words and _compiled(ERROR_TITLE).fullmatch(first):
            return "error-page", f"the page says “{_excerpt(block.text)}”"
    return None


def _consent_wall(view: _View) -> _Found | None:
    if view.words > 2 * PLENTY:
        return None
    kept = zip(view.kept.prose, view.kept.folded, strict=True)
    if sum(words for words, text in kept if words and not _asks_consent(text)) > 3 * NO_TEXT:
        return None
    lines = view.all_lines()
    about = _about_consent(view, lines)
    asked = sum(lines.prose[at] for at in about)
    if asked < CONSENT_WORDS or sum(lines.prose) - asked > NO_TEXT:
        return None
    starts = {lines.blocks[at].start for at in about}
    others = sum(w for block, w in zip(view.kept.blocks, view.kept.words, strict=True) if block.start not in starts)
    if others > 2 * NO_TEXT or _title_that(view.titles[:3], _compiled(POLICY).search):
        return None
    if not any(
        words <= 6 and _compiled(ACCEPT).fullmatch(text.strip(" .!×✕"))
        for words, text in zip(lines.words, lines.folded, strict=True)
    ):
        return None
    return "consent-wall", f"{asked} of the page's {sum(lines.prose)} words of prose ask for consent"


def _asks_consent(text: str) -> bool:
    return any(key in text for key in CONSENT_KEYS) and _compiled(CONSENT).search(text) is not None


def _about_consent(view: _View, lines: _Lines) -> set[int]:
    """Places of the sentences that ask for consent, and of all that stands with them in elements named after it."""
    asking = {at for at, text in enumerate(lines.folded) if lines.prose[at] and _asks_consent(text)}
    about = set(asking)
    elements = view.segmentation.elements
    for inside in outermost_named(view.page.source_text, elements, lines.blocks, _names_consent).values():
        # Sites name the whole page so, too: cookies accepted.
        if 2 * sum(lines.prose[at] for at in asking.intersection(inside)) >= sum(lines.prose[at] for at in inside):
            about.update(inside)
    return about


def _names_consent(start_tag: str) -> bool:
    return not _CONSENT_TOKENS.isdisjoint(read_tag(start_tag)[1])


def _login_form(view: _View) -> _Found | None:
    if view.prose > 2 * NO_TEXT:
        return None
    titled = _title_that(view.titles, _compiled(LOGIN_TITLE).fullmatch)
    has_password = view.page.kind == "html" and _PASSWORD.search(view.page.source_text) is not None
    if titled is None or not (has_password or view.words < ERROR_WORDS):
        return None
    return "login-wall", f"the page is a form headed “{titled}”"


def _paywall(view: _View) -> _Found | None:
    if view.prose > STUB and not (view.page.kind == "html" and _NOT_FREE.search(view.page.source_text)):
        return None
    blocks = view.segmentation.blocks
    prose = [block.start for block, words in zip(view.kept.blocks, view.kept.prose, strict=True) if words]
    # Where the text ends: the notice stands right behind it, or is the last of what was kept.
    first = bisect_left(blocks, prose[-3] if len(prose) > 2 else 0, key=attrgetter("start"))
    last = bisect_left(blocks, prose[-1] if prose else 0, key=attrgetter("start"))
    starts = [block.start for block in view.kept.blocks]
    behind = list(accumulate(reversed(view.kept.prose), initial=0))
    for block in blocks[first : last + NOTICE_WITHIN]:
        text = folded(block.text)
        if len(text) > 400 or not any(key in text for key in PAYWALL_KEYS):
            continue
        if 2 * block.link_chars > len(text) > 60 or not _compiled(PAYWALL).search(text):
            continue
        if behind[len(starts) - bisect_right(starts, block.start)] <= NO_TEXT:
            return "login-wall", f"the text ends and the page says “{_excerpt(block.text)}”"
    return None


def _empty(view: _View) -> _Found | None:
    return None if view.words else ("empty", "no block of the page was kept")


def _listing(view: _View) -> _Found | None:
    kept = view.kept.blocks
    if len(kept) < LISTING_BLOCKS or view.words < 3 * LISTING_BLOCKS or view.prose > LISTING_PROSE * view.words:
        return None
    if view.page.kind == "text":
        stamps = sum(1 for line in view.segmentation.blocks if (cue := cue_of(line.text)) and cue.rule in _STAMPS)
        if stamps < LISTING_BLOCKS // 2:
            return None
        return "listing", f"{len(kept)} lines without prose, among {stamps} times and links of teasers"
    chars, linked = sum(len(block.text) for block in kept), sum(block.link_chars for block in kept)
    if linked < LISTING_LINKS * chars:
        return None
    prose = f"{view.prose} of {view.words} words {agreeing(view.prose, 'is', 'are')} prose"
    return "listing", f"{linked / chars:.0%} of what was kept are links, {prose}"


def _row_at(elements: Elements, start: int) -> int:
    """The element whose start tag begins at *start*; -1 where none does."""
    # Implied elements have no place, so places are not sorted all through: look among those that have one.
    placed = [(place, row) for row, place in enumerate(elements.starts) if place >= 0]
    placed.sort()
    at = bisect_left(placed, (start, -1))
    return placed[at][1] if at < len(placed) and placed[at][0] == start else -1


def _end_of(elements: Elements, row: int) -> int:
    """One past the last row of the subtree of *row*."""
    inside = {row}
    for below in range(row + 1, len(elements.parents)):
        if elements.parents[below] not in inside:
            return below
        inside.add(below)
    return len(elements.parents)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
