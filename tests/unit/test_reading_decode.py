"""Bytes to text: which encoding, on what evidence, and never an exception."""

from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.config import Read
from cleaner.model import Failure, Page, RawItem, Source
from cleaner.reading.decode import decode, is_html

SAMPLES = {
    "shift_jis": "これは日本語の文章です。東京都では今日、新しい図書館が開館しました。多くの人々が訪れています。",
    "euc-jp": "これは日本語の文章です。東京都では今日、新しい図書館が開館しました。多くの人々が訪れています。",
    "iso-2022-jp": "これは日本語の文章です。東京都では今日、新しい図書館が開館しました。",
    "gb18030": "今天北京市新图书馆正式开馆,吸引了许多市民前来参观。图书馆藏书丰富,环境优美。",
    "big5": "今天台北市新圖書館正式開館,吸引了許多市民前來參觀。圖書館藏書豐富,環境優美。",
    "euc-kr": "오늘 서울시에서 새로운 도서관이 문을 열었습니다. 많은 시민들이 방문하고 있습니다.",
    "windows-1251": "Сегодня в Москве открылась новая библиотека. Многие жители города пришли посмотреть на нее.",
    "koi8-r": "Сегодня в Москве открылась новая библиотека. Многие жители города пришли посмотреть на нее.",
    "windows-1252": "Le président a déclaré aujourd’hui que l’économie était en bonne santé, malgré l’étranger.",
    "windows-1250": "Dnes byla v Praze otevřena nová knihovna. Přišlo mnoho obyvatel města, kteří ji chtěli vidět.",
    "utf-16-le": "The library opened today and many people came to see it.",
    "utf-16-be": "The library opened today and many people came to see it.",
    "utf-32-le": "The library opened today and many people came to see it.",
    "utf-32-be": "The library opened today and many people came to see it.",
    "utf-8": "Grüße aus Köln, 日本, Москва",
}


def item(payload, **known):
    return RawItem(Source("a.html"), payload, sha256(payload).hexdigest(), **known)


def read(payload, **known):
    page = decode(item(payload, **known), Read())
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize("encoding", SAMPLES)
@pytest.mark.parametrize("wrap", ["{}", "<html><head><title>x</title></head><body><p>{}</p></body></html>"])
def test_an_undeclared_encoding_is_detected(encoding, wrap):
    text = wrap.format(SAMPLES[encoding])
    page = read(text.encode(encoding))
    assert page.source_text == text
    assert page.replaced == 0


@pytest.mark.parametrize("encoding", ["shift_jis", "gb18030", "windows-1251", "koi8-r", "euc-kr", "big5"])
@pytest.mark.parametrize("where", ["header", "meta", "xml"])
def test_a_declared_encoding_is_used(encoding, where):
    declaration = {
        "header": "",
        "meta": f"<meta http-equiv=Content-Type content='text/html; charset={encoding}'>",
        "xml": f'<?xml version="1.0" encoding="{encoding}"?>',
    }
    text = declaration[where] + SAMPLES[encoding][:6]
    page = read(text.encode(encoding), fetched="2020", charset=encoding if where == "header" else None)
    assert page.source_text == text
    assert page.encoding_source == ("header" if where == "header" else "meta")


def test_the_header_goes_before_the_markup_and_the_mark_before_both():
    text = "<meta charset=koi8-r>Привет"
    assert read(text.encode("windows-1251"), charset="windows-1251", fetched="2020").source_text == text
    page = read(b"\xef\xbb\xbf" + text.encode(), charset="windows-1251", fetched="2020")
    assert (page.source_text, page.encoding, page.encoding_source) == (text, "UTF-8", "bom")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_is_followed_and_taken_off(encoding):
    page = read("<p>汉字</p>".encode(encoding))
    assert (page.source_text, page.encoding_source) == ("<p>汉字</p>", "bom")


def test_labels_mean_what_browsers_take_them_for():
    page = read(b"<meta charset=iso-8859-1>caf\xe9 \x80")
    assert (page.source_text[-6:], page.encoding) == ("café €", "windows-1252")


@pytest.mark.parametrize("label", ["iso-8859-1", "shift_jis", "utf-16", "nonsense", "x" * 500, "hz-gb-2312", "\u212a"])
def test_a_declaration_loses_to_valid_utf_8(label):
    text = f"<meta charset='{label}'>Grüße, 日本"
    page = read(text.encode(), charset=label, fetched="2020")
    assert (page.source_text, page.encoding, page.replaced) == (text, "UTF-8", 0)


