"""Boilerplate of pages that have no markup to go by: evidence line by line, decided as a sequence.

Cues speak against a line, sentences for it, and a short line goes with its neighbours. Boilerplate comes in runs, and
behind a marker such as "Related articles" the text seldom resumes: the chain weighs that. Without cues nothing is
removed, so that poems, lists and tables stay whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.chain import boilerplate_chances
from cleaner.boilerplate.cues import ENDS, Cue
from cleaner.boilerplate.lines import LONG, SkimmedLines, read_lines, teasers_among
from cleaner.boilerplate.pattern import MEDIUM, STRONG, WEAK
from cleaner.boilerplate.verdict import Verdict, removals_of
from cleaner.model import Block, Segmentation

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

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

    lines: SkimmedLines
    teasers: Flags
    """Whether the block is part of a list of teasers."""
    chances: Floats
    """To be boilerplate."""
    in_tail: Flags
    """Whether it stands behind a line after which most likely nothing but boilerplate comes."""
    kept: frozenset[int]
    """Blocks that are not boilerplate, the lead among them."""
    lead: frozenset[int]
    """Headline, standfirst, byline and date: blocks without cues right before the first paragraph kept."""

    def rule(self, at: int, otherwise: str) -> str:
        """The rule that names the block, or *otherwise*."""
        cue = self.lines.cues[at]
        return cue.rule if cue else "related-teasers" if self.teasers[at] else otherwise


def classify_text(segmentation: Segmentation) -> Verdict:
    """Which blocks are boilerplate, from their text alone."""
    found = weigh_cues(segmentation.blocks)
    findings = {
        at: (found.rule(at, "surroundings"), round(chance, 3))
        for at, chance in enumerate(found.chances.tolist())
        if at not in found.kept
    }
    return Verdict(removals_of(segmentation.blocks, findings), "text", _confidence(found.lines, found.chances))


def weigh_cues(
    blocks: Sequence[Block], cues: Sequence[Cue | None] | None = None, words: Sequence[int] | None = None
) -> Evidence:
    """The evidence in *blocks*; *cues* of their own text and their *words*, if they are known."""
    lines = read_lines(blocks, cues, words)
    teasers = teasers_among(lines)
    is_code = np.array([block.role == "code" for block in blocks], dtype=np.bool_)
    evidence = np.where(is_code, 1.0, _evidence(lines, teasers))
    markers = _tail_markers(lines, teasers)
    chances = boilerplate_chances(evidence, _tail_evidence(lines, evidence), markers)
    kept = np.flatnonzero(chances <= np.where(lines.weights > 0, 0.5, UNNAMED)).tolist()
    lead = _lead(lines, kept)
    in_tail = np.logical_or.accumulate(markers)
    return Evidence(lines, teasers, chances, in_tail, frozenset([*kept, *lead]), frozenset(lead))


def _evidence(lines: SkimmedLines, teasers: Flags) -> Floats:
    """Log-odds of each line to be text."""
    words, is_sentence, weights = lines.words, lines.is_sentence, lines.weights
    is_article = min(1.0, int(words[lines.is_prose].sum()) / ARTICLE)
    density = _cue_density(lines)
    is_alone = (weights < STRONG) & (density * 2 * WINDOW < 1)
    near_cues = is_article * (SHORT_NEAR_CUES * density + SHORT_IN_RUN * _in_runs_with_cues(lines))
    long = LONG_LINE + np.minimum(words, PARAGRAPH) / np.where(is_sentence, 12, 30) + LONG_SENTENCE * is_sentence
    short = SHORT_ALONE - near_cues + SHORT_SENTENCE * is_sentence
    without_cue = np.where(teasers, -WEAK, np.where(words >= LONG, long, short))
    return np.where(weights > 0, np.where(is_alone, -weights / 2, -weights), without_cue)


def _cue_density(lines: SkimmedLines) -> Floats:
    """Share of the lines near each line, itself left out, that have a cue; weak cues count in part."""
    count, at = len(lines.words), np.arange(len(lines.words))
    sums = np.concatenate(([0.0], np.cumsum(np.minimum(lines.weights, MEDIUM) / MEDIUM)))
    low, high = np.maximum(0, at - WINDOW), np.minimum(count, at + WINDOW + 1)
    near = sums[high] - sums[low] - (sums[at + 1] - sums[at])
    density: Floats = near / np.maximum(1, high - low - 1)
    return density


def _in_runs_with_cues(lines: SkimmedLines) -> Flags:
    """Whether each line stands in a run of lines without running text that has a cue."""
    is_text = (lines.weights == 0) & (lines.words >= LONG)
    runs = np.cumsum(is_text)
    has_cue = np.bincount(runs, (lines.weights >= MEDIUM) & ~is_text) > 0
    in_run: Flags = has_cue[runs] & ~is_text
    return in_run


def _beside_prose(lines: SkimmedLines) -> Flags:
    """Whether running text stands right above or below each line."""
    prose = np.concatenate(([False], lines.is_prose, [False]))
    beside: Flags = prose[:-2] | prose[2:]
    return beside


def _tail_evidence(lines: SkimmedLines, evidence: Floats) -> Floats:
    """Log-odds of each line to stand in the tail rather than in other boilerplate.

    A lone sentence is a teaser's as well as the text's; only paragraphs one below the other make the text resume.
    """
    is_teaser_like = (lines.words <= PARAGRAPH) & ~_beside_prose(lines)
    shared = np.maximum(0.0, evidence) * np.where(is_teaser_like, 1.0, 0.3)
    result: Floats = shared + np.where((lines.weights == 0) & (evidence <= 1), 0.3, 0.0)
    return result


def _tail_markers(lines: SkimmedLines, teasers: Flags) -> Flags:
    """Where nothing but boilerplate may follow: at an end marker or a first teaser, most of the text being before."""
    paragraphs = lines.words * (lines.is_prose & _beside_prose(lines))
    before = np.cumsum(paragraphs) - paragraphs
    ends = np.array([cue is not None and cue.rule in ENDS and cue.weight >= MEDIUM for cue in lines.cues], np.bool_)
    begins_teasers = teasers & ~np.concatenate(([False], teasers[:-1]))[: len(teasers)]
    markers: Flags = (ends | begins_teasers) & (before >= np.maximum(BEFORE_TAIL, 2 * (paragraphs.sum() - before)))
    return markers


def _lead(lines: SkimmedLines, kept: Sequence[int]) -> list[int]:
    """The headline, standfirst, byline and date: lines without cues right before the first paragraph kept."""
    is_prose = lines.is_prose
    first = next((at for at in kept if is_prose[at]), 0)
    near = [at for at in range(max(0, first - LEAD_SPAN), first) if lines.cues[at] is None][-LEAD:]
    headline = next((at for at in near if 3 <= lines.words[at] <= 25), first)
    return [at for at in range(headline, first) if lines.cues[at] is None]


def _confidence(lines: SkimmedLines, chances: Floats) -> float | None:
    """How far from a toss-up the decisions are, on the page's average word."""
    words = int(lines.words.sum())
    if not words:
        return None
    sure: list[float] = (lines.words * np.abs(2 * chances - 1)).tolist()
    return round(sum(sure) / words, 3)
