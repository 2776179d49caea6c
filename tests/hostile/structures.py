"""Hostile trees: depth, width, and markup that parsers disagree about."""

from __future__ import annotations

import random

from tests.hostile.case import Case
from tests.hostile.prose import article, sentences

SOUP_TAGS = [
    "div",
    "p",
    "table",
    "tr",
    "td",
    "b",
    "i",
    "a",
    "u",
    "svg",
    "math",
    "foreignObject",
    "desc",
    "title",
    "template",
    "select",
    "option",
    "optgroup",
    "noscript",
    "noframes",
    "frameset",
    "frame",
    "pre",
    "textarea",
    "xmp",
    "plaintext",
    "script",
    "style",
    "iframe",
    "form",
    "button",
    "h1",
    "ul",
    "li",
    "dl",
    "dt",
    "head",
    "body",
    "html",
    "caption",
    "col",
    "colgroup",
    "tbody",
    "br",
    "hr",
    "image",
    "input",
    "mi",
    "mtext",
    "annotation-xml",
    "center",
    "font",
    "nobr",
    "ruby",
    "rt",
    "listing",
    "marquee",
    "object",
]


def deep_div(word: str, size: int) -> bytes:
    text = f"{word} {sentences(4, 4)}"
    return article("</p>" + "<div>" * size + text + "</div>" * size).encode()


def deep_div_texts(word: str, size: int) -> bytes:
    """Text at every level."""
    return article("<div>deep " * size + word).encode()


def deep_b(word: str, size: int) -> bytes:
    return article("<b>" * size + word).encode()


def deep_font_p(word: str, size: int) -> bytes:
    return article("<font><p>" * size + word).encode()


def deep_span(word: str, size: int) -> bytes:
    return article("<span>" * size + word).encode()


def deep_table(word: str, size: int) -> bytes:
    return article("<table><tr><td>x " * size + word).encode()


def deep_list(word: str, size: int) -> bytes:
    return article("<ul><li>x " * size + word).encode()


def deep_quote(word: str, size: int) -> bytes:
    return article("<blockquote>" * size + word).encode()


def adoption_agency(word: str, size: int) -> bytes:
    return article("<a><b><i><u><p>x</a></b>y</i></u>" * size + word).encode()


def unclosed_links(word: str, size: int) -> bytes:
    return article("".join(f'<a href="/{number}">link ' for number in range(size)) + word).encode()


def siblings(word: str, size: int) -> bytes:
    return article("<p>one</p>" * size + word).encode()


def unclosed_paragraphs(word: str, size: int) -> bytes:
    return article("<p>one\n" * size + word).encode()


def line_breaks(word: str, size: int) -> bytes:
    return article("line<br>" * size + word).encode()


def table_rows(word: str, size: int) -> bytes:
    return article("<table>" + "<tr><td>one<td>two" * size + f"</table>{word}").encode()


def one_wide_row(word: str, size: int) -> bytes:
    return article("<table><tr>" + "<td>one" * size + f"</table>{word}").encode()


def list_items(word: str, size: int) -> bytes:
    return article("<ul>" + "<li>An item of the list" * size + f"</ul>{word}").encode()


def foreign_nest(word: str, size: int) -> bytes:
    return article("<svg><foreignObject><math><mtext><svg><desc><p>x" * size + word).encode()


def foreign_object(word: str, size: int) -> bytes:
    """Text that browsers show, inside of SVG."""
    text = f"<svg><foreignObject><p>{word} {sentences(5, 3)}</p></foreignObject></svg>" * size
    return article(text).encode()


def title_in_svg(word: str, size: int) -> bytes:
    """A title that SVG does not end: in HTML it would swallow the page."""
    return article("<svg><g><title>An icon</g></svg>" * size + word).encode()


def template_nest(word: str, size: int) -> bytes:
    return article("<template><p>x" * size + word).encode()


def select_nest(word: str, size: int) -> bytes:
    return article("<select><option>x" * size + word).encode()


def frames(word: str, size: int) -> bytes:
    frameset = "<frameset><frame src=a>" * size
    return f"<!doctype html><html><head><title>t</title></head>{frameset}<noframes><p>{word}</p></noframes>".encode()


def cdata(word: str, size: int) -> bytes:
    return article("<![CDATA[x]]>" * size + word).encode()


def cdata_in_svg(word: str, size: int) -> bytes:
    return article("<svg>" + "<![CDATA[x]]>" * size + "</svg>" + word).encode()


