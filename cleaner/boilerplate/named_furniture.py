"""Newsletter boxes, consent banners, teasers, share buttons and advertisements that their page names as such.

On every second labelled page, 1,953 blocks stand in elements with these names, and 3 of them are main content.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.class_tokens import MAX_TAG_CHARS
from cleaner.boilerplate.named_elements import CONTAINERS, names_itself
from cleaner.boilerplate.page_tree import PageTree
from cleaner.model import Elements

MOST = 120
"""Words that such an element holds at most: a longer one has something to say."""

_PARTS = (
    "list|area|section|container|wrap(?:per)?|block|body|content|text|items?|box|inner|form|group|main|panel|signup|sign-up"
    "|banner|sdk|cta|promo|widget|module|inline|embed|card|row|modal|popup|bar|notice|overlay|dialog|slot|unit"
)
_WORDS = {
    "newsletter": (
        "newsletters?|mailing-?list|e?mail-?sign-?up|subscribe-?(?:box|form|widget)|mc[-_]embed[-_]signup|boletin"
        "|nieuwsbrief|infolettre|nyhetsbrev|mailchimp"
    ),
    "consent": (
        "cookies?-?(?:law|consent|policy|notice|banner|bar|info|message)|consent-?(?:banner|notice|bar)|gdpr|onetrust|didomi"
        "|usercentrics|qc-cmp2?|cky|termly|osano|iubenda|borlabs"
    ),
    "related": (
        "related-?(?:posts?|articles?|stories|content|links|news|reading)|recommended-?(?:posts?|articles?|stories|reading)"
        "|also-?read|read-?also|more-?stories|most-?(?:read|popular)|outbrain|taboola"
    ),
    "advertisement": "ads?|advert|advertisements?|advertising|ad-?slot|dfp|google-?ads?|adsbygoogle|sponsored",
    "share": "share|sharing|social-?(?:share|links|icons|media|sharing)|addthis|sharethis|share-?buttons?",
}
# A class says what an element is for; an id may as well be the address of a chapter: `<section id="newsletters">`.
_NAMES = {
    rule: re.compile(
        names_itself(words, _PARTS, attributes="class") + "|" + names_itself(words, _PARTS, least=1, attributes="id"),
        re.IGNORECASE,
    )
    for rule, words in _WORDS.items()
}

_SUSPECT = re.compile("(?:^|[-\n])(?:" + "|".join(_WORDS.values()) + ")")
"""What is among the words of every element that has such a name, joined; most elements have nothing of it."""


def named_furniture(
    source: str, elements: Elements, tree: PageTree, kept: npt.NDArray[np.bool_], words: npt.NDArray[np.float64]
) -> dict[int, str]:
    """The rule for each of the blocks *kept* in such an element, unless those hold most of the *words* kept."""
    places = np.flatnonzero(kept)
    above = tree.above.take(places, axis=1)
    named = tree.named.take(above)
    numbers = (np.flatnonzero(np.bincount(named.ravel())[1:]) + 1).tolist()
    joined = ["-".join(words[1:]) for words in tree.namings(numbers)]
    if _SUSPECT.search("\n".join(joined)) is None:
        return {}
    is_suspect = np.zeros(len(tree.begins), dtype=np.bool_)
    is_suspect[[number for number, words in zip(numbers, joined, strict=True) if _SUSPECT.search(words)]] = True
    rows = set(above[is_suspect[named]].tolist())
    rules = {row: rule for row in rows if (rule := _rule(source, elements, row - 1))}
    inside: dict[int, list[int]] = {}
    for place, path in zip(places.tolist(), above.T.tolist(), strict=True):
        outermost = next((row for row in reversed(path) if row in rules), None)
        if outermost is not None:
            inside.setdefault(outermost, []).append(place)
    found = {place: rules[row] for row, here in inside.items() if words[here].sum() <= MOST for place in here}
    return found if 2 * words[list(found)].sum() <= words[places].sum() else {}


def _rule(source: str, elements: Elements, row: int) -> str | None:
    """What an element is for, if it is a container and its name says so."""
    if row < 0 or elements.tags[row] not in CONTAINERS:
        return None
    start, end = elements.starts[row], elements.ends[row]
    return _rule_of(source[start : min(end, start + MAX_TAG_CHARS)])


@lru_cache(maxsize=10_000)
def _rule_of(start_tag: str) -> str | None:
    return next((rule for rule, names in _NAMES.items() if names.search(start_tag)), None)
