"""``verify`` fails on one changed byte anywhere in the output, and a damaged store is never believed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.errors import CleanerError
from cleaner.page_reader import page_reader
from cleaner.verify import verify
from cleaner.writing.summary import run_config
from tests.crash.corpus import final_files
from tests.crash.faults import Runner
from tests.promises import Figures

PER_FILE = 3
RANDOM = 80
FORMATS = ("md", "txt", "tei", "jsonl", "parquet")


@pytest.fixture(scope="module")
def outputs(runner: Runner, raw: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The small corpus, cleaned into each format."""
    folder = tmp_path_factory.mktemp("outputs")
    for name in FORMATS:
        assert runner.run("run", raw, folder / name, "-q", "--format", name).code == 0
    return {name: folder / name for name in FORMATS}


def complaints(clean: Path, raw: Path | None) -> list[str]:
    """What ``cleaner verify`` says, line by line; nothing if it finds no difference."""
    try:
        found = verify(clean, raw, page_reader(clean))
    except CleanerError as error:
        return [str(error)]
    assert found.ok == (not found.differences)
    return [f"{one.doc_id}: {one.what}: {one.detail}" for one in found.differences]


def written(clean: Path) -> list[Path]:
    """Every file of the output, ``run.json`` among them, but none of the store."""
    files = sorted(path for path in clean.rglob("*") if path.is_file())
    return [path for path in files if ".cleaner" not in path.relative_to(clean).parts]


def is_named(path: Path, clean: Path, said: list[str]) -> bool:
    return any(path.relative_to(clean).as_posix() in line for line in said) and all(line.isprintable() for line in said)


def positions(files: list[Path], is_full: bool) -> Iterator[tuple[Path, int]]:
    """First, last and some byte of every file, and bytes of all of them, the larger files the more."""
    chance = random.Random(20)
    for path in files:
        size = path.stat().st_size
        yield from ((path, place) for place in (0, size - 1, chance.randrange(size))[:PER_FILE])
    sizes = [path.stat().st_size for path in files]
    for path in chance.choices(files, sizes, k=5_000 if is_full else RANDOM):
        yield path, chance.randrange(path.stat().st_size)


