"""What the workers of the crash tests run: payloads name the misdeed."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import IO

from cleaner.engine.shared_file import unpacked
from cleaner.errors import OutputFull


def upper(setup: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: setup + payload.upper()


def digest(setup: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: sha256(payload).hexdigest().encode()


def echo(setup: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: payload


def pid(setup: bytes) -> Callable[[bytes], bytes]:
    """Sleeps as many milliseconds as the payload says, and tells who did it."""

    def run(payload: bytes) -> bytes:
        time.sleep(int(payload) / 1000)
        return str(os.getpid()).encode()

    return run


def unpacking(setup: bytes) -> Callable[[bytes], bytes]:
    """Tells who unpacked the shared file, and who asks; ``die`` is killed while it unpacks."""

    def run(payload: bytes) -> bytes:
        def unpack(file: IO[bytes]) -> None:
            file.write(b"x" * 100_000)
            file.flush()
            if payload == b"die":
                os.kill(os.getpid(), signal.SIGKILL)
            file.write(b"pid %d" % os.getpid())

        with unpacked(unpack) as file:
            file.seek(0)
            content = file.read()
        time.sleep(0.1)
        return content.rpartition(b" ")[2] + b" " + str(os.getpid()).encode()

    return run


def environment(setup: bytes) -> Callable[[bytes], bytes]:
    return lambda payload: os.environ.get(payload.decode(), "").encode()


def broken_setup(setup: bytes) -> Callable[[bytes], bytes]:
    raise ValueError("no model for " + setup.decode())


def dying_setup(setup: bytes) -> Callable[[bytes], bytes]:
    os._exit(9)


def disk_full(setup: bytes) -> Callable[[bytes], bytes]:
    def run(payload: bytes) -> bytes:
        raise OutputFull("cannot write clean/a.md (No space left on device): make room")

    return run


def leaky(setup: bytes) -> Callable[[bytes], bytes]:
    """Keeps 20 MB more with every payload."""
    kept: list[bytes] = []

    def run(payload: bytes) -> bytes:
        kept.append(b"x" * 20_000_000)
        return str(os.getpid()).encode()

    return run


def poisonous(setup: bytes) -> Callable[[bytes], bytes]:
    """A good payload comes back as its digest; a poison does what it is called."""
    return lambda payload: POISONS[payload](payload) if payload in POISONS else sha256(payload).hexdigest().encode()


def once(setup: bytes) -> Callable[[bytes], bytes]:
    """Dies on payloads that name a file which is not there yet, and makes the file."""

    def run(payload: bytes) -> bytes:
        mark = Path(payload.decode())
        if mark.is_absolute() and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return b"fine"

    return run


def _exit(payload: bytes) -> bytes:
    os._exit(0)


def _kill(payload: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _segfault(payload: bytes) -> bytes:
    ctypes.string_at(0)
    return b""


def _regex(payload: bytes) -> bytes:
    return b"" if re.match(rb"(a|a)*$", b"a" * 64 + b"b") else b"no"


def _sleep(payload: bytes) -> bytes:
    time.sleep(1e6)
    return b""


def _bomb(payload: bytes) -> bytes:
    kept: list[bytes] = []
    while True:
        kept.append(bytes(10_000_000))


def _raise(payload: bytes) -> bytes:
    raise ValueError("a page \ud800 that is wrong")


def _print(payload: bytes) -> bytes:
    sys.stdout.write("x" * 10_000)
    sys.stdout.flush()
    os.write(1, b"\x02" * 1000)
    subprocess.run(["echo", "from a program"], check=True)
    return b"printed"


def _recurse(payload: bytes) -> bytes:
    return _recurse(payload)


def _leave(payload: bytes) -> bytes:
    sys.exit(3)


def _close_everything(payload: bytes) -> bytes:
    os.closerange(0, 4096)
    while True:
        time.sleep(1)


def _not_bytes(payload: bytes) -> bytes:
    return "text"  # type: ignore[return-value]


POISONS: dict[bytes, Callable[[bytes], bytes]] = {
    b"exit": _exit,
    b"kill": _kill,
    b"segfault": _segfault,
    b"regex": _regex,
    b"sleep": _sleep,
    b"bomb": _bomb,
    b"raise": _raise,
    b"print": _print,
    b"recurse": _recurse,
    b"leave": _leave,
    b"close": _close_everything,
    b"text": _not_bytes,
}
