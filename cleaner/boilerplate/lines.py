"""The blocks of a flattened page as a reader skims them: long or short, a sentence or not, given away by a cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.cues import Cue, count_words, cue_of
from cleaner.boilerplate.pattern import MEDIUM, STRONG
from cleaner.model import Block

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LONG = 10
"""Words from which a line is read as running text."""

_SENTENCE_END = frozenset(".!?:;。！？：；।॥؟۔")
_CLOSERS = "\"'”’»›)]}」』）】*_ \t\n\xa0"

_CUT = ("..", "…")

_STAMPS = frozenset({"related-teasers", "relative-time", "read-time", "teaser-link"})
"""Rules of cues that stand at the head or foot of a teaser."""

_ARTICLE_WORDS = 120
"""Words of running text that make an article: where there is none, a list of teasers is the page's content."""

_HEADLINE_WITHIN = 5
"""Lines from the top among which a headline stands that is repeated at the end."""


@dataclass(frozen=True, slots=True)
class SkimmedLines:
    """One entry a block in each column."""

    cues: Sequence[Cue | None]
    weights: Floats
    """Of the cues; 0 where there is none."""
    words: npt.NDArray[np.int64]
    is_sentence: Flags
    """It ends like one."""

    @property
    def is_prose(self) -> Flags:
        """A sentence or more of running text."""
        result: Flags = (self.weights == 0) & self.is_sentence & (self.words >= LONG)
        return result

    @property
    def is_title(self) -> Flags:
        """It could head a page or a teaser."""
        result: Flags = (self.weights == 0) & ~self.is_sentence & (self.words >= 4) & (self.words <= 25)
        return result


def read_lines(
    blocks: Sequence[Block], cues: Sequence[Cue | None] | None = None, words: Sequence[int] | None = None
) -> SkimmedLines:
    """What each block looks like, alone and beside its neighbours.

    Args:
        blocks: of one page, in its order.
        cues: of their own text, if they are known.
        words: of each, as ``count_words`` has them, if they are known.
    """
    own = list(cues) if cues is not None else [_cue_of_block(block) for block in blocks]
    words = words if words is not None else [count_words(block.text) for block in blocks]
    is_sentence = np.array([_is_sentence(block.text) for block in blocks], dtype=np.bool_)
    lines = SkimmedLines(own, _weights(own), np.array(words, dtype=np.int64), is_sentence)
    seen = _with_neighbours(blocks, lines)
    return replace(lines, cues=seen, weights=_weights(seen))


def _weights(cues: Sequence[Cue | None]) -> Floats:
    return np.array([cue.weight if cue else 0.0 for cue in cues], dtype=np.float64)


def _with_neighbours(blocks: Sequence[Block], lines: SkimmedLines) -> list[Cue | None]:
    """The cues, and those that come from what stands around a line."""
    cues, words, is_title = list(lines.cues), lines.words, lines.is_title
    is_article = words[lines.is_prose].sum() >= _ARTICLE_WORDS
    cut = [at for at, block in enumerate(blocks) if block.text.rstrip().endswith(_CUT)]
    below_notes = [at for at, cue in enumerate(cues, 1) if _is_cue(cue, "series-note", STRONG)]
    last = len(blocks) - 1
    for at in sorted({0, last, *cut, *below_notes} & {*range(len(blocks))}):
        cue = cues[at]
        if words[at] >= 3 and _is_cut_copy(blocks, at):
            cues[at] = Cue("repeated-caption", STRONG)
        elif at == last and is_article and is_title[at] and _repeats_headline(blocks, at):
            cues[at] = Cue("repeated-headline", STRONG)
        elif at == 0 and cue and cue.rule == "kicker" and is_title[1:2].any():
            cues[at] = Cue("kicker", STRONG)
        elif at and cue is None and words[at] <= 25 and _is_cue(cues[at - 1], "series-note", STRONG):
            cues[at] = Cue("series-note", MEDIUM)
    return cues


def _is_cue(cue: Cue | None, rule: str, weight: float) -> bool:
    return cue is not None and cue.rule == rule and cue.weight >= weight


def _is_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSERS)
    return bare[-1:] in _SENTENCE_END and not bare.endswith("..")


def _cue_of_block(block: Block) -> Cue | None:
    """A block of several lines has a cue if each of them has one."""
    cue: Cue | None = None
    if block.role != "code":
        for part in filter(str.strip, block.text.splitlines()):
            found = cue_of(part)
            if found is None:
                return None
            cue = found if cue is None or found.weight < cue.weight else cue
    return cue


def _folded(block: Block) -> str:
    return " ".join(block.text.split()).lower()


def _is_cut_copy(blocks: Sequence[Block], at: int) -> bool:
    """Whether a block is the beginning of one near it, with dots for the rest: a caption's alternative text."""
    if not blocks[at].text.rstrip().endswith(_CUT):
        return False
    stem = _folded(blocks[at]).rstrip(".… ")
    return any(_folded(other).startswith(stem) for other in (*blocks[max(0, at - 2) : at], *blocks[at + 1 : at + 3]))


def _repeats_headline(blocks: Sequence[Block], at: int) -> bool:
    return _folded(blocks[at]) in map(_folded, blocks[:_HEADLINE_WITHIN])


def teasers_among(lines: SkimmedLines) -> Flags:
    """Which lines belong to lists of three or more teasers (a title, a sentence, a time) that follow an article."""
    marks = np.zeros(len(lines.words), dtype=np.bool_)
    stamps = [at for at, cue in enumerate(lines.cues) if cue and cue.rule in _STAMPS]
    if len(stamps) < 3:
        return marks
    is_prose, is_title = lines.is_prose, lines.is_title
    prose_before = np.cumsum(lines.words * is_prose) - lines.words * is_prose
    run: list[int] = []
    for at, following in zip(stamps, (*stamps, len(marks))[1:], strict=True):
        run.append(at)
        within = slice(at + 1, following)
        if following < len(marks) and _is_teaser(lines.words[within], is_title[within], is_prose[within]):
            continue
        if len(run) >= 3:
            begin = max(0, 2 * run[0] - run[1] + 1)
            if prose_before[begin] >= _ARTICLE_WORDS:
                marks[begin : at + 1] = True
        run = []
    return marks


def _is_teaser(words: npt.NDArray[np.int64], is_title: Flags, is_prose: Flags) -> bool:
    return len(words) <= 8 and bool(words.sum() <= 120 and is_title.any() and is_prose.sum() <= 2)
