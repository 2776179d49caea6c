"""What is told of each block of a page but its class words: its text, its place in the tree, its neighbours.

Columns whose logarithm is taken come first: it is taken of all of them at once.
"""

from __future__ import annotations

from math import e
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.block_groups import BlockGroups
from cleaner.boilerplate.page_tree import INSIDE, PageTree, subtree_sums
from cleaner.boilerplate.text_measures import LONG

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NEAR = 5
"""Blocks before and behind that count as near."""

MISSING = 1 - e
"""Whose logarithm is -1."""

_MAIN = "off", "density", "size", "branch prose", "branch share", "branch links"
LOGARITHMS = (
    "words", "chars", "from start", "from end", "since h1", "since heading", "blocks since heading",
    "container 1 words", "container 3 words", "container 5 words", "main 50% after", "main 80% after", "kind size",
    "kind words", "entry repeats", "entry words", "same text", "times in page", "controls in page", "anchors in page",
    "words within", "page words", "page blocks", "page longest",
)  # fmt: skip
COLUMNS = (
    *LOGARITHMS, "digits", "ends", "link density", "is heading", "is caption", "level", "words before", "prose before",
    "heading above", *(f"in {tag}" for tag in INSIDE), "depth", "relative depth", "container 2 prose",
    "container 0 links", "container 1 links", "container 2 links", "container 3 links", "container 2 share",
    "container 3 share", "container 5 share", *(f"main 50% {name}" for name in _MAIN),
    *(f"main 80% {name}" for name in _MAIN), "in best", "parent score", "grandparent score", "kind prose", "kind reads",
    "kind links", "kind share", "entry prose", "entry share", "is copy", "times in 2", "times in 4", "controls in 2",
    "controls in 4", "anchors in 2", "anchors in 4", "in title", "links within", "page prose", "page links",
    "page headings", "page digits",
)  # fmt: skip


class BlockFigures(NamedTuple):
    """One figure a block."""

    words: Floats
    chars: Floats
    digits: Floats
    ends: Floats
    """1 where the last character ends a sentence."""
    commas: Floats
    linked: Floats
    """Characters in links."""
    levels: Floats
    """Of headings; else 0."""
    is_caption: Floats
    prose: Floats
    """Words that read like sentences."""
    alike: Floats
    """Other blocks with the same text."""
    is_copy: Floats
    """1 where one of them stands before."""
    in_title: Floats
    """Share of the words that the title of the page has."""


def block_columns(figures: BlockFigures, tree: PageTree, groups: BlockGroups) -> Floats:
    """A row for each of ``COLUMNS`` with a figure for each block."""
    known = np.array(figures)
    totals = known.sum(axis=1)
    if compiled.native is None:
        columns = _columns(figures, _Totals(*map(float, totals[_TOTALLED])), tree, groups)
        table = np.array([columns[name] for name in COLUMNS])
    else:
        raw = compiled.native.block_columns(
            known, totals, tree.parents, tree.ends, tree.depths, tree.inside, tree.groups, tree.above, groups.kinds,
            groups.entries, tree.tag_kinds, MISSING,
        )  # fmt: skip
        table = np.frombuffer(raw).reshape(len(COLUMNS), -1)
    logarithms = table[: len(LOGARITHMS)]
    np.copysign(np.log1p(np.abs(logarithms)), logarithms, out=logarithms)
    return table


class _Totals(NamedTuple):
    """Sums of figures over the page."""

    words: float
    chars: float
    digits: float
    linked: float
    prose: float


_TOTALLED = [BlockFigures._fields.index(name) for name in _Totals._fields]


class _Sums(NamedTuple):
    """What is in the subtree of each element."""

    prose: Floats
    words: Floats
    density: Floats
    """The share of characters that are in links."""


def _columns(of: BlockFigures, totals: _Totals, tree: PageTree, groups: BlockGroups) -> dict[str, Floats]:
    """The columns, before logarithms are taken."""
    prose, words, chars, links = subtree_sums(tree, np.array([of.prose, of.words, of.chars, of.linked]))
    sums = _Sums(prose, words, links / np.maximum(1, chars))
    return {
        "words": of.words,
        "chars": of.chars,
        "digits": of.digits / of.chars,
        "ends": of.ends,
        "link density": of.linked / of.chars,
        "is heading": (of.levels > 0).astype(np.float64),
        "is caption": of.is_caption,
        "level": np.where(of.levels > 0, of.levels, 7.0),
        "same text": of.alike,
        "is copy": of.is_copy,
        "in title": of.in_title,
        **_position_columns(of, totals),
        **_tree_columns(tree),
        **_container_columns(tree, sums),
        **_best_container(of, tree, sums),
        **_repetition_columns(of, totals, tree, groups, sums),
        **_element_columns(tree, sums),
        **_surrounding_columns(of),
        **_page_columns(of, totals),
    }


