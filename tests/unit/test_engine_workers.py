"""What a caller of ``run_tasks`` can rely on when nothing goes wrong."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from cleaner.engine.workers import Done, Limits, Task, run_tasks
from cleaner.errors import InstallationError

LIMITS = Limits(cpu_s=30.0, wall_s=60.0, memory_bytes=500_000_000)


def replies(payloads: list[bytes], function: str, setup: bytes = b"", jobs: int = 2) -> list[bytes]:
    results = run_tasks((Task(object(), p) for p in payloads), f"tests.crash.targets:{function}", setup, jobs, LIMITS)
    return [result.reply for result in results if isinstance(result, Done)]


def test_nothing_to_do_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_spawn")
    assert replies([], "upper") == []


def test_each_worker_is_set_up_with_the_given_bytes() -> None:
    setup = b"s" * 1_000_000
    assert replies([b"a", b"", b"c"], "upper", setup) == [setup + b"A", setup, setup + b"C"]


def test_payloads_and_replies_of_any_size_pass() -> None:
    """From nothing to many times what a pipe holds, mixed."""
    payloads = [
        bytes([n]) * size for n, size in enumerate([0, 1, 7, 4096, 262_144, 262_145, 3_000_000, 0, 900_000] * 3)
    ]
    assert replies(payloads, "echo") == payloads


def test_the_key_stays_with_the_caller() -> None:
    keys = [object() for _ in range(300)]
    results = run_tasks((Task(key, b"x") for key in keys), "tests.crash.targets:echo", b"", 2, LIMITS)
    assert [result.task.key for result in results] == keys


def test_any_number_of_workers_gives_the_same() -> None:
    payloads = [b"page %d" % n for n in range(200)]
    assert (
        replies(payloads, "digest", jobs=1)
        == replies(payloads, "digest", jobs=3)
        == replies(payloads, "digest", jobs=0)
    )


def test_work_is_done_outside_of_the_caller_and_a_small_run_by_one_worker() -> None:
    pids = set(replies([b"0"] * 10, "pid", jobs=8))
    assert len(pids) == 1
    assert str(os.getpid()).encode() not in pids


def test_slow_work_is_shared() -> None:
    assert len(set(replies([b"100"] * 30, "pid", jobs=3))) > 1


def test_what_one_worker_unpacked_the_others_have() -> None:
    unpackers, askers = zip(*(reply.split() for reply in replies([b""] * 30, "unpacking", jobs=3)), strict=True)
    assert len(set(unpackers)) == 1 < len(set(askers))


def test_what_a_worker_left_half_unpacked_is_unpacked_anew() -> None:
    unpackers, askers = zip(*(reply.split() for reply in replies([b"die", b"", b""], "unpacking", jobs=1)), strict=True)
    assert set(unpackers) == set(askers)


def test_two_runs_unpack_each_for_itself() -> None:
    assert replies([b""], "unpacking") != replies([b""], "unpacking")


def test_workers_compute_with_one_thread_and_see_the_rest_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setenv("CLEANER_TEST_WORD", "seen")
    assert replies([b"OMP_NUM_THREADS", b"CLEANER_TEST_WORD"], "environment") == [b"1", b"seen"]


def test_a_python_that_cannot_start_another_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(InstallationError, match="workers cannot start"):
        replies([b"a"], "upper")


def test_ctrl_c_is_left_to_the_supervisor() -> None:
    """A terminal sends it to the workers too."""
    results = run_tasks((Task(n, b"20") for n in range(20)), "tests.crash.targets:pid", b"", 1, LIMITS)
    pids = []
    for result in results:
        assert isinstance(result, Done)
        pids.append(int(result.reply))
        if len(pids) < 10:
            os.kill(pids[0], signal.SIGINT)
    assert len(set(pids)) == 1


def test_the_current_folder_of_the_caller_does_not_matter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor do modules that lie there."""
    (tmp_path / "struct.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert replies([b"a"], "upper") == [b"A"]
