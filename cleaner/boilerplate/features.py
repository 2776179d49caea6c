"""What a classifier is told about each block of an HTML page: its text, its place in the tree, its neighbours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from cleaner import compiled
from cleaner.boilerplate.block_groups import BlockGroups, group_blocks
from cleaner.boilerplate.page_tree import INSIDE, PageTree, read_tree, subtree_sums
from cleaner.boilerplate.path_scores import path_scores
from cleaner.boilerplate.text_measures import LONG, TextMeasures, measure_texts
from cleaner.model import Segmentation

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_TITLE = re.compile(
    r"<[Tt][Ii][Tt][Ll][Ee][^>]{0,200}>([^<]{1,600})"
)  # a first letter of one case is looked for quickly
_WORD = re.compile(r"\w+")
_COUNTED = {"time": 1, **dict.fromkeys(("button", "select", "textarea", "form"), 2), "a": 3}
_OF_BLOCK = attrgetter("text", "role", "level", "link_chars")
_NEAR = 5


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """The features of a page that hold for any class lexicon, and what is needed for the rest."""

    columns: Mapping[str, Floats]
    tree: PageTree
    groups: BlockGroups
    prose: Floats
    """Words of each block that read like sentences."""
    counted: Floats
    """Words of each block, as word F1 counts them."""


def measure_page(source: str, segmentation: Segmentation) -> PageFeatures:
    """Everything about the blocks but what a lexicon says of their classes; *segmentation* has blocks."""
    texts, roles, block_levels, link_chars = map(list, zip(*map(_OF_BLOCK, segmentation.blocks), strict=True))
    measures = measure_texts(texts)
    tree = read_tree(source, segmentation)
    groups = group_blocks(tree)
    linked = np.array(link_chars, dtype=np.float64)
    is_heading, is_caption = ([role == wanted for role in roles] for wanted in ("heading", "caption"))
    levels = np.array(block_levels, dtype=np.float64) * is_heading
    prose = _prose(measures, linked)
    all_prose, words, chars, links = subtree_sums(tree, np.array([prose, measures.words, measures.chars, linked]))
    sums = _Sums(all_prose, words, links / np.maximum(1, chars))
    columns: dict[str, Floats] = {}
    columns |= _text_columns(measures, linked)
    columns |= _role_columns(levels, np.array(is_caption))
    columns |= _position_columns(levels, measures.words, prose)
    columns |= _tree_columns(tree)
    columns |= _container_columns(tree, sums)
    columns |= _best_container(tree, measures, linked, sums)
    columns |= _repetition_columns(tree, groups, measures, linked, prose, sums)
    columns |= _copy_columns(texts)
    columns |= _element_columns(tree, segmentation, sums)
    columns["in title"] = _title_overlap(source, segmentation, texts, measures.words)
    columns |= _windows(linked, measures)
    columns |= _page_columns(levels, measures, linked, prose)
    return PageFeatures(columns, tree, groups, prose, measures.counted)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is in the subtree of each element."""

    prose: Floats
    words: Floats
    density: Floats
    """The share of characters that are in links."""


def matrix(
    page: PageFeatures, lexicon: Mapping[str, float], wanted: Sequence[str] | None = None
) -> npt.NDArray[np.float32]:
    """The *wanted* features, or all in the order of ``names``; one row a block, column after column in memory."""
    columns = {**page.columns, **_class_columns(page.tree, page.prose, lexicon)}
    return np.array([columns[name] for name in wanted or columns], dtype=np.float32).T


def names(page: PageFeatures) -> tuple[str, ...]:
    """What the columns of a matrix are; the same for every page."""
    return (*page.columns, *_class_columns(page.tree, page.prose, {}))


def _prose(measures: TextMeasures, linked: Floats) -> Floats:
    """Words of each block that read like sentences."""
    unlinked = 1 - np.minimum(1, linked / measures.chars)
    reads = (measures.words >= LONG) & ((measures.sentences > 0) | (measures.commas > 0)) & (unlinked > 0.5)
    return np.where(reads, measures.words * unlinked, 0.0)


