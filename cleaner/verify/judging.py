"""What there is to say about one document, from its source, its record and its rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cleaner import ledger
from cleaner.model import Page, Repair, Span
from cleaner.verify.kept_copies import KeptCopy, kept_copies
from cleaner.wording import counted
from cleaner.writing.pages import PAGE_FORMS, PageForm
from cleaner.writing.paths import page_path
from cleaner.writing.safe import well_formed
from cleaner.writing.wire import DocumentRecord, RemovalRow, RepairRow


@dataclass(slots=True)
class Judged:
    """What was checked of one document and what differs; what others are needed for is left to be checked."""

    differences: list[tuple[str, str, str, int]] = field(default_factory=list)
    """Document, what, a sentence, and the place in the source."""
    removals: int = 0
    replayed: int = 0
    page_path: str = ""
    """Of its page file, if it is to have one."""
    kept_copies: list[KeptCopy] = field(default_factory=list)

    def differs(self, doc_id: str, what: str, detail: str, place: int = 0) -> None:
        """Notes a difference."""
        self.differences.append((doc_id, what, detail, place))


def judge(
    clean: Path,
    record: DocumentRecord,
    page: Page | None,
    removals: Sequence[RemovalRow],
    repairs: Sequence[RepairRow],
    *,
    page_form: str | None,
) -> Judged:
    """Conservation, replay, digests, and the page file in *clean*; *page* is None where there is no source.

    Args:
        page_form: one of ``PAGE_FORMS``; None if there are to be no page files.
    """
    judged = Judged()
    _check_document(judged, record, page, removals, repairs)
    if page_form is not None and record.has_page:
        _check_page_file(judged, clean, record, PAGE_FORMS[page_form])
    return judged


def _check_document(
    judged: Judged,
    record: DocumentRecord,
    page: Page | None,
    removals: Sequence[RemovalRow],
    repairs: Sequence[RepairRow],
) -> None:
    """Conservation, replay, digests and kept copies of one document."""
    judged.removals += len(removals)
    known = record.metadata
    if record.place.id != record.id:
        judged.differs(record.id, "id", f"the id does not follow from the source {record.place.id}.")
    if page is not None and page.item.sha256 != known.raw_sha256:
        judged.differs(record.id, "raw_sha256", "the source has changed since the run.")
        return
    length = known.source_length if page is None else len(page.source_text)
    if length != known.source_length:
        judged.differs(
            record.id, "source_length", f"the source has {counted(length, 'character')}, not {known.source_length:,}."
        )
        return
    kept = _kept(judged, record.id, removals, length)
    if kept is None:
        return
    _check_spans(judged, record)
    _check_visible(judged, record, removals)
    _check_repairs(judged, record.id, kept, repairs)
    if page is None:
        kept_length = sum(len(span) for span in kept)
        covered = sum(segment.source_end - segment.source_start for segment in known.segments)
        if covered != kept_length:
            judged.differs(
                record.id, "segments", f"cover {counted(covered, 'source character')} where {kept_length:,} are kept."
            )
    else:
        judged.replayed += 1
        _check_replay(judged, record, page, kept, repairs)
        for row in removals:
            _check_digest(judged, row, page.source_text)
    judged.kept_copies += kept_copies(removals, page)


def _kept(judged: Judged, doc_id: str, removals: Sequence[RemovalRow], length: int) -> list[Span] | None:
    """The complement of *removals*; None if they are not sorted, disjoint and inside the page."""
    kept: list[Span] = []
    at = 0
    for row in removals:
        if not at <= row.start < row.end <= length:
            judged.differs(
                doc_id, "conservation", f"removal [{row.start}, {row.end}) where {at} of {length} are settled.", at
            )
            return None
        if row.start > at:
            kept.append(Span(at, row.start))
        at = row.end
    if at < length:
        kept.append(Span(at, length))
    return kept


def _check_spans(judged: Judged, record: DocumentRecord) -> None:
    """Blocks and segments lie in the text, in order."""
    for name, spans in (("blocks", record.metadata.blocks), ("segments", record.metadata.segments)):
        at = 0
        for span in spans:
            if not at <= span.text_start <= span.text_end <= len(record.text):
                judged.differs(record.id, name, f"[{span.text_start}, {span.text_end}) is out of order or of the text.")
                break
            at = span.text_end


def _check_visible(judged: Judged, record: DocumentRecord, removals: Sequence[RemovalRow]) -> None:
    """What was kept and what went make what a reader sees of the page."""
    kept = sum(block.text_end - block.text_start for block in record.metadata.blocks)
    gone = sum(row.visible_chars or 0 for row in removals)
    expected = record.metadata.visible_length
    if kept + gone != expected:
        judged.differs(record.id, "visible_length", f"{kept} characters kept and {gone} removed, not {expected}.")


def _check_repairs(judged: Judged, doc_id: str, kept: Sequence[Span], repairs: Sequence[RepairRow]) -> None:
    """Repairs are sorted, disjoint, and each inside one kept span."""
    spans = iter(kept)
    span = next(spans, Span(0, 0))
    at = 0
    for row in repairs:
        while span.end <= row.start and (following := next(spans, None)) is not None:
            span = following
        if not max(at, span.start) <= row.start <= row.end <= span.end:
            judged.differs(
                doc_id, "repairs", f"the repair of [{row.start}, {row.end}) is not inside kept text.", row.start
            )
            return
        at = row.end


def _check_replay(
    judged: Judged, record: DocumentRecord, page: Page, kept: Sequence[Span], repairs: Sequence[RepairRow]
) -> None:
    plan = [Repair(row.start, row.end, row.text, "layout") for row in repairs]
    text, segments = ledger.replay(page.source_text, kept, plan)
    if well_formed(text) != record.text:
        at = next((n for n, (a, b) in enumerate(zip(text, record.text, strict=False)) if a != b), None)
        at = min(len(text), len(record.text)) if at is None else at
        judged.differs(record.id, "text", f"replay gives another text from character {at} on.")
    if segments != record.text_segments():
        judged.differs(record.id, "segments", "replay gives other segments.")


def _check_digest(judged: Judged, row: RemovalRow, source_text: str) -> None:
    if row.text_sha256 is None:
        if row.reason not in ledger.MARKUP_REASONS:
            judged.differs(
                row.doc_id, "text_sha256", f"removal [{row.start}, {row.end}) of visible text has no digest.", row.start
            )
    elif ledger.text_digest(source_text[row.start : row.end]) != row.text_sha256:
        judged.differs(row.doc_id, "text_sha256", f"removal [{row.start}, {row.end}) covers another text.", row.start)


def is_page_there(clean: Path, record: DocumentRecord, form: str) -> bool:
    """Whether the page of *record* is in *clean* as a run writes it with this *form*."""
    judged = Judged()
    _check_page_file(judged, clean, record, PAGE_FORMS[form])
    return not judged.differences


def _check_page_file(judged: Judged, clean: Path, record: DocumentRecord, form: PageForm) -> None:
    relative = page_path(record.place, form.suffix)
    judged.page_path = str(relative)
    path = clean / relative
    if path.is_symlink() or not path.is_file():
        judged.differs(record.id, "page", f"{relative} is missing.")
        return
    try:
        written = path.read_bytes()
    except OSError as error:
        judged.differs(record.id, "page", f"{relative} cannot be read: {error.strerror}.")
        return
    if written != form.content(record):
        judged.differs(record.id, "page", f"{relative} is not what the record makes.")
