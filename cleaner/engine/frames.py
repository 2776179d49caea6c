"""What travels between the supervisor and a worker: bytes with their length in front, never pickles."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

REQUEST = Struct("<Q")
"""Before each request: its length. The first request is the setup, every other one a payload."""

REPLY = Struct("<BQ")
"""Before each reply: its kind and its length."""


class Reply(IntEnum):
    """What a worker says; every payload gets one DONE, ERROR, MEMORY or STOP, in the order of the requests."""

    READY = 1
    """The setup is done."""
    DONE = 2
    ERROR = 3
    """The function (or, before READY, the setup) raised; the text says what and where."""
    MEMORY = 4
    """The limit of memory was reached; the worker exits."""
    STOP = 5
    """The run is to stop, whatever the page; the text is the name of the error and a sentence for the user."""
    RETIRE = 6
    """The worker has grown and exits between two payloads, so that none of them is blamed for it."""
