"""Who gives work to the worker processes, hears their answers and buries them."""

from __future__ import annotations

import math
import os
import select
import signal
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, Literal

from cleaner.engine.frames import Reply
from cleaner.engine.process import PIPE_BYTES, WorkerProcess
from cleaner.engine.shared_file import open_shared
from cleaner.engine.tasks import Died, Done, Key, Limits, Task
from cleaner.errors import CleanerError, InstallationError, OutputFull

LOOK_AHEAD_TASKS = 2048
LOOK_AHEAD_BYTES = 64_000_000
"""Of payloads and replies that wait for their turn; results come in order, so a slow task dams up the later ones."""
_TEND_EVERY_S = 0.005
_AWAY_S = 0.5
_MAX_QUEUE = 32
_GAPS = 32
"""Replies whose distance tells how long what waits will take; the first tasks of a worker may take much longer."""
_LEAST_GAPS = 8
_PATIENCE = 2
"""Times as long as a worker took to start: so long the first replies may take, or any other, before help comes."""
_SETUP_WALL_S = 120.0
_MAX_FAILED_STARTS = 3

_STOPS: dict[str, type[CleanerError]] = {kind.__name__: kind for kind in (InstallationError, OutputFull)}
"""What stops the whole run when a worker raises it."""


@dataclass(slots=True)
class _Job(Generic[Key]):
    """A task and its place in the order."""

    index: int
    task: Task[Key]
    is_suspect: bool = False
    """A worker died with it in hand."""


@dataclass(slots=True, eq=False)
class _Worker(Generic[Key]):
    """A process and the jobs in front of it, the first of them in hand."""

    process: WorkerProcess
    deadline: float
    queue: deque[_Job[Key]] = field(default_factory=deque)
    queued_bytes: int = 0
    is_ready: bool = False