def _text_columns(measures: TextMeasures, linked: Floats) -> dict[str, Floats]:
    return {
        "words": np.log1p(measures.words),
        "chars": np.log1p(measures.chars),
        "digits": measures.digits / measures.chars,
        "ends": measures.ends,
        "link density": linked / measures.chars,
    }


def _role_columns(levels: Floats, is_caption: npt.NDArray[np.bool_]) -> dict[str, Floats]:
    return {
        "is heading": (levels > 0).astype(np.float64),
        "is caption": is_caption.astype(np.float64),
        "level": np.where(levels > 0, levels, 7.0),
    }


def _position_columns(levels: Floats, words: Floats, prose: Floats) -> dict[str, Floats]:
    count = len(levels)
    at = np.arange(count)
    before = np.cumsum(words) - words
    prose_before = np.cumsum(prose) - prose
    last_heading = np.maximum.accumulate(np.where(levels > 0, at, -1))
    has_heading = last_heading >= 0
    h1 = np.flatnonzero(levels == 1)[:1]
    since_h1 = before - before[h1] if len(h1) else np.full(count, -1e5)
    return {
        "from start": np.log1p(at),
        "from end": np.log1p(count - 1 - at),
        "words before": before / max(1.0, words.sum()),
        "prose before": prose_before / max(1.0, prose.sum()),
        "since h1": np.sign(since_h1) * np.log1p(np.abs(since_h1)),
        "since heading": np.where(has_heading, np.log1p(np.maximum(0, before - before[last_heading])), -1.0),
        "blocks since heading": np.where(has_heading, np.log1p(at - last_heading), -1.0),
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
        **{f"container {step} words": np.log1p(words[above[step]]) for step in (1, 3, 5)},
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
        f"{name} after": np.sign(at - last) * np.log1p(np.maximum(0, at - last)) - np.log1p(np.maximum(0, first - at)),
        f"{name} density": np.full(len(rows), sums.prose[main] / max(1.0, sums.words[main])),
        f"{name} size": np.full(len(rows), sums.words[main] / max(1.0, sums.words[0])),
        f"{name} branch prose": prose / np.maximum(1, words),
        f"{name} branch share": words / max(1.0, sums.words[main]),
        f"{name} branch links": sums.density[branch],
    }


def _best_container(tree: PageTree, measures: TextMeasures, linked: Floats, sums: _Sums) -> dict[str, Floats]:
    """Where the paragraphs are, as Readability counts it: each scores for its parent and half for the next."""
    unlinked = np.maximum(0.0, measures.chars - linked)
    points = np.where(measures.words >= LONG, 1 + measures.commas + np.minimum(3, unlinked / 100), 0.0)
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
    tree: PageTree, groups: BlockGroups, measures: TextMeasures, linked: Floats, prose: Floats, sums: _Sums
) -> dict[str, Floats]:
    """What the blocks of the same kind look like, and the repeated elements that the block is in."""
    kind, words = groups.kinds, measures.words
    size = np.bincount(kind).astype(np.float64)
    kind_words = np.bincount(kind, words)
    group, has = groups.lists, groups.entries > 0
    size_of_list = np.bincount(tree.groups).astype(np.float64)[group]
    words_of_list = np.bincount(tree.groups, sums.words)[group]
    prose_of_list = np.bincount(tree.groups, sums.prose)[group]
    total = max(1.0, words.sum())
    return {
        "kind size": np.log1p(size)[kind],
        "kind prose": (np.bincount(kind, prose) / np.maximum(1, kind_words))[kind],
        "kind reads": (np.bincount(kind, prose > 0) / size)[kind],
        "kind words": np.log1p(kind_words / size)[kind],
        "kind links": (np.bincount(kind, linked) / np.bincount(kind, measures.chars))[kind],
        "kind share": (kind_words / total)[kind],
        "entry repeats": np.where(has, np.log1p(size_of_list), 0.0),
        "entry words": np.where(has, np.log1p(words_of_list / size_of_list), -1.0),
        "entry prose": np.where(has, prose_of_list / np.maximum(1, words_of_list), -1.0),
        "entry share": np.where(has, words_of_list / total, -1.0),
    }


