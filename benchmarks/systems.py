"""The processes that systems run in, as the benchmark sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import Pipe
from pathlib import Path

from benchmarks.peers import SYSTEMS, System

ROOT = Path(__file__).parents[1]
_ENDED = frozenset({"timeout", "died"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system makes of a page."""

    text: str
    cpu_ms: float
    peak_mb: float
    error: str | None = None
    """Why there is no text: the name of what was raised, ``timeout`` or ``died``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as a system is given it."""

    source: str
    """HTML or plain text."""
    url: str
    fold: int | None


def installed(names: Sequence[str]) -> list[tuple[System, str]]:
    """The systems of these *names* that are here, with their versions; ``*`` stands for any letters.

    Without names all that are not on request.

    Raises:
        ValueError: a name fits no system.
    """
    for name in names:
        if not any(fnmatchcase(system.name, name) for system in SYSTEMS):
            raise ValueError(f"no system is called {name!r}: {', '.join(system.name for system in SYSTEMS)}")
    found = []
    for system in SYSTEMS:
        if any(fnmatchcase(system.name, name) for name in names) or not (names or system.on_request):
            try:
                found.append((system, version(system.distribution)))
            except PackageNotFoundError:
                print(f"{system.name} is not installed: left out", file=sys.stderr)
    return found


class SystemProcess:
    """One system, started when it is first asked, and again after a page that it did not survive."""

    def __init__(self, name: str, models: Path | None, limit_s: float, wall_s: float) -> None:
        """*limit_s* is CPU time a page, as a busy machine is not the system's fault; *wall_s* ends what only sleeps."""
        self._command = [name, *([str(models)] if models else [])]
        self._limit_s = limit_s
        self._wall_s = wall_s
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, pages: Sequence[Asked]) -> list[Answer]:
        """What the system makes of each of *pages* once it is warm; the next one waits while it works on one."""
        answers: list[Answer] = []
        while left := pages[len(answers) :]:
            if self._process is None:
                self._start()
                (first,) = self._answers(left[:1])
                if first.error in _ENDED:
                    answers.append(first)
                    continue
            answers += self._answers(left)
        return answers

    def close(self) -> None:
        """Let the process end."""
        if self._process is not None:
            self._connection.close()
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        self._connection, theirs = Pipe()
        command = [sys.executable, "-m", "benchmarks.system_child", str(theirs.fileno()), *self._command]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)
        theirs.close()

    def _answers(self, pages: Sequence[Asked]) -> list[Answer]:
        """One for each of *pages*, or up to the one that the process did not survive."""
        answers: list[Answer] = []
        try:
            self._connection.send_bytes(b"\n".join(json.dumps(asdict(page)).encode() for page in pages))
        except ConnectionError:
            return [self._ended("died")]
        while len(answers) < len(pages) and not (answers and answers[-1].error in _ENDED):
            answers.append(self._answer())
        return answers

    def _answer(self) -> Answer:
        assert self._process is not None
        begun_s = _cpu_s(self._process.pid)
        try:
            if self._is_ready(self._process.pid, begun_s):
                return Answer(**json.loads(self._connection.recv_bytes()))
        except (EOFError, ConnectionError):
            return self._ended("died")
        return self._ended("timeout", (_cpu_s(self._process.pid) - begun_s) * 1e3)

    def _ended(self, why: str, cpu_ms: float = 0.0) -> Answer:
        """The answer of a process that is ended with it."""
        assert self._process is not None
        self._process.kill()
        self.close()
        return Answer("", cpu_ms, 0.0, why)

    def _is_ready(self, pid: int, begun_s: float) -> bool:
        """Waits for an answer, but not beyond the limits."""
        deadline = time.monotonic() + self._wall_s
        while not self._connection.poll(min(1.0, self._wall_s, max(self._limit_s, 0.1))):
            if _cpu_s(pid) - begun_s > self._limit_s or time.monotonic() > deadline:
                return False
        return True


def _cpu_s(pid: int) -> float:
    """CPU time of a process so far; 0 where the system does not tell, so that wall time alone limits it.

    From outside: a limit that the process itself set would make its own clock a coarse one.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
