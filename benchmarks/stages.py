"""CPU time of each stage, page by page: ``python -m benchmarks.stages [FOLDER] [--every N] [--json FILE]``.

Everything runs in this process, in the order of the pipeline, so that what the stages cost adds up to what a page
costs a worker. trafilatura is a row of its own, beside the learned extractor and the parts that this is made of: the
rest is ours.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from cleaner import compiled
from cleaner.boilerplate.block_model import shipped_model
from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.decoder import weigh_copies
from cleaner.boilerplate.features import matrix, measure_page
from cleaner.boilerplate.learned_extractor import decide
from cleaner.boilerplate.page_status import page_status
from cleaner.boilerplate.trees import chances
from cleaner.config import Boilerplate, Config
from cleaner.draft import draft_of, pack, unpack
from cleaner.drafting import clean_page, segment, sign_page
from cleaner.exchange import encode
from cleaner.finishing import FinishReply, finish_page
from cleaner.model import Failure, Page, Segmentation
from cleaner.reading.decode import decode
from cleaner.reading.metadata import read_metadata
from cleaner.reading.sources import read_sources
from cleaner.repair import repair_blocks
from cleaner.writing.written import written

DEFAULT = Path(__file__).parents[1].parent / "shared" / "wcxb-dev"
Result = TypeVar("Result")
_PEER = "trafilatura"
_PARTS = (" features", " predict", " decode")
"""Rows that are part of another one."""
_UNDECLARED = "<p>" + "The language of this page has to be told from its words. " * 20


class Clock:
    """CPU milliseconds by stage, one figure per page."""

    def __init__(self) -> None:
        self.stages: dict[str, list[float]] = {}

    def __call__(self, stage: str, work: Callable[..., Result], *arguments: object) -> Result:
        """What *work* returns."""
        begun = time.process_time()
        result = work(*arguments)
        self.stages.setdefault(stage, []).append((time.process_time() - begun) * 1e3)
        return result


def measure(folder: Path, every: int, config: Config) -> tuple[Clock, int]:
    """The times of every *every*-th page under *folder*, and how many there were."""
    clock = Clock()
    pages = 0
    warm = False
    items = (item for item in read_sources(folder, config.read) if not isinstance(item, Failure))
    while (item := clock("read", next, items, None)) is not None:
        pages += 1
        if pages % every:
            continue
        page = clock("decode", decode, item, config.read)
        if isinstance(page, Failure):
            continue
        if not warm:  # imports and models are paid once a worker, not once a page
            clean_page(item, config)
            clean_page(item, replace(config, boilerplate=Boilerplate("trafilatura")))
            clean_page(replace(item, payload=_UNDECLARED.encode(), charset="utf-8"), config)
            gc.collect()
            gc.freeze()  # as workers do
            gc.set_threshold(10_000)
            warm = True
        segmentation = clock("segment", segment, page)
        metadata = clock("metadata", read_metadata, page, segmentation.head, segmentation.blocks)
        clock(_PEER, classify, page, segmentation, Boilerplate("trafilatura"))
        verdict = clock("learned", classify, page, segmentation, config.boilerplate)
        if page.kind == "html" and segmentation.blocks:
            measure_parts(clock, page, segmentation)
        removed = {removal.start for removal in verdict.removals}
        blocks = [block for block in segmentation.blocks if block.start not in removed]
        kept = clock("repair", repair_blocks, page.source_text, blocks)
        status, reason = clock("status", page_status, page, segmentation, kept)
        proposals = [verdict.removals, segmentation.removals]
        shown = sum(len(block.text) for block in segmentation.blocks if block.start in removed)
        draft = clock("ledger", draft_of, page, metadata, kept, shown, proposals, "", None, status, reason, ())
        encode(clock("passages", sign_page, draft, config))
        packed = clock("pack", pack, draft)
        again = clock("unpack", unpack, packed)
        assert not isinstance(again, Failure)
        document = clock("settle", finish_page, again, None, config)
        encode(FinishReply(b"", clock("write", written, document, config.write.format)))
    return clock, pages // every


def measure_parts(clock: Clock, page: Page, segmentation: Segmentation) -> None:
    """The times of what the learned extractor does with a page."""
    model = shipped_model()

    def features() -> tuple:
        measured = measure_page(page.source_text, segmentation)
        odds, known = model.of_words(measured.tree.words)
        return measured, matrix(measured, odds, model.columns), model.vectors.of(measured.tree, known)

    def decode() -> None:
        likely = weigh_copies(chances(margins), measured.texts, measured.counted)
        decide(measured, likely, "balanced")

    measured, rows, named = clock(" features", features)
    margins = clock(" predict", model.margins, rows, named, measured.counted, measured.groups.shared())
    clock(" decode", decode)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--every", type=int, default=10, help="take every N-th page (default 10)")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    arguments = parser.parse_args()
    if not arguments.folder.exists():
        parser.error(f"{arguments.folder} does not exist; name a folder of pages")
    clock, pages = measure(arguments.folder, arguments.every, Config(boilerplate=Boilerplate("learned")))
    means = {stage: sum(times) / max(pages, len(times)) for stage, times in clock.stages.items()}
    ours = sum(mean for stage, mean in means.items() if stage not in {_PEER, *_PARTS})
    learned = sum(means[stage] for stage in ("segment", "learned", "ledger"))
    print(
        f"{pages} pages of {arguments.folder.name}; CPU ms a page; Python {platform.python_version()}, "
        f"{'with' if compiled.native else 'without'} the compiled module"
    )
    print(f"{'stage':<12}{'mean':>9}{'median':>9}{'p95':>9}")
    for stage, times in clock.stages.items():
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(f"{stage:<12}{means[stage]:>9.2f}{statistics.median(times):>9.2f}{p95:>9.2f}")
    print(f"{'ours':<12}{ours:>9.2f}   (all but trafilatura)")
    print(f"segment, learned and ledger {learned:.2f}; trafilatura takes {means[_PEER] / learned:.1f} times as long")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")
    if arguments.json:
        figures = {
            "pages": pages,
            "mean_ms": means,
            "ours_ms": ours,
            "learned_ms": learned,
            "peak_mb": peak,
            "cleaner": version("cleaner"),
        }
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
