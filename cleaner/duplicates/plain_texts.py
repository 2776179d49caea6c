"""Near-duplicate search over plain strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import page_passages
from cleaner.duplicates.corpus import Corpus, CorpusBuilder
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.relation_table import relation_table
from cleaner.duplicates.relations import find_relations
from cleaner.duplicates.signatures import sign_documents
from cleaner.duplicates.telling import telling
from cleaner.duplicates.words import word_starts
from cleaner.model import Passage, Relation, Source, TextBlock

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![^\S\n]*+\n))+")
_TOGETHER = 256


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
    return list(relation_table(telling(relations, corpus), corpus))


def text_corpus(texts: Sequence[str], config: Config) -> Corpus:
    """The passages of *texts*, one page each."""
    builder = CorpusBuilder(config.signatures)
    for first in range(0, len(texts), _TOGETHER):
        cut = [(text, _passages_of(text, config)) for text in texts[first : first + _TOGETHER]]
        signed = sign_documents(cut, config.signatures)
        for number, ((text, passages), document) in enumerate(zip(cut, signed, strict=True), first):
            starts = [*(passage.text_start for passage in passages), 0]
            ends = [*(passage.text_end for passage in passages), len(text)]
            page = page_passages(
                passages, len(text), document, (np.array(starts), np.array(ends)), (document.word_start, document.word_end)
            )
            builder.add(DocumentFacts(Source("", number)), str(number), page)
    return builder.finished(config.duplicates)[0]


def _passages_of(text: str, config: Config) -> list[Passage]:
    """The passages of a plain string."""
    blocks = [TextBlock(*match.span(), "paragraph") for match in _PARAGRAPH.finditer(text)]
    found = cut_passages(text, blocks, config.passages)
    words = 0 if found else len(word_starts(text))
    return [Passage(0, len(text), "passage", words)] if words else found
