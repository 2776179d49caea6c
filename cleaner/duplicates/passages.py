"""Kept text cut into passages, the unit of near-duplicate search.

Passages proper are disjoint: a block, a piece of a long block, or a run of short list items or table rows. Beside them
stand sub-passages, the quotations and sentences inside one passage, which may overlap each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled, config
from cleaner.duplicates.quotes import quote_kinds, quotes_in
from cleaner.duplicates.sentences import KNOWN_WORDS, sentence_kinds, sentences_in, trimmed_span, word_sieve
from cleaner.duplicates.signatures import places_of
from cleaner.duplicates.words import Words, ordinals, words_of
from cleaner.model import PassageKind, Role, TextBlock

KINDS: tuple[PassageKind, ...] = get_args(PassageKind)
"""What the numbers of ``kind`` columns mean."""
PASSAGE = KINDS.index("passage")
QUOTE = KINDS.index("quote")
SENTENCE = KINDS.index("sentence")

CUT = np.dtype([("start", "<i8"), ("end", "<i8"), ("first", "<i8"), ("words", "<i8"), ("kind", "<u1")], align=True)
"""A passage: where it is in the clean text, its first word and how many it has, as the text shows them; its kind."""

PROSE, _ITEM, _ROW = 1, 2, 4
"""What a block may be: one that is no prose has no sentences or quotations, short items or rows stand together."""
_LISTED = _ITEM | _ROW
_ROLES: dict[Role, int] = {"item": PROSE | _ITEM, "row": _ROW}
_ROLES |= dict.fromkeys(("paragraph", "quote", "caption", "heading"), PROSE)
_SPACE = re.compile(r"\s")
_SENTENCE_STRETCH = 2
"""A sentence up to so many times ``max_words`` stays whole; text without sentence ends is cut between words."""

_LONGEST = 2**31 - 1
"""Characters of a text, as their places are stored."""

Spans = NDArray[np.int64]
"""(m, 2) starts and ends."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, to count them in any part of it that begins and ends between words."""

    starts: NDArray[np.int32]

    def ordinals(self, spans: Spans) -> Spans:
        """Half-open range of word numbers; two spans with the same range hold the same words."""
        return ordinals(self.starts, spans)

    def counts(self, spans: Spans) -> NDArray[np.int64]:
        """How many words there are in each of *spans*."""
        first, last = self.ordinals(spans).T
        return np.asarray(last - first)


def cut_passages(
    text: str, blocks: Sequence[TextBlock], config: config.Passages, words: Words | None = None
) -> NDArray[np.void]:
    """The passages and sub-passages of a document, of ``CUT``, sorted by start, the longer first.

    *blocks* are sorted and disjoint, and begin and end between words. A block of ``min_words`` or more is a passage.
    One longer than ``max_words`` is cut at sentence ends into pieces that tile it but for the space between them; a
    piece is never shorter than ``min_words``. A run of neighbouring list items (or table rows) that are each too short
    is one passage. Quotations and sentences of ``min_sub_words`` or more are sub-passages of the passage they stand in:
    clipped to it, and left out where they hold the same words as the passage or as another sub-passage.

    Args:
        words: those of *text*, if they are known already.
    """
    words = words or words_of(text, np.array([0, len(text)]))
    spans = np.ascontiguousarray(compiled.columns(TextBlock, blocks, 2).T)
    return cut_spans(text, spans, bytes([_ROLES.get(block.role, 0) for block in blocks]), config, words.start)


def cut_spans(
    text: str, blocks: Spans, roles: bytes, config: config.Passages, starts: NDArray[np.int32]
) -> NDArray[np.void]:
    """The same of the spans of *blocks*, and what each is, one of ``PROSE`` and the others.

    *starts* says where the words of *text* begin.
    """
    if compiled.native is not None:
        lengths = config.max_words, config.min_words, config.min_sub_words
        sentences = sentence_kinds(), KNOWN_WORDS, word_sieve()
        return np.frombuffer(
            compiled.native.passages(text, blocks, roles, starts, lengths, *sentences, *quote_kinds()), CUT
        )
    words = _Words(starts)
    found = np.array(list(_stretches(text, blocks, roles, words, config)), dtype=np.int64).reshape(-1, 3)
    return _cut_stretches(text, found[:, :2], found[:, 2] != 0, config, words)


def _cut_stretches(
    text: str, stretches: Spans, is_prose: NDArray[np.bool_], config: config.Passages, words: _Words
) -> NDArray[np.void]:
    """The passages of blocks and runs of blocks without the space around them."""
    counts = words.counts(stretches)
    kept = counts >= config.min_words
    stretches, is_prose, counts = stretches[kept], is_prose[kept], counts[kept]
    prose = stretches[is_prose & ((counts >= config.min_sub_words) | (counts > config.max_words))]
    sentences, quotes = sentences_in(text, prose), quotes_in(text, prose)
    is_long = counts > config.max_words
    pieces = stretches
    if is_long.any():
        parts = _pieces(text, stretches[is_long], is_prose[is_long], sentences, words, config)
        pieces = np.concatenate([stretches[~is_long], parts])
        pieces = pieces[np.argsort(pieces[:, 0])]
    spans, kind = _sub_passages(pieces, quotes[:, 1:], sentences[:, 1:])
    numbers = words.ordinals(spans)
    counts = numbers[:, 1] - numbers[:, 0]
    # Of what holds the same words the first one stays: the passage, then quotations, then sentences.
    is_first = np.zeros(len(spans), dtype=np.bool_)
    is_first[np.unique(numbers[:, 0] << 32 | numbers[:, 1], return_index=True)[1]] = True
    kept = (kind == PASSAGE) | (is_first & (counts >= max(config.min_sub_words, 1)))
    cut = np.empty(int(kept.sum()), dtype=CUT)
    cut["start"], cut["end"] = spans[kept].T
    cut["kind"], cut["first"], cut["words"] = kind[kept], numbers[kept, 0], counts[kept]
    # By start, then the longer first, then by kind, all in one number.
    start, shorter = cut["start"].astype(np.uint64), (_LONGEST - cut["end"] + cut["start"]).astype(np.uint64)
    return cut.take(np.argsort(start << np.uint64(33) | shorter << np.uint64(2) | cut["kind"]))


