"""The figures of the extraction benchmark, from one row a page and system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.intervals import Array, Draws, Figure, draws_of, figure, means, ratios
from benchmarks.peers import OURS
from benchmarks.scoring import PageScore


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What figures need to know of a page."""

    file_id: str
    domain: str
    page_type: str
    wanted: int
    unwanted: int


@dataclass(frozen=True, slots=True)
class Row:
    """How a system did on a page, and what it cost."""

    score: PageScore
    cpu_ms: float
    peak_mb: float
    error: str | None


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """One system over all pages; by words unless the name says otherwise."""

    precision: Figure
    recall: Figure
    f1: Figure
    f1_by_type: dict[str, Figure]
    shingle_precision: Figure
    shingle_recall: Figure
    shingle_f1: Figure
    """Of the mean precision and the mean recall, as Zyte's article-extraction-benchmark has it."""
    wanted_found: Figure
    """Share of the snippets; nan where the corpus has none."""
    unwanted_absent: Figure
    cpu_mean_ms: Figure
    cpu_median_ms: float
    peak_mb: float
    failures: dict[str, int]
    """Pages without an answer, by what was raised, ``timeout`` or ``died``; they count as empty."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours held against another system, page by page."""

    f1: Figure
    """Ours less theirs."""
    f1_by_type: dict[str, Figure]
    cpu_ratio: Figure
    """Their CPU time by ours."""
    cpu_median_ratio: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a run."""

    systems: dict[str, SystemFigures]
    against: dict[str, Comparison]
    """Ours against each other system; empty where ours was not measured."""


def figures_of(pages: Sequence[PageFacts], rows: Mapping[str, Sequence[Row]]) -> Figures:
    """The figures of each system in *rows*, which are in the order of *pages*."""
    draws = draws_of([page.domain for page in pages])
    systems = {name: _system(pages, found, draws) for name, found in rows.items()}
    ours = rows.get(OURS)
    against = {name: _comparison(pages, ours, found, draws) for name, found in rows.items() if ours and name != OURS}
    return Figures(systems, against)


def _system(pages: Sequence[PageFacts], rows: Sequence[Row], draws: Draws) -> SystemFigures:
    f1 = _column(rows, lambda row: row.score.words.f1)
    found, surplus, missing = np.array([row.score.shingles for row in rows], dtype=np.float64).T
    precision = means(draws, found / np.maximum(found + surplus, 1e-12), found + surplus > 0)
    recall = means(draws, found / np.maximum(found + missing, 1e-12), found + missing > 0)
    cpu_ms = _column(rows, lambda row: row.cpu_ms)
    return SystemFigures(
        figure(means(draws, _column(rows, lambda row: row.score.words.precision))),
        figure(means(draws, _column(rows, lambda row: row.score.words.recall))),
        figure(means(draws, f1)),
        _by_type(pages, f1, draws),
        figure(precision),
        figure(recall),
        figure(2 * precision * recall / np.maximum(precision + recall, 1e-12)),
        figure(ratios(draws, _column(rows, lambda row: row.score.wanted_found), _facts(pages, "wanted"))),
        figure(ratios(draws, _column(rows, lambda row: row.score.unwanted_absent), _facts(pages, "unwanted"))),
        figure(means(draws, cpu_ms)),
        round(float(np.median(cpu_ms)), 3),
        round(max(row.peak_mb for row in rows), 1),
        dict(sorted(Counter(row.error for row in rows if row.error).items())),
    )


def _comparison(pages: Sequence[PageFacts], ours: Sequence[Row], theirs: Sequence[Row], draws: Draws) -> Comparison:
    gain = _column(ours, lambda row: row.score.words.f1) - _column(theirs, lambda row: row.score.words.f1)
    costs = [_column(rows, lambda row: row.cpu_ms) for rows in (theirs, ours)]
    return Comparison(
        figure(means(draws, gain)),
        _by_type(pages, gain, draws),
        figure(ratios(draws, *costs)),
        round(float(np.median(costs[0]) / np.median(costs[1])), 3),
    )


def _by_type(pages: Sequence[PageFacts], values: Array, draws: Draws) -> dict[str, Figure]:
    types = np.array([page.page_type for page in pages])
    return {str(kind): figure(means(draws, values, types == kind)) for kind in np.unique(types)}


def _column(rows: Sequence[Row], value: Callable[[Row], float]) -> Array:
    return np.array([value(row) for row in rows], dtype=np.float64)


def _facts(pages: Sequence[PageFacts], name: str) -> Array:
    return np.array([getattr(page, name) for page in pages], dtype=np.float64)


def table(figures: Figures) -> str:
    """The figures to read: quality, by type, cost, ours beside the others."""
    parts = [_quality(figures), _types(figures), _cost(figures)]
    return "\n\n".join(parts + ([_against(figures)] if figures.against else []))


def _quality(figures: Figures) -> str:
    head = "words: P, R, F1, its 95 % interval; 4-word shingles: P, R, F1; snippets: wanted found, unwanted absent"
    lines = [head, f"{'':22}{'P':>6}{'R':>7}{'F1':>7}{'95 %':>14}{'P4':>8}{'R4':>7}{'F4':>7}{'found':>8}{'absent':>8}"]
    for name, row in figures.systems.items():
        lines.append(
            f"{name:22}{row.precision.value:6.3f}{row.recall.value:7.3f}{row.f1.value:7.3f}"
            f"{row.f1.low:8.3f}-{row.f1.high:.3f}"
            f"{row.shingle_precision.value:8.3f}{row.shingle_recall.value:7.3f}{row.shingle_f1.value:7.3f}"
            f"{_share(row.wanted_found)}{_share(row.unwanted_absent)}"
        )
    return "\n".join(lines)


def _share(found: Figure) -> str:
    return f"{'-':>8}" if np.isnan(found.value) else f"{found.value:8.3f}"


def _types(figures: Figures) -> str:
    types = list(next(iter(figures.systems.values())).f1_by_type)
    lines = ["word F1 by page type", f"{'':22}" + "".join(f"{kind:>15}" for kind in types)]
    for name, row in figures.systems.items():
        lines.append(f"{name:22}" + "".join(f"{row.f1_by_type[kind].value:15.3f}" for kind in types))
    return "\n".join(lines)


def _cost(figures: Figures) -> str:
    lines = ["cost: CPU ms a page, peak MB of the process", f"{'':22}{'mean':>8}{'median':>9}{'peak':>7}   failures"]
    for name, row in figures.systems.items():
        failures = ", ".join(f"{count} {error}" for error, count in row.failures.items()) or "-"
        lines.append(f"{name:22}{row.cpu_mean_ms.value:8.1f}{row.cpu_median_ms:9.1f}{row.peak_mb:7.0f}   {failures}")
    return "\n".join(lines)


def _against(figures: Figures) -> str:
    lines = [
        f"{OURS} beside the others: its F1 less theirs, their CPU time by its own (means, medians)",
        f"{'':22}{'F1':>7}{'95 %':>16}{'CPU':>8}{'95 %':>14}{'median':>8}",
    ]
    for name, row in figures.against.items():
        lines.append(
            f"{name:22}{row.f1.value:+7.3f}{row.f1.low:+9.3f} {row.f1.high:+.3f}"
            f"{row.cpu_ratio.value:8.2f}{row.cpu_ratio.low:8.2f}-{row.cpu_ratio.high:<5.2f}{row.cpu_median_ratio:8.2f}"
        )
    return "\n".join(lines)
