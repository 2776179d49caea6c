"""Whether the copy that a removal names is there, and as similar as the removal says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cleaner.duplicates.words import normalised_words
from cleaner.ledger import MARKUP_REASONS, text_span
from cleaner.model import Page
from cleaner.reading.inline_tags import INLINE_TAGS
from cleaner.repair import repaired_text
from cleaner.verify.findings import Check
from cleaner.writing.corpus import ELSEWHERE
from cleaner.writing.wire import RemovalRow

_SLACK = 0.05
"""Of a stated similarity: inline tags, entities and encoding repairs of removed text are undone roughly here."""
_TAG = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9-]*)|[!?])[^>]*+(?:>|\Z)")


def removed_passages(removals: Sequence[RemovalRow]) -> Iterator[list[RemovalRow]]:
    """Removals that name a kept copy; the pieces that inline tags cut one passage into come together."""
    piece: list[RemovalRow] = []
    at = -1
    for row in removals:
        follows = row.start == at
        at = row.end
        if follows and row.kept_doc_id is None and row.reason in {*MARKUP_REASONS, "control"}:
            continue
        if piece and not (follows and _kept_copy(row) == _kept_copy(piece[0])):
            yield piece
            piece = []
        if row.kept_doc_id is not None:
            piece.append(row)
    if piece:
        yield piece


def _kept_copy(row: RemovalRow) -> tuple[object, ...]:
    return row.kept_doc_id, row.kept_start, row.kept_end, row.cluster_id, row.rule, row.similarity


class KeptCopy(NamedTuple):
    """What a removal says of the copy that is kept."""

    row: RemovalRow
    end: int
    """Of the whole removed passage."""
    words: tuple[bytes, ...] | None
    """Of it, normalised; None where there is no source or no similarity is stated."""


def kept_copies(removals: Sequence[RemovalRow], page: Page | None) -> Iterator[KeptCopy]:
    """Every kept copy that *removals* of one document name."""
    for rows in removed_passages(removals):
        words = None
        if page is not None and rows[0].similarity is not None and rows[0].kept_start is not None:
            words = tuple(normalised_words(repaired_text(_visible_text(page, rows))))
        yield KeptCopy(rows[0], rows[-1].end, words)


def check_kept_copy(check: Check, copy: KeptCopy) -> None:
    """The kept copy is there, and as similar as stated."""
    row = copy.row
    where = f"the kept copy of [{row.start}, {copy.end})"
    kept = None if row.kept_doc_id is None else check.index.get(row.kept_doc_id)
    if kept is None:
        is_elsewhere = row.kept_doc_id is not None and ELSEWHERE in row.kept_doc_id
        found_by = f"not to be found from here: {row.kept_doc_id}" if is_elsewhere else "in no document"
        check.differs(row.doc_id, "kept copy", f"{where} is {found_by}.", row.start)
        return
    if row.kept_start is None or row.kept_end is None:  # the whole document is the copy
        if not kept.has_page or not kept.text:
            check.differs(row.doc_id, "kept copy", f"{where} is {kept.id}, which is not kept itself.", row.start)
        return
    segments = kept.text_segments()
    span = text_span(segments, [segment.source_start for segment in segments], row.kept_start, row.kept_end)
    if not len(span):
        check.differs(row.doc_id, "kept copy", f"{where} is not in the kept text of {kept.id}.", row.start)
        return
    if copy.words is None or row.similarity is None:
        return
    measured = _similarity(copy.words, normalised_words(kept.text[span.start : span.end]), row, check.ngram)
    if measured < row.similarity - _SLACK:
        check.differs(
            row.doc_id,
            "similarity",
            f"{where} is {measured:.2f} similar, not {row.similarity:.2f} as stated.",
            row.start,
        )


def _visible_text(page: Page, rows: Sequence[RemovalRow]) -> str:
    """Roughly what a reader saw of a removed passage."""
    if page.kind == "text":
        return page.source_text[rows[0].start : rows[-1].end]
    parts: list[str] = []
    at = rows[0].start
    for row in rows:
        parts += [
            "".join(tag[0] for tag in _TAG.finditer(page.source_text, at, row.start)),
            page.source_text[row.start : row.end],
        ]
        at = row.end
    return html.unescape(_TAG.sub(_shown, "".join(parts)))


def _shown(tag: re.Match[str]) -> str:
    """What parts words where *tag* stands: nothing if it only dresses them."""
    return "" if (tag[1] or "a").lower() in INLINE_TAGS else " "


def _similarity(removed: Sequence[bytes], kept: Sequence[bytes], row: RemovalRow, ngram: int) -> float:
    """Containment of the removed text where that is stated, else Jaccard; of word shingles."""
    if b"".join(removed) == b"".join(kept):
        return 1.0
    mine, theirs = _shingles(removed, ngram), _shingles(kept, ngram)
    shared = len(mine & theirs)
    smaller = min(len(mine), len(theirs))
    whole = smaller if row.similarity_kind == "containment" else len(mine | theirs)
    return shared / whole if whole else 0.0


def _shingles(words: Sequence[bytes], ngram: int) -> set[tuple[bytes, ...]]:
    return {tuple(words[at : at + ngram]) for at in range(max(len(words) - ngram + 1, 1))}
