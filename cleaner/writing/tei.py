"""A document as TEI P5, with the elements that trafilatura's TEI has, from its record alone.

Source: https://tei-c.org/release/doc/tei-p5-doc/en/html/ and https://trafilatura.readthedocs.io/en/latest/usage-cli.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from operator import attrgetter

from cleaner.writing.wire import BlockRecord, DocumentMetadata, DocumentRecord

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile("[\t\n\r]")


def tei_file(record: DocumentRecord) -> bytes:
    """*record* as an XML file; characters that XML has no room for read U+FFFD."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<TEI xmlns="http://www.tei-c.org/ns/1.0">',
        *_header(record),
        '<text><body><div type="entry">',
        *_body(record.text, record.metadata.blocks),
        "</div></body></text>",
        "</TEI>",
        "",
    ]
    return "\n".join(lines).encode()


def _header(record: DocumentRecord) -> Iterator[str]:
    known = record.metadata
    title = f'<title type="main">{_text(known.title or record.id)}</title>'
    author = f"<author>{_text(known.author)}</author>" if known.author else ""
    date = f'<date when="{known.date}">{known.date}</date>' if known.date else ""
    publisher = known.site_name or known.site
    place = [
        f"<publisher>{_text(publisher)}</publisher>" if publisher else "<publisher/>",
        _licence(known.license) if known.license else "",
        f'<ptr type="URL" target={_attribute(known.url)}/>' if known.url else "",
        date,
    ]
    yield "<teiHeader>"
    yield f"<fileDesc><titleStmt>{title}{author}</titleStmt>"
    yield f"<publicationStmt>{''.join(place)}</publicationStmt>"
    yield f"<notesStmt>{''.join(_notes(record.id, known))}</notesStmt>"
    sigle = ", ".join(part for part in (publisher, known.date) if part)
    yield f"<sourceDesc><bibl>{_text(', '.join(part for part in (known.title, sigle) if part) or record.id)}</bibl>"
    yield f'<bibl type="sigle">{_text(sigle or record.id)}</bibl></sourceDesc></fileDesc>'
    if known.lang:
        yield f"<profileDesc><langUsage><language ident={_attribute(known.lang)}/></langUsage></profileDesc>"
    yield '<encodingDesc><appInfo><application version="1" ident="cleaner"><label>cleaner</label></application>'
    yield "</appInfo></encodingDesc></teiHeader>"


def _licence(address: str) -> str:
    return f"<availability><p><ref target={_attribute(address)}>licence</ref></p></availability>"


def _notes(doc_id: str, known: DocumentMetadata) -> Iterator[str]:
    """Where the text comes from, to the byte."""
    notes = {
        "id": doc_id,
        "source": known.raw_path,
        "sha256": known.raw_sha256,
        "status": known.status,
        "duplicate-of": known.duplicate_of,
    }
    for kind, value in notes.items():
        if value is not None:
            yield f'<note type="{kind}">{_text(value)}</note>'


def _body(text: str, blocks: Sequence[BlockRecord]) -> Iterator[str]:
    if not blocks:
        yield "<p/>"
    for role, run in groupby(blocks, key=attrgetter("role")):
        group = list(run)
        texts = [text[block.text_start : block.text_end] for block in group]
        if role == "item":
            yield '<list rend="ul">'
            yield from (f"<item>{_lines(item)}</item>" for item in texts)
            yield "</list>"
        elif role == "row":
            yield "<table>"
            for row in texts:
                yield "<row>" + "".join(f"<cell>{_text(cell)}</cell>" for cell in row.split("\t")) + "</row>"
            yield "</table>"
        elif role == "heading":
            for heading, block in zip(texts, group, strict=True):
                yield f'<ab type="header" rend="h{min(max(block.level, 1), 6)}">{_lines(heading)}</ab>'
        elif role == "code":
            yield from (f'<ab type="code" xml:space="preserve">{_text(code)}</ab>' for code in texts)
        elif role == "quote":
            yield from (f"<quote>{_lines(quote)}</quote>" for quote in texts)
        else:
            yield from (f"<p>{_lines(paragraph)}</p>" for paragraph in texts)


def _lines(text: str) -> str:
    return "<lb/>".join(_text(line) for line in text.strip().split("\n"))


def _text(value: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", value), quote=False)


def _attribute(value: str) -> str:
    """*value* in quotes; white space is one space to a parser there, unless it is spelt out."""
    quoted = escape(_NOT_IN_XML.sub("\ufffd", value))
    return '"' + _SPACES.sub(lambda match: f"&#{ord(match[0])};", quoted) + '"'
