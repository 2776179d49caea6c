"""Which encoding bytes are in: what declares it, what contradicts it, and what the bytes themselves look like.

Labels mean what the WHATWG Encoding Standard says (``iso-8859-1`` is windows-1252), by turbohtml's table and decoders.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from turbohtml.detect import detect

_PRESCAN_BYTES = 4096
_SAMPLE_BYTES = 1 << 17
_LABEL = re.compile(r"[a-z0-9][a-z0-9.:_+-]{0,39}")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_XML_ENCODING = re.compile(
    rb"\A\s{0,20}<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:+-]{1,40})", re.IGNORECASE
)
_META = re.compile(rb"<meta[\s/]([^>]{0,500})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.IGNORECASE)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_NO_META = b" " * 1024
"""Put before a sample, it keeps turbohtml from reading a ``<meta>`` that was found wrong already."""


@dataclass(frozen=True, slots=True)
class Charset:
    """An encoding: its WHATWG name, and Python's name for the decoder."""

    name: str
    codec: str


UTF_8 = Charset("UTF-8", "utf-8")


@lru_cache(maxsize=256)
def charset_of_label(label: str) -> Charset | None:
    """The encoding that *label* stands for; None for one the standard does not know, or maps to no text at all.

    >>> charset_of_label("Latin1"), charset_of_label("klingon")
    (Charset(name='windows-1252', codec='whatwg-windows-1252'), None)
    """
    label = label.strip().lower()
    if not _LABEL.fullmatch(label):
        return None
    try:
        codecs.lookup(f"whatwg-{label}")
    except LookupError:
        return None
    found = detect(b'<meta charset="%s">' % label.encode("ascii"))
    if found.encoding in {None, "replacement"} or found.codec is None:
        return None
    if label.startswith("utf-16"):  # a page that says so in ASCII is not in it; a header may mean it
        return Charset("UTF-16BE", "utf-16-be") if label == "utf-16be" else Charset("UTF-16LE", "utf-16-le")
    return UTF_8 if found.encoding == "UTF-8" else Charset(str(found.encoding), found.codec)


def declared_in_markup(payload: bytes) -> str | None:
    """The label in a ``<meta>`` or an XML declaration near the beginning, outside of comments."""
    head = payload[:_PRESCAN_BYTES]
    declaration = _XML_ENCODING.search(head)
    for meta in _META.finditer(_COMMENT.sub(b"", head)):
        charset = _META_CHARSET.search(meta[1])
        if charset is not None:
            return charset[1].decode("ascii", "replace")
    return declaration[1].decode("ascii", "replace") if declaration else None


def detect_charset(payload: bytes) -> Charset:
    """The encoding that the bytes look like, judged from the first ones that are not ASCII."""
    first = _NOT_ASCII.search(payload)
    begin = max(first.start() - 1024, 0) if first else 0
    found = detect(_NO_META + payload[begin : begin + _SAMPLE_BYTES])
    return Charset(found.encoding or "windows-1252", found.codec or "whatwg-windows-1252")
