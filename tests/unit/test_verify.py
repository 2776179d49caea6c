"""``verify`` accepts what a run wrote and notices every way in which it can differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.config import Config, Duplicates
from cleaner.errors import InputError
from cleaner.model import Removal, Repair, Source
from cleaner.page_reader import page_reader
from cleaner.pipeline import run
from cleaner.verify import Verification, verify
from cleaner.verify.findings import Check
from cleaner.writing.corpus import LINES
from tests.unit.clean_folder import Corpus, page_of

OWN = (
    "Nobody at the county fair could say who had painted the water tower pink, and the mayor, asked about it on the "
    "radio, laughed for so long that the host had to read the weather instead of waiting for an answer from him."
)


def _whats(found: Verification) -> set[tuple[str, str]]:
    return {(difference.doc_id, difference.what) for difference in found.differences}


@pytest.mark.parametrize("format_name", ["md", "txt", "tei", "jsonl", "parquet"])
def test_what_a_run_wrote_has_no_difference(tmp_path: Path, format_name: str) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean", format_name)

    found = verify(clean, tmp_path, corpus.read_pages)

    assert found.differences == ()
    assert (found.documents, found.failures, found.replayed) == (3, 1, 3)
    assert found.pages == (3 if format_name in {"md", "txt", "tei"} else 0)


def test_without_raw_the_rest_is_still_checked(tmp_path: Path) -> None:
    corpus = Corpus()
    found = verify(corpus.write(tmp_path / "clean"), None, corpus.read_pages)
    assert found.ok
    assert found.replayed == 0


def _edit_line(clean: Path, number: int, edit: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    lines = (clean / LINES).read_text().splitlines()
    record = json.loads(lines[number])
    edit(record)
    lines[number] = json.dumps(record)
    (clean / LINES).write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda record: record.update(text=record["text"].replace("council", "Council")), "text"),
        (lambda record: record["metadata"]["segments"].pop(), "segments"),
        (lambda record: record["metadata"].update(raw_sha256="0" * 64), "raw_sha256"),
        (lambda record: record["metadata"].update(source_length=7), "source_length"),
        (lambda record: record["metadata"].update(visible_length=7), "visible_length"),
        (lambda record: record["metadata"]["blocks"].reverse(), "blocks"),
        (lambda record: record["metadata"].update(title="another"), "page"),
        (lambda record: record.update(id="news/other.html"), "id"),
    ],
)
def test_a_changed_record_is_noticed(tmp_path: Path, edit: Callable[[dict], None], what: str) -> None:  # type: ignore[type-arg]
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    _edit_line(clean, 0, edit)

    found = verify(clean, tmp_path, corpus.read_pages)

    assert what in {difference.what for difference in found.differences}
    assert (LINES, "digest") in _whats(found)


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    corpus.pages[0] = page_of(Source("news/a.html"), corpus.first.source_text + " ")
    assert _whats(verify(clean, tmp_path, corpus.read_pages)) == {("news/a.html", "raw_sha256")}


def _with_first(corpus: Corpus, **changes: object) -> None:
    corpus.documents[0] = replace(corpus.documents[0], **changes)  # type: ignore[arg-type]


def test_a_missing_removal_is_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    _with_first(corpus, removals=corpus.documents[0].removals[:-1])
    assert ("news/a.html", "text") in _whats(verify(corpus.write(tmp_path / "c"), tmp_path, corpus.read_pages))


@pytest.mark.parametrize("with_raw", [True, False])
def test_overlapping_removals_break_conservation(tmp_path: Path, with_raw: bool) -> None:
    corpus = Corpus()
    first, *rest = corpus.documents[0].removals
    _with_first(corpus, removals=(replace(first, end=first.end + 30), *rest))
    found = verify(corpus.write(tmp_path / "c"), tmp_path if with_raw else None, corpus.read_pages)
    assert ("news/a.html", "conservation") in _whats(found)


def test_a_removal_past_the_end_breaks_conservation(tmp_path: Path) -> None:
    corpus = Corpus()
    document = corpus.documents[0]
    _with_first(
        corpus,
        removals=(*document.removals, Removal(document.source_length, document.source_length + 1, "markup", "t")),
    )
    assert ("news/a.html", "conservation") in _whats(verify(corpus.write(tmp_path / "c"), tmp_path, corpus.read_pages))


@pytest.mark.parametrize("digest", ["0" * 64, None])
def test_a_wrong_or_missing_digest_is_noticed(tmp_path: Path, digest: str | None) -> None:
    corpus = Corpus()
    removals = tuple(
        replace(removal, text_sha256=digest) if removal.reason == "boilerplate" else removal
        for removal in corpus.documents[0].removals
    )
    _with_first(corpus, removals=removals)
    assert _whats(verify(corpus.write(tmp_path / "c"), tmp_path, corpus.read_pages)) == {("news/a.html", "text_sha256")}


def test_a_lost_repair_is_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    _with_first(corpus, repairs=tuple(r for r in corpus.documents[0].repairs if r.kind != "entity"))
    assert ("news/a.html", "text") in _whats(verify(corpus.write(tmp_path / "c"), tmp_path, corpus.read_pages))


def test_a_repair_outside_of_kept_text_is_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    _with_first(corpus, repairs=(Repair(0, 2, "no", "entity"), *corpus.documents[0].repairs))
    assert ("news/a.html", "repairs") in _whats(verify(corpus.write(tmp_path / "c"), tmp_path, corpus.read_pages))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"kept_doc_id": "news/nobody.html"}, "kept copy"),
        ({"kept_start": 0, "kept_end": 4}, "kept copy"),
        ({"kept_start": 4, "kept_end": 10}, "similarity"),
    ],
)
def test_a_kept_copy_that_is_not_there_is_noticed(tmp_path: Path, change: dict[str, object], what: str) -> None:
    corpus = Corpus()
    second = corpus.documents[1]
    removals = tuple(
        replace(removal, **change) if removal.kept_doc_id else removal  # type: ignore[arg-type]
        for removal in second.removals
    )
    corpus.documents[1] = replace(second, removals=removals)
    assert _whats(verify(corpus.write(tmp_path / "c"), tmp_path, corpus.read_pages)) == {("news/b.html", what)}


def test_differences_come_in_the_order_of_documents_and_places(tmp_path: Path) -> None:
    check = Check(tmp_path, limit=4)
    for doc_id, place in [("b", 0), ("a#10", 5), ("a#2", 70), ("a#2", 8), ("a#2", 8), ("a#b", 3), *[("z", 1)] * 20]:
        check.differs(doc_id, "text", "other", place)
    found = check.result()
    assert found.count == 26
    assert [(one.doc_id, one.place) for one in found.differences] == [("a#2", 8), ("a#2", 8), ("a#2", 70), ("a#10", 5)]


def test_page_files_that_are_changed_missing_or_nobodys_are_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    (clean / "pages/news/a.html.md").write_text("other")
    (clean / "pages/news/b.html.md").unlink()
    (clean / "pages/news/b.html.md").symlink_to("a.html.md")
    (clean / "pages/stray\x1b.md").write_text("stray")

    found = verify(clean, tmp_path, corpus.read_pages)

    assert _whats(found) == {("news/a.html", "page"), ("news/b.html", "page"), ("pages/stray[U+001B].md", "page")}


@pytest.mark.parametrize("stray", ["1.txt", "1.xml", "news/a.html.txt", "news/a.html.xml"])
def test_without_a_record_of_the_run_a_file_of_the_user_does_not_say_what_pages_are(tmp_path: Path, stray: str) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    (clean / "pages" / stray).write_text("mine")
    (clean / "run.json").unlink()
    found = verify(clean, tmp_path, corpus.read_pages)
    assert (found.pages, _whats(found)) == (3, {("run.json", "unreadable"), (f"pages/{stray}", "page")})


def test_a_source_without_document_or_failure_is_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    corpus.pages.insert(0, page_of(Source("aaa.txt"), "a lost page"))
    assert _whats(verify(clean, tmp_path, corpus.read_pages)) == {("aaa.txt", "count")}


def test_sources_that_are_gone_are_noticed(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    corpus.pages = [corpus.copy]
    assert _whats(verify(clean, tmp_path, corpus.read_pages)) == {
        ("news/a.html", "source"),
        ("pile.jsonl#2", "source"),
        ("failures.parquet", "source"),
    }


def test_a_failure_may_come_at_any_place_among_the_pages(tmp_path: Path) -> None:
    """A container's own trouble is known only after its records."""
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    corpus.pages = [corpus.first, corpus.copy, corpus.record, corpus.failure]
    assert verify(clean, tmp_path, corpus.read_pages).ok


