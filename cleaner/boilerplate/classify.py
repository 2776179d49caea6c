"""The seam of the stage: who tells the blocks of which page apart."""

from __future__ import annotations

from cleaner import config
from cleaner.boilerplate import learned_extractor, learned_text
from cleaner.boilerplate.comments import scoped
from cleaner.boilerplate.text_classifier import classify_text
from cleaner.boilerplate.verdict import Verdict
from cleaner.errors import InstallationError
from cleaner.model import Page, Segmentation


def classify(page: Page, segmentation: Segmentation, config: config.Boilerplate) -> Verdict:
    """Which blocks of *page* are boilerplate, by the configured extractor, within the configured scope."""
    return scoped(page, segmentation, _classify(page, segmentation, config), config.scope)


def _classify(page: Page, segmentation: Segmentation, config: config.Boilerplate) -> Verdict:
    match config.extractor, page.kind:
        case "learned", "text":
            return learned_text.classify_text(page, segmentation, config.prefer)
        case "learned", _:
            return learned_extractor.classify_html(page, segmentation, config.prefer)
        case "trafilatura", "text":
            return classify_text(segmentation)
        case "trafilatura", _:
            # It takes half a second to import, which runs over plain text need not pay.
            try:
                from cleaner.boilerplate.trafilatura_extractor import classify_html  # noqa: PLC0415
            except ImportError as error:
                raise InstallationError(f"trafilatura cannot be used: {error}") from error

            return classify_html(page, segmentation)
