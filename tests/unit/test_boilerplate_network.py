"""The network over the blocks of a page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.boilerplate.network import REACH, Network

COLUMNS, CHANNELS, LAYERS, GROUPS = 5, 4, 2, 2


def network(seed: int = 0) -> Network:
    random = np.random.default_rng(seed)

    def array(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float32)

    return Network(
        centres=array(COLUMNS),
        scales=np.abs(array(COLUMNS)) + 1,
        first=array(COLUMNS + 1, CHANNELS),
        gains=array(LAYERS, 2, CHANNELS),
        mixers=array(LAYERS, (4 + GROUPS) * CHANNELS + 1, CHANNELS),
        last=array(CHANNELS + 1),
    )


def page(blocks: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(blocks, COLUMNS)).astype(np.float32)
    groups = [random.integers(0, 3, blocks), random.integers(-2, 9, blocks)]
    return rows, random.integers(0, 50, blocks).astype(np.float64), groups


@pytest.mark.parametrize("blocks", [1, 2, 3, 200])
def test_every_block_of_a_page_of_any_length_gets_a_figure(blocks):
    margins = network().margins(*page(blocks))

    assert margins.shape == (blocks,)
    assert np.isfinite(margins).all()


@given(st.integers(1, 40), st.integers(0, 1000))
def test_what_the_groups_are_called_does_not_matter(blocks, seed):
    rows, sizes, groups = page(blocks, seed)
    renamed = [7 - 3 * group for group in groups]

    np.testing.assert_allclose(
        network().margins(rows, sizes, renamed), network().margins(rows, sizes, groups), atol=1e-3
    )


def test_a_block_far_off_counts_if_it_is_of_the_same_group_or_page():
    rows, sizes, groups = page(100)
    other = rows.copy()
    other[-1] += 2

    assert not np.allclose(network().margins(other, sizes, groups)[0], network().margins(rows, sizes, groups)[0])


def test_beyond_its_reach_a_feature_counts_no_more():
    rows, sizes, groups = page(10)
    model = network()
    rows[:, 0] = model.centres[0] + REACH * model.scales[0] * 2
    further = rows.copy()
    further[:, 0] += 1e6

    np.testing.assert_array_equal(model.margins(further, sizes, groups), model.margins(rows, sizes, groups))


def test_the_network_that_is_trained_is_the_network_that_predicts():
    torch = pytest.importorskip("torch", reason="the packages to train with are not installed")
    from benchmarks import train_network as training

    module = training._Module(COLUMNS, GROUPS, 3).eval()
    rows, sizes, groups = page(30)
    paths = training.Paths(
        np.array([0, 2, 1]), np.array([1, 0.75, 1], dtype=np.float32), np.repeat([0, 1, 3], [9, 1, 21])
    )
    lesson = training.Lesson(rows, np.zeros(30, dtype=bool), np.ones(30), sizes, tuple(groups), paths)
    vectors = module.vectors.weight.detach().numpy()
    seen = np.zeros((30, training.FIGURES), dtype=np.float32)
    seen[8], seen[9] = vectors[0], 0.75 * vectors[2] + vectors[1]
    centres, scales = rows.mean(axis=0), rows.std(axis=0)
    batch = training._Batch([training._scaled(lesson, centres, scales)], [np.arange(30)])

    exported = training._network(module, centres, scales)
    with torch.no_grad():
        expected = module(batch).numpy()
    np.testing.assert_allclose(exported.margins(np.hstack([rows, seen]), sizes, groups), expected, atol=0.01)
