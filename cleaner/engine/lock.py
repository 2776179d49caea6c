"""One run at a time per output folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cleaner.engine.atomic import make_folder, output_errors
from cleaner.errors import OutputBusy


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """A block in which no other run holds *folder*; the kernel frees the lock however the process ends.

    Raises:
        OutputBusy: another run holds it, or somebody reads it.
        OutputFull: the lock file could not be made.
    """
    path = _lock_file(folder)
    make_folder(path.parent)
    with output_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        with output_errors(path):
            _lock(handle, fcntl.LOCK_EX, folder)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """A block in which no run holds *folder*; nothing is written, and others may read it, too.

    Raises:
        OutputBusy: a run holds it.
    """
    try:
        handle = os.open(_lock_file(folder), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # a copy without its store, or one that only others may use
        yield
        return
    try:
        _lock(handle, fcntl.LOCK_SH, folder)
        yield
    finally:
        os.close(handle)


def _lock_file(folder: Path) -> Path:
    return folder / ".cleaner" / "lock"


def _lock(handle: int, how: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputBusy(f"another run{_holder(handle)} is using {folder}; try again later") from None


def _holder(handle: int) -> str:
    """Which run holds the lock, as far as the file tells."""
    pid = os.pread(handle, 32, 0).strip()
    return f" (process {int(pid)})" if pid.isdigit() and Path(f"/proc/{int(pid)}").exists() else ""
