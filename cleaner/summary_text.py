"""A finished run in words, and as JSON."""

from __future__ import annotations

import msgspec

from cleaner.run_report import RunReport
from cleaner.writing.safe import one_line


def summary_text(report: RunReport) -> str:
    """The run in a few lines of at most 80 columns."""
    counts = report.tally.counts()
    total = report.tally.source_chars or 1
    reused = f" ({report.reused:,} taken over)" if report.reused else ""
    lines = [f"{counts['documents']:,} documents, {counts['failures']:,} failures{reused}"]
    lines.append(f"  {'kept':<16}{report.tally.clean_chars:>15,} characters  {report.tally.clean_chars / total:6.1%}")
    for reason, chars in sorted(counts["removed_chars_by_reason"].items(), key=lambda entry: (-entry[1], entry[0])):
        lines.append(f"  {reason:<16}{chars:>15,} characters  {chars / total:6.1%}")
    for kind, count in counts["failures_by_kind"].items():
        lines.append(f"  failed: {kind:<20}{count:>3,}")
    aside = {status: n for status, n in counts["documents_by_status"].items() if status != "ok"}
    lines.extend(f"  {status}: {n:,} documents" for status, n in aside.items())
    lines.append("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.timings))
    lines.extend(f"warning: {sentence}" for sentence in report.warnings())
    return "\n".join(lines)


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
