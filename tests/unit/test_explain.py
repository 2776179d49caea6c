"""``explain`` tells one document's history, in lines that are safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.config import Read
from cleaner.errors import InputError, UsageError
from cleaner.explain import Explanation, render
from cleaner.explain import explain as explain_with
from cleaner.model import Failure, Metadata, Page, Source
from cleaner.reading.decode import decode
from cleaner.reading.sources import read_sources
from tests.unit.clean_folder import HOSTILE, Corpus, page_of


def _read_pages(file: Path) -> Iterator[Page | Failure]:
    return (item if isinstance(item, Failure) else decode(item, Read()) for item in read_sources(file, Read()))


def explain(clean: Path, doc: str, raw: Path | None = None) -> Explanation:
    return explain_with(clean, doc, raw, _read_pages)


def _raw(tmp_path: Path, corpus: Corpus) -> Path:
    raw = tmp_path / "raw"
    (raw / "news").mkdir(parents=True)
    for page in (corpus.first, corpus.copy):
        (raw / page.item.source.path).write_bytes(page.item.payload)
    return raw


@pytest.mark.parametrize("name", ["news/a.html", "https://a.example/1"])
@pytest.mark.parametrize("format_name", ["jsonl", "parquet"])
def test_blocks_removals_and_other_copies_of_a_document(tmp_path: Path, name: str, format_name: str) -> None:
    corpus = Corpus()
    found = explain(corpus.write(tmp_path / "clean", format_name), name)

    assert [block.text[:6] for block in found.blocks] == ["Bridge", "The co"]
    assert all(corpus.first.source_text[block.start : block.end].startswith(block.text[:6]) for block in found.blocks)
    assert [(removed.row.rule, removed.text) for removed in found.removals] == [("cue", None)]
    assert [elsewhere.other.doc_id for elsewhere in found.elsewhere] == ["news/b.html"]
    assert [member.is_canonical for member in found.clusters] == [True]


def test_removed_text_is_shown_only_with_the_raw_folder(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    without = render(explain(clean, "news/a.html"))
    assert "Sign up now" not in without
    assert str(corpus.documents[0].removals[-2].text_sha256) in without
    assert "“Sign up now”" in render(explain(clean, "news/a.html", _raw(tmp_path, corpus)))


def test_a_dropped_passage_names_the_kept_copy_and_its_likeness(tmp_path: Path) -> None:
    shown = render(explain(Corpus().write(tmp_path / "clean"), "news/b.html"))
    assert "kept in news/a.html [" in shown
    assert "jaccard 1.00" in shown
    assert "“The council voted on Monday" in shown


def test_a_container_record_is_found_by_its_id_or_its_containers_path(tmp_path: Path) -> None:
    clean = Corpus().write(tmp_path / "clean")
    assert explain(clean, "pile.jsonl#2").record == explain(clean, "pile.jsonl").record


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    clean = Corpus().write(tmp_path / "clean")
    with pytest.raises(UsageError, match=r"no document is called news/aa\.html; the nearest are news/a\.html"):
        explain(clean, "news/aa.html")


def test_a_source_that_failed_is_answered_with_the_failure(tmp_path: Path) -> None:
    clean = Corpus().write(tmp_path / "clean")
    with pytest.raises(UsageError, match=r"became no document: read: not_a_page: a PDF T\[U\+001B\]"):
        explain(clean, "news/zebra.pdf")


def test_a_name_that_many_documents_share_is_refused(tmp_path: Path) -> None:
    corpus = Corpus()
    url = Metadata(url="https://same.example/")
    corpus.documents = [replace(document, metadata=url) for document in corpus.documents]
    with pytest.raises(UsageError, match="3 documents are meant"):
        explain(corpus.write(tmp_path / "clean"), "https://same.example/")


@pytest.mark.parametrize("table", ["removals", "relations", "clusters"])
def test_a_table_that_is_missing_is_said_and_not_taken_for_an_empty_one(tmp_path: Path, table: str) -> None:
    clean = Corpus().write(tmp_path / "clean")
    (clean / f"{table}.parquet").unlink()
    with pytest.raises(InputError, match=rf"{table}\.parquet is missing; 'cleaner run' writes it anew"):
        explain(clean, "news/a.html")


def test_a_source_that_changed_or_vanished_is_an_input_error(tmp_path: Path) -> None:
    corpus = Corpus()
    clean, raw = corpus.write(tmp_path / "clean"), _raw(tmp_path, corpus)
    (raw / "news/a.html").write_text("<p>something else entirely</p>")
    with pytest.raises(InputError, match="has changed since the run"):
        explain(clean, "news/a.html", raw)
    (raw / "news/a.html").unlink()
    with pytest.raises(InputError):
        explain(clean, "news/a.html", raw)


@pytest.mark.parametrize("width", [30, 80])
def test_no_line_is_too_wide_and_no_control_character_is_printed(tmp_path: Path, width: int) -> None:
    corpus = Corpus()
    page = page_of(Source("wide.txt"), "北京" * 200 + "\x1b[2J\u202e")
    corpus.documents[0] = replace(corpus.documents[0], metadata=Metadata(title=HOSTILE + page.source_text, url=HOSTILE))
    for name in ("news/a.html", "news/b.html", "pile.jsonl#2"):
        for line in render(explain(corpus.write(tmp_path / "clean"), name), width).splitlines():
            assert line.isprintable()
            assert sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line) <= width
