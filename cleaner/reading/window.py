"""Streams that are read once, front to back, with a bounded look-ahead."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Literal, Protocol

CHUNK = 1 << 16


class Damaged(Exception):
    """Compressed data that cannot be read past this point; raised again by every read until ``resync``."""

    def __init__(self, detail: str, kind: Literal["damaged_container", "too_large"] = "damaged_container") -> None:
        super().__init__(detail)
        self.detail = detail
        self.kind = kind


class Readable(Protocol):
    """Anything with a ``read``."""

    def read(self, size: int, /) -> bytes:
        """Up to *size* bytes; ``b""`` at the end only."""


class ByteStream(Protocol):
    """Bytes in order, with what is known about where they came from."""

    @property
    def verified(self) -> int:
        """Up to which offset the bytes are known to be whole (checksum seen)."""

    def read(self, size: int, /) -> bytes:
        """Some bytes, about *size*; ``b""`` at the end only."""

    def origin(self, at: int, /) -> int:
        """Where in the file the piece that holds offset *at* begins. Offsets must be asked for in rising order."""

    def resync(self, start: bytes | None, /) -> int:
        """After ``Damaged``: the file offset from which reading goes on.

        That is the next member whose content begins with *start*, or the end: with None, and if there is none.
        """


class PlainStream:
    """A file or pipe as a ``ByteStream``."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self.verified = 0

    def read(self, size: int, /) -> bytes:
        """Up to *size* bytes."""
        data = self._file.read(size)
        self.verified += len(data)
        return data

    def origin(self, at: int, /) -> int:
        """*at*: nothing is packed."""
        return at

    def resync(self, start: bytes | None, /) -> int:  # noqa: ARG002 (ByteStream)
        """The end: a plain stream is never ``Damaged``."""
        return self.verified


class Window:
    """The bytes ``[start, end)`` of a stream, held for looking ahead."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream
        self.start = 0
        self._held = bytearray()

    @property
    def end(self) -> int:
        """Offset after the last byte held."""
        return self.start + len(self._held)

    def fill(self, end: int) -> bool:
        """Whether the stream reaches to *end*; if so the window does too.

        Raises:
            Damaged: the data before *end* cannot be read. What could be is held.
        """
        while self.end < end:
            data = self.stream.read(CHUNK)
            if not data:
                return False
            self._held += data
        return True

    def peek(self, size: int) -> bytes:
        """Up to *size* bytes from the start; less at the end or where the data are damaged."""
        with suppress(Damaged):  # the next read raises it again
            self.fill(self.start + size)
        return bytes(self._held[:size])

    def slice(self, start: int, end: int) -> bytes:
        """The bytes held of ``[start, end)``."""
        return bytes(memoryview(self._held)[max(start - self.start, 0) : max(end - self.start, 0)])

    def search(self, pattern: re.Pattern[bytes], start: int) -> int:
        """Offset of the first match among the bytes held from *start*; -1 without one."""
        match = pattern.search(self._held, max(start - self.start, 0))
        return self.start + match.start() if match else -1

    def find(self, wanted: bytes, start: int, end: int | None = None) -> int:
        """Offset of the first *wanted* among the bytes held in ``[start, end)``; -1 without one."""
        limit = len(self._held) if end is None else max(end - self.start, 0)
        found = self._held.find(wanted, max(start - self.start, 0), limit)
        return found if found < 0 else self.start + found

    def drop(self, to: int) -> None:
        """Let go of the bytes before *to*."""
        del self._held[: max(to - self.start, 0)]
        self.start = max(self.start, to)

    def restart(self, at: int) -> None:
        """Let go of everything; the next byte of the stream has offset *at*."""
        self._held.clear()
        self.start = at

    def read(self, size: int, /) -> bytes:
        """Up to *size* bytes off the start: the rest of a window can be read as a stream.

        Raises:
            Damaged: there are none, because they cannot be read.
        """
        if not self._held:
            data = self.stream.read(size)
            self.start += len(data)
            return data
        data = bytes(self._held[:size])
        self.drop(self.start + len(data))
        return data
