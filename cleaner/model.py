"""The types that cross a stage border.

Every span is half-open, in code points of the page's ``source_text``, unless a field name starts with ``text_``:
those count code points of a document's clean text. Nothing here reads, writes or imports anything outside the
standard library.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["html", "text"]
Reason = Literal["markup", "script", "whitespace", "control", "boilerplate", "template", "near-duplicate"]
Role = Literal["heading", "paragraph", "line", "item", "row", "quote", "code", "caption", "control"]
RepairKind = Literal["entity", "whitespace", "line-break", "layout", "encoding"]
RelationKind = Literal["exact", "near", "contained", "overlap"]
PassageKind = Literal["passage", "quote", "sentence"]
Status = Literal[
    "ok", "empty", "script-shell", "consent-wall", "login-wall", "error-page", "listing", "duplicate", "short"
]  # fmt: skip

TEXT_REASONS: tuple[Reason, ...] = ("boilerplate", "template", "near-duplicate")
"""Reasons for which text goes that a reader sees; removals for any other reason show nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Where one raw page was found; sorts in reading order.

    ``path`` is relative to ``raw/``, POSIX, with characters that are not printable percent-escaped. ``member`` is the
    record's number inside a container (JSONL line, Parquet row, WARC record), counted from 1; 0 for the file itself.
    """

    path: str
    member: int = 0

    @property
    def id(self) -> str:
        """The document id.

        >>> Source("news/a.html").id, Source("crawl.warc.gz", 3).id
        ('news/a.html', 'crawl.warc.gz#3')
        """
        return f"{self.path}#{self.member}" if self.member else self.path


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open ``[start, end)``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source became no document."""

    source: Source
    stage: str
    kind: Literal[
        "refused", "unreadable", "changed_during_read", "damaged_container", "too_large", "not_a_page",
        "undecodable", "timeout", "memory", "crash", "error", "conservation",
    ]  # fmt: skip
    detail: str
    start: int = 0
    """For a damaged container: first byte of the range that was lost (``start == end``: not a range)."""
    end: int = 0


@dataclass(frozen=True, slots=True)
class RawItem:
    """The bytes of one source and what its container said about them."""

    source: Source
    payload: bytes
    sha256: str
    """Hex digest of ``payload``."""
    url: str | None = None
    content_type: str | None = None
    """Media type that the container declared, lower case, without parameters; ``text/html``, ``text/plain`` ..."""
    charset: str | None = None
    """Charset that the container declared (HTTP header); ``utf-8`` for strings out of JSONL and Parquet."""
    fetched: str | None = None
    """ISO 8601 time of fetching, where the container knows it (WARC-Date)."""
    record_id: str | None = None
    """WARC-Record-ID, or the value of ``--id-field``."""
    start: int = 0
    """For a WARC record or JSONL line: its first byte in the file, or that of the compressed member that it ends."""
    end: int = 0
    notes: tuple[str, ...] = ()
    """What is not in order with the payload, a sentence each; becomes the document's notes."""


@dataclass(frozen=True, slots=True)
class Page:
    """A decoded source."""

    item: RawItem
    kind: Kind
    source_text: str
    encoding: str
    encoding_source: Literal["bom", "header", "meta", "utf-8", "detected", "container", "default"]
    replaced: int = 0
    """How many bytes could not be decoded and became U+FFFD."""


@dataclass(frozen=True, slots=True, order=True)
class Repair:
    """A change inside kept text: ``source_text[start:end]`` reads ``text`` in the document.

    ``start == end`` inserts (the line break between two paragraphs, kind ``layout``).
    """

    start: int
    end: int
    text: str
    kind: RepairKind


