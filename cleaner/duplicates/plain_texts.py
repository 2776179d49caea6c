"""Near-duplicate search over plain strings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import sign_pages
from cleaner.duplicates.corpus import Corpus, CorpusBuilder
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.relation_table import relation_table, told_relations
from cleaner.duplicates.relations import find_relations
from cleaner.duplicates.search import DocumentFindings, PageRecord, find_in_corpus
from cleaner.duplicates.words import word_starts
from cleaner.model import Passage, Relation, Source, TextBlock

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![^\S\n]*+\n))+")
_BREAK = "\n\n"
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
            passages = _passages_of(ended, borders, config)
            yield PageRecord(facts, sign_pages(ended, borders, passages, config.signatures))

    return find_in_corpus(records(), config).documents


def text_corpus(texts: Sequence[str], config: Config) -> Corpus:
    """The passages of *texts*, one page each."""
    builder = CorpusBuilder(config.signatures)
    for first in range(0, len(texts), _TOGETHER):
        some = texts[first : first + _TOGETHER]
        joined = _BREAK.join(some) + _BREAK
        borders = [0, *accumulate(len(text) + len(_BREAK) for text in some)]
        numbers = range(first, first + len(some))
        builder.add(
            [DocumentFacts(Source("", number)) for number in numbers],
            [str(number) for number in numbers],
            sign_pages(joined, borders, _passages_of(joined, borders, config), config.signatures),
        )
    return builder.finished(config.duplicates)[0]


def _passages_of(text: str, borders: Sequence[int], config: Config) -> list[list[Passage]]:
    """The passages of each of the strings between neighbouring *borders* of *text*."""
    blocks = [TextBlock(*match.span(), "paragraph") for match in _PARAGRAPH.finditer(text)]
    passages: list[list[Passage]] = [[] for _ in borders[1:]]
    for passage in cut_passages(text, blocks, config.passages):
        passages[bisect_right(borders, passage.text_start) - 1].append(passage)
    for some, (begin, end) in zip(passages, pairwise(borders), strict=True):
        words = 0 if some else len(word_starts(text[begin:end]))
        if words:
            some.append(Passage(begin, end - len(_BREAK), "passage", words))
    return passages
