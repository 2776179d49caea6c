"""Which files below ``pages/`` runs wrote, so that the next one tells them from somebody's own.

Plain text says nothing of itself; so a run notes the names that it is about to use before it writes the first page, and
at its end those it used with a digest of each page.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xxhash

from cleaner.engine.atomic import output_errors, replacing

_WRITING = 0
"""In place of a digest: a run that may not have come to its end was about to write the page."""

_PAIR_BYTES = 16

Pairs = npt.NDArray[np.uint64]
"""Rows of the key of a name and the digest of what was written there."""


class PageNames:
    """The record *path* of the pages of one ``clean/``, 16 bytes a page; a damaged one knows too little, no more.

    Raises:
        OutputFull: the record cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._earlier = _read(path)
        self._written = array("Q")
        self._used: Pairs | None = None

    def knows(self, name: str) -> bool:
        """Whether an earlier run used *name* for a page."""
        return len(_of(name, self._earlier)) > 0

    def wrote(self, name: str, content: bytes) -> bool:
        """Whether *content* is what an earlier run wrote to *name*, or may have written before it was stopped."""
        return not {_WRITING, _digest(content)}.isdisjoint(_of(name, self._earlier).tolist())

    def announce(self, names: Iterable[str]) -> None:
        """Nothing, once it is on disk that pages may be written to *names*.

        Raises:
            OutputFull: the record could not be written.
        """
        announced = array("Q", (value for name in names for value in (_key(name), _WRITING)))
        self._save(self._earlier, _pairs(announced))

    def add(self, name: str, content: bytes) -> None:
        """Notes that this run wrote *content* to *name*; once all is noted, ``uses`` knows."""
        self._written.extend((_key(name), _digest(content)))

    def uses(self, name: str) -> bool:
        """Whether this run used *name*."""
        if self._used is None:
            self._used = _sorted(_pairs(self._written))
        return len(_of(name, self._used)) > 0

    def close(self) -> None:
        """Nothing, once the record holds the pages of this run alone.

        Raises:
            OutputFull: the record could not be written.
        """
        self._save(_pairs(self._written))

    def _save(self, *parts: Pairs) -> None:
        with replacing(self._path) as file:
            for pairs in parts:
                file.write(np.ascontiguousarray(pairs, "<u8").data)


def _read(path: Path) -> Pairs:
    """The pairs in *path*, sorted; none if there is no such file."""
    data = b""
    with output_errors(path, "read"), suppress(FileNotFoundError):
        data = path.read_bytes()
    whole = len(data) // _PAIR_BYTES * _PAIR_BYTES
    return _sorted(np.frombuffer(data[:whole], "<u8").astype(np.uint64).reshape(-1, 2))


def _pairs(values: array[int]) -> Pairs:
    return np.frombuffer(values, dtype=np.uint64).reshape(-1, 2)


def _sorted(pairs: Pairs) -> Pairs:
    return pairs[np.argsort(pairs[:, 0], kind="stable")]


def _of(name: str, pairs: Pairs) -> npt.NDArray[np.uint64]:
    """The digests that sorted *pairs* have for *name*."""
    key = np.uint64(_key(name))
    first, end = (int(np.searchsorted(pairs[:, 0], key, side)) for side in ("left", "right"))
    return pairs[first:end, 1]


def _key(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogateescape"))


def _digest(content: bytes) -> int:
    return xxhash.xxh3_64_intdigest(content)
