"""One system in a process of its own: started by ``systems``.

``python -m benchmarks.system_child FD NAME [MODELS]``.

It imports nothing but its system, so that its memory is the system's. Answers carry CPU time and peak memory.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import socket
import sys
import time
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.peers import SYSTEMS, Extract


def main() -> None:
    """Answer page after page, which come in batches, until nobody asks any more."""
    connection = Connection(int(sys.argv[1]))
    hush()
    system = next(system for system in SYSTEMS if system.name == sys.argv[2])
    extract = system.load(Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    with suppress(EOFError, ConnectionError):
        while True:
            for request in connection.recv_bytes().splitlines():
                connection.send_bytes(json.dumps(_answer(extract, json.loads(request))).encode())


def _answer(extract: Extract, request: dict[str, Any]) -> dict[str, object]:
    """The fields of an ``Answer``."""
    error = None
    begun = time.process_time()
    try:
        text = extract(request["source"], request["url"], request["fold"])
    except Exception as caught:  # noqa: BLE001  a peer may raise what it likes: that counts as a failure
        text, error = "", type(caught).__name__
    cpu_ms = (time.process_time() - begun) * 1e3
    return {"text": text, "cpu_ms": cpu_ms, "peak_mb": peak_mb(), "error": error}


def hush() -> None:
    """No word of a system reaches the terminal, and no system reaches the network."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.getaddrinfo = _refuse  # type: ignore[assignment]


_connect_anywhere = socket.socket.connect


def _connect(self: socket.socket, address: Any) -> None:
    """To processes of the same machine only, by the files that stand for them."""
    if self.family != getattr(socket, "AF_UNIX", None):
        _refuse()
    _connect_anywhere(self, address)


def _refuse(*_: object) -> NoReturn:
    raise OSError("a benchmark works offline")


def peak_mb() -> float:
    """Most memory the process has had. Linux hands ``ru_maxrss`` down from the parent; its own file is exact there."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main()
