"""The schemas of the Parquet tables, column by column; each column carries its own description."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

_SOURCE_START = "first code point of the span in the source text"
_SOURCE_END = "code point after the span in the source text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table's file name, its schema, and how much of it is held in memory before it goes to disk."""

    name: str
    schema: pa.Schema
    group_rows: int = 65_536
    group_bytes: int = 64_000_000
    """Size of strings and rows, roughly, from which a row group is full."""

    @property
    def file(self) -> str:
        """Name inside ``clean/``."""
        return f"{self.name}.parquet"


def _table(name: str, *fields: pa.Field) -> Table:
    return Table(name, pa.schema(fields))


def _string(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.string(), nullable=False, metadata={"doc": doc})


def _string_or_null(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.string(), metadata={"doc": doc})


def _count(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.int64(), nullable=False, metadata={"doc": doc})


def _count_or_null(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.int64(), metadata={"doc": doc})


def _score(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.float64(), nullable=False, metadata={"doc": doc})


def _score_or_null(name: str, doc: str) -> pa.Field:
    return pa.field(name, pa.float64(), metadata={"doc": doc})


REMOVALS = _table(
    "removals",
    _string("doc_id", "document"),
    _string("stage", "who proposed the removal"),
    _string("rule", "rule within the reason"),
    _count("start", _SOURCE_START),
    _count("end", _SOURCE_END),
    _count_or_null("visible_chars", "characters of it that a reader of the page sees; null where there are none"),
    _string_or_null("text_sha256", "of the span in UTF-8; null where nothing visible was removed"),
    _score_or_null("score", "how sure the rule is, 0 to 1; null where certain by construction"),
    _string_or_null("kept_doc_id", "document that keeps the same text"),
    _count_or_null("kept_start", "where the kept copy begins in that document's source text"),
    _count_or_null("kept_end", "where it ends"),
    _score_or_null("similarity", "of the removed text and the kept copy, 0 to 1"),
    _string_or_null("similarity_kind", "how it is measured"),
    _string_or_null("cluster_id", "cluster that both belong to"),
    _string("reason", "why"),
)
REPAIRS = _table(
    "repairs",
    _string("doc_id", "document"),
    _count("start", _SOURCE_START),
    _count("end", f"{_SOURCE_END}; equal to start where text is inserted"),
    _string("kind", "what was repaired"),
    _string("text", "how the span reads in the clean text"),
)
PASSAGES = _table(
    "passages",
    _string("doc_id", "document"),
    _count("start", _SOURCE_START),
    _count("end", _SOURCE_END),
    _string("kind", "passage, quote or sentence"),
    _count("words", "length in words"),
)
RELATIONS = _table(
    "relations",
    _string("kind", "exact, near, contained or overlap"),
    _string("doc_a", "document of the first place"),
    _count("start_a", _SOURCE_START),
    _count("end_a", _SOURCE_END),
    _string("doc_b", "document of the second place"),
    _count("start_b", _SOURCE_START),
    _count("end_b", _SOURCE_END),
    _score("jaccard", "shared part of both passages' word shingles"),
    _score("containment", "share of the smaller passage's shingles that the larger one has"),
    _count("matched", "words in common"),
    _count("match_start_a", "where most of what matches lies in the first place"),
    _count("match_end_a", "where that ends"),
    _count("match_start_b", "where it lies in the second place"),
    _count("match_end_b", "where that ends"),
)
DOCUMENT_RELATIONS = _table(
    "document_relations",
    _string("kind", "copy, revised or excerpt"),
    _string("doc_a", "document"),
    _string("doc_b", "the other document"),
    _score("jaccard", "shared part of both documents' word shingles"),
    _score("containment", "share of the shorter document's shingles that the longer one has"),
)
CLUSTERS = _table(
    "clusters",
    _string("cluster_id", "place of the first member in reading order"),
    _string("doc_id", "document"),
    _count("start", _SOURCE_START),
    _count("end", _SOURCE_END),
    pa.field("is_canonical", pa.bool_(), nullable=False, metadata={"doc": "whether this is the copy to keep"}),
    _string("canonical_rule", "rule that chose the canonical copy"),
    _count("n_sites", "how many sites the cluster spans"),
    _string_or_null("wire", "agency credited"),
)
FAILURES = _table(
    "failures",
    _string("source_id", "source that became no document"),
    _string("path", "file below raw/"),
    _count("member", "record number inside a container, from 1; 0 for a file"),
    _string("stage", "where it failed"),
    _string("kind", "how it failed"),
    _string("detail", "one sentence"),
    _count("start", "first byte of a lost range of a container; start equals end: not a range"),
    _count("end", "byte after the range"),
)

