"""A task that misbehaves costs nobody but itself."""

from __future__ import annotations

import itertools
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from cleaner.engine.supervisor import LOOK_AHEAD_BYTES, LOOK_AHEAD_TASKS
from cleaner.engine.workers import Died, Done, Limits, Task, run_tasks
from cleaner.errors import InstallationError, OutputFull

ROOT = Path(__file__).parents[2]
LIMITS = Limits(cpu_s=1.0, wall_s=5.0, memory_bytes=300_000_000)
PATIENT = Limits(cpu_s=60.0, wall_s=120.0, memory_bytes=1_000_000_000)
POISONS = {
    b"exit": ("crash", "exit code 0"),
    b"kill": ("crash", "killed by SIGKILL"),
    b"segfault": ("crash", "killed by SIGSEGV"),
    b"leave": ("crash", "exit code 3"),
    b"close": ("crash", "killed by SIGKILL"),
    b"regex": ("timeout", "more than "),
    b"sleep": ("timeout", "more than 5 s"),
    b"bomb": ("memory", "more than 300000000 bytes of memory"),
    b"raise": ("error", "ValueError: a page \\ud800 that is wrong (crash/targets.py:"),
    b"recurse": ("error", "RecursionError: "),
    b"text": ("error", "TypeError: "),
}


