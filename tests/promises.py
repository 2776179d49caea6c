"""What the tests of promises (docs/promises.md) measured: counts add up, of the rest the worst is kept."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Figures:
    """Figures by promise (``R1``) and by what they count, in the order in which they were first named."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    worsts: dict[tuple[str, str], float] = field(default_factory=dict)

    def count(self, promise: str, what: str, number: int = 1) -> None:
        """Add *number* to what was counted; ``count("R1", "mismatches", 0)`` makes sure that a zero is shown."""
        self.counts[promise, what] = self.counts.get((promise, what), 0) + number

    def worst(self, promise: str, what: str, value: float) -> None:
        """Keep *value* if none was larger; *what* ends with the unit: ``CPU s``, ``MB``."""
        self.worsts[promise, what] = max(value, self.worsts.get((promise, what), value))

    def lines(self) -> list[str]:
        """``R1   hostile inputs: 192, mismatches: 0; worst CPU s: 3.10``, a promise a line."""
        shown: dict[str, list[str]] = {}
        for (promise, what), number in self.counts.items():
            shown.setdefault(promise, []).append(f"{what}: {number:,}")
        for (promise, what), value in self.worsts.items():
            shown.setdefault(promise, []).append(f"worst {what}: {value:,.2f}")
        ordered = sorted(shown, key=lambda promise: int(promise.lstrip("R")))
        return [f"{promise:<4} {', '.join(shown[promise])}" for promise in ordered]