def _stretches(
    text: str, blocks: Spans, roles: bytes, words: _Words, config: config.Passages
) -> Iterator[tuple[int, int, int]]:
    """Trimmed spans to cut passages from, and whether they hold prose: blocks, and runs of short items or rows."""
    spans = [trimmed_span(text, start, end) for start, end in blocks.tolist()]
    run: list[tuple[int, int]] = []
    run_words = run_role = 0
    counts = words.counts(np.array(spans, dtype=np.int64).reshape(-1, 2)).tolist()
    for (start, end), count, role in zip(spans, counts, roles, strict=True):
        if start == end:
            continue
        short = role & _LISTED if count < config.min_words else 0
        if run and (short != run_role or run_words + count > config.max_words):
            yield run[0][0], run[-1][1], 0
            run, run_words = [], 0
        if short:
            run.append((start, end))
            run_words += count
            run_role = short
        else:
            yield start, end, role & PROSE
    if run:
        yield run[0][0], run[-1][1], 0


def _pieces(
    text: str, stretches: Spans, is_prose: NDArray[np.bool_], sentences: Spans, words: _Words, config: config.Passages
) -> Spans:
    """Each of *stretches* in pieces: neighbouring sentences put together up to ``max_words``; all of it if no prose."""
    begins, ends = np.searchsorted(sentences[:, 1], stretches).T
    counts = np.where(is_prose, ends - begins, 1)
    owner = np.repeat(np.arange(len(stretches)), counts)
    inside = stretches[owner]
    inside[is_prose[owner]] = sentences[places_of(begins, counts)[is_prose[owner]], 1:]
    pieces: list[tuple[int, int]] = []
    size, first, current = 0, 0, -1
    for number, start, end, *numbers in np.column_stack([owner, inside, words.ordinals(inside)]).tolist():
        if number != current:
            _join_last(pieces, first, size, config)
            size, first, current = 0, len(pieces), number
        for atom, ended, count in _atoms(text, start, end, numbers, words, config):
            if size and (size < config.min_words or size + count <= config.max_words):
                pieces[-1] = pieces[-1][0], ended
                size += count
            else:
                pieces.append((atom, ended))
                size = count
    _join_last(pieces, first, size, config)
    return np.array(pieces, dtype=np.int64).reshape(-1, 2)


def _join_last(pieces: list[tuple[int, int]], first: int, size: int, config: config.Passages) -> None:
    """Joins the last of *pieces*, of *size* words, with the one before if it is too short and not the *first*."""
    if len(pieces) > first + 1 and size < config.min_words:
        _, end = pieces.pop()
        pieces[-1] = pieces[-1][0], end


def _atoms(
    text: str, start: int, end: int, numbers: Sequence[int], words: _Words, config: config.Passages
) -> Iterable[tuple[int, int, int]]:
    """Start, end and words of a sentence; of its parts if it is beyond measure.

    It is cut between words, at white space where there is some nearby.
    """
    word, last = numbers
    longest = _SENTENCE_STRETCH * config.max_words
    if last - word <= longest:
        return [(start, end, last - word)]
    atoms = []
    while last - word > longest:
        latest = word + config.max_words
        nearby = range(latest, latest - max(config.max_words // 3, 1), -1)
        cut = next((place for place in nearby if _space_before(text, place, words) is not None), latest)
        border = _space_before(text, cut, words)
        border = int(words.starts[cut]) if border is None else border
        atoms.append((*trimmed_span(text, start, border), cut - word))
        start, word = border, cut
    return [*atoms, (*trimmed_span(text, start, end), last - word)]


def _space_before(text: str, word: int, words: _Words) -> int | None:
    """Where the first white space after the previous word is; None if the two are not parted by any."""
    gap = _SPACE.search(text, *words.starts[word - 1 : word + 1].tolist())
    return gap.start() if gap else None


def _sub_passages(pieces: Spans, quotes: Spans, sentences: Spans) -> tuple[Spans, NDArray[np.uint8]]:
    """*pieces*, and *quotes* and *sentences* clipped to each of them that they reach into; and their kinds."""
    spans = np.concatenate([quotes, sentences])
    kind = np.repeat(np.array([QUOTE, SENTENCE], dtype=np.uint8), [len(quotes), len(sentences)])
    first = np.searchsorted(pieces[:, 1], spans[:, 0], side="right")
    many = np.maximum(np.searchsorted(pieces[:, 0], spans[:, 1]) - first, 0)
    around = pieces[places_of(first, many)]
    clipped = np.repeat(spans, many, axis=0)
    clipped = np.column_stack([np.maximum(clipped[:, 0], around[:, 0]), np.minimum(clipped[:, 1], around[:, 1])])
    kinds = np.concatenate([np.full(len(pieces), PASSAGE, dtype=np.uint8), np.repeat(kind, many)])
    return np.concatenate([pieces, clipped]), kinds
