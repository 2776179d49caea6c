"""Hypothesis strategies that several tests share."""

from __future__ import annotations

from hypothesis import strategies as st

from cleaner.model import Kind, Page, RawItem, Removal, Source

WORDS = st.sampled_from(
    ["fish", "chips", "Käse", "日本語", "a&b", "&amp;", "&nbsp;", "&lt;p&gt;", "&#x80;", "â€™", "x\x00y", "\xad"]
)
SPACE = st.sampled_from([" ", "\n", "\r\n", "\r", "\t", "  ", "\u00a0", "\u3000", "\x0c", ""])
TAGS = st.sampled_from(
    [
        "p",
        "div",
        "span",
        "b",
        "i",
        "a",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "td",
        "th",
        "tr",
        "table",
        "tbody",
        "pre",
        "code",
        "br",
        "hr",
        "blockquote",
        "script",
        "style",
        "title",
        "textarea",
        "button",
        "select",
        "option",
        "noscript",
        "template",
        "svg",
        "math",
        "foreignObject",
        "math",
        "mi",
        "figure",
        "figcaption",
        "dl",
        "dt",
        "dd",
        "head",
        "body",
        "html",
        "form",
        "input",
        "img",
        "plaintext",
        "xmp",
        "iframe",
        "frameset",
        "details",
        "my-card",
    ]
)
MARKUP = st.one_of(
    TAGS.map(lambda tag: f"<{tag}>"),
    TAGS.map(lambda tag: f"</{tag}>"),
    TAGS.map(lambda tag: f'<{tag} class="a>b" id=\'c"d\' x=y/>'),
    st.sampled_from(
        ["<!-- c -->", "<!--", "-->", "<!doctype html>", "</>", "<", "<a", "</", "<?x?>", "<![CDATA[z]]>", "&"]
    ),
)
HTML = st.lists(st.one_of(WORDS, SPACE, MARKUP, st.text(max_size=5)), max_size=60).map("".join)
TEXT = st.lists(st.one_of(WORDS, SPACE, st.just("\n"), st.just("\n\n"), st.text(max_size=5)), max_size=60).map("".join)


def page(text: str, kind: Kind = "html") -> Page:
    """A page that reads *text*."""
    return Page(RawItem(Source("page"), b"", ""), kind, text, "utf-8", "utf-8")


@st.composite
def lengths_and_proposals(draw: st.DrawFn) -> tuple[int, list[list[Removal]]]:
    """A page's length and the removals of up to three stages, overlapping at will."""
    length = draw(st.integers(0, 60))
    bound = st.integers(0, length)
    spans = st.tuples(bound, bound).map(sorted)
    removal = st.builds(
        lambda span, rule: Removal(span[0], span[1], "boilerplate", rule), spans, st.sampled_from(["a", "b", "c"])
    )
    return length, draw(st.lists(st.lists(removal, max_size=6), max_size=3))
