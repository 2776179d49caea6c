"""Runs the command line in copies of a process that has everything loaded, with faults at exact system calls.

Each line of standard input is an order in JSON; each is answered by one line. Started with ``faults.so`` preloaded.
A copy does the workers' tasks itself, unless the order says otherwise: every call then has one place in the order of
calls, the same in every run.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from cleaner import cli, pipeline, verify
from cleaner.engine.tasks import Done, Task
from cleaner.engine.workers import run_tasks

assert verify  # loaded for all copies


def in_this_process(tasks: Iterable[Task[Any]], target: str, setup: bytes, *_: object) -> Iterator[Done[Any]]:
    """What ``run_tasks`` returns, without worker processes."""
    module, _, name = target.partition(":")
    function: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)(setup)
    for task in tasks:
        yield Done(task, function(task.payload))


def _copy(order: dict[str, Any], shim: ctypes.CDLL, output: int) -> None:
    os.setpgid(0, 0)
    for name, value in order["environment"].items():
        os.environ[name] = value
    os.chdir(order["folder"])
    os.dup2(output, 1)
    os.dup2(output, 2)
    if order["workers"]:
        pipeline.run_tasks = run_tasks
    if order["file_size"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_size"], resource.RLIM_INFINITY))
    fault = order["fault"]
    if fault is not None:
        watched = fault["below"].encode(), fault["kinds"], ctypes.c_long(fault["number"])
        shim.faults_arm(*watched, fault["action"], fault["sticky"], b"-")
    sys.argv = ["cleaner", *order["arguments"]]
    try:
        cli.main()
    except SystemExit as done:
        code = done.code
    except BaseException:  # noqa: BLE001 - what the interpreter would do
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    os._exit(code if isinstance(code, int) else 1)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Answer orders until there are no more."""
    shim = ctypes.CDLL(os.environ["LD_PRELOAD"])
    shim.faults_count.restype = ctypes.c_long
    shim.faults_arm(b"-", 0, ctypes.c_long(0), 0, 0, b"-")  # the counter is shared from here on
    pipeline.run_tasks = in_this_process  # type: ignore[assignment]
    warm, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    pipeline.run(warm, scratch, pipeline.Config(jobs=1))
    _say({"ready": True})
    for line in sys.stdin:
        begun = time.monotonic()
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            _copy(json.loads(line), shim, writes)
        os.close(writes)
        with os.fdopen(reads, "rb") as said:
            text = said.read()  # until nobody has the pipe open: workers too have ended then
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        took = time.monotonic() - begun
        answer = {"code": code, "text": text.decode(errors="replace"), "events": shim.faults_count(), "seconds": took}
        _say(answer)


if __name__ == "__main__":
    serve()
