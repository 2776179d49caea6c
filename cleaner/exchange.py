"""What goes over the pipes between the supervisor and its workers, and into shards: bytes, never pickles.

What only pass 3 sends is with ``finishing``: its types need more than a worker of pass 1 has to load.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import msgspec

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.model import RawItem


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


encode = msgspec.msgpack.Encoder().encode
decode_item = msgspec.msgpack.Decoder(RawItem).decode
decode_draft_reply = msgspec.msgpack.Decoder(DraftReply).decode
decode_signed_page = msgspec.msgpack.Decoder(SignedPage).decode


def encode_config(config: Config) -> bytes:
    """*config* for workers, who need no paths; those may be in any bytes."""
    read, duplicates = replace(config.read, urls=None), replace(config.duplicates, against=())
    return encode(replace(config, read=read, duplicates=duplicates))


def decode_config(data: bytes) -> Config:
    """A config that ``encode_config`` wrote."""
    return msgspec.msgpack.decode(data, type=Config)
