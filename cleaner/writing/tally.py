"""What came in and went out, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cleaner.model import Failure


@dataclass(slots=True)
class Tally:
    """Counts over documents and failures; adding up tallies of parts gives the tally of the whole."""

    source_chars: int = 0
    """Code points of all decoded sources that became documents."""
    visible_chars: int = 0
    """Characters that a reader of their pages sees; see ``cleaner.visible``."""
    clean_chars: int = 0
    """Characters of clean text, layout included."""
    statuses: Counter[str] = field(default_factory=Counter)
    """Documents by status."""
    failures: Counter[str] = field(default_factory=Counter)
    """Failures by kind."""
    removals: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Removed spans by reason and rule."""
    removed_source_chars: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Their code points."""
    removed_chars: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The characters that a reader sees of them, for reasons for which text goes."""
    repairs: Counter[str] = field(default_factory=Counter)
    """Repairs by kind."""

    @property
    def documents(self) -> int:
        """All documents, set aside or not."""
        return self.statuses.total()

    @property
    def kept_chars(self) -> int:
        """Visible characters that were kept."""
        return self.visible_chars - self.removed_chars.total()

    @property
    def chars_by_reason(self) -> Counter[str]:
        """Visible characters removed, for each reason for which text goes."""
        return _by_reason(self.removed_chars)

    def add_failure(self, failure: Failure) -> None:
        """Counts *failure*."""
        self.failures[failure.kind] += 1

    def add(self, other: Tally) -> None:
        """Counts everything that *other* counted."""
        self.source_chars += other.source_chars
        self.visible_chars += other.visible_chars
        self.clean_chars += other.clean_chars
        for mine, theirs in (
            (self.statuses, other.statuses),
            (self.failures, other.failures),
            (self.repairs, other.repairs),
        ):
            mine.update(theirs)
        self.removals.update(other.removals)
        self.removed_source_chars.update(other.removed_source_chars)
        self.removed_chars.update(other.removed_chars)

    def counts(self) -> dict[str, Any]:
        """The tally in the shape that ``run.json`` has, keys sorted."""
        return {
            "documents": self.documents,
            "documents_by_status": dict(sorted(self.statuses.items())),
            "failures": self.failures.total(),
            "failures_by_kind": dict(sorted(self.failures.items())),
            "source_chars": self.source_chars,
            "visible_chars": self.visible_chars,
            "kept_visible_chars": self.kept_chars,
            "removed_visible_chars_by_reason": dict(sorted(self.chars_by_reason.items())),
            "clean_chars": self.clean_chars,
            "removed_source_chars_by_reason": dict(sorted(_by_reason(self.removed_source_chars).items())),
            "removals_by_rule": {
                f"{rule[0]}/{rule[1]}": {
                    "spans": count,
                    "source_chars": self.removed_source_chars[rule],
                    "visible_chars": self.removed_chars[rule],
                }
                for rule, count in sorted(self.removals.items())
            },
            "repairs_by_kind": dict(sorted(self.repairs.items())),
        }


def _by_reason(chars: Mapping[tuple[str, str], int]) -> Counter[str]:
    found = Counter[str]()
    for (reason, _), count in chars.items():
        found[reason] += count
    return found
