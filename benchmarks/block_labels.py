"""Which blocks of a labelled page are main content, and how sure that is: ``python -m benchmarks.block_labels --data``.

The ground truth is a string without places. Blocks are first matched to it word by word in order, as an extractor's
output is; then single blocks are added or taken away as long as the page's word F1 grows.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.wcxb import as_page, mean, read_labelled, score, words
from cleaner.boilerplate.alignment import matched_blocks
from cleaner.reading.segment_html import segment_html

GRAM = 3
"""Words in a row that must stand in the truth for a block to be added."""

AMBIGUOUS = 0.3
"""Weight of a block whose label the truth leaves open."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One entry a block."""

    main: tuple[bool, ...]
    weights: tuple[float, ...]
    f1: float
    """What the labels themselves would score."""

    @property
    def teaches(self) -> bool:
        """Whether the truth stands in the page at all."""
        return self.f1 >= 0.6 and any(self.main)


def label_blocks(texts: Sequence[str], truth: str) -> Labels:
    """The labels of blocks that read *texts*.

    >>> label_blocks(["Home", "A long day ends.", "Share this now"], "A long day ends").main
    (False, True, False)
    """
    wanted = Counter(words(truth))
    blocks = [words(text) for text in texts]
    supports = _supports(blocks, _grams(words(truth)))
    kept = matched_blocks(texts, truth) if wanted else set()
    kept = {at for at in kept if blocks[at]}
    _climb(blocks, wanted, supports, kept)
    have = Counter[str]()
    for at in kept:
        have.update(blocks[at])
    folded = {tuple(blocks[at]) for at in kept}
    weights = tuple(
        _certainty(block, at in kept, tuple(block) in folded, support)
        for at, (block, support) in enumerate(zip(blocks, supports, strict=True))
    )
    return Labels(tuple(at in kept for at in range(len(blocks))), weights, score(have, wanted).f1)


def _grams(row: Sequence[str]) -> set[tuple[str, ...]]:
    return set(zip(row, row[1:], row[2:], strict=False))


def _supports(blocks: Sequence[Sequence[str]], grams: set[tuple[str, ...]]) -> list[float]:
    """Share of each block's words that stand in the truth within a run of words of the page.

    Runs go on from one block to the next, so that a name or a price is told by what stands beside it.
    """
    flat = [word for block in blocks for word in block]
    covered = bytearray(len(flat) + 2)
    for at, run in enumerate(zip(flat, flat[1:], flat[2:], strict=False)):
        if run in grams:
            covered[at : at + 3] = b"\1\1\1"
    supports = []
    at = 0
    for block in blocks:
        supports.append(sum(covered[at : at + len(block)]) / len(block) if block else 0.0)
        at += len(block)
    return supports


def _certainty(block: Sequence[str], kept: bool, is_copy: bool, support: float) -> float:
    if not block:
        return 0.0
    if kept:
        return 1.0 if support >= 0.6 or len(block) < GRAM else AMBIGUOUS
    return AMBIGUOUS if support >= 0.6 or (is_copy and len(block) >= GRAM) else 1.0


def _climb(blocks: Sequence[Sequence[str]], wanted: Counter[str], supports: Sequence[float], kept: set[int]) -> None:
    """Toggle blocks while F1 grows, three rounds at most; a block is added only where its runs of words are wanted."""
    have = Counter[str]()
    for at in kept:
        have.update(blocks[at])
    size, total = have.total(), wanted.total()
    common = (have & wanted).total()
    counts = [Counter(block) for block in blocks]
    may_enter = [support >= 0.6 for support in supports]
    for _ in range(3):
        changed = False
        for at, count in enumerate(counts):
            if not count or (at not in kept and not may_enter[at]):
                continue
            sign = -1 if at in kept else 1
            gain = 0
            for word, times in count.items():
                before, limit = have[word], wanted[word]
                gain += min(before + sign * times, limit) - min(before, limit)
            length = sign * len(blocks[at])
            if (common + gain) * (size + total) > common * (size + length + total):
                changed = True
                common, size = common + gain, size + length
                for word, times in count.items():
                    have[word] += sign * times
                (kept.discard if sign < 0 else kept.add)(at)
        if not changed:
            return


def main() -> None:
    """Print what the labels would score, by page type."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    rows = []
    ambiguous = everything = 0.0
    for labelled in read_labelled(arguments.data):
        texts = [block.text for block in segment_html(as_page(labelled)).blocks]
        labels = label_blocks(texts, labelled.main_content)
        have = Counter[str]()
        for text, keep, weight in zip(texts, labels.main, labels.weights, strict=True):
            size = len(words(text))
            everything += size
            ambiguous += size * (weight < 1)
            if keep:
                have.update(words(text))
        rows.append((labelled.page_type, score(have, Counter(words(labelled.main_content)))))
    print(f"oracle F1 {mean(row for _, row in rows).f1:.3f}, ambiguous words {ambiguous / everything:.3f}")
    for kind in sorted({kind for kind, _ in rows}):
        print(f"  {kind:14} {mean(row for name, row in rows if name == kind).f1:.3f}")


if __name__ == "__main__":
    main()
