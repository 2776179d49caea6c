"""One file per document as Markdown, plain text or TEI; or all documents in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cleaner.engine.atomic import replacing, write_if_changed
from cleaner.writing.corpus import LINES, open_documents
from cleaner.writing.pages import page_file
from cleaner.writing.paths import page_path
from cleaner.writing.safe import well_formed
from cleaner.writing.schemas import DOCUMENTS
from cleaner.writing.tables import table_file
from cleaner.writing.tei import tei_file
from cleaner.writing.wire import DocumentRecord, encode_line


def markdown_files(clean: Path, target: Path) -> Iterator[Path]:
    """The page files that a run with ``--format md`` writes."""
    return _pages(clean, target, ".md", page_file)


def text_files(clean: Path, target: Path) -> Iterator[Path]:
    """The clean text of each document, and nothing else."""
    return _pages(clean, target, ".txt", lambda record: (well_formed(record.text) + "\n").encode())


def tei_files(clean: Path, target: Path) -> Iterator[Path]:
    """Each document as TEI P5."""
    return _pages(clean, target, ".xml", tei_file)


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


def _pages(clean: Path, target: Path, suffix: str, content: Callable[[DocumentRecord], bytes]) -> Iterator[Path]:
    for record in open_documents(clean):
        if record.has_page:
            path = target / page_path(record.place, suffix)
            write_if_changed(path, content(record))
            yield path
