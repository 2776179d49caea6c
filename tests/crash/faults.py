"""Faults at exact system calls: the n-th write, fsync, rename, ... below a folder fails, or the process ends there.

``faults.c`` is compiled and preloaded; the package knows nothing of it. Where there is no compiler, or on a system
without ``LD_PRELOAD``, the tests that need it are skipped.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

WRITE, SYNC, RENAME, CREATE, FOLDER, REMOVE, READ, OPEN, REPLY = (1 << bit for bit in range(9))
OUTPUT = WRITE | SYNC | RENAME | CREATE | FOLDER | REMOVE
"""Everything that changes the folder."""
KILL_BEFORE, KILL_AFTER, KILL_TORN, KILL_GROUP, SHORT, SIGNAL = 1000, 1001, 1002, 1003, 1004, 2000
"""Actions beside a number of errno; ``SIGNAL`` plus a number sends that signal and lets the call go on."""


@dataclass(frozen=True)
class Fault:
    """What happens at the *number*-th call of *kinds* on something *below* a folder; 0 only counts."""

    below: str
    number: int = 0
    action: int = 0
    kinds: int = OUTPUT
    sticky: int = 0
    """Whether all later calls fail, too: a disk that stays full."""

    def environment(self, shim: Path, role: str, mark: Path) -> dict[str, str]:
        """What makes it happen once in a program that is started: in its workers (*role* ``w``) or itself (``s``)."""
        values = (role, self.kinds, self.number, self.action, self.sticky, mark, self.below)
        return {"LD_PRELOAD": str(shim), "FAULTS": ":".join(map(str, values))}


@dataclass(frozen=True)
class Ended:
    """How a run ended, all its processes included."""

    code: int
    """Its exit code, or a signal as its negative number."""
    text: str
    """What it printed."""
    events: int
    """How many calls were watched."""
    seconds: float


def compiled(folder: Path) -> Path | None:
    """``faults.so`` in *folder*; None where it cannot be made."""
    target = folder / "faults.so"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    source = Path(__file__).with_name("faults.c")
    command = [*compiler, "-Wall", "-Wextra", "-O1", "-fPIC", "-shared", str(source), "-o", str(target), "-ldl"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    return target if sys.platform == "linux" and done.returncode == 0 else None


class Runner:
    """Runs of the command line, in copies of one process that has everything loaded."""

    def __init__(self, server: subprocess.Popen[str], folder: Path) -> None:
        self._server = server
        self._folder = folder

    def run(
        self,
        *arguments: str | Path,
        fault: Fault | None = None,
        workers: bool = False,
        file_size: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """``cleaner`` with *arguments*; its tasks are done by worker processes only if *workers*."""
        order = {
            "arguments": list(map(str, arguments)),
            "fault": None if fault is None else asdict(fault),
            "workers": workers,
            "file_size": file_size,
            "environment": dict(environment or {}),
            "folder": str(self._folder),
        }
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return Ended(**self._answer())

    def _answer(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        assert line, "the server of runs has died"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running(shim: Path, warm: Path, folder: Path) -> Iterator[Runner]:
    """A runner whose process has once cleaned the pages in *warm*; *folder* is its own."""
    command: Sequence[str | Path] = [sys.executable, "-m", "tests.crash.fork_server", warm, folder / "warm"]
    environment = {**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as server:
        runner = Runner(server, folder)
        runner._answer()
        yield runner
        assert server.stdin is not None
        server.stdin.close()
