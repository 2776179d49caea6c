"""One page for people to look at: its source in order, kept text plain, every removal marked with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from cleaner.report.page_lines import Cause, Gone, Line
from cleaner.report.pieces import content
from cleaner.report.render import rendered
from cleaner.report.shares import CODES, text_parts
from cleaner.report.view_paths import anchor
from cleaner.why import why
from cleaner.writing.wire import DocumentRecord, RemovalRow


@dataclass(frozen=True, slots=True)
class Group:
    """Lines one after the other that went for one reason, or one line of which something was kept."""

    cause: Cause | None
    lines: Sequence[Line]

    @property
    def removals(self) -> int:
        """How many there are in it."""
        return sum(len(line.gone) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend."""

    code: str
    reason: str
    rule: str
    why: str
    removals: int
    chars: int
    first: str
    """Anchor of the first removal."""


def view_page(record: DocumentRecord, lines: Sequence[Line], has_view: Callable[[str], bool]) -> bytes:
    """The view of a page as one HTML file.

    Args:
        record: of its document.
        lines: of ``page_lines``.
        has_view: whether there is a view of the document with an id, so that it can be linked to.
    """
    gone = [piece for line in lines for piece in line.gone]
    chars, known = gone_chars(gone), record.metadata
    return rendered(
        "page_view.html.j2",
        record=record,
        groups=list(_grouped(lines)),
        legend=_legend(gone),
        parts=text_parts(known.visible_length - chars.total(), chars),
        hidden_chars=known.source_length - known.visible_length,
        content=partial(content, has_view=has_view),
    )


def gone_chars(gone: Iterable[Gone]) -> Counter[str]:
    """Removed characters that a reader saw, by reason."""
    chars = Counter[str]()
    for piece in gone:
        chars[piece.row.reason] += piece.row.visible_chars or 0
    return chars


def _grouped(lines: Iterable[Line]) -> Iterator[Group]:
    for cause, part in groupby(lines, key=lambda line: line.cause):
        if cause is None:
            yield from (Group(None, [line]) for line in part)
        else:
            yield Group(cause, list(part))


def _legend(gone: Iterable[Gone]) -> list[Entry]:
    """Most characters first."""
    first: dict[Cause, RemovalRow] = {}
    removals, chars = Counter[Cause](), Counter[Cause]()
    for piece in gone:
        cause = piece.row.reason, piece.row.rule
        first.setdefault(cause, piece.row)
        removals[cause] += 1
        chars[cause] += piece.row.visible_chars or 0
    return [
        Entry(CODES[cause[0]], *cause, why(*cause), removals[cause], chars[cause], anchor(first[cause]))
        for cause in sorted(first, key=lambda cause: (-chars[cause], cause))
    ]
