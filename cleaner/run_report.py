"""What a run tells its caller."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cleaner.config import Config
from cleaner.model import TEXT_REASONS, Failure, RefusedSite, Source
from cleaner.wording import agreeing, counted
from cleaner.writing.safe import one_line
from cleaner.writing.tally import Tally

_LOUD_SHARE = 0.9
_NAMED = 10
"""Refused sites that are named."""
_NEVER_A_PAGE = ("refused", "not_a_page")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is."""

    stage: str
    """``pages``, ``corpus`` or ``write``."""
    pages: int = 0
    """Done in this stage."""
    total: int | None = None
    """Of how many, if that is known."""
    source: Source | None = None
    """What was read just now; every source is told once, in reading order."""
    end: int = 0
    """Where it ends in its file; 0 for a file of one page."""
    tally: Tally | None = None
    """What was written so far, if documents are written."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """Counts, failures and times of a finished run."""

    tally: Tally
    failures: tuple[Failure, ...]
    reused: int
    """How many pages an earlier run had done."""
    timings: tuple[tuple[str, float], ...]
    """Wall seconds by pass."""
    refused: tuple[RefusedSite, ...] = ()
    """Sites whose templates were not obeyed."""
    strangers: tuple[str, ...] = ()
    """Files below ``pages/`` and ``report/`` that no run wrote."""
    moved: tuple[tuple[str, str], ...] = ()
    """What stood in the place of a file and was not as a run wrote it: its name, and the one that it has now."""
    missing_views: int = 0
    """Pages chosen to be shown whose sources changed during the run."""

    def exit_code(self, config: Config) -> int:
        """0, or 1 if more pages failed than *config* allows.

        What was never a page, a PDF or an HTTP 404 among them, counts only where the run is strict.
        """
        failed = self.tally.failures.total()
        if config.strict:
            return int(failed > 0)
        troubled = failed - sum(self.tally.failures[kind] for kind in _NEVER_A_PAGE)
        return int(troubled > config.max_failed * (troubled + self.tally.documents))

    def warnings(self) -> list[str]:
        """What to look at before the documents are used."""
        found = warnings_of(self.tally, self.refused)
        if self.moved:
            (name, now), number = self.moved[0], len(self.moved)
            found.append(
                f"{_and_more(name, number)} {agreeing(number, 'was', 'were')} not as a run wrote "
                f"{agreeing(number, 'it; it is', 'them; they are')} now called {one_line(now)}"
                f"{' and so on' if number > 1 else ''}."
            )
        if self.strangers:
            number = len(self.strangers)
            stay = agreeing(number, "stays", "stay")
            first = _and_more(self.strangers[0], number)
            found.append(f"{first} in the output folder, not written by a run, {stay} there.")
        if self.missing_views:
            found.append(
                f"{counted(self.missing_views, 'source')} changed during the run; the report does not show "
                f"{agreeing(self.missing_views, 'it', 'them')}."
            )
        return found


def _and_more(name: str, number: int) -> str:
    return one_line(name) + (f" and {counted(number - 1, 'more file')}" if number > 1 else "")


def warnings_of(tally: Tally, refused: Sequence[RefusedSite]) -> list[str]:
    """A sentence for each stage that removed nearly all visible text, or none of it, and for refused templates."""
    by_reason, visible = tally.chars_by_reason, tally.visible_chars
    removed = {reason: by_reason[reason] for reason in TEXT_REASONS}
    found = [
        f"{reason} removed {chars / visible:.0%} of the visible text; look at report.html before you use the rest."
        for reason, chars in removed.items()
        if visible and chars > _LOUD_SHARE * visible
    ]
    if visible and not removed["boilerplate"]:
        found.append("no boilerplate was found on any page; is the input already clean?")
    found += [
        f"{site.share:.0%} of the text of {one_line(site.site, 80)} repeats across its {counted(site.pages, 'page')}; "
        "it was left as it is (templates.max_site_share)."
        for site in refused[:_NAMED]
    ]
    if len(refused) > _NAMED:
        found.append(f"so it is with {counted(len(refused) - _NAMED, 'more site')}.")
    return found


class Stopwatch:
    """Wall time by lap; for ``run.json`` and people, never for the output."""

    def __init__(self) -> None:
        self.started = self.now()
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Ends the lap *name* and begins the next."""
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now

    @staticmethod
    def now() -> str:
        """The time as ISO 8601, UTC."""
        return datetime.now(UTC).isoformat(timespec="seconds")