def end_tags(word: str, size: int) -> bytes:
    """End tags that nothing opened; `</p>` and `</br>` make elements."""
    return article("</div></p></br></x></>" * size + word).encode()


def headings(word: str, size: int) -> bytes:
    return article("<h1>A heading" * size + word).encode()


def forms(word: str, size: int) -> bytes:
    return article("<form><button><input>x" * size + word).encode()


def ruby(word: str, size: int) -> bytes:
    return article("<ruby>x<rt>y" * size + word).encode()


def bodies(word: str, size: int) -> bytes:
    return article("<body class=x><html lang=y><head>" * size + word).encode()


def tables_with_text(word: str, size: int) -> bytes:
    """Text in tables but not in cells is moved before them."""
    return article("<table>x<tr>y" * size + word).encode()


def soft_hyphen_code(word: str, size: int) -> bytes:
    return article(f"<pre>\xad\r\n\xad\r\n{word}\r\n\xad\r</pre>" * size).encode()


def plaintext_end(word: str, size: int) -> bytes:
    return article("<plaintext><p>" * size + word).encode()


def noscripts(word: str, size: int) -> bytes:
    return article(f"<noscript><p>x<noscript>{word}</noscript>" * size).encode()


def textareas(word: str, size: int) -> bytes:
    return article("<textarea>" * size + word).encode()


def hidden(word: str, size: int) -> bytes:
    return article("<div hidden><div style='display:none'>" * size + word).encode()


def soup(word: str, size: int) -> bytes:
    """Random tags; the variants are seeds."""
    return article(tag_soup(word, size)).encode()


def tag_soup(word: str, size: int) -> str:
    """*size* pieces of markup that mean nothing together, the word among them."""
    chance = random.Random(f"{word}{size}")
    pieces = [word, "x", " ", "&amp;", "&#x41", "<!--", "-->", "<![CDATA[", "]]>", "\r\n", "\xad", "\0", '"', "<", ">"]
    attributes = ["", " a=b", " hidden", "/", ' class="x']

    def tag() -> str:
        return "<" + chance.choice(["", "", "/"]) + chance.choice(SOUP_TAGS) + chance.choice(attributes)

    made = [
        chance.choice(pieces) if chance.random() < 0.4 else tag() + chance.choice([">", ">", ">", ""])
        for _ in range(size)
    ]
    return "".join([*made, word])


CASES = (
    Case(deep_div, 1_000, place="kept", variant="1k"),
    Case(deep_div, 10_000, variant="10k"),
    Case(deep_div, 20_000, 100_000, variant="100k"),
    Case(deep_div_texts, 5_000, 100_000),
    Case(deep_b, 10_000, 100_000),
    Case(deep_font_p, 2_000, 10_000),
    Case(deep_span, 10_000, 100_000),
    Case(deep_table, 1_000, 5_000),
    Case(deep_list, 2_000, 10_000),
    Case(deep_quote, 2_000, 10_000),
    Case(adoption_agency, 2_000, 20_000),
    Case(unclosed_links, 3_000, 30_000),
    Case(siblings, 5_000, 1_000_000),
    Case(unclosed_paragraphs, 5_000, 1_000_000),
    Case(line_breaks, 5_000, 1_000_000),
    Case(table_rows, 2_000, 50_000),
    Case(one_wide_row, 5_000, 100_000),
    Case(list_items, 5_000, 200_000),
    Case(foreign_nest, 2_000, 20_000),
    Case(foreign_object, 3, place="kept"),
    Case(title_in_svg, 3, 1_000, place="kept"),
    Case(template_nest, 2_000, 20_000),
    Case(select_nest, 2_000, 20_000),
    Case(frames, 1_000, 20_000),
    Case(cdata, 20_000, 200_000, place="kept"),
    Case(cdata_in_svg, 20_000, 200_000, place="kept"),
    Case(end_tags, 10_000, 200_000, place="kept"),
    Case(headings, 2_000, 100_000),
    Case(forms, 2_000, 50_000),
    Case(ruby, 5_000, 100_000),
    Case(bodies, 5_000, 100_000),
    Case(tables_with_text, 2_000, 20_000),
    Case(soft_hyphen_code, 3, 1_000, place="kept"),
    Case(plaintext_end, 1_000, 20_000),
    Case(noscripts, 100, 20_000),
    Case(textareas, 1_000, 20_000),
    Case(hidden, 1_000, 20_000),
    *(Case(soup, 500, 5_000, variant=f"{seed}") for seed in range(20)),
)
