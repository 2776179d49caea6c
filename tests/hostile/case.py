"""What a hostile case is: bytes made on demand, the word planted in them, and what must become of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Make: TypeAlias = Callable[[str, int], bytes]
"""Makes the bytes of a page that holds the word, at a size that the function has a unit for."""
Place: TypeAlias = Literal["kept", "anywhere"]


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile page."""

    make: Make
    size: int = 0
    """In the quick profile."""
    full_size: int = 0
    """In the full profile; 0 where it is the same."""
    outcomes: tuple[str, ...] = ("document",)
    """``document``, or the kinds of Failure that are right; at the full size ``full_outcomes`` where those differ."""
    full_outcomes: tuple[str, ...] = ()
    says: str = ""
    """What the sentence of a Failure names: the cap, or what the bytes are."""
    place: Place = "anywhere"
    """Where the word must be found if a document comes out."""
    variant: str = ""
    """Sets apart two cases that one function makes."""

    @property
    def name(self) -> str:
        """Unique among all cases."""
        return self.make.__name__ + (f"_{self.variant}" if self.variant else "")

    @property
    def word(self) -> str:
        """The word planted: letters alone, in no other case and no other text."""
        number = sum(ord(letter) * 31**place for place, letter in enumerate(self.name)) % 26**8
        letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(8))
        return f"Zq{letters}"

    def bytes(self, is_full: bool) -> bytes:
        """The page."""
        return self.make(self.word, self.full_size if is_full and self.full_size else self.size)

    def expected(self, is_full: bool) -> tuple[str, ...]:
        """The outcomes that are right."""
        return self.full_outcomes if is_full and self.full_outcomes else self.outcomes
