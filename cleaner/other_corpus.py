"""The documents of another ``clean/``, which a run compares its own with and leaves as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.config import Config
from cleaner.duplicates.columns import unpack
from cleaner.duplicates.search import PageRecord
from cleaner.duplicates.without_spans import without_spans
from cleaner.engine.stored_index import read_stored
from cleaner.errors import CleanerError, InputError, UsageError
from cleaner.exchange import decode_signed_page
from cleaner.folders import STORE
from cleaner.writing.corpus import foreign_id, foreign_name
from cleaner.writing.schemas import REMOVALS
from cleaner.writing.summary import run_config

_OF_CORPUS = ("template", "near-duplicate")
"""Reasons of removals that signatures do not know of: they were made after pages had been signed."""


def other_corpora(clean: Path, config: Config) -> list[Iterator[PageRecord]]:
    """The documents of every folder that the run into *clean* is to be compared with, each folder once.

    The first page of each is read at once: whether they can be compared with is known before work begins.

    Raises:
        UsageError: *clean* is one of them.
        InputError: as ``other_pages`` raises it.
    """
    found: list[Iterator[PageRecord]] = []
    folders = {foreign_name(clean, Path(given)): Path(given) for given in reversed(config.duplicates.against)}
    for name, folder in sorted(folders.items()):
        if folder.resolve() == clean.resolve():
            raise UsageError(f"{clean} cannot be compared with itself; a run finds what is in it anyway.")
        pages = other_pages(folder, name, config)
        found.append(chain(list(islice(pages, 1)), pages))
    return found


def other_pages(clean: Path, name: str, config: Config) -> Iterator[PageRecord]:
    """The documents in *clean*, the corpus *name*, as they were signed, without what was removed since.

    Raises:
        InputError: *clean* is not the output of a finished run, is damaged, or was made with other settings of
            passages or signatures.
    """
    made = run_config(clean)
    for branch in ("passages", "signatures"):
        if getattr(made, branch) != getattr(config, branch):
            raise InputError(f"{clean} cannot be compared with: it was made with other settings of {branch}.")
    gone = _removed(clean)
    try:
        for doc_id, cell in read_stored(clean / STORE):
            page = decode_signed_page(cell)
            passages = unpack(page.passages, config.signatures)
            if doc_id in gone:
                passages = without_spans(passages, gone[doc_id], config.signatures)
            yield PageRecord(page.facts, passages, foreign_id(name, doc_id))
    except FileNotFoundError:
        raise InputError(f"{clean} cannot be compared with: its index is missing; run it again.") from None
    except (OSError, pa.ArrowException, msgspec.MsgspecError, CleanerError) as error:
        raise InputError(f"{clean} cannot be compared with: {str(error).rstrip('.')}.") from error


def _removed(clean: Path) -> dict[str, list[tuple[int, int]]]:
    """What the corpus pass removed from each document of *clean*, sorted."""
    try:
        with pa.OSFile(os.fsencode(clean / REMOVALS.file)) as file:
            rows = pq.read_table(
                file, columns=["doc_id", "start", "end"], filters=[("reason", "in", list(_OF_CORPUS))]
            ).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{clean} cannot be compared with: {error}") from error
    gone: dict[str, list[tuple[int, int]]] = {}
    for doc_id, start, end in zip(rows["doc_id"], rows["start"], rows["end"], strict=True):
        gone.setdefault(doc_id, []).append((start, end))
    return {doc_id: sorted(spans) for doc_id, spans in gone.items()}
