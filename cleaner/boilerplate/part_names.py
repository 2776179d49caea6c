"""What the part of the page is called in which a block stands: the rule by which the classifier's removals are told."""

from __future__ import annotations

import numpy as np

from cleaner.boilerplate.known_words import known_words
from cleaner.boilerplate.page_tree import INSIDE, PageTree

UNNAMED = "learned"

_WORDS = {
    "learned-newsletter": "newsletter newsletters subscribe signup mailchimp mailing",
    "learned-consent": "cookie cookies consent gdpr onetrust",
    "learned-advertisement": "ad ads advert advertisement advertising sponsored sponsor promo taboola outbrain adsense",
    "learned-share": "share sharing social addthis sharethis follow",
    "learned-related": "related recommended recommendations recirc trending popular teaser teasers more latest",
    "learned-comments": "comment comments disqus reply replies",
    "learned-account": "login signin account register",
    "learned-author": "author bio byline",
    "learned-footer": "footer foot copyright legal",
    "learned-sidebar": "sidebar aside widget widgets rail complementary",
    "learned-navigation": (
        "nav navigation navbar menu menus submenu megamenu breadcrumb breadcrumbs topbar toolbar pagination pager skip"
    ),
    "learned-header": "header masthead banner",
}
"""The words in class, id and role that say it, strongest first."""
_TAGS = {
    "nav": "learned-navigation",
    "header": "learned-header",
    "footer": "learned-footer",
    "aside": "learned-sidebar",
}
"""The tags that say it where no word does."""
RULES = (UNNAMED, *_WORDS)
_BY_WORD = {word: RULES.index(rule) for rule, words in reversed(_WORDS.items()) for word in words.split()}
_BY_TAG = {f"<{tag}": RULES.index(rule) for tag, rule in _TAGS.items()}
_NOTHING = 2 * len(RULES)
_RANKED = known_words([*_BY_WORD, *_BY_TAG])
_RANKS = np.array([*_BY_WORD.values(), *(len(RULES) + code for code in _BY_TAG.values()), _NOTHING])
"""The least of those of an element's words says what it is for: places in ``RULES``, those of tags after all others."""
_BY_INSIDE = np.array(
    [
        next((_BY_TAG[f"<{tag}"] for tag in ("nav", "footer", "aside") if bits >> INSIDE.index(tag) & 1), 0)
        for bits in range(1 << len(INSIDE))
    ]
)


def part_rules(tree: PageTree) -> list[str]:
    """The rule for each block: by the innermost element around it that is named for something, else ``UNNAMED``."""
    ranks = _RANKS[_RANKED.places_of(tree.words)].take(tree.places)
    codes = (np.minimum.reduceat(ranks, tree.begins[:-1]) % len(RULES)).take(tree.named.take(tree.above))
    found = codes[(codes > 0).argmax(axis=0), np.arange(len(tree.blocks))]
    beyond = _BY_INSIDE[tree.inside[tree.blocks]]  # what ``above`` reaches
    return [RULES[code] for code in np.where(found, found, beyond).tolist()]
