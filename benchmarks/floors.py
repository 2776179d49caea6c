"""Figures below which quality must not fall, kept in files with the digest of what they are of."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.extraction_figures import Figures
from benchmarks.peers import OURS, OURS_TEXT, TRAFILATURA

FLOORS = Path(__file__).with_name("floors.json")
"""Those of extraction."""
NEARDUP_FLOORS = Path(__file__).with_name("neardup_floors.json")
"""Those of near-duplicate search; ``pages`` counts passages there."""
MARGIN = 0.003
"""How far below a measured F1 its floor is set: changes under that are noise."""

CPU_SHARE = 0.8
"""Share of a measured CPU ratio that its floor is set at: other work on the machine moves it that much."""

CPU = f"{TRAFILATURA} CPU by {OURS} CPU"


@dataclass(frozen=True, slots=True)
class Floors:
    """What a run over the same pages has to reach."""

    corpus: str
    """Digest of the pages."""
    pages: int
    least: dict[str, float]


def read_floors(path: Path = FLOORS) -> Floors | None:
    """The floors in the file at *path*; None where there is none."""
    return Floors(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``settled`` asks for."""
    parser.add_argument("--check", action="store_true", help="compare with the floors")
    parser.add_argument("--write-floors", action="store_true", help="raise the floors to what is measured")
    parser.add_argument("--lower", action="store_true", help="with --write-floors: lower floors, too")


def settled(arguments: argparse.Namespace, path: Path, corpus: str, pages: int, found: Mapping[str, float]) -> int:
    """Compares with the floors at *path* or raises them, as *arguments* say; the exit code.

    1 for a floor that is missed or may not be lowered, 2 for nothing to compare with.
    """
    floors = read_floors(path)
    if arguments.check:
        if floors is None or floors.corpus != corpus:
            why = not_comparable(floors, corpus, pages) if floors else f"There is no {path.name}."
            print(f"\n{why} Nothing was checked.")
            return 2
        sentences = missed(floors, found)
        print("\n" + "\n".join(sentences or [f"All {len(floors.least)} floors are reached."]))
        if sentences:
            return 1
    if arguments.write_floors:
        try:
            write_floors(new_floors(floors, corpus, pages, found, arguments.lower), path)
        except ValueError as error:
            print(f"\n{error}\n{path.name} stays as it is.")
            return 1
    return 0


def write_floors(floors: Floors, path: Path = FLOORS) -> None:
    """Write *floors* to the file at *path*."""
    content = {"corpus": floors.corpus, "pages": floors.pages, "least": floors.least}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def guarded(figures: Figures) -> dict[str, float]:
    """The figures of a run that have floors, by name."""
    found = {}
    for name in (OURS, OURS_TEXT):
        if name in figures.systems:
            system = figures.systems[name]
            found[f"{name} F1"] = system.f1.value
            found |= {f"{name} F1, {kind}": value.value for kind, value in system.f1_by_type.items()}
    if TRAFILATURA in figures.against:
        found[f"{OURS} F1 above {TRAFILATURA}"] = figures.against[TRAFILATURA].f1.value
        found[CPU] = figures.against[TRAFILATURA].cpu_ratio.value
    return found


def missed(floors: Floors, found: Mapping[str, float]) -> list[str]:
    """A sentence for each floor that *found* does not reach; a figure that is not there does not reach its floor."""
    sentences = []
    for name, least in floors.least.items():
        if name not in found:
            sentences.append(f"{name} was not measured; its floor is {least:.4f}.")
        elif not found[name] >= least:
            sentences.append(f"{name} is {found[name]:.4f}, below its floor of {least:.4f}.")
    return sentences


def new_floors(old: Floors | None, corpus: str, pages: int, found: Mapping[str, float], lower: bool) -> Floors:
    """Floors a little below *found*, nowhere lower than the *old* ones.

    With *lower* they follow *found* downwards, too, and may be of other pages.

    Raises:
        ValueError: an old floor is missed or of other pages, and *lower* does not say that this is meant.
    """
    least = {name: _below(value * CPU_SHARE if name == CPU else value - MARGIN) for name, value in found.items()}
    if old is None or lower:
        return Floors(corpus, pages, least)
    if old.corpus != corpus:
        raise ValueError(f"{not_comparable(old, corpus, pages)} Only --lower replaces them.")
    if sentences := missed(old, found):
        raise ValueError("\n".join([*sentences, "Only --lower lowers a floor."]))
    return Floors(corpus, pages, {name: max(value, old.least.get(name, value)) for name, value in least.items()})


def not_comparable(floors: Floors, corpus: str, pages: int) -> str:
    """Why *floors* say nothing of a run."""
    return f"The floors are of {floors.pages} pages, {floors.corpus[:12]}; these are {pages}, {corpus[:12]}."


def _below(value: float) -> float:
    """To four digits, downwards."""
    return math.floor(value * 1e4) / 1e4