def test_bytes_that_are_mostly_not_utf_8_are_not_read_as_such():
    page = read(b"<meta charset=utf-8><p>caf\xe9, na\xefve, d\xe9j\xe0 vu")
    assert page.source_text.endswith("café, naïve, déjà vu")
    assert page.encoding == "windows-1252"


def test_a_few_bad_bytes_in_utf_8_are_replaced_and_counted():
    page = read(("<meta charset=utf-8>" + "Grüße " * 20).encode() + b"\xff\xfe end")
    assert page.source_text.endswith("\ufffd\ufffd end")
    assert (page.encoding, page.encoding_source, page.replaced) == ("UTF-8", "meta", 2)


def test_a_replacement_character_of_the_source_is_not_counted():
    page = read("Grüße \ufffd Grüße Grüße".encode() + b"\xff")
    assert page.replaced == 1


def test_a_lone_surrogate_becomes_one_replacement_character():
    page = read("a\ud800b\udfffc".encode("utf-8", "surrogatepass"), charset="utf-8")
    assert (page.source_text, page.replaced, page.encoding_source) == ("a\ufffdb\ufffdc", 2, "container")


def test_nul_characters_stay():
    assert read(b"nul\0inside").source_text == "nul\0inside"


@pytest.mark.parametrize("payload", [b"", b" \r\n\t", b"\0\0\0\0", b"\xef\xbb\xbf", "  ".encode("utf-16"), b"\xff\xfe"])
def test_nothing_but_white_space_is_no_page(payload):
    failure = decode(item(payload), Read())
    assert isinstance(failure, Failure)
    assert failure.kind == "not_a_page"


def test_what_is_no_text_is_no_page():
    for payload in (b"%PDF-1.4\n...", b"\x89PNG\r\n\x1a\n....", bytes(range(256)) * 9):
        assert decode(item(payload), Read()).kind == "not_a_page"


def test_a_page_over_the_cap_names_the_cap():
    failure = decode(item(b"x" * 11), Read(max_page_bytes=10))
    assert (failure.kind, "max_page_bytes" in failure.detail) == ("too_large", True)


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "shift_jis", "iso-2022-jp", "gb18030", "utf-16", "x"]))
@example(b"\x1b$B", "iso-2022-jp")
@example(b"\xff\xfe\x00\xd8", None)
@example(b"<meta charset=utf-7>+ADw-", None)
def test_no_bytes_raise_and_all_text_can_be_written(payload, charset):
    page = decode(item(payload, charset=charset), Read())
    if isinstance(page, Page):
        page.source_text.encode("utf-8")
        assert page.replaced >= 0


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_text_comes_back_from_utf_8(text):
    payload = ("x " + text).encode()
    page = decode(item(payload, charset="utf-8"), Read())
    assert isinstance(page, Failure) or "\0" in text or page.source_text == "x " + text


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>x",
        "\ufeff\n<!-- saved from url --><html>",
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">',
        '<?xml version="1.0"?><rss version="2.0"><channel>',
        "<p>One</p>",
        "<div class=a><p>x",
        "Intro <b>one</b> and <i>two</i>, see <a href='#'>three</a>.",
    ],
)
def test_markup_is_html_whatever_its_name(text):
    assert is_html(text) or is_html(text, "text/html")


@pytest.mark.parametrize(
    "text",
    [
        "Plain words.",
        "The <p> element starts a paragraph; </p> ends it. " * 3,
        "if a < b and c > d: print(a)",
        "Dear all,\n\n> quoted <someone@example.com> wrote\n",
        "Use <html> at the top." + " Then write your page in plain words, and do not worry about tags." * 40,
        "<3 this song",
        "WARC/1.0\nis a format",
    ],
)
def test_prose_that_mentions_markup_is_text(text):
    assert not is_html(text)


def test_a_content_type_alone_does_not_make_html():
    assert not is_html("Plain words only.", "text/html")


@pytest.mark.parametrize(
    "payload",
    [b"<" * 5_000_000, b"<!--" * 1_250_000, b"<meta " * 800_000, b" " * 5_000_000 + b"x", b"\x80" * 5_000_000,
     b"<meta charset=" * 300_000, b"<?xml " + b" " * 5_000_000],
)  # fmt: skip
def test_hostile_bytes_take_no_time(payload):
    import time

    begin = time.process_time()
    decode(item(payload), Read())
    assert time.process_time() - begin < 1
