"""What a reader sees of HTML, and where in the source it stands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaner.model import Block, Role
from cleaner.reading.segment_html import segment_html
from tests.property.strategies import page

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f\xad\ufeff]+")
_NOSCRIPT = re.compile(r"<noscript.*?</noscript>", re.DOTALL | re.IGNORECASE)


def blocks(source: str) -> list[tuple[str, str]]:
    """Role and text of each block."""
    return [(block.role, block.text) for block in segment_html(page(source)).blocks]


def test_every_visible_character_that_lexbor_sees_is_in_a_block_and_no_other(wcxb_pages: list[dict[str, Any]]) -> None:
    """Order included. Without <noscript>, which lexbor reads as raw text and we as content."""
    for record in wcxb_pages:
        html = _NOSCRIPT.sub("", record["html"])
        tree = LexborHTMLParser(html.replace("\0", ""))
        for node in tree.css("script,style,template,svg,math,iframe,noembed,title"):
            node.decompose()
        theirs = _UNSEEN.sub("", tree.root.text(separator="") if tree.root else "")
        ours = _UNSEEN.sub("", "".join(block.text for block in segment_html(page(html)).blocks))
        assert theirs == ours, record["file_id"]


def test_a_block_reads_as_its_source_where_nothing_is_repaired(wcxb_pages: list[dict[str, Any]]) -> None:
    for record in wcxb_pages:
        source = record["html"]
        for block in segment_html(page(source)).blocks:
            if not block.holes and not block.repairs:
                assert source[block.start : block.end] == block.text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Fish <b>and</b> chips</p>", [("paragraph", "Fish and chips")]),
        ("<div>One<p>Two</p>Three</div>", [("paragraph", "One"), ("paragraph", "Two"), ("paragraph", "Three")]),
        ("<h2>  A\n heading </h2>", [("heading", "A heading")]),
        ("<p>one<br>two<br><br>three", [("paragraph", "one\ntwo"), ("paragraph", "three")]),
        ("<p>a <br> b", [("paragraph", "a\nb")]),
        ("<ul><li>first<li><p>second</p><p>more</p></ul>",
         [("item", "first"), ("item", "second"), ("paragraph", "more")]),
        ("<dl><dt>term<dd>meaning</dl>", [("item", "term"), ("item", "meaning")]),
        ("<table><tr><th>Day<th>Tide<tr><td>Mon<td>2.1 m</table>", [("row", "Day\tTide"), ("row", "Mon\t2.1 m")]),
        ("<table><tr><td>menu<td><p>long</p><p>text</p></table>",
         [("paragraph", "menu"), ("paragraph", "long"), ("paragraph", "text")]),
        ("<pre>\n  if x:\n    y &lt; 1\n</pre>", [("code", "  if x:\n    y < 1")]),
        ("<blockquote><p>Said so.</p></blockquote>", [("quote", "Said so.")]),
        ("<figure><img><figcaption>A boat</figcaption></figure>", [("caption", "A boat")]),
        ("<button>Buy</button><p>text", [("control", "Buy"), ("paragraph", "text")]),
        ("<p>a&nbsp;b &amp;amp; c&shy;d", [("paragraph", "a b &amp; cd")]),
        ("<noscript><p>posts of the forum</p></noscript>", [("paragraph", "posts of the forum")]),
        ("<template><p>never shown</p></template><p>shown", [("paragraph", "shown")]),
        ("<title>Title</title><svg><text>icon</text></svg><p>text", [("paragraph", "text")]),
        ("<script>var a='<p>no</p>'</script><style>p{}</style><!-- no --><p>yes", [("paragraph", "yes")]),
        ("<table><tr><td>cell</table>tail", [("row", "cell"), ("paragraph", "tail")]),
        ("<a href=x>link</a><a href=y>next</a>", [("paragraph", "linknext")]),
        ("<p>x</>y</p>", [("paragraph", "xy")]),
        ("<p>cut off <a href=", [("paragraph", "cut off")]),
        ("a < b and c<d", [("paragraph", "a < b and c")]),
        ("<svg><title/><path d=x /></svg><p>text", [("paragraph", "text")]),
        ("<svg><style/></svg><math><style/></math><p>text", [("paragraph", "text")]),
        ("<script>a='<svg><title/>'</script><p>text", [("paragraph", "text")]),
        ("<pre>a<span>&nbsp;&nbsp;</span>b</pre>", [("code", "a\u00a0\u00a0b")]),
        ("<p>&shy;<i> &nbsp;&nbsp;</i>word", [("paragraph", "word")]),
        ("<svg><input></svg><p>text", [("paragraph", "text")]),
        ("<p>early <a>wins<svg><use/><title>x</title></svg></a>. More", [("paragraph", "early wins. More")]),
        ("<p>an <svg><foreignObject><p>in</p></foreignObject></svg> b", [("paragraph", t) for t in ("an", "in", "b")]),
        ("<p>where <math><mi>x</mi></math> is small", [("paragraph", "where is small")]),
        ("<div>Reply<svg></svg> Quote", [("paragraph", "Reply"), ("paragraph", "Quote")]),
        ("<template><p>x<svg></svg></template><div>y", [("paragraph", "y")]),
        ("<noframes></p><p>one</noframes><p>two", [("paragraph", "one"), ("paragraph", "two")]),
        ("<noframes><svg>icon</noframes><p>text", [("paragraph", "text")]),
        ("<noscript><textarea>a</noscript><p>b", [("control", "a"), ("paragraph", "b")]),
        ("<noscript></textarea><xmp>a</noscript><p>b", [("code", "a"), ("paragraph", "b")]),
        ("<noframes><textarea>a</textarea ></noframes><p>b", [("control", "a"), ("paragraph", "b")]),
        ('<!doctype 5=""><p>text', [("paragraph", "text")]),
        ("", []),
    ],
)  # fmt: skip
def test_text_is_cut_into_blocks_as_a_browser_shows_it(source: str, expected: list[tuple[Role, str]]) -> None:
    assert expected == blocks(source)


@pytest.mark.parametrize("depth", [300, 10_000])
def test_depth_loses_nothing(depth: int) -> None:
    """libxml2 drops what stands below 256 levels in silence."""
    assert blocks("<div>" * depth + "deep" + "</div>" * depth) == [("paragraph", "deep")]


def test_unclosed_formatting_costs_no_more_than_its_length() -> None:
    """Each new paragraph would reopen every distinct <font> before it: a quadratic tree."""
    source = "".join(f"<p><font size={n}>x" for n in range(20_000))
    assert len(blocks(source)) == 20_000


def test_a_hundred_thousand_attributes_cost_no_more_than_their_length() -> None:
    assert blocks("<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">text") == [("paragraph", "text")]


def test_raw_text_tags_that_the_page_cuts_off_cost_no_more_than_their_length() -> None:
    """Behind a self-closed title in SVG each was searched to the end of the page for its end: a quadratic scan."""
    assert blocks("<p>text</p><svg><title/></svg>" + "<title " * 100_000) == [("paragraph", "text")]


def test_carriage_returns_are_mapped_back_to_the_source() -> None:
    source = "<p>one</p>\r\n<pre>a\r\nb\rc</pre>\r<p>two\r\nlines</p>"
    found = segment_html(page(source)).blocks
    assert [block.text for block in found] == ["one", "a\nb\nc", "two lines"]
    assert [source[block.start : block.end] for block in found] == ["one", "a\r\nb\rc", "two\r\nlines"]


def test_text_that_the_tree_does_not_show_is_a_removal_that_says_so() -> None:
    source = "<p>a</p><template>hidden</template>"
    rules = {source[r.start : r.end]: r.rule for r in segment_html(page(source)).removals}
    assert rules["hidden"] == "unrendered"


def test_what_is_linked_is_counted() -> None:
    (block,) = segment_html(page("<p>see <a href=x>the <b>list</b></a> here</p>")).blocks
    assert block.link_chars == len("the list")


def test_a_block_knows_its_element_and_the_elements_their_tags_in_the_source() -> None:
    source = '<div class="story"><p id=x>text</p></div>'
    segmentation = segment_html(page(source))
    (block,) = segmentation.blocks
    elements = segmentation.elements
    paragraph = block.element
    parent = elements.parents[paragraph]
    assert (elements.tags[paragraph], elements.tags[parent]) == ("p", "div")
    assert source[elements.starts[parent] : elements.ends[parent]] == '<div class="story">'


def _spans(found: tuple[Block, ...]) -> list[tuple[int, int]]:
    return [(block.start, block.end) for block in found]


def test_foster_parented_text_stays_in_source_order() -> None:
    found = segment_html(page("<table>stray<tr><td>cell</td></tr></table>")).blocks
    assert _spans(found) == sorted(_spans(found))
    assert [block.text for block in found] == ["stray", "cell"]
