"""What a folder can hold beside pages: refused or read, one end for each name, and the run goes on (R14)."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner.config import Config
from cleaner.reading.walk import open_regular
from tests.e2e.command import cleaner as command
from tests.hostile.carriers import write_good_pages
from tests.hostile.prose import article, good_page
from tests.hostile.runs import run
from tests.promises import Figures

_REFUSED = {
    "dangling": "a link that leads nowhere",
    "device.html": "a link that leaves the folder",
    "fifo.html": "a named pipe (FIFO)",
    "hole.html": "read.max_page_bytes",
    "loop/again": "a link to a folder of this tree, which is read in its own place",
    "loop/knot": "a link that loops",
    "nothing.html": "the file is empty",
    "outside.html": "a link that leaves the folder",
    "socket.html": "a socket",
}
"""What the sentence of the Failure says."""
_READ = {
    "b%FFd.html": b"b\xffd.html",
    "Case.html": b"Case.html",
    "case.html": b"case.html",
    "esc%1B[31mred%0A.html": b"esc\x1b[31mred\n.html",
    "e\u0301.html": "e\u0301.html".encode(),
    "\xe9.html": "\xe9.html".encode(),
    "twin-1.html": b"twin-1.html",
    "twin-2.html": b"twin-2.html",
    "n" * 250 + ".html": b"n" * 250 + b".html",
    "%23 100%25.html": b"# 100%.html",
    "-rf.html": b"-rf.html",
    "con.html": b"con.html",
    "a b\\c.html": b"a b\\c.html",
    "%E2%80%AEtxt.exe.html": "\u202etxt.exe.html".encode(),
}
"""Names on the disk by source id."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of everything that is no page, of names that are hardly any, and of good pages."""
    raw = tmp_path / "raw"
    write_good_pages(raw, 10)
    for number, name in enumerate(_READ.values()):
        if name != b"twin-2.html":
            Path(os.fsdecode(os.fsencode(raw) + b"/" + name)).write_bytes(good_page(1_000 + number))
    (raw / "twin-2.html").hardlink_to(raw / "twin-1.html")
    (tmp_path / "secret.html").write_text(article("a secret of this machine"))
    (raw / "outside.html").symlink_to("../secret.html")
    (raw / "device.html").symlink_to("/dev/zero")
    (raw / "dangling").symlink_to("nowhere")
    (raw / "loop").mkdir()
    (raw / "loop" / "again").symlink_to("..")
    (raw / "loop" / "knot").symlink_to("knot")
    os.mkfifo(raw / "fifo.html")
    (raw / "nothing.html").touch()
    with (raw / "hole.html").open("wb") as hole:
        hole.truncate(10_000_000_000)
    monkeypatch.chdir(raw)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.html")
    return raw


def test_every_name_in_a_hostile_folder_has_one_end(folder: Path, tmp_path: Path, figures: Figures) -> None:
    output = run(folder, tmp_path / "clean")
    names = {*_READ, *_REFUSED}
    ends = {name: (name in output.documents) + len(output.failures.get(name, [])) for name in names}
    assert ends == dict.fromkeys(names, 1)
    assert {*_READ} <= output.documents.keys()
    told = {name: output.failures[name][0]["detail"] for name in _REFUSED}
    assert {name for name, detail in told.items() if _REFUSED[name] not in detail} == set()
    assert len(output.documents) == len(_READ) + 10
    figures.count("R14", "names and files of a hostile kind", len(names))
    _assert_inside(tmp_path, output.clean)
    assert "secret of this machine" not in (output.clean / "documents.jsonl").read_text()


def _assert_inside(tmp_path: Path, clean: Path) -> None:
    """Nothing but *clean* is new, and every name in it can be shown."""
    assert {path.name for path in tmp_path.iterdir()} == {"raw", "secret.html", "clean"}
    for path in clean.rglob("*"):
        name = os.fsencode(path.name)
        assert len(name) <= 255
        assert path.name.isprintable()
        assert not path.is_symlink()


def test_files_that_vanish_change_or_are_closed_to_us_meanwhile_are_one_failure_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figures: Figures
) -> None:
    raw = tmp_path / "raw"
    write_good_pages(raw / "a", 5)
    write_good_pages(raw / "c", 5)
    wanted = {
        "become-fifo": "unreadable",
        "become-folder": "unreadable",
        "become-link": "unreadable",
        "closed": "unreadable",
        "grow": "changed_during_read",
        "grow-while-read": "changed_during_read",
        "replaced": "changed_during_read",
        "shrink": "changed_during_read",
        "touched": "changed_during_read",
        "vanish": "unreadable",
    }
    (raw / "b").mkdir()
    for name in wanted:
        (raw / "b" / name).write_bytes(good_page(len(name)))
    first = raw / "a" / "good" / "000.html"
    gone: dict[str, Callable[[Path], object]] = {
        "become-fifo": lambda path: (path.unlink(), os.mkfifo(path)),
        "become-folder": lambda path: (path.unlink(), path.mkdir()),
        "become-link": lambda path: (path.unlink(), path.symlink_to(first)),
        "grow": lambda path: path.write_bytes(good_page(1) + b"<p>more"),
        "replaced": lambda path: (first.rename(tmp_path / "x"), path.unlink(), path.write_bytes(good_page(99))),
        "shrink": lambda path: path.write_bytes(b"<p>less"),
        "touched": lambda path: os.utime(path, ns=(1, 1)),
        "vanish": Path.unlink,
    }

    def open_meanwhile(path: Path) -> BinaryIO:
        if path.name == "closed":  # the tests may be run by root, to whom nothing is closed
            raise PermissionError(13, "Permission denied", str(path))
        gone.get(path.name, lambda _: None)(path)
        file = open_regular(path)
        if path.name == "grow-while-read":
            with path.open("ab") as more:
                more.write(b"<p>more")
        return file

    monkeypatch.setattr("cleaner.reading.sources.open_regular", open_meanwhile)
    cleaner.run(raw, tmp_path / "clean", Config(jobs=1))
    monkeypatch.undo()
    report = cleaner.run(raw / "c", tmp_path / "other", Config(jobs=1))
    assert report.tally.documents == 5
    rows = pq.read_table(tmp_path / "clean" / "failures.parquet").to_pylist()
    assert {row["source_id"]: row["kind"] for row in rows} == {f"b/{name}": kind for name, kind in wanted.items()}
    assert len(rows) == len(wanted)
    figures.count("R14", "files that changed meanwhile", len(wanted))


@pytest.mark.parametrize("places", [("raw", "raw/clean"), ("raw", "raw"), ("raw/in", "raw"), ("raw", "link/clean")])
def test_output_in_the_input_is_refused(tmp_path: Path, places: tuple[str, str]) -> None:
    write_good_pages(tmp_path / "raw" / "in", 1)
    (tmp_path / "link").symlink_to("raw")
    before = sorted(tmp_path.rglob("*"))
    done = command("run", *places, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["fifo", "socket", "folder", "zero", "link-to-fifo"])
def test_one_page_is_not_read_from_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """None of them blocks, and none is read for ever."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    Path("link-to-fifo").symlink_to("fifo")
    Path("folder").mkdir()
    Path("zero").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    done = command("clean", name, cwd=tmp_path)
    assert done.returncode == 66
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
