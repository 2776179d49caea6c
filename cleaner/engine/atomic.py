"""Files that appear whole or not at all; everything that cleaner writes goes through here.

A file is written under a temporary name in its own folder and renamed. A run that is killed leaves at most a temporary
file, which the next run sweeps. CPython ignores SIGXFSZ, so that a file size limit is an error like a full disk.
"""

from __future__ import annotations

import errno
import hashlib
import io
import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Literal, cast

from cleaner.errors import OutputFull

_PART = re.compile(r"\..+\.[0-9]+\.[0-9]+\.part", re.DOTALL)
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_PERMISSION = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY})
_MAX_NAME_BYTES = 200
"""Of the final name inside the temporary one: file systems stop at 255 bytes for the whole."""

_serial = itertools.count()
"""Two threads that write the same path get two temporary names."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary file that becomes *path*, on disk to stay, if the block ends without error, and else leaves no trace.

    Raises:
        OutputFull: the file could not be written.
    """
    with _renaming(path) as file:
        yield file
        with output_errors(path):
            file.flush()
            os.fsync(file.fileno())
    sync_directory(path.parent)


def write_if_changed(path: Path, data: bytes) -> bool:
    """Whether *path* had to be written because it did not hold *data* yet; missing folders are made.

    Readers never see half a file, but nothing waits for the disk: for the many files that a second run can make again.

    Raises:
        OutputFull: the file could not be written.
    """
    with suppress(OSError):
        there = path.lstat()  # a link to a file with these bytes is not the file
        if S_ISREG(there.st_mode) and there.st_size == len(data) and path.read_bytes() == data:
            return False
    if not path.parent.is_dir():
        make_folder(path.parent)
    with _renaming(path) as file:
        file.write(data)
    return True


def append_durably(path: Path, data: bytes) -> None:
    """Nothing, once *data* is at the end of *path* and on disk; after an error the file is as long as before.

    Raises:
        OutputFull: the data could not be written.
    """
    with output_errors(path):
        is_new = not path.exists()
        with io.FileIO(path, "ab") as file:
            length = os.fstat(file.fileno()).st_size
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):
                    file.truncate(length)
                raise
    if is_new:
        sync_directory(path.parent)


@contextmanager
def appending(path: Path, length: int) -> Iterator[BinaryIO]:
    """A binary file that appends to the first *length* bytes of *path*.

    What was flushed stays when the process is killed; a power cut may take it.

    Raises:
        OutputFull: the file could not be written.
    """
    with output_errors(path):
        file = io.BufferedWriter(_OutputFile(path, path, "ab"))
    with file:
        with output_errors(path):
            file.truncate(length)
        yield cast("BinaryIO", file)


def cut_to(path: Path, length: int) -> None:
    """Nothing, once *path* ends after its first *length* bytes.

    Raises:
        OutputFull: the file could not be changed.
    """
    with output_errors(path), path.open("r+b") as file:
        file.truncate(length)
        os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """Nothing, once *folder* and the folders above it are there.

    Raises:
        OutputFull: a folder could not be made.
    """
    with output_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)


def remove(path: Path) -> None:
    """Nothing, once the file *path* is gone.

    Raises:
        OutputFull: the file could not be removed.
    """
    with output_errors(path):
        path.unlink(missing_ok=True)


def move_aside(path: Path) -> Path:
    """Where *path* is now: where it was, under a name that was free.

    Raises:
        OutputFull: it could not be moved.
    """
    names = (path.with_name(f"{path.name}.saved{-number if number else ''}") for number in itertools.count())
    with output_errors(path):
        aside = next(name for name in names if not os.path.lexists(name))
        path.rename(aside)
    sync_directory(path.parent)
    return aside


def sweep_parts(folder: Path) -> int:
    """How many temporary files of killed runs were removed from *folder* and below; call it only under the lock.

    Raises:
        OutputFull: a file could not be removed.
    """
    count = 0
    for where, _, names in walk(folder):
        for name in names:
            if _PART.fullmatch(name):
                remove(where / name)
                count += 1
    return count


def walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Each folder at or below *folder*, the deepest first, with the names of the folders and the files in it.

    Raises:
        OutputFull: a folder could not be read; what is in it must not be taken for nothing.
    """

    def stop(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            with output_errors(Path(error.filename or folder), "read"):
                raise error

    for where, folders, names in os.walk(folder, topdown=False, onerror=stop):
        yield Path(where), folders, names


def sync_directory(folder: Path) -> None:
    """Nothing, once the names in *folder* are on disk.

    Raises:
        OutputFull: the disk refused.
    """
    with output_errors(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno != errno.EINVAL:  # some network file systems cannot, and say so this way
                raise
        finally:
            os.close(handle)


@contextmanager
def output_errors(path: Path, doing: Literal["write", "read"] = "write") -> Iterator[None]:
    """A block in which every operating system error is trouble with *path*, a file of the output or the store.

    Raises:
        OutputFull: in place of the OSError, with a sentence that says what to do.
    """
    try:
        yield
    except OSError as error:
        shown = str(path) if str(path).isprintable() else ascii(str(path))
        advice = "run the same command again to resume"
        if error.errno in _NO_SPACE:
            advice = f"make room and {advice}"
        elif error.errno in _NO_PERMISSION:
            advice = f"make it {'writable' if doing == 'write' else 'readable'} and {advice}"
        elif error.errno in _IN_THE_WAY:
            advice = f"move it out of the way and {advice}"
        raise OutputFull(f"cannot {doing} {shown} ({os.strerror(error.errno or errno.EIO)}): {advice}") from error


@contextmanager
def _renaming(path: Path) -> Iterator[BinaryIO]:
    """A temporary file that is renamed to *path* if the block ends without error, and else removed."""
    part = path.with_name(_part_name(path.name))
    with output_errors(path):
        file = io.BufferedWriter(_open_new(part, path))
    try:
        yield cast("BinaryIO", file)
        file.close()
        with output_errors(path):
            os.replace(part, path)  # noqa: PTH105 - beside fsync, in the words of the system
    except BaseException:
        with suppress(OSError, OutputFull):  # the first error is the one to tell
            file.close()
        with suppress(OSError):
            part.unlink()
        raise


def _part_name(name: str) -> str:
    """A temporary name that ``sweep_parts`` knows and no other writer uses."""
    if len(os.fsencode(name)) > _MAX_NAME_BYTES:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return f".{name}.{os.getpid()}.{next(_serial)}.part"


def _open_new(part: Path, target: Path) -> _OutputFile:
    """*part*, empty; what stood there is from a killed run whose process id came round again."""
    try:
        return _OutputFile(part, target)
    except FileExistsError:
        part.unlink()
        return _OutputFile(part, target)


class _OutputFile(io.FileIO):
    """A file whose write errors name *target*: other errors inside a ``with`` block stay what they are."""

    def __init__(self, part: Path, target: Path, mode: str = "xb") -> None:
        super().__init__(part, mode)
        self._target = target

    def write(self, data: object) -> int:
        with output_errors(self._target):
            return super().write(data)  # type: ignore[arg-type]
