"""What the search for near-duplicates tells the last pass about one document."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.model import Removal, Syndication


@dataclass(frozen=True, slots=True)
class DocumentFindings:
    """What the search found about one document."""

    duplicate_of: str | None = None
    """Id of the document that it copies as a whole, which stays."""
    similarity: float | None = None
    """Jaccard to that document."""
    syndication: Syndication | None = None
    removals: tuple[Removal, ...] = ()
    """With mode ``drop``: what other documents' copies make superfluous."""
    is_cited: bool = False
    """A removal or a set-aside document names this one as the one that keeps the copy: it must stay."""
