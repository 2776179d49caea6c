"""Amounts as parts of a whole, in percent, so that a drawing needs no more arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CODES: Mapping[str, str] = {
    "kept": "K",
    "boilerplate": "B",
    "template": "T",
    "near-duplicate": "D",
    "control": "C",
    "markup": "M",
    "script": "S",
    "whitespace": "W",
}
"""The letter of each reason: what colour says, it says, too."""
_LETTERS = frozenset(CODES.values()) - {"M"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar that is 100 wide."""

    code: str
    name: str
    amount: int
    start: float
    width: float

    @property
    def label(self) -> str:
        """What stands in the bar: the letter, or a word where there is none."""
        return self.code if self.code in _LETTERS else self.name.partition(" ")[0].rstrip(",")

    @property
    def middle(self) -> float:
        """Where a label goes."""
        return self.start + self.width / 2


def parts(amounts: Iterable[tuple[str, str, int]]) -> list[Part]:
    """Code, name and amount of each part, side by side; parts of nothing are left out.

    >>> [(part.code, part.start, part.width) for part in parts([("K", "kept", 3), ("B", "gone", 1), ("T", "", 0)])]
    [('K', 0.0, 75.0), ('B', 75.0, 25.0)]
    """
    wanted = [entry for entry in amounts if entry[2] > 0]
    total = sum(amount for _, _, amount in wanted)
    found, at = [], 0
    for code, name, amount in wanted:
        found.append(Part(code, name, amount, 100 * at / total, 100 * amount / total))
        at += amount
    return found


def text_parts(kept: int, gone: Mapping[str, int]) -> list[Part]:
    """What a reader sees of a page or of all pages: what was kept and what went, by reason."""
    return parts([(CODES["kept"], "kept", kept), *((code, name, gone.get(name, 0)) for name, code in CODES.items())])
