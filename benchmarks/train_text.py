"""The shipped weights for plain text: ``python -m benchmarks.train_text --data ../shared/wcxb-dev [--cv]``.

Every page teaches in some of the ways that scrapers flatten it, and once as its truth alone: a page without anything
around it. Everything is seeded and each model single-threaded: the same machine makes the same bytes. With ``--cv``
nothing is written; five folds by domain are trained, with the lexicon learned inside each fold, and scored in every
way of flattening. ``--folds FOLDER`` writes the models of the folds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.block_labels import Labels, label_blocks
from benchmarks.flatten import VARIANTS, flatten
from benchmarks.line_lexicon import LineLexicon, common_tokens, main_shares
from benchmarks.train_blocks import FOLDS, PARAMETERS, Example, print_table, scores_of, train_forest
from benchmarks.train_network import NO_PATHS, Lesson, train_network
from benchmarks.training_record import fold_file
from benchmarks.wcxb import LabelledPage, as_page, read_labelled
from cleaner.boilerplate.block_model import BlockModel, save_model
from cleaner.boilerplate.decoder import Preference
from cleaner.boilerplate.learned_text import TextFeatures, decide, line_chances, measure_text, text_rows
from cleaner.boilerplate.line_groups import group_lines
from cleaner.boilerplate.line_tokens import line_tokens, token_scores
from cleaner.boilerplate.text_classifier import weigh_cues
from cleaner.boilerplate.text_columns import TEXT_COLUMNS
from cleaner.model import Block
from cleaner.reading.segment_text import segment_text

WEIGHTS = Path(__file__).parents[1] / "cleaner" / "boilerplate" / "text_blocks.npz"
TREES = 120
TEXT_PARAMETERS = {**PARAMETERS, "learning_rate": 0.12, "bagging_fraction": 0.6}
VARIANTS_TAUGHT = 3
"""Ways of flattening that a page teaches in, drawn by its name."""

LEXICON_VARIANT = "blocks"
"""The way of flattening that the lexicon is learned from."""

TRUTH = "truth"
TRUTH_SHARE = 0.3
"""How much a page counts that is its truth alone."""

EPOCHS = 4
"""Each page teaches in several ways, so fewer rounds do."""

WORD_POWER = 0.8
"""Power of a line's words that it counts for."""


@dataclass(frozen=True, slots=True)
class Text:
    """A page flattened in one way."""

    features: TextFeatures | None
    """None where there are no lines."""
    blocks: tuple[Block, ...]
    labels: Labels

    @property
    def texts(self) -> tuple[str, ...]:
        """What the blocks read."""
        return tuple(block.text for block in self.blocks)

    @property
    def teaches(self) -> bool:
        """Whether it is trained on; every page is scored."""
        return self.features is not None and self.labels.teaches


@dataclass(frozen=True, slots=True)
class TextExample:
    """A page flattened in several ways."""

    page: LabelledPage
    """Without its HTML."""
    taught: tuple[str, ...]
    """The variants that it teaches in."""
    texts: Mapping[str, Text]

    @property
    def fold(self) -> int:
        """The same for all pages of a domain."""
        return int(sha256(self.page.domain.encode()).hexdigest(), 16) % FOLDS


def read_texts(folder: Path, every_variant: bool) -> Iterator[TextExample]:
    """Every labelled page in *folder*, in the ways of flattening that it teaches in, or in every way."""
    for labelled in read_labelled(folder):
        taught = Random(labelled.file_id).sample(sorted(VARIANTS), VARIANTS_TAUGHT)
        wanted = None if every_variant else {*taught, LEXICON_VARIANT}
        texts = {name: _text(labelled, text) for name, text in flatten(labelled, wanted).items()}
        texts[TRUTH] = _text(labelled, labelled.main_content, is_truth=True)
        yield TextExample(replace(labelled, html=""), (*taught, TRUTH), texts)


def _text(labelled: LabelledPage, text: str, is_truth: bool = False) -> Text:
    segmentation = segment_text(as_page(labelled, text))
    blocks = segmentation.blocks
    features = measure_text(text, segmentation) if blocks else None
    if is_truth:
        return Text(features, blocks, Labels((True,) * len(blocks), (1.0,) * len(blocks), 1.0))
    return Text(features, blocks, label_blocks([block.text for block in blocks], labelled.main_content))


