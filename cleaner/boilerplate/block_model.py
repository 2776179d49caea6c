"""What was learned from labelled pages: the forest, and what class words say. No pickle: arrays and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from cleaner.boilerplate.trees import Forest

_SCORE_STEP = 0.05


@dataclass(frozen=True, slots=True)
class BlockModel:
    """A forest and the names of its columns, with the class lexicon that makes some of them."""

    forest: Forest
    columns: tuple[str, ...]
    lexicon: Mapping[str, float]


def save_model(model: BlockModel, path: Path) -> None:
    """Write *model*; the same model gives the same bytes."""
    words = sorted(model.lexicon)
    scores = np.array([round(model.lexicon[word] / _SCORE_STEP) for word in words])
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            features=model.forest.features.astype(np.uint8),
            thresholds=model.forest.thresholds.astype(np.float32),
            values=model.forest.values.astype(np.float16),
            columns=_packed(model.columns),
            words=_packed(words),
            scores=np.clip(scores, -127, 127).astype(np.int8),
        )


def read_model(path: Path) -> BlockModel:
    """The model in the file at *path*."""
    with np.load(path, allow_pickle=False) as arrays:
        # As the forest walks them, so that not every page pays for the small types of the file.
        features, values = arrays["features"].astype(np.int32), arrays["values"].astype(np.float32)
        forest = Forest(features, arrays["thresholds"], values)
        scores = (arrays["scores"] * _SCORE_STEP).round(2).tolist()
        lexicon = dict(zip(_unpacked(arrays["words"]), scores, strict=True))
        return BlockModel(forest, _unpacked(arrays["columns"]), lexicon)


@lru_cache(maxsize=1)
def shipped_model() -> BlockModel:
    """The model that comes with the package."""
    with as_file(files("cleaner.boilerplate") / "html_blocks.npz") as path:
        return read_model(path)


def _packed(words: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(array: np.ndarray) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n"))
