"""Plain text pages: what goes, and above all what stays."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.cue_phrases import PHRASES
from cleaner.boilerplate.rules import RULES
from cleaner.boilerplate.text_classifier import classify_text
from cleaner.boilerplate.verdict import Verdict
from cleaner.config import Boilerplate
from cleaner.model import Block, Page, RawItem, Segmentation, Source
from cleaner.reading.segment_text import segment_text

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"

PARAGRAPHS = [
    "The council voted on Monday to close the old bridge for repairs that are expected to take at least two years.",
    "Engineers had warned since spring that the northern pier was sinking, but nobody could say how fast it moved.",
    "Shop owners on the left bank fear for their trade, because most of their customers come across the river on foot.",
    "A ferry will run every ten minutes during the day, the mayor said, and it will be free for all who live here.",
    "The last time the bridge was closed, in 1987, the works took four years instead of one and cost twice as much.",
    "Work begins in March, if the weather allows it, and the first pier should be done before the end of the summer.",
]
HEADLINE = "Old bridge to close for two years"


def page_of(text: str) -> Page:
    return Page(RawItem(Source("a.txt"), b"", ""), "text", text, "utf-8", "utf-8")


def verdict_of(text: str) -> Verdict:
    page = page_of(text)
    return classify(page, segment_text(page), Boilerplate())


def kept_lines(*lines: str) -> list[str]:
    text = "\n\n".join(lines)
    page = page_of(text)
    segmentation = segment_text(page)
    gone = {removal.start for removal in classify(page, segmentation, Boilerplate()).removals}
    return [block.text for block in segmentation.blocks if block.start not in gone]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the labelled seed pages are not beside the repository")
def test_the_labelled_pages_keep_their_text_and_lose_the_rest():
    lost, left, dropped = [], [], 0
    for name, gold in json.loads((SEEDS / "gold_boilerplate.json").read_text("utf-8")).items():
        text = (SEEDS / name).read_bytes().decode("utf-8")
        removals = verdict_of(text).removals
        for line in gold["lines"]:
            gone = any(removal.start <= line["start"] < removal.end for removal in removals)
            if line["label"] == "keep" and gone:
                lost.append((name, line["line"]))
            dropped += line["label"] == "drop"
            if line["label"] == "drop" and not gone:
                left.append((name, line["line"]))

    assert lost == []
    assert len(left) <= 0.03 * dropped, left


def test_an_article_is_freed_of_what_stands_around_it():
    lines = [
        "Skip to content",
        "Home",
        "Sign in",
        "LOCAL NEWS",
        HEADLINE,
        "By Jane Doe",
        "4 min read",
        "Share this article",
        *PARAGRAPHS[:3],
        "Sign up for our newsletter",
        *PARAGRAPHS[3:],
        "Related articles",
        "Ferry timetable is out",
        "Mill museum opens its doors again after the flood",
        "Leave a reply",
        "Your email address will not be published. Required fields are marked *",
        "© 2024 Example Times. All rights reserved.",
    ]

    # The byline may stay or go: the reviewed pages disagree.
    assert [line for line in kept_lines(*lines) if line != "By Jane Doe"] == [HEADLINE, *PARAGRAPHS]


def test_teasers_after_an_article_go_though_they_read_like_text():
    teasers = []
    for number in range(4):
        teasers += [
            f"Another town closes bridge number {number}",
            "The council there had little choice, since the bridge was older than the town and nobody would pay.",
            f"{number + 2} hours ago",
        ]

    assert kept_lines(HEADLINE, *PARAGRAPHS, *teasers) == [HEADLINE, *PARAGRAPHS]


def test_a_list_of_teasers_alone_is_the_page():
    """Without an article in front there is nothing that they could be beside."""
    teasers = []
    for number in range(8):
        teasers += [f"Another town closes bridge number {number}", PARAGRAPHS[number % 6], "3 hours ago"]

    assert set(kept_lines(*teasers)) >= {line for line in teasers if "ago" not in line}


POEM = """The Mill

The water turns the wheel again,
the wheel it turns the stone;
I share my bread with passing men
and eat the rest alone...

Follow the river, follow me,
the miller used to say;
it only ever finds the sea
by going all the way...

The water turns the wheel again,
the wheel it turns the stone;
I share my bread with passing men
and eat the rest alone..."""

RECIPE = """Plain bread

Ingredients

500 g flour
350 ml water
10 g salt
3 g yeast

Method

Mix everything in a large bowl and leave it to rest, covered, for twelve hours.
Fold the dough four times and shape it into a ball.
Bake for 45 minutes.

Notes

Keeps for three days.
Freezes well."""

DOCS = """mill(1)

NAME

mill - grind text

SYNOPSIS

mill [-v] [-o FILE] FILE...

OPTIONS

-v
Verbose.
-o FILE
Write to FILE instead of standard output.

ENVIRONMENT

MILL_SPEED
How fast the stone turns.

EXIT STATUS

0
All went well.
1
A stone broke.

SEE ALSO

sieve(1), flour(5)"""

QUESTION = """How do I sort a list in place?

I have a list of about two million numbers and would like to sort it without making a second list of that size.

What I tried so far makes a copy every time, and the process runs out of memory after a few minutes of work.

Use the method that the list has, and not the function that returns a new list; it works in the memory it has.

That did it, thank you.

You can also pass a key, which is called once for each element and not once for each comparison that is made."""

CODE = """def turn(wheel):
    for spoke in wheel:
        if spoke.broken:
            return None
        spoke.turn()
    return wheel


}
);
// close
/* next */"""

CHINESE = """旧桥将关闭两年

