"""Pages that are not what they look like."""

from __future__ import annotations

import io
import json
import random
import zipfile

from tests.hostile.case import Case
from tests.hostile.prose import article, sentences


def script_only(word: str, size: int) -> bytes:
    return (
        f'<!doctype html><html><head><title>App</title></head><body><div id=root></div><script>start("{word}")'
        f"{'f();' * size}</script></body></html>"
    ).encode()


def html_named_txt(word: str, size: int) -> bytes:
    return article(f"{word} ", size).encode()


def text_named_html(word: str, size: int) -> bytes:
    return f"{sentences(1, size)}\n\nUse <b> for {word}, or <i>.\n\n{sentences(2, size)}\n".encode()


def pdf(word: str, size: int) -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + word.encode() + random.Random(1).randbytes(size)


def jpeg(word: str, size: int) -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0" + word.encode() + random.Random(2).randbytes(size)


def zip_archive(word: str, size: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"../{word}.html"), article(word, size))
    return made.getvalue()


def random_bytes(word: str, size: int) -> bytes:
    return word.encode() + random.Random(3).randbytes(size)


def binary_behind_text(word: str, size: int) -> bytes:
    """A page whose beginning is fine."""
    return article(f"{word} ", 40).encode() + random.Random(4).randbytes(size)


def warc_inside(word: str, size: int) -> bytes:
    record = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 10\r\n\r\n{word}\r\n\r\n"
    return article(f"<pre>{record * size}</pre>").encode()


def json_line_inside(word: str, size: int) -> bytes:
    line = json.dumps({"url": "http://elsewhere.example/", "html": f"<p>{word}</p>"})
    return article(f"<p>\n{line}\n" * size).encode()


def http_inside(word: str, size: int) -> bytes:
    return article(f"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{word}" * size).encode()


def feed(word: str, size: int) -> bytes:
    item = f"<item><title>{word}</title><description><![CDATA[<p>{sentences(3, 3)}</p>]]></description></item>"
    return f'<?xml version="1.0"?><rss><channel>{item * size}</channel></rss>'.encode()


def svg_page(word: str, size: int) -> bytes:
    return f"<svg xmlns='http://www.w3.org/2000/svg'>{f'<text>{word}</text>' * size}</svg>".encode()


_NO_PAGE = ("not_a_page",)

CASES = (
    Case(script_only, 100),
    Case(html_named_txt, 5, place="kept"),
    Case(text_named_html, 5, place="kept"),
    Case(pdf, 50_000, 2_000_000, outcomes=_NO_PAGE, says="a PDF"),
    Case(jpeg, 50_000, 2_000_000, outcomes=_NO_PAGE, says="a JPEG picture"),
    Case(zip_archive, 5, outcomes=_NO_PAGE, says="a ZIP archive"),
    Case(random_bytes, 50_000, 2_000_000, outcomes=_NO_PAGE, says="binary data"),
    Case(binary_behind_text, 20_000, 2_000_000, outcomes=("document", "not_a_page")),
    Case(warc_inside, 5, place="kept"),
    Case(json_line_inside, 5, place="kept"),
    Case(http_inside, 5, place="kept"),
    Case(feed, 20),
    Case(svg_page, 20),
)
