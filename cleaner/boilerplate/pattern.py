"""How a phrase in a line gives the line away."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    def expressions(self) -> tuple[tuple[re.Pattern[str], Callable[[str], re.Match[str] | None]], ...]:
        """Each with how to look for it; one of them is found where the pattern is in a folded line."""
        found = []
        if self.start is not None:
            found.append((self.start, self.start.match))
        if self.anywhere is not None:
            found.append((self.anywhere, self.anywhere.search))
        return tuple(found)
