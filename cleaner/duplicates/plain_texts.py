"""Near-duplicate search over plain strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import PagePassages, sign_pages
from cleaner.duplicates.copies import with_copies
from cleaner.duplicates.corpus import Corpus, CorpusBuilder
from cleaner.duplicates.document_findings import DocumentFindings
from cleaner.duplicates.passages import CUT, PASSAGE, PROSE, cut_spans
from cleaner.duplicates.relation_table import RelationTable, placed_rows, relation_table
from cleaner.duplicates.relations import find_relations
from cleaner.duplicates.search import PageRecord, find_in_corpus
from cleaner.duplicates.sentences import paragraphs_in
from cleaner.duplicates.telling import telling
from cleaner.duplicates.words import Words, words_of
from cleaner.model import Relation

_BREAK = "\n\n"
_TOGETHER, _AT_MOST = 300_000, 2_000
"""Characters, and texts, that are signed together: many short texts cost little more than a long one."""


def find_duplicates(texts: Sequence[str], config: Config | None = None) -> list[Relation]:
    """The relations between passages of *texts*; documents are named ``"0"``, ``"1"`` ..., spans count characters.

    Paragraphs are parted by empty lines. A text that is too short for a passage is one as a whole.

    >>> wire = "The council voted on Monday to close the old bridge for repairs that will take about two years."
    >>> [found] = find_duplicates([wire, "Nothing else was decided.", "Breaking: " + wire])
    >>> found.kind, found.doc_a, found.doc_b, found.matched
    ('near', '0', '2', 18)
    """
    table = _relations(texts, config or Config())
    return list(replace(table, doc_ids=tuple(map(str, range(len(texts))))))


def duplicate_columns(texts: Sequence[str], config: Config | None = None) -> dict[str, NDArray[Any]]:
    """The same relations as columns, by the names of their fields; ``doc_a`` and ``doc_b`` are places in *texts*.

    Many relations take a fraction of the time that as many records do.

    >>> wire = "The council voted on Monday to close the old bridge for repairs that will take about two years."
    >>> found = duplicate_columns([wire, "Nothing else was decided.", "Breaking: " + wire])
    >>> [found[name].tolist() for name in ("kind", "doc_a", "doc_b", "matched")]
    [['near'], [0], [2], [18]]
    """
    return _relations(texts, config or Config()).columns()


def _relations(texts: Sequence[str], config: Config) -> RelationTable:
    corpus = text_corpus(texts, config)
    relations = find_relations(corpus, config.duplicates, config.engine.memory_bytes // 4, for_clusters=False)
    return relation_table(with_copies(telling(relations, corpus), corpus), placed_rows(corpus))


def find_copies(documents: Iterable[tuple[DocumentFacts, str]], config: Config) -> dict[str, DocumentFindings]:
    """What there is to say about *documents* with text in common, by source id; spans count characters of the text.

    >>> wire = "The council voted on Monday to close the old bridge for repairs that will take about two years."
    >>> from cleaner.model import Source
    >>> late, early = DocumentFacts(Source("a"), date="2024-05-02"), DocumentFacts(Source("b"), date="2024-05-01")
    >>> find_copies([(late, wire), (early, wire)], Config())["a"].duplicate_of
    'b'
    """

    def records() -> Iterator[PageRecord]:
        for facts, text in documents:
            ended = text + _BREAK
            borders = np.array([0, len(ended)])
            yield PageRecord(facts, _signed(ended, borders, config, has_wholes=True))

    return find_in_corpus(records(), config).documents


def text_corpus(texts: Sequence[str], config: Config) -> Corpus:
    """The passages of *texts*, one page each, without names or anything else that is known of pages."""
    builder = CorpusBuilder(config.signatures)
    first = 0
    while first < len(texts):
        some = texts[first : first + _AT_MOST]
        ends = np.fromiter(map(len, some), np.int64, len(some)).cumsum()
        count = max(1, int(np.searchsorted(ends, _TOGETHER)))
        joined = _BREAK.join([*some[:count], ""])
        borders = np.arange(count + 1) * len(_BREAK)
        borders[1:] += ends[:count]
        builder.add((), (), _signed(joined, borders, config, has_wholes=False))
        first += count
    return builder.finished(config.duplicates)[0]


def _signed(text: str, borders: NDArray[np.int64], config: Config, *, has_wholes: bool) -> PagePassages:
    """The strings between neighbouring *borders* of *text*, each a page, signed."""
    words = words_of(text, borders)
    passages = _passages_of(text, borders, config.passages, words)
    return sign_pages(text, borders, passages, config.signatures, words, has_wholes=has_wholes)


def _passages_of(text: str, borders: NDArray[np.int64], config: config.Passages, words: Words) -> NDArray[np.void]:
    """The passages of the strings between neighbouring *borders* of *text*; one that is too short for any is one."""
    paragraphs = paragraphs_in(text)
    found = cut_spans(text, paragraphs, bytes([PROSE]) * len(paragraphs), config, words.start)
    cut = np.diff(np.searchsorted(found["start"], borders))
    short = np.flatnonzero(cut == 0)
    begin, end = borders[short], borders[short + 1] - len(_BREAK)
    counts = np.diff(words.begins)[short]
    alone = np.empty(len(short), dtype=CUT)
    alone["start"], alone["end"], alone["kind"] = begin, end, PASSAGE
    alone["first"], alone["words"] = words.begins[short], counts
    alone = alone[counts > 0]
    return np.insert(found, np.searchsorted(found["start"], alone["start"]), alone) if len(alone) else found
