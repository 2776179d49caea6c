"""Pages on which one thing is far too large."""

from __future__ import annotations

import random

from tests.hostile.case import Case
from tests.hostile.prose import article, sentences

_UNIT = 100_000
"""Bytes that most sizes count."""


def text_node(word: str, size: int) -> bytes:
    """One paragraph of many MB."""
    text = sentences(7, 2_000)
    return article(f"{word} " + text * (size * _UNIT // len(text))).encode()


def word_without_space(word: str, size: int) -> bytes:
    return article(f"{word} " + "a" * (size * _UNIT)).encode()


def long_text_lines(word: str, size: int) -> bytes:
    """A text page of many short lines."""
    line = "A line of some words.\n\n"
    return (line * (size * _UNIT // len(line)) + word + "\n").encode()


def wrapped_text_lines(word: str, size: int) -> bytes:
    """A text page that was wrapped by hand."""
    line = "the harbour was crossed by boats all day long, and so it went on for\n"
    return (line * (size * _UNIT // len(line)) + word + "\n").encode()


def json_ld(word: str, size: int) -> bytes:
    items = ",".join(f'{{"@type":"Thing","name":"{word} {number}"}}' for number in range(size * _UNIT // 45))
    return _in_head(f'<script type="application/ld+json">[{items}]</script>').encode()


def json_ld_scripts(word: str, size: int) -> bytes:
    """Thousands of scripts."""
    one = f'<script type="application/ld+json">{{"@type":"Article","name":"{word}","author":[{{}}]}}</script>'
    return _in_head(one * size).encode()


def json_ld_deep(word: str, size: int) -> bytes:
    nest = '{"@graph":[' * size + f'"{word}"' + "]}" * size
    return _in_head(f'<script type="application/ld+json">{nest}</script>').encode()


def json_ld_digits(word: str, size: int) -> bytes:
    return _in_head(
        f'<script type="application/ld+json">{{"@type":"Article","name":"{word}","x":{"9" * size}}}</script>'
    ).encode()


def inline_script(word: str, size: int) -> bytes:
    return article(f'</p><script>var x = "{word}{"x<" * (size * _UNIT // 2)}"</script><p>').encode()


def unclosed_comment(word: str, size: int) -> bytes:
    return article(f"<!-- {word} " + "comment - " * (size * _UNIT // 10)).encode()


def comments(word: str, size: int) -> bytes:
    return article("<!---->" * size + word).encode()


def attributes(word: str, size: int) -> bytes:
    tag = "<div " + " ".join(f"a{number}=b" for number in range(size)) + ">"
    return article(f"{tag}{word}</div>").encode()


def same_attributes(word: str, size: int) -> bytes:
    return article(f"<div {'a=b ' * size}>{word}</div>").encode()


def attributes_of_all(word: str, size: int) -> bytes:
    """Many tags with many attributes each."""
    many = " ".join(f"a{number}=b" for number in range(200))
    return article(f"<p {many} class=x>{word} " * size).encode()


def huge_attribute(word: str, size: int) -> bytes:
    return article(f'<div title="{word} {"x y " * (size * _UNIT // 4)}">text</div>').encode()


def huge_class(word: str, size: int) -> bytes:
    names = " ".join(f"name-{number}" for number in range(size * _UNIT // 11))
    return article(f'<div class="{names}"><p>{word} text in it, and more of it</p></div>').encode()


def one_huge_class_name(word: str, size: int) -> bytes:
    return article(f'<div class="{"Ab-" * (size * _UNIT // 3)}" id="{"x_" * _UNIT}"><p>{word} text</p></div>').encode()


def many_classes(word: str, size: int) -> bytes:
    return article("".join(f'<p class="c{number} d{number}" id=i{number}>x' for number in range(size)) + word).encode()


def huge_tag_name(word: str, size: int) -> bytes:
    return article(f"<{'x' * (size * _UNIT)}>{word}").encode()


def many_tag_names(word: str, size: int) -> bytes:
    return article("".join(f"<x{number}>" for number in range(size)) + word).encode()


def huge_doctype(word: str, size: int) -> bytes:
    return (f'<!DOCTYPE html PUBLIC "{word} {"x " * (size * _UNIT // 2)}">' + article("text")).encode()


def less_than(word: str, size: int) -> bytes:
    return article("<" * size + f" {word}").encode()


def less_than_spaced(word: str, size: int) -> bytes:
    return article("< " * size + word).encode()


def open_tags_cut(word: str, size: int) -> bytes:
    """Tags that are never closed, one inside the other's attributes."""
    return article(word + "<a b='" * size).encode()


def half_end_tags(word: str, size: int) -> bytes:
    return article(f"<title>{word}" + "</titl" * size).encode()


def script_escapes(word: str, size: int) -> bytes:
    """Double escaped scripts, never closed."""
    return article(f"{word}<script><!--<script>" + "</scrip<!--<script" * size).encode()


def metas(word: str, size: int) -> bytes:
    return _in_head("".join(f'<meta name="author" content="{word} {number}">' for number in range(size))).encode()


def metas_everywhere(word: str, size: int) -> bytes:
    return article(f'<meta itemprop=datePublished content="{word}"><time datetime=x>' * size).encode()


def colspans(word: str, size: int) -> bytes:
    cell = "<td colspan=9007199254740991 rowspan=65534>x"
    return article(f"<table><tr>{cell * size}</table>{word}").encode()


def long_links(word: str, size: int) -> bytes:
    address = "http://" + "a.b/" * 100_000
    return article(f'<a href="{address}">{word}</a>' * size + address).encode()


def base_64(word: str, size: int) -> bytes:
    data = random.Random(5).randbytes(size * _UNIT // 4).hex()
    return article(f'<img src="data:image/png;base64,{data}">{word} {data}').encode()


def page_too_large(word: str, size: int) -> bytes:
    return article(f"{word} ").encode() + b"x" * size


def _in_head(markup: str) -> str:
    return article("text").replace("</head>", f"{markup}</head>")


_TOO_LARGE = ("too_large",)
_CAP = "read.max_page_bytes"

CASES = (
    Case(text_node, 5, 190),
    Case(text_node, 210, 1000, outcomes=_TOO_LARGE, says=_CAP, variant="over_the_cap"),
    Case(word_without_space, 5, 190),
    Case(word_without_space, 5, 210, full_outcomes=_TOO_LARGE, says=_CAP, variant="over_the_cap"),
    Case(long_text_lines, 3, 190),
    Case(wrapped_text_lines, 5, 190),
    Case(json_ld, 5, 100),
    Case(json_ld_scripts, 1_000, 100_000),
    Case(json_ld_deep, 5_000, 100_000, place="anywhere"),
    Case(json_ld_digits, 5_000, 900_000),
    Case(inline_script, 5, 100),
    Case(unclosed_comment, 5, 190),
    Case(comments, 20_000, 500_000, place="kept"),
    Case(attributes, 20_000, 100_000, place="kept", variant="100k"),
    Case(attributes, 50_000, 1_000_000, place="kept", variant="1m"),
    Case(same_attributes, 20_000, 1_000_000, place="kept"),
    Case(attributes_of_all, 500, 8_000),
    Case(huge_attribute, 5, 190),
    Case(huge_attribute, 5, 500, full_outcomes=_TOO_LARGE, says=_CAP, variant="over_the_cap"),
    Case(huge_class, 5, 50),
    Case(one_huge_class_name, 5, 50),
    Case(many_classes, 5_000, 200_000),
    Case(huge_tag_name, 5, 50),
    Case(many_tag_names, 5_000, 200_000),
    Case(huge_doctype, 5, 50),
    Case(less_than, 100_000, 5_000_000),
    Case(less_than_spaced, 100_000, 5_000_000),
    Case(open_tags_cut, 20_000, 1_000_000),
    Case(half_end_tags, 20_000, 1_000_000),
    Case(script_escapes, 20_000, 500_000),
    Case(metas, 5_000, 100_000),
    Case(metas_everywhere, 5_000, 100_000),
    Case(colspans, 1_000, 50_000),
    Case(long_links, 2, 20),
    Case(base_64, 5, 60),
    Case(page_too_large, 20_000_000, outcomes=_TOO_LARGE, says=_CAP),
)
