"""Boilerplate of pages that have no markup to go by, as a forest sees it that was trained on flattened pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.block_model import BlockModel, read_model
from cleaner.boilerplate.cues import Cue, count_words, cue_of
from cleaner.boilerplate.decoder import CAUTION, NOTHING, Preference, choose, weigh_copies
from cleaner.boilerplate.line_groups import group_lines
from cleaner.boilerplate.line_tokens import TokenScores, lexicon_columns, token_scores
from cleaner.boilerplate.pattern import MEDIUM, STRONG
from cleaner.boilerplate.text_classifier import Evidence, weigh_cues
from cleaner.boilerplate.text_features import matrix, text_columns
from cleaner.boilerplate.text_lines import Lines, read_text_lines
from cleaner.boilerplate.trees import chances
from cleaner.boilerplate.verdict import Verdict, removals_of
from cleaner.model import Page, Segmentation

Floats = npt.NDArray[np.float64]

_SCRIPTS = re.compile("[\u0300-\u1fff\u20d0-\u20ff\u2c00-\U0010ffff]")

SMALL = 60
"""Lines up to which a page without cues stays whole: a poem or a table, and not a page with all that is around it."""

FURNITURE = frozenset(
    {
        "account", "advertisement", "back-to-top", "comment-form", "consent", "donation", "follow", "navigation",
        "newsletter", "related", "share", "shop-control", "votes",
    }
)  # fmt: skip
"""Rules whose cues decide from MEDIUM on.

Of 17,666 such lines on the labelled pages 259 are main content, and of the 54 that the model keeps 14: in English it
knows them anyhow. In other languages it has the cues, and no words.
"""

LEAD_SPAN = 12
"""Lines above the first one kept among which the headline is looked for."""

HEADLINE = 8
"""Words of a headline from which a longer one says no more."""

RETOLD = 0.5
"""Share of a headline's words, at least, that the text has more than once."""

TOLD = 0.66
"""Share of its words, at least, that the text has at all, for the first line that the cues take for the lead."""

INSIDE = 2
"""Lines in a row, at most, that stand inside the text: a subheading, a quotation mark."""

DOUBTFUL = 0.1
"""Chance from which the headline and lines inside the text stay."""

