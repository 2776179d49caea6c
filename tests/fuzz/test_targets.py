"""R12: the fuzz targets hold on their seeds, on what was found before, and on made-up input."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS
from tests.promises import Figures
from tests.property.strategies import HTML, TEXT

_EXAMPLES = {"report": 10, "end_to_end": 100}
"""Inputs in the quick profile, where they are slow; else 200. The full profile tries ten times as many."""

_MARKUP = st.one_of(HTML, TEXT).map(lambda text: text.encode("utf-8", "replace"))


def damaged(seed: bytes, number: int) -> bytes:
    """*seed* with a few bytes changed, cut out or doubled."""
    rng = random.Random(number)
    data = bytearray(seed)
    for _ in range(rng.choice([1, 2, 8])):
        at = rng.randrange(len(data) + 1)
        length = rng.choice([1, 1, 4, 64])
        choice = rng.randrange(4)
        if choice == 0:
            data[at : at + length] = rng.randbytes(length)
        elif choice == 1:
            del data[at : at + length]
        elif choice == 2:
            data[at:at] = data[at : at + length]
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzz_target_holds_on_its_seeds(target: str, figures: Figures) -> None:
    for seed in seeds(target):
        TARGETS[target](seed)
        figures.count("R12", "inputs to fuzz targets")
    figures.count("R12", "failures", 0)


@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzz_target_holds_on_made_up_input(target: str, figures: Figures, is_full: bool) -> None:
    begun = seeds(target)
    inputs = st.one_of(
        st.binary(max_size=300), _MARKUP, st.builds(damaged, st.sampled_from(begun), st.integers(0, 1 << 32))
    )

    @settings(
        max_examples=_EXAMPLES.get(target, 200) * (10 if is_full else 1),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def holds(data: bytes) -> None:
        TARGETS[target](data)
        figures.count("R12", "inputs to fuzz targets")

    holds()
