"""What a classifier is told about each block of an HTML page: its text, its place in the tree, its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.block_columns import COLUMNS, BlockFigures, block_columns
from cleaner.boilerplate.block_facts import read_facts
from cleaner.boilerplate.block_groups import BlockGroups, group_blocks
from cleaner.boilerplate.class_columns import CLASS_COLUMNS, class_columns
from cleaner.boilerplate.page_tree import PageTree, read_tree
from cleaner.boilerplate.text_measures import LONG, TextMeasures, measure_texts
from cleaner.model import Segmentation

Floats = npt.NDArray[np.float64]

# What begins with a character of one case is found quickly.
_TITLE = re.compile(r"<[Tt][Ii][Tt][Ll][Ee][^>]{0,200}>([^<]{1,600})")
_WORD = re.compile(r"\w+")
NAMES = COLUMNS + CLASS_COLUMNS
"""What the columns of a matrix are, unless others are wanted."""


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """The features of a page that hold for any class lexicon, and what is needed for the rest."""

    texts: list[str]
    """Of each block."""
    table: Floats
    """A row for each of ``COLUMNS``, a column for each block."""
    tree: PageTree
    groups: BlockGroups
    levels: Floats
    """Of each heading; 0 for other blocks."""
    prose: Floats
    """Words of each block that read like sentences."""
    counted: Floats
    """Words of each block, as word F1 counts them."""


def measure_page(source: str, segmentation: Segmentation) -> PageFeatures:
    """Everything about the blocks but what a lexicon says of their classes; *segmentation* has blocks."""
    facts = read_facts(segmentation.blocks)
    measures = measure_texts(facts.texts)
    tree = read_tree(source, segmentation.elements, facts.rows)
    groups = group_blocks(tree)
    prose = _prose(measures, facts.linked)
    figures = BlockFigures(
        measures.words,
        measures.chars,
        measures.digits,
        measures.ends,
        measures.commas,
        facts.linked,
        facts.levels,
        facts.is_caption,
        prose,
        facts.alike,
        facts.is_copy,
        _title_overlap(source, segmentation, facts.texts, measures.words),
    )
    table = block_columns(figures, tree, groups)
    return PageFeatures(facts.texts, table, tree, groups, facts.levels, prose, measures.counted)


def matrix(page: PageFeatures, odds: Floats, wanted: Sequence[str] = NAMES) -> npt.NDArray[np.float32]:
    """The *wanted* features of ``NAMES``; one row a block, column after column in memory.

    *odds* are how much each of the tree's words speaks for main content.
    """
    classes = class_columns(page.tree, page.prose, odds)
    cells = np.concatenate([page.table, classes], dtype=np.float32, casting="same_kind")
    return cells.take(_places(tuple(wanted)), axis=0).T


@lru_cache(maxsize=8)
def _places(wanted: tuple[str, ...]) -> list[int]:
    """Where the *wanted* columns stand among all."""
    return list(map(NAMES.index, wanted))


def _prose(measures: TextMeasures, linked: Floats) -> Floats:
    """Words of each block that read like sentences."""
    unlinked = 1 - np.minimum(1, linked / measures.chars)
    reads = (measures.words >= LONG) & ((measures.sentences > 0) | (measures.commas > 0)) & (unlinked > 0.5)
    return np.where(reads, measures.words * unlinked, 0.0)


def _title_overlap(source: str, segmentation: Segmentation, texts: list[str], words: Floats) -> Floats:
    """Share of each short block's words that the page's title has."""
    overlap = np.zeros(len(texts))
    end = len(segmentation.head) if segmentation.head and len(segmentation.head) else 20_000
    found = _TITLE.search(source, 0, max(end, 2_000))
    if found is None:
        return overlap
    title = set(_WORD.findall(found[1].lower()))
    short = np.flatnonzero(words <= 30)
    overlap[short] = _word_shares([texts[at] for at in short.tolist()], title)
    return overlap


def _word_shares(texts: list[str], wanted: set[str]) -> Floats:
    """Which share of each text's words is *wanted*."""
    if compiled.native is not None:
        return np.frombuffer(compiled.native.word_shares(texts, wanted))
    words = [_WORD.findall(text.lower()) for text in texts]
    return np.array([0 if wanted.isdisjoint(own) else sum(word in wanted for word in own) / len(own) for own in words])
