"""A page between the passes: all that can be known of it without the others, and what it takes to finish it.

Drafts are stored in shards and sent to workers, so they have a compact wire form: positional MessagePack.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import msgspec

from cleaner.compiled import fields, make
from cleaner.ledger import (
    Composition,
    Excerpt,
    Ledger,
    check_conservation,
    compose,
    digest_removals,
    excerpt,
    ledger_of,
    settle,
)
from cleaner.model import (
    Block,
    Document,
    Failure,
    KeptBlock,
    Kind,
    Metadata,
    Page,
    Removal,
    Repair,
    RepairKind,
    Role,
    Source,
    Span,
    Status,
)
from cleaner.removal_columns import PackedRemovals, RemovalColumns, columns_of
from cleaner.visible import with_visible_chars


@dataclass(frozen=True, slots=True)
class Draft:
    """One page after pass 1."""

    source: Source
    kind: Kind
    raw_sha256: str
    visible_length: int
    encoding: str
    encoding_source: str
    replaced: int
    fetched: str | None
    record_id: str | None
    metadata: Metadata
    extractor: str
    confidence: float | None
    status: Status
    reason: str | None
    notes: tuple[str, ...]
    ledger: Ledger
    """The partition that pass 1 came to."""
    blocks: tuple[KeptBlock, ...]
    repairs: tuple[Repair, ...]
    """Without layout: that depends on what pass 3 keeps."""
    excerpt: Excerpt
    removed_lines: tuple[str, ...] = ()
    """Of ``template_cells``; for what is made of a fresh draft, not stored with it."""

    @property
    def source_length(self) -> int:
        """Code points of the source text."""
        return self.ledger.length

    def composed(self) -> Composition:
        """The text as pass 1 has it."""
        return compose(self.excerpt, self.ledger, self.blocks, self.repairs)

    def spans_of(self, composed: Composition) -> list[Span]:
        """Where the blocks of *composed*, what ``composed`` gave, are in the source text."""
        text_starts = [segment.text_start for segment in composed.segments]
        starts = [block.start for block in self.blocks]
        found = []
        for block in composed.blocks:
            segment = composed.segments[bisect_right(text_starts, block.text_start) - 1]
            whole = self.blocks[bisect_right(starts, segment.source_start) - 1]
            found.append(Span(whole.start, whole.end))
        return found


def draft_of(
    page: Page,
    metadata: Metadata,
    kept: Sequence[Block],
    shown: int,
    proposals: Iterable[Sequence[Removal]],
    extractor: str,
    confidence: float | None,
    status: Status,
    reason: str | None,
    notes: tuple[str, ...],
) -> Draft:
    """The draft of *page* in which *kept* blocks stay and *proposals*, most important stage first, are settled.

    Args:
        shown: visible characters of the blocks that go.

    Raises:
        ConservationError: the spans do not partition the page, or text stays that is in no block.
    """
    settled = settle(len(page.source_text), proposals)
    check_conservation(settled)
    ledger = Ledger(settled.length, settled.kept, digest_removals(page.source_text, settled.removals))
    blocks = tuple(make(KeptBlock, list(map(_BLOCK, kept))))
    return Draft(
        source=page.item.source,
        kind=page.kind,
        raw_sha256=page.item.sha256,
        visible_length=shown + sum(len(block.text) for block in kept),
        encoding=page.encoding,
        encoding_source=page.encoding_source,
        replaced=page.replaced,
        fetched=page.item.fetched,
        record_id=page.item.record_id,
        metadata=metadata,
        extractor=extractor,
        confidence=confidence,
        status=status,
        reason=reason,
        notes=notes,
        ledger=ledger,
        blocks=blocks,
        repairs=tuple(repair for block in kept for repair in block.repairs),
        excerpt=excerpt(page.source_text, blocks),
    )


def finished(draft: Draft, removals: Sequence[Removal] = ()) -> Document:
    """The document of *draft* once *removals* of the corpus passes are settled too.

    Raises:
        ConservationError: the spans do not partition the page.
    """
    ledger = _settled(draft, removals)
    composition = compose(draft.excerpt, ledger, draft.blocks, draft.repairs)
    is_without_cause = not composition.text and draft.status == "ok"
    return Document(
        source=draft.source,
        text=composition.text,
        blocks=composition.blocks,
        segments=composition.segments,
        removals=ledger.removals,
        repairs=composition.repairs,
        metadata=draft.metadata,
        kind=draft.kind,
        encoding=draft.encoding,
        encoding_source=draft.encoding_source,
        replaced=draft.replaced,
        raw_sha256=draft.raw_sha256,
        source_length=draft.source_length,
        visible_length=draft.visible_length,
        fetched=draft.fetched,
        record_id=draft.record_id,
        extractor=draft.extractor,
        confidence=draft.confidence,
        status="empty" if is_without_cause else draft.status,
        reason="no block of the page was kept" if is_without_cause else draft.reason,
        notes=draft.notes,
    )


def without(draft: Draft, removals: Sequence[Removal]) -> Draft:
    """*draft* with *removals* that the corpus pass found settled for good.

    Raises:
        ConservationError: the spans do not partition the page.
    """
    if not removals:
        return draft
    ledger = _settled(draft, removals)
    if ledger.kept or draft.status != "ok":
        return replace(draft, ledger=ledger)
    return replace(draft, ledger=ledger, status="empty", reason="what was kept of the page repeats across its site")


def _settled(draft: Draft, removals: Sequence[Removal]) -> Ledger:
    """The ledger of *draft* once *removals* of what it keeps are settled too."""
    ledger = settle(draft.source_length, [draft.ledger.removals, removals]) if removals else draft.ledger
    check_conservation(ledger)
    if not removals:
        return ledger
    counted = with_visible_chars(ledger.removals, draft.repairs)
    return Ledger(ledger.length, ledger.kept, digest_removals(draft.excerpt, counted))


class _Wire(msgspec.Struct, array_like=True):
    """What ``pack`` stores, in its order: a failure, or else a draft; records by column, the excerpt as its texts."""

    failure: Failure | None
    source: Source | None = None
    page: tuple[Any, ...] = ()
    metadata: Metadata | None = None
    removals: RemovalColumns | None = None
    blocks: tuple[list[int], list[int], list[Role], list[int]] = ([], [], [], [])
    repairs: tuple[list[int], list[int], list[str], list[RepairKind]] = ([], [], [], [])
    texts: list[str] = []


_BLOCK = attrgetter("start", "end", "role", "level")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Wire)


def pack(result: Draft | Failure) -> bytes:
    """*result* as bytes."""
    if isinstance(result, Failure):
        return _encoder.encode((result,))
    return _encoder.encode(
        (
            None,
            result.source,
            (
                result.kind,
                result.raw_sha256,
                result.source_length,
                result.visible_length,
                result.encoding,
                result.encoding_source,
                result.replaced,
                result.fetched,
                result.record_id,
                result.extractor,
                result.confidence,
                result.status,
                result.reason,
                result.notes,
            ),
            result.metadata,
            columns_of(result.ledger.removals),
            fields(KeptBlock, result.blocks),
            fields(Repair, result.repairs),
            result.excerpt.texts,
        )
    )


def unpack(data: bytes) -> Draft | Failure:
    """What ``pack`` stored."""
    wire = _decoder.decode(data)
    if wire.failure is not None:
        return wire.failure
    assert wire.source is not None
    assert wire.metadata is not None
    assert wire.removals is not None
    kind, sha256, length, visible, encoding, encoding_source, replaced, fetched, record_id, *judged = wire.page
    extractor, confidence, status, reason, notes = judged
    blocks = tuple(make(KeptBlock, zip(*wire.blocks, strict=True)))
    return Draft(
        source=wire.source,
        kind=kind,
        raw_sha256=sha256,
        visible_length=visible,
        encoding=encoding,
        encoding_source=encoding_source,
        replaced=replaced,
        fetched=fetched,
        record_id=record_id,
        metadata=wire.metadata,
        extractor=extractor,
        confidence=confidence,
        status=status,
        reason=reason,
        notes=tuple(notes),
        ledger=ledger_of(length, PackedRemovals(wire.removals)),
        blocks=blocks,
        repairs=tuple(make(Repair, zip(*wire.repairs, strict=True))),
        excerpt=Excerpt(tuple(block.start for block in blocks), tuple(wire.texts)),
    )