@dataclass(frozen=True, slots=True)
class Removal:
    """A span that does not reach the clean text."""

    start: int
    end: int
    reason: Reason
    rule: str
    """The rule within the reason: a tag group, a cue, ``classifier``, ``template``, ``drop-exact`` ..."""
    score: float | None = None
    """How sure the rule is, 0 to 1; None where it is certain by construction."""
    visible_chars: int | None = None
    """How much text a reader sees of it, as the document would show it; None where that is nothing. See ``visible``."""
    text_sha256: str | None = None
    """Of ``source_text[start:end]`` in UTF-8, for everything that held visible text."""
    kept_doc_id: str | None = None
    kept_start: int | None = None
    kept_end: int | None = None
    similarity: float | None = None
    similarity_kind: str | None = None
    cluster_id: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Smallest unit that is kept or removed, with the text that a reader sees.

    ``text`` is ``source_text[start:end]`` without the ``holes`` (inline tags) and with the ``repairs`` made; it is
    never empty. Blocks of a page are sorted by ``start`` and disjoint.
    """

    start: int
    end: int
    text: str
    role: Role
    level: int = 0
    """Heading level 1-6, list depth from 1; else 0."""
    element: int = -1
    """Row in the page's ``Elements`` of the innermost block-level element; -1 in plain text."""
    link_chars: int = 0
    """How many characters of ``text`` are inside links."""
    holes: tuple[Span, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Elements:
    """The element tree as columns, parents before children; empty in plain text. Numbers have 64 bits."""

    tags: tuple[str, ...] = ()
    parents: array[int] = field(default_factory=lambda: array("q"))
    """Row of the parent; -1 for the root."""
    starts: array[int] = field(default_factory=lambda: array("q"))
    """Where the start tag begins in ``source_text``; -1 for elements the parser implied."""
    ends: array[int] = field(default_factory=lambda: array("q"))
    """Where the start tag ends."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A page as blocks, and everything that is not visible text as removals (sorted, disjoint)."""

    blocks: tuple[Block, ...]
    removals: tuple[Removal, ...]
    elements: Elements = Elements()
    head: Span | None = None
    """Source span up to ``</head>``; None in plain text."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself, None where it does not."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    """ISO date ``YYYY-MM-DD``."""
    date_source: str | None = None
    """Which evidence gave the date: ``json-ld``, ``meta``, ``time``, ``url``, ``text`` ..."""
    site: str | None = None
    """Registrable domain of the page's URL, or with ``read.site_from`` the folder that the page lies in."""
    site_name: str | None = None
    url: str | None = None
    url_source: str | None = None
    """``record``, ``canonical``, ``og:url``."""
    lang: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True)
class KeptBlock:
    """A block as the document knows it: where it is and what it is."""

    start: int
    end: int
    role: Role
    level: int = 0


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block's place in the clean text."""

    text_start: int
    text_end: int
    role: Role
    level: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of clean text and the source it came from.

    The two read alike to the letter unless a repair covers the run; text between segments is layout.
    """

    text_start: int
    text_end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A verified link between two passages; ``doc_a``'s place sorts before ``doc_b``'s."""

    kind: RelationKind
    doc_a: str
    start_a: int
    end_a: int
    doc_b: str
    start_b: int
    end_b: int
    jaccard: float
    containment: float
    """Share of the smaller passage's shingles that the larger one has."""
    matched: int
    """Words in common: those that lie in shared shingles."""
    match_start_a: int
    """From here on most of what matches lies in the first passage."""
    match_end_a: int
    match_start_b: int
    match_end_b: int


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """One passage of a cluster; a cluster's id is ``doc_id:start`` of its first member in reading order."""

    cluster_id: str
    doc_id: str
    start: int
    end: int
    is_canonical: bool
    canonical_rule: str
    n_sites: int
    wire: str | None = None


@dataclass(frozen=True, slots=True)
class Syndication:
    """How much of a document other sites ran too."""

    wire: str | None
    cluster_id: str
    n_sites: int
    share: float
    """Share of the document's clean characters that lie in clusters of two or more documents."""


@dataclass(frozen=True, slots=True)
class RefusedSite:
    """A site of which so much repeats that nothing of it was removed."""

    site: str
    pages: int
    share: float
    """Of its kept characters that repeat as templates do."""


@dataclass(frozen=True, slots=True)
class Document:
    """The clean result of one page."""

    source: Source
    text: str
    blocks: tuple[TextBlock, ...]
    segments: tuple[Segment, ...]
    removals: Sequence[Removal]
    repairs: tuple[Repair, ...]
    metadata: Metadata
    kind: Kind
    encoding: str
    encoding_source: str
    replaced: int
    raw_sha256: str
    source_length: int
    """Code points of ``source_text``."""
    visible_length: int
    """Characters that a reader sees of the page: those of all its blocks, kept or not."""
    fetched: str | None = None
    record_id: str | None = None
    extractor: str = ""
    confidence: float | None = None
    """The word F1 to be expected of the text, 0 to 1; None where the extractor gives no figure."""
    status: Status = "ok"
    """``duplicate`` and ``short`` are set aside: they have a row in documents, but no page file."""
    reason: str | None = None
    """Why the status is not ``ok``, in a sentence."""
    duplicate_of: str | None = None
    syndication: Syndication | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """The source's id."""
        return self.source.id
