"""A chain of three hidden states over the blocks of a page: text, boilerplate around it, boilerplate after it.

Source: forward-backward algorithm, Rabiner (1989), https://doi.org/10.1109/5.18626
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np
import numpy.typing as npt

from cleaner import compiled

Floats = npt.NDArray[np.float64]

SWITCH = 0.12
"""Chance that boilerplate begins, or ends, at a given block."""

ENTER_TAIL = 0.5
"""Chance that nothing but boilerplate follows, at a block that may begin the tail."""

RESUME = 0.004
"""Chance that the text resumes at a given block of the tail."""

_LEAST = 1e-290
"""Share below which the tail is out of the question; it may grow by as much again without becoming infinite."""

_States = tuple[float, float, float]


def _transitions(enter: float) -> tuple[_States, _States, _States]:
    """Chances of each state, by the state before, where the chance to enter the tail is *enter*."""
    stay, switch = (1 - SWITCH) * (1 - enter), SWITCH * (1 - enter)
    return (stay, switch, enter), (switch, stay, enter), (RESUME, 0.0, 1 - RESUME)


_INSIDE, _AT_MARKER = _transitions(0.0), _transitions(ENTER_TAIL)


def boilerplate_chances(evidence: Floats, tail_evidence: Floats, begins_tail: npt.NDArray[np.bool_]) -> Floats:
    """The chance of each block to be boilerplate, given the evidence of all.

    Args:
        evidence: log-odds of each block to be text rather than boilerplate.
        tail_evidence: log-odds of each block to stand in the tail rather than in other boilerplate.
        begins_tail: whether the tail may begin at the block.
    """
    odds = [list(map(exp, evidence.tolist())), list(map(exp, tail_evidence.tolist()))]
    if compiled.native is None:
        return np.array(_chances(odds, begins_tail.tolist()))
    steps = np.array([_INSIDE, _AT_MARKER])
    return np.frombuffer(compiled.native.chain(np.array(odds), begins_tail, steps, _LEAST))


def _chances(odds: Sequence[Sequence[float]], begins_tail: Sequence[bool]) -> list[float]:
    """The chances from the odds of each block to be text, and to be in the tail."""
    both = list(zip(*odds, strict=True))
    steps = [_AT_MARKER if begins else _INSIDE for begins in begins_tail]
    forward: list[_States] = []
    text, around, tail = 0.5, 0.5, 0.0
    for at, (is_text, is_tail) in enumerate(both):
        if at:
            (a, b, c), (d, e, f), (g, h, i) = steps[at]
            text, around, tail = (
                text * a + around * d + tail * g,
                text * b + around * e + tail * h,
                text * c + around * f + tail * i,
            )
        text, tail = text * is_text, tail * is_tail
        total = text + around + tail
        text, around, tail = text / total, around / total, tail / total if tail / total > _LEAST else 0.0
        forward.append((text, around, tail))
    chances = [0.0] * len(forward)
    text = around = tail = 1.0  # the odds of what follows, such that they make the shares above a sum of 1
    for at in range(len(forward) - 1, -1, -1):
        before = forward[at]
        tail = tail if before[2] else 0.0
        total = before[0] * text + before[1] * around + before[2] * tail
        chances[at] = 1.0 - before[0] * text / total
        is_text, is_tail = both[at]
        (a, b, c), (d, e, f), (g, h, i) = steps[at]
        text, around, tail = text * is_text / total, around / total, tail * is_tail / total
        text, around, tail = (
            a * text + b * around + c * tail,
            d * text + e * around + f * tail,
            g * text + h * around + i * tail,
        )
    return chances
