"""Means with 95 % confidence intervals, from a seeded bootstrap over sites.

Pages of one site resemble each other, so whole sites are drawn. All figures of a run share the same draws: the
interval of a difference is that of paired differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ROUNDS = 2000
SEED = 1

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, and where it lies in 95 of 100 samples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Draws:
    """How often each draw has each site, and which page is of which site."""

    weights: Array
    """(rounds, sites); the first row is the sample as it is."""
    sites: npt.NDArray[np.intp]


def draws_of(domains: Sequence[str], rounds: int = ROUNDS, seed: int = SEED) -> Draws:
    """The draws for pages of *domains*, in their order."""
    unique, sites = np.unique(np.array(domains), return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(unique), np.full(len(unique), 1 / len(unique)), rounds)
    return Draws(np.concatenate([np.ones((1, len(unique))), drawn]), sites)


def ratios(draws: Draws, above: Array, below: Array) -> Array:
    """The sum of *above* (one a page) by that of *below* in each draw; nan where there is nothing below."""
    over, under = (
        draws.weights @ np.bincount(draws.sites, values, draws.weights.shape[1]) for values in (above, below)
    )
    return np.where(under > 0, over / np.where(under > 0, under, 1), np.nan)


def means(draws: Draws, values: Array, pages: npt.NDArray[np.bool_] | None = None) -> Array:
    """The mean of *values* over *pages* (all, unless given) in each draw."""
    counted = np.ones(len(values)) if pages is None else pages.astype(float)
    return ratios(draws, values * counted, counted)


def figure(drawn: Array) -> Figure:
    """The first draw, which is the sample, and the middle 95 % of the others."""
    others = drawn[1:][~np.isnan(drawn[1:])]
    low, high = np.percentile(others, [2.5, 97.5]) if len(others) else (np.nan, np.nan)
    return Figure(*(round(float(value), 6) for value in (drawn[0], low, high)))
