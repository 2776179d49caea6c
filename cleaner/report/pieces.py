"""The lines of a page as HTML: a page has thousands of pieces, for which a template takes five times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markupsafe import Markup

from cleaner.report.page_lines import Gone, Hidden, Kept, Line
from cleaner.report.render import printed
from cleaner.report.shares import CODES
from cleaner.report.view_paths import anchor, view_path
from cleaner.why import why
from cleaner.writing.safe import one_line
from cleaner.writing.wire import RemovalRow

_HIDDEN_CHARS = 80
_GONE_CHARS = 4000


def content(line: Line, has_view: Callable[[str], bool]) -> Markup:
    """What stands in *line*; *has_view* says to which documents there can be a link."""
    pieces: list[str] = []
    for piece in line.pieces:
        if isinstance(piece, Kept):
            pieces += _kept(piece)
        elif isinstance(piece, Hidden):
            pieces += _hidden(piece)
        else:
            pieces += _gone(piece, has_view)
    return Markup("".join(pieces))  # noqa: S704 - all that is not ours was escaped


def _kept(piece: Kept) -> Iterator[str]:
    if piece.source is None or not piece.text.strip():
        yield printed(piece.text)
    else:
        source = printed(one_line(piece.source, _HIDDEN_CHARS))
        yield f'<span class="repair" title="repaired; in the source: {source}">{printed(piece.text)}</span>'


def _hidden(piece: Hidden) -> Iterator[str]:
    row = piece.row
    yield "<code>" if row is None else f'<code id="{anchor(row)}" title="{CODES[row.reason]} {row.reason}">'
    yield _cut(piece.text, _HIDDEN_CHARS)
    yield "</code>"


def _gone(piece: Gone, has_view: Callable[[str], bool]) -> Iterator[str]:
    row, code = piece.row, CODES[piece.row.reason]
    cause = f"{row.reason}: {printed(one_line(row.rule, 80))}. {printed(why(row.reason, row.rule))}"
    score = "" if row.score is None else f" Score {row.score:.2f}."
    yield f'<del class="{code}" id="{anchor(row)}" title="{code} {cause}{score}"><bdi>'
    for part in piece.parts:
        if isinstance(part, str):
            yield _cut(part, _GONE_CHARS)
        else:
            yield from _hidden(part)
    yield "</bdi></del>"
    if row.kept_doc_id is not None:
        yield f' <span class="kept-at">{_kept_copy(row, row.kept_doc_id, has_view)}</span>'


def _kept_copy(row: RemovalRow, doc_id: str, has_view: Callable[[str], bool]) -> str:
    where = f"kept in <bdi>{printed(one_line(doc_id, 120))}</bdi>"
    if has_view(doc_id):
        where = f'<a href="../../../{view_path(doc_id)}">{where}</a>'
    if row.similarity is None:
        return where
    return f"{where}, {printed(one_line(row.similarity_kind or '', 20))} {row.similarity:.2f}"


def _cut(text: str, most: int) -> str:
    return printed(text) if len(text) <= most else f"{printed(text[:most])} … {len(text) - most:,} more"
