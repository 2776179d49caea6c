"""Models of which each has not seen a fifth of the sites: every page is read by the one that does not know it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from benchmarks.systems import ROOT
from benchmarks.training_record import fold_file
from benchmarks.wcxb import FOLDS
from cleaner.boilerplate.block_model import BlockModel, read_model

_SHIPPED = ROOT / "cleaner" / "boilerplate"
WEIGHTS = _SHIPPED / "html_blocks.npz"
TEXT_WEIGHTS = _SHIPPED / "text_blocks.npz"


def train_folds(training: Path, folder: Path) -> None:
    """Write the models for each fold of the pages in *training* to *folder*, unless they are there.

    Raises:
        ValueError: nothing is here to train with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for module, weights in (("benchmarks.train_blocks", WEIGHTS), ("benchmarks.train_text", TEXT_WEIGHTS)):
        if fold_file(folder, weights, FOLDS - 1).exists():
            continue
        if find_spec("lightgbm") is None or find_spec("torch") is None:
            raise ValueError(
                "ours has to be trained anew for these pages, which takes lightgbm and torch; --only leaves ours out"
            )
        print(f"{module}: a model for each fold of {training.name}", file=sys.stderr)
        command = [sys.executable, "-m", module, "--data", str(training.resolve()), "--folds", str(folder.resolve())]
        subprocess.run(command, check=True, cwd=ROOT)


def fold_models(folder: Path | None, weights: Path) -> Mapping[int, BlockModel]:
    """The models in *folder* that stand for *weights*, by the fold that they have not seen; none without a folder."""
    return {fold: read_model(fold_file(folder, weights, fold)) for fold in range(FOLDS)} if folder else {}