def _position_columns(of: BlockFigures, totals: _Totals) -> dict[str, Floats]:
    levels, words, prose = of.levels, of.words, of.prose
    count = len(levels)
    at = np.arange(count)
    before = np.cumsum(words) - words
    prose_before = np.cumsum(prose) - prose
    last_heading = np.maximum.accumulate(np.where(levels > 0, at, -1))
    has_heading = last_heading >= 0
    h1 = np.flatnonzero(levels == 1)[:1]
    since_h1 = before - before[h1] if len(h1) else np.full(count, -1e5)
    return {
        "from start": at.astype(np.float64),
        "from end": (count - 1 - at).astype(np.float64),
        "words before": before / max(1.0, totals.words),
        "prose before": prose_before / max(1.0, totals.prose),
        "since h1": since_h1,
        "since heading": np.where(has_heading, np.maximum(0, before - before[last_heading]), MISSING),
        "blocks since heading": np.where(has_heading, at - last_heading, MISSING),
        "heading above": np.where(has_heading, levels[last_heading], 0.0),
    }


def _tree_columns(tree: PageTree) -> dict[str, Floats]:
    depths = tree.depths[tree.blocks].astype(np.float64)
    inside = tree.inside[tree.blocks]
    columns = {f"in {tag}": ((inside >> bit) & 1).astype(np.float64) for bit, tag in enumerate(INSIDE)}
    columns["depth"] = depths
    columns["relative depth"] = depths / max(1.0, depths.max())
    return columns


def _container_columns(tree: PageTree, sums: _Sums) -> dict[str, Floats]:
    """The containers around a block, and where it stands to the one that holds most of the sentences."""
    total_prose, total_words = max(1.0, sums.prose[0]), max(1.0, sums.words[0])
    above, words = tree.above, sums.words
    columns = {
        "container 2 prose": sums.prose[above[2]] / np.maximum(1, words[above[2]]),
        **{f"container {step} words": words[above[step]] for step in (1, 3, 5)},
        **{f"container {step} links": sums.density[above[step]] for step in (0, 1, 2, 3)},
        **{f"container {step} share": words[above[step]] / total_words for step in (2, 3, 5)},
    }
    count = len(tree.parents)
    by_depth = np.sort(tree.depths * count + np.arange(count))
    for share in (0.5, 0.8):
        main = int(np.flatnonzero(sums.prose >= share * total_prose)[-1]) if sums.prose[0] else 0
        columns |= _place_to(tree, main, f"main {share:.0%}", sums, by_depth)
    return columns


def _place_to(tree: PageTree, main: int, name: str, sums: _Sums, by_depth: Ints) -> dict[str, Floats]:
    """Whether each block is in the element *main*, how far off its path it hangs, and what else hangs there.

    *by_depth* has the depth of each element times their count plus its row, in order.
    """
    chain = [main]
    while chain[-1]:
        chain.append(int(tree.parents[chain[-1]]))
    on_chain = np.array(chain[::-1])
    rows = tree.blocks
    # The deepest ancestor on the chain: subtrees of the chain are nested intervals.
    begins, stops = on_chain, tree.ends[on_chain]
    level = np.minimum(np.searchsorted(begins, rows, "right"), np.searchsorted(-stops, -rows, "left")) - 1
    # The ancestor one level deeper, or the block's own element, is the last one of its depth so far.
    above = np.minimum(level + 1, tree.depths[rows]) * len(by_depth)
    branch = by_depth[np.searchsorted(by_depth, above + rows, "right") - 1] - above
    at = np.arange(len(rows))
    within = np.flatnonzero(level == len(on_chain) - 1)
    first, last = (int(within[0]), int(within[-1])) if len(within) else (0, len(rows))
    words, prose = sums.words[branch], sums.prose[branch]
    return {
        f"{name} off": (len(on_chain) - 1 - level).astype(np.float64),
        f"{name} after": np.maximum(0, at - last) - np.maximum(0, first - at),
        f"{name} density": np.full(len(rows), sums.prose[main] / max(1.0, sums.words[main])),
        f"{name} size": np.full(len(rows), sums.words[main] / max(1.0, sums.words[0])),
        f"{name} branch prose": prose / np.maximum(1, words),
        f"{name} branch share": words / max(1.0, sums.words[main]),
        f"{name} branch links": sums.density[branch],
    }


