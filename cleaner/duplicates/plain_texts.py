"""Near-duplicate search over plain strings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.compiled import make
from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import sign_pages
from cleaner.duplicates.corpus import Corpus, CorpusBuilder
from cleaner.duplicates.document_findings import DocumentFindings
from cleaner.duplicates.passages import CUT, PASSAGE, cut_passages
from cleaner.duplicates.relation_table import relation_table, told_relations
from cleaner.duplicates.relations import find_relations
from cleaner.duplicates.search import PageRecord, find_in_corpus
from cleaner.duplicates.words import word_places
from cleaner.model import Relation, Source, TextBlock

_EMPTY_LINE = re.compile(r"\n(?=[^\S\n]*+\n)")
_BREAK = "\n\n"
_TOGETHER = 300_000
"""Characters, or one text more, that are signed together: many short texts cost little more than a long one."""


def find_duplicates(texts: Sequence[str], config: Config | None = None) -> list[Relation]:
    """The relations between passages of *texts*; documents are named ``"0"``, ``"1"`` ..., spans count characters.

    Paragraphs are parted by empty lines. A text that is too short for a passage is one as a whole.

    >>> wire = "The council voted on Monday to close the old bridge for repairs that will take about two years."
    >>> [found] = find_duplicates([wire, "Nothing else was decided.", "Breaking: " + wire])
    >>> found.kind, found.doc_a, found.doc_b, found.matched
    ('near', '0', '2', 18)
    """
    config = config or Config()
    if not texts:
        return []
    corpus = text_corpus(texts, config)
    relations = find_relations(corpus, config.duplicates, config.engine.memory_bytes // 4)
    return list(relation_table(told_relations(relations, corpus), corpus))


def find_copies(documents: Iterable[tuple[DocumentFacts, str]], config: Config) -> dict[str, DocumentFindings]:
    """What there is to say about *documents* with text in common, by source id; spans count characters of the text.

    >>> wire = "The council voted on Monday to close the old bridge for repairs that will take about two years."
    >>> late, early = DocumentFacts(Source("a"), date="2024-05-02"), DocumentFacts(Source("b"), date="2024-05-01")
    >>> find_copies([(late, wire), (early, wire)], Config())["a"].duplicate_of
    'b'
    """

    def records() -> Iterator[PageRecord]:
        for facts, text in documents:
            ended = text + _BREAK
            borders = [0, len(ended)]
            passages = _passages_of(ended, borders, config.passages)
            yield PageRecord(facts, sign_pages(ended, borders, passages, config.signatures))

    return find_in_corpus(records(), config).documents


def text_corpus(texts: Sequence[str], config: Config) -> Corpus:
    """The passages of *texts*, one page each."""
    builder = CorpusBuilder(config.signatures)
    ends = list(accumulate(map(len, texts)))
    last = 0
    while last < len(texts):
        first, last = last, bisect_right(ends, ends[last] + _TOGETHER, last + 1)
        some = texts[first:last]
        joined = _BREAK.join(some) + _BREAK
        borders = [0, *accumulate(len(text) + len(_BREAK) for text in some)]
        sources = make(Source, zip(repeat(""), range(first, last)))
        builder.add(
            make(DocumentFacts, zip(sources), (None, None, None, 0)),
            list(map(str, range(first, last))),
            sign_pages(joined, borders, _passages_of(joined, borders, config.passages), config.signatures),
        )
    return builder.finished(config.duplicates)[0]


def _passages_of(text: str, borders: Sequence[int], config: config.Passages) -> NDArray[np.void]:
    """The passages of the strings between neighbouring *borders* of *text*; one that is too short for any is one."""
    breaks = [0, *(match.start() for match in _EMPTY_LINE.finditer(text)), len(text)]
    found = cut_passages(text, make(TextBlock, pairwise(breaks), ("paragraph", 0)), config)
    cut = np.diff(np.searchsorted(found["start"], borders))
    short = [(borders[at], borders[at + 1] - len(_BREAK)) for at in np.flatnonzero(cut == 0).tolist()]
    rows = [(begin, end, PASSAGE, len(word_places(text[begin:end])[0])) for begin, end in short]
    alone = np.array([row for row in rows if row[-1]], dtype=CUT)
    return np.insert(found, np.searchsorted(found["start"], alone["start"]), alone)
