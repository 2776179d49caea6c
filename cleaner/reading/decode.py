"""Bytes to text: the encoding with its evidence, and whether the text is HTML."""

from __future__ import annotations

import re
from typing import Literal

from cleaner.config import Read
from cleaner.model import Failure, Kind, Page, RawItem
from cleaner.reading.charset import UTF_8, Charset, charset_of_label, declared_in_markup, detect_charset
from cleaner.reading.sniff import refusal
from cleaner.reading.unicode_pattern import CODECS, wide_bom, wide_encoding

Evidence = Literal["bom", "header", "meta", "utf-8", "detected", "container", "default"]

_UTF_8_BOM = b"\xef\xbb\xbf"
_BLANK = b"\0\t\n\x0b\x0c\r "
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENCODED_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_ESCAPES = re.compile(rb"\x1b[$(][@BJI]")
"""Of ISO-2022-JP, whose bytes are all ASCII."""

_KIND_CHARS = 16_384
_DOCUMENT = re.compile(
    r"\s{0,10000}(?:<\?xml\b[^>]{0,500}>\s{0,1000})?(?:<!--.{0,4000}?-->\s{0,1000}){0,5}"
    r"<(?:!doctype\s{1,100}html|html|head|body|rss|feed|rdf:RDF|svg|urlset|!doctype|\?xml)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"<(/?)(a|abbr|article|aside|b|blockquote|body|br|button|center|code|dd|div|dl|dt|em|figure|font|footer|form|h[1-6]"
    r"|head|header|hr|html|i|iframe|img|input|li|link|main|meta|nav|ol|p|pre|script|section|span|strong|style|table"
    r"|tbody|td|th|title|tr|u|ul)(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_NOTHING_SAID: tuple[Charset, Evidence] = (UTF_8, "default")


def decode(item: RawItem, config: Read) -> Page | Failure:
    """*item* as text; bytes that its encoding does not know become U+FFFD. No bytes raise.

    What names the encoding, strongest first: a byte-order mark, NUL bytes in the places where UTF-16 or UTF-32 has
    them, the HTTP header, ``<meta>``, and last what the bytes look like. A declaration loses to bytes that are valid
    UTF-8 and not ASCII, and "UTF-8" loses to bytes that mostly are not.

    Source: WHATWG, Encoding Standard, and HTML, "determining the character encoding".
    """
    payload = item.payload
    if len(payload) > config.max_page_bytes:
        detail = f"a page of {len(payload)} bytes; the cap is {config.max_page_bytes} (read.max_page_bytes)"
        return Failure(item.source, "decode", "too_large", detail)
    if not payload.strip(_BLANK):
        return Failure(item.source, "decode", "not_a_page", "empty but for white space" if payload else "empty")
    refused = refusal(payload[:4096])
    if refused is not None:
        return Failure(item.source, "decode", "not_a_page", refused.reason)
    charset, evidence, text, replaced = _decode(item)
    if not text.strip("\0\ufeff \t\n\x0b\x0c\r"):
        return Failure(item.source, "decode", "not_a_page", "empty but for white space")
    kind: Kind = "html" if is_html(text, item.content_type) else "text"
    return Page(item, kind, text, charset, evidence, replaced)


def is_html(text: str, content_type: str | None = None) -> bool:
    r"""Whether *text* is markup: a document, a feed, or a fragment; prose that mentions a tag is not.

    >>> is_html("<p>One</p>\n<p>Two</p>"), is_html("Use <b> for bold text, or <i>.")
    (True, False)
    """
    head = text[:_KIND_CHARS].lstrip("\ufeff\0 \t\r\n\x0c")
    if _DOCUMENT.match(head):
        return True
    opened: set[str] = set()
    closed: set[str] = set()
    pairs = marks = 0
    for tag in _TAG.finditer(head):
        marks += 1
        name = tag[2].lower()
        if not tag[1]:
            opened.add(name)
        elif name in opened:
            pairs += 1
            closed.add(name)
    if head.startswith("<") and (pairs >= 1 or marks >= 3):
        return True
    if content_type in {"text/html", "application/xhtml+xml"} and (pairs >= 1 or marks >= 2):
        return True
    # Prose about HTML quotes a tag here and there; markup has several kinds, one every few hundred characters.
    return len(closed) >= 2 and pairs >= 3 and marks * 400 >= len(head)


def _decode(item: RawItem) -> tuple[str, Evidence, str, int]:
    payload = item.payload
    if payload.startswith(_UTF_8_BOM):
        text, replaced, _ = _decode_utf_8(payload[len(_UTF_8_BOM) :])
        return "UTF-8", "bom", text, replaced
    marked = wide_bom(payload)
    if marked is not None:
        name, width = marked
        return name, "bom", *_decode_lenient(payload[width:], CODECS[name])
    wide = wide_encoding(payload)
    if wide is not None:
        return wide, "detected", *_decode_lenient(payload, CODECS[wide])
    return _decode_narrow(payload, _declarations(item))


def _decode_narrow(payload: bytes, declared: list[tuple[Charset, Evidence]]) -> tuple[str, Evidence, str, int]:
    """*payload*, in an encoding that ASCII is a part of."""
    if payload.isascii() and not _ESCAPES.search(payload):
        charset, evidence = declared[0] if declared else _NOTHING_SAID
        return charset.name, evidence, payload.decode("ascii"), 0
    is_utf_8 = False
    if not payload.isascii():
        text, replaced, broken = _decode_utf_8(payload)
        is_utf_8 = not broken or broken * 3 <= len(text) - len(text.encode("ascii", "ignore"))
        if not broken or (is_utf_8 and any(charset == UTF_8 for charset, _ in declared)):
            evidence = next((evidence for charset, evidence in declared if charset == UTF_8), "utf-8")
            return "UTF-8", evidence, text, replaced
    for charset, evidence in declared:
        if charset != UTF_8:
            return charset.name, evidence, *_decode_lenient(payload, charset.codec)
    if is_utf_8:
        return "UTF-8", "detected", text, replaced
    detected = detect_charset(payload)
    return detected.name, "detected", *_decode_lenient(payload, detected.codec)


def _declarations(item: RawItem) -> list[tuple[Charset, Evidence]]:
    """The encodings that container and markup name, as far as they can be meant."""
    from_container: Evidence = "header" if item.fetched is not None else "container"
    named: list[tuple[str | None, Evidence]] = [
        (item.charset, from_container),
        (declared_in_markup(item.payload), "meta"),
    ]
    found = [(charset_of_label(label), evidence) for label, evidence in named if label is not None]
    return [
        (charset, evidence)
        for charset, evidence in found
        if charset is not None and not charset.name.startswith("UTF-16")  # the bytes would have shown it
    ]


def _decode_utf_8(payload: bytes) -> tuple[str, int, int]:
    """The text, how many U+FFFD stand in it for what is not UTF-8, and how many of those for no lone surrogate."""
    try:
        return payload.decode("utf-8"), 0, 0
    except UnicodeDecodeError:
        whole, surrogates = _ENCODED_SURROGATE.subn(b"\xef\xbf\xbd", payload)
        text = whole.decode("utf-8", "replace")
        replaced = text.count("\ufffd") - payload.count(b"\xef\xbf\xbd")
        return text, replaced, replaced - surrogates


def _decode_lenient(payload: bytes, codec: str) -> tuple[str, int]:
    text = _SURROGATE.sub("\ufffd", payload.decode(codec, "replace"))
    return text, text.count("\ufffd")
