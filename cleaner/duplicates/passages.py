"""Kept text cut into passages, the unit of near-duplicate search.

Passages proper are disjoint: a block, a piece of a long block, or a run of short list items or table rows. Beside them
stand sub-passages, the quotations and sentences inside one passage, which may overlap each other.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleaner import config
from cleaner.duplicates.quotes import quote_spans
from cleaner.duplicates.sentences import sentence_spans, trimmed_span
from cleaner.duplicates.words import word_starts
from cleaner.model import Passage, PassageKind, TextBlock

_LISTED = frozenset({"item", "row"})
_PROSE = frozenset({"paragraph", "item", "quote", "caption", "heading"})
_SPACE = re.compile(r"\s")
_SENTENCE_STRETCH = 2
"""A sentence up to so many times ``max_words`` stays whole; text without sentence ends is cut between words."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, to count them in any part of it that begins and ends between words."""

    starts: array[int]

    def ordinals(self, start: int, end: int) -> tuple[int, int]:
        """Half-open range of word numbers; two spans with the same range hold the same words."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def count(self, start: int, end: int) -> int:
        first, last = self.ordinals(start, end)
        return last - first


def cut_passages(text: str, blocks: Sequence[TextBlock], config: config.Passages) -> list[Passage]:
    """The passages and sub-passages of a document, sorted by start, the longer first.

    *blocks* are sorted and disjoint, and begin and end between words. A block of ``min_words`` or more is a passage.
    One longer than ``max_words`` is cut at sentence ends into pieces that tile it but for the space between them; a
    piece is never shorter than ``min_words``. A run of neighbouring list items (or table rows) that are each too short
    is one passage. Quotations and sentences of ``min_sub_words`` or more are sub-passages of the passage they stand in:
    clipped to it, and left out where they hold the same words as the passage or as another sub-passage.
    """
    found: list[Passage] = []
    words = _Words(word_starts(text))
    for start, end, is_prose in _stretches(text, blocks, words, config):
        count = words.count(start, end)
        if count < config.min_words:
            continue
        if count < config.min_sub_words and count <= config.max_words:
            found.append(Passage(start, end, "passage", count))
            continue
        sentences = sentence_spans(text, start, end) if is_prose else [(start, end)]
        quotes = quote_spans(text, start, end) if is_prose else []
        pieces = [(start, end)] if count <= config.max_words else _pieces(text, sentences, words, config)
        found += [Passage(first, last, "passage", words.count(first, last)) for first, last in pieces]
        found += _sub_passages(pieces, quotes, sentences if is_prose else [], words, config)
    return sorted(found, key=lambda passage: (passage.text_start, -passage.text_end, passage.kind))


def _stretches(
    text: str, blocks: Sequence[TextBlock], words: _Words, config: config.Passages
) -> Iterator[tuple[int, int, bool]]:
    """Trimmed spans to cut passages from, and whether they hold prose: blocks, and runs of short items or rows."""
    run: list[tuple[int, int]] = []
    run_words = 0
    run_role = ""
    for block in blocks:
        start, end = trimmed_span(text, block.text_start, block.text_end)
        if start >= end:
            continue
        count = words.count(start, end) if block.role in _LISTED else config.min_words
        if run and (block.role != run_role or count >= config.min_words or run_words + count > config.max_words):
            yield run[0][0], run[-1][1], False
            run, run_words = [], 0
        if count < config.min_words:
            run.append((start, end))
            run_words += count
            run_role = block.role
        else:
            yield start, end, block.role in _PROSE
    if run:
        yield run[0][0], run[-1][1], False


def _pieces(
    text: str, sentences: list[tuple[int, int]], words: _Words, config: config.Passages
) -> list[tuple[int, int]]:
    """Neighbouring sentences put together up to ``max_words``."""
    pieces: list[tuple[int, int]] = []
    sizes: list[int] = []
    for start, end in _atoms(text, sentences, words, config):
        size = words.count(start, end)
        if sizes and (sizes[-1] < config.min_words or sizes[-1] + size <= config.max_words):
            pieces[-1] = (pieces[-1][0], end)
            sizes[-1] += size
        else:
            pieces.append((start, end))
            sizes.append(size)
    if len(pieces) > 1 and sizes[-1] < config.min_words:
        last = pieces.pop()
        pieces[-1] = (pieces[-1][0], last[1])
    return pieces


def _atoms(
    text: str, sentences: list[tuple[int, int]], words: _Words, config: config.Passages
) -> Iterator[tuple[int, int]]:
    """*sentences*, those beyond measure cut between words, at white space where there is some nearby."""
    for start, end in sentences:
        first, last = words.ordinals(start, end)
        at = start
        while last - first > _SENTENCE_STRETCH * config.max_words:
            longest = first + config.max_words
            nearby = range(longest, longest - max(config.max_words // 3, 1), -1)
            cut = next((word for word in nearby if _space_before(text, word, words) is not None), longest)
            border = _space_before(text, cut, words)
            border = words.starts[cut] if border is None else border
            yield trimmed_span(text, at, border)
            at, first = border, cut
        yield trimmed_span(text, at, end)


def _space_before(text: str, word: int, words: _Words) -> int | None:
    """Where the first white space after the previous word is; None if the two are not parted by any."""
    gap = _SPACE.search(text, words.starts[word - 1], words.starts[word])
    return gap.start() if gap else None


def _sub_passages(
    pieces: list[tuple[int, int]],
    quotes: list[tuple[int, int]],
    sentences: list[tuple[int, int]],
    words: _Words,
    config: config.Passages,
) -> Iterator[Passage]:
    """Quotations and sentences long enough, each inside one of *pieces*."""
    seen = {words.ordinals(*piece) for piece in pieces}
    piece_ends = [end for _, end in pieces]
    kinds: tuple[tuple[PassageKind, list[tuple[int, int]]], ...] = (("quote", quotes), ("sentence", sentences))
    for kind, spans in kinds:
        for start, end in spans:
            at = bisect_left(piece_ends, start + 1)
            while at < len(pieces) and pieces[at][0] < end:
                clipped = max(start, pieces[at][0]), min(end, pieces[at][1])
                ordinals = words.ordinals(*clipped)
                count = ordinals[1] - ordinals[0]
                if count >= config.min_sub_words and ordinals not in seen:
                    seen.add(ordinals)
                    yield Passage(*clipped, kind, count)
                at += 1
