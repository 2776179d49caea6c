"""``cleaner clean``: pages in on one stream, clean text out on another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Literal

from cleaner.config import Config
from cleaner.drafting import clean_page
from cleaner.model import Document, Failure
from cleaner.reading.sources import read_stream
from cleaner.writing.markdown import markdown
from cleaner.writing.safe import one_line, well_formed
from cleaner.writing.wire import document_record, encode_line

Form = Literal["text", "markdown", "json"]


def clean_stream(
    stream: BinaryIO, name: str, url: str | None, form: Form, config: Config
) -> Iterator[tuple[bytes, str | None]]:
    """For each page in *stream*, what to print, or nothing and a sentence why not."""
    for item in read_stream(stream, "stdin" if name == "-" else name, config.read):
        result = item if isinstance(item, Failure) else clean_page(replace(item, url=url or item.url), config)
        if isinstance(result, Failure):
            yield b"", f"{one_line(result.source.id)}: {one_line(result.detail)}"
        else:
            yield _shown(result, form), None


def _shown(document: Document, form: Form) -> bytes:
    if form == "json":
        return encode_line(document_record(document))
    text = markdown(document.text, document.blocks) if form == "markdown" else document.text
    return (well_formed(text).rstrip("\n") + "\n").encode()
