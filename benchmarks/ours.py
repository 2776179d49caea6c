"""Our own rows: the product's code, with a model that has not seen the page's site where the shipped one has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers import Extract
from benchmarks.training_record import fold_file
from benchmarks.wcxb import FOLDS, LabelledPage, as_page
from cleaner.boilerplate import classify
from cleaner.boilerplate.block_model import BlockModel, read_model
from cleaner.boilerplate.decoder import Preference
from cleaner.boilerplate.learned_extractor import classify_html
from cleaner.boilerplate.verdict import Verdict
from cleaner.config import Boilerplate
from cleaner.model import Kind, Page, RawItem, Segmentation, Source
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text

WEIGHTS = Path(__file__).parents[1] / "cleaner" / "boilerplate" / "html_blocks.npz"


def html_extractor(prefer: Preference, models: Path | None) -> Extract:
    """Parse, segment, measure, classify: what a page costs a worker up to the spans that are kept."""
    folds = _models(models)

    def extract(html: str, url: str, fold: int | None) -> str:
        page = _page(html, url, "html")
        segmentation = segment_html(page)
        return _kept(segmentation, classify_html(page, segmentation, prefer, None if fold is None else folds[fold]))

    return extract


def text_extractor(_models: Path | None) -> Extract:
    """The same for a page that comes as plain text; its rules are not learned, so there is nothing to leave out."""

    def extract(text: str, url: str, _fold: int | None) -> str:
        page = _page(text, url, "text")
        segmentation = segment_text(page)
        return _kept(segmentation, classify(page, segmentation, Boilerplate()))

    return extract


def flattened(page: LabelledPage) -> str:
    """The page as a scraper without rules would flatten it: each block on a line of its own."""
    return "\n".join(" ".join(block.text.split()) for block in segment_html(as_page(page)).blocks)


def _models(folder: Path | None) -> Mapping[int, BlockModel]:
    return {fold: read_model(fold_file(folder, WEIGHTS, fold)) for fold in range(FOLDS)} if folder else {}


def _page(text: str, url: str, kind: Kind) -> Page:
    return Page(RawItem(Source("page"), b"", "", url or None), kind, text, "utf-8", "container")


def _kept(segmentation: Segmentation, verdict: Verdict) -> str:
    removed = {removal.start for removal in verdict.removals}
    return "\n\n".join(block.text for block in segmentation.blocks if block.start not in removed)
