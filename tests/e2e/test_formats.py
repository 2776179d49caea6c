"""Every format has the same documents; a folder changes from one to the other and keeps what is not a run's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import cleaner
from cleaner.config import Config, Write
from cleaner.export import export
from cleaner.page_reader import page_reader
from cleaner.verify import verify
from tests.e2e.command import REPO, digest
from tests.e2e.command import cleaner as command

SUFFIXES = {"md": ".md", "txt": ".txt", "tei": ".xml"}
SITE = REPO / "raw" / "harborlight.example"


def run(raw: Path, clean: Path, form: str) -> list[str]:
    """What a run over *raw* warns of."""
    return cleaner.run(raw, clean, Config(write=Write(form), jobs=1)).warnings()  # type: ignore[arg-type]


def pages(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "pages").rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One site, cleaned into each format."""
    folder = tmp_path_factory.mktemp("formats")
    for form in (*SUFFIXES, "jsonl", "parquet"):
        run(SITE, folder / form, form)
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    shutil.copytree(SITE, tmp_path / "raw")
    return tmp_path / "raw"


@pytest.mark.parametrize("form", SUFFIXES)
def test_a_run_writes_the_page_files_that_the_export_writes(fresh: dict[str, Path], tmp_path: Path, form: str) -> None:
    export(fresh["parquet"], tmp_path / "out", form)
    assert pages(fresh[form]) == pages(tmp_path / "out")
    assert {Path(name).suffix for name in pages(fresh[form])} == {SUFFIXES[form]}
    lines = (fresh[form] / "documents.jsonl").read_bytes()
    assert lines == (fresh["jsonl"] / "documents.jsonl").read_bytes()
    assert len(pages(fresh[form])) == len(lines.splitlines())
    assert verify(fresh[form], SITE, page_reader(fresh[form])).pages == len(pages(fresh[form]))


@pytest.mark.parametrize("form", SUFFIXES)
def test_a_second_run_takes_over_and_follows_what_changed(raw: Path, tmp_path: Path, form: str) -> None:
    clean = tmp_path / "clean"
    run(raw, clean, form)
    before = digest(clean)
    run(raw, clean, form)
    assert digest(clean) == before
    changed, gone, *_ = sorted(raw.rglob("*.html"))
    changed.write_text(changed.read_text().replace("<p>", "<p>High water was at noon. ", 1))
    gone.rename(gone.with_name("new.html"))
    run(raw, clean, form)
    run(raw, tmp_path / "fresh", form)
    assert digest(clean) == digest(tmp_path / "fresh") != before
    assert verify(clean, raw, page_reader(clean)).ok


def test_each_change_of_format_leaves_what_a_first_run_leaves(fresh: dict[str, Path], tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    for form in ("md", "txt", "tei", "jsonl", "tei", "parquet", "txt", "md"):
        run(SITE, clean, form)
        assert digest(clean) == digest(fresh[form]), form


@pytest.mark.parametrize("form", SUFFIXES)
def test_files_of_the_user_stay_whatever_they_are_called_and_are_named(raw: Path, tmp_path: Path, form: str) -> None:
    clean = tmp_path / "clean"
    run(raw, clean, form)
    own = {clean / "pages" / f"notes{suffix}": f"my {suffix}" for suffix in SUFFIXES.values()}
    replaced, gone, *_ = sorted(pages(clean))
    own[clean / replaced] = "mine, in place of a page that a run wrote"
    for path, text in own.items():
        path.write_text(text)
    for page in (replaced, gone):
        (raw / Path(page).relative_to("pages").with_suffix("")).unlink()
    for following in (form, "tei" if form == "txt" else "txt", "jsonl"):
        [*_, warning] = run(raw, clean, following)
        assert f"{len(own) - 1} more files" in warning
        assert {path: path.read_text() for path in own} == own
    assert sorted(pages(clean)) == sorted(path.relative_to(clean).as_posix() for path in own)


@pytest.mark.parametrize(("earlier", "form"), [("md", "txt"), ("txt", "tei"), ("jsonl", "md")])
def test_a_file_of_the_user_that_has_the_name_of_a_page_is_not_overwritten(
    tmp_path: Path, earlier: str, form: str
) -> None:
    clean = tmp_path / "clean"
    run(SITE, clean, earlier)
    page = next(path for path in sorted(SITE.rglob("*.html")))
    own = clean / "pages" / f"{page.relative_to(SITE).as_posix()}{SUFFIXES[form]}"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("mine")
    before = digest(clean)
    refused = command("run", SITE, clean, "--format", form)
    assert refused.returncode == 2
    assert f"{own} has the name of a page, but no run wrote it; move it" in refused.stderr.decode()
    assert digest(clean) == before
    assert json.loads((clean / "run.json").read_bytes())["config"]["write"]["format"] == earlier
    own.unlink()
    assert command("run", SITE, clean, "--format", form, "-q").returncode == 0
    assert verify(clean, SITE, page_reader(clean)).ok


def test_a_page_that_was_damaged_is_written_anew(tmp_path: Path) -> None:
    for form, suffix in SUFFIXES.items():
        clean = tmp_path / form
        run(SITE, clean, form)
        before = digest(clean)
        for path in (clean / "pages").rglob(f"*{suffix}"):
            path.write_bytes(b"damaged")
        run(SITE, clean, form)
        assert digest(clean) == before


def test_markdown_of_a_run_that_kept_no_record_is_known_by_its_front_matter(raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    run(raw, clean, "md")
    (clean / ".cleaner" / "pages").unlink()
    next(raw.rglob("*.html")).unlink()
    run(raw, clean, "txt")
    assert {Path(name).suffix for name in pages(clean)} == {".txt"}
