"""One file per document as Markdown, plain text or TEI; or all documents in one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cleaner.engine.atomic import replacing, write_if_changed
from cleaner.writing.corpus import LINES, open_documents
from cleaner.writing.pages import PageForm
from cleaner.writing.paths import page_path
from cleaner.writing.schemas import DOCUMENTS
from cleaner.writing.tables import table_file
from cleaner.writing.wire import encode_line


def page_files(form: PageForm, clean: Path, target: Path) -> Iterator[Path]:
    """The page files that a run with *form* as its format writes."""
    for record in open_documents(clean):
        if record.has_page:
            path = target / page_path(record.place, form.suffix)
            write_if_changed(path, form.content(record))
            yield path


def jsonl_file(clean: Path, target: Path) -> Iterator[Path]:
    """``documents.jsonl``."""
    with replacing(target / LINES) as file:
        for record in open_documents(clean):
            file.write(encode_line(record))
    yield target / LINES


def parquet_file(clean: Path, target: Path) -> Iterator[Path]:
    """``documents.parquet``."""
    with table_file(target, DOCUMENTS) as table:
        table.add_documents(open_documents(clean))
    yield target / DOCUMENTS.file
