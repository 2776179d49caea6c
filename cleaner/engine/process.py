"""One worker process as the supervisor sees it: two pipes that never block, and a way to end it."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from cleaner.engine.frames import REPLY, REQUEST
from cleaner.engine.shared_file import WORKERS_FD, environment_of
from cleaner.errors import InstallationError

PIPE_BYTES = 1 << 18
"""What a worker may have in front of it while nobody tends its pipe."""
_PIECES = 16
"""What is written with one call: half a dozen requests with their lengths."""
_ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # its own one reserves 1 GB of address space, which is what is limited
}


class WorkerProcess:
    """A child that runs ``cleaner.engine.worker`` with *arguments*."""

    def __init__(self, arguments: Iterable[str], shared_fd: int | None) -> None:
        """Start the child, which has *shared_fd* as its shared file.

        It starts anew rather than as a copy of this process, so a caller's script needs no ``__main__`` guard, and no
        lock that another thread holds is copied. Ctrl-C is the supervisor's to handle.

        Raises:
            InstallationError: this Python cannot start another.
        """
        if not sys.executable:
            raise InstallationError("workers cannot start: Python does not know where its own program is.")
        search_path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
        child_reads, self.request_fd = _pipe()
        self.reply_fd, child_writes = _pipe()
        inherited = [(child_reads, 0), (child_writes, 1), *([] if shared_fd is None else [(shared_fd, WORKERS_FD)])]
        try:
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-P", "-m", "cleaner.engine.worker", *arguments],
                {**os.environ, **_ENVIRONMENT, **environment_of(shared_fd), "PYTHONPATH": search_path},
                file_actions=[(os.POSIX_SPAWN_DUP2, here, there) for here, there in inherited],
                setsigmask=[signal.SIGINT],
            )
        except BaseException:
            os.close(self.request_fd)
            os.close(self.reply_fd)
            raise
        finally:
            os.close(child_reads)
            os.close(child_writes)
        os.set_blocking(self.request_fd, False)
        os.set_blocking(self.reply_fd, False)
        self._outbox: deque[memoryview] = deque()
        self._inbox = bytearray()

    @property
    def has_unsent(self) -> bool:
        """Whether ``flush`` has more to write."""
        return bool(self._outbox)

    def send(self, requests: Iterable[bytes]) -> None:
        """Put *requests* in line for writing, and write what the pipe takes."""
        for request in requests:
            self._outbox.append(memoryview(REQUEST.pack(len(request))))
            if request:
                self._outbox.append(memoryview(request))
        self.flush()

    def flush(self) -> None:
        """Write what the pipe takes."""
        try:
            while self._outbox:
                written = os.writev(self.request_fd, list(islice(self._outbox, _PIECES)))
                while written:
                    rest = self._outbox.popleft()
                    if written < len(rest):
                        self._outbox.appendleft(rest[written:])
                    written -= min(written, len(rest))
        except BlockingIOError:
            pass
        except BrokenPipeError:  # it died; the end of its replies tells the rest
            self._outbox.clear()

    def receive(self) -> tuple[list[tuple[int, bytes]], bool]:
        """The replies that are complete by now, as (kind, content), and whether there will be no more."""
        try:
            data = os.read(self.reply_fd, PIPE_BYTES)
        except BlockingIOError:
            return [], False
        replies: list[tuple[int, bytes]] = []
        at = 0
        is_begun = bool(self._inbox)
        if is_begun:
            self._inbox += data
        with memoryview(self._inbox if is_begun else data) as view:
            while at + REPLY.size <= len(view):
                kind, length = REPLY.unpack_from(view, at)
                end = at + REPLY.size + length
                if end > len(view):
                    break
                replies.append((kind, bytes(view[at + REPLY.size : end])))
                at = end
        if is_begun:
            del self._inbox[:at]
        else:
            self._inbox += data[at:]
        return replies, not data

    def end(self) -> int:
        """The wait status of the child, which is killed if it still runs."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.request_fd)
        os.close(self.reply_fd)
        try:
            return os.waitpid(self.pid, 0)[1]
        except ChildProcessError:  # the caller ignores SIGCHLD, so the kernel keeps no status
            return 0


def _pipe() -> tuple[int, int]:
    """A pipe of ``PIPE_BYTES`` whose ends do not stand where a child has its standard streams."""
    low = os.pipe()
    reads, writes = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3) for end in low)
    for end in low:
        os.close(end)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # more than the system grants this user; the usual size works too
            fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return reads, writes