@pytest.mark.parametrize("name", FORMATS)
def test_a_flipped_byte_is_found_wherever_it_is(
    outputs: dict[str, Path], raw: Path, figures: Figures, is_full: bool, name: str
) -> None:
    clean = outputs[name]
    assert complaints(clean, raw) == complaints(clean, None) == []
    chance = random.Random(21)
    for path, place in positions(written(clean), is_full):
        good = path.read_bytes()
        bad = bytearray(good)
        bad[place] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        said = complaints(clean, chance.choice((raw, None)))
        path.write_bytes(good)
        assert is_named(path, clean, said), (path.name, place, said)
        figures.count("R9", "bytes flipped")
        figures.count("R9", "flips detected")
    assert complaints(clean, raw) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_cut_lengthened_missing_or_swapped_file_is_found(
    outputs: dict[str, Path], raw: Path, figures: Figures, name: str
) -> None:
    clean = outputs[name]
    files = written(clean)
    for path, other in zip(files, [*files[1:], files[0]], strict=True):
        good = path.read_bytes()
        for bad in (good[:-1], good[: len(good) // 2], b"", good + b"\n", b"\0" + good, other.read_bytes(), None):
            if bad is None:
                path.unlink()
            else:
                path.write_bytes(bad)
            for source in (raw, None):
                said = complaints(clean, source)
                # What is not there cannot always be named: without lines, the documents are looked for in a table.
                named = is_named(path, clean, said) or (bad is None and "documents" in path.name and len(said) > 0)
                assert named, (path.name, bad and bad[:20], said)
            path.write_bytes(good)
            figures.count("R9", "files damaged")
    assert complaints(clean, raw) == []


def test_worker_processes_find_what_one_process_finds(outputs: dict[str, Path], raw: Path, tmp_path: Path) -> None:
    """Damage of every kind at once: a source, a record, a page file, rows of no document."""
    clean = tmp_path / "clean"
    shutil.copytree(outputs["md"], clean)
    other = tmp_path / "raw"
    shutil.copytree(raw, other)
    (other / "plain.txt").write_bytes((other / "plain.txt").read_bytes() + b"more")
    (other / "sub" / "tide.txt").unlink()
    (other / "new.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.")
    lines = (clean / "documents.jsonl").read_bytes()
    (clean / "documents.jsonl").write_bytes(
        lines.replace(b"barge", b"large").replace(b'"source_length":', b'"source_length":1', 1)
    )
    next((clean / "pages").glob("*.md")).write_bytes(b"other")
    settings = run_config(clean)
    alone = verify(clean, other, page_reader(clean))
    together = verify(clean, other, page_reader(clean), settings=replace(settings, jobs=2))
    assert alone.count >= 6
    assert together == alone
    first = verify(clean, other, page_reader(clean), settings=replace(settings, jobs=2), limit=2)
    assert first.differences == alone.differences[:2]
    assert first.count == alone.count


def test_files_that_nobody_wrote_are_named_and_stay(runner: Runner, raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    assert runner.run("run", raw, clean, "-q").code == 0
    mine = clean / "pages" / "my folder" / "mine.md"
    mine.parent.mkdir()
    mine.write_text('---\nsource: "plain.txt"\n---\nmy notes')
    copy = clean / "pages" / "a copy.md"
    shutil.copyfile(next((clean / "pages").glob("*.md")), copy)
    for path in (mine, copy):
        assert is_named(path, clean, complaints(clean, raw))
    again = runner.run("run", raw, clean)
    assert again.code == 0
    assert "warning: pages/a copy.md and 1 more file in the output folder" in again.text
    assert mine.read_text().endswith("my notes")
    assert copy.is_file()


def test_a_report_made_anew_is_the_one_that_the_run_made(outputs: dict[str, Path], raw: Path, runner: Runner) -> None:
    assert runner.run("report", outputs["md"]).code == 0
    assert complaints(outputs["md"], raw) == []


def test_a_damaged_store_is_noticed_and_done_anew(
    runner: Runner, raw: Path, expected: dict[str, str], tmp_path: Path, figures: Figures, is_full: bool
) -> None:
    """Flipped, cut and lost shards, journals and indexes: the next run leaves the same bytes as a first one."""
    chance = random.Random(22)
    whole = tmp_path / "whole"
    assert runner.run("run", raw, whole, "-q").code == 0
    store = sorted(path.relative_to(whole) for path in (whole / ".cleaner").rglob("*") if path.is_file())
    assert {path.name for path in store} >= {"journal.jsonl", "index.parquet", "lock"}
    damages = [(path, how) for path in store for how in ("flip", chance.choice(("cut", "empty", "gone")))]
    if is_full:
        damages += [(path, how) for path in store for how in ("cut", "empty", "gone")]
    damages += [(chance.choice(store), "flip") for _ in range(2_000 if is_full else 4)]
    for path, how in damages:
        clean = tmp_path / "clean"
        shutil.copytree(whole, clean)
        data = bytearray((clean / path).read_bytes())
        if how == "flip" and data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        bad = {"flip": data, "cut": data[: len(data) // 2], "empty": b"", "gone": None}[how]
        (clean / path).unlink()
        if bad is not None:
            (clean / path).write_bytes(bad)
        ended = runner.run("run", raw, clean, "-q")
        assert (ended.code, ended.text) == (0, ""), (path, how)
        assert final_files(clean) == expected, (path, how)
        figures.count("R5", "damages of the store")
        shutil.rmtree(clean)


@pytest.mark.parametrize(
    "name", [".cleaner/journal.jsonl", ".cleaner/shards", ".cleaner/lock", "removals.parquet", "pages"]
)
def test_what_stands_in_the_way_is_one_sentence(runner: Runner, raw: Path, tmp_path: Path, name: str) -> None:
    """A folder where a file is to be, and a file where a folder is to be."""
    clean = tmp_path / "clean"
    (clean / ".cleaner").mkdir(parents=True)
    if "." in Path(name).name or name.endswith("lock"):
        (clean / name).mkdir()
    else:
        (clean / name).write_text("mine")
    ended = runner.run("run", raw, clean, "-q")
    assert ended.code == 74, ended
    assert ended.text.count("\n") == 1
    assert str(clean / name) in ended.text
    assert "move it out of the way and run the same command again" in ended.text
