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
        OutputBusy: another run holds it.
        OutputFull: the lock file could not be made.
    """
    path = folder / ".cleaner" / "lock"
    make_folder(path.parent)
    with output_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        with output_errors(path):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OutputBusy(f"another run{_holder(handle)} is writing {folder}; try again later") from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    """Who holds the lock, as far as the file tells."""
    pid = os.pread(handle, 32, 0).strip()
    return f" (process {int(pid)})" if pid.isdigit() else ""
