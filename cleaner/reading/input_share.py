"""How much of the input has been read, in bytes of its files."""

from __future__ import annotations

import os
from pathlib import Path

from cleaner.model import Source
from cleaner.reading.walk import unescape_path


class InputShare:
    """The share of what lies at or below *raw* that is read by now."""

    def __init__(self, raw: Path) -> None:
        self.share = 0.0
        """From 0 to 1."""
        self.sources = 0
        """How many were read."""
        self._raw = raw
        self._total = 0
        self._path: str | None = None
        self._before = self._size = 0

    def reached(self, source: Source, end: int) -> None:
        """Takes note that *source* was read, up to the byte *end* of its file, 0 being its end, too.

        Sources come in reading order, and of each file at least one.
        """
        self.sources += 1
        if source.path != self._path:
            self._total = self._total or _bytes_at(self._raw)
            self._path = source.path
            self._before += self._size
            path = os.path.join(os.fsencode(self._raw), unescape_path(source.path))  # noqa: PTH118 - bytes
            self._size = _size(os.fsencode(self._raw) if self._raw.is_file() else path)
        self.share = min((self._before + min(end or self._size, self._size)) / max(self._total, 1), 1.0)


def _bytes_at(raw: Path) -> int:
    return _size(raw) if raw.is_file() else sum(map(_bytes_in, os.walk(raw)))


def _bytes_in(folder: tuple[str, list[str], list[str]]) -> int:
    here, _, names = folder
    return sum(_size(os.path.join(here, name)) for name in names)  # noqa: PTH118 - a Path each costs as much again


def _size(path: Path | str | bytes) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:  # its failure is told elsewhere
        return 0
