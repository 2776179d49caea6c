"""Boilerplate of HTML pages as a forest sees it that was trained on pages with reviewed main content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp

import numpy as np

from cleaner.boilerplate.block_model import BlockModel, shipped_model
from cleaner.boilerplate.cues import cue_of, is_teaser, prompt_of
from cleaner.boilerplate.decoder import CAUTION, NOTHING, Preference, choose, weigh_copies
from cleaner.boilerplate.features import PageFeatures, matrix, measure_page
from cleaner.boilerplate.named_furniture import named_furniture
from cleaner.boilerplate.part_names import part_rules
from cleaner.boilerplate.pattern import MEDIUM, STRONG, WEAK
from cleaner.boilerplate.text_classifier import classify_text
from cleaner.boilerplate.trees import chances
from cleaner.boilerplate.verdict import Finding, Verdict, removals_of
from cleaner.model import Block, Page, Segmentation

MAX_BLOCKS = 100_000
"""Features of that many take about 200 MB; larger pages go by their text."""

SHORT = 12
"""Words up to which a block's own words can give it away."""

LONG = 45
"""Words up to which what it asks the reader for can give a block away."""

SURE = 0.99
"""Chance from which a paragraph stays, whatever it asks for."""

CUES = 0.5
"""How much the log-odds of a cue count beside the model's; a strong one decides alone."""

HEADLINE = 0.05
"""Chance from which the last main heading above the first block kept is kept with it."""


def classify_html(
    page: Page, segmentation: Segmentation, prefer: Preference = "balanced", model: BlockModel | None = None
) -> Verdict:
    """Which blocks are not main content; *model* is the shipped one unless given."""
    if not segmentation.blocks:
        return Verdict((), "learned", 0.0)
    if len(segmentation.blocks) > MAX_BLOCKS:
        verdict = classify_text(segmentation)
        return replace(verdict, notes=(*verdict.notes, "extractor-skipped"))
    model = model or shipped_model()
    measured = measure_page(page.source_text, segmentation)
    likely = block_chances(measured, model)
    kept = decide(measured, likely, prefer)
    gone = np.flatnonzero(~kept)
    scores = np.round(1 - likely[gone], 3).tolist()
    rules = part_rules(measured.tree)
    findings: dict[int, Finding] = {at: (rules[at], score) for at, score in zip(gone.tolist(), scores, strict=True)}
    named = named_furniture(page.source_text, segmentation.elements, measured.tree, kept, measured.counted)
    findings |= {at: (rule, round(1 - float(likely[at]), 3)) for at, rule in named.items()}
    findings |= _given_away(segmentation.blocks, kept, likely, measured.counted)
    return Verdict(removals_of(segmentation.blocks, findings), "learned", expected_f1(likely, kept, measured.counted))


def _given_away(blocks: Sequence[Block], kept: np.ndarray, likely: np.ndarray, words: np.ndarray) -> dict[int, Finding]:
    """The blocks among those *kept* that their own words give away: *Advertisement*, *Related stories*."""
    findings: dict[int, Finding] = {}
    medium = _outweighed(MEDIUM)
    places = np.flatnonzero(kept & (words <= LONG))
    for at, chance, is_short in zip(
        places.tolist(), likely[places].tolist(), (words[places] <= SHORT).tolist(), strict=True
    ):
        block = blocks[at]
        if block.role == "code" or (block.role == "heading" and block.level == 1):
            continue
        if is_teaser(block.text, block.link_chars):
            findings[at] = ("related", round(1 - chance, 3))
            continue
        if is_short:
            cue = cue_of(block.text, WEAK if chance < medium else STRONG)
        else:
            cue = prompt_of(block.text) if chance < SURE else None
        if cue is not None and (cue.weight >= STRONG or chance < _outweighed(cue.weight)):
            findings[at] = (cue.rule, round(1 - chance, 3))
    return findings


def _outweighed(cue: float) -> float:
    """The chance below which a block goes for a cue of that weight."""
    return 1 / (1 + exp(-CUES * cue))


def block_chances(measured: PageFeatures, model: BlockModel) -> np.ndarray:
    """How likely each block is main content that no other block repeats."""
    odds, known = model.of_words(measured.tree.words)
    rows, named = matrix(measured, odds, model.columns), model.vectors.of(measured.tree, known)
    margins = model.margins(rows, named, measured.counted, measured.groups.shared())
    return weigh_copies(chances(margins - CAUTION), measured.texts, measured.counted)


def decide(measured: PageFeatures, likely: np.ndarray, prefer: Preference) -> np.ndarray:
    """Which blocks are kept; the headline above them is, though the learned pages' truth often leaves it out."""
    if likely.max(initial=0.0) < NOTHING:
        return np.zeros(len(likely), dtype=np.bool_)
    kept = choose(likely, measured.counted, prefer)
    if kept.any():
        headlines = np.flatnonzero(measured.levels[: kept.argmax()] == 1)
        kept[headlines[-1:]] |= likely[headlines[-1:]] >= HEADLINE
    return kept


def expected_f1(likely: np.ndarray, kept: np.ndarray, words: np.ndarray) -> float:
    """The F1 that is to be expected of what was kept."""
    found = float((likely * words)[kept].sum())
    whole = float(words[kept].sum() + (likely * words).sum())
    return round(2 * found / whole, 3) if whole else 0.0
