"""R5, R6: whatever call fails, and wherever the process ends, no wrong file is there, and a second run finishes."""

from __future__ import annotations

import errno
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.corpus import final_files, parts
from tests.crash.faults import (
    CREATE,
    FOLDER,
    KILL_AFTER,
    KILL_BEFORE,
    KILL_TORN,
    OPEN,
    OUTPUT,
    READ,
    REMOVE,
    RENAME,
    SHORT,
    SIGNAL,
    SYNC,
    WRITE,
    Ended,
    Fault,
    Runner,
)
from tests.promises import Figures

QUICK = 8
"""Calls, chosen evenly over the run, that each kind of fault is tried at where all of them would take too long."""


class Trial:
    """One folder of output, made new or given what an earlier run over fewer pages wrote, and a fault in a run."""

    def __init__(self, runner: Runner, raw: Path, expected: dict[str, str], folder: Path) -> None:
        self._runner = runner
        self._raw = raw
        self._expected = expected
        self._clean = folder / "clean"
        self._earlier = folder / "earlier"
        self._old: dict[str, str] = {}
        less = folder / "less"
        shutil.copytree(raw, less)
        (less / "page-2.html").unlink()
        (less / "gone.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
        assert runner.run("run", less, self._earlier, "-q").code == 0

    def calls(self, kinds: int, from_earlier: bool) -> int:
        """How many calls of *kinds* a run makes."""
        return self._run(Fault(str(self._clean), kinds=kinds), from_earlier).events

    def try_fault(self, fault: Fault, from_earlier: bool) -> Ended:
        """How the run with *fault* ended, once it is sure that it left no wrong file and the next run finishes."""
        ended = self._run(fault, from_earlier)
        assert "Traceback" not in ended.text, (fault, ended)
        left = final_files(self._clean) if self._clean.is_dir() else {}
        wrong = {name for name, digest in left.items() if digest not in {self._expected.get(name), self._old.get(name)}}
        assert not wrong, (fault, wrong)
        if (self._clean / "run.json").is_file() and ended.code != 0:
            # Either nothing was changed yet, or everything was.
            assert left in (self._expected, self._old), fault
        again = self._runner.run("run", self._raw, self._clean, "-q")
        assert (again.code, again.text) == (0, ""), (fault, again)
        assert final_files(self._clean) == self._expected, fault
        assert parts(self._clean) == [], fault
        return ended

    def fault(self, number: int, action: int, kinds: int = OUTPUT, sticky: int = 0) -> Fault:
        return Fault(str(self._clean), number, action, kinds, sticky)

    def _run(self, fault: Fault, from_earlier: bool) -> Ended:
        shutil.rmtree(self._clean, ignore_errors=True)
        if from_earlier:
            shutil.copytree(self._earlier, self._clean)
        self._old = final_files(self._earlier) if from_earlier else {}
        return self._runner.run("run", self._raw, self._clean, "-q", fault=fault)


@pytest.fixture(scope="module")
def trial(runner: Runner, raw: Path, expected: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(runner, raw, expected, tmp_path_factory.mktemp("trial"))


@pytest.fixture(scope="module")
def points(trial: Trial, is_full: bool) -> Callable[[int, int], Iterator[tuple[int, bool]]]:
    """Numbers of calls of some kinds, and whether the run stands on an earlier one: all, or a sample by seed."""

    def choose(kinds: int, sample: int) -> Iterator[tuple[int, bool]]:
        for from_earlier in (False, True):
            numbers = range(1, trial.calls(kinds, from_earlier) + 1)
            few = min((sample + from_earlier) // 2, len(numbers))
            for number in numbers if is_full else sorted(random.Random(kinds * 2 + from_earlier).sample(numbers, few)):
                yield number, from_earlier

    return choose


def is_one_sentence(ended: Ended) -> bool:
    """Whether the user is told in one line which file it is about."""
    return ended.text.startswith("cleaner: ") and ended.text.count("\n") == 1 and "/clean" in ended.text


@pytest.mark.parametrize(
    ("code", "sticky"),
    [(errno.ENOSPC, 1), (errno.ENOSPC, 0), (errno.EDQUOT, 0), (errno.EIO, 0), (errno.EINTR, 0), (errno.EROFS, 1)],
    ids=lambda value: errno.errorcode.get(value, value) if value > 1 else ("once", "from then on")[value],
)
def test_a_call_that_fails_is_exit_74_and_the_next_run_finishes(
    trial: Trial,
    points: Callable[[int, int], Iterator[tuple[int, bool]]],
    figures: Figures,
    code: int,
    sticky: int,
) -> None:
    """Every write, fsync, rename, open, mkdir and unlink below the output folder has its turn."""
    for number, from_earlier in points(OUTPUT, QUICK):
        ended = trial.try_fault(trial.fault(number, code, sticky=sticky), from_earlier)
        assert ended.code in {0, 74}, (number, ended)
        if ended.code:
            assert is_one_sentence(ended), (number, ended)
            assert "run the same command again to resume" in ended.text, (number, ended)
        if ended.code and code in {errno.ENOSPC, errno.EDQUOT}:
            assert "make room" in ended.text, (number, ended)
        figures.count("R6", "calls that failed")
    figures.count("R6", "mismatches", 0)


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES], ids=errno.errorcode.get)
def test_a_file_of_an_earlier_run_that_cannot_be_read_is_one_sentence(
    trial: Trial, points: Callable[[int, int], Iterator[tuple[int, bool]]], figures: Figures, code: int
) -> None:
    for number, from_earlier in points(READ | OPEN, QUICK):
        ended = trial.try_fault(trial.fault(number, code, READ | OPEN), from_earlier)
        assert ended.code in {0, 66, 74}, (number, ended)
        assert ended.code == 0 or is_one_sentence(ended), (number, ended)
        figures.count("R6", "reads that failed")


def test_a_verification_that_cannot_read_a_file_says_which(
    runner: Runner, raw: Path, expected: dict[str, str], tmp_path: Path, is_full: bool
) -> None:
    clean = tmp_path / "clean"
    assert runner.run("run", raw, clean, "-q").code == 0
    command = ("verify", clean, "--raw", raw)
    calls = range(1, runner.run(*command, fault=Fault(str(clean), kinds=READ | OPEN)).events + 1)
    for number in calls if is_full else random.Random(5).sample(calls, 25):
        ended = runner.run(*command, fault=Fault(str(clean), number, errno.EIO, READ | OPEN))
        assert ended.code in {0, 1, 66, 74}, (number, ended)
        assert "Traceback" not in ended.text, (number, ended)
        assert ended.code == 0 or "Input/output error" in ended.text, (number, ended)
    assert final_files(clean) == expected


@pytest.mark.parametrize("kinds", [WRITE, SYNC, RENAME, CREATE, FOLDER, REMOVE])
@pytest.mark.parametrize("action", [KILL_BEFORE, KILL_AFTER, KILL_TORN])
def test_a_run_that_is_killed_at_any_call_is_finished_by_the_next(
    trial: Trial,
    points: Callable[[int, int], Iterator[tuple[int, bool]]],
    figures: Figures,
    action: int,
    kinds: int,
) -> None:
    """``kill -9`` right before a call, right after it, and half-way through a write."""
    if action == KILL_TORN and kinds != WRITE:
        return
    for number, from_earlier in points(kinds, 4):
        ended = trial.try_fault(trial.fault(number, action, kinds), from_earlier)
        assert ended.code == -signal.SIGKILL, (number, ended)
        figures.count("R5", "kills at exact calls")
    figures.count("R5", "mismatches", 0)


def test_plain_text_of_a_killed_run_is_known_for_it_by_the_next(
    runner: Runner, raw: Path, tmp_path: Path, is_full: bool
) -> None:
    """Such a page does not say whose it is; the page is gone from the raw folder when the next run comes."""
    less, clean = tmp_path / "less", tmp_path / "clean"
    shutil.copytree(raw, less)
    (less / "page-2.html").unlink()
    (less / "plain.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")

    def run(source: Path, folder: Path, fault: Fault | None = None) -> Ended:
        return runner.run("run", source, folder, "-q", "--format", "txt", fault=fault)

    assert run(less, tmp_path / "fresh").code == 0
    calls = range(1, run(raw, tmp_path / "counted", Fault(str(tmp_path / "counted"), kinds=RENAME | SYNC)).events + 1)
    for number in calls if is_full else random.Random(7).sample(calls, 12):
        shutil.rmtree(clean, ignore_errors=True)
        assert run(raw, clean, Fault(str(clean), number, KILL_AFTER, RENAME | SYNC)).code == -signal.SIGKILL
        again = run(less, clean)
        assert (again.code, again.text) == (0, ""), number
        assert final_files(clean) == final_files(tmp_path / "fresh"), number


def test_what_somebody_writes_among_the_pages_of_a_killed_run_is_never_lost(
    runner: Runner, raw: Path, expected: dict[str, str], tmp_path: Path, is_full: bool
) -> None:
    """Some pages are there and some are not; the user changes the one and takes the name of the other."""
    clean = tmp_path / "clean"
    names = [name for name in expected if name.startswith("pages/")]
    calls = range(1, runner.run("run", raw, clean, "-q", fault=Fault(str(clean), kinds=RENAME | WRITE)).events + 1)
    for number in calls if is_full else random.Random(11).sample(calls, 8):
        shutil.rmtree(clean, ignore_errors=True)
        runner.run("run", raw, clean, "-q", fault=Fault(str(clean), number, KILL_AFTER, RENAME | WRITE))
        mine = {f"{name}.saved": f"my {name}" for name in names}
        for name in names:
            (clean / name).parent.mkdir(parents=True, exist_ok=True)
            (clean / name).write_text(mine[f"{name}.saved"])
        again = runner.run("run", raw, clean)
        assert again.code == 0, (number, again)
        assert f"{len(names) - 1} more files were not as a run wrote them" in again.text, (number, again)
        found = final_files(clean)
        assert {name: (clean / name).read_text() for name in found.keys() - expected.keys()} == mine, number
        assert {name: found[name] for name in expected} == expected, number


def test_a_write_that_takes_half_is_written_to_its_end(
    trial: Trial, points: Callable[[int, int], Iterator[tuple[int, bool]]]
) -> None:
    for number, from_earlier in points(WRITE, 8):
        assert trial.try_fault(trial.fault(number, SHORT, WRITE), from_earlier).code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_the_run_with_its_exit_code_and_nothing_half_done(
    trial: Trial,
    points: Callable[[int, int], Iterator[tuple[int, bool]]],
    figures: Figures,
    number: signal.Signals,
) -> None:
    """128 and the signal's number, as a shell has it; a sentence says that the same command resumes."""
    for call, from_earlier in points(OUTPUT, 8):
        ended = trial.try_fault(trial.fault(call, SIGNAL + number), from_earlier)
        assert ended.code == 128 + number, (call, ended)
        assert ended.text.strip().count("\n") == 0, (call, ended)
        assert "run the same command again to resume" in ended.text, (call, ended)
        figures.count("R5", "signals")


def test_a_file_size_limit_at_any_size_is_a_full_disk(
    runner: Runner, raw: Path, expected: dict[str, str], tmp_path: Path, is_full: bool, figures: Figures
) -> None:
    """RLIMIT_FSIZE, at steps of a quarter."""
    sizes = sorted({int(1.26**step) for step in range(0, 60, 1 if is_full else 6)})
    codes = set()
    for size in sizes:
        clean = tmp_path / f"clean-{size}"
        ended = runner.run("run", raw, clean, "-q", file_size=size)
        assert ended.code in {0, 74}, (size, ended)
        if ended.code:
            assert is_one_sentence(ended), (size, ended)
            assert "make room and run the same command again to resume" in ended.text
        left = final_files(clean)
        assert all(expected[name] == digest for name, digest in left.items()), size
        assert runner.run("run", raw, clean, "-q").code == 0
        assert final_files(clean) == expected
        assert parts(clean) == []
        codes.add(ended.code)
        figures.count("R6", "file size limits")
        shutil.rmtree(clean)
    assert codes == {0, 74}
