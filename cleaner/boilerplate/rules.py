"""Every rule that a boilerplate removal can carry, in words for ``explain`` and the report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RULES: Mapping[str, str] = MappingProxyType(
    {
        "account": "Asks the reader to log in, register or open an account.",
        "advertisement": "Marks an advertisement or sponsored content.",
        "affiliate": "Says that the site earns money from the links.",
        "app-promotion": "Points to the site's mobile app.",
        "back-to-top": "Jumps back to the top of the page.",
        "breadcrumb": "Shows where the page stands in the site.",
        "byline-box": "Introduces the author after the article.",
        "comment-form": "Belongs to a form for comments.",
        "comments": "Was written by a reader, below the page's own text.",
        "consent": "Asks for consent to cookies or tracking.",
        "copyright": "States who holds the copyright.",
        "donation": "Asks the reader for money.",
        "follow": "Asks the reader to follow the site elsewhere.",
        "footer-links": "Is one of the links that stand under every page of a site.",
        "forum-control": "Is a button of a forum or comment thread.",
        "image-alt": "Describes an image in place of showing it.",
        "kicker": "Names the section that the page belongs to.",
        "language-picker": "Switches to another language.",
        "learned": "Is unlike the main content of the pages that the classifier learned from.",
        "license-footer": "States how the page may be republished.",
        "lone-symbol": "Is a symbol that was drawn as a button or separator.",
        "navigation": "Is part of the site's menu.",
        "newsletter": "Asks the reader to subscribe to a newsletter.",
        "pagination": "Leads to the next or previous page.",
        "paywall": "Says that the rest is for subscribers.",
        "powered-by": "Names the software or service behind the site.",
        "read-time": "States how long reading takes.",
        "related": "Introduces links to other pages.",
        "related-teasers": "Is part of a list of teasers for other pages.",
        "relative-time": "States a time relative to the moment of scraping.",
        "repeated-caption": "Repeats, cut short, the line beside it.",
        "repeated-headline": "Repeats the page's headline after its end.",
        "script-notice": "Speaks about the browser or a player, not about the page's subject.",
        "series-note": "Introduces the series that the page belongs to.",
        "share": "Offers to share the page.",
        "shop-control": "Is a button or notice of a shop.",
        "site-template": "Repeats across this site, but for dates, numbers and names in it.",
        "skip-link": "Jumps over the menu.",
        "source-tail": "Names the site that the page was copied from.",
        "sponsor-note": "States who pays for the page or the site.",
        "surroundings": "Stands among boilerplate and does not read like text.",
        "tag-list": "Lists the page's tags or categories.",
        "teaser-link": "Leads to the full version of something.",
        "tip-line": "Asks readers to write to the newsroom.",
        "trafilatura": "Is not part of what trafilatura takes for the main content.",
        "votes": "Counts or collects votes, views or comments.",
    }
)
