"""The pages under a raw folder, read again as a run read them: to prove and to explain what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from cleaner.errors import InputError
from cleaner.model import Failure, Page
from cleaner.reading.decode import decode
from cleaner.reading.sources import read_sources
from cleaner.writing.summary import run_config

ReadPages: TypeAlias = Callable[[Path], Iterator[Page | Failure]]
"""The pages of a raw folder or of one file in it, in reading order, and a Failure for each source that is none."""


def page_reader(clean: Path) -> ReadPages:
    """What reads pages as the run that wrote *clean* read them, but for the table of addresses: they are on record.

    Raises:
        InputError: ``run.json`` is missing or damaged: *clean* is not the output of a finished run.
    """
    settings = replace(run_config(clean).read, urls=None)  # the table may be gone

    def read(raw: Path) -> Iterator[Page | Failure]:
        if not raw.exists():
            raise InputError(f"{raw} does not exist; name the folder or the file that the run read.")
        for item in read_sources(raw, settings):
            yield item if isinstance(item, Failure) else decode(item, settings)

    return read
