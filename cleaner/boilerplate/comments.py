"""What readers wrote below a page: comment sections, told by how pages name their parts, kept or not as asked.

The posts of a forum are its main content, whatever they are called, and are left as the extractor has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from cleaner.boilerplate.cues import count_words, cue_of
from cleaner.boilerplate.named_elements import names_itself, outermost_named, rows_above
from cleaner.boilerplate.needed_text import texts_of
from cleaner.boilerplate.verdict import Verdict, removals_of
from cleaner.config import Scope
from cleaner.model import Block, Page, Segmentation

RULE = "comments"

ELSEWHERE = 60
"""Words of prose kept before and beside the comments from which they are not what the page is about."""

_SENTENCE = 8
_ENDS = (".", "!", "?", "…", ",", "。", "！", "？", "؟", "।")
_STOPS = frozenset(".!?:;,。！？、，：；؟،؛।…")

_COMMENT = (
    r"(?:comments?|kommentare?r?|commentaires?|comentarios?|commenti|commento|reacties?|komentarze|usercomments?)"
)
_REVIEWS = r"(?:(?:customer|user|product)[-_]?reviews?|reviews|bewertungen|reseñas|recensioni|avaliações|opinie)"
_PARTS = (
    "list|area|section|threads?|container|wrap(?:per)?|block|body|content|text|items?|box|inner|tree|feed|holder|entry"
    "|entries|group|main|panel|tab|ol|ul"
)


def _naming(word: str, types: str) -> re.Pattern[str]:
    """Start tags that name their element *word*, or say it is of one of *types* of schema.org."""
    return re.compile(
        names_itself(word, _PARTS)
        + rf"""|itemprop\s?=\s?["']?(?:{types.lower()})["'\s>]|schema\.org/(?:{types})["'\s>]""",
        re.IGNORECASE,
    )


_NAMES_COMMENTS = _naming(rf"{_COMMENT}|disqus(?:_thread)?|fb-comments", "Comment|UserComments")
_NAMES_REVIEWS = _naming(_REVIEWS, "Review")
_KEYS = texts_of(
    [
        "omment",
        "disqus",
        "coment",
        "reactie",
        "komentar",
        "review",
        "bewertung",
        "reseña",
        "recensioni",
        "avaliaç",
        "opinie",
    ]
)
"""One of them, in lower case, is in every such start tag."""
_META = re.compile(
    r"[\s\"'_-](?:author|byline|username|user-name|vcard|avatar|date|time|timestamp|meta(?:data)?|actions?|buttons?|votes?"
    r"|score|reply|respond|form|pagination|pager|sort|filter|rating|stars|login|permalink)(?=[\s\"'>_-])",
    re.IGNORECASE,
)
"""Start tags of what stands around a comment: who wrote it and when, and what can be done about it."""
_CONTROLS = frozenset(
    {"form", "button", "nav", "select", "label", "time", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6"}
)

_FORUM = (
    "discussionforumposting", "qapage", "schema.org/question", "vbulletin", "phpbb", "xenforo", 'id="xf"', "nodebb",
    "flarum", "mybb", "vanillaforums", "ipslayout", "invision community", "simplemachines", "fluxbb", "punbb", "lemmy",
    "lobste.rs", "woltlab", "bbpress", "tapatalk", 'content="discourse', "og:site_name\" content=\"reddit",
)  # fmt: skip
"""One of these is in the source of a forum's page, in lower case."""
_FORUM_ADDRESS = re.compile(
    r"//(?:[a-z0-9-]{1,40}\.)*?(?:(?:boards?|community|discuss|discussions?|answers|bbs)\.|[a-z0-9-]{0,40}forums?\.)"
    r"|/(?:forums?|boards?|threads?|discussions?|questions?)/|/(?:showthread|viewtopic)\b",
    re.IGNORECASE,
)
_OWN_ADDRESS = re.compile(
    r"(?:rel=[\"']?canonical[\"']?[^>]{0,80}?href|og:url[\"'][^>]{0,80}?content)=[\"']?([^\"'\s>]{8,400})",
    re.IGNORECASE,
)

_PRODUCT = (
    'schema.org/product"', "schema.org/product'", '"@type":"product"', '"@type": "product"', '"@type":"productgroup"',
    '"@type": "productgroup"', 'content="product"', 'content="og:product"', 'content="product.item"',
)  # fmt: skip
"""One of these is in the source of a page that offers one product, in lower case."""

_HEADING = re.compile(
    r"\W{0,3}(?:[\d.,]{1,7}\+? )?(?:reader |user |customer )?(?:comments?|replies|responses|reviews?"
    r"|kommentare?|leserkommentare|commentaires?|comentarios?|comentários?|commenti|reacties|komentarze|комментарии|コメント|评论)"
    r"(?: ?[(\[]?[\d.,]{1,7}[)\]]?)?(?: on .{1,120})?\W{0,3}",
    re.IGNORECASE,
)
"""A line of plain text that heads the comments."""


