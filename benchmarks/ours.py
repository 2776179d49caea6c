"""Our own rows: the product's code, with a model that has not seen the page's site where the shipped one has."""

from __future__ import annotations

import gc
from pathlib import Path

from benchmarks.fold_models import TEXT_WEIGHTS, WEIGHTS, fold_models
from benchmarks.peers import Extract
from benchmarks.wcxb import LabelledPage, as_page
from cleaner.boilerplate.comments import scoped
from cleaner.boilerplate.decoder import Preference
from cleaner.boilerplate.learned_extractor import classify_html
from cleaner.boilerplate.learned_text import classify_text
from cleaner.boilerplate.verdict import Verdict
from cleaner.model import Kind, Page, RawItem, Segmentation, Source
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text


def html_extractor(prefer: Preference, models: Path | None) -> Extract:
    """Parse, segment, measure, classify: what a page costs a worker up to the spans that are kept."""
    folds = fold_models(models, WEIGHTS)
    _collect_as_workers_do()

    def extract(html: str, url: str, fold: int | None) -> str:
        page = _page(html, url, "html")
        segmentation = segment_html(page)
        verdict = classify_html(page, segmentation, prefer, None if fold is None else folds[fold])
        return _kept(segmentation, scoped(page, segmentation, verdict, "main"))

    for fold in folds:  # a run has one model, which is made ready before the pages that count
        extract("<article><h1>A page</h1><p>Its text.</p></article>", "", fold)
    return extract


def text_extractor(models: Path | None) -> Extract:
    """The same for a page that comes as plain text."""
    folds = fold_models(models, TEXT_WEIGHTS)
    _collect_as_workers_do()

    def extract(text: str, url: str, fold: int | None) -> str:
        page = _page(text, url, "text")
        segmentation = segment_text(page)
        verdict = classify_text(page, segmentation, model=None if fold is None else folds[fold])
        return _kept(segmentation, scoped(page, segmentation, verdict, "main"))

    for fold in folds:
        extract("A page\n\nIts text.", "", fold)
    return extract


def _collect_as_workers_do() -> None:
    gc.freeze()
    gc.set_threshold(10_000)


def flattened(page: LabelledPage) -> str:
    """The page as a scraper without rules would flatten it: each block on a line of its own."""
    return "\n".join(" ".join(block.text.split()) for block in segment_html(as_page(page)).blocks)


def _page(text: str, url: str, kind: Kind) -> Page:
    return Page(RawItem(Source("page"), b"", "", url or None), kind, text, "utf-8", "container")


def _kept(segmentation: Segmentation, verdict: Verdict) -> str:
    removed = {removal.start for removal in verdict.removals}
    return "\n\n".join(block.text for block in segmentation.blocks if block.start not in removed)
