"""How far a run is: a line that moves on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Progress = Callable[[str, int, int | None], None]

_EVERY_S = 10.0
_WORDS = {"pages": "reading", "write": "writing"}


@contextmanager
def progress_for(stream: TextIO | None, *, quiet: bool) -> Iterator[Progress]:
    """What tells the user on *stream* how far a run is."""
    if quiet or stream is None:
        yield lambda stage, done, total: None
    elif stream.isatty():
        with _bar(stream) as progress:
            yield progress
    else:
        yield _lines(stream)


@contextmanager
def _bar(stream: TextIO) -> Iterator[Progress]:
    # rich costs a tenth of a second to import, which pipes and --help need not pay.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        tasks: dict[str, int] = {}

        def tell(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_WORDS.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield tell


def _lines(stream: TextIO) -> Progress:
    begun = last = time.monotonic()

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY_S:
            last = now
            of = f" of {total:,}" if total else ""
            print(
                f"cleaner: {_WORDS.get(stage, stage)} {done:,}{of} pages, {now - begun:.0f} s", file=stream, flush=True
            )

    return tell