市议会周一投票决定关闭旧桥进行维修,预计工程至少需要两年时间才能完成。

工程师从春天起就警告说,北侧桥墩正在下沉,尽管没有人能说出下沉的速度有多快。

左岸的店主担心生意,因为他们的大多数顾客都是步行过河的。"""

SHOPPING = """Milk
Bread
Two onions
Salt
Candles
Soap"""

WRAPPED = """The council voted on Monday to close the old bridge for repairs that
are expected to take at least two years. Engineers had warned since the
spring that the northern pier was sinking, although nobody could say how
fast it moved. Shop owners on the left bank fear for their trade, because
most of their customers come across the river on foot.

A ferry will run every ten minutes during the day, the mayor said, and it
will be free for everyone who lives here. The last time the bridge was
closed, in 1987, the works took four years instead of one."""

PRODUCT = """Walnut mill, large

A hand mill of oiled walnut with a steel burr that can be set to nine steps, from dust to coarse grit.

Height: 24 cm
Weight: 610 g
Material: walnut, steel
Warranty: ten years"""

CHANGES = "\n\n".join([HEADLINE, *PARAGRAPHS, *[f"Pier {number} was measured" for number in range(40)]])


@pytest.mark.parametrize(
    "text",
    [POEM, RECIPE, DOCS, QUESTION, CODE, CHINESE, SHOPPING, WRAPPED, PRODUCT, CHANGES, "\n\n".join(PARAGRAPHS)],
    ids=["poem", "recipe", "docs", "question", "code", "chinese", "list", "wrapped", "product", "changes", "article"],
)
def test_a_page_without_boilerplate_stays_whole(text):
    assert verdict_of(text).removals == ()


def test_a_poem_on_a_web_page_loses_the_page_and_not_a_verse():
    before, after = ["Skip to content", "Home | About us | Contact"], ["Share this", "© 2024 Example"]
    kept = kept_lines(*before, *POEM.split("\n\n"), *after)

    assert "\n".join(kept) == POEM.replace("\n\n", "\n")


def test_posts_of_a_thread_stay():
    posts = [*PARAGRAPHS, *(f"I do not believe it: {paragraph[0].lower()}{paragraph[1:]}" for paragraph in PARAGRAPHS)]
    thread = []
    for number, paragraph in enumerate(posts):
        thread += [f"miller{number}", f"{number + 1} hours ago", paragraph, "Reply"]
    kept = kept_lines("Why is the bridge closed?", *thread)

    assert [line for line in kept if line in posts] == posts


def test_the_headline_stays_though_it_is_short_and_stands_in_the_menu():
    assert HEADLINE in kept_lines("Menu", "Search", "Log in", HEADLINE, "Share", "Print", *PARAGRAPHS)


def test_a_headline_repeated_behind_the_article_goes():
    lines = [HEADLINE, *PARAGRAPHS, "Advertisement", HEADLINE]

    assert kept_lines(*lines) == [HEADLINE, *PARAGRAPHS]


def test_a_caption_cut_short_goes_and_the_whole_one_stays():
    caption = "The old bridge seen from the mill."
    assert kept_lines(HEADLINE, f"{caption}...", caption, *PARAGRAPHS) == [HEADLINE, caption, *PARAGRAPHS]


def test_a_page_of_nothing_but_boilerplate_is_empty():
    assert kept_lines("Skip to content", "Home", "Log in", "Privacy policy", "© 2024 Example") == []


PHRASE = st.sampled_from([phrase for listed in PHRASES.values() for phrase in listed])
LINE = st.one_of(
    PHRASE,
    st.sampled_from([*PARAGRAPHS, HEADLINE, "2 hours ago", "Jane Doe ·", "...", "Related articles"]),
    st.text(min_size=1, max_size=40),
)


def blocks_of(lines: list[str]) -> Segmentation:
    blocks, at = [], 3
    for line in lines:
        blocks.append(Block(at, at + len(line), line, "paragraph"))
        at += len(line) + 2
    return Segmentation(tuple(blocks), ())


@given(st.lists(LINE, max_size=60))
def test_removals_are_whole_blocks_in_order_with_a_known_rule(lines):
    segmentation = blocks_of(lines)
    verdict = classify_text(segmentation)
    spans = [(removal.start, removal.end) for removal in verdict.removals]

    assert set(spans) <= {(block.start, block.end) for block in segmentation.blocks}
    assert spans == sorted(set(spans))
    assert {removal.reason for removal in verdict.removals} <= {"boilerplate"}
    assert {removal.rule for removal in verdict.removals} <= set(RULES)
    assert all(removal.score is not None and 0.5 <= removal.score <= 1 for removal in verdict.removals)
    assert verdict.confidence is None or 0 <= verdict.confidence <= 1
    assert classify_text(segmentation) == verdict


PLAIN = [*PARAGRAPHS, HEADLINE, *POEM.splitlines()[2:6], "500 g flour", "Bake it.", "Results", "1,204", "n/a", "A", "*"]


@given(st.lists(st.sampled_from(PLAIN), unique=True))
def test_without_a_cue_nothing_is_removed(lines):
    assert classify_text(blocks_of(lines)).removals == ()


@pytest.mark.parametrize("lines", [["Related articles", "a"] * 20_000, ["Home"] * 40_000, PARAGRAPHS * 5_000])
def test_time_is_linear_in_lines(lines):
    start = time.process_time()
    classify_text(blocks_of(lines))
    assert time.process_time() - start < 8
