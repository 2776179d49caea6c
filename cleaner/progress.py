"""How far a run is: a line that moves on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cleaner.reading.input_share import InputShare
from cleaner.run_report import Step
from cleaner.wording import counted

Progress = Callable[[Step], None]

_EVERY_S = 10.0
_REDRAWN_S = 0.2
_WORDS = {"pages": "reading", "corpus": "comparing", "write": "writing"}
_FROM_SHARE, _FROM_S = 0.01, 3.0
"""From when on a guess of the time left is worth telling."""


@contextmanager
def progress_for(stream: TextIO | None, raw: Path, *, quiet: bool) -> Iterator[Progress]:
    """What tells the user on *stream* how far the cleaning of *raw* is."""
    if quiet or stream is None:
        yield lambda step: None
    elif stream.isatty():
        with _bar(stream, raw) as progress:
            yield progress
    else:
        yield _lines(stream)


@contextmanager
def _bar(stream: TextIO, raw: Path) -> Iterator[Progress]:
    # rich costs a tenth of a second to import, which pipes and --help need not pay.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:<9}"), BarColumn(bar_width=24), TextColumn("{task.fields[facts]}"))
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        stages: dict[str, Stage] = {}
        tasks = {}
        read = InputShare(raw)
        drawn = 0.0

        def tell(step: Step) -> None:
            nonlocal drawn
            now = time.monotonic()
            if step.source is not None:
                read.reached(step.source, step.end)
            if step.stage not in stages:
                stages[step.stage] = Stage(now)
                tasks[step.stage] = bar.add_task(_WORDS.get(step.stage, step.stage), total=None, facts="")
            elif now - drawn < _REDRAWN_S:
                return
            drawn = now
            share = step.pages / step.total if step.total else None
            if step.stage == "pages" and read.sources:  # reading is ahead of the work by many pages
                share = read.share * min(step.pages / read.sources, 1.0)
            facts = stages[step.stage].facts(step, share, now)
            bar.update(tasks[step.stage], completed=share or 0, total=None if share is None else 1, facts=facts)

        yield tell


class Stage:
    """A stage of a run that began at *begun*, in seconds of a clock that only goes forward."""

    def __init__(self, begun: float) -> None:
        self._begun = begun

    def facts(self, step: Step, share: float | None, now: float) -> str:
        """Pages, rate, share of the text that was kept, and time left, as far as each is known.

        >>> Stage(100.0).facts(Step("pages", 600), 0.25, 110.0)
        '600 pages, 60 a second, 0:30 left'
        """
        if not step.pages:
            return ""
        spent = now - self._begun
        parts = [f"{step.pages:,} of {counted(step.total, 'page')}" if step.total else counted(step.pages, "page")]
        if spent >= 1:
            parts.append(f"{step.pages / spent:,.0f} a second")
        if step.tally is not None and step.tally.visible_chars:
            parts.append(f"{step.tally.kept_chars / step.tally.visible_chars:.0%} of the text kept")
        if share is not None and _FROM_SHARE <= share < 1 and spent >= _FROM_S:
            parts.append(f"{_clock(spent * (1 - share) / share)} left")
        return ", ".join(parts)


def _clock(seconds: float) -> str:
    """Minutes and seconds, or hours, minutes and seconds.

    >>> _clock(75), _clock(3675)
    ('1:15', '1:01:15')
    """
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def _lines(stream: TextIO) -> Progress:
    stages: dict[str, Stage] = {}
    last = time.monotonic()

    def tell(step: Step) -> None:
        nonlocal last
        now = time.monotonic()
        stage = stages.setdefault(step.stage, Stage(now))
        if now - last >= _EVERY_S:
            last = now
            facts = stage.facts(step, step.pages / step.total if step.total else None, now)
            print(f"cleaner: {_WORDS.get(step.stage, step.stage)} {facts}".rstrip(), file=stream, flush=True)

    return tell