def scoped(page: Page, segmentation: Segmentation, verdict: Verdict, scope: Scope) -> Verdict:
    """*verdict* with the comments of readers kept or removed, as *scope* asks."""
    if page.kind == "text":
        return _with_comments_of_text(segmentation, verdict) if scope == "main+comments" else verdict
    removed = {removal.start for removal in verdict.removals}
    kept = [block for block in segmentation.blocks if block.start not in removed]
    if scope == "main":
        return _without_comments(page, segmentation, verdict, kept)
    return _with_comments(page, segmentation, verdict, kept) if any(map(_prose, kept)) else verdict


def _without_comments(page: Page, segmentation: Segmentation, verdict: Verdict, kept: Sequence[Block]) -> Verdict:
    """Without the comments that the extractor took for text, where there is other text."""
    comments = [kept[at] for at in _inside(page, segmentation, kept, _names_either, kept)]
    if not any(map(_prose, comments)):
        return verdict
    folded = _folded(page)
    if not _says(folded, _PRODUCT):  # what customers say is content of a company's page, but not of a product's
        comments = [kept[at] for at in _inside(page, segmentation, kept, _names_comments, kept)]
    said = sum(map(_prose, comments))
    if not said or sum(map(_prose, kept)) - said < ELSEWHERE or _is_forum(page, folded):
        return verdict
    gone = removals_of(tuple(comments), dict.fromkeys(range(len(comments)), (RULE, None)))
    removals = sorted((*verdict.removals, *gone), key=lambda removal: removal.start)
    return replace(verdict, removals=tuple(removals))


def _with_comments(page: Page, segmentation: Segmentation, verdict: Verdict, kept: Sequence[Block]) -> Verdict:
    """With the prose of comments and reviews that the extractor took away."""
    blocks = segmentation.blocks
    places = _inside(page, segmentation, blocks, _names_either, kept)
    if not places or _is_forum(page, _folded(page)):
        return verdict
    wanted = {blocks[at].start for at in places if _is_comment(page, segmentation, blocks[at])}
    return replace(verdict, removals=tuple(r for r in verdict.removals if r.start not in wanted))


def _with_comments_of_text(segmentation: Segmentation, verdict: Verdict) -> Verdict:
    """With the prose behind the heading of the comments, down to what is no comment any more."""
    removed = {removal.start for removal in verdict.removals}
    wanted: set[int] = set()
    inside = False
    had_text = 0
    for block in segmentation.blocks:
        cue = cue_of(block.text)
        if _HEADING.fullmatch(block.text.strip()):
            inside = had_text >= ELSEWHERE
        elif inside and cue is None and _prose(block):
            wanted.add(block.start)
        elif inside and cue is not None and cue.rule in {"related", "copyright", "footer-links", "newsletter"}:
            inside = False
        elif block.start not in removed:
            had_text += _prose(block)
    return replace(verdict, removals=tuple(r for r in verdict.removals if r.start not in wanted))


def _inside(
    page: Page,
    segmentation: Segmentation,
    blocks: Sequence[Block],
    is_named: Callable[[str], bool],
    kept: Sequence[Block],
) -> list[int]:
    """Places of the *blocks* in a section so named; what holds the first paragraph *kept* is no such section."""
    above = partial(_above_text, segmentation, kept)
    found = outermost_named(page.source_text, segmentation.elements, blocks, is_named, _KEYS, above)
    return sorted(chain.from_iterable(found.values()))


def _above_text(segmentation: Segmentation, kept: Sequence[Block]) -> list[int]:
    first = next((block for block in kept if _prose(block)), None)
    return rows_above(segmentation.elements, first.element) if first is not None else []


def _names_comments(start_tag: str) -> bool:
    return _NAMES_COMMENTS.search(start_tag) is not None


def _names_either(start_tag: str) -> bool:
    return _names_comments(start_tag) or _NAMES_REVIEWS.search(start_tag) is not None


def _is_comment(page: Page, segmentation: Segmentation, block: Block) -> bool:
    """Whether *block*, in a comment section, is what somebody wrote there."""
    elements = segmentation.elements
    if block.role in {"control", "heading"} or 2 * block.link_chars > len(block.text) or count_words(block.text) < 2:
        return False
    if not (_prose(block) or block.text.rstrip("\"'”’»)🙂😀😉❤️ ").endswith(_ENDS)) or cue_of(block.text) is not None:
        return False
    for row in rows_above(elements, block.element)[:3]:
        if elements.tags[row] in _CONTROLS:
            return False
        if not _prose(block) and _META.search(page.source_text, elements.starts[row], elements.ends[row]):
            return False
    return True


def _prose(block: Block) -> int:
    """Words of *block* if it reads like a sentence and is no link."""
    if 2 * block.link_chars > len(block.text) or _STOPS.isdisjoint(block.text) or block.role == "control":
        return 0
    words = count_words(block.text)
    return words if words >= _SENTENCE else 0


def _is_forum(page: Page, folded: bytes) -> bool:
    address = page.item.url
    if address is None:
        found = _OWN_ADDRESS.search(page.source_text, 0, 100_000)
        address = found[1] if found else ""
    if _FORUM_ADDRESS.search(address):
        return True
    return _says(folded, _FORUM)


def _says(folded: bytes, marks: Sequence[str]) -> bool:
    return any(mark.encode() in folded for mark in marks)


def _folded(page: Page) -> bytes:
    """The source with ASCII letters in lower case, in a tenth of the time that all letters take."""
    return page.source_text.encode("utf-8", "surrogatepass").lower()
