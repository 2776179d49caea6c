"""What goes over the pipes between the supervisor and its workers, and into shards: bytes, never pickles."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.document_findings import DocumentFindings
from cleaner.model import RawItem, Removal
from cleaner.writing.output import WrittenDocument


class DraftReply(NamedTuple):
    """What a page became in pass 1."""

    record: bytes
    """A packed draft or failure."""
    signed: bytes
    """Packed ``SignedPage``; empty for a failure."""


class SignedPage(NamedTuple):
    """What the corpus pass needs of a page."""

    facts: DocumentFacts
    passages: bytes
    blocks: bytes
    """Of ``template_cells.pack_blocks``."""


class FinishTask(NamedTuple):
    """A draft and what the corpus pass found about it."""

    record: bytes
    findings: DocumentFindings | None
    templates: tuple[Removal, ...] = ()


class FinishReply(NamedTuple):
    """What a draft became in pass 3: a document as it is written, or a packed failure."""

    failure: bytes
    written: WrittenDocument | None = None


encode = msgspec.msgpack.Encoder().encode
decode_item = msgspec.msgpack.Decoder(RawItem).decode
decode_draft_reply = msgspec.msgpack.Decoder(DraftReply).decode
decode_signed_page = msgspec.msgpack.Decoder(SignedPage).decode
decode_finish_task = msgspec.msgpack.Decoder(FinishTask).decode


def decode_finish_reply(data: bytes) -> FinishReply:
    """A reply that ``encode`` wrote."""
    return _finish_replies.decode(data)


def encode_config(config: Config) -> bytes:
    """*config* for workers, who need no paths; those may be in any bytes."""
    read, duplicates = replace(config.read, urls=None), replace(config.duplicates, against=())
    return encode(replace(config, read=read, duplicates=duplicates))


def decode_config(data: bytes) -> Config:
    """A config that ``encode_config`` wrote."""
    return msgspec.msgpack.decode(data, type=Config)


def _counter(kind: Any, value: object) -> Counter[Any]:
    return Counter(value) if isinstance(value, dict) else kind(value)


_finish_replies = msgspec.msgpack.Decoder(FinishReply, dec_hook=_counter)
