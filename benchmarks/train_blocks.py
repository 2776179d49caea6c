"""The shipped weights from labelled pages: ``python -m benchmarks.train_blocks --data ../shared/wcxb-dev [--cv]``.

Everything is seeded and each model single-threaded: the same machine makes the same bytes. Beside the weights goes a
record of what they were trained on. With ``--cv`` nothing is written; five folds by domain are trained and scored
instead, with the lexicon learned inside each fold. ``--folds FOLDER`` writes the models of the folds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import lightgbm
import numpy as np
import numpy.typing as npt

from benchmarks.block_labels import Labels, label_blocks
from benchmarks.class_lexicon import LexiconCounts
from benchmarks.forest_export import forest_of
from benchmarks.train_network import Lesson, read_paths, train_network
from benchmarks.training_record import fold_file, save_record
from benchmarks.wcxb import FOLDS, LabelledPage, Score, as_page, fold_of, mean, read_labelled, score, words
from cleaner.boilerplate.block_model import BlockModel, save_model
from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.decoder import Preference
from cleaner.boilerplate.features import PageFeatures, matrix, measure_page
from cleaner.boilerplate.learned_extractor import block_chances, decide
from cleaner.boilerplate.model_columns import HTML_COLUMNS
from cleaner.boilerplate.trees import Forest
from cleaner.config import Boilerplate
from cleaner.reading.segment_html import segment_html

WEIGHTS = Path(__file__).parents[1] / "cleaner" / "boilerplate" / "html_blocks.npz"
TREES = 160
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 40,
    "max_depth": 7,
    "learning_rate": 0.1,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "use_missing": False,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
PAGE_WEIGHT = 30.0
"""Every page teaches as much as any other; within a page longer blocks teach more."""

WORD_POWER = 0.8
"""Power of a block's words that it counts for."""

VECTOR_DOMAINS = 15
"""Sites that a class word must be on to have a vector."""

LEXICON_BLOCK = 100
"""Words from which a block counts no more for the class lexicon."""


@dataclass(frozen=True, slots=True)
class Example:
    """A page ready to learn from."""

    page: LabelledPage
    texts: tuple[str, ...]
    features: PageFeatures | None
    """None where the page has no blocks."""
    labels: Labels

    @property
    def fold(self) -> int:
        """The same for all pages of a domain."""
        return fold_of(self.page.domain)

    @property
    def teaches(self) -> bool:
        """Whether it is trained on; every page is scored."""
        return self.features is not None and self.labels.teaches


def read_examples(folder: Path) -> list[Example]:
    """Every labelled page in *folder*, with labels and measures."""
    examples = []
    for labelled in read_labelled(folder):
        page = as_page(labelled)
        segmentation = segment_html(page)
        texts = tuple(block.text for block in segmentation.blocks)
        features = measure_page(page.source_text, segmentation) if texts else None
        examples.append(Example(labelled, texts, features, label_blocks(texts, labelled.main_content)))
    return examples


def train(examples: Sequence[Example], parameters: dict[str, object], trees: int) -> BlockModel:
    """A model of all *examples* that teach."""
    taught = [(example, example.features) for example in examples if example.teaches]
    counts = LexiconCounts()
    for example, features in taught:
        assert features is not None
        sizes = np.minimum(features.counted, LEXICON_BLOCK)
        counts.add(example.page.domain, counts.of_page(features.tree, example.labels.main, sizes))
    counts.close()
    words = _known_words(taught)
    numbers = {word: row for row, word in enumerate(words)}
    lessons = []
    for example, features in taught:
        assert features is not None
        words = features.tree.words
        lexicon = counts.lexicon(words, example.page.domain)
        rows = matrix(features, np.array([lexicon.get(word, 0.0) for word in words]), HTML_COLUMNS)
        main = np.array(example.labels.main)
        weights = _weights(features.counted, example.labels)
        paths = read_paths(features.tree, numbers)
        lessons.append(Lesson(rows, main, weights, features.counted, features.groups.shared(), paths))
    forest = train_forest(lessons, parameters, trees)
    network, vectors = train_network(lessons, words)
    return BlockModel(forest, network, HTML_COLUMNS, counts.lexicon(), vectors)


def _known_words(taught: Sequence[tuple[Example, PageFeatures | None]]) -> list[str]:
    """The class words of many sites, in order."""
    sites: dict[str, set[str]] = {}
    for example, features in taught:
        assert features is not None
        for token in {token for tokens in features.tree.tokens for token in tokens}:
            sites.setdefault(token, set()).add(example.page.domain)
    return sorted(token for token, domains in sites.items() if len(domains) >= VECTOR_DOMAINS)


def train_forest(lessons: Sequence[Lesson], parameters: dict[str, object], trees: int) -> Forest:
    """The trees that *lessons* make; a page counts for ``PAGE_WEIGHT`` blocks."""
    rows = np.concatenate([lesson.rows for lesson in lessons])
    main = np.concatenate([lesson.main for lesson in lessons]).astype(int)
    weights = np.concatenate([lesson.weights for lesson in lessons]) * PAGE_WEIGHT
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, main, weight=weights), trees)
    return forest_of(booster.dump_model())


