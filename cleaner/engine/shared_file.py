"""A file without a name that the workers of a run share: what one of them unpacks into it the others need not.

Its number and identity are in the environment of the workers, so that nobody takes another file for it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO

WORKERS_FD = 3
"""The file in a worker."""
_VARIABLE = "CLEANER_SHARED_FILE"
_LEAST_FD = 64
_BEGIN = 4096
"""Where the content of the shared file begins; before it stands whether all of it is there."""
_WHOLE = b"whole"


def open_shared() -> int | None:
    """An empty file for the workers of a run; None where there is no room for one."""
    with suppress(OSError), TemporaryFile() as file:
        return fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _LEAST_FD)
    return None


def environment_of(fd: int | None) -> dict[str, str]:
    """What a worker that has *fd* as ``WORKERS_FD`` must be told."""
    return {} if fd is None else {_VARIABLE: _identity(WORKERS_FD, fd)}


@contextmanager
def unpacked(unpack: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """A file that ends with what *unpack* writes, which nobody else uses in the block.

    In a worker *unpack* is only called if no other worker of the run has done so, to the end.

    Raises:
        OSError: there is no room for a file.
    """
    shared = _shared()
    if shared is None:
        with TemporaryFile() as file:
            unpack(file)
            yield file
        return
    with os.fdopen(os.dup(shared), "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)  # until the file is closed
        file.seek(0)
        if file.read(len(_WHOLE)) != _WHOLE:
            file.truncate(0)
            file.seek(_BEGIN)
            unpack(file)
            file.flush()
            os.pwrite(file.fileno(), _WHOLE, 0)
        yield file


def _shared() -> int | None:
    """The file that the supervisor opened, if this is a worker."""
    told = os.environ.get(_VARIABLE)
    with suppress(OSError):
        return WORKERS_FD if told is not None and told == _identity(WORKERS_FD, WORKERS_FD) else None
    return None


def _identity(number: int, fd: int) -> str:
    status = os.fstat(fd)
    return f"{number}:{status.st_dev}:{status.st_ino}"
