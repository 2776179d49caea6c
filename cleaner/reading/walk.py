"""The files under ``raw/`` in one fixed order, and a Failure for everything there that is not a plain file.

Nothing is opened here, and no link is followed: a link out of the tree would clean ``/etc/passwd`` into the output, and
a link inside the tree names a file that is read in its own place anyway.

Litter that tools leave behind (``.DS_Store``, ``.git`` and a few more, see ``LITTER``) is passed over. Every other
hidden name is reported, so that nothing is lost without a word.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cleaner.errors import InputError
from cleaner.model import Failure, Source

LITTER = frozenset(
    {
        ".DS_Store", ".Spotlight-V100", ".Trashes", ".cleaner", ".directory", ".git", ".gitattributes",
        ".gitignore", ".gitkeep", ".gitmodules", ".hg", ".ipynb_checkpoints", ".keep", ".localized",
        ".nfs", ".svn", "Thumbs.db", "__MACOSX", "desktop.ini",
    }
)  # fmt: skip
"""Names that no user would call a page; passed over without a Failure, as is ``._*`` (AppleDouble)."""

_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_OTHER_KINDS = (
    (stat.S_ISFIFO, "a named pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file, as it was when the walk met it."""

    source: Source
    file: Path
    """Where to open it."""
    size: int
    mtime_ns: int


def escape_path(path: bytes) -> str:
    r"""*path* as printable text, one text per path: what is not printable, ``%``, ``#`` and bad UTF-8 become ``%XX``.

    >>> escape_path(b"news/50% off #1.html"), escape_path(b"a\xff\n")
    ('news/50%25 off %231.html', 'a%FF%0A')
    """
    return "".join(map(_escape_character, path.decode("utf-8", "surrogateescape")))


def unescape_path(text: str) -> bytes:
    r"""The path that ``escape_path`` made *text* from.

    >>> unescape_path("a%FF%0A")
    b'a\xff\n'
    """
    return re.sub(rb"%([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), text.encode())


def walk(root: Path) -> Iterator[FoundFile | Failure]:
    """What is under *root*, sorted by ``Source.path``, whatever the order of creation, locale or file system.

    *root* may be a link or a single file, hidden or not: it was named by hand.

    Raises:
        InputError: *root* is missing, unreadable, or neither file nor folder.
    """
    try:
        status = root.stat()
        real = Path(os.path.realpath(root))
        if stat.S_ISREG(status.st_mode):
            name = escape_path(os.fsencode(root.absolute().name))
            yield FoundFile(Source(name), real, status.st_size, status.st_mtime_ns)
            return
        if not stat.S_ISDIR(status.st_mode):
            raise InputError(f"{root} is neither a file nor a folder")
        waiting = list(reversed(_entries(real, "")))
    except OSError as error:
        raise InputError(f"cannot read {root}: {error.strerror}") from error
    while waiting:
        entry = waiting.pop()
        found = _look_at(entry, real)
        if isinstance(found, list):
            waiting.extend(reversed(found))
        elif found is not None:
            yield found


def open_regular(path: Path) -> BinaryIO:
    """*path* opened for reading, without ever blocking and without following a link.

    Raises:
        OSError: it cannot be opened; ``EINVAL`` when it is not, or no longer, a regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no longer a regular file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


@dataclass(frozen=True, slots=True)
class _Entry:
    file: Path
    path: str
    """Escaped, relative to the root; ends in ``/`` for a folder, so that sorting entries sorts whole paths."""


def _entries(folder: Path, prefix: str) -> list[_Entry]:
    with os.scandir(folder) as scan:
        entries = [
            _Entry(folder / entry.name, prefix + _escape_name(entry.name, entry.is_dir(follow_symlinks=False)))
            for entry in scan
            if entry.name not in LITTER and not entry.name.startswith("._")
        ]
    return sorted(entries, key=lambda entry: entry.path)


def _escape_name(name: str, is_folder: bool) -> str:
    return escape_path(os.fsencode(name)) + "/" * is_folder


def _look_at(entry: _Entry, root: Path) -> FoundFile | Failure | list[_Entry] | None:
    source = Source(entry.path.rstrip("/"))
    if entry.file.name.startswith("."):
        return Failure(source, "walk", "refused", "a hidden name: it starts with a dot")
    try:
        status = entry.file.lstat()
        if stat.S_ISDIR(status.st_mode):
            return _entries(entry.file, source.path + "/")
    except FileNotFoundError:
        return Failure(source, "walk", "unreadable", "it vanished during the walk")
    except OSError as error:
        return Failure(source, "walk", "unreadable", describe(error))
    if stat.S_ISREG(status.st_mode):
        return FoundFile(source, entry.file, status.st_size, status.st_mtime_ns)
    return Failure(source, "walk", "refused", _kind(entry.file, status.st_mode, root))


def _kind(path: Path, mode: int, root: Path) -> str:
    if stat.S_ISLNK(mode):
        return _link(path, root)
    return next((name for is_kind, name in _OTHER_KINDS if is_kind(mode)), "not a regular file")


def _link(path: Path, root: Path) -> str:
    try:
        target = Path(os.path.realpath(path, strict=True))
        is_folder = target.is_dir()
    except OSError as error:
        return "a link that loops" if error.errno == errno.ELOOP else "a link that leads nowhere"
    if not target.is_relative_to(root):
        return "a link that leaves the folder"
    return f"a link to a {'folder' if is_folder else 'file'} of this tree, which is read in its own place"


def describe(error: OSError) -> str:
    """What went wrong, in words, without the path (which would differ from machine to machine)."""
    if error.errno == errno.ELOOP:
        return "it became a link"
    return error.strerror or type(error).__name__


def _escape_character(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"%{ord(character) - 0xDC00:02X}"
    if character in "%#" or unicodedata.category(character) in _ESCAPED_CATEGORIES:
        return "".join(f"%{byte:02X}" for byte in character.encode())
    return character
