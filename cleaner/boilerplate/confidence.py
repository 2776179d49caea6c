"""How sure a document is: the word F1 to be expected of what was kept of its page.

The extractors estimate it from the chances of single blocks, which err together; a map learned from pages that the
model had not seen makes the estimate true on average. ``python -m benchmarks.calibration --fit`` makes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType

from cleaner.boilerplate.verdict import Verdict
from cleaner.model import Status

FILE = "confidence.json"

CEILINGS: Mapping[Status, float] = MappingProxyType(
    {"empty": 0.0, "script-shell": 0.1, "consent-wall": 0.1, "error-page": 0.1, "login-wall": 0.3}
)
"""The most that is to be expected of a page that does not hold the text it stands for: by meaning, not by measure."""

Knots = Sequence[Sequence[float]]
"""Pairs of an extractor's own figure and the F1 that goes with it; both rise. Straight lines between them."""


def confidence_of(verdict: Verdict, status: Status) -> float | None:
    """The word F1 to be expected of the page that *verdict* is about, 0 to 1.

    None where the extractor gives no figure and the status tells nothing either.
    """
    ceiling = CEILINGS.get(status, 1.0)
    if verdict.confidence is None:
        return ceiling if status in CEILINGS else None
    return min(ceiling, calibrated(verdict.confidence, _maps().get(verdict.extractor, ())))


def calibrated(figure: float, knots: Knots) -> float:
    """*figure* by the map through *knots*; as it is where there are none.

    >>> calibrated(0.75, [(0, 0), (0.5, 0.6), (1, 0.8)])
    0.7
    """
    for (left, low), (right, high) in pairwise(knots):
        if figure <= right:
            return round(low + (high - low) * max(0.0, figure - left) / (right - left), 3)
    return round(knots[-1][1] if knots else figure, 3)


@lru_cache(maxsize=1)
def _maps() -> Mapping[str, Knots]:
    """The knots for each extractor."""
    found: Mapping[str, Knots] = json.loads((files("cleaner.boilerplate") / FILE).read_text(encoding="utf-8"))
    return found
