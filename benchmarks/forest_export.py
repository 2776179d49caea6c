"""LightGBM's trees as the arrays that the package predicts with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cleaner.boilerplate.trees import Forest


def forest_of(dump: Mapping[str, Any]) -> Forest:
    """The trees of LightGBM's ``dump_model()``, each filled up to the depth of the deepest."""
    trees = [tree["tree_structure"] for tree in dump["tree_info"]]
    depth = max(_depth(tree) for tree in trees)
    features = np.zeros((len(trees), 2**depth - 1), dtype=np.uint8)
    thresholds = np.full(features.shape, np.inf, dtype=np.float32)
    values = np.zeros((len(trees), 2**depth), dtype=np.float32)

    def fill(row: int, node: Mapping[str, Any], place: int, level: int) -> None:
        if "leaf_value" in node:
            # A leaf above the last level: its nodes send everything left, to the first place below.
            values[row, (place + 1) * 2 ** (depth - level) - 2**depth] = node["leaf_value"]
            return
        assert node["decision_type"] == "<="
        features[row, place] = node["split_feature"]
        thresholds[row, place] = node["threshold"]
        fill(row, node["left_child"], 2 * place + 1, level + 1)
        fill(row, node["right_child"], 2 * place + 2, level + 1)

    for row, tree in enumerate(trees):
        fill(row, tree, 0, 0)
    return Forest(features, thresholds, values)


def _depth(node: Mapping[str, Any]) -> int:
    return 0 if "leaf_value" in node else 1 + max(_depth(node["left_child"]), _depth(node["right_child"]))
