"""Hostile text, in HTML and plain."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.hostile.prose import ARABIC, HEBREW, THAI, article, chinese, sentences

_BIDI = "\u202e\u2066\u200b\u200d\u2060\u200f\ufeff"


def entities(word: str, size: int) -> bytes:
    return article("&amp;&lt;&#65;&notanentity;&acE;&CounterClockwiseContourIntegral;&#x;" * size + word).encode()


def ampersands(word: str, size: int) -> bytes:
    return article("&" * size + word).encode()


def references_without_end(word: str, size: int) -> bytes:
    return article(f"{word} &#{'9' * size} &#x{'f' * size} &{'a' * size}").encode()


def billion_laughs(word: str, size: int) -> bytes:
    inner = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, size))
    return f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{inner}]><p>{word} &l{size - 1};</p>'.encode()


def external_entity(word: str, size: int) -> bytes:
    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>'
    return f'<?xml version="1.0"?>{doctype}<html><body><p>{word} &e; is not read</p></body></html>'.encode()


def spaces(word: str, size: int) -> bytes:
    return article(f"a{' ' * size}b {word}").encode()


def spaces_between(word: str, size: int) -> bytes:
    """White space of all kinds in turn, so that no run of one kind is long."""
    return article(f"{word}" + "a \t\n\x0c\xa0\u3000 " * size).encode()


def no_break_spaces(word: str, size: int) -> bytes:
    return article(f"a{'&nbsp;' * size}b {word}").encode()


def newlines(word: str, size: int) -> bytes:
    return article(f"a{chr(10) * size}b {word}{chr(13) * size}").encode()


def text_of_spaces(word: str, size: int) -> bytes:
    """Plain text: one line with endless white space inside and at its ends."""
    return f"{' ' * size}{word} and{chr(9) * size}more of it{chr(0xA0) * size}\n{chr(0x2028) * size}\n".encode()


def text_of_blank_lines(word: str, size: int) -> bytes:
    return ("\n" * size + f"{word} in a line\n" + " \n" * size + "\r" * size + "\r\n" * size).encode()


def text_of_invisible(word: str, size: int) -> bytes:
    return ("\xad" * size + f"{word} in a line " + "\xad \xad" * size + "\n").encode()


def combining_marks(word: str, size: int) -> bytes:
    return article(f"{word} a{chr(0x301) * size} b").encode()


def bidi_controls(word: str, size: int) -> bytes:
    return article(f"{_BIDI * size}{word}{_BIDI * size} text").encode()


def invisible_in_word(word: str, size: int) -> bytes:
    return article(f"{word} " + "so\xadft hy\xadphens are in these words\x01 " * size).encode()


def right_to_left(word: str, size: int) -> bytes:
    return article(f"{HEBREW} {word} {ARABIC} ", size).replace("<html>", "<html dir=rtl>").encode()


def chinese_without_spaces(word: str, size: int) -> bytes:
    return article(chinese(word) * size).encode()


def thai_without_spaces(word: str, size: int) -> bytes:
    return article((THAI + word) * size).encode()


def same_paragraphs(word: str, size: int) -> bytes:
    paragraph = f"<p>{word} {sentences(9, 4)}</p>"
    return article(paragraph * size + "<p>Between them.</p>" + paragraph * size).encode()


def refrain(word: str, size: int) -> bytes:
    return article("".join(f"<p>{sentences(n, 2)}</p><p>The refrain, {word}</p>" for n in range(size))).encode()


def dates(word: str, size: int) -> bytes:
    return article(f"{word} " + "1 2 3 January 4 5 06/07/ 2020-1-" * size).encode()


def by_by_by(word: str, size: int) -> bytes:
    return article("By " * size + f"<p class=byline>By {'A. ' * size}{word}").encode()


def quotes_open(word: str, size: int) -> bytes:
    return article(f"{word} " + '“ "' * size).encode()


def full_stops(word: str, size: int) -> bytes:
    return article(f"{word} " + "A. b. " * size + "." * size).encode()


def emoji(word: str, size: int) -> bytes:
    return article(f"{word} " + "👩\u200d👩\u200d👧\U0001f3fd " * size).encode()


def mojibake_long(word: str, size: int) -> bytes:
    """Spoilt beyond what ftfy reads at one go."""
    return article(f"{word} " + "cafÃ© â€œxâ€\x9d " * size).encode()


def pipes_and_dots(word: str, size: int) -> bytes:
    title = " | - : » ".join(["a"] * size)
    return article(word).replace("A day", title).encode()


def private_use(word: str, size: int) -> bytes:
    """The marks by which texts are numbered in the skeleton."""
    return article("#1;#<p>\ue000#0;" * size + word).encode()


def unassigned(word: str, size: int) -> bytes:
    return article(f"{word} \ufdd0\uffff\U0010ffff\U000e0041\u0378 " * size).encode()


def casefold_growth(word: str, size: int) -> bytes:
    """Letters that become several in another case or normal form."""
    return article(f"{word} " + "ﬃẞŉΐﷺİ" * size).encode()


CASES = (
    Case(entities, 1_000, 100_000),
    Case(ampersands, 50_000, 5_000_000),
    Case(references_without_end, 50_000, 5_000_000),
    Case(billion_laughs, 20, place="kept"),
    Case(external_entity, place="kept"),
    Case(spaces, 500_000, 5_000_000),
    Case(spaces_between, 5_000, 1_000_000),
    Case(no_break_spaces, 10_000, 1_000_000),
    Case(newlines, 100_000, 5_000_000),
    Case(text_of_spaces, 50_000, 2_500_000),
    Case(text_of_blank_lines, 50_000, 3_000_000),
    Case(text_of_invisible, 10_000, 3_000_000),
    Case(combining_marks, 20_000, 500_000),
    Case(bidi_controls, 5_000, 300_000),
    Case(invisible_in_word, 5_000, 200_000),
    Case(right_to_left, 50, 1_000, place="kept"),
    Case(chinese_without_spaces, 500, 5_000),
    Case(thai_without_spaces, 200, 5_000),
    Case(same_paragraphs, 8, place="kept"),
    Case(refrain, 50, place="kept"),
    Case(dates, 5_000, 500_000),
    Case(by_by_by, 5_000, 1_000_000),
    Case(quotes_open, 20_000, 1_000_000),
    Case(full_stops, 5_000, 1_000_000),
    Case(emoji, 5_000, 300_000),
    Case(mojibake_long, 5_000, 500_000),
    Case(pipes_and_dots, 5_000, 500_000),
    Case(private_use, 1_000, 200_000),
    Case(unassigned, 1_000, 200_000),
    Case(casefold_growth, 5_000, 500_000),
)
