"""One document's history: where each block came from, what was removed and why, and where else its text stands."""

from __future__ import annotations

import heapq
import html
import os
import re
import textwrap
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path

from cleaner.errors import InputError, UsageError
from cleaner.ledger import MARKUP_REASONS, source_span, text_span
from cleaner.model import Failure, Page, Role
from cleaner.page_reader import ReadPages
from cleaner.reading.walk import escape_path, unescape_path
from cleaner.why import why
from cleaner.word_diff import marked
from cleaner.wording import counted
from cleaner.writing.corpus import DocumentIndex, Documents, Label, open_documents, rows_where
from cleaner.writing.safe import one_line
from cleaner.writing.schemas import CLUSTERS, FAILURES, RELATIONS, REMOVALS
from cleaner.writing.wire import ClusterRow, DocumentRecord, FailureRow, RelationRow, RemovalRow

_NEAR_MATCHES = 3
_EXCERPT_CHARS = 400
_PAIR_CHARS = 1_500

_TAG = re.compile(r"<[^<>]*>")
_HOW = {
    "exact": "the same words as",
    "near": "nearly the same as",
    "contained": "contained in or containing",
    "overlap": "overlaps",
}


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """A block of the document and the source span it came from."""

    start: int
    end: int
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document's source, and how it reads in its clean text; None if the document is unknown."""

    doc_id: str
    start: int
    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """A removal of visible text."""

    row: RemovalRow
    why: str
    text: str | None
    """What was removed; None without ``raw/``."""
    kept: Place | None
    """The copy that stays."""
    relation: RelationRow | None
    """What the two are to each other."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another place that shares text with this document."""

    relation: RelationRow
    own: Place
    other: Place


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that ``clean/`` knows about one document."""

    record: DocumentRecord
    blocks: tuple[KeptBlock, ...]
    removals: tuple[Removed, ...]
    hidden: tuple[tuple[str, int, int], ...]
    """Removals without visible text, as reason, spans and characters."""
    elsewhere: tuple[Elsewhere, ...]
    clusters: tuple[ClusterRow, ...]
    """Of which passages of the document are members."""


def explain(clean: Path, doc: str, raw: Path | None, read_pages: ReadPages) -> Explanation:
    """The history of *doc*, which is an id, a path below ``raw/`` or a URL.

    Removed text is in it only if *raw* is given and the source is what it was; *read_pages* reads a file of *raw*.

    Raises:
        UsageError: there is no such document, or more than one.
        InputError: *clean* holds no documents, or the source cannot be read again.
    """
    documents = open_documents(clean)
    record = documents.at(_address(clean, documents, doc))
    page = None if raw is None else _page(raw, record, read_pages)
    index = DocumentIndex(documents)
    rows = rows_where(clean, REMOVALS, RemovalRow, "doc_id", record.id)
    relations = {
        *rows_where(clean, RELATIONS, RelationRow, "doc_a", record.id),
        *rows_where(clean, RELATIONS, RelationRow, "doc_b", record.id),
    }
    elsewhere = [_elsewhere(relation, record.id, index) for relation in sorted(relations, key=_relation_key)]
    return Explanation(
        record=record,
        blocks=tuple(_kept_blocks(record)),
        removals=tuple(_removed(row, page, index, elsewhere) for row in rows if row.reason not in MARKUP_REASONS),
        hidden=_hidden(rows),
        elsewhere=tuple(elsewhere),
        clusters=tuple(rows_where(clean, CLUSTERS, ClusterRow, "doc_id", record.id)),
    )


def render(explanation: Explanation, width: int = 80) -> str:
    """*explanation* as lines of at most *width* columns, without a control character in them."""
    return "".join(f"{line}\n" for line in _lines(explanation, width))


def _place(index: DocumentIndex, doc_id: str, start: int, end: int) -> Place:
    record = index.get(doc_id)
    if record is None:
        return Place(doc_id, start, end, None)
    segments = record.text_segments()
    span = text_span(segments, [segment.source_start for segment in segments], start, end)
    return Place(doc_id, start, end, record.text[span.start : span.end])


def _address(clean: Path, documents: Documents, doc: str) -> int:
    """Where the one document is that *doc* names."""
    asked = {doc, escape_path(os.fsencode(doc))}
    others: list[tuple[Label, int]] = []
    for label, address in documents.addresses():
        if label.id in asked:
            return address
        if doc == label.url or label.raw_path in asked:
            others.append((label, address))
    if len(others) == 1:
        return others[0][1]
    shown = one_line(doc, 200)
    if others:
        examples = ", ".join(one_line(label.id, 80) for label, _ in others[:_NEAR_MATCHES])
        raise UsageError(f"{len(others)} documents are meant by {shown}; name one by its id, such as {examples}.")
    failed = [row for name in sorted(asked) for row in rows_where(clean, FAILURES, FailureRow, "source_id", name)]
    if failed:
        stage, kind, detail = failed[0].stage, failed[0].kind, one_line(failed[0].detail, 200).rstrip(".")
        raise UsageError(f"{shown} became no document: {stage}: {kind}: {detail}.")
    near = ", ".join(one_line(name, 80) for name in _near_matches(documents, doc))
    raise UsageError(f"no document is called {shown}; " + (f"the nearest are {near}." if near else "there are none."))


def _near_matches(documents: Documents, doc: str) -> list[str]:
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(doc[:200])

    def likeness(name: str) -> tuple[float, str]:
        matcher.set_seq1(name[:200])
        return -matcher.quick_ratio(), name

    names = {name for label, _ in documents.addresses() for name in (label.id, label.url) if name}
    return heapq.nsmallest(_NEAR_MATCHES, names, key=likeness)


def _page(raw: Path, record: DocumentRecord, read_pages: ReadPages) -> Page:
    """The document's source, read again: its file alone, not all of *raw*."""
    path, member = record.place.path, record.place.member
    file = raw if raw.is_file() else raw / os.fsdecode(unescape_path(path))
    shown = one_line(record.id, 200)
    for page in read_pages(file):
        if isinstance(page, Failure):
            if page.source.member == member:
                raise InputError(f"{shown} cannot be read again: {one_line(page.detail, 200).rstrip('.')}.")
        elif page.item.source.member == member:
            if page.item.sha256 != record.metadata.raw_sha256:
                raise InputError(f"{shown} has changed since the run; 'cleaner run' again, or leave out --raw.")
            return page
    raise InputError(f"{shown} is not in {raw}; name the folder that the run read, or leave out --raw.")