SURE = 0.7
"""Chance to be boilerplate, by cues, from which a line of the tail goes."""


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The features of a page that hold for any lexicon, and what is needed for the rest."""

    lines: Lines
    cues: Sequence[Cue | None]
    columns: Mapping[str, Floats]
    folded: Sequence[str]
    """The lines in lower case."""


def classify_text(
    page: Page, segmentation: Segmentation, prefer: Preference = "balanced", model: BlockModel | None = None
) -> Verdict:
    """Which lines are not main content; *model* is the shipped one unless given."""
    if not segmentation.blocks:
        return Verdict((), "learned-text", 0.0)
    measured = measure_text(page.source_text, segmentation)
    evidence = weigh_cues(segmentation.blocks, measured.cues, _words(measured.lines))
    likely = line_chances(measured, model or shipped_text_model())
    kept = decide(measured, evidence, likely, prefer)
    findings = {
        at: (evidence.rule(at, "learned"), round(float(1 - likely[at]), 3)) for at in np.flatnonzero(~kept).tolist()
    }
    return Verdict(removals_of(segmentation.blocks, findings), "learned-text", _confidence(measured, likely, kept))


def measure_text(source: str, segmentation: Segmentation) -> TextFeatures:
    """Everything about the lines but what a lexicon says of their words; *segmentation* has blocks."""
    texts = [block.text for block in segmentation.blocks]
    lines = read_text_lines(texts, _gaps(source, segmentation))
    cues = [cue_of(text) for text in texts]
    folded = [text.lower() for text in texts]
    return TextFeatures(lines, cues, text_columns(lines, folded, cues), folded)


def _words(lines: Lines) -> list[int]:
    """Words of each line as ``count_words`` has them.

    Without combining marks, and scripts that write no spaces, they are those that have been counted.
    """
    counted = zip(lines.texts, lines.measures.counted.tolist(), strict=True)
    return [int(count) if text.isascii() or not _SCRIPTS.search(text) else count_words(text) for text, count in counted]


def _gaps(source: str, segmentation: Segmentation) -> list[int]:
    """Line ends before each block but the first."""
    gaps, end = [], segmentation.blocks[0].start
    for block in segmentation.blocks:
        gap = source[end : block.start]
        gaps.append(gap.replace("\r\n", "\n").replace("\r", "\n").count("\n") if "\r" in gap else gap.count("\n"))
        end = block.end
    return gaps


def text_rows(measured: TextFeatures, lexicon: TokenScores, wanted: Sequence[str]) -> npt.NDArray[np.float32]:
    """The *wanted* features, one row a line."""
    says = lexicon_columns(measured.folded, lexicon, measured.lines.prose)
    return matrix({**measured.columns, **says}, wanted)


def line_chances(measured: TextFeatures, model: BlockModel) -> Floats:
    """How likely each line is main content that no other line repeats."""
    rows = text_rows(measured, _lexicon_of(model), model.columns)
    sizes = measured.lines.measures.counted
    named = np.zeros((len(rows), 0), dtype=np.float32)
    margins = model.margins(rows, named, sizes, group_lines(measured.lines, measured.cues))
    return weigh_copies(chances(margins - CAUTION), measured.lines.texts, measured.lines.measures.counted)


@lru_cache(maxsize=8)
def _lexicon_of(model: BlockModel) -> TokenScores:
    return token_scores(model.lexicon)


def decide(
    measured: TextFeatures, evidence: Evidence, likely: Floats, prefer: Preference = "balanced"
) -> npt.NDArray[np.bool_]:
    """Which lines are kept.

    A strong cue outweighs the trees, and so do one that names what a page is furnished with, and a tail that the cues
    are fairly sure of. Of the headline, what stands between it and the text, and short lines inside the text more is
    kept than the learned pages' truth has; and all of a small page on which no cue speaks.
    """
    lines = measured.lines
    cues = evidence.lines.weights
    if len(cues) <= SMALL and (cues < MEDIUM).all():
        return np.ones(len(cues), dtype=np.bool_)
    if likely.max() < NOTHING:
        return np.zeros(len(cues), dtype=np.bool_)
    kept = choose(likely, lines.measures.counted, prefer)
    _keep_headline(measured, kept, cues, likely)
    for above, below in pairwise(np.flatnonzero(kept).tolist()):
        if 1 < below - above <= INSIDE + 1 and lines.prose[above] > 0 and lines.prose[below] > 0:
            between = slice(above + 1, below)
            kept[between] = (cues[between] == 0) & (likely[between] >= DOUBTFUL)
    lead = sorted(evidence.lead)
    told = measured.columns["words in prose"]
    lead = [at for at in lead if likely[at] >= DOUBTFUL or (at == lead[0] and told[at] >= TOLD)]
    kept[lead[:1] + [at for at in lead if evidence.chances[at] < 0.5]] = True
    kept[evidence.in_tail & (evidence.chances >= SURE)] = False
    names = [cue is not None and cue.weight >= MEDIUM and cue.rule in FURNITURE for cue in evidence.lines.cues]
    return kept & (cues < STRONG) & ~np.array(names, dtype=np.bool_)


def _keep_headline(measured: TextFeatures, kept: npt.NDArray[np.bool_], cues: Floats, likely: Floats) -> None:
    """Keep what could be the headline above the first line kept: the line told in the text, and the likeliest.

    The truth of the learned pages leaves most headlines out, so the model does not know them. What the text comes back
    to does: on 506 of 633 articles, that line is the headline (the likeliest one on 268).
    """
    words, told = measured.lines.measures.counted, measured.columns["words in prose twice"]
    first = int(kept.argmax())
    lead = np.arange(first - 1, max(0, first - LEAD_SPAN) - 1, -1)
    lead = lead[(cues[lead] == 0) & (words[lead] >= 2) & (words[lead] <= 25)]
    if not len(lead):
        return
    likeliest = lead[likely[lead].argmax()]
    kept[likeliest] = likely[likeliest] >= DOUBTFUL
    retold = lead[(told[lead] * np.minimum(words[lead], HEADLINE)).argmax()]
    kept[retold] |= words[retold] >= 3 and told[retold] >= RETOLD


def _confidence(measured: TextFeatures, likely: Floats, kept: npt.NDArray[np.bool_]) -> float:
    """The F1 that is to be expected of what was kept."""
    words = measured.lines.measures.counted
    found = float((likely * words)[kept].sum())
    whole = float(words[kept].sum() + (likely * words).sum())
    return round(2 * found / whole, 3) if whole else 0.0


@lru_cache(maxsize=1)
def shipped_text_model() -> BlockModel:
    """The model that comes with the package."""
    with as_file(files("cleaner.boilerplate") / "text_blocks.npz") as path:
        return read_model(path)
