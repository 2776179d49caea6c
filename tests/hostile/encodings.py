"""Hostile bytes and encodings."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.hostile.prose import RUSSIAN, article, chinese, japanese

_MOJIBAKE = "Café déjà vu, naïve façade: “quoted” – Straße, señor"


def empty(word: str, size: int) -> bytes:
    return b""


def only_nul(word: str, size: int) -> bytes:
    return bytes(size)


def nul_inside(word: str, size: int) -> bytes:
    return article(f"A NUL\0 stands\0 in \0{word}\0 and around it. " * 5).replace("body", "bo\0dy").encode() + bytes(
        size
    )


def only_white_space(word: str, size: int) -> bytes:
    return b" \t\r\n\x0c" * size


def invalid_utf_8(word: str, size: int) -> bytes:
    page = article(f"Some bytes are wrong near {word} here.").encode()
    return page.replace(b" ", b" \xff\xfe\x80\xc3 ", size)


def overlong_utf_8(word: str, size: int) -> bytes:
    overlong = b"\xc0\xbcscript\xc0\xbe \xe0\x80\xaf \xf0\x80\x80\xaf "
    return article(f"Before {word} behind.").encode().replace(b"Before ", b"Before " + overlong * size)


def cesu_8(word: str, size: int) -> bytes:
    surrogates = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    return article(f"Before {word} behind.").encode().replace(b"Before ", b"Before " + surrogates * size)


def utf_16_le_with_mark(word: str, size: int) -> bytes:
    return b"\xff\xfe" + article(f"Wide {word} – ünï. ", size).encode("utf-16-le")


def utf_16_be_with_mark(word: str, size: int) -> bytes:
    return b"\xfe\xff" + article(f"Wide {word} – ünï. ", size).encode("utf-16-be")


def utf_16_le_without_mark(word: str, size: int) -> bytes:
    return article(f"Wide {word} – ünï. ", size).encode("utf-16-le")


def utf_16_odd(word: str, size: int) -> bytes:
    """Cut in the middle of a character."""
    return utf_16_le_with_mark(word, size)[:-1]


def utf_32(word: str, size: int) -> bytes:
    return b"\xff\xfe\0\0" + article(f"Wider {word}. ", size).encode("utf-32-le")


def wrong_declared_charset(word: str, size: int) -> bytes:
    page = article(f"Grüße aus Köln, {word}, déjà vu. ", size)
    return page.replace("<head>", '<head><meta charset="iso-8859-1">').encode()


def contradicting_charsets(word: str, size: int) -> bytes:
    metas = '<head><meta charset="shift_jis"><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">'
    return article(f"Grüße aus Köln, {word}. ", size).replace("<head>", metas).encode("windows-1252")


def nonsense_charset(word: str, size: int) -> bytes:
    meta = '<head><meta charset="' + "x-klingon" * size + '">'
    return article(f"Grüße, {word}. ").replace("<head>", meta).encode()


def mojibake_once(word: str, size: int) -> bytes:
    return article(f"{word} {_spoilt(_MOJIBAKE, 1)} ", size).encode()


def mojibake_three_times(word: str, size: int) -> bytes:
    return article(f"{word} {_spoilt(_MOJIBAKE, 3)} ", size).encode()


def shift_jis_undeclared(word: str, size: int) -> bytes:
    return article(japanese(word) * size).encode("shift_jis")


def gb18030_undeclared(word: str, size: int) -> bytes:
    return article(chinese(word) * size).encode("gb18030")


def windows_1251_undeclared(word: str, size: int) -> bytes:
    return article(f"{RUSSIAN} {word} {RUSSIAN} " * size).encode("windows-1251")


def surrogate_reference(word: str, size: int) -> bytes:
    return article(
        f"Half &#xD800; a {word} &#55357; character &#xDFFF; and &#x110000; none &#0; &#128;. " * size
    ).encode()


def utf_7(word: str, size: int) -> bytes:
    """An encoding that no browser reads any more: it stays what it looks like."""
    page = article(f"+ADw-script+AD4-{word}+ADw-/script+AD4- ", size)
    return page.replace("<head>", '<head><meta charset="utf-7">').encode()


def iso_2022_jp_escapes(word: str, size: int) -> bytes:
    """Escape sequences that never come back to ASCII."""
    return article(f"{word} ").encode().replace(b"</p>", b"\x1b$B" + b"$" * size + b"</p>", 1)


def _spoilt(text: str, times: int) -> str:
    for _ in range(times):
        text = text.encode("utf-8").decode("windows-1252", "replace")
    return text


CASES = (
    Case(empty, outcomes=("not_a_page",), says="empty"),
    Case(only_nul, 100_000, outcomes=("not_a_page",), says="empty"),
    Case(nul_inside, 10, place="kept"),
    Case(only_white_space, 100_000, outcomes=("not_a_page",), says="empty"),
    Case(invalid_utf_8, 5, place="kept"),
    Case(overlong_utf_8, 3, place="kept"),
    Case(cesu_8, 3, place="kept"),
    Case(utf_16_le_with_mark, 20, place="kept"),
    Case(utf_16_be_with_mark, 20, place="kept"),
    Case(utf_16_le_without_mark, 20, place="kept"),
    Case(utf_16_odd, 20, place="kept"),
    Case(utf_32, 20, place="kept"),
    Case(wrong_declared_charset, 20, place="kept"),
    Case(contradicting_charsets, 20, place="kept"),
    Case(nonsense_charset, 10_000, place="kept"),
    Case(mojibake_once, 20, place="kept"),
    Case(mojibake_three_times, 20, place="kept"),
    Case(shift_jis_undeclared, 20, place="kept"),
    Case(gb18030_undeclared, 20, place="kept"),
    Case(windows_1251_undeclared, 20, place="kept"),
    Case(surrogate_reference, 5, place="kept"),
    Case(utf_7, 5, place="kept"),
    Case(iso_2022_jp_escapes, 1000),
)
