"""Pass 1 on one page: read, cleaned, its passages signed. All that a worker of that pass loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.confidence import confidence_of
from cleaner.boilerplate.page_status import page_status
from cleaner.boilerplate.template_cells import pack_blocks, removed_lines
from cleaner.config import Config, Read
from cleaner.draft import Draft, draft_of, finished, pack
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import in_source, sign_pages
from cleaner.duplicates.columns import pack as pack_passages
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.wires import credited_wire
from cleaner.duplicates.words import words_of
from cleaner.errors import ConservationError
from cleaner.exchange import DraftReply, SignedPage, decode_config, decode_item, encode
from cleaner.ledger import source_spans
from cleaner.model import Document, Failure, Page, RawItem, Segmentation
from cleaner.reading.caps import DEFAULT, TooManyParts
from cleaner.reading.decode import decode
from cleaner.reading.metadata import read_metadata
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text
from cleaner.reading.site import folder_site
from cleaner.repair import repair_blocks


def clean_page(item: RawItem, config: Config) -> Document | Failure:
    """One page cleaned by itself."""
    draft = draft_page(item, config)
    return draft if isinstance(draft, Failure) else finished(draft)


def page_drafter(setup: bytes) -> Callable[[bytes], bytes]:
    """What a worker does in pass 1."""
    config = decode_config(setup)

    def work(payload: bytes) -> bytes:
        item = decode_item(payload)
        draft: Draft | Failure
        try:
            draft = draft_page(item, config)
        except ConservationError as error:
            draft = Failure(item.source, "page", "conservation", str(error))
        signed = b"" if isinstance(draft, Failure) else encode(sign_page(draft, config))
        return encode(DraftReply(pack(draft), signed))

    return work


def draft_page(item: RawItem, config: Config) -> Draft | Failure:
    """Everything that can be known about one page without seeing the others."""
    page = decode(item, config.read)
    if isinstance(page, Failure):
        return page
    try:
        segmentation = segment(page, config.read)
    except TooManyParts as error:
        return Failure(item.source, "segment", "too_large", str(error))
    metadata = read_metadata(page, segmentation.head, segmentation.blocks)
    if config.read.site_from == "folder":
        metadata = replace(metadata, site=folder_site(page.item.source))
    verdict = classify(page, segmentation, config.boilerplate)
    removed = {removal.start for removal in verdict.removals}
    kept = repair_blocks(page.source_text, [block for block in segmentation.blocks if block.start not in removed])
    status, reason = page_status(page, segmentation, kept)
    shown = sum(len(block.text) for block in segmentation.blocks if block.start in removed)
    proposals = [verdict.removals, segmentation.removals]
    confidence = confidence_of(verdict, status)
    notes = (*item.notes, *verdict.notes)
    draft = draft_of(page, metadata, kept, shown, proposals, verdict.extractor, confidence, status, reason, notes)
    return replace(draft, removed_lines=removed_lines(segmentation.blocks, removed))


def segment(page: Page, caps: Read = DEFAULT) -> Segmentation:
    """The blocks of *page*.

    Raises:
        TooManyParts: *caps* do not allow that many.
    """
    return segment_html(page, caps) if page.kind == "html" else segment_text(page, caps)


def sign_page(draft: Draft, config: Config) -> SignedPage:
    """The blocks and passages of *draft* with what the search for templates and near-duplicates needs of them."""
    composed = draft.composed()
    text = composed.text
    facts = DocumentFacts(
        draft.source, draft.metadata.site, draft.metadata.date, credited_wire(draft.metadata.author, text), len(text)
    )
    words = words_of(text, np.array([0, len(text)]))
    passages = cut_passages(text, composed.blocks, config.passages, words)
    signed = sign_pages(text, [0, len(text)], passages, config.signatures, words)
    placed = in_source(signed, draft.source_length, partial(source_spans, composed.segments))
    blocks = pack_blocks(text, composed.blocks, draft.spans_of(composed), draft.status, draft.removed_lines)
    return SignedPage(facts, pack_passages(placed, config.signatures), blocks)
