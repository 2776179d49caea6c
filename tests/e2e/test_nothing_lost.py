"""Cases that a hostile tester found: each lost something, wrote where it should not, or blamed the wrong one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import cleaner
from cleaner.config import Config, Duplicates, Read
from cleaner.model import RawItem
from cleaner.page_reader import page_reader
from cleaner.reading.sources import read_sources
from cleaner.verify import verify
from tests.e2e.command import cleaner as command


def test_pages_behind_a_very_compressible_member_are_read(tmp_path: Path) -> None:
    """zlib tells what is left over twice at the end of such a member."""
    lines = [{"text": "first" + " " * 300_000 + "end"}, *({"text": f"page {n} of ten, some words"} for n in range(10))]
    path = tmp_path / "pages.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(json.dumps(line).encode() + b"\n") for line in lines))
    items = list(read_sources(path, Read()))
    assert [item.source.member for item in items if isinstance(item, RawItem)] == list(range(1, 12))


@pytest.mark.parametrize("name", ["empty.jsonl", "empty.json"])
def test_a_container_without_pages_has_a_row(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\n" if name.endswith("l") else b"[]")
    assert len(list(read_sources(tmp_path / name, Read()))) == 1


def _page(*paragraphs: str) -> str:
    return f"<!doctype html><title>t</title><article>{''.join(f'<p>{p}</p>' for p in paragraphs)}</article>"


def test_a_document_that_stands_for_its_copies_is_not_emptied_itself(tmp_path: Path) -> None:
    story = (
        " ".join(f"river{n} council{n * 7 % 13} votes on the harbour bridge budget number{n}" for n in range(6)) + "."
    )
    other = " ".join(f"weather{n} engine{n * 5 % 11} market price in the street of alpha{n}" for n in range(12)) + "."
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, page in (("a", _page(story, other)), ("x", _page(story)), ("y", _page(story))):
        (raw / f"{name}.html").write_text(page)
    clean = tmp_path / "clean"
    cleaner.run(raw, clean, Config(duplicates=Duplicates(mode="drop")))
    assert verify(clean, raw, page_reader(clean)).ok
    status = {
        d["id"]: d["metadata"]["status"] for d in map(json.loads, (clean / "documents.jsonl").read_text().splitlines())
    }
    assert status == {"a.html": "ok", "x.html": "ok", "y.html": "duplicate"}


def test_nothing_outside_of_the_output_folder_is_touched_through_a_link(tmp_path: Path) -> None:
    raw, clean, victim = tmp_path / "raw", tmp_path / "clean", tmp_path / "victim"
    for folder in (raw, victim):
        folder.mkdir()
    (raw / "a.txt").write_text("High water at Weir Street was two metres above the chart datum.\n")
    (victim / "mine.txt").write_text("mine")
    assert command("run", raw, clean, "-q").returncode == 0
    for path in (clean / "pages").iterdir():
        path.unlink()
    (clean / "pages").rmdir()
    (clean / "pages").symlink_to(victim)
    assert command("run", raw, clean, "-q").returncode == 2
    assert [path.name for path in victim.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "raw", "clean", "--jobs", "99999999999999999999"], 2),
        (["run", "raw", "clean", "--memory", "100M"], 2),
        (["run", "", "clean"], 2),
        (["run", "raw" * 100, "clean"], 66),
        (["run", "raw", "clean" * 60], 2),
        (["report", "typo"], 66),
        (["verify", "typo"], 66),
        (["explain", "typo", "x"], 66),
    ],
)
def test_what_cannot_work_is_one_sentence(tmp_path: Path, arguments: list[str], code: int) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("High water at Weir Street was two metres.\n")
    result = command(*arguments, cwd=tmp_path)
    assert result.returncode == code, result.stderr
    assert result.stderr.decode().count("\n") == 1
    assert not (tmp_path / "typo").exists()


def test_output_that_cannot_be_written_is_exit_74_and_a_closed_pipe_is_no_error_of_a_page(tmp_path: Path) -> None:
    import subprocess
    import sys

    page = tmp_path / "pages.jsonl"
    page.write_text('{"text": "High water at Weir Street was two metres."}\n' * 3000)
    run = [sys.executable, "-m", "cleaner", "clean", "--jsonl", str(page)]
    with Path("/dev/full").open("wb") as full:
        assert subprocess.run(run, stdout=full, stderr=subprocess.DEVNULL, check=False).returncode == 74
    reader = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reader.stdout is not None
    assert reader.stderr is not None
    reader.stdout.readline()
    reader.stdout.close()
    complaint = reader.stderr.read()
    reader.stderr.close()
    assert (reader.wait(), complaint) == (141, b"")


@pytest.mark.parametrize("text", ["jobs = inf\n", "[passages]\nmin_words = 0\n", "[signatures]\nbands = 0\n"])
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "cleaner.toml").write_text(text)
    assert command("config", "show", cwd=tmp_path).returncode == 2
