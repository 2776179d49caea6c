"""A finished run in words, and as JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec

from cleaner.run_report import RunReport
from cleaner.wording import agreeing, counted
from cleaner.writing.output import REPORT
from cleaner.writing.safe import one_line


def summary_text(report: RunReport, clean: Path | None) -> str:
    """The run in a few lines; *clean* is where to look, None if nothing was written."""
    tally, counts = report.tally, report.tally.counts()
    removed = sorted(tally.chars_by_reason.items(), key=lambda row: (-row[1], row[0]))
    visible = tally.visible_chars or 1
    reused = f" ({report.reused:,} taken over from the last run)" if report.reused else ""
    rows = [("kept", tally.kept_chars), *removed]
    lines = [f"{counted(counts['documents'], 'document')}, {counted(counts['failures'], 'failure')}{reused}"]
    lines += [f"{_row(name, chars)} {chars / visible:7.1%} of the visible text" for name, chars in rows]
    lines.append(_row("markup, scripts", tally.source_chars - tally.visible_chars).rstrip())
    lines += [f"  failed: {kind} {count:,}" for kind, count in counts["failures_by_kind"].items()]
    aside = {status: count for status, count in counts["documents_by_status"].items() if status != "ok"}
    lines += [f"  {status}: {counted(count, 'document')}" for status, count in aside.items()]
    lines.append("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.timings))
    lines += [f"warning: {sentence}" for sentence in report.warnings()]
    if clean is not None:
        lines.append(f"look at {one_line(str(clean / REPORT))}")
    return "\n".join(lines)


def _row(name: str, chars: int) -> str:
    return f"  {name:<16}{chars:>15,} {agreeing(chars, 'character'):<10}"


def failures_text(report: RunReport) -> str:
    """One line per failed page."""
    return "\n".join(
        f"{one_line(failure.source.id)}: {failure.kind}: {one_line(failure.detail)}" for failure in report.failures
    )


def summary_json(report: RunReport) -> str:
    """The counts of ``run.json`` with timings and warnings, as JSON."""
    record = {
        **report.tally.counts(),
        "reused": report.reused,
        "timings": {name: round(seconds, 3) for name, seconds in report.timings},
        "warnings": report.warnings(),
    }
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode()
