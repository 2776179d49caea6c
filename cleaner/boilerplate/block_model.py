"""What was learned from labelled pages: a forest, a network, and what class words say. No pickle: arrays and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cleaner.boilerplate.class_vectors import ClassVectors
from cleaner.boilerplate.known_words import KnownWords, known_words
from cleaner.boilerplate.network import Network
from cleaner.boilerplate.trees import Forest

Rows = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SCORE_STEP = 0.05
_LAYERS = ("first", "gains", "mixers", "last")

NETWORK = 0.4
"""Share of the network in the log-odds; the rest is the forest's."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockModel:
    """Two models of the same columns: the forest sees blocks one by one, the network all of a page together."""

    forest: Forest
    network: Network
    columns: tuple[str, ...]
    lexicon: Mapping[str, float]
    """Log-odds of class words, which make some of the columns."""
    vectors: ClassVectors
    """What the network sees besides the columns."""

    def of_words(self, words: tuple[str, ...]) -> tuple[Floats, Ints]:
        """For each of *words* its log-odds, 0 if it is unknown, and its row among the vectors, -1 if it has none."""
        known, odds, rows = _known(self)
        places = known.places_of(words)
        return odds[places], rows[places]

    def margins(self, rows: Rows, named: Rows, sizes: Floats, groups: Sequence[Ints]) -> Floats:
        """Log-odds of each block of a page to be main content.

        Args:
            rows: the features, in the order of ``columns``.
            named: the sums of ``vectors`` over the words that the block is known by; without columns where the model
                has no vectors.
            sizes: words of each block.
            groups: as ``Network.margins`` takes them.
        """
        together = self.network.margins(np.concatenate([rows.T, named.T]).T, sizes, groups)
        return (1 - NETWORK) * self.forest.margins(rows) + NETWORK * together


@lru_cache(maxsize=8)
def _known(model: BlockModel) -> tuple[KnownWords, Floats, Ints]:
    """All words of *model*, so that a word is looked up once, their log-odds and rows; at the end those of others."""
    known = known_words(sorted(model.lexicon.keys() | model.vectors.numbers.keys()))
    odds = [*(model.lexicon.get(word, 0.0) for word in known.words), 0.0]
    rows = [*(model.vectors.numbers.get(word, -1) for word in known.words), -1]
    return known, np.array(odds), np.array(rows, dtype=np.int64)


def save_model(model: BlockModel, path: Path) -> None:
    """Write *model*; the same model gives the same bytes."""
    words = sorted(model.lexicon)
    scores = np.array([round(model.lexicon[word] / _SCORE_STEP) for word in words])
    layers = {f"network_{name}": getattr(model.network, name).astype(np.float16) for name in _LAYERS}
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            features=model.forest.features.astype(np.uint8),
            thresholds=model.forest.thresholds.astype(np.float32),
            values=model.forest.values.astype(np.float16),
            centres=model.network.centres.astype(np.float32),
            scales=model.network.scales.astype(np.float32),
            columns=_packed(model.columns),
            words=_packed(words),
            scores=np.clip(scores, -127, 127).astype(np.int8),
            vector_words=_packed(tuple(model.vectors.numbers)),
            vectors=model.vectors.vectors.astype(np.float16),
            **layers,
        )


def read_model(path: Path) -> BlockModel:
    """The model in the file at *path*."""
    with np.load(path, allow_pickle=False) as arrays:
        # As they are used, so that not every page pays for the small types of the file and their order.
        features, values = arrays["features"].astype(np.int32), arrays["values"].astype(np.float32)
        forest = Forest(features, arrays["thresholds"], values)
        layers = [np.ascontiguousarray(arrays[f"network_{name}"], np.float32) for name in _LAYERS]
        network = Network(arrays["centres"], arrays["scales"], *layers)
        scores = (arrays["scores"] * _SCORE_STEP).round(2).tolist()
        lexicon = dict(zip(_unpacked(arrays["words"]), scores, strict=True))
        numbers = {word: row for row, word in enumerate(_unpacked(arrays["vector_words"]))}
        vectors = ClassVectors(numbers, arrays["vectors"].astype(np.float32))
        return BlockModel(forest, network, _unpacked(arrays["columns"]), lexicon, vectors)


@lru_cache(maxsize=1)
def shipped_model() -> BlockModel:
    """The model that comes with the package."""
    with as_file(files("cleaner.boilerplate") / "html_blocks.npz") as path:
        return read_model(path)


def _packed(words: Sequence[str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(array: np.ndarray) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n")) if len(array) else ()
