"""Supervised worker processes: a task that hangs, explodes or kills its process costs nobody but itself.

The caller's thread is the supervisor; it tends the workers while the caller asks for results. Tasks go out in small
batches and each comes back on its own, so the task that a dead worker had in hand is known: the first unanswered one.
Whether it is to blame is settled by a second try as the first task of a new worker. So neither a stranger's
``kill -9`` nor what earlier tasks left in memory decides about a page.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from cleaner.engine.supervisor import Supervisor
from cleaner.engine.tasks import Died, Done, Key, Limits, Task

__all__ = ["Died", "Done", "Limits", "Task", "cores", "run_tasks"]

_PULL = 16
"""Tasks taken from the caller before the workers are looked after again."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_tasks(
    tasks: Iterable[Task[Key]], target: str, setup: bytes, jobs: int, limits: Limits
) -> Iterator[Done[Key] | Died[Key]]:
    """One result per task, in the order of *tasks*, which may be endless: a bounded number is taken ahead.

    Args:
        tasks: read in the caller's thread, ahead of the results.
        target: ``package.module:function``. A worker calls it once with *setup*; what it returns is called with each
            payload and returns the reply.
        setup: given to *target* in every worker.
        jobs: how many workers there are at most; they start as work comes.
        limits: per task.

    Raises:
        InstallationError: *target* cannot be imported or set up.
        OutputFull: a worker raised it.
    """
    supervisor: Supervisor[Key] = Supervisor(target, setup, jobs, limits)
    source = iter(tasks)
    is_exhausted = False
    try:
        while True:
            for _ in range(_PULL):
                if is_exhausted or not supervisor.has_room:
                    break
                task = next(source, None)
                if task is None:
                    is_exhausted = True
                else:
                    supervisor.add(task)
            if is_exhausted and supervisor.is_done:
                return
            supervisor.assign()
            supervisor.tend(wait=is_exhausted or not supervisor.has_room)
            while (result := supervisor.take()) is not None:
                yield result
                if supervisor.is_overdue:
                    supervisor.assign()
                    supervisor.tend(wait=False)
    finally:
        supervisor.close()
