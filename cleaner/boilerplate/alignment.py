"""Which blocks of a page an extractor's output holds, found word by word.

The output is a string that says nothing of places: white space, bullets and separators differ from the page's, bits
are moved or repeated, and the same words may stand in the menu too. Blocks that the output holds in one place only
anchor the two sequences (as in a patience diff); between two anchors the other blocks are matched in order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

GRAM = 3
"""Words in a row that support a match; shorter blocks must be a line, or a table cell, of the output."""

SHARE = 0.6
"""Share of a block's words that must be matched."""

MOVED = 8
"""Words from which a block counts as matched out of order too."""

_MAX_ANCHOR_PLACES = 4
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_UNSPACED_WORD = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")
_SPACED_WORD = re.compile(r"\w+")
_CELL = re.compile(r"[\n|]")


@dataclass(frozen=True, slots=True)
class _Match:
    """A block found at ``[start, end)`` of the output's words."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a run of words stands in the output, in order, and how far into the block it is."""

    runs: Sequence[int]
    offset: int

    def __len__(self) -> int:
        return len(self.runs)

    def first(self, count: int) -> Iterator[int]:
        """Where the block may begin, the first *count* places."""
        return (max(0, run - self.offset) for run in islice(self.runs, count))

    def next_from(self, cursor: int) -> int | None:
        """The first place at *cursor* or behind it."""
        at = bisect_left(self.runs, cursor + self.offset)
        return self.runs[at] - self.offset if at < len(self.runs) else None


_NOWHERE: Sequence[int] = ()


