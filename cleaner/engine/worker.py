"""The child process of the supervisor: ``python -m cleaner.engine.worker TARGET CPU_S WALL_S MEMORY_BYTES``.

Requests come on standard input and replies go to standard output; both are moved away before anything else runs, so
that a library that prints cannot break a frame. It ends when the supervisor closes the pipe, however that came about.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import math
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from cleaner.engine.frames import REPLY, REQUEST, Reply
from cleaner.engine.tasks import Limits
from cleaner.errors import InstallationError, OutputFull

_ALARM_GRACE_S = 2.0
"""The supervisor kills at the wall limit; the alarm is for a supervisor that is gone or busy with other things."""
_COLLECT_AFTER = 10_000
"""New objects before the garbage collector looks at them: a page makes thousands, and hardly a cycle among them."""
_FIRST_FD = 64
_MAX_DETAIL = 500
_STATM = Path("/proc/self/statm")

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class Trouble(NamedTuple):
    """Why a call gave no result."""

    kind: Reply
    detail: str


def serve(target: str, limits: Limits) -> None:
    """Answer requests until there are no more, or until this process has to be replaced."""
    requests, replies = _move_pipes_away()
    _take_default_deaths()
    try:
        _answer_all(requests, replies, target, limits)
    except MemoryError:
        _send(replies, Reply.MEMORY)
    except BrokenPipeError:
        pass  # the supervisor is gone


def _answer_all(requests: BinaryIO, replies: int, target: str, limits: Limits) -> None:
    setup = _receive(requests)
    if setup is None:
        return
    gc.disable()  # what the imports make stays, so that no collection needs to look at it, now or later
    function = _attempt(partial(_set_up, target), setup)
    if isinstance(function, Trouble):
        _send(replies, function.kind, _encode(function.detail))
        return
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    gc.enable()
    address_space, resident_at_start = _memory_in_use()
    if address_space:
        _limit(resource.RLIMIT_AS, address_space + limits.memory_bytes)
    _send(replies, Reply.READY)
    while (payload := _receive(requests)) is not None:
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + limits.cpu_s))
        signal.setitimer(signal.ITIMER_REAL, limits.wall_s + _ALARM_GRACE_S)
        reply = _attempt(function, payload)
        signal.setitimer(signal.ITIMER_REAL, 0)  # waiting for a slow supervisor is not the page's fault
        if isinstance(reply, bytes):
            _send(replies, Reply.DONE, reply)
        elif isinstance(reply, Trouble):
            _send(replies, reply.kind, _encode(reply.detail))
        else:
            _send(replies, Reply.ERROR, _encode(f"TypeError: {target} returned {type(reply).__name__} for a page"))
        del payload, reply  # not beside the next payload
        if _memory_in_use()[1] - resident_at_start > limits.memory_bytes // 2:
            _send(replies, Reply.RETIRE)
            return


def _set_up(target: str, setup: bytes) -> Callable[[bytes], object]:
    """What the function that ``package.module:function`` names makes of *setup*."""
    module, _, name = target.partition(":")
    function: Callable[[bytes], object] = getattr(importlib.import_module(module), name)(setup)
    return function


def _attempt(function: Callable[[Argument], Result], argument: Argument) -> Result | Trouble:
    """What *function* returns, or why it does not."""
    try:
        return function(argument)
    except MemoryError:
        raise
    except (OutputFull, InstallationError) as error:
        return Trouble(Reply.STOP, f"{type(error).__name__}:{error}")
    except Exception as error:  # noqa: BLE001 - the worker's edge, where any trouble with a page becomes a value
        return Trouble(Reply.ERROR, _describe(error))


def _describe(error: Exception) -> str:
    """Type, message and innermost place, the same on every machine and in every run."""
    message = _ADDRESS.sub("0x...", str(error)[:_MAX_DETAIL])
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return f"{type(error).__name__}: {message}"
    file = "/".join(Path(trace.tb_frame.f_code.co_filename).parts[-2:])
    return f"{type(error).__name__}: {message} ({file}:{trace.tb_lineno})"


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _receive(requests: BinaryIO) -> bytes | None:
    """The next request, None if the supervisor has closed the pipe."""
    header = requests.read(REQUEST.size)
    if len(header) < REQUEST.size:
        return None
    (length,) = REQUEST.unpack(header)
    request = requests.read(length)
    return request if len(request) == length else None


def _send(replies: int, kind: Reply, reply: bytes = b"") -> None:
    """Write one frame in a single call where the pipe takes it."""
    written = os.writev(replies, [REPLY.pack(kind, len(reply)), reply])
    rest = memoryview(reply)[max(written - REPLY.size, 0) :]
    while rest:
        rest = rest[os.write(replies, rest) :]


def _move_pipes_away() -> tuple[BinaryIO, int]:
    """Where requests come from and replies go to; standard input is empty then, standard output is standard error."""
    requests = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, _FIRST_FD)
    replies = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, _FIRST_FD)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # started without standard error
        os.dup2(null, 1)
    os.close(null)
    return os.fdopen(requests, "rb"), replies


def _take_default_deaths() -> None:
    """Let the limits of time kill at once and without a core file; let the kernel, short of memory, kill this first."""
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit(resource.RLIMIT_CORE, 0)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _limit(which: int, soft: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _memory_in_use() -> tuple[int, int]:
    """Bytes of address space and of memory; zeros where the system does not tell."""
    try:
        address_space, resident = map(int, _STATM.read_bytes().split()[:2])
    except OSError:
        return 0, 0
    return address_space * resource.getpagesize(), resident * resource.getpagesize()


if __name__ == "__main__":
    _target, _cpu_s, _wall_s, _memory_bytes = sys.argv[1:]
    serve(_target, Limits(float(_cpu_s), float(_wall_s), int(_memory_bytes)))
