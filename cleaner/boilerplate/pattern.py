"""How a phrase in a line gives the line away."""

from __future__ import annotations

import re
from dataclasses import dataclass

STRONG, MEDIUM, WEAK = 6.0, 3.0, 1.5
"""Log-odds that a line is boilerplate: whatever stands around it; with support; hardly more than a hint."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Phrases that give a line away when the line has no more than ``max_words`` words.

    The expressions see a folded line: lower-case, with straight apostrophes and single spaces. They are linear: every
    gap is bounded, and no quantifier stands inside an open one.
    """

    rule: str
    weight: float
    max_words: int
    start: re.Pattern[str] | None = None
    """Matches from the beginning of the line."""
    anywhere: re.Pattern[str] | None = None

    @property
    def expressions(self) -> tuple[re.Pattern[str], ...]:
        """One of them matches where the pattern does."""
        return tuple(regex for regex in (self.start, self.anywhere) if regex is not None)

    def matches(self, folded: str) -> bool:
        """Whether one of the phrases is in the line."""
        if self.start is not None and self.start.match(folded):
            return True
        return self.anywhere is not None and self.anywhere.search(folded) is not None