class _Output:
    """The output's words, with an index of where each run of words stands."""

    def __init__(self, text: str, word: re.Pattern[str]) -> None:
        self.words: list[str] = []
        self._first: dict[tuple[str, ...], int] = {}
        self._again: dict[tuple[str, ...], list[int]] = {}
        for cell in _CELL.split(text.lower()):
            words = word.findall(cell)
            if 0 < len(words) < GRAM:
                self._enter(tuple(words), len(self.words))
            self.words += words
        for at, gram in enumerate(zip(self.words, self.words[1:], self.words[2:], strict=False)):
            first = self._first.setdefault(gram, at)
            if first != at:
                self._again.setdefault(gram, [first]).append(at)

    def _enter(self, gram: tuple[str, ...], at: int) -> None:
        first = self._first.setdefault(gram, at)
        if first != at:
            self._again.setdefault(gram, [first]).append(at)

    def places(self, words: Sequence[str]) -> _Places:
        """Where a block of these words may begin: where its rarest run of words stands."""
        grams = zip(words, words[1:], words[2:], strict=False) if len(words) >= GRAM else (tuple(words),)
        best, offset = _NOWHERE, 0
        for at, gram in enumerate(grams):
            first = self._first.get(gram)
            if first is None:
                continue
            found = self._again.get(gram)
            if found is None:
                return _Places([first], at)
            if not best or len(found) < len(best):
                best, offset = found, at
        return _Places(best, offset)

    def holds(self, words: Sequence[str], start: int) -> bool:
        """Whether most of *words* stand at *start*."""
        end = start + len(words)
        if self.words[start:end] == words:
            return True
        window = Counter(self.words[start : end + len(words) // 4])
        return (Counter(words) & window).total() >= SHARE * len(words)


def matched_blocks(texts: Sequence[str], output: str) -> set[int]:
    """The numbers of the *texts* that *output* holds.

    >>> texts = ["Home", "A long day ends.", "Home", "Share", "It was good"]
    >>> sorted(matched_blocks(texts, "- A long  day ends. It was good"))
    [1, 4]
    """
    word = _UNSPACED_WORD if _HAS_UNSPACED.search(output) else _SPACED_WORD
    blocks = [word.findall(text.lower()) for text in texts]
    index = _Output(output, word)
    places = [index.places(words) for words in blocks]
    anchors = _chain(
        [
            _Match(at, start, start + len(words))
            for at, words in enumerate(blocks)
            if len(words) >= GRAM and len(places[at]) <= _MAX_ANCHOR_PLACES
            for start in places[at].first(_MAX_ANCHOR_PLACES)
            if index.holds(words, start)
        ]
    )
    matches = _fill(blocks, places, index, anchors)
    return {match.block for match in matches} | _moved(blocks, places, index, matches)


def _chain(candidates: Sequence[_Match]) -> list[_Match]:
    """The heaviest chain of *candidates* that goes forward in blocks and output alike.

    Of two equal blocks the one whose neighbour in the page is its neighbour in the output is the heavier.
    """
    begins = {(match.block, match.start) for match in candidates}
    stops = {(match.block, match.end) for match in candidates}
    ends = sorted({match.end for match in candidates})
    best: list[tuple[int, int]] = [(0, -1)] * (len(ends) + 1)  # Fenwick tree: weight and last match of a chain
    weights: list[int] = []
    previous: list[int] = []
    pending: list[int] = []
    top = (0, -1)
    for number, match in enumerate(candidates):
        if pending and candidates[pending[0]].block != match.block:
            _enter(best, ends, candidates, weights, pending)
            pending = []
        weight, before = _best_up_to(best, bisect_left(ends, match.start + 1))
        beside = ((match.block + 1, match.end) in begins) + ((match.block - 1, match.start) in stops)
        weights.append(weight + 4 * (match.end - match.start) + beside)
        previous.append(before)
        pending.append(number)
        top = max(top, (weights[number], number))
    chain: list[_Match] = []
    at = top[1]
    while at >= 0:
        chain.append(candidates[at])
        at = previous[at]
    return chain[::-1]


def _best_up_to(tree: Sequence[tuple[int, int]], count: int) -> tuple[int, int]:
    """The heaviest chain among the first *count* ends."""
    best = (0, -1)
    while count > 0:
        best = max(best, tree[count])
        count -= count & -count
    return best


def _enter(
    tree: list[tuple[int, int]],
    ends: Sequence[int],
    candidates: Sequence[_Match],
    weights: Sequence[int],
    numbers: Sequence[int],
) -> None:
    """Make the chains that end with the candidates *numbers* known to the blocks behind them."""
    for number in numbers:
        at = bisect_left(ends, candidates[number].end) + 1
        while at < len(tree):
            tree[at] = max(tree[at], (weights[number], number))
            at += at & -at


def _fill(
    blocks: Sequence[Sequence[str]], places: Sequence[_Places], index: _Output, anchors: Sequence[_Match]
) -> list[_Match]:
    """*anchors*, and the blocks between them that stand between them in the output too."""
    matches: list[_Match] = []
    cursor = at = 0
    for anchor in [*anchors, _Match(len(blocks), len(index.words), len(index.words))]:
        for block in range(at, anchor.block):
            words = blocks[block]
            start = places[block].next_from(cursor)
            if start is not None and start + len(words) <= anchor.start and index.holds(words, start):
                matches.append(_Match(block, start, start + len(words)))
                cursor = start + len(words)
        if anchor.block < len(blocks):
            matches.append(anchor)
        at, cursor = anchor.block + 1, anchor.end
    return matches


def _moved(
    blocks: Sequence[Sequence[str]], places: Sequence[_Places], index: _Output, matches: Sequence[_Match]
) -> set[int]:
    """Blocks that stand elsewhere in the output, where no other block was found."""
    claimed = bytearray(len(index.words))
    for match in matches:
        claimed[match.start : match.end] = b"\1" * (min(match.end, len(claimed)) - match.start)
    taken = {match.block for match in matches}
    moved = set()
    for at, words in enumerate(blocks):
        if at in taken or len(words) < MOVED:
            continue
        for start in places[at].first(_MAX_ANCHOR_PLACES):
            end = start + len(words)
            if claimed.count(1, start, end) <= (1 - SHARE) * len(words) and index.holds(words, start):
                moved.add(at)
                claimed[start:end] = b"\1" * (min(end, len(claimed)) - start)
                break
    return moved