def _kept_blocks(record: DocumentRecord) -> Iterator[KeptBlock]:
    segments = record.text_segments()
    starts = [segment.text_start for segment in segments]
    for block in record.metadata.blocks:
        span = source_span(segments, starts, block.text_start, block.text_end)
        yield KeptBlock(span.start, span.end, block.role, record.text[block.text_start : block.text_end])


def _removed(row: RemovalRow, page: Page | None, index: DocumentIndex, elsewhere: Sequence[Elsewhere]) -> Removed:
    kept = None
    relation = next((found.relation for found in elsewhere if _is_of(found, row)), None)
    if row.kept_doc_id is not None and row.kept_start is not None and row.kept_end is not None:
        kept = _place(index, row.kept_doc_id, row.kept_start, row.kept_end)
    text = None if page is None else page.source_text[row.start : row.end]
    if text and page is not None and page.kind == "html":
        text = html.unescape(_TAG.sub("", text))
    return Removed(row, why(row.reason, row.rule), text, kept, relation)


def _is_of(found: Elsewhere, row: RemovalRow) -> bool:
    """Whether the relation is between what was removed and the copy that is kept."""
    other = found.other
    is_kept = (other.doc_id, other.start, other.end) == (row.kept_doc_id, row.kept_start, row.kept_end)
    return is_kept and found.own.start <= row.start and row.end <= found.own.end


def _hidden(rows: Sequence[RemovalRow]) -> tuple[tuple[str, int, int], ...]:
    spans, chars = Counter[str](), Counter[str]()
    for row in rows:
        if row.reason in MARKUP_REASONS:
            spans[row.reason] += 1
            chars[row.reason] += row.end - row.start
    return tuple((reason, spans[reason], chars[reason]) for reason in sorted(spans))


def _elsewhere(relation: RelationRow, doc_id: str, index: DocumentIndex) -> Elsewhere:
    a = _place(index, relation.doc_a, relation.start_a, relation.end_a)
    b = _place(index, relation.doc_b, relation.start_b, relation.end_b)
    return Elsewhere(relation, a, b) if relation.doc_a == doc_id else Elsewhere(relation, b, a)


def _relation_key(relation: RelationRow) -> tuple[str, int, int, str, int, int, str]:
    r = relation
    return r.doc_a, r.start_a, r.end_a, r.doc_b, r.start_b, r.end_b, r.kind


