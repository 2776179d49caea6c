"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from cleaner.engine.atomic import (
    append_durably,
    cut_to,
    make_folder,
    output_errors,
    replacing,
    sweep_parts,
    write_if_changed,
)
from cleaner.errors import OutputFull


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_block_that_ends_well_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OutputFull])
def test_a_block_that_fails_leaves_the_old_file_and_no_trace(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(error), replacing(path) as file:  # noqa: PT012
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_errors_of_other_files_inside_the_block_keep_their_type(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a.txt"):
        (tmp_path / "missing").read_bytes()


def test_a_stale_temporary_file_of_the_same_name_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a link: what it points to is not touched."""
    monkeypatch.setattr("cleaner.engine.atomic._serial", iter([7]))
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    (tmp_path / f".a.{os.getpid()}.7.part").symlink_to(victim)
    with replacing(tmp_path / "a") as file:
        file.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert victim.read_bytes() == b"safe"


def test_the_longest_name_the_file_system_takes_can_be_written(tmp_path: Path) -> None:
    for path in (tmp_path / ("ü" * 127), tmp_path / ("x" * 255)):
        with replacing(path) as file:
            file.write(b"long")
        assert path.read_bytes() == b"long"


def test_an_unchanged_file_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folders" / "a.md"
    assert write_if_changed(path, b"text")
    inode = path.stat().st_ino
    assert not write_if_changed(path, b"text")
    assert path.stat().st_ino == inode
    assert write_if_changed(path, b"Text")
    assert path.read_bytes() == b"Text"
    assert names(path.parent) == ["a.md"]


def test_appending_and_cutting(tmp_path: Path) -> None:
    path = tmp_path / "log"
    append_durably(path, b"one\n")
    append_durably(path, b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    cut_to(path, 4)
    assert path.read_bytes() == b"one\n"


@pytest.mark.parametrize("failure", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_refuses_to_sync_is_reported_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: int
) -> None:
    """Late errors count too: for a replaced file and for an appended line."""

    def refuse(_: int) -> None:
        raise OSError(failure, os.strerror(failure))

    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputFull, match="run the same command again"), replacing(path) as file:
        file.write(b"new")
    with pytest.raises(OutputFull):
        append_durably(path, b"more")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_device_without_room_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputFull, match=r"cannot write /dev/full \(No space left on device\): make room and run"):
        append_durably(Path("/dev/full"), b"x")
    with pytest.raises(OutputFull, match="cannot write"):
        make_folder(Path("/dev/null/folder"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputFull, match="Is a directory"):
        write_if_changed(tmp_path / "folder", b"x")
    assert names(tmp_path) == ["folder"]


def test_a_hostile_path_is_shown_without_control_characters() -> None:
    with pytest.raises(OutputFull) as caught, output_errors(Path("clean/\x1b[2Jü\n.md")):
        raise OSError(errno.EACCES, "denied")
    assert str(caught.value).isprintable()
    assert "make it writable" in str(caught.value)


def test_only_temporary_files_of_ours_are_swept(tmp_path: Path) -> None:
    """Films and dot files of the user stay; nothing is followed out of the folder."""
    outside = tmp_path / "outside"
    clean = tmp_path / "clean"
    (clean / "deep").mkdir(parents=True)
    outside.mkdir()
    ours = [clean / ".a.txt.12.0.part", clean / "deep" / ".b\n.1.22.part"]
    others = [clean / "film.part", clean / ".a.part", clean / ".x.1.part", outside / ".a.1.1.part"]
    for path in ours + others:
        path.write_bytes(b"")
    (clean / "link").symlink_to(outside)
    assert sweep_parts(clean) == len(ours)
    assert [path.exists() for path in ours + others] == [False] * len(ours) + [True] * len(others)


def test_the_file_size_signal_is_ignored() -> None:
    """CPython does it; without it a limit would kill the run instead of being reported."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