def train(examples: Sequence[TextExample]) -> BlockModel:
    """A model of all *examples* that teach."""
    learned = _lexicon(examples)
    lessons = []
    for example in examples:
        for name in example.taught:
            text = example.texts[name]
            if not text.teaches or text.features is None:
                continue
            tokens = {token for line in text.features.folded for token in line_tokens(line)} & learned.known
            scores = learned.scores(sorted(tokens), example.page.domain)
            rows = text_rows(text.features, token_scores(scores), TEXT_COLUMNS)
            sizes = text.features.lines.measures.counted
            weights = (sizes + 1) ** WORD_POWER * np.array(text.labels.weights)
            share = TRUTH_SHARE if name == TRUTH else 1.0
            weights *= share / max(1.0, weights.sum())
            groups = group_lines(text.features.lines, text.features.cues)
            lessons.append(Lesson(rows, np.array(text.labels.main), weights, sizes, groups, NO_PATHS))
    forest = train_forest(lessons, TEXT_PARAMETERS, TREES)
    network, vectors = train_network(lessons, (), EPOCHS)
    return BlockModel(forest, network, TEXT_COLUMNS, learned.scores(), vectors)


def _lexicon(examples: Sequence[TextExample]) -> LineLexicon:
    """What the words of lines say, for every domain left out."""
    texts = [(example.page.domain, example.texts[LEXICON_VARIANT]) for example in examples]
    taught = [(domain, text, text.features) for domain, text in texts if text.teaches and text.features is not None]
    lexicon = LineLexicon(common_tokens(map(line_tokens, features.folded) for _, _, features in taught))
    for domain, text, features in taught:
        tokens = list(map(line_tokens, features.folded))
        counted = features.lines.measures.counted
        lexicon.add(domain, main_shares(tokens, text.labels.main, counted, lexicon.known))
    lexicon.close()
    return lexicon


def fold_models(examples: Sequence[TextExample]) -> Iterator[BlockModel]:
    """For each fold in order, a model that has seen nothing of its domains."""
    for fold in range(FOLDS):
        yield train([example for example in examples if example.fold != fold])
        print(f"fold {fold + 1} of {FOLDS} done", file=sys.stderr, flush=True)


def print_scores(examples: Sequence[TextExample]) -> None:
    """One line a way of flattening and preference, by models that have seen nothing of the page's domain."""
    likely: dict[tuple[int, str], np.ndarray] = {}
    for fold, model in enumerate(fold_models(examples)):
        for at, example in enumerate(examples):
            if example.fold == fold:
                for name, text in example.texts.items():
                    likely[at, name] = line_chances(text.features, model) if text.features else np.zeros(0)
    preferences: tuple[Preference, ...] = ("balanced", "precision", "recall")
    for name in (*VARIANTS, TRUTH):
        texts = [example.texts[name] for example in examples]
        plain = [Example(each.page, text.texts, None, text.labels) for each, text in zip(examples, texts, strict=True)]
        evidence = [weigh_cues(text.blocks, text.features.cues if text.features else None) for text in texts]
        for prefer in preferences:
            kept = [
                decide(text.features, evidence[at], likely[at, name], prefer).tolist() if text.features else []
                for at, text in enumerate(texts)
            ]
            print_table(f"{name}, {prefer}", plain, scores_of(plain, kept.__getitem__))


def main() -> None:
    """Train and write the weights, or cross-validate."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.xz files")
    parser.add_argument("--cv", action="store_true", help="score five folds by domain; write nothing")
    parser.add_argument("--folds", type=Path, metavar="FOLDER", help="write a model for each fold here, no weights")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    begun = time.process_time()
    examples = list(read_texts(arguments.data, arguments.cv))
    print(f"{len(examples)} pages read, {time.process_time() - begun:.0f} CPU s", file=sys.stderr, flush=True)
    if arguments.folds:
        for fold, model in enumerate(fold_models(examples)):
            save_model(model, fold_file(arguments.folds, arguments.out, fold))
        return
    if arguments.cv:
        print_scores(examples)
        return
    save_model(train(examples), arguments.out)
    print(f"{arguments.out.name}: {arguments.out.stat().st_size} bytes, {time.process_time() - begun:.0f} CPU s")


if __name__ == "__main__":
    main()
