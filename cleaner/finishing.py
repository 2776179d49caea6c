"""Pass 3 on one page: its ledger settled, its text composed, its files made. All that a worker of that pass loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from cleaner.config import Config
from cleaner.draft import Draft, finished, pack, unpack, without
from cleaner.duplicates.document_findings import DocumentFindings
from cleaner.errors import ConservationError
from cleaner.exchange import decode_config, encode
from cleaner.model import Document, Failure, Removal
from cleaner.wording import counted
from cleaner.writing.written import WrittenDocument, load_form, written


class FinishTask(NamedTuple):
    """A draft and what the corpus pass found about it."""

    record: bytes
    findings: DocumentFindings | None
    templates: tuple[Removal, ...] = ()


class FinishReply(NamedTuple):
    """What a draft became in pass 3: a document as it is written, or a packed failure."""

    failure: bytes
    written: WrittenDocument | None = None


def decode_finish_reply(data: bytes) -> FinishReply:
    """A reply that ``encode`` wrote."""
    return _finish_replies.decode(data)


def _counter(kind: Any, value: object) -> Counter[Any]:
    return Counter(value) if isinstance(value, dict) else kind(value)


_finish_replies = msgspec.msgpack.Decoder(FinishReply, dec_hook=_counter)
_tasks = msgspec.msgpack.Decoder(FinishTask)


def page_finisher(setup: bytes) -> Callable[[bytes], bytes]:
    """What a worker does in pass 3."""
    config = decode_config(setup)
    load_form(config.write.format)  # before the worker's memory is limited

    def work(payload: bytes) -> bytes:
        task = _tasks.decode(payload)
        draft = unpack(task.record)
        if isinstance(draft, Failure):
            return encode(FinishReply(task.record))
        try:
            document = finish_page(without(draft, task.templates), task.findings, config)
        except ConservationError as error:
            return encode(FinishReply(pack(Failure(draft.source, "write", "conservation", str(error)))))
        return encode(FinishReply(b"", written(document, config.write.format)))

    return work


def finish_page(draft: Draft, found: DocumentFindings | None, config: Config) -> Document:
    """The document of *draft* with what the corpus pass *found* about it.

    Raises:
        ConservationError: the spans do not partition the page.
    """
    settings = config.duplicates
    if found is None or settings.mode == "keep":
        return finished(draft)
    if settings.mode == "mark":
        return replace(finished(draft), duplicate_of=found.duplicate_of, syndication=found.syndication)
    if found.duplicate_of is not None:
        gone = _whole(draft, "drop-document", found.duplicate_of, found.similarity)
        reason = f"a copy of {found.duplicate_of}"
        return replace(finished(draft, gone), status="duplicate", reason=reason, duplicate_of=found.duplicate_of)
    document = replace(finished(draft, found.removals), syndication=found.syndication)
    if found.removals and not found.is_cited and len(document.text) < settings.min_document_chars:
        rest = (*found.removals, *_whole(draft, "too-short-to-stay"))
        reason = f"{counted(len(document.text), 'character was', 'characters were')} left without its near-duplicates"
        return replace(finished(draft, rest), syndication=found.syndication, status="short", reason=reason)
    return document


def _whole(draft: Draft, rule: str, kept: str | None = None, similarity: float | None = None) -> tuple[Removal, ...]:
    """Removals of everything that *draft* keeps."""
    kind = None if similarity is None else "jaccard"
    return tuple(
        Removal(
            block.start,
            block.end,
            "near-duplicate",
            rule,
            kept_doc_id=kept,
            similarity=similarity,
            similarity_kind=kind,
        )
        for block in draft.blocks
    )
