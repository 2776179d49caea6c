"""The exact shapes of what is written: one type per table, fields in the order they have on disk.

``DocumentRecord`` is a line of ``documents.jsonl``: a Dolma document whose ``metadata`` is typed. Everything that
``verify``, ``explain`` and the page files need is in the record, so each of them works from ``clean/`` alone.

Source: https://github.com/allenai/dolma/blob/main/docs/data-format.md
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from cleaner.model import Document, Kind, Role, Segment, Source, TextBlock
from cleaner.writing.safe import well_formed_tree

COLLECTION = "web"
"""Dolma's ``source``: the name of the collection that documents belong to."""

SET_ASIDE = frozenset({"duplicate", "short"})
"""Statuses of documents that have a record but no page file."""


class SyndicationRecord(msgspec.Struct, frozen=True):
    """How much of a document other sites ran too."""

    wire: str | None
    cluster_id: str
    n_sites: int
    share: float


class SegmentRecord(msgspec.Struct, frozen=True, array_like=True):
    """A run of clean text and the source span it came from: ``[text_start, text_end, source_start, source_end]``."""

    text_start: int
    text_end: int
    source_start: int
    source_end: int


class BlockRecord(msgspec.Struct, frozen=True, array_like=True):
    """A block's place in the clean text: ``[text_start, text_end, role, level]``."""

    text_start: int
    text_end: int
    role: Role
    level: int


class DocumentMetadata(msgspec.Struct, frozen=True):
    """All that is known about a document besides its text."""

    url: str | None
    url_source: str | None
    site: str | None
    site_name: str | None
    title: str | None
    author: str | None
    date: str | None
    date_source: str | None
    lang: str | None
    license: str | None
    kind: Kind
    encoding: str
    encoding_source: str
    replaced: int
    warc_record_id: str | None
    raw_path: str
    raw_member: int
    raw_sha256: str
    source_length: int
    visible_length: int
    extractor: str
    confidence: float | None
    status: str
    reason: str | None
    duplicate_of: str | None
    syndication: SyndicationRecord | None
    notes: tuple[str, ...]
    segments: tuple[SegmentRecord, ...]
    blocks: tuple[BlockRecord, ...]


class DocumentRecord(msgspec.Struct, frozen=True):
    """One document as it is stored."""

    id: str
    text: str
    source: str
    added: str | None
    """When the page was fetched, where the raw data says so; never the time of the run."""
    created: str | None
    """The page's own date."""
    metadata: DocumentMetadata

    @property
    def place(self) -> Source:
        """Where the raw page is; sorts in reading order."""
        return Source(self.metadata.raw_path, self.metadata.raw_member)

    @property
    def has_page(self) -> bool:
        """Whether a page file belongs to this document."""
        return self.metadata.status not in SET_ASIDE

    def text_blocks(self) -> tuple[TextBlock, ...]:
        """The block table in the model's type."""
        return tuple(TextBlock(b.text_start, b.text_end, b.role, b.level) for b in self.metadata.blocks)

    def text_segments(self) -> tuple[Segment, ...]:
        """The segments in the model's type."""
        return tuple(Segment(s.text_start, s.text_end, s.source_start, s.source_end) for s in self.metadata.segments)


class RemovalRow(NamedTuple):
    """A span that did not reach the clean text."""

    doc_id: str
    stage: str
    rule: str
    start: int
    end: int
    visible_chars: int | None
    text_sha256: str | None
    score: float | None
    kept_doc_id: str | None
    kept_start: int | None
    kept_end: int | None
    similarity: float | None
    similarity_kind: str | None
    cluster_id: str | None
    reason: str


class RepairRow(NamedTuple):
    """A change inside kept text, or layout between two blocks."""

    doc_id: str
    start: int
    end: int
    kind: str
    text: str


class PassageRow(NamedTuple):
    """A unit of near-duplicate search, in source coordinates."""

    doc_id: str
    start: int
    end: int
    kind: str
    words: int


class RelationRow(NamedTuple):
    """A verified link between two passages, in source coordinates."""

    kind: str
    doc_a: str
    start_a: int
    end_a: int
    doc_b: str
    start_b: int
    end_b: int
    jaccard: float
    containment: float
    matched: int
    match_start_a: int
    match_end_a: int
    match_start_b: int
    match_end_b: int


class ClusterRow(NamedTuple):
    """One passage of a cluster, in source coordinates."""

    cluster_id: str
    doc_id: str
    start: int
    end: int
    is_canonical: bool
    canonical_rule: str
    n_sites: int
    wire: str | None


class FailureRow(NamedTuple):
    """Why a source became no document."""

    source_id: str
    path: str
    member: int
    stage: str
    kind: str
    detail: str
    start: int
    end: int


def document_record(document: Document) -> DocumentRecord:
    """*document* in the shape that is stored."""
    known = document.metadata
    syndication = document.syndication
    return DocumentRecord(
        id=document.id,
        text=document.text,
        source=COLLECTION,
        added=document.fetched,
        created=known.date,
        metadata=DocumentMetadata(
            url=known.url,
            url_source=known.url_source,
            site=known.site,
            site_name=known.site_name,
            title=known.title,
            author=known.author,
            date=known.date,
            date_source=known.date_source,
            lang=known.lang,
            license=known.license,
            kind=document.kind,
            encoding=document.encoding,
            encoding_source=document.encoding_source,
            replaced=document.replaced,
            warc_record_id=document.record_id,
            raw_path=document.source.path,
            raw_member=document.source.member,
            raw_sha256=document.raw_sha256,
            source_length=document.source_length,
            visible_length=document.visible_length,
            extractor=document.extractor,
            confidence=document.confidence,
            status=document.status,
            reason=document.reason,
            duplicate_of=document.duplicate_of,
            syndication=None
            if syndication is None
            else SyndicationRecord(syndication.wire, syndication.cluster_id, syndication.n_sites, syndication.share),
            notes=document.notes,
            segments=tuple(
                SegmentRecord(s.text_start, s.text_end, s.source_start, s.source_end) for s in document.segments
            ),
            blocks=tuple(BlockRecord(b.text_start, b.text_end, b.role, b.level) for b in document.blocks),
        ),
    )


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(DocumentRecord)


def encode_line(record: DocumentRecord) -> bytes:
    """*record* as one line of JSON, line feed included; lone surrogates read U+FFFD."""
    try:
        return _encoder.encode(record) + b"\n"
    except UnicodeEncodeError:
        return _encoder.encode(well_formed_tree(msgspec.to_builtins(record))) + b"\n"


def decode_line(line: bytes) -> DocumentRecord:
    """The record that ``encode_line`` wrote.

    Raises:
        msgspec.MsgspecError: the line is not such a record.
    """
    return _decoder.decode(line)
