"""Whether a run may write where it is told to."""

from __future__ import annotations

import sys
from pathlib import Path

from cleaner.errors import InputError, UsageError

STORE = ".cleaner"
"""What a run keeps for the next one, inside the output folder."""
_HARMLESS = frozenset({"README.md", ".gitignore", ".gitkeep", ".keep"})


def check_folders(raw: Path, clean: Path) -> None:
    """Nothing, if reading *raw* and writing *clean* cannot get into each other's way or into other people's files.

    Raises:
        InputError: *raw* does not exist.
        UsageError: one lies in the other, *clean* is a file, or a folder that no run has made; or names of files are
            not read as UTF-8, so that they would be others elsewhere.
    """
    if (encoding := sys.getfilesystemencoding()) != "utf-8":
        raise UsageError(
            f"names of files are read as {encoding} here; set PYTHONUTF8=1, and they are the same anywhere."
        )
    try:
        if not raw.exists():
            raise InputError(f"{raw} does not exist; name the folder or the file of the raw pages.")
        source = raw.resolve()
    except OSError as error:
        raise InputError(f"{raw} cannot be read: {error.strerror}.") from None
    try:
        _check_target(raw, clean, source, clean.resolve())
    except OSError as error:
        raise UsageError(f"{clean} cannot be used: {error.strerror}.") from None


def _lies_in(inner: Path, outer: Path) -> bool:
    """Whether *inner* is below *outer*, also where a folder has two names: mounted, or on a disk that ignores case."""
    return outer.exists() and any(folder.exists() and folder.samefile(outer) for folder in inner.parents)


def _check_target(raw: Path, clean: Path, source: Path, target: Path) -> None:
    if target.exists() and source.samefile(target):
        raise UsageError(f"{raw} and {clean} are the same; name another folder for the clean documents.")
    if _lies_in(target, source):
        raise UsageError(
            f"{clean} lies inside {raw}, so the next run would clean its own output; name a folder beside it."
        )
    if _lies_in(source, target):
        raise UsageError(f"{raw} lies inside {clean}; name an empty or a new folder for the clean documents.")
    if clean.is_symlink() and not clean.exists():
        raise UsageError(f"{clean} is a link to nothing; name a folder.")
    if clean.exists() and not clean.is_dir():
        raise UsageError(f"{clean} is a file; name a folder for the clean documents.")
    if clean.is_dir() and not (clean / STORE).is_dir():
        others = sorted(entry.name for entry in clean.iterdir() if entry.name not in _HARMLESS)
        if others:
            raise UsageError(f"{clean} holds other files ('{others[0]}'); name an empty or a new folder.")
