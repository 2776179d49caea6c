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
def test_a_file_of_the_user_in_the_place_of_a_page_is_there_under_another_name(
    fresh: dict[str, Path], tmp_path: Path, earlier: str, form: str
) -> None:
    clean = tmp_path / "clean"
    run(SITE, clean, earlier)
    page, other, *_ = (f"pages/{path.relative_to(SITE).as_posix()}{SUFFIXES[form]}" for path in SITE.rglob("*.html"))
    for name, text in ((page, "mine"), (f"{page}.saved", "mine, too"), (other, "")):
        (clean / name).parent.mkdir(parents=True, exist_ok=True)
        (clean / name).write_text(text)
    done = command("run", SITE, clean, "--format", form)
    assert done.returncode == 0
    said = done.stderr.decode()
    assert f"warning: {page} was not as a run wrote it; it is now called {page}.saved-1." in said
    assert f"warning: {page}.saved in the output folder, not written by a run, stays there." in said
    assert (clean / f"{page}.saved").read_text() == "mine, too"
    assert (clean / f"{page}.saved-1").read_text() == "mine"
    for name in (f"{page}.saved", f"{page}.saved-1"):
        (clean / name).unlink()
    assert digest(clean) == digest(fresh[form])


@pytest.mark.parametrize("form", SUFFIXES)
def test_a_page_that_somebody_changed_is_there_under_another_name_and_named(
    fresh: dict[str, Path], raw: Path, tmp_path: Path, form: str
) -> None:
    clean = tmp_path / "clean"
    run(raw, clean, form)
    written = pages(clean)
    for name in written:
        (clean / name).write_bytes(written[name] + b"a note")
    [*_, warning] = run(raw, clean, form)
    first, more = min(f"{name}.saved" for name in written), len(written) - 1
    assert f"and {more} more files were not as a run wrote them; they are now called" in warning
    assert first in warning or len(written) > 1
    assert pages(clean) == {**written, **{f"{name}.saved": text + b"a note" for name, text in written.items()}}
    assert not verify(clean, raw, page_reader(clean)).ok
    for path in (clean / "pages").rglob("*.saved"):
        path.unlink()
    assert digest(clean) == digest(fresh[form])
    assert not any("saved" in warning for warning in run(raw, clean, form))


def test_a_file_with_the_name_of_a_page_that_is_never_written_is_left_alone(raw: Path, tmp_path: Path) -> None:
    (raw / "brochure.html").write_bytes(b"%PDF-1.4 not a page")
    clean = tmp_path / "clean"
    run(raw, clean, "txt")
    own = clean / "pages" / "brochure.html.txt"
    own.write_text("mine")
    [*_, warning] = run(raw, clean, "txt")
    assert warning == "pages/brochure.html.txt in the output folder, not written by a run, stays there."
    assert own.read_text() == "mine"


def test_what_the_user_puts_beside_the_documents_is_there_after_the_next_run(raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "README.md").write_text("about this folder")
    assert "README.md.saved" in run(raw, clean, "md")[-1]
    own = {"README.md": "about", "documents.parquet": "mine", "notes.txt": "mine", "report/notes.html": "mine"}
    for name, text in own.items():
        (clean / name).write_text(text)
    moved, stays = run(raw, clean, "txt")[-2:]
    assert "README.md and 1 more file were" in moved
    assert "report/notes.html in the output folder" in stays
    where = {"README.md": "README.md.saved-1", "documents.parquet": "documents.parquet.saved"}
    assert {name: (clean / where.get(name, name)).read_text() for name in own} == own
    assert (clean / "README.md.saved").read_text() == "about this folder"


def test_a_folder_of_pages_of_one_format_makes_way_for_a_page_of_another(tmp_path: Path) -> None:
    """``notes.txt`` is a container, whose pages are in a folder; as plain text, ``notes`` has a page of that name."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "notes").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
    (raw / "notes.txt").write_text(json.dumps({"text": "A record of the tide, of a whole line and more."}) + "\n")
    run(raw, tmp_path / "fresh", "txt")
    for form in ("md", "txt", "md", "txt"):
        assert not any("notes" in warning for warning in run(raw, clean, form))
    assert digest(clean) == digest(tmp_path / "fresh")


def test_pages_of_a_run_that_kept_no_record_are_not_lost(raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    run(raw, clean, "md")
    before = pages(clean)
    (clean / ".cleaner" / "files").unlink()
    gone = next(raw.rglob("*.html"))
    gone.unlink()
    run(raw, clean, "md")
    assert pages(clean) == before
    run(raw, clean, "txt")
    assert {Path(name).suffix for name in pages(clean)} == {".txt", ".md"}
    assert sum(name.endswith(".md") for name in pages(clean)) == 1
