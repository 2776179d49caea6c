"""Boilerplate of pages that have no markup to go by: evidence line by line, decided as a sequence.

Cues speak against a line, sentences for it, and a short line goes with its neighbours. Boilerplate comes in runs, and
behind a marker such as "Related articles" the text seldom resumes: the chain weighs that. Without cues nothing is
removed, so that poems, lists and tables stay whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import or_

from cleaner.boilerplate.chain import boilerplate_chances
from cleaner.boilerplate.cues import ENDS, Cue
from cleaner.boilerplate.lines import LONG, Line, read_lines, teasers_among
from cleaner.boilerplate.pattern import MEDIUM, STRONG, WEAK
from cleaner.boilerplate.verdict import Verdict, removals_of
from cleaner.model import Block, Segmentation

WINDOW = 5
"""Lines to either side that count as near."""

SHORT_ALONE = 0.5
"""Evidence for a short line with no cue near it; in log-odds like all evidence."""

SHORT_SENTENCE = 0.6
"""More of it for a short line that ends like a sentence."""

SHORT_NEAR_CUES = 3.0
"""Less of it where every line near has a cue."""

SHORT_IN_RUN = 1.0
"""Less of it in a run of short lines that has cues at all."""

LONG_LINE = 0.5
"""Evidence for a line of running text; more comes with its words, up to a paragraph's."""

LONG_SENTENCE = 2.0
"""More of it where the line ends like a sentence: a paragraph stays even between the buttons of a forum."""

PARAGRAPH = 60
"""Words of a full paragraph."""

ARTICLE = 250
"""Words of running text from which a page is an article, and its short lines are more likely beside the text."""

BEFORE_TAIL = 120
"""Words in paragraphs, one below the other, that stand before the tail, and twice as many as come behind it."""

UNNAMED = 0.7
"""Chance up to which a line that no cue names is kept."""

LEAD = 5
"""Lines without cues before the first paragraph among which the headline is looked for."""

LEAD_SPAN = 12
"""Lines of any kind that may stand between: share buttons, reading time."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What cues and their neighbourhood say; one entry a block."""

    lines: Sequence[Line]
    teasers: Sequence[bool]
    """Whether the block is part of a list of teasers."""
    chances: Sequence[float]
    """To be boilerplate."""
    in_tail: Sequence[bool]
    """Whether it stands behind a line after which most likely nothing but boilerplate comes."""
    kept: frozenset[int]
    """Blocks that are not boilerplate, the lead among them."""
    lead: frozenset[int]
    """Headline, standfirst, byline and date: blocks without cues right before the first paragraph kept."""

    def rule(self, at: int, otherwise: str) -> str:
        """The rule that names the block, or *otherwise*."""
        cue = self.lines[at].cue
        return cue.rule if cue else "related-teasers" if self.teasers[at] else otherwise


def classify_text(segmentation: Segmentation) -> Verdict:
    """Which blocks are boilerplate, from their text alone."""
    found = weigh_cues(segmentation.blocks)
    findings = {
        at: (found.rule(at, "surroundings"), round(chance, 3))
        for at, chance in enumerate(found.chances)
        if at not in found.kept
    }
    return Verdict(removals_of(segmentation.blocks, findings), "text", _confidence(found.lines, found.chances))


def weigh_cues(
    blocks: Sequence[Block], cues: Sequence[Cue | None] | None = None, words: Sequence[int] | None = None
) -> Evidence:
    """The evidence in *blocks*; *cues* of their own text and their *words*, if they are known."""
    lines = read_lines(blocks, cues, words)
    teasers = teasers_among(lines)
    evidence = [
        1.0 if block.role == "code" else value for block, value in zip(blocks, _evidence(lines, teasers), strict=True)
    ]
    markers = _tail_markers(lines, teasers)
    chances = boilerplate_chances(evidence, _tail_evidence(lines, evidence), markers)
    kept = {at for at, chance in enumerate(chances) if chance <= (0.5 if lines[at].cue else UNNAMED)}
    lead = _lead(lines, kept)
    return Evidence(lines, teasers, chances, list(accumulate(markers, or_)), frozenset(kept | lead), frozenset(lead))


