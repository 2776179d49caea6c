"""What a verification found, and what it keeps in mind while it looks."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.writing.corpus import DocumentIndex
from cleaner.writing.safe import visible


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the record says."""

    doc_id: str
    """Document, source or file that it is about; safe to print."""
    what: str
    detail: str
    """One sentence; safe to print."""
    place: int = 0
    """Where in the source it is, in code points; 0 if it is about all of the document."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what differs."""

    documents: int
    failures: int
    removals: int
    pages: int
    """Page files compared byte for byte."""
    replayed: int
    """Documents rebuilt from their source; 0 without ``raw/``."""
    count: int
    """How many differences there are; ``differences`` holds the first of them."""
    differences: tuple[Difference, ...]
    """By document, in reading order, and place, whoever found them first."""

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return self.count == 0


@dataclass
class Check:
    """The state of one verification."""

    clean: Path
    limit: int
    index: DocumentIndex = field(init=False)
    ngram: int = 3
    """Words of the shingles by which similarities are stated."""
    documents: int = 0
    failures: int = 0
    removals: int = 0
    pages: int = 0
    replayed: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)
    """Single files that are not the ones that the run wrote."""
    written: array[int] = field(default_factory=lambda: array("Q"))
    """Keys of the page files that documents account for."""

    def differs(self, doc_id: str, what: str, detail: str, place: int = 0) -> None:
        """Counts a difference, and keeps it if it may be among the first."""
        self.count += 1
        self.differences.append(Difference(visible(doc_id), what, visible(detail), place))
        if len(self.differences) >= 2 * self.limit:
            self._keep_the_first()

    def stray(self, table: str) -> Callable[[str], None]:
        """What to call with the id of rows in *table* that no document takes."""
        return lambda doc_id: self.differs(doc_id, "stray rows", f"{table} has rows out of order or of no document.")

    def _keep_the_first(self) -> None:
        self.differences.sort(key=_order)
        del self.differences[self.limit :]

    def result(self) -> Verification:
        """What was found so far."""
        self._keep_the_first()
        return Verification(
            self.documents,
            self.failures,
            self.removals,
            self.pages,
            self.replayed,
            self.count,
            tuple(self.differences),
        )


def _order(difference: Difference) -> tuple[str, int, int, str, str]:
    """By path, number of the record in it, and place; then by what is said."""
    path, sign, member = difference.doc_id.rpartition("#")
    if not (sign and member.isascii() and member.isdigit() and len(member) < 20):
        path, member = difference.doc_id, "0"
    return path, int(member), difference.place, difference.what, difference.detail
