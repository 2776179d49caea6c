"""Boilerplate of HTML pages as trafilatura sees it, mapped back onto our blocks.

trafilatura hands back a string without places, and drops repeated paragraphs without a word. So its output only
says which of our blocks are content; spans and text are always ours.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import lxml.html
from lxml.etree import LxmlError
from trafilatura import bare_extraction

from cleaner.boilerplate.alignment import matched_blocks
from cleaner.boilerplate.text_classifier import classify_text
from cleaner.boilerplate.verdict import Finding, Verdict, removals_of
from cleaner.model import Block, Elements, Page, Segmentation

MAX_BLOCKS = 100_000
MAX_TAGS = 200_000
"""trafilatura takes 60 to 120 µs an element."""
MAX_DEPTH = 1_000
"""Beyond it trafilatura loses text, and libxml2 grows quadratic."""
MAX_TAG_WORDS = 20_000
"""White space in one start tag; libxml2 is quadratic in attributes."""

FALLBACK_CONFIDENCE = 0.3

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,1000}>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0{0,8}(?:[0-8]|1[124-9]|2\d|3[01]|127)(?!\d)|[xX]0{0,8}(?:[0-8b-cB-CeEfF]|1[\da-fA-F]|7[fF])(?![\da-fA-F]));?"
)
_FAILURES = (
    LxmlError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError
)  # fmt: skip
"""What a parser or extractor may raise on a page it did not expect."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)


def classify_html(page: Page, segmentation: Segmentation) -> Verdict:
    """Which blocks trafilatura leaves out; by their own text where it cannot be asked or has no answer."""
    if not _is_safe(page, segmentation):
        return _by_text(segmentation, "extractor-skipped")
    try:
        output = main_text(page.source_text)
    except _FAILURES:
        return _by_text(segmentation, "extractor-failed")
    kept = matched_blocks([block.text for block in segmentation.blocks], output)
    if not kept:
        return _by_text(segmentation, "extractor-empty")
    kept |= _headline(segmentation.blocks, min(kept))
    findings: dict[int, Finding] = {
        at: ("trafilatura", None) for at in range(len(segmentation.blocks)) if at not in kept
    }
    return Verdict(removals_of(segmentation.blocks, findings), "trafilatura")


def main_text(html: str) -> str:
    """What trafilatura takes for the main content; empty where it finds none.

    Raises:
        LxmlError: the page cannot be parsed.
    """
    cleaned = _CONTROL_REFERENCE.sub(" ", _NOT_XML.sub(" ", _XML_DECLARATION.sub("", html)))
    if not cleaned.strip():
        return ""
    tree = lxml.html.document_fromstring(cleaned, parser=lxml.html.HTMLParser(huge_tree=True))
    document = bare_extraction(
        tree, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False
    )
    return (document.text or "") if document else ""


def _headline(blocks: Sequence[Block], first: int) -> set[int]:
    """The last main heading before the first block kept: the extractor takes it for metadata."""
    headings = (at for at in range(first - 1, -1, -1) if blocks[at].role == "heading" and blocks[at].level == 1)
    return set(islice(headings, 1))


def _by_text(segmentation: Segmentation, note: str) -> Verdict:
    verdict = classify_text(segmentation)
    confidence = min(FALLBACK_CONFIDENCE, verdict.confidence or 0.0)
    return replace(verdict, confidence=confidence, notes=(*verdict.notes, note))


def _is_safe(page: Page, segmentation: Segmentation) -> bool:
    return (
        len(segmentation.blocks) <= MAX_BLOCKS
        and page.source_text.count("<") <= MAX_TAGS
        and _depth(segmentation.elements) <= MAX_DEPTH
        and not any(
            end - start > MAX_TAG_WORDS and _count_spaces(page.source_text, start, end) > MAX_TAG_WORDS
            for start, end in zip(segmentation.elements.starts, segmentation.elements.ends, strict=True)
        )
    )


def _depth(elements: Elements) -> int:
    """How deep the tree is; parents come before their children."""
    depths: list[int] = []
    for parent in elements.parents:
        depths.append(depths[parent] + 1 if parent >= 0 else 1)
    return max(depths, default=0)


def _count_spaces(text: str, start: int, end: int) -> int:
    return sum(text.count(space, start, end) for space in " \t\n\r\f")
