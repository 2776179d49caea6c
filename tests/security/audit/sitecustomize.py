"""Watches every Python process that has this folder on its path, workers too, by the interpreter's own audit events.

Network, unpickling and foreign programs end the process with a sentence. With ``CLEANER_AUDIT_LOG`` set, each change of
the file system is written to that file: the process, the event, the path.
"""

from __future__ import annotations

import os
import sys

# Not socket.bind: urllib3, which trafilatura imports, asks in this way whether the machine knows IPv6.
_FORBIDDEN = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "urllib.Request",
        "http.client.connect",
        "pickle.find_class",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.spawn",
        "pty.spawn",
        "webbrowser.open",
    }
)
_CHANGES = frozenset(
    {
        "os.rename",
        "os.remove",
        "os.rmdir",
        "os.mkdir",
        "os.link",
        "os.symlink",
        "os.truncate",
        "os.chmod",
        "os.chown",
        "os.utime",
        "shutil.rmtree",
        "shutil.move",
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        os.write(2, f"FORBIDDEN: {event} {arguments!r}\n".encode())
        os._exit(99)
    if not _LOG:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITING and isinstance(path, (str, bytes)):
            _note(event, path)
    elif event in _CHANGES:
        folder = arguments[-1] if isinstance(arguments[-1], int) else -1
        for path in arguments[:2]:
            if isinstance(path, (str, bytes)):
                _note(event, path, folder)


def _note(event: str, path: str | bytes, folder: int = -1) -> None:
    """*folder* is the open one that *path* is relative to, if it is not negative."""
    base = os.readlink(b"/proc/self/fd/%d" % folder) if folder >= 0 else os.getcwdb()  # noqa: PTH109, PTH115 - bytes
    full = os.path.join(base, os.fsencode(path))  # noqa: PTH118
    os.write(_LOG, b"%d\t%s\t%s\n" % (os.getpid(), event.encode(), full.replace(b"\n", b"?")))


_LOG = (
    os.open(os.environ["CLEANER_AUDIT_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    if ("CLEANER_AUDIT_LOG" in os.environ)
    else 0
)
sys.addaudithook(_watch)
