"""What readers wrote below a page is kept if it is asked for; the posts of a forum always are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.comments import RULE, scoped
from cleaner.boilerplate.named_elements import outermost_named
from cleaner.boilerplate.rules import RULES
from cleaner.boilerplate.verdict import Verdict
from cleaner.config import Boilerplate, Config
from cleaner.drafting import segment
from cleaner.model import Removal
from tests.property.strategies import HTML, TEXT, page

PARAGRAPHS = [
    "The council voted on Monday to close the old bridge for repairs that will take at least two years.",
    "Engineers had warned since spring that the northern pier was sinking, though nobody knew how fast it moved.",
    "Shop owners on the left bank fear for their trade, because most customers come across the river on foot.",
    "A ferry will run every ten minutes during the day, the mayor said, and it will be free for all who live here.",
]
COMMENTS = [
    "My grandfather helped to build that bridge, and he always said that the northern pier would go first.",
    "Two years? It took them four to repaint it, so I will believe it when I walk across.",
    "Great news!",
]
SECTIONS = {
    "a list": '<section id="comments"><h2>3 comments</h2><ol class="comment-list">{}</ol></section>',
    "Kommentare": '<div class="kommentare">{}</div>',
    "commentaires": '<div class="article-commentaires"><ul>{}</ul></div>',
    "schema.org": '<div><div itemprop="comment" itemscope>{}</div></div>',
    "camel case": '<div class="PostComments commentThread">{}</div>',
}


def article(below: str, *, above: str = "", head: str = "") -> str:
    text = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return (
        f"<!doctype html><html><head><title>Old bridge to close</title>{head}</head><body>{above}"
        f'<article class="post-content"><h1>Old bridge to close</h1>{text}</article>{below}</body></html>'
    )


def comments(section: str) -> str:
    entries = "".join(
        f'<li class="comment"><p class="comment-author">Reader {at}</p><time>2 June</time>'
        f'<div class="comment-content"><p>{text}</p></div><p><a href="#">Reply</a></p></li>'
        for at, text in enumerate(COMMENTS)
    )
    form = "<form><label>Leave a comment</label><textarea></textarea><button>Post comment</button></form>"
    return section.format(entries + form)


def kept_of(source, verdict, kind="html"):
    """The texts that *verdict* leaves."""
    removed = {removal.start for removal in verdict.removals}
    return [block.text for block in segment(page(source, kind)).blocks if block.start not in removed]


def verdict_of(source, *removed, kind="html"):
    """A verdict that removes the blocks which read so, and no others."""
    gone = [block for block in segment(page(source, kind)).blocks if block.text in removed]
    return Verdict(tuple(Removal(block.start, block.end, "boilerplate", "learned", 0.9) for block in gone), "learned")


def under(source, verdict, scope, kind="html"):
    return scoped(page(source, kind), segment(page(source, kind)), verdict, scope)


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_comments_that_the_extractor_kept_are_removed_with_their_own_rule(section):
    source = article(comments(section))
    verdict = under(source, verdict_of(source), "main")

    kept = kept_of(source, verdict)
    assert kept == ["Old bridge to close", *PARAGRAPHS]
    assert {removal.rule for removal in verdict.removals} == {RULE}
    assert RULE in RULES


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_comments_that_the_extractor_removed_are_kept_if_asked_for(section):
    source = article(comments(section))
    everything = [block.text for block in segment(page(source)).blocks]
    removed = [text for text in everything if text not in PARAGRAPHS]

    kept = kept_of(source, under(source, verdict_of(source, *removed), "main+comments"))

    assert kept == [*PARAGRAPHS, *COMMENTS]


@pytest.mark.parametrize("extractor", ["learned", "trafilatura"])
def test_the_scope_is_a_setting_of_every_extractor(extractor):
    source = article(comments(SECTIONS["a list"]))
    texts = {
        scope: cleaner.clean(source, config=Config(boilerplate=Boilerplate(extractor, scope=scope))).text
        for scope in ("main", "main+comments")
    }

    assert all(text in texts["main"] and text in texts["main+comments"] for text in PARAGRAPHS)
    assert not any(text in texts["main"] for text in COMMENTS)
    assert all(text in texts["main+comments"] for text in COMMENTS)
    assert "Post comment" not in texts["main+comments"]


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://forum.example/threads/old-bridge.12/">',
        '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>',
        '<meta name="generator" content="Discourse 3.2">',
    ],
    ids=["address", "schema.org", "generator"],
)
def test_the_posts_of_a_forum_stay_whatever_they_are_called(head):
    source = article(comments(SECTIONS["a list"]), head=head)

    assert under(source, verdict_of(source), "main") == verdict_of(source)


@pytest.mark.parametrize(
    ("open_tag", "close_tag"),
    [
        ('<div class="site has-comments comments-open">', "</div>"),
        ('<div id="comments">', "</div>"),
        ('<section id="how-to-answer-review-comments-well">', "</section>"),
    ],
    ids=["a class of the whole page", "a wrapper named so", "a heading's anchor"],
)
def test_the_page_s_own_text_is_no_comment_whatever_is_around_it(open_tag, close_tag):
    text = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    source = f"<title>Bridge</title><p>{COMMENTS[0]}</p>{open_tag}{text}{close_tag}"
    whole = f"<title>Bridge</title>{open_tag}{text}{close_tag}"

    assert under(whole, verdict_of(whole), "main") == verdict_of(whole)
    if "how-to" in open_tag:
        assert under(source, verdict_of(source), "main") == verdict_of(source)


def test_reviews_are_comments_below_a_product_and_content_of_a_company_s_page():
    reviews = f'<div id="customer-reviews"><h2>Reviews</h2><p>{COMMENTS[0]}</p><p>{COMMENTS[1]}</p></div>'
    service = article(reviews)
    product = article(reviews, head='<script type="application/ld+json">{"@type": "Product"}</script>')

    assert under(service, verdict_of(service), "main") == verdict_of(service)
    assert kept_of(product, under(product, verdict_of(product), "main")) == ["Old bridge to close", *PARAGRAPHS]
    nothing = verdict_of(product, *COMMENTS)
    assert kept_of(product, under(product, nothing, "main+comments"))[-2:] == COMMENTS[:2]


def test_a_page_that_is_all_comments_keeps_them():
    source = f"<title>Guest book</title><p>Welcome, and sign here.</p>{comments(SECTIONS['a list'])}"

    assert under(source, verdict_of(source), "main") == verdict_of(source)


@pytest.mark.parametrize("heading", ["3 Comments", "Comments (3)", "Kommentare", "2 commentaires", "コメント"])
def test_in_plain_text_comments_begin_at_their_heading(heading):
    source = "\n\n".join(
        [*PARAGRAPHS, heading, "Reader 1", *COMMENTS[:2], "Related articles", PARAGRAPHS[0] + " Again."]
    )
    removed = [heading, "Reader 1", *COMMENTS, "Related articles", PARAGRAPHS[0] + " Again."]
    verdict = verdict_of(source, *removed, kind="text")

    assert kept_of(source, under(source, verdict, "main+comments", "text"), "text") == [*PARAGRAPHS, *COMMENTS[:2]]
    assert under(source, verdict, "main", "text") == verdict


PIECES = st.lists(
    st.one_of(
        st.sampled_from([f"<p>{text}</p>" for text in (*PARAGRAPHS, *COMMENTS)]),
        st.sampled_from(
            ['<div id="comments">', '<ol class="comment-list">', '<li class="comment">', "</ol>", "</div>"]
        ),
        HTML,
    ),
    max_size=20,
).map("".join)


@given(PIECES, st.sets(st.integers(0, 40)))
def test_with_comments_is_never_less_than_without(source, removed):
    _is_never_less(source, removed, "html")


@given(TEXT.map(lambda text: f"{text}\n\n3 comments\n\n{text}"), st.sets(st.integers(0, 40)))
def test_with_comments_is_never_less_than_without_in_plain_text(source, removed):
    _is_never_less(source, removed, "text")


def _is_never_less(source, removed, kind):
    blocks = segment(page(source, kind)).blocks
    verdict = Verdict(
        tuple(Removal(b.start, b.end, "boilerplate", "learned") for at, b in enumerate(blocks) if at in removed),
        "learned",
    )
    whole = {(block.start, block.end) for block in blocks}
    gone = {}
    for scope in ("main", "main+comments"):
        removals = under(source, verdict, scope, kind).removals
        spans = [(removal.start, removal.end) for removal in removals]
        assert spans == sorted(set(spans))
        assert whole.issuperset(spans)
        gone[scope] = set(spans)
    assert gone["main+comments"] <= {(r.start, r.end) for r in verdict.removals} <= gone["main"]


def test_hostile_names_cost_nothing():
    """Names without end, and sections a thousand deep."""
    source = f'<div class="{"comment-" * 20_000}x">' + '<div class="a comment-">' * 1_000 + f"<p>{PARAGRAPHS[0]}</p>"

    assert under(source, verdict_of(source), "main") == verdict_of(source)


def test_the_seam_applies_the_scope():
    source = article(comments(SECTIONS["a list"]))
    verdicts = [
        classify(page(source), segment(page(source)), Boilerplate("learned", scope=scope))
        for scope in ("main", "main+comments")
    ]

    assert len(verdicts[0].removals) > len(verdicts[1].removals)


def test_comments_nested_without_end_take_no_longer_for_it() -> None:
    source = '<div class="comments">' + "<div>" * 40_000 + "<p>one two</p>" * 2_000
    segmentation = segment(page(source))
    begun = time.process_time()
    found = outermost_named(source, segmentation.elements, segmentation.blocks, lambda tag: "comments" in tag)

    assert [len(places) for places in found.values()] == [2_000]
    assert time.process_time() - begun < 2