def children() -> set[int]:
    """Process ids of this process's children, those not reaped included."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == os.getpid():
            found.add(int(stat.parent.name))
    return found


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


def test_poisons_fail_alone_and_good_tasks_come_back_identical_and_in_order(capfd: pytest.CaptureFixture[str]) -> None:
    """Sixty good tasks around eleven poisons and one that prints: each poison is one Died of the right kind."""
    payloads = [b"good %d" % i * 100 for i in range(60)]
    for place, poison in enumerate([*POISONS, b"print"]):
        payloads.insert(place * 6, poison)

    results = list(run_tasks([Task(p, p) for p in payloads], "tests.crash.targets:poisonous", b"", 2, LIMITS))

    assert [result.task.payload for result in results] == payloads
    for result in results:
        if result.task.payload in POISONS:
            assert isinstance(result, Died)
            kind, detail = POISONS[result.task.payload]
            assert (result.kind, result.detail[: len(detail)]) == (kind, detail)
        elif result.task.payload == b"print":
            assert result == Done(result.task, b"printed")
        else:
            assert result == Done(result.task, sha256(result.task.payload).hexdigest().encode())
    assert capfd.readouterr().out == ""


def test_a_worker_killed_by_a_stranger_loses_no_task() -> None:
    """Somebody kills workers again and again; all results come, identical."""
    stop = threading.Event()
    killed: list[int] = []

    def kill_now_and_then() -> None:
        while len(killed) < 2 and not stop.wait(0.3):
            for pid in sorted(children() - before)[:1]:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    before = children()
    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        tasks = [Task(i, b"3") for i in range(400)]
        results = list(run_tasks(tasks, "tests.crash.targets:pid", b"", 2, PATIENT))
    finally:
        stop.set()
        killer.join()
    assert killed
    assert [result.task.key for result in results] == list(range(400))
    assert all(isinstance(result, Done) for result in results)


def test_a_task_that_a_worker_died_with_once_has_a_second_try(tmp_path: Path) -> None:
    payloads = [b"a", str(tmp_path / "mark").encode(), b"b"]
    results = list(run_tasks([Task(None, p) for p in payloads], "tests.crash.targets:once", b"", 1, LIMITS))
    assert [result.reply for result in results if isinstance(result, Done)] == [b"fine"] * 3


def test_what_earlier_tasks_left_in_memory_is_not_blamed_on_a_later_one() -> None:
    """A worker that leaks is replaced between two tasks."""
    results = list(run_tasks([Task(i, b"") for i in range(40)], "tests.crash.targets:leaky", b"", 1, LIMITS))
    assert all(isinstance(result, Done) for result in results)
    assert len({result.reply for result in results if isinstance(result, Done)}) > 1


def test_closing_the_generator_early_ends_all_workers() -> None:
    """Even those that hang; the fixture counts the children."""
    tasks = (Task(i, b"good" if i < 3 else b"sleep") for i in itertools.count())
    results = run_tasks(tasks, "tests.crash.targets:poisonous", b"", 2, PATIENT)
    assert isinstance(next(results), Done)
    assert children()
    results.close()  # type: ignore[attr-defined]


def test_an_error_in_the_callers_tasks_ends_all_workers() -> None:
    def tasks() -> Iterator[Task]:
        yield Task(1, b"good")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_tasks(tasks(), "tests.crash.targets:poisonous", b"", 2, PATIENT))


def test_endless_tasks_and_a_slow_consumer_keep_the_look_ahead_bounded() -> None:
    """In number for small payloads, in bytes for large ones."""
    for size, most in ((100, LOOK_AHEAD_TASKS), (1_000_000, LOOK_AHEAD_BYTES // 1_000_000)):
        pulled = 0

        def tasks(size: int = size) -> Iterator[Task]:
            nonlocal pulled
            while True:
                pulled += 1
                yield Task(pulled, b"x" * size)

        results = run_tasks(tasks(), "tests.crash.targets:echo", b"", 2, PATIENT)
        for taken, result in enumerate(itertools.islice(results, 200)):
            assert isinstance(result, Done)
            assert pulled - taken <= most + 1
            if taken % 20 == 0:
                time.sleep(0.02)
        results.close()  # type: ignore[attr-defined]


def test_memory_stays_flat_over_many_large_tasks() -> None:
    """800 MB go through; the supervisor grows by little more than its look-ahead."""
    list(run_tasks((Task(i, b"x") for i in range(10)), "tests.crash.targets:echo", b"", 1, PATIENT))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in run_tasks((Task(i, bytes(2_000_000)) for i in range(400)), "tests.crash.targets:echo", b"", 2, PATIENT):
        pass
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 3 * LOOK_AHEAD_BYTES


def test_a_slow_consumer_is_not_taken_for_a_slow_task() -> None:
    """Replies larger than a pipe wait for the consumer longer than the wall limit."""
    limits = Limits(cpu_s=5.0, wall_s=0.5, memory_bytes=500_000_000)
    results = run_tasks((Task(i, bytes(3_000_000)) for i in range(4)), "tests.crash.targets:echo", b"", 2, limits)
    for result in results:
        assert isinstance(result, Done)
        time.sleep(0.8)


def test_a_run_that_was_stopped_for_a_while_goes_on(tmp_path: Path) -> None:
    """Ctrl-Z, a paused container: no task is over time because nothing ran."""
    script = tmp_path / "stopped.py"
    script.write_text(
        "from cleaner.engine.workers import Done, Limits, Task, run_tasks\n"
        "tasks = [Task(i, b'100') for i in range(20)]\n"
        "for result in run_tasks(tasks, 'tests.crash.targets:pid', b'', 2, Limits(5, 1, 10**9)):\n"
        "    print(type(result).__name__, flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment, start_new_session=True)
    assert run.stdout is not None
    first = run.stdout.readline()
    os.killpg(run.pid, signal.SIGSTOP)
    time.sleep(3.5)
    os.killpg(run.pid, signal.SIGCONT)
    assert (first + run.communicate()[0]).split() == [b"Done"] * 20


def test_a_target_that_cannot_be_set_up_is_a_clear_error() -> None:
    """Raised, dying, missing: each stops the run instead of starting workers for ever."""
    one = [Task(None, b"x")]
    with pytest.raises(InstallationError, match=r"could not set up .*: ValueError: no model for me \(crash/targets.py"):
        list(run_tasks(one, "tests.crash.targets:broken_setup", b"me", 2, PATIENT))
    with pytest.raises(InstallationError, match=r"die while they set up .*: exit code 9"):
        list(run_tasks(one, "tests.crash.targets:dying_setup", b"", 2, PATIENT))
    with pytest.raises(InstallationError, match=r"ModuleNotFoundError: No module named 'tests\.crash\.nowhere'"):
        list(run_tasks(one, "tests.crash.nowhere:f", b"", 2, PATIENT))


def test_a_full_disk_in_a_worker_stops_the_run() -> None:
    with pytest.raises(OutputFull, match="make room"):
        list(run_tasks([Task(None, b"x")], "tests.crash.targets:disk_full", b"", 1, PATIENT))


def test_workers_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    """No orphan is left, whether it waits or works."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from cleaner.engine.workers import Limits, Task, run_tasks\n"
        "tasks = (Task(i, b'1') for i in iter(int, 1))\n"
        "for result in run_tasks(tasks, 'tests.crash.targets:pid', b'', 2, Limits(5, 5, 10**9)):\n"
        "    print(result.reply.decode(), flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, cwd=tmp_path, env=environment)
    assert parent.stdout is not None
    workers = {int(parent.stdout.readline()) for _ in range(300)}
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/cmdline").exists() and b"cleaner" in _cmdline(pid) for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_it_works_without_standard_streams(tmp_path: Path) -> None:
    """As a daemon has it: the pipes must not land where the child's standard streams are."""
    script = tmp_path / "closed.py"
    script.write_text(
        "import os\n"
        "from cleaner.engine.workers import Limits, Task, run_tasks\n"
        "os.closerange(0, 3)\n"
        "tasks = [Task(i, b'x' * i) for i in range(50)]\n"
        "results = list(run_tasks(tasks, 'tests.crash.targets:echo', b'', 1, Limits(5, 30, 10**9)))\n"
        "os._exit(0 if [r.reply for r in results] == [t.payload for t in tasks] else 1)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, check=False).returncode == 0


def test_endless_computing_ends_by_processor_time_long_before_the_wall_limit() -> None:
    limits = Limits(cpu_s=0.5, wall_s=100.0, memory_bytes=300_000_000)
    (result,) = run_tasks([Task(None, b"regex")], "tests.crash.targets:poisonous", b"", 1, limits)
    assert isinstance(result, Died)
    assert (result.kind, result.detail) == ("timeout", "more than 0.5 s of processor time")


def test_a_task_that_hangs_while_the_caller_is_busy_ends_by_the_workers_own_alarm() -> None:
    limits = Limits(cpu_s=5.0, wall_s=0.5, memory_bytes=300_000_000)
    results = run_tasks([Task(None, p) for p in (b"a", b"sleep")], "tests.crash.targets:poisonous", b"", 1, limits)
    assert isinstance(next(results), Done)
    time.sleep(3.0)
    start = time.process_time()
    last = next(results)
    assert isinstance(last, Died)
    assert last.kind == "timeout"
    assert time.process_time() - start < 0.5
    assert list(results) == []
