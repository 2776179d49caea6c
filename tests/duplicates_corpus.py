"""Small corpora for the tests of near-duplicate search."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import sign_pages
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.search import DocumentFindings, Findings, PageRecord
from cleaner.model import ClusterMember, Relation, Source, TextBlock


def paragraphs(text: str) -> list[TextBlock]:
    """Every non-empty line of *text*."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(TextBlock(at, at + len(line), "paragraph"))
        at += len(line) + 1
    return blocks


def record(
    path: str,
    text: str,
    config: Config,
    *,
    site: str | None = None,
    date: str | None = None,
    wire: str | None = None,
) -> PageRecord:
    """The record of a page whose source text is its clean text."""
    passages = cut_passages(text, paragraphs(text), config.passages)
    signed = sign_pages(text, [0, len(text)], passages, config.signatures)
    return PageRecord(DocumentFacts(Source(path), site, date, wire, len(text)), signed)


def records(texts: dict[str, str], config: Config) -> Sequence[PageRecord]:
    """One record per path."""
    return [record(path, text, config) for path, text in texts.items()]


def told(findings: Findings) -> tuple[list[Relation], list[ClusterMember], dict[str, DocumentFindings]]:
    """*findings* as values that can be compared."""
    return list(findings.relations), list(findings.clusters), findings.documents
