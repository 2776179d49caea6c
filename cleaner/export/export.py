"""Which shapes there are, and where they may be written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from cleaner.engine.atomic import make_folder, write_if_changed
from cleaner.engine.lock import reading
from cleaner.errors import InputError, UsageError
from cleaner.export.dolma import dolma_files
from cleaner.export.hugging_face import hugging_face_files
from cleaner.export.pages import jsonl_file, page_files, parquet_file
from cleaner.export.ro_crate import CRATE, crate
from cleaner.wording import counted
from cleaner.writing.corpus import open_documents
from cleaner.writing.pages import PAGE_FORMS
from cleaner.writing.summary import read_run

FORMATS: dict[str, Callable[[Path, Path], Iterator[Path]]] = {
    **{name: partial(page_files, form) for name, form in PAGE_FORMS.items()},
    "jsonl": jsonl_file,
    "parquet": parquet_file,
    "dolma": dolma_files,
    "hf": hugging_face_files,
}
"""By name: what writes the documents of the first folder into the second and gives the files, one after the other."""


class _Run(TypedDict):
    """What exports tell of the run."""

    wasAssociatedWith: dict[str, Any]
    startedAtTime: str
    endedAtTime: str
    used: list[dict[str, Any]]
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    folder: Path
    files: int


def export(clean: Path, target: Path, form: str, *, with_crate: bool = False) -> Exported:
    """The documents of *clean* in *target* as *form*, one of ``FORMATS``.

    Args:
        with_crate: also write RO-Crate metadata that describes the files.

    Raises:
        InputError: *clean* is not the output of a finished run, or lacks documents of it.
        UsageError: there is no such format, or *target* holds something already.
        OutputBusy: a run holds *clean*.
        OutputFull: *target* could not be written.
    """
    if form not in FORMATS:
        raise UsageError(f"no format is called '{form}'; there are {', '.join(FORMATS)}.")
    with reading(clean):
        run = read_run(clean, _Run)
        _check_target(clean, target)
        _check_count(clean, run["counts"].get("documents"))
        make_folder(target)
        try:
            files = _write(run, clean, target, form, with_crate)
        except BaseException:
            _empty(target)  # half an export must not look like one, nor stand in the way of the next
            raise
    return Exported(target, files)


def _check_target(clean: Path, target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not an empty folder; name a new one.")
    if target.resolve().is_relative_to(clean.resolve()):
        raise UsageError(f"{target} lies inside {clean}; name a folder beside it.")


def _check_count(clean: Path, wrote: object) -> None:
    there = sum(1 for _ in open_documents(clean).addresses())
    if there != wrote:
        raise InputError(
            f"{clean} holds {counted(there, 'document')}, and its run wrote {wrote}; 'cleaner run' writes them anew."
        )


def _write(run: _Run, clean: Path, target: Path, form: str, with_crate: bool) -> int:
    files = 0
    written: list[Path] = []
    for path in FORMATS[form](clean, target):
        files += 1
        if with_crate:
            written.append(path)
    if with_crate:
        write_if_changed(target / CRATE, crate(run, target, sorted(written)))
        files += 1
    return files


def _empty(target: Path) -> None:
    """Nothing, once *target*, which was empty before, is so again."""
    for entry in target.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
