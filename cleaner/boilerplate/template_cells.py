"""The blocks of one page as the search for templates needs them, packed into a cell of bytes."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.boilerplate.template_keys import SENTENCE_WORDS, Key, page_keys
from cleaner.errors import CleanerError
from cleaner.model import Block, Span, Status, TextBlock

LONG_WORDS = 60
"""Words from which a block is long prose."""

LABEL, SENTENCE, LONG, NEVER, REMOVED = range(5)
"""What a block is: a few words that say little without what stands beside them, a sentence, long prose, what is no
template however often it repeats (code, and rows of facts), or what pass 1 removed by itself."""

ROW = np.dtype([("start", "<u4"), ("end", "<u4"), ("chars", "<u4"), ("key", "<u8"), ("size", "u1"), ("consent", "u1")])
"""A block: where it is in the page's source, characters of its clean text, its key, its size as above, and whether it
is all that a wall of consent left of the page."""


_LONGEST = 2_000
"""Characters of removed text that is worth a key."""


def removed_lines(blocks: Sequence[Block], removed: Container[int]) -> tuple[str, ...]:
    """The sentences among *blocks*, and what stands right before one, that start at a place in *removed*.

    That a site prints on all pages what a classifier keeps on some of them is seen by both.
    """
    gone = [block.start in removed and len(block.text) <= _LONGEST for block in blocks]
    reads = [is_gone and _may_be_sentence(block.text) for block, is_gone in zip(blocks, gone, strict=True)]
    leads = [is_gone and follows for is_gone, follows in zip(gone, [*reads[1:], False], strict=False)]
    return tuple(block.text for block, says, heads in zip(blocks, reads, leads, strict=True) if says or heads)


def _may_be_sentence(text: str) -> bool:
    return text.count(" ") >= SENTENCE_WORDS - 1 or (not text.isascii() and len(text) >= 2 * SENTENCE_WORDS)


def pack_blocks(
    text: str, blocks: Sequence[TextBlock], spans: Sequence[Span], status: Status, removed: Sequence[str] = ()
) -> bytes:
    """The cell of a page with clean *text* in *blocks* from source *spans*; *removed* as of ``removed_lines``."""
    texts = [text[block.text_start : block.text_end] for block in blocks]
    rows = np.empty(len(blocks), dtype=ROW)
    rows["start"] = [span.start for span in spans]
    rows["end"] = [span.end for span in spans]
    rows["chars"] = [len(text) for text in texts]
    keys = page_keys(texts)
    rows["key"] = np.array([key.key for key in keys], dtype=np.uint64)
    rows["size"] = [_size(block, key) for block, key in zip(blocks, keys, strict=True)]
    rows["consent"] = status == "consent-wall"
    gone = sorted({key.key for key in page_keys(removed) if not key.is_fact})
    others = np.zeros(len(gone), dtype=ROW)
    others["key"] = np.array(gone, dtype=np.uint64)
    others["size"] = REMOVED
    return rows.tobytes() + others.tobytes()


def unpack_blocks(cell: bytes) -> NDArray[np.void]:
    """The rows of ``pack_blocks``.

    Raises:
        CleanerError: the cell is cut short.
    """
    if len(cell) % ROW.itemsize:
        raise CleanerError("block keys are cut short")
    return np.frombuffer(cell, ROW)


def _size(block: TextBlock, key: Key) -> int:
    if key.is_fact or block.role == "code":
        return NEVER
    return LONG if key.words >= LONG_WORDS else SENTENCE if key.words >= SENTENCE_WORDS else LABEL
