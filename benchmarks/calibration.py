"""Whether confidence is the word F1 to be expected: ``python -m benchmarks.calibration --data FOLDER --models FOLDER``.

Prints reliability tables (predicted and observed F1 by tenths) of the figure that the extractor gives and of the one
that documents get, which goes through a map. No page has a say in its own prediction: models and maps come from the
other folds. ``--fit`` writes the maps that the package ships, from all pages; do so after each training of a model.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from benchmarks.fold_models import TEXT_WEIGHTS, WEIGHTS, fold_models, train_folds
from benchmarks.ours import flattened
from benchmarks.wcxb import FOLDS, LabelledPage, as_page, fold_of, read_labelled, score, words
from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.comments import scoped
from cleaner.boilerplate.confidence import CEILINGS, FILE, Knots, calibrated
from cleaner.boilerplate.learned_extractor import classify_html
from cleaner.boilerplate.learned_text import classify_text
from cleaner.boilerplate.page_status import page_status
from cleaner.boilerplate.verdict import Verdict
from cleaner.config import Boilerplate
from cleaner.model import Block, Page, Segmentation, Status
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text

MAPS = Path(__file__).parents[1] / "cleaner" / "boilerplate" / FILE
EXTRACTORS = ("learned", "learned-text", "text")
PLACES = (0.0, 0.3, 0.5, 0.65, 0.8, 0.9, 0.95, 1.0)
"""Where the map bends: more finely where most pages are."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was foretold of a page, and what came."""

    fold: int
    figure: float
    """What the extractor expects."""
    f1: float
    f1_unscoped: float
    """If readers' comments are left where the extractor takes them for text."""
    status: Status
    reason: str | None
    page: LabelledPage


def outcomes_of(pages: Iterable[LabelledPage], extractor: str, models: Path) -> list[Outcome]:
    """Every page by a model that has seen nothing of its domain; the cues (``text``) learned from no page."""
    html, text = fold_models(models, WEIGHTS), fold_models(models, TEXT_WEIGHTS)
    outcomes = []
    for labelled in pages:
        page = as_page(labelled) if extractor == "learned" else as_page(labelled, flattened(labelled))
        segmentation = segment_html(page) if extractor == "learned" else segment_text(page)
        fold = fold_of(labelled.domain)
        if extractor == "learned":
            verdict = classify_html(page, segmentation, model=html[fold])
        elif extractor == "learned-text":
            verdict = classify_text(page, segmentation, model=text[fold])
        else:
            verdict = classify(page, segmentation, Boilerplate("trafilatura"))
        outcomes.append(_outcome(labelled, page, segmentation, verdict))
    return outcomes


def _outcome(labelled: LabelledPage, page: Page, segmentation: Segmentation, verdict: Verdict) -> Outcome:
    kept = _kept(segmentation, scoped(page, segmentation, verdict, "main"))
    status, reason = page_status(page, segmentation, kept)
    unscoped = _f1(_kept(segmentation, verdict), labelled)
    page_facts = replace(labelled, html="")
    fold = fold_of(labelled.domain)
    return Outcome(fold, verdict.confidence or 0.0, _f1(kept, labelled), unscoped, status, reason, page_facts)


def _kept(segmentation: Segmentation, verdict: Verdict) -> list[Block]:
    removed = {removal.start for removal in verdict.removals}
    return [block for block in segmentation.blocks if block.start not in removed]


def _f1(kept: Sequence[Block], labelled: LabelledPage) -> float:
    have = Counter(word for block in kept for word in words(block.text))
    return score(have, Counter(words(labelled.main_content))).f1


def fitted(outcomes: Sequence[Outcome]) -> Knots:
    """The rising map through ``PLACES``, 0 at 0, that is nearest to *outcomes* whose confidence it will make."""
    rows = [row for row in outcomes if row.status not in CEILINGS]
    figures, observed = np.array([row.figure for row in rows]), np.array([row.f1 for row in rows])
    steps = np.stack(
        [np.interp(figures, PLACES, np.array(PLACES) >= place, left=0, right=1) for place in PLACES[1:]], axis=1
    )
    rises, _ = nnls(steps, observed)
    heights = np.minimum(1, np.cumsum(rises)).round(3).tolist()
    return [[0.0, 0.0], *([place, height] for place, height in zip(PLACES[1:], heights, strict=True))]


