"""Near-duplicate search from end to end, over the pages of a run."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np

from cleaner.compiled import make, memory_kept
from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts, fact_columns
from cleaner.duplicates.cluster_table import ClusterTable, cluster_table
from cleaner.duplicates.clusters import find_clusters
from cleaner.duplicates.columns import PagePassages
from cleaner.duplicates.copies import with_copies
from cleaner.duplicates.corpus import Corpus, CorpusBuilder
from cleaner.duplicates.document_findings import DocumentFindings
from cleaner.duplicates.document_relations import DocumentRelations, document_relations
from cleaner.duplicates.outcomes import document_copies, droppable_passages, removals, syndications
from cleaner.duplicates.relation_table import RelationTable, placed_rows, relation_table
from cleaner.duplicates.relations import find_relations
from cleaner.duplicates.telling import telling


@dataclass(frozen=True, slots=True, eq=False)
class PageRecord:
    """What the search knows of one document."""

    facts: DocumentFacts
    passages: PagePassages
    elsewhere: str | None = None
    """What to call the document if it is of another corpus, which stays as it is."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the search found in a corpus."""

    relations: RelationTable
    document_relations: DocumentRelations
    clusters: ClusterTable
    documents: dict[str, DocumentFindings]
    """By document id; those about which nothing was found are left out."""


def find_in_corpus(records: Iterable[PageRecord], config: Config, folder: Path | None = None) -> Findings:
    """Relations, clusters and their consequences; the same for *records* in any order.

    With mode ``drop`` the copies of whole documents take no part in clusters: what a removal names is really kept.

    Args:
        records: are read one after the other, once.
        folder: for what need not be held in memory; None to hold everything there.
    """
    with memory_kept(), _collecting_nothing():
        return _findings(records, config, folder)


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Nothing here leads back to itself: the garbage collector would go through what is known of all pages in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _corpora(records: Iterable[PageRecord], config: Config, folder: Path | None) -> tuple[Corpus, Corpus]:
    """Passages, and whole documents."""
    builder = CorpusBuilder(config.signatures, folder)
    for record in records:
        doc_id = record.elsewhere or record.facts.source.id
        builder.add([record.facts], [doc_id], record.passages, is_foreign=record.elsewhere is not None)
    return builder.finished(config.duplicates)


def _findings(records: Iterable[PageRecord], config: Config, folder: Path | None) -> Findings:
    corpus, wholes = _corpora(records, config, folder)
    settings, memory = config.duplicates, config.engine.memory_bytes // 4
    doc_ids = corpus.doc_ids
    between_wholes = find_relations(wholes, settings, memory)
    alike = find_clusters(wholes, between_wholes, settings.document)
    copies = document_copies(alike, wholes)
    set_aside = np.zeros(len(doc_ids), dtype=bool)
    if settings.mode == "drop":
        set_aside[list(copies)] = True
        set_aside &= ~corpus.is_foreign  # what another corpus has stays there

    relations = find_relations(corpus, settings, memory)
    clusters = find_clusters(corpus, relations, settings.cluster, set_aside)
    facts = fact_columns(corpus.facts, np.argsort(corpus.reading))
    members = cluster_table(corpus, facts, clusters, settings)
    syndication = syndications(corpus, facts.length, members)
    dropped = (
        removals(corpus, clusters, members, droppable_passages(corpus, clusters)) if settings.mode == "drop" else {}
    )

    cited_pages: set[int] = set()
    if settings.mode == "drop":
        for kept, _ in copies.values():  # a document that stands for its copies stays as it is
            dropped.pop(kept, None)
        cited = {removal.kept_doc_id for rows in dropped.values() for removal in rows}
        cited |= {doc_ids[kept] for kept, _ in copies.values()}
        cited_pages = {page for page, doc_id in enumerate(doc_ids) if doc_id in cited}
    pages = cited_pages | copies.keys() | syndication.keys() | dropped.keys()
    told = sorted(pages.difference(np.flatnonzero(corpus.is_foreign).tolist()))
    stays = [copies.get(page) for page in told]
    rows = zip(
        (copy and doc_ids[copy[0]] for copy in stays),
        (copy and round(copy[1], 6) for copy in stays),
        map(syndication.get, told),
        map(dropped.get, told, repeat(())),
        map(cited_pages.__contains__, told),
        strict=True,
    )
    del clusters  # what is let go leaves its memory to what follows
    new = telling(relations, corpus)
    del relations
    passages = with_copies(new, corpus)
    between_documents = document_relations(wholes, between_wholes, corpus, passages, settings)
    placed = placed_rows(corpus)
    del corpus, wholes
    return Findings(
        relations=relation_table(passages, placed),
        document_relations=between_documents,
        clusters=members,
        documents=dict(zip(map(doc_ids.__getitem__, told), make(DocumentFindings, rows), strict=True)),
    )