_SEGMENT_TYPE = pa.struct(
    [
        _count("text_start", "first code point of the run in the clean text"),
        _count("text_end", "code point after the run"),
        _count("source_start", _SOURCE_START),
        _count("source_end", _SOURCE_END),
    ]
)
_BLOCK_TYPE = pa.struct(
    [
        _count("text_start", "first code point of the block in the clean text"),
        _count("text_end", "code point after the block"),
        _string("role", "what the block is: heading, paragraph ..."),
        _count("level", "of a heading, 1 to 6; depth of a list's item, from 1; else 0"),
    ]
)
_SYNDICATION_TYPE = pa.struct(
    [
        _string_or_null("wire", "agency credited"),
        _string("cluster_id", "the cluster that covers most of the document"),
        _count("n_sites", "how many sites that cluster spans"),
        _score("share", "share of the clean text that lies in clusters of several documents"),
    ]
)
_METADATA_TYPE = pa.struct(
    [
        *(
            _string_or_null(name, doc)
            for name, doc in (
                ("url", "address of the page"),
                ("url_source", "which evidence gave the address"),
                ("site", "registrable domain of the address"),
                ("site_name", "what the site calls itself"),
                ("title", "title"),
                ("author", "author"),
                ("date", "ISO date"),
                ("date_source", "which evidence gave the date"),
                ("lang", "language"),
                ("license", "licence the page declares"),
            )
        ),
        _string("kind", "html or text"),
        _string("encoding", "how the bytes were decoded"),
        _string("encoding_source", "which evidence gave the encoding"),
        _count("replaced", "bytes that became U+FFFD"),
        _string_or_null("warc_record_id", "id of the record in its container"),
        _string("raw_path", "file below raw/"),
        _count("raw_member", "record number inside a container, from 1; 0 for a file"),
        _string("raw_sha256", "digest of the source's bytes"),
        _count("source_length", "code points of the source text"),
        _count("visible_length", "characters that a reader of the page sees, kept or not"),
        _string("extractor", "what told text from boilerplate"),
        _score_or_null("confidence", "word F1 to be expected of the text, 0 to 1"),
        _string("status", "ok, or why there is no text of its own; set aside: duplicate, short"),
        _string_or_null("reason", "why the status is not ok"),
        _string_or_null("duplicate_of", "document that this one repeats"),
        pa.field("syndication", _SYNDICATION_TYPE, metadata={"doc": "how much of it other sites ran too"}),
        pa.field(
            "notes",
            pa.list_(pa.string()),
            nullable=False,
            metadata={"doc": "what else happened on the way, such as an extractor that was skipped"},
        ),
        pa.field(
            "segments",
            pa.list_(_SEGMENT_TYPE),
            nullable=False,
            metadata={"doc": "runs of text and where they come from"},
        ),
        pa.field("blocks", pa.list_(_BLOCK_TYPE), nullable=False, metadata={"doc": "blocks of the text"}),
    ]
)
DOCUMENTS = Table(
    "documents",
    pa.schema(
        [
            _string("id", "document"),
            _string("text", "clean text"),
            _string("source", "name of the collection"),
            _string_or_null("added", "when the page was fetched"),
            _string_or_null("created", "the page's own date"),
            pa.field(
                "metadata", _METADATA_TYPE, nullable=False, metadata={"doc": "all that is known besides the text"}
            ),
        ]
    ),
    group_rows=1_024,
    group_bytes=16_000_000,
)
