"""What is on disk after a kill, a full disk, or two runs at once."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleaner.engine.atomic import append_durably, replacing, sweep_parts, write_if_changed
from cleaner.engine.journal import Journal
from cleaner.engine.lock import holding
from cleaner.engine.shards import ShardRow, read_shard, shard_path, write_shard
from cleaner.errors import OutputBusy, OutputFull

ROOT = Path(__file__).parents[2]


def python(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    """A child that has said that it is ready."""
    child = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def kill(child: subprocess.Popen[bytes]) -> None:
    assert child.stdout is not None
    child.kill()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL


WRITER = """
import itertools, sys
from pathlib import Path
from cleaner.engine.atomic import replacing
path = Path(sys.argv[1])
print("ready", flush=True)
for number in itertools.count(int(sys.argv[2])):
    with replacing(path) as file:
        for _ in range(300):
            file.write(number.to_bytes(8, "big") * 100)
"""


def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    """Twenty kills at random points: always whole, and one sweep leaves no temporary file."""
    path = tmp_path / "file"
    path.write_bytes(bytes(8) * 30_000)
    moments = random.Random(7)
    seen = []
    for start in range(20):
        child = python(WRITER, path, start * 1_000_000)
        time.sleep(moments.uniform(0.0, 0.03))
        kill(child)
        content = path.read_bytes()
        assert len(content) == 240_000
        assert content == content[:8] * 30_000
        seen.append(int.from_bytes(content[:8], "big"))
    assert seen == sorted(seen)
    sweep_parts(tmp_path)
    assert [left.name for left in tmp_path.iterdir()] == ["file"]


JOURNALIST = """
import sys
from pathlib import Path
from cleaner.engine.journal import Journal
from cleaner.engine.shards import ShardRow, write_shard
folder = Path(sys.argv[1])
journal = Journal(folder, "f")
for start in range(0, 4000, 4):
    rows = [ShardRow(f"{n}.html", 0, f"{n:064x}", b"r" * n, b"p") for n in range(start, start + 4)]
    if journal.find("%d.html" % start, 0, f"{start:064x}") is None:
        journal.append(write_shard(folder, rows))
    if start == 0:
        print("ready", flush=True)
"""


def test_every_page_that_the_journal_knows_after_a_kill_is_whole(tmp_path: Path) -> None:
    """Eight kills; each run goes on where the one before stood."""
    moments = random.Random(11)
    known = 0
    for _ in range(8):
        child = python(JOURNALIST, tmp_path)
        time.sleep(moments.uniform(0.0, 0.1))
        kill(child)
        journal = Journal(tmp_path, "f")
        assert journal.damaged == 0
        assert len(journal.shards) >= known
        known = len(journal.shards)
    assert known > 0
    for number, name in enumerate(journal.shards):
        assert next(read_shard(shard_path(tmp_path, name))).path == f"{number * 4}.html"
    journal.prune(journal.shards)
    sweep_parts(tmp_path)
    assert len(list((tmp_path / "shards").iterdir())) == known


def test_a_file_size_limit_is_a_full_disk_and_the_good_files_stay(tmp_path: Path) -> None:
    """At every step: the old file, the old journal and no temporary file."""
    path = tmp_path / "file"
    path.write_bytes(b"good")
    log = tmp_path / "log"
    log.write_bytes(b"whole line\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (0, 1, 20, 4096, 70_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(OutputFull, match=r"File too large.*make room"), replacing(path) as file:  # noqa: PT012
                for _ in range(100):
                    file.write(b"x" * 1000)
            with pytest.raises(OutputFull):
                write_if_changed(path, b"x" * 100_000)
            with pytest.raises(OutputFull):
                append_durably(log, b"x" * 100_000)
            with pytest.raises(OutputFull):
                write_shard(tmp_path, [ShardRow("a", 0, "0", random.Random(1).randbytes(100_000), b"")])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert path.read_bytes() == b"good"
        assert log.read_bytes() == b"whole line\n"
        assert sweep_parts(tmp_path) == 0
    assert list((tmp_path / "shards").iterdir()) == []


HOLDER = """
import sys, time
from pathlib import Path
from cleaner.engine.lock import holding
with holding(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(1000)
"""


def test_two_runs_and_a_killed_holder(tmp_path: Path) -> None:
    """The second run is refused with the holder's process id; a kill frees the lock."""
    child = python(HOLDER, tmp_path)
    with pytest.raises(OutputBusy, match=rf"\(process {child.pid}\)"), holding(tmp_path):
        raise AssertionError
    kill(child)
    with holding(tmp_path):
        pass


def test_workers_do_not_keep_the_lock_of_a_killed_run(tmp_path: Path) -> None:
    """A worker that is still busy must not make the next run wait."""
    child = python(
        "import sys\n"
        "from pathlib import Path\n"
        "from cleaner.engine.lock import holding\n"
        "from cleaner.engine.workers import Limits, Task, run_tasks\n"
        "with holding(Path(sys.argv[1])):\n"
        "    tasks = [Task(0, b'1'), Task(1, b'3000')]\n"
        "    for _ in run_tasks(tasks, 'tests.crash.targets:pid', b'', 1, Limits(9, 9, 10**9)):\n"
        "        print('ready', flush=True)\n",
        tmp_path,
    )
    kill(child)
    with holding(tmp_path):
        pass
