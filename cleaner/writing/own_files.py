"""Files of ``clean/`` that people open and change: nothing of them is overwritten or removed but what runs wrote.

A text says nothing of who wrote it. So before a file is written, digests of its name and its content go on record; one
that reads otherwise is somebody's own, or somebody changed it, and stays.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import xxhash

from cleaner.engine.atomic import appending, move_aside, output_errors, remove, replacing, walk, write_if_changed

_PAIR = struct.Struct("<QQ")
_CHUNK = 1 << 20
_ANY = 0
"""In place of a digest: a run was about to make the file, and may have been stopped before it knew what is in it."""
_EMPTY = xxhash.xxh3_64_intdigest(b"")

Pairs = npt.NDArray[np.uint64]
"""Rows of the key of a name and the digest of what was written there, sorted by key."""


@contextmanager
def own_files(clean: Path, record: Path) -> Iterator[OwnFiles]:
    """The files of runs below *clean*, with *record* in 16 bytes a file; a damaged one knows too little, and no more.

    When the block ends without error, the record holds the files of this run alone.

    Raises:
        OutputFull: the record cannot be read or written.
    """
    earlier = _read(record)
    with appending(record, earlier.nbytes) as file:
        files = OwnFiles(clean, earlier, file)
        yield files
    with replacing(record) as file:
        file.write(np.ascontiguousarray(files.used(), "<u8").data)


class OwnFiles:
    """What one run writes, beside what earlier ones wrote and what is somebody else's."""

    def __init__(self, clean: Path, earlier: Pairs, record: BinaryIO) -> None:
        self.moved: list[tuple[str, str]] = []
        """What stood in the place of a file and was not a run's: its name, and the one that it has now."""
        self.strangers: list[str] = []
        """Other files that no run wrote, once ``remove_others`` met them."""
        self._clean = clean
        self._earlier = earlier
        self._record = record
        self._written = array("Q")

    def write(self, name: str, content: bytes) -> None:
        """Nothing, once *content* is in the file *name*; whatever is somebody else's there has another name then.

        Raises:
            OutputFull: it could not be written, or what is there could not be read.
        """
        path = self._clean / name
        digest = xxhash.xxh3_64_intdigest(content)
        earlier = self._note(name, digest)
        there = _digest_of(path)
        if there == digest:
            return
        if there is None:
            self._make_way(name)
        elif there not in earlier and there != _EMPTY:  # a power cut may leave a file empty
            self._move(path)
        write_if_changed(path, content)

    def announce(self, name: str) -> None:
        """Nothing, once it is on record that this run makes the file *name* some other way, and will ``adopt`` it."""
        if _ANY not in _of(_key(name), self._earlier):
            self._append(_key(name), _ANY)

    def adopt(self, name: str) -> None:
        """Nothing, once the file *name*, which is there, counts as written by this run."""
        if (digest := _digest_of(self._clean / name)) is not None:
            self._note(name, digest)

    def clear(self, name: str) -> None:
        """Nothing, once no file *name* is there: removed, if an earlier run wrote it, and else moved.

        Raises:
            OutputFull: it could not be read, removed or moved.
        """
        path, earlier = self._clean / name, _of(_key(name), self._earlier)
        there = _digest_of(path)
        if there is not None and (there in earlier or _ANY in earlier):
            remove(path)
        elif os.path.lexists(path):
            self._move(path)

    def remove_others(self, top: str) -> None:
        """Nothing, once the files below the folder *top* that earlier runs wrote and this one did not are gone.

        Raises:
            OutputFull: a file could not be read or removed.
        """
        moved = {name for _, name in self.moved}
        self.strangers += sorted(name for name in self._not_ours(self._clean / top) if name not in moved)

    def used(self) -> Pairs:
        """What this run wrote."""
        return _sorted(np.frombuffer(self._written, dtype=np.uint64).reshape(-1, 2))

    def _note(self, name: str, digest: int) -> list[int]:
        """The digests that earlier runs wrote to *name*, once this one's is on record, too."""
        key = _key(name)
        earlier = _of(key, self._earlier)
        if digest not in earlier:
            self._append(key, digest)
        self._written.extend((key, digest))
        return earlier

    def _append(self, key: int, digest: int) -> None:
        self._record.write(_PAIR.pack(key, digest))
        self._record.flush()  # a run that is killed has told of the file

    def _not_ours(self, top: Path) -> list[str]:
        """What no run wrote below *top*, once nothing is there that only earlier runs wrote, and no empty folder."""
        used, found = self.used(), []
        for here, _, files in walk(top):
            for file in files:
                path = here / file
                name = path.relative_to(self._clean).as_posix()
                key = _key(name)
                if len(_of(key, used)):
                    continue
                earlier = _of(key, self._earlier)
                if len(earlier) and _digest_of(path) in earlier:
                    remove(path)
                else:
                    found.append(name)
            with suppress(OSError):  # it is not empty
                here.rmdir()
        return found

    def _make_way(self, name: str) -> None:
        """Nothing, once a file can be made as *name*: no folder stands there, and no file where a folder has to be."""
        path = self._clean / name
        if path.parent.is_dir() and not os.path.lexists(path):
            return
        for place in reversed([path, *path.parents][: name.count("/")]):
            if place != path and place.is_dir():
                continue
            if place.is_dir() and not place.is_symlink():
                self._not_ours(place)
            self.clear(place.relative_to(self._clean).as_posix())

    def _move(self, path: Path) -> None:
        moved = move_aside(path)
        self.moved.append((path.relative_to(self._clean).as_posix(), moved.relative_to(self._clean).as_posix()))


def _read(path: Path) -> Pairs:
    """The pairs in *path*, sorted; none if there is no such file."""
    data = b""
    with output_errors(path, "read"), suppress(FileNotFoundError):
        data = path.read_bytes()
    whole = len(data) // _PAIR.size * _PAIR.size
    return _sorted(np.frombuffer(data[:whole], "<u8").astype(np.uint64).reshape(-1, 2))


def _sorted(pairs: Pairs) -> Pairs:
    return pairs[np.argsort(pairs[:, 0], kind="stable")]


def _of(key: int, pairs: Pairs) -> list[int]:
    """The digests that sorted *pairs* have for the name with *key*."""
    wanted = np.uint64(key)
    at = int(np.searchsorted(pairs[:, 0], wanted))
    found: list[int] = []
    while at < len(pairs) and pairs[at, 0] == wanted:
        found.append(int(pairs[at, 1]))
        at += 1
    return found


def _key(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogateescape"))


def _digest_of(path: Path) -> int | None:
    """The digest of a file, None for whatever is no regular file.

    Raises:
        OutputFull: it cannot be read.
    """
    with output_errors(path, "read"), suppress(FileNotFoundError, NotADirectoryError):
        if S_ISREG(path.lstat().st_mode):
            digest = xxhash.xxh3_64()
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
            return digest.intdigest()
    return None
