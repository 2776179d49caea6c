"""A chain of three hidden states over the blocks of a page: text, boilerplate around it, boilerplate after it.

Source: forward-backward algorithm, Rabiner (1989), https://doi.org/10.1109/5.18626
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

SWITCH = 0.12
"""Chance that boilerplate begins, or ends, at a given block."""

ENTER_TAIL = 0.5
"""Chance that nothing but boilerplate follows, at a block that may begin the tail."""

RESUME = 0.004
"""Chance that the text resumes at a given block of the tail."""

_NEVER = -1e9

_States = tuple[float, float, float]


def boilerplate_chances(
    evidence: Sequence[float], tail_evidence: Sequence[float], begins_tail: Sequence[bool]
) -> list[float]:
    """The chance of each block to be boilerplate, given the evidence of all.

    Args:
        evidence: log-odds of each block to be text rather than boilerplate.
        tail_evidence: log-odds of each block to stand in the tail rather than in other boilerplate.
        begins_tail: whether the tail may begin at the block.
    """
    emissions = [(text, 0.0, tail) for text, tail in zip(evidence, tail_evidence, strict=True)]
    forward: list[_States] = []
    state: _States = (log(0.5), log(0.5), _NEVER)
    for at, emission in enumerate(emissions):
        if at:
            state = _forward(state, _transitions(begins_tail[at]))
        state = (state[0] + emission[0], state[1] + emission[1], state[2] + emission[2])
        forward.append(state)
    chances = [0.0] * len(forward)
    after: _States = (0.0, 0.0, 0.0)
    for at in range(len(forward) - 1, -1, -1):
        text, around, tail = (before + behind for before, behind in zip(forward[at], after, strict=True))
        chances[at] = 1.0 - exp(text - _log_sum(text, around, tail))
        emission = emissions[at]
        after = (after[0] + emission[0], after[1] + emission[1], after[2] + emission[2])
        after = _backward(after, _transitions(begins_tail[at]))
    return chances


def _transitions_at(enter: float) -> tuple[_States, _States, _States]:
    into_tail = log(enter) if enter else _NEVER
    stay, switch = log((1 - SWITCH) * (1 - enter)), log(SWITCH * (1 - enter))
    return (stay, switch, into_tail), (switch, stay, into_tail), (log(RESUME), _NEVER, log(1 - RESUME))


_INSIDE, _AT_MARKER = _transitions_at(0.0), _transitions_at(ENTER_TAIL)


def _transitions(begins_tail: bool) -> tuple[_States, _States, _States]:
    """Log chances of each state, by the state before."""
    return _AT_MARKER if begins_tail else _INSIDE


def _forward(state: _States, rows: tuple[_States, _States, _States]) -> _States:
    a, b, c = rows
    return (
        _log_sum(state[0] + a[0], state[1] + b[0], state[2] + c[0]),
        _log_sum(state[0] + a[1], state[1] + b[1], state[2] + c[1]),
        _log_sum(state[0] + a[2], state[1] + b[2], state[2] + c[2]),
    )


def _backward(state: _States, rows: tuple[_States, _States, _States]) -> _States:
    a, b, c = (_log_sum(row[0] + state[0], row[1] + state[1], row[2] + state[2]) for row in rows)
    return a, b, c


def _log_sum(a: float, b: float, c: float) -> float:
    top = max(a, b, c)
    return top + log(exp(a - top) + exp(b - top) + exp(c - top))
