"""Newsletter boxes, consent banners, teasers, share buttons and advertisements that their page names as such.

On every second labelled page, 1,953 blocks stand in elements with these names, and 3 of them are main content.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from cleaner.boilerplate.cues import count_words
from cleaner.boilerplate.named_elements import names_itself, outermost_named
from cleaner.boilerplate.verdict import Finding, Verdict, removals_of
from cleaner.model import Page, Segmentation

MOST = 120
"""Words that such an element holds at most, unless it is about consent: a longer one has something to say."""

_PARTS = (
    "list|area|section|container|wrap(?:per)?|block|body|content|text|items?|box|inner|form|group|main|panel|signup|sign-up"
    "|banner|sdk|cta|promo|widget|module|inline|embed|card|row|modal|popup|bar|notice|overlay|dialog|slot|unit"
)
_WORDS = {
    "newsletter": (
        "newsletters?|mailing-?list|e?mail-?sign-?up|subscribe-?(?:box|form|widget)|mc_embed_signup|boletin"
        "|nieuwsbrief|infolettre|nyhetsbrev|mailchimp"
    ),
    "consent": (
        "cookies?-?(?:law|consent|policy|notice|banner|bar|info|message)|consent-?(?:banner|notice|bar)|gdpr|onetrust|didomi"
        "|usercentrics|qc-cmp2?|cky|termly|osano|iubenda|borlabs"
    ),
    "related": (
        "related-?(?:posts?|articles?|stories|content|links|news|reading)|recommended-?(?:posts?|articles?|stories|reading)"
        "|also-?read|read-?(?:also|next)|more-?stories|most-?(?:read|popular)|outbrain|taboola"
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


def without_furniture(page: Page, segmentation: Segmentation, verdict: Verdict) -> Verdict:
    """*verdict* without what stands in such elements, unless that is as much as the rest of the text."""
    removed = {removal.start for removal in verdict.removals}
    kept = [block for block in segmentation.blocks if block.start not in removed]
    source, elements = page.source_text, segmentation.elements
    found = outermost_named(source, elements, kept, lambda start_tag: _rule(start_tag) is not None)
    if not found:
        return verdict
    words = [count_words(block.text) for block in kept]
    gone: dict[int, Finding] = {}
    for row, places in found.items():
        rule = _rule(source[elements.starts[row] : elements.ends[row]])
        if rule and (rule == "consent" or sum(words[at] for at in places) <= MOST):
            gone.update(dict.fromkeys(places, Finding(rule, None)))
    if 2 * sum(words[at] for at in gone) > sum(words):
        return verdict
    removals = sorted((*verdict.removals, *removals_of(tuple(kept), gone)), key=lambda removal: removal.start)
    return replace(verdict, removals=tuple(removals))


@lru_cache(maxsize=10_000)
def _rule(start_tag: str) -> str | None:
    """What an element with that start tag is for, if its name says so."""
    return next((rule for rule, names in _NAMES.items() if names.search(start_tag)), None)
