"""What a page says about itself."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Block, Page, RawItem, Source, Span
from cleaner.reading.dates import date_in_text, date_in_url, date_of_stamp
from cleaner.reading.metadata import read_metadata
from cleaner.reading.site import site_of
from cleaner.reading.titles import title_of_html, title_of_text

BODY = "<p>" + "The library opened its doors to the public and people came from all over the town. " * 4


def block(text, role="paragraph", level=0, start=0):
    return Block(start, start + len(text), text, role, level)


def page(source, url=None, fetched=None, kind="html"):
    return Page(RawItem(Source("a"), b"x", "", url=url, fetched=fetched), kind, source, "UTF-8", "utf-8")


def of_html(head="", body="", blocks=(), url=None, fetched=None, lang=""):
    source = f"<!doctype html><html {lang}><head>{head}</head><body>{body}</body></html>"
    return read_metadata(page(source, url, fetched), Span(0, source.index("</head>")), list(blocks))


def of_text(*lines):
    return read_metadata(page("\n\n".join(lines), kind="text"), None, [block(line) for line in lines])


def json_ld(value):
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_an_article_speaks_for_itself_in_json_ld():
    claims = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "The Daily"},
            {"@type": "WebPage", "datePublished": "2019-01-01"},
            {
                "@type": ["NewsArticle"],
                "headline": "A day &amp; night out",
                "datePublished": "2020-06-09T23:59:00-07:00",
                "author": [{"@id": "#jane"}, {"@type": "Person", "name": "John Roe"}],
                "license": "https://creativecommons.org/licenses/by-sa/4.0/",
            },
            {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        ],
    }
    found = of_html(body=json_ld(claims))
    assert (found.title, found.author, found.date, found.date_source, found.site_name, found.license) == (
        "A day & night out", "Jane Doe, John Roe", "2020-06-09", "json-ld", "The Daily", "CC BY-SA 4.0",
    )  # fmt: skip


def test_meta_tags_and_links_are_read():
    found = of_html(
        '<title>A day out | The Daily</title><meta property="og:site_name" content="The Daily">'
        '<meta name="Author" content="By Jane Doe"><meta property="article:published_time" content="2020-06-09T10:00Z">'
        '<link rel="canonical" href="https://www.daily.example.co.uk/a">'
        '<meta property="og:url" content="https://x.example">',
        lang='lang="de-AT"',
    )
    assert found.title == "A day out"
    assert (found.author, found.date, found.date_source, found.lang) == ("Jane Doe", "2020-06-09", "meta", "de")
    assert (found.url, found.url_source, found.site) == (
        "https://www.daily.example.co.uk/a",
        "canonical",
        "example.co.uk",
    )


def test_the_record_knows_the_address_best():
    found = of_html('<link rel=canonical href="https://b.example/">', url="https://www.a.example/x")
    assert (found.url, found.url_source, found.site) == ("https://www.a.example/x", "record", "a.example")


def test_a_relative_canonical_link_is_no_address():
    found = of_html('<link rel=canonical href="/a"><meta property="og:url" content="https://o.example/a">')
    assert (found.url, found.url_source) == ("https://o.example/a", "og:url")


def test_the_evidence_for_a_date_goes_from_strong_to_weak():
    time_tag = '<time class=x datetime="2020-06-03">'
    assert of_html(body=time_tag, url="https://a.example/2020/06/04/x").date_source == "time"
    assert of_html(url="https://a.example/2020/06/04/x", blocks=[block("June 5, 2020")]).date_source == "url"
    found = of_html(blocks=[block("June 5, 2020")])
    assert (found.date, found.date_source) == ("2020-06-05", "text")
    assert of_html(blocks=[block("no date")]).date is None


def test_no_date_lies_after_the_fetching():
    head = '<meta property="article:published_time" content="2031-01-01"><meta name="date" content="2020-06-10">'
    assert of_html(head, fetched="2020-06-09T23:00:00Z").date == "2020-06-10"
    assert of_html(head).date == "2031-01-01"


@pytest.mark.parametrize(
    "body",
    [
        '<span class="post-author-name"><a href="/jd">Jane Doe</a></span>',
        "<p class=byline>By <a href=/jd>Jane Doe</a>",
        '<a rel="author" href="/jd"> Jane Doe </a>',
        '<div itemprop="author"><span itemprop="name">Jane Doe</span></div>',
    ],
)
def test_an_element_marked_as_the_author_s_names_him(body):
    assert of_html(body=body).author == "Jane Doe"


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        (["By Jane Doe"], "Jane Doe"),
        (["Written by Jane van der Doe and John Roe | June 9"], "Jane van der Doe and John Roe"),
        (["By", "Jane Doe"], "Jane Doe"),
        (["By the river we sat down"], None),
        (["Bypass surgery"], None),
        (["By Monday, Everything Had Changed"], "Monday, Everything Had Changed"),
    ],
)
def test_a_byline_names_the_author(lines, author):
    assert of_text(*lines).author == author


def test_an_address_or_the_site_is_no_author_if_a_name_is_given():
    head = '<meta name=author content="https://a.example/jane"><meta name=author content="The Daily">'
    head += '<meta property="og:site_name" content="The Daily">'
    assert of_html(head, blocks=[block("By Jane Doe")]).author == "Jane Doe"
    assert of_html(head).author == "The Daily"


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({"element": "A day out - The Daily"}, "A day out"),
        ({"element": "The Daily: A day out"}, "A day out"),
        ({"element": "A day out | News | Elsewhere", "headings": ["A day out"]}, "A day out"),
        ({"social": "10 things to know", "headings": ["The Daily"]}, "10 things to know"),
        ({"social": "Words - and more words"}, "Words - and more words"),
        ({"headings": ["A day out"]}, "A day out"),
        ({"element": "The Daily"}, "The Daily"),
        ({}, None),
    ],
)
def test_a_title_is_without_the_site(claims, title):
    known = {"social": None, "element": None, "headline": None, "headings": [], "site_names": ["The Daily"]} | claims
    assert title_of_html(**known) == title


def test_the_title_of_a_text_is_its_first_headline():
    lines = [
        "×",
        "Skip to main content",
        "Sign up for our newsletter.",
        "NATIONAL NEWS",
        "IBM quits the business",
        "Text.",
    ]
    assert title_of_text(lines) == "IBM quits the business"
    assert title_of_text(["新しい図書館が開館しました", "本文です。"]) == "新しい図書館が開館しました"
    assert title_of_text(["One long sentence that ends in a full stop.", "ok"]) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("July 1, 2020", "2020-07-01"),
        ("Jun 9, 2020, 2:59 PM | Updated: Jun 8, 2022, 4:48 pm", "2020-06-09"),
        ("Last updated: 8 June 2022. First published 9th June 2020", "2020-06-09"),
        ("Updated 8 June 2022", "2022-06-08"),
        ("9. Juni 2020", "2020-06-09"),
        ("le 1er août 2020", "2020-08-01"),
        ("9 de junio de 2020", "2020-06-09"),
        ("2020年6月9日", "2020-06-09"),
        ("09.06.2020", "2020-06-09"),
        ("13/04/2020", "2020-04-13"),
        ("04/13/2020", "2020-04-13"),
        ("03/04/2020", None),
        ("03/03/2020", "2020-03-03"),
        ("31 February 2020", None),
        ("June 2020", None),
        ("call 2020-12345", None),
        ("1 2020 3 4", None),
    ],
)
def test_dates_in_words_and_numbers(text, day):
    assert date_in_text(text) == day


def test_dates_of_stamps_and_addresses():
    assert date_of_stamp("20200609T101112Z") == "2020-06-09"
    assert date_of_stamp("Tue, 09 Jun 2020 10:11:12 GMT") == "2020-06-09"
    assert date_of_stamp("2024 Jun 30") == "2024-06-30"
    assert date_in_url("https://a.example/2020/jun/09/x") == "2020-06-09"
    assert date_in_url("https://a.example/news-20200609.html") == "2020-06-09"
    assert date_in_url("https://a.example/?d=/2020/06/09/") is None


def test_language_is_declared_or_recognised():
    assert of_html(lang="lang=EN").lang == "en"
    german = "Die Bibliothek öffnete heute ihre Türen und viele Menschen kamen aus der ganzen Stadt. "
    assert of_text(german * 4).lang == "de"
    assert of_text(german).lang is None


@pytest.mark.parametrize(
    ("body", "license_"),
    [
        ('<a rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/">', "CC BY-NC 4.0"),
        ('<a href="https://creativecommons.org/publicdomain/zero/1.0/" rel="license noopener">', "CC0 1.0"),
        ('<a href="http://creativecommons.org/licenses/by/3.0/us/">CC</a>', "CC BY 3.0"),
        ('<a rel=license href="https://a.example/terms">', "https://a.example/terms"),
        ("<a href=https://a.example/license>driving license</a>", None),
    ],
)
def test_a_license_is_named(body, license_):
    assert of_html(body=body).license == license_


def test_a_license_in_words_is_named():
    assert of_text("Our work is licensed under Creative Commons (CC BY-NC-ND 3.0).").license == "CC BY-NC-ND 3.0"
    assert of_text("ACC BYLAWS", "CC BYE").license is None


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("http://user:pw@a.b.example.com:99/", "example.com"),
        ("https://WWW.Müller.de", "xn--mller-kva.de"),
        ("http://localhost:8000/a", "localhost"),
        ("http://192.168.0.1/", "192.168.0.1"),
        ("http://[::1", None),
        ("mailto:a@example.com", None),
        ("https://", None),
        ("https://" + "a" * 300 + ".com", None),
        ("", None),
    ],
)
def test_the_site_is_the_registrable_domain(url, site):
    assert site_of(url) == site


def script(content):
    return f'<script type="application/ld+json">{content}</script>'


HOSTILE = {
    "huge": script('{"a": "' + "x" * 10_000_000 + '"}'),
    "deep": script("[" * 100_000),
    "deep and closed": script("[" * 100_000 + "]" * 100_000),
    "digits": script('{"@type": "Article", "n": ' + "1" * 5000 + "}"),
    "many": script('{"@type": "Article", "headline": 5}') * 20_000,
    "unclosed": '<script type="application/ld+json">' * 50_000,
    "wrong types": script('[{"@type": 5, "author": {"name": {"name": []}}}, {"@type": "Article", "author": [[], 1]}]'),
    "broken": script('{"headline": "x"'),
    "marks": "<a class=author" * 200_000,
    "bylines": '<p class="byline">' * 100_000,
    "times": "<time datetime=" * 200_000,
    "licenses": "<a license " * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_says_nothing_fast(name):
    begin = time.process_time()
    found = of_html(body=HOSTILE[name])
    assert time.process_time() - begin < 1
    assert found.date is None
    assert found.title is None or name == "broken"


@pytest.mark.parametrize(
    "head",
    [
        "<meta " * 150_000,
        '<meta name="author" content="' * 50_000,
        "<meta name=a content=b>" * 50_000,
        "<title>" + "&amp" * 500_000,
        "<title>" + "a | " * 200_000,
        "<link rel=canonical " + "a=b " * 200_000 + ">",
    ],
)
def test_a_hostile_head_says_nothing_fast(head):
    begin = time.process_time()
    of_html(head, url="http://a.example/" + "/2020" * 100_000)
    assert time.process_time() - begin < 1


def test_hostile_blocks_are_read_fast():
    blocks = [block("By " * 1_000_000), block("CC " * 1_000_000), block("1 " * 80), block(" " * 5_000_000 + "x"),
              *[block("12 June " * 19)] * 100]  # fmt: skip
    begin = time.process_time()
    read_metadata(page("x", kind="text"), None, blocks)
    assert time.process_time() - begin < 1


@given(st.text(max_size=200))
def test_no_text_raises(text):
    of_html(head=f"<title>{text}</title>", body=text, blocks=[block(text or "x")], url=text)
    of_text(text or "x")
    of_html(body=script(text))
    site_of("http://" + text)