def _best_container(of: BlockFigures, tree: PageTree, sums: _Sums) -> dict[str, Floats]:
    """Where the paragraphs are, as Readability counts it: each scores for its parent and half for the next."""
    unlinked = np.maximum(0.0, of.chars - of.linked)
    points = np.where(of.words >= LONG, 1 + of.commas + np.minimum(3, unlinked / 100), 0.0)
    rows, one, two, three = tree.above[:4]
    count = len(tree.parents)
    scores = np.bincount(one, points, count) + np.bincount(two, points / 2, count)
    scores *= 1 - np.minimum(1, sums.density)
    best = int(scores.argmax())
    top = max(1.0, scores[best])
    return {
        "in best": ((rows >= best) & (rows < tree.ends[best])).astype(np.float64),
        "parent score": scores[one] / top,
        "grandparent score": np.maximum(scores[two], scores[three]) / top,
    }


def _repetition_columns(
    of: BlockFigures, totals: _Totals, tree: PageTree, groups: BlockGroups, sums: _Sums
) -> dict[str, Floats]:
    """What the blocks of the same kind look like, and the repeated elements that the block is in."""
    kind, words = groups.kinds, of.words
    size = np.bincount(kind).astype(np.float64)
    kind_words = np.bincount(kind, words)
    group, has = groups.lists, groups.entries > 0
    size_of_list = np.bincount(tree.groups).astype(np.float64)[group]
    words_of_list = np.bincount(tree.groups, sums.words)[group]
    prose_of_list = np.bincount(tree.groups, sums.prose)[group]
    total = max(1.0, totals.words)
    return {
        "kind size": size[kind],
        "kind prose": (np.bincount(kind, of.prose) / np.maximum(1, kind_words))[kind],
        "kind reads": (np.bincount(kind, of.prose > 0) / size)[kind],
        "kind words": (kind_words / size)[kind],
        "kind links": (np.bincount(kind, of.linked) / np.bincount(kind, of.chars))[kind],
        "kind share": (kind_words / total)[kind],
        "entry repeats": np.where(has, size_of_list, 0.0),
        "entry words": np.where(has, words_of_list / size_of_list, MISSING),
        "entry prose": np.where(has, prose_of_list / np.maximum(1, words_of_list), -1.0),
        "entry share": np.where(has, words_of_list / total, -1.0),
    }


def _element_columns(tree: PageTree, sums: _Sums) -> dict[str, Floats]:
    """Times, controls and links in the containers of a block: what comments, cards and forms are made of."""
    running = np.zeros((3, len(tree.tag_kinds) + 1))
    np.cumsum(np.equal.outer((1, 2, 3), tree.tag_kinds), axis=1, out=running[:, 1:])
    inside = running.take(tree.ends, axis=1) - running[:, :-1]
    columns = {}
    for name, count in zip(("times", "controls", "anchors"), inside, strict=True):
        columns[f"{name} in page"] = np.full(len(tree.blocks), count[0])
        for step in (2, 4):
            rows = tree.above[step]
            columns[f"{name} in {step}"] = 10 * count[rows] / np.maximum(1, sums.words[rows])
    return columns


def window(values: Floats) -> Floats:
    """The sums, ``(..., blocks)``, over the blocks around each."""
    count = values.shape[-1]
    running = np.zeros((*values.shape[:-1], count + 1))
    np.cumsum(values, axis=-1, out=running[..., 1:])
    at = np.arange(count)
    stops, begins = np.minimum(at + NEAR + 1, count), np.maximum(at - NEAR, 0)
    sums: Floats = running.take(stops, axis=-1) - running.take(begins, axis=-1)
    return sums


def _surrounding_columns(of: BlockFigures) -> dict[str, Floats]:
    links, chars, words = window(np.array([of.linked, of.chars, of.words]))
    return {"links within": links / np.maximum(1, chars), "words within": np.maximum(1, words)}


def _page_columns(of: BlockFigures, totals: _Totals) -> dict[str, Floats]:
    count = len(of.levels)
    figures = {
        "page words": totals.words,
        "page blocks": count,
        "page prose": totals.prose / max(1.0, totals.words),
        "page links": totals.linked / max(1.0, totals.chars),
        "page longest": of.prose.max(),
        "page headings": np.count_nonzero(of.levels) / count,
        "page digits": totals.digits / max(1.0, totals.chars),
    }
    return {name: np.full(count, float(value)) for name, value in figures.items()}
