"""R5, R7: real worker processes, killed at exact replies; and several commands at one output folder."""

from __future__ import annotations

import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.engine.lock import holding, reading
from tests.crash.corpus import final_files, parts
from tests.crash.faults import KILL_AFTER, KILL_BEFORE, KILL_GROUP, OUTPUT, REPLY, ROOT, Ended, Fault, Runner
from tests.promises import Figures

REPLIES = 9
"""That one worker alone gives in this corpus: it says that it is ready, then what became of each of eight pages."""
SHARED_REPLIES = 5
"""That one of two workers gives at least: the first is ready before the other, but nobody knows which does how much."""


def moments(is_full: bool, few: int, of: int, seed: int) -> list[int]:
    return list(range(1, of + 1)) if is_full else sorted(random.Random(seed).sample(range(1, of + 1), few))


def resumed(runner: Runner, raw: Path, clean: Path, expected: dict[str, str]) -> int:
    """How many pages the next run did anew that the journal knew, once it is sure that it finished."""
    known = 0
    if (clean / ".cleaner" / "journal.jsonl").is_file():
        lines = (clean / ".cleaner" / "journal.jsonl").read_bytes().split(b"\n")[:-1]
        known = sum(len(json.loads(line)["rows"]) for line in lines)
    ended = runner.run("run", raw, clean, "--json")
    assert ended.code == 0, ended
    assert final_files(clean) == expected
    assert parts(clean) == []
    return known - int(json.loads(ended.text)["reused"])


@pytest.mark.parametrize("action", [KILL_BEFORE, KILL_AFTER, KILL_GROUP], ids=["before", "after", "group"])
def test_a_worker_that_is_killed_at_a_reply_costs_nothing_and_its_group_only_time(
    runner: Runner,
    shim: Path,
    raw: Path,
    expected: dict[str, str],
    tmp_path: Path,
    figures: Figures,
    is_full: bool,
    action: int,
) -> None:
    """A run whose worker is killed goes on; one that is killed with all its workers is finished by the next.

    Each worker counts its own replies, and whether there is a second one depends on how fast the first is.
    """
    cases = [(number, 1) for number in moments(is_full, 1, REPLIES, action)]
    cases += [(number, 2) for number in moments(is_full, 1, SHARED_REPLIES, action)]
    for number, jobs in cases:
        clean, mark = tmp_path / "clean", tmp_path / f"mark-{jobs}-{number}"
        fault = Fault(str(clean), number, action, REPLY)
        options = ("-q", "--jobs", str(jobs))
        ended = runner.run("run", raw, clean, *options, workers=True, environment=fault.environment(shim, "w", mark))
        assert mark.exists(), "the fault did not happen"
        if action == KILL_GROUP:
            assert ended.code == -signal.SIGKILL
            assert resumed(runner, raw, clean, expected) == 0
        else:
            assert (ended.code, ended.text) == (0, "")
            assert final_files(clean) == expected
        figures.count("R5", "kills of workers" if action != KILL_GROUP else "kills of groups")
        shutil.rmtree(clean)


@pytest.mark.parametrize("how", [KILL_BEFORE, 2000 + signal.SIGTERM, 2000 + signal.SIGINT], ids=["KILL", "TERM", "INT"])
def test_no_worker_outlives_the_process_that_tends_it(
    runner: Runner, raw: Path, expected: dict[str, str], tmp_path: Path, figures: Figures, is_full: bool, how: int
) -> None:
    """The runner waits until nobody has the output pipe open, which workers inherit."""
    for number in moments(is_full, 2, 100, how):
        clean = tmp_path / "clean"
        ended = runner.run("run", raw, clean, "-q", fault=Fault(str(clean), number, how, OUTPUT), workers=True)
        assert ended.code == {KILL_BEFORE: -signal.SIGKILL}.get(how, 128 + how - 2000)
        assert resumed(runner, raw, clean, expected) == 0
        figures.count("R5", "kills of supervisors alone")
        figures.count("R5", "orphans", 0)
        shutil.rmtree(clean)
    figures.count("R5", "known pages done again", 0)


def contents(clean: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in clean.rglob("*") if path.is_file()}


def test_a_second_command_is_refused_at_once_and_changes_nothing(
    runner: Runner, raw: Path, tmp_path: Path, figures: Figures
) -> None:
    """Exit 75 for whatever reads or writes the folder while a run holds it; two readers get along."""
    clean = tmp_path / "clean"
    assert runner.run("run", raw, clean, "-q").code == 0
    with holding(clean):
        before = contents(clean)
        for command in (
            ["run", raw, clean],
            ["report", clean],
            ["verify", clean, "--raw", raw],
            ["explain", clean, "page-0.html"],
            ["export", clean, tmp_path / "out"],
        ):
            ended = runner.run(*command)
            assert (ended.code, ended.text.count("\n")) == (75, 1), ended
            assert "another run (process" in ended.text
            before_s = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            alone = subprocess.run(
                [sys.executable, "-m", "cleaner", *map(str, command)], cwd=ROOT, capture_output=True, check=False
            )
            after_s = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            assert alone.returncode == 75, alone
            assert after_s - before_s < 1.0
            figures.worst("R7", "CPU s until refused", after_s - before_s)
            figures.count("R7", "commands refused")
        assert contents(clean) == before
    with reading(clean):
        assert runner.run("verify", clean, "--raw", raw).code == 0
        assert runner.run("run", raw, clean).code == 75
    assert runner.run("run", raw, clean).code == 0
    figures.count("R7", "bytes changed", 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with next to no room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no program to mount a file system with")
    if done.returncode:
        pytest.skip("this user cannot mount a file system")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_full_at_any_size_is_exit_74_and_room_lets_the_run_finish(
    runner: Runner, raw: Path, expected: dict[str, str], small_disk: Path, figures: Figures, is_full: bool
) -> None:
    clean = small_disk / "clean"
    ended = Ended(74, "", 0, 0.0)
    for pages in range(1, 200, 1 if is_full else 12):
        resize = ["mount", "-o", f"remount,size={pages * 4096}", str(small_disk)]
        subprocess.run(resize, check=True)
        ended = runner.run("run", raw, clean, "-q")
        if ended.code == 0:
            break
        assert ended.code == 74, ended
        assert "(No space left on device): make room and run the same command again to resume" in ended.text
        left = final_files(clean) if clean.is_dir() else {}
        assert all(expected[name] == digest for name, digest in left.items())
        assert parts(clean) == []
        figures.count("R6", "sizes of a full disk")
    assert ended.code == 0
    assert final_files(clean) == expected
