"""Columns that grow page by page: in memory, or in a file that is gone when the process is."""

from __future__ import annotations

import mmap
import tempfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from cleaner.engine.atomic import output_errors

_BUFFER = 1 << 16
"""Bytes written at once: pages have a few thousand each."""


class GrowingColumn:
    """An array whose end is not known yet.

    Args:
        dtype: of its elements.
        folder: where its file is; None to hold it in memory.

    Raises:
        OutputFull: there is no room in *folder*; of all methods.
    """

    def __init__(self, dtype: Any, folder: Path | None = None) -> None:
        self._dtype = np.dtype(dtype)
        self._held = bytearray()
        self._folder = folder
        self._file: IO[bytes] | None = None
        if folder is not None:
            with output_errors(folder):  # without a name there: nothing is left behind, however the process ends
                self._file = tempfile.TemporaryFile(buffering=_BUFFER, dir=folder)  # noqa: SIM115
        self._bytes = 0

    def append(self, items: NDArray[Any]) -> None:
        """Puts *items* at the end."""
        column = np.ascontiguousarray(items, dtype=self._dtype).reshape(-1)
        self._bytes += column.nbytes
        if self._file is None or self._folder is None:
            self._held += column.data  # grows where it is, so that nothing is ever held twice
        else:
            with output_errors(self._folder):
                self._file.write(column.data)

    def __len__(self) -> int:
        return self._bytes // int(self._dtype.itemsize)

    def finished(self) -> NDArray[Any]:
        """All of it; nothing can be appended any more."""
        if self._file is None or self._folder is None:
            return np.frombuffer(self._held, dtype=self._dtype)
        with output_errors(self._folder), self._file as file:  # what is mapped stays when it is closed
            file.flush()
            return np.memmap(file, dtype=self._dtype, mode="r") if self._bytes else np.empty(0, dtype=self._dtype)


def let_go(column: NDArray[Any]) -> None:
    """Frees the memory of *column* if it can be read from its file again."""
    owner: object = column
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, mmap.mmap):
        owner.madvise(mmap.MADV_DONTNEED)
