"""Markdown bodies give the clean text back, and are pleasant to read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cleaner.model import TextBlock
from cleaner.writing.markdown import markdown

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_ROLES = ("heading", "paragraph", "item", "row", "quote", "code", "caption", "control")
_NASTY = st.sampled_from(
    [
        *"ab1 2\n\t*_#<>[]()`~&;:!|\\-+=.^\"'@/$é—\u00a0xX北",
        *("&amp;", "&#35;", "&#x41;", "1. ", "12) ", "- ", "+ ", "```", "~~~", "~~", "![a](b)", "[a]: b", "[^1]: x"),
        *("<b>", "</div>", "<!--", "<?", "<a@b.c>", "***", "___", "---", "- - -", "===", "| --- |", ":-: | -", "\\\\"),
        *("[x] ", "snake_case", "www.a.com", "http://a.b/c_d_e", "> ", "    ", "\n\n", "**a**", "_a_", "\\\n"),
    ]
)
_texts = st.lists(_NASTY, min_size=1, max_size=14).map("".join).filter(str.strip)
_blocks = st.lists(st.tuples(_texts, st.sampled_from(_ROLES), st.integers(0, 7)), max_size=6)


def _document(blocks: list[tuple[str, str, int]]) -> tuple[str, list[TextBlock]]:
    text, placed = "", []
    for words, role, level in blocks:
        text += "\n\n" if text else ""
        placed.append(TextBlock(len(text), len(text) + len(words), role, level))  # type: ignore[arg-type]
        text += words
    return text, placed


def _render(*blocks: tuple[str, str, int]) -> str:
    return markdown(*_document(list(blocks)))


def _read(tokens: list[Token]) -> str:
    """What a reader of the rendered page sees; anything but text shows up as itself."""
    out = []
    for token in tokens:
        if token.type == "inline":
            out.append(_read(token.children or []))
        elif token.type in {"text", "fence", "code_block"}:
            out.append(token.content)
        elif token.type != "softbreak" and not token.type.endswith(("_open", "_close")):
            out.append(f"<<{token.type}>>")
        elif token.tag in {"em", "strong", "s", "a", "hr"}:
            out.append(f"<<{token.tag}>>")
    return "".join(out)


@given(_blocks)
@example([("a\n\\\nb", "paragraph", 0)])
@example([("#", "heading", 1), ("a #", "heading", 2), ("\\", "row", 0), ("\\|", "row", 0)])
@example([("[ ] a", "item", 1), ("1. a", "item", 3), ("a\n- b", "quote", 0)])
def test_a_parser_gives_the_clean_text_back(blocks: list[tuple[str, str, int]]) -> None:
    """Whatever the text looks like, no character of it is read as markup."""
    text, placed = _document(blocks)
    assert "".join(_read(_PARSER.parse(markdown(text, placed))).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, a comma. A (bracket) and a [note] cost 5 * 3 + 2 = 17, 100% & more!",
        "snake_case stays; so do C# and a-b, 1.5 and 3 < 4, AT&T, C:\\files and ~5 km.",
        "“Quotes” — dashes — and don't. #tag @name $5",
        "北京 is written 北京",
    ],
)
def test_what_is_safe_is_not_escaped(text: str) -> None:
    assert _render((text, "paragraph", 0)) == f"{text}\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. May was", "1\\. May was"),
        ("# no heading", "\\# no heading"),
        ("> no quote", "\\> no quote"),
        ("- no item", "\\- no item"),
        ("one *two* three", "one \\*two\\* three"),
        ("<b>", "\\<b>"),
        ("&lt;", "\\&lt;"),
        ("a\n---", "a\n\\---"),
        ("[a](b)", "[a\\](b)"),
    ],
)
def test_what_is_not_safe_is_escaped_once(text: str, written: str) -> None:
    assert _render((text, "paragraph", 0)) == f"{written}\n"


def test_blocks_take_the_form_of_their_role() -> None:
    written = _render(
        ("Title", "heading", 1),
        ("One", "item", 1),
        ("Deeper", "item", 2),
        ("Two", "item", 1),
        ("A\tB", "row", 0),
        ("1\t2|3", "row", 0),
        ("said", "quote", 0),
        ("again", "quote", 0),
        ("x = ```1```", "code", 0),
        ("A photo", "caption", 0),
    )
    assert written == (
        "# Title\n\n"
        "- One\n  - Deeper\n- Two\n\n"
        "| A | B |\n| --- | --- |\n| 1 | 2\\|3 |\n\n"
        "> said\n>\n> again\n\n"
        "````\nx = ```1```\n````\n\n"
        "A photo\n"
    )


def test_lists_nest_by_level_even_where_levels_jump() -> None:
    tokens = _PARSER.parse(_render(*((f"i{level}", "item", level) for level in (3, 5, 3, 1, 2))))
    depths = [(token.level - 2) // 2 for token in tokens if token.type == "inline"]
    assert depths == [0, 1, 0, 0, 1]


def test_a_long_page_of_markers_is_rendered_in_linear_time() -> None:
    """A pattern that backtracks would need minutes for this much of its worst prefix."""
    for part in ("*", "_", "<", "&", "`", "[", "]", "\\", "- ", "~", "#", "1", "a<", "|-", "=\n"):
        text = part * (200_000 // len(part))
        assert markdown(text, [TextBlock(0, len(text), "paragraph")])


def test_an_empty_document_has_an_empty_body() -> None:
    assert markdown("", []) == ""