def test_rows_of_no_document_are_noticed_and_do_not_disturb_the_others(tmp_path: Path) -> None:
    corpus = Corpus()
    corpus.write(tmp_path / "full")
    del corpus.documents[1]
    clean = corpus.write(tmp_path / "clean")
    (clean / "removals.parquet").write_bytes((tmp_path / "full/removals.parquet").read_bytes())
    corpus.pages.remove(corpus.copy)
    (clean / "run.json").unlink()  # it has the digest of the other table
    assert _whats(verify(clean, tmp_path, corpus.read_pages)) == {
        ("news/b.html", "stray rows"),
        ("run.json", "unreadable"),
    }


@pytest.mark.parametrize("name", [LINES, "removals.parquet", "run.json"])
def test_a_damaged_file_is_a_difference_not_a_crash(tmp_path: Path, name: str) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    data = (clean / name).read_bytes()
    (clean / name).write_bytes(data[: len(data) // 2])
    found = verify(clean, tmp_path, corpus.read_pages)
    assert {"unreadable", "digest"} & {difference.what for difference in found.differences}


def test_run_json_cannot_point_out_of_the_folder(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    run = json.loads((clean / "run.json").read_text())
    run["generated"].append({"path": "../secret", "sha256": "0"})
    (clean / "run.json").write_text(json.dumps(run))
    (tmp_path / "secret").write_text("s")
    assert _whats(verify(clean, tmp_path, corpus.read_pages)) == {
        ("../secret", "missing"),
        ("run.json", "digest"),
    }


def test_differences_are_capped_but_counted_and_safe_to_print(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean")
    corpus.pages = []
    found = verify(clean, tmp_path, corpus.read_pages, limit=2)
    assert (len(found.differences), found.count, found.ok) == (2, 4, False)
    assert all(difference.detail.isprintable() for difference in found.differences)


def test_a_folder_without_documents_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no documents"):
        verify(tmp_path, None, Corpus().read_pages)


@pytest.mark.parametrize(
    "shown",
    [
        "The bridge is closed for re&shy;pairs that will take about two years, as the <b>coun</b>cil voted on Monday.",
        "The bridge is closed for two years, as the council\u00e2\u20ac\u2122s vote on Monday was three to two.",
        "The bridge is closed<br>for two years, as the council has voted on Monday evening by three to two.",
    ],
)
def test_a_dropped_copy_is_compared_as_it_was_shown(tmp_path: Path, shown: str) -> None:
    """Soft hyphens, broken encodings and line breaks are undone in what is kept."""
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, own in (("a", OWN), ("b", OWN[::-1])):
        page = f"<!doctype html><title>{name}</title><main><p>{own}</p><p>{shown}</p><p>{own}</p></main>"
        (raw / f"{name}.html").write_text(page, "utf-8")
    config = Config(duplicates=Duplicates(mode="drop"), jobs=1)
    run(raw, tmp_path / "clean", config)
    found = verify(tmp_path / "clean", raw, page_reader(tmp_path / "clean"))

    assert found.differences == ()