def _evidence(lines: Sequence[Line], teasers: Sequence[bool]) -> list[float]:
    """Log-odds of each line to be text."""
    prose = sum(line.words for line in lines if line.is_prose)
    is_article = min(1.0, prose / ARTICLE)
    density = _cue_density(lines)
    in_run = _in_runs_with_cues(lines)
    evidence = []
    for at, line in enumerate(lines):
        if line.cue:
            is_alone = line.cue.weight < STRONG and density[at] * 2 * WINDOW < 1
            value = -line.cue.weight / 2 if is_alone else -line.cue.weight
        elif teasers[at]:
            value = -WEAK
        elif line.words >= LONG:
            value = LONG_LINE + min(line.words, PARAGRAPH) / (12 if line.is_sentence else 30)
            value += LONG_SENTENCE * line.is_sentence
        else:
            value = SHORT_ALONE - is_article * (SHORT_NEAR_CUES * density[at] + SHORT_IN_RUN * in_run[at])
            value += SHORT_SENTENCE * line.is_sentence
        evidence.append(value)
    return evidence


def _cue_density(lines: Sequence[Line]) -> list[float]:
    """Share of the lines near each line, itself left out, that have a cue; weak cues count in part."""
    sums = [0.0]
    for line in lines:
        sums.append(sums[-1] + (min(line.cue.weight, MEDIUM) / MEDIUM if line.cue else 0.0))
    density = []
    for at in range(len(lines)):
        low, high = max(0, at - WINDOW), min(len(lines), at + WINDOW + 1)
        near = sums[high] - sums[low] - (sums[at + 1] - sums[at])
        density.append(near / max(1, high - low - 1))
    return density


def _in_runs_with_cues(lines: Sequence[Line]) -> list[bool]:
    """Whether each line stands in a run of lines without running text that has a cue."""
    in_run = [False] * len(lines)
    begin = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or (lines[at].cue is None and lines[at].words >= LONG):
            if any(line.cue and line.cue.weight >= MEDIUM for line in lines[begin:at]):
                in_run[begin:at] = [True] * (at - begin)
            begin = at + 1
    return in_run


def _beside_prose(lines: Sequence[Line]) -> list[bool]:
    """Whether running text stands right above or below each line."""
    prose = [False, *(line.is_prose for line in lines), False]
    return list(map(or_, prose[:-2], prose[2:]))


def _tail_evidence(lines: Sequence[Line], evidence: Sequence[float]) -> list[float]:
    """Log-odds of each line to stand in the tail rather than in other boilerplate.

    A lone sentence is a teaser's as well as the text's; only paragraphs one below the other make the text resume.
    """
    result = []
    for line, value, is_beside in zip(lines, evidence, _beside_prose(lines), strict=True):
        is_teaser_like = line.words <= PARAGRAPH and not is_beside
        shared = max(0.0, value) * (1.0 if is_teaser_like else 0.3)
        result.append(shared + (0.3 if line.cue is None and value <= 1 else 0.0))
    return result


def _tail_markers(lines: Sequence[Line], teasers: Sequence[bool]) -> list[bool]:
    """Where nothing but boilerplate may follow: at an end marker or a first teaser, most of the text being before."""
    paragraphs = [
        line.words if line.is_prose and is_beside else 0
        for line, is_beside in zip(lines, _beside_prose(lines), strict=True)
    ]
    total, before = sum(paragraphs), 0
    markers = []
    for at, line in enumerate(lines):
        ends = line.cue is not None and line.cue.rule in ENDS and line.cue.weight >= MEDIUM
        ends = ends or (teasers[at] and not (at and teasers[at - 1]))
        markers.append(ends and before >= max(BEFORE_TAIL, 2 * (total - before)))
        before += paragraphs[at]
    return markers


def _lead(lines: Sequence[Line], kept: set[int]) -> set[int]:
    """The headline, standfirst, byline and date: lines without cues right before the first paragraph kept."""
    first = next((at for at, line in enumerate(lines) if at in kept and line.is_prose), 0)
    near = [at for at in range(max(0, first - LEAD_SPAN), first) if lines[at].cue is None][-LEAD:]
    headline = next((at for at in near if 3 <= lines[at].words <= 25), first)
    return {at for at in range(headline, first) if lines[at].cue is None}


def _confidence(lines: Sequence[Line], chances: Sequence[float]) -> float | None:
    """How far from a toss-up the decisions are, on the page's average word."""
    words = sum(line.words for line in lines)
    if not words:
        return None
    return round(sum(line.words * abs(2 * chance - 1) for line, chance in zip(lines, chances, strict=True)) / words, 3)