def _copy_columns(texts: list[str]) -> dict[str, Floats]:
    """Blocks that read alike."""
    first: dict[str, int] = {}
    firsts = np.array([first.setdefault(text, at) for at, text in enumerate(texts)])
    return {
        "same text": np.log(np.bincount(firsts)[firsts]),
        "is copy": (firsts != np.arange(len(texts))).astype(np.float64),
    }


def _element_columns(tree: PageTree, segmentation: Segmentation, sums: _Sums) -> dict[str, Floats]:
    """Times, controls and links in the containers of a block: what comments, cards and forms are made of."""
    tags = np.frombuffer(bytes(chain((0,), map(_COUNTED.get, segmentation.elements.tags, repeat(0)))), np.uint8)
    running = np.zeros((3, len(tags) + 1))
    np.cumsum(np.equal.outer((1, 2, 3), tags), axis=1, out=running[:, 1:])
    inside = running.take(tree.ends, axis=1) - running[:, :-1]
    columns = {}
    for name, count in zip(("times", "controls", "anchors"), inside, strict=True):
        columns[f"{name} in page"] = np.full(len(tree.blocks), np.log1p(count[0]))
        for step in (2, 4):
            rows = tree.above[step]
            columns[f"{name} in {step}"] = 10 * count[rows] / np.maximum(1, sums.words[rows])
    return columns


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


def _shifted(values: Floats, by: int) -> Floats:
    """Each block's value of the block *by* places on; -1 beyond the page."""
    result = np.full(len(values), -1.0)
    if by > 0:
        result[:-by] = values[by:]
    else:
        result[-by:] = values[:by]
    return result


def _window(values: Floats, reach: int) -> Floats:
    """The sums, ``(..., blocks)``, over the blocks around each."""
    count = values.shape[-1]
    running = np.zeros((*values.shape[:-1], count + 1))
    np.cumsum(values, axis=-1, out=running[..., 1:])
    at = np.arange(count)
    stops, begins = np.minimum(at + reach + 1, count), np.maximum(at - reach, 0)
    sums: Floats = running.take(stops, axis=-1) - running.take(begins, axis=-1)
    return sums


def _windows(linked: Floats, measures: TextMeasures) -> dict[str, Floats]:
    links, chars, words = _window(np.array([linked, measures.chars, measures.words]), _NEAR)
    return {"links within": links / np.maximum(1, chars), "words within": np.log1p(np.maximum(1, words))}


def _page_columns(levels: Floats, measures: TextMeasures, linked: Floats, prose: Floats) -> dict[str, Floats]:
    count = len(levels)
    figures = {
        "page words": np.log1p(measures.words.sum()),
        "page blocks": np.log1p(count),
        "page prose": prose.sum() / max(1.0, measures.words.sum()),
        "page links": linked.sum() / max(1.0, measures.chars.sum()),
        "page longest": np.log1p(prose.max(initial=0.0)),
        "page headings": np.count_nonzero(levels) / count,
        "page digits": measures.digits.sum() / max(1.0, measures.chars.sum()),
    }
    return {name: np.full(count, float(value)) for name, value in figures.items()}


def _class_columns(tree: PageTree, prose: Floats, lexicon: Mapping[str, float]) -> dict[str, Floats]:
    """What the class words on the path from a block to the root say, and those around its neighbours."""
    own, total, decayed, least, most = path_scores(tree, lexicon)
    rows = tree.blocks
    columns = {
        "class": own[rows],
        "class parent": own[tree.parents[rows]],
        "class sum": total[rows],
        "class decayed": decayed[rows],
        "class least": least[rows],
        "class most": most[rows],
    }
    near = columns["class decayed"]
    for by in (-2, -1, 1, 2):
        columns[f"class decayed {by:+d}"] = _shifted(near, by)
    weights = prose + 0.1
    # Pages name their parts as they like: what counts is how a block compares with the page's own sentences.
    for name in ("class sum", "class decayed", "class least"):
        columns[f"{name} to prose"] = columns[name] - (columns[name] * weights).sum() / weights.sum()
    kinds = tree.signatures[rows]
    columns["kind class"] = (np.bincount(kinds, near) / np.maximum(1, np.bincount(kinds)))[kinds]
    columns["class within"] = _window(near, _NEAR) / (2 * _NEAR + 1)
    return columns