def _weights(counted: npt.NDArray[np.float64], labels: Labels) -> npt.NDArray[np.float64]:
    weights: npt.NDArray[np.float64] = (counted + 1) ** WORD_POWER * np.array(labels.weights)
    return weights / max(1.0, weights.sum())


def cross_validate(examples: Sequence[Example], jobs: int) -> list[npt.NDArray[np.float64]]:
    """The chances of each page's blocks by a model that has seen nothing of its domain."""
    found: dict[int, npt.NDArray[np.float64]] = {}
    # Forked workers have the examples already: only the number of the fold goes in and only chances come out.
    with ProcessPoolExecutor(jobs, get_context("fork"), _share, (examples,)) as workers:
        for fold, chances in enumerate(workers.map(_fold_chances, range(FOLDS))):
            found.update(chances)
            print(f"fold {fold + 1} of {FOLDS} done", file=sys.stderr)
    return [found[at] for at in range(len(examples))]


def fold_models(examples: Sequence[Example], jobs: int) -> list[BlockModel]:
    """For each fold a model that has seen nothing of its domains."""
    with ProcessPoolExecutor(jobs, get_context("fork"), _share, (examples,)) as workers:
        return list(workers.map(_fold_model, range(FOLDS)))


_shared: list[Example] = []


def _share(examples: Sequence[Example]) -> None:
    _shared[:] = examples


def _fold_model(fold: int) -> BlockModel:
    return train([example for example in _shared if example.fold != fold], PARAMETERS, TREES)


def _fold_chances(fold: int) -> dict[int, npt.NDArray[np.float64]]:
    model = _fold_model(fold)
    return {
        at: block_chances(example.features, model) if example.features else np.zeros(0)
        for at, example in enumerate(_shared)
        if example.fold == fold
    }


def scores_of(examples: Sequence[Example], keep: Callable[[int], Sequence[bool]]) -> list[Score]:
    """The score of each page if the blocks are kept that *keep* says of its number."""
    scores = []
    for at, example in enumerate(examples):
        have: Counter[str] = Counter()
        for text, is_kept in zip(example.texts, keep(at), strict=True):
            if is_kept:
                have.update(words(text))
        scores.append(score(have, Counter(words(example.page.main_content))))
    return scores


def _trafilatura_kept(examples: Sequence[Example], cache: Path | None) -> list[list[bool]]:
    """Which blocks trafilatura keeps; from the file *cache* if it is there."""
    if cache and cache.exists():
        kept: list[list[bool]] = json.loads(cache.read_text())
        return kept
    rows = []
    for example in examples:
        page = as_page(example.page)
        segmentation = segment_html(page)
        removed = {removal.start for removal in classify(page, segmentation, Boilerplate("trafilatura")).removals}
        rows.append([block.start not in removed for block in segmentation.blocks])
    if cache:
        cache.write_text(json.dumps(rows))
    return rows


def print_table(name: str, examples: Sequence[Example], scores: Sequence[Score]) -> None:
    """One line: P, R and F1 over all pages, and F1 by page type."""
    whole = mean(scores)
    by_type = []
    for kind in sorted({example.page.page_type for example in examples}):
        rows = [row for row, example in zip(scores, examples, strict=True) if example.page.page_type == kind]
        by_type.append(f"{kind} {mean(rows).f1:.3f}")
    figures = f"P {whole.precision:.3f} R {whole.recall:.3f} F1 {whole.f1:.4f}"
    print(f"{name:24} {figures} | {'  '.join(by_type)}", flush=True)


def main() -> None:
    """Train and write the weights, or cross-validate."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.xz files")
    parser.add_argument("--cv", action="store_true", help="score five folds by domain; write nothing")
    parser.add_argument("--peers", type=Path, metavar="FILE", help="with --cv: score trafilatura too, kept in FILE")
    parser.add_argument("--folds", type=Path, metavar="FOLDER", help="write a model for each fold here, no weights")
    parser.add_argument("--jobs", type=int, default=2, help="folds at a time")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    begun = time.process_time()
    examples = read_examples(arguments.data)
    print(f"{len(examples)} pages read, {time.process_time() - begun:.0f} CPU s", file=sys.stderr)
    if arguments.folds:
        for fold, model in enumerate(fold_models(examples, arguments.jobs)):
            save_model(model, fold_file(arguments.folds, arguments.out, fold))
        return
    if not arguments.cv:
        save_model(train(examples, PARAMETERS, TREES), arguments.out)
        save_record(arguments.out, [example.page for example in examples])
        print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")
        return
    likely = cross_validate(examples, arguments.jobs)
    preferences: tuple[Preference, ...] = ("balanced", "precision", "recall")
    for prefer in preferences:
        kept = [
            decide(example.features, found, prefer).tolist() if example.features else []
            for found, example in zip(likely, examples, strict=True)
        ]
        print_table(f"learned, {prefer}", examples, scores_of(examples, kept.__getitem__))
    print_table("every block", examples, scores_of(examples, lambda at: [True] * len(examples[at].texts)))
    print_table("best labels", examples, scores_of(examples, lambda at: examples[at].labels.main))
    if arguments.peers:
        peers = _trafilatura_kept(examples, arguments.peers)
        print_table("trafilatura", examples, scores_of(examples, peers.__getitem__))


if __name__ == "__main__":
    main()
