"""Small sites for the tests of templates."""

from __future__ import annotations

import random
from collections.abc import Sequence

from cleaner.boilerplate.site_blocks import PageBlocks
from cleaner.boilerplate.site_templates import SiteTemplates
from cleaner.boilerplate.template_cells import pack_blocks
from cleaner.model import Span, Status, TextBlock

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu"]


def article(number: int) -> list[str]:
    """Three sentences that no article of another number has anything of."""
    chosen = random.Random(number)
    return [" ".join("".join(chosen.choices(SYLLABLES, k=3)) for _ in range(16)).capitalize() + "." for _ in range(3)]


def page(
    doc_id: str, site: str | None, paragraphs: Sequence[str], status: Status = "ok", removed: Sequence[str] = ()
) -> PageBlocks:
    """A page whose source text is its clean text, one block a line; pass 1 has *removed* other lines of it."""
    blocks, spans = [], []
    at = 0
    for paragraph in paragraphs:
        blocks.append(TextBlock(at, at + len(paragraph), "paragraph"))
        spans.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 1
    return PageBlocks(doc_id, site, pack_blocks("\n".join(paragraphs), blocks, spans, status, removed))


def removed(templates: SiteTemplates, doc_id: str, paragraphs: Sequence[str]) -> list[str]:
    """What *templates* take of a page that was made of *paragraphs*."""
    text = "\n".join(paragraphs)
    return [text[removal.start : removal.end] for removal in templates.removals(doc_id)]