def _lines(explanation: Explanation, width: int) -> Iterator[str]:
    known = explanation.record.metadata
    length = counted(known.source_length, "character")
    yield _cut(one_line(explanation.record.id), width)
    for name, value in (
        ("title", known.title),
        ("url", known.url),
        ("date", known.date and f"{known.date} (from {known.date_source})"),
        ("status", known.status if known.reason is None else f"{known.status}: {known.reason}"),
        ("extractor", known.extractor),
        ("confidence", None if known.confidence is None else f"{known.confidence:.2f}"),
        ("source", f"{known.kind}, {length}, {known.encoding} ({known.encoding_source})"),
        ("sha256", known.raw_sha256),
        ("same as", known.duplicate_of),
    ):
        if value:
            yield _cut(f"  {name:<11}{one_line(value)}", width)
    yield ""
    kept, gone = counted(len(explanation.blocks), "block"), counted(len(explanation.removals), "piece")
    yield _cut(f"{kept} kept, {gone} of visible text removed", width)
    timeline = [(block.start, block.end, _kept_lines(block, width)) for block in explanation.blocks]
    first_of_rule = {removed.row.rule: removed for removed in reversed(explanation.removals)}
    timeline += [
        (r.row.start, r.row.end, _removed_lines(r, width, says_why=first_of_rule[r.row.rule] is r))
        for r in explanation.removals
    ]
    for _, _, lines in sorted(timeline, key=lambda entry: entry[:2]):
        yield from lines
    if explanation.hidden:
        yield ""
        parts = (
            f"{reason} {counted(chars, 'character')} in {counted(spans, 'span')}"
            for reason, spans, chars in explanation.hidden
        )
        yield from textwrap.wrap(f"Not visible, removed: {'; '.join(parts)}.", width)
    if explanation.elsewhere:
        yield ""
        yield _cut("The same text elsewhere", width)
        for found in explanation.elsewhere:
            yield from _elsewhere_lines(found, width)
    for member in explanation.clusters:
        role = f"is the canonical copy (rule: {member.canonical_rule})" if member.is_canonical else "is a member"
        cluster = f"cluster {one_line(member.cluster_id)}, {counted(member.n_sites, 'site')}"
        yield _cut(f"  [{member.start}, {member.end}) {role} of {cluster}", width)


def _kept_lines(block: KeptBlock, width: int) -> Iterator[str]:
    yield _cut(f"+ [{block.start}, {block.end}) kept, {block.role}", width)
    yield from _quoted(block.text, width)


def _removed_lines(removed: Removed, width: int, *, says_why: bool) -> Iterator[str]:
    row = removed.row
    score = "" if row.score is None else f", score {row.score:.2f}"
    yield _cut(f"- [{row.start}, {row.end}) {row.reason}: {one_line(row.rule)}{score}", width)
    if says_why:
        yield _cut(f"    {removed.why}", width)
    if removed.kept is not None:
        yield from _kept_copy_lines(removed, removed.kept, width)
    elif removed.text is not None:
        yield from _quoted(removed.text, width)
    elif row.text_sha256 is not None:
        yield _cut(f"    sha256 {row.text_sha256}", width)


def _kept_copy_lines(removed: Removed, kept: Place, width: int) -> Iterator[str]:
    """What went beside what stays."""
    row = removed.row
    yield _cut(f"    kept in {one_line(kept.doc_id)} [{kept.start}, {kept.end})", width)
    if removed.relation is not None:
        yield _cut(f"    {_measured(removed.relation)}", width)
    elif row.similarity is not None:
        yield _cut(f"    {row.similarity_kind} {row.similarity:.2f}", width)
    yield from _compared(removed.text, kept.text, width)


def _measured(relation: RelationRow) -> str:
    scores = f"jaccard {relation.jaccard:.2f}, containment {relation.containment:.2f}"
    return f"{relation.kind}: {scores}, {counted(relation.matched, 'word')} in common"


def _elsewhere_lines(found: Elsewhere, width: int) -> Iterator[str]:
    relation, own, other = found.relation, found.own, found.other
    yield _cut(f"= [{own.start}, {own.end}) {_HOW.get(relation.kind, relation.kind)}", width)
    yield _cut(f"    {one_line(other.doc_id)} [{other.start}, {other.end})", width)
    yield _cut(f"    {_measured(relation)}", width)
    yield from _compared(own.text, other.text, width)


def _compared(here: str | None, there: str | None, width: int) -> Iterator[str]:
    """Both texts, the words marked that only one of them has; as much as is known."""
    if not here or not there:
        yield from _quoted(here or there, width)
        return
    texts = marked(one_line(here, _PAIR_CHARS), one_line(there, _PAIR_CHARS))
    names = ("both",) if texts[0] == texts[1] else ("here", "there")
    for name, text in zip(names, texts, strict=False):
        indent = f"    {name + ':':<7}"
        for line in textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=" " * len(indent)):
            yield _cut(line, width)


def _quoted(text: str | None, width: int) -> Iterator[str]:
    """The beginning of *text*, on one line."""
    if text:
        yield _cut(f"    “{one_line(text, _EXCERPT_CHARS)}”", width)


def _cut(line: str, width: int) -> str:
    """*line* in at most *width* columns of a terminal, where letters of East Asia take two."""
    ends = list(accumulate(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line))
    if not ends or ends[-1] <= width:
        return line
    return f"{line[: bisect_right(ends, width - 1)]}…"
