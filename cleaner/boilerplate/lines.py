"""The blocks of a flattened page as a reader skims them: long or short, a sentence or not, given away by a cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cleaner.boilerplate.cues import Cue, count_words, cue_of
from cleaner.boilerplate.pattern import MEDIUM, STRONG
from cleaner.model import Block

LONG = 10
"""Words from which a line is read as running text."""

_SENTENCE_END = frozenset(".!?:;。！？：；।॥؟۔")
_CLOSERS = "\"'”’»›)]}」』）】*_ \t\n\xa0"

_STAMPS = frozenset({"related-teasers", "relative-time", "read-time", "teaser-link"})
"""Rules of cues that stand at the head or foot of a teaser."""

_ARTICLE_WORDS = 120
"""Words of running text that make an article: where there is none, a list of teasers is the page's content."""

_HEADLINE_WITHIN = 5
"""Lines from the top among which a headline stands that is repeated at the end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One block."""

    words: int
    is_sentence: bool
    """It ends like one."""
    cue: Cue | None

    @property
    def is_prose(self) -> bool:
        """A sentence or more of running text."""
        return self.cue is None and self.is_sentence and self.words >= LONG

    @property
    def is_title(self) -> bool:
        """It could head a page or a teaser."""
        return self.cue is None and 4 <= self.words <= 25 and not self.is_sentence


def read_lines(
    blocks: Sequence[Block], cues: Sequence[Cue | None] | None = None, words: Sequence[int] | None = None
) -> list[Line]:
    """What each block looks like, alone and beside its neighbours.

    Args:
        blocks: of one page, in its order.
        cues: of their own text, if they are known.
        words: of each, as ``count_words`` has them, if they are known.
    """
    cues = cues or [_cue_of_block(block) for block in blocks]
    words = words or [count_words(block.text) for block in blocks]
    lines = [Line(count, _is_sentence(block), cue) for block, count, cue in zip(blocks, words, cues, strict=True)]
    is_article = sum(line.words for line in lines if line.is_prose) >= _ARTICLE_WORDS
    for at, line in enumerate(lines):
        if line.words >= 3 and _is_cut_copy(blocks, at):
            lines[at] = replace(line, cue=Cue("repeated-caption", STRONG))
        elif at + 1 == len(lines) and is_article and line.is_title and _repeats_headline(blocks, at):
            lines[at] = replace(line, cue=Cue("repeated-headline", STRONG))
        elif at == 0 and line.cue and line.cue.rule == "kicker" and any(below.is_title for below in lines[1:2]):
            lines[at] = replace(line, cue=Cue("kicker", STRONG))
        elif at and line.cue is None and line.words <= 25 and _has_cue(lines[at - 1], "series-note", STRONG):
            lines[at] = replace(line, cue=Cue("series-note", MEDIUM))
    return lines


def _is_sentence(block: Block) -> bool:
    text = block.text.rstrip(_CLOSERS)
    return text[-1:] in _SENTENCE_END and not text.endswith("..")


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
    if not blocks[at].text.rstrip().endswith(("..", "…")):
        return False
    stem = _folded(blocks[at]).rstrip(".… ")
    return any(_folded(other).startswith(stem) for other in (*blocks[max(0, at - 2) : at], *blocks[at + 1 : at + 3]))


def _repeats_headline(blocks: Sequence[Block], at: int) -> bool:
    return _folded(blocks[at]) in map(_folded, blocks[:_HEADLINE_WITHIN])


def _has_cue(line: Line, rule: str, weight: float) -> bool:
    return line.cue is not None and line.cue.rule == rule and line.cue.weight >= weight


def teasers_among(lines: Sequence[Line]) -> list[bool]:
    """Which lines belong to lists of three or more teasers (a title, a sentence, a time) that follow an article."""
    marks = [False] * len(lines)
    prose_before = [0]
    for line in lines:
        prose_before.append(prose_before[-1] + line.words * line.is_prose)
    stamps = [at for at, line in enumerate(lines) if line.cue and line.cue.rule in _STAMPS]
    run: list[int] = []
    for at, following in zip(stamps, (*stamps, len(lines))[1:], strict=True):
        run.append(at)
        if following < len(lines) and _is_teaser(lines[at + 1 : following]):
            continue
        if len(run) >= 3:
            begin = max(0, 2 * run[0] - run[1] + 1)
            if prose_before[begin] >= _ARTICLE_WORDS:
                marks[begin : at + 1] = [True] * (at + 1 - begin)
        run = []
    return marks


def _is_teaser(lines: Sequence[Line]) -> bool:
    return (
        len(lines) <= 8
        and sum(line.words for line in lines) <= 120
        and any(line.is_title for line in lines)
        and sum(line.is_prose for line in lines) <= 2
    )