class Supervisor(Generic[Key]):
    """The workers, the jobs that wait for them, and the results that wait for their turn."""

    def __init__(self, target: str, setup: bytes, jobs: int, limits: Limits) -> None:
        self._arguments = (target, repr(limits.cpu_s), repr(limits.wall_s), str(limits.memory_bytes))
        self._setup = setup
        self._jobs = max(jobs, 1)
        self._limits = limits
        self._workers: list[_Worker[Key]] = []
        self._by_fd: dict[int, _Worker[Key]] = {}
        self._poll = select.poll()
        self._waiting: deque[_Job[Key]] = deque()
        self._suspects: deque[_Job[Key]] = deque()
        self._results: dict[int, Done[Key] | Died[Key]] = {}
        self._added = self._taken = self._held_bytes = 0
        self._failed_starts = 0
        self._started_at = self._ready_at = self._heard_at = self._start_s = 0.0
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        """Seconds from one of the latest replies to the next."""
        self._tended_at = time.monotonic()
        self._shared_fd = open_shared()

    @property
    def has_room(self) -> bool:
        """Whether one more task may be taken ahead."""
        return self._added - self._taken < LOOK_AHEAD_TASKS and self._held_bytes < LOOK_AHEAD_BYTES

    @property
    def is_done(self) -> bool:
        """Whether every result was taken."""
        return self._added == self._taken

    @property
    def is_overdue(self) -> bool:
        """Whether workers may be waiting for attention."""
        return time.monotonic() > self._tended_at + _TEND_EVERY_S

    def add(self, task: Task[Key]) -> None:
        """Put *task* in line."""
        self._waiting.append(_Job(self._added, task))
        self._added += 1
        self._held_bytes += len(task.payload)

    def take(self) -> Done[Key] | Died[Key] | None:
        """The next result in order, None if it is not there yet."""
        result = self._results.pop(self._taken, None)
        if result is not None:
            self._taken += 1
            self._held_bytes -= len(result.task.payload) + (len(result.reply) if isinstance(result, Done) else 0)
        return result

    def assign(self) -> None:
        """Give workers their next batches, and start workers where that pays."""
        while self._suspects and len(self._workers) < self._jobs:
            self._give(self._start(), [self._suspects.popleft()])
        for worker in self._workers:
            # Deep batches while much is waiting, single tasks near the end, so that all workers end together.
            depth = min(_MAX_QUEUE, 1 + len(self._waiting) // (2 * self._jobs))
            if not worker.is_ready or len(worker.queue) > depth // 2:
                continue
            batch: list[_Job[Key]] = []
            batch_bytes = worker.queued_bytes
            while self._waiting and len(worker.queue) + len(batch) < depth:
                batch_bytes += len(self._waiting[0].task.payload)
                if batch_bytes > PIPE_BYTES and (worker.queue or batch):
                    break
                batch.append(self._waiting.popleft())
            if batch:
                self._give(worker, batch)
        if self._waiting and self._may_start_at() <= time.monotonic():
            for _ in range(min(max(len(self._workers), 1), self._jobs - len(self._workers), len(self._waiting))):
                self._start()

    def tend(self, wait: bool) -> None:
        """Move bytes, note replies and deaths, end what is over time; with *wait*, only when there is something."""
        patience_ms = self._patience_ms() if wait else 0
        events = self._poll.poll(patience_ms)
        self._forgive(time.monotonic() - self._tended_at - patience_ms / 1000)
        for fd, _ in events:
            worker = self._by_fd.get(fd)
            if worker is None:
                continue  # ended a moment ago
            if fd == worker.process.reply_fd:
                self._listen(worker)
            else:
                worker.process.flush()
                if len(worker.queue) == 1:  # its payload is still on the way
                    worker.deadline = time.monotonic() + self._limits.wall_s
                self._watch_writing(worker)
        now = self._tended_at = time.monotonic()
        for worker in [worker for worker in self._workers if self._is_busy(worker) and worker.deadline < now]:
            self._bury(worker, "timeout")

    def close(self) -> None:
        """End all workers, and let go of the file that they share."""
        while self._workers:
            self._end(self._workers[-1])
        if self._shared_fd is not None:
            os.close(self._shared_fd)
            self._shared_fd = None

    def _start(self) -> _Worker[Key]:
        self._started_at = time.monotonic()
        worker: _Worker[Key] = _Worker(
            WorkerProcess(self._arguments, self._shared_fd), self._started_at + _SETUP_WALL_S
        )
        self._workers.append(worker)
        self._by_fd[worker.process.reply_fd] = self._by_fd[worker.process.request_fd] = worker
        self._poll.register(worker.process.reply_fd, select.POLLIN)
        worker.process.send([self._setup])
        self._watch_writing(worker)
        return worker

    def _give(self, worker: _Worker[Key], batch: list[_Job[Key]]) -> None:
        if worker.is_ready and not worker.queue:
            worker.deadline = time.monotonic() + self._limits.wall_s
        worker.queue.extend(batch)
        worker.queued_bytes += sum(len(job.task.payload) for job in batch)
        worker.process.send([job.task.payload for job in batch])
        self._watch_writing(worker)

    def _listen(self, worker: _Worker[Key]) -> None:
        replies, is_over = worker.process.receive()
        worker.deadline = time.monotonic() + self._limits.wall_s
        done = 0
        for kind, content in replies:
            if kind == Reply.READY and not worker.is_ready:
                worker.is_ready = True
                self._failed_starts = 0
                self._ready_at = self._heard_at = time.monotonic()
                self._start_s = self._ready_at - self._started_at
            elif kind == Reply.STOP:
                name, _, sentence = content.decode().partition(":")
                raise _STOPS[name](sentence)
            elif not worker.is_ready:
                detail = "out of memory" if kind == Reply.MEMORY else content.decode(errors="replace")
                raise InstallationError(f"a worker could not set up {self._arguments[0]}: {detail}")
            elif kind == Reply.RETIRE:
                self._bury(worker, None)
                return
            elif kind == Reply.MEMORY:
                self._bury(worker, "memory")
                return
            elif kind in {Reply.DONE, Reply.ERROR} and worker.queue:
                job = worker.queue.popleft()
                done += 1
                worker.queued_bytes -= len(job.task.payload)
                if kind == Reply.DONE:
                    self._results[job.index] = Done(job.task, content)
                    self._held_bytes += len(content)
                else:
                    self._results[job.index] = Died(job.task, "error", content.decode(errors="replace"))
            else:  # only a process that no longer runs our code says something else
                is_over = True
                break
        if done:
            now = time.monotonic()
            self._gaps.extend([(now - self._heard_at) / done] * done)
            self._heard_at = now
        if is_over:
            self._bury(worker, "crash")

    def _bury(self, worker: _Worker[Key], cause: Literal["timeout", "memory", "crash"] | None) -> None:
        """End *worker*, put the job in hand down to *cause* (None: it is innocent) and the others back in line."""
        status = self._end(worker)
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts == _MAX_FAILED_STARTS:
                detail = "no answer" if cause == "timeout" else _describe(status)
                raise InstallationError(f"workers die while they set up {self._arguments[0]}: {detail}")
        elif worker.queue and cause is not None:
            self._blame(worker.queue.popleft(), cause, status)
        self._waiting.extendleft(reversed(worker.queue))

    def _blame(self, job: _Job[Key], cause: Literal["timeout", "memory", "crash"], status: int) -> None:
        limits = self._limits
        by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if cause == "crash" and by == signal.SIGXCPU:
            died = Died(job.task, "timeout", f"more than {limits.cpu_s:g} s of processor time")
        elif cause == "timeout":
            died = Died(job.task, "timeout", f"more than {limits.wall_s:g} s")
        elif not job.is_suspect:
            job.is_suspect = True
            self._suspects.append(job)
            return
        elif by == signal.SIGALRM:
            died = Died(job.task, "timeout", f"more than {limits.wall_s:g} s")
        elif cause == "memory":
            died = Died(job.task, "memory", f"more than {limits.memory_bytes} bytes of memory")
        else:
            died = Died(job.task, "crash", _describe(status))
        self._results[job.index] = died

    def _forgive(self, away_s: float) -> None:
        """Start the tasks' time anew when nobody looked for a while: the caller was busy, or the whole run stopped.

        A task that hangs meanwhile still ends: its worker has an alarm of its own.
        """
        if away_s > _AWAY_S:
            for worker in self._workers:
                worker.deadline = max(worker.deadline, time.monotonic() + self._limits.wall_s)

    def _end(self, worker: _Worker[Key]) -> int:
        self._workers.remove(worker)
        for fd in (worker.process.reply_fd, worker.process.request_fd):
            if self._by_fd.pop(fd, None) is not None:
                self._unwatch(fd)
        return worker.process.end()

    def _unwatch(self, fd: int) -> None:
        with suppress(KeyError):
            self._poll.unregister(fd)

    def _watch_writing(self, worker: _Worker[Key]) -> None:
        if worker.process.has_unsent:
            self._poll.register(worker.process.request_fd, select.POLLOUT)
        else:
            self._unwatch(worker.process.request_fd)

    @staticmethod
    def _is_busy(worker: _Worker[Key]) -> bool:
        return bool(worker.queue) or not worker.is_ready

    def _may_start_at(self) -> float:
        """When the next worker may start; infinity while one is starting or all are there."""
        if not self._workers:
            return 0.0
        if len(self._workers) >= self._jobs or not all(worker.is_ready for worker in self._workers):
            return math.inf
        # Worth it is one that will be there before the others have done what waits.
        gap = sorted(self._gaps)[len(self._gaps) // 2] if self._gaps else 0.0
        is_worth_it = gap * len(self._waiting) > self._start_s
        if is_worth_it and len(self._gaps) >= _LEAST_GAPS:
            return self._heard_at
        return (self._ready_at if is_worth_it else self._heard_at) + _PATIENCE * self._start_s

    def _patience_ms(self) -> int:
        """How long nothing needs to be done unless a worker moves."""
        moments = [worker.deadline for worker in self._workers if self._is_busy(worker)]
        if self._waiting:
            moments.append(self._may_start_at())
        soonest = min(moments, default=0.0)
        return 1000 if soonest == math.inf else max(0, math.ceil((soonest - time.monotonic()) * 1000))


def _describe(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"exit code {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    return f"killed by {signal.Signals(number).name if number in set(signal.Signals) else f'signal {number}'}"
