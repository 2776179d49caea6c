"""Ours beside its peers: ``python -m benchmarks.extraction [--data FOLDER] [--json FILE] [--every N] [--only NAMES]``.

Pages go in small batches from system to system, each in a process of its own and one at a time, so that a machine that
is busy for a while slows all alike. Ours is cross-validated by site on the pages that it was trained on.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.corpora import layout_of, read_corpus
from benchmarks.extraction_figures import Figures, PageFacts, Row, figures_of, table
from benchmarks.floors import FLOORS, add_arguments, guarded, settled
from benchmarks.fold_models import WEIGHTS, train_folds
from benchmarks.intervals import ROUNDS, SEED
from benchmarks.peers import System
from benchmarks.scoring import score_page, truth_of
from benchmarks.systems import ROOT, Asked, SystemProcess, installed
from benchmarks.training_record import TrainingRecord, corpus_digest, page_digest, read_record
from benchmarks.wcxb import LabelledPage, fold_of

DEFAULT = ROOT.parent / "shared" / "wcxb-dev"
BATCH = 25
LIMIT_S = 30
"""CPU time that a system may take for a page."""

WALL_S = 600.0
"""Wall time that it may take, asleep or on a busy machine."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is measured on."""

    folder: Path
    every: int
    whole: str
    """Digest of all pages of the folder."""
    digest: str
    """Digest of the pages that are taken."""
    pages: int

    def read(self) -> Iterator[LabelledPage]:
        """The pages that are taken."""
        return read_corpus(self.folder, self.every)


def corpus_of(folder: Path, every: int) -> Corpus:
    """Every *every*-th page in *folder*.

    Raises:
        ValueError: there is none.
    """
    if every < 1:
        raise ValueError("--every counts from 1")
    digests = [page_digest(page) for page in read_corpus(folder)]
    if not digests:
        raise ValueError(f"{folder} holds no page")
    taken = digests[::every]
    return Corpus(folder, every, corpus_digest(digests), corpus_digest(taken), len(taken))


def measure(
    corpus: Corpus, systems: Sequence[System], models: Path | None, trained: TrainingRecord | None
) -> tuple[list[PageFacts], dict[str, list[Row]]]:
    """The pages in the order of the corpus, and for each system a row for each.

    Pages of sites in *trained* are read by the *models* of their folds, where there are any.
    """
    processes = {system.name: SystemProcess(system.name, models, LIMIT_S, WALL_S) for system in systems}
    facts: list[PageFacts] = []
    rows: dict[str, list[Row]] = {system.name: [] for system in systems}
    begun = time.monotonic()
    for batch in _batches(corpus.read(), BATCH):
        truths = [truth_of(page) for page in batch]
        facts.extend(_facts(page) for page in batch)
        for system in systems:
            asked = [
                Asked(
                    system.prepare(page) if system.prepare else page.html,
                    page.url,
                    fold_of(page.domain) if models and trained and trained.knows(page.domain) else None,
                )
                for page in batch
            ]
            answers = processes[system.name].ask(asked)
            for answer, truth in zip(answers, truths, strict=True):
                score = score_page(answer.text, truth)
                rows[system.name].append(Row(score, answer.cpu_ms, answer.peak_mb, answer.error))
        print(f"{len(facts)} of {corpus.pages} pages, {time.monotonic() - begun:.0f} s", file=sys.stderr)
    for process in processes.values():
        process.close()
    return facts, rows


def _facts(page: LabelledPage) -> PageFacts:
    return PageFacts(page.file_id, page.domain, page.page_type, len(page.wanted), len(page.unwanted))


def _batches(pages: Iterable[LabelledPage], size: int) -> Iterator[list[LabelledPage]]:
    left = iter(pages)
    while batch := list(islice(left, size)):
        # Ours has a model for each fold: that it changes from page to page would cost what no worker pays.
        yield sorted(batch, key=lambda page: fold_of(page.domain))


def training_pages(corpus: Corpus, given: Path | None, record: TrainingRecord) -> Path | None:
    """The folder that ours was trained on, if it is at hand.

    Raises:
        ValueError: *given* is not that folder.
    """
    if corpus.whole == record.corpus:
        return corpus.folder
    if given and corpus_of(given, 1).whole != record.corpus:
        raise ValueError(f"{given} is not what {WEIGHTS.name} was trained on")
    return given


def warn_of_known(facts: Sequence[PageFacts], record: TrainingRecord) -> None:
    """Say how many pages are of sites that the shipped model has seen."""
    known = sum(record.knows(page.domain) for page in facts)
    if known:
        print(
            f"{known} of {len(facts)} pages are of sites that ours was trained on; say --training FOLDER to make good"
        )


def as_json(corpus: Corpus, versions: dict[str, str], found: Figures, facts: Sequence[PageFacts]) -> dict[str, object]:
    """All of a run but the pages' scores."""
    return {
        "corpus": {
            "name": corpus.folder.resolve().name, "layout": layout_of(corpus.folder), "every": corpus.every,
            "pages": corpus.pages, "sites": len({page.domain for page in facts}), "digest": corpus.digest,
        },
        "python": platform.python_version(),
        "versions": versions,
        "bootstrap": {"rounds": ROUNDS, "seed": SEED, "unit": "site"},
        **asdict(found),
    }  # fmt: skip


def main() -> int:
    """The exit code: 1 for a floor that is missed or may not be lowered, 2 for nothing to compare with."""
    arguments = _arguments()
    try:
        return run(arguments)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT, metavar="FOLDER", help="pages with their main content")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here, too")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every N-th page")
    parser.add_argument(
        "--only",
        default="",
        metavar="NAMES",
        help="these systems alone, by commas; * is any text, and alone all of them",
    )
    parser.add_argument(
        "--training", type=Path, metavar="FOLDER", help="what ours was trained on, for pages elsewhere of its sites"
    )
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="where the models of the folds are kept")
    add_arguments(parser)
    return parser.parse_args()


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, write and compare, as *arguments* say; the exit code.

    Raises:
        ValueError: there is nothing to measure, or no honest way to.
    """
    systems = installed([name for name in arguments.only.split(",") if name])
    has_ours = any(system.distribution == "cleaner" for system, _ in systems)
    record = read_record(WEIGHTS) if has_ours else None
    corpus = corpus_of(arguments.data, arguments.every)
    training = training_pages(corpus, arguments.training, record) if record else None
    with TemporaryDirectory() as folder:
        models = (arguments.models or Path(folder)) if training else None
        if training and models:
            train_folds(training, models)
        facts, rows = measure(corpus, [system for system, _ in systems], models, record)
    found = figures_of(facts, rows)
    versions = {system.name: version for system, version in systems}
    report = as_json(corpus, versions, found, facts) | {"cross_validated": training is not None}
    print(f"{corpus.pages} pages of {arguments.data.resolve().name}, every {arguments.every}; {corpus.digest[:12]}\n")
    print(table(found))
    if record and not training:
        warn_of_known(facts, record)
    if arguments.json:
        report["pages"] = [asdict(page) | {"f1": _f1_of(rows, at)} for at, page in enumerate(facts)]
        arguments.json.write_text(json.dumps(_finite(report), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return settled(arguments, FLOORS, corpus.digest, corpus.pages, guarded(found))


def _f1_of(rows: dict[str, list[Row]], at: int) -> dict[str, float]:
    return {name: round(found[at].score.words.f1, 4) for name, found in rows.items()}


def _finite(value: object) -> object:
    """JSON has no nan."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value


if __name__ == "__main__":
    sys.exit(main())