def confidences(outcomes: Sequence[Outcome]) -> list[float]:
    """What each document would say, by maps from the other folds."""
    maps = [fitted([row for row in outcomes if row.fold != fold]) for fold in range(FOLDS)]
    return [min(CEILINGS.get(row.status, 1.0), calibrated(row.figure, maps[row.fold])) for row in outcomes]


def print_reliability(name: str, predicted: Sequence[float], outcomes: Sequence[Outcome]) -> None:
    """The table by tenths; then the expected calibration error, the correlation and the AUC for an F1 under .5."""
    guess, truth = np.array(predicted), np.array([row.f1 for row in outcomes])
    tenths = np.minimum(9, (guess * 10).astype(int))
    print(f"{name}: {len(guess)} pages\n  tenth   pages  predicted  observed")
    error = 0.0
    for tenth in range(10):
        inside = tenths == tenth
        if inside.any():
            foretold, came = guess[inside].mean(), truth[inside].mean()
            error += abs(foretold - came) * inside.mean()
            print(f"  {tenth / 10:.1f}-{tenth / 10 + 0.1:.1f} {inside.sum():6} {foretold:10.3f} {came:9.3f}")
    correlation = np.corrcoef(guess, truth)[0, 1]
    print(f"  ECE {error:.4f}  correlation {correlation:.3f}  AUC for F1 < .5 {_auc(-guess, truth < 0.5):.3f}")


def _auc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """The chance that a positive scores above a negative, ties counting half."""
    above = scores[positive][:, None] - scores[~positive][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def print_statuses(outcomes: Sequence[Outcome], *, each: bool) -> None:
    """How many pages have each status, and their mean F1; *each* page that is not ok, to be looked at."""
    for status, count in sorted(Counter(row.status for row in outcomes).items()):
        observed = np.mean([row.f1 for row in outcomes if row.status == status])
        print(f"  {status:14} {count:5} pages, F1 {observed:.3f}")
    for row in outcomes:
        if each and row.status != "ok":
            print(f"    {row.status:13} {row.page.page_type:13} {row.f1:.2f} {row.page.url[:70]} {row.reason}")


def print_comments(outcomes: Sequence[Outcome]) -> None:
    """What it does to F1 that readers' comments are removed."""
    changed = [row for row in outcomes if row.f1 != row.f1_unscoped]
    before, after = (np.mean([getattr(row, name) for row in outcomes]) for name in ("f1_unscoped", "f1"))
    print(f"  comments removed on {len(changed)} pages: F1 {before:.4f} -> {after:.4f}")
    for kind in sorted({row.page.page_type for row in changed}):
        of_kind = [row for row in outcomes if row.page.page_type == kind]
        gain = sum(row.f1 - row.f1_unscoped for row in of_kind) / len(of_kind)
        print(f"    {kind:13} {gain:+.4f}, {sum(row in changed for row in of_kind)} pages")


def main() -> None:
    """Print reliability tables; with --fit, write the maps too."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.xz files")
    parser.add_argument("--fit", action="store_true", help=f"write {FILE}")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models of the folds, made if missing")
    parser.add_argument("--only", choices=EXTRACTORS, help="one extractor; the other maps stay")
    parser.add_argument("--list", action="store_true", help="name each page whose status is not ok")
    arguments = parser.parse_args()
    train_folds(arguments.data, arguments.models)
    maps: dict[str, Knots] = json.loads(MAPS.read_text()) if MAPS.exists() else {}
    for extractor in EXTRACTORS:
        if arguments.only not in {None, extractor}:
            continue
        outcomes = outcomes_of(read_labelled(arguments.data), extractor, arguments.models)
        print_reliability(f"{extractor}, as the extractor gives it", [row.figure for row in outcomes], outcomes)
        print_reliability(f"{extractor}, as documents have it", confidences(outcomes), outcomes)
        print_statuses(outcomes, each=arguments.list)
        print_comments(outcomes)
        maps[extractor] = fitted(outcomes)
        print(f"  map {json.dumps(maps[extractor])}", flush=True)
    if arguments.fit:
        lines = (f"  {json.dumps(name)}: {json.dumps(knots)}" for name, knots in sorted(maps.items()))
        MAPS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        print(f"{MAPS.name} written")


if __name__ == "__main__":
    main()
