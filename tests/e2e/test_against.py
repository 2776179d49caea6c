"""Runs that are compared with the output of earlier ones."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.e2e.command import cleaner

STORY = (
    "State water regulators on Thursday ordered emergency inspections of 41 aging river gates along the Ostrander "
    "after a steel panel at the dam tore loose before dawn and sent a wall of muddy water through two campgrounds."
)
REWORDED = STORY.replace("emergency", "urgent").replace("campgrounds", "campsites")
OTHER = (
    "Nobody at the county fair could say who had painted the water tower pink, and the mayor, asked about it on the "
    "radio, laughed for so long that the host had to read the weather instead of waiting for an answer."
)
CLOSING = (
    "The library on Weir Street opens an hour later all summer, as two of its five librarians are at sea until fall."
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The output of a run over one page."""
    raw = tmp_path / "old-raw"
    raw.mkdir()
    (raw / "first.txt").write_text(f"{STORY}\n\n{CLOSING}\n", "utf-8")
    assert cleaner("run", raw, tmp_path / "old").returncode == 0
    return tmp_path / "old"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "again.txt").write_text(f"{OTHER}\n\n{REWORDED}\n\n{OTHER[::-1]}\n", "utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_page_names_the_old_copy_and_the_old_corpus_stays_as_it_is(old: Path, raw: Path, tmp_path: Path) -> None:
    before = contents(old)
    clean = tmp_path / "clean"
    done = cleaner("run", raw, clean, "--against", str(old), "--duplicates", "drop")

    assert done.returncode == 0, done.stderr
    [gone] = [row for row in pq.read_table(clean / "removals.parquet").to_pylist() if row["kept_doc_id"]]
    assert gone["kept_doc_id"] == "../old::first.txt"
    assert (gone["rule"], gone["reason"]) == ("drop-near", "near-duplicate")
    members = pq.read_table(clean / "clusters.parquet").to_pylist()
    assert [(row["doc_id"], row["is_canonical"], row["canonical_rule"]) for row in members] == [
        ("again.txt", False, "against"),
        ("../old::first.txt", True, "against"),
    ]
    assert contents(old) == before
    assert cleaner("verify", clean, "--raw", raw).returncode == 0

    shown = cleaner("explain", clean, "again.txt", "--raw", raw).stdout.decode()
    assert "kept in" in shown
    assert "[-urgent-]" in shown
    assert "{+emergency+}" in shown
    assert "near: jaccard 0." in shown


def test_a_pointer_to_a_corpus_that_is_gone_is_a_difference(old: Path, raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    cleaner("run", raw, clean, "--against", str(old), "--duplicates", "drop")
    old.rename(tmp_path / "moved")
    done = cleaner("verify", clean, "--raw", raw)

    assert done.returncode == 1
    assert "is not to be found from here: ../old::first.txt" in (done.stdout + done.stderr).decode()


def test_what_is_near_is_found_though_other_corpora_have_both_sides(old: Path, tmp_path: Path) -> None:
    """Each page is a copy of one there, which stands for it in the search."""
    raw = tmp_path / "old-raw"
    (raw / "second.txt").write_text(f"{OTHER}\n\n{REWORDED}\n", "utf-8")
    cleaner("run", raw, old)
    clean = tmp_path / "clean"
    cleaner("run", raw, clean, "--against", str(old), "--against", f"{old}/")
    relations = pq.read_table(clean / "relations.parquet").to_pylist()
    kinds = {(row["kind"], row["doc_a"], row["doc_b"]) for row in relations}

    assert len(relations) == len({(row["doc_a"], row["start_a"], row["doc_b"], row["start_b"]) for row in relations})
    assert ("near", "first.txt", "second.txt") in kinds
    assert ("near", "first.txt", "../old::second.txt") in kinds
    assert ("near", "second.txt", "../old::first.txt") in kinds
    assert ("exact", "first.txt", "../old::first.txt") in kinds
    assert not any("::" in a and "::" in b for _, a, b in kinds)


def test_copies_within_the_other_corpus_are_none_of_this_run(old: Path, tmp_path: Path) -> None:
    (tmp_path / "old-raw" / "second.txt").write_text(f"{STORY}\n\n{OTHER}\n", "utf-8")
    cleaner("run", tmp_path / "old-raw", old)
    raw = tmp_path / "unrelated"
    raw.mkdir()
    (raw / "a.txt").write_text(f"{OTHER[::-1]}\n", "utf-8")
    clean = tmp_path / "clean"
    cleaner("run", raw, clean, "--against", str(old))

    assert pq.read_table(clean / "relations.parquet").num_rows == 0
    assert pq.read_table(clean / "clusters.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda old: (old / "run.json").unlink(), "is not the output of a finished run"),
        (lambda old: (old / ".cleaner" / "index.parquet").write_bytes(b"PAR1"), "cannot be compared with"),
        (
            lambda old: (old / "run.json").write_text(
                (old / "run.json").read_text("utf-8").replace('"ngram": 3', '"ngram": 5'), "utf-8"
            ),
            "made with other settings of signatures",
        ),
    ],
)
def test_what_cannot_be_compared_with_is_refused_in_one_sentence(old, raw, tmp_path, spoil, sentence) -> None:
    spoil(old)
    done = cleaner("run", raw, tmp_path / "clean", "--against", str(old))

    assert done.returncode == 66
    assert sentence in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_run_is_not_compared_with_itself(old: Path, tmp_path: Path) -> None:
    done = cleaner("run", tmp_path / "old-raw", old, "--against", str(old))

    assert done.returncode == 2
    assert b"compared with itself" in done.stderr


def test_a_page_that_comes_later_is_matched_with_the_stored_ones(old: Path, tmp_path: Path) -> None:
    """Only the new page is signed; the result is that of a run over all at once."""
    raw = tmp_path / "old-raw"
    (raw / "later.txt").write_text(f"{OTHER}\n\n{REWORDED}\n", "utf-8")
    summary = json.loads(cleaner("run", raw, old, "--json").stdout)
    fresh = tmp_path / "fresh"
    cleaner("run", raw, fresh)

    assert summary["reused"] == 1
    for name in ("relations", "clusters", "passages", "removals"):
        assert (old / f"{name}.parquet").read_bytes() == (fresh / f"{name}.parquet").read_bytes()
    assert pq.read_table(old / "relations.parquet").num_rows == 1
