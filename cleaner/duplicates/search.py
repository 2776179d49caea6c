"""Near-duplicate search from end to end: over the records of a run, or over plain strings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts, rank_documents
from cleaner.duplicates.clusters import find_clusters
from cleaner.duplicates.columns import PagePassages, build_corpus, page_passages
from cleaner.duplicates.outcomes import cluster_members, document_copies, droppable_passages, removals, syndications
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.relations import find_relations, relation_rows, telling
from cleaner.duplicates.signatures import sign
from cleaner.duplicates.words import word_starts
from cleaner.model import ClusterMember, Passage, Relation, Removal, Span, Syndication, TextBlock

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![^\S\n]*+\n))+")


@dataclass(frozen=True, slots=True, eq=False)
class PageRecord:
    """What the search knows of one document."""

    facts: DocumentFacts
    passages: PagePassages
    whole: PagePassages
    """The document as one passage."""


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


@dataclass(frozen=True, slots=True)
class Findings:
    """What the search found in a corpus."""

    relations: list[Relation]
    clusters: list[ClusterMember]
    documents: dict[str, DocumentFindings]
    """By document id, in canonical order."""


def find_in_corpus(records: Sequence[PageRecord], config: Config) -> Findings:
    """Relations, clusters and their consequences; the same for *records* in any order.

    With mode ``drop`` the copies of whole documents take no part in clusters: what a removal names is really kept.
    """
    if not records:
        return Findings([], [], {})
    settings, ngram = config.duplicates, config.signatures.ngram
    by_source = {record.facts.source: record for record in records}
    facts = rank_documents([record.facts for record in records], settings)
    doc_ids = [document.source.id for document in facts]
    reading_order = sorted(range(len(facts)), key=lambda page: facts[page].source)
    reading = np.argsort(reading_order).tolist()

    wholes = build_corpus([by_source[document.source].whole for document in facts], doc_ids, reading)
    alike = find_clusters(wholes, find_relations(wholes, ngram, settings), settings.document)
    copies = document_copies(alike, wholes)
    set_aside = np.zeros(len(facts), dtype=bool)
    if settings.mode == "drop":
        set_aside[list(copies)] = True

    corpus = build_corpus([by_source[document.source].passages for document in facts], doc_ids, reading)
    relations = find_relations(corpus, ngram, settings)
    clusters = find_clusters(corpus, relations, settings.cluster, set_aside)
    members = cluster_members(corpus, clusters, facts, settings)
    syndication = syndications(corpus, members, facts)
    dropped = (
        removals(corpus, clusters, members, droppable_passages(corpus, clusters)) if settings.mode == "drop" else {}
    )

    if settings.mode == "drop":  # a document that stands for its copies stays as it is
        for kept, _ in copies.values():
            dropped.pop(kept, None)
    cited = {removal.kept_doc_id for rows in dropped.values() for removal in rows}
    cited |= {doc_ids[kept] for kept, _ in copies.values()} if settings.mode == "drop" else set()
    return Findings(
        relations=relation_rows(telling(relations, corpus), corpus),
        clusters=list(members.values()),
        documents={
            doc_id: DocumentFindings(
                duplicate_of=doc_ids[copies[page][0]] if page in copies else None,
                similarity=round(copies[page][1], 6) if page in copies else None,
                syndication=syndication.get(page),
                removals=dropped.get(page, ()),
                is_cited=doc_id in cited,
            )
            for page, doc_id in enumerate(doc_ids)
        },
    )


def find_duplicates(texts: Sequence[str], config: Config | None = None) -> list[Relation]:
    """The relations between passages of *texts*; documents are named ``"0"``, ``"1"`` ..., spans count characters.

    Paragraphs are parted by empty lines. A text that is too short for a passage is one as a whole.

    >>> wire = "The council voted on Monday to close the old bridge for repairs that will take about two years."
    >>> [found] = find_duplicates([wire, "Nothing else was decided.", "Breaking: " + wire])
    >>> found.kind, found.doc_a, found.doc_b, found.matched
    ('near', '0', '2', 18)
    """
    if not texts:
        return []
    config = config or Config()
    passages = [_passages_of(text, config) for text in texts]
    signed = sign(
        [
            text[passage.text_start : passage.text_end]
            for text, found in zip(texts, passages, strict=True)
            for passage in found
        ],
        config.signatures,
    )
    pages = []
    first = 0
    for found in passages:
        spans = [Span(passage.text_start, passage.text_end) for passage in found]
        pages.append(page_passages(found, spans, signed.rows(first, first + len(found))))
        first += len(found)
    corpus = build_corpus(pages, [str(number) for number in range(len(texts))], range(len(texts)))
    relations = find_relations(corpus, config.signatures.ngram, config.duplicates)
    return relation_rows(telling(relations, corpus), corpus)


def _passages_of(text: str, config: Config) -> list[Passage]:
    """The passages of a plain string."""
    blocks = [TextBlock(*match.span(), "paragraph") for match in _PARAGRAPH.finditer(text)]
    found = cut_passages(text, blocks, config.passages)
    words = 0 if found else len(word_starts(text))
    return [Passage(0, len(text), "passage", words)] if words else found
