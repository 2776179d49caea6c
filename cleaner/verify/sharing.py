"""Who judges the documents: this process, or worker processes, a handful of documents at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from cleaner.config import Config
from cleaner.engine.tasks import Done, Limits, Task
from cleaner.engine.workers import cores, run_tasks
from cleaner.exchange import decode_config, encode_config
from cleaner.model import Failure, Page, RawItem
from cleaner.reading.decode import decode
from cleaner.reading.sources import read_sources
from cleaner.verify.judging import Judged, judge
from cleaner.writing.corpus import Row, rows_of
from cleaner.writing.schemas import REMOVALS, REPAIRS, Table
from cleaner.writing.summary import run_config, run_documents
from cleaner.writing.tables import pack_batch, unpack_batch
from cleaner.writing.wire import DocumentRecord, RemovalRow, RepairRow

_WORTH_A_WORKER = 250
"""Documents for which a worker process pays."""
_LEAST_MEMORY = 250_000_000
_DOCUMENTS = 16
_BYTES = 4_000_000
"""A task has so many documents, or fewer that have so many bytes."""

Runs = Sequence[tuple[str, pa.RecordBatch]]
"""Rows of one table, in pieces, each with the id of its document."""


class Case(NamedTuple):
    """What belongs to one document; ``found`` is its source, decoded or not, None if there is none."""

    record: DocumentRecord
    found: RawItem | Page | None
    removals: Runs
    repairs: Runs


class _Setup(NamedTuple):
    clean: bytes
    config: bytes
    page_form: str | None


class _Document(NamedTuple):
    record: DocumentRecord
    item: RawItem | None
    removals: int
    """How many of the task's rows are its."""
    repairs: int


class _Batch(NamedTuple):
    documents: list[_Document]
    removals: bytes
    repairs: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode_batch = msgspec.msgpack.Decoder(_Batch).decode
_decode_judged = msgspec.msgpack.Decoder(list[Judged]).decode


def worth_workers(clean: Path, jobs: int) -> Config | None:
    """The settings of the run that made *clean*, with the number of worker processes; None if they do not pay.

    Args:
        jobs: at most so many; 0 for one a core.

    Raises:
        InputError: *clean* is not the output of a finished run.
    """
    config, documents = run_config(clean), run_documents(clean)
    most = config.engine.memory_bytes // _LEAST_MEMORY - 1
    wanted = min(jobs or cores(), most, documents // _WORTH_A_WORKER)
    return replace(config, jobs=wanted) if wanted > 1 else None


def sources_of(raw: Path, settings: Config) -> Iterator[RawItem | Failure]:
    """What is read below *raw*, not decoded, as the run with *settings* read it."""
    return read_sources(raw, replace(settings.read, urls=None))  # addresses are on record; their table may be gone


def in_this_process(clean: Path, cases: Iterable[Case], page_form: str | None) -> Iterator[Judged]:
    """What is to say about each of *cases*, whose sources are decoded, in their order."""
    for case in cases:
        assert not isinstance(case.found, RawItem)
        removals = rows_of((run for _, run in case.removals), RemovalRow)
        repairs = rows_of((run for _, run in case.repairs), RepairRow)
        yield judge(clean, case.record, case.found, removals, repairs, page_form=page_form)


def by_workers(clean: Path, cases: Iterable[Case], page_form: str | None, *, settings: Config) -> Iterator[Judged]:
    """The same from ``settings.jobs`` worker processes, which also decode the sources.

    Raises:
        InstallationError: a worker cannot start.
    """
    setup = _Setup(os.fsencode(clean.absolute()), encode_config(settings), page_form)
    engine = settings.engine
    memory = min(engine.worker_memory_bytes, engine.memory_bytes // (settings.jobs + 1))
    limits = Limits(engine.page_cpu_s * _DOCUMENTS, engine.page_wall_s * _DOCUMENTS, memory)
    tasks = (Task([case.record.id for case in batch], _pack(batch)) for batch in _batches(cases))
    for outcome in run_tasks(tasks, "cleaner.verify.sharing:judge_of", _encode(setup), settings.jobs, limits):
        if isinstance(outcome, Done):
            yield from _decode_judged(outcome.reply)
        else:
            for doc_id in outcome.task.key:
                yield Judged([(doc_id, "unchecked", f"the check ended: {outcome.detail}.", 0)])


def judge_of(setup: bytes) -> Callable[[bytes], bytes]:
    """What a worker does."""
    known = msgspec.msgpack.decode(setup, type=_Setup)
    clean, config = Path(os.fsdecode(known.clean)), decode_config(known.config)

    def work(payload: bytes) -> bytes:
        batch = _decode_batch(payload)
        removals = iter(_unpack(REMOVALS, batch.removals, RemovalRow))
        repairs = iter(_unpack(REPAIRS, batch.repairs, RepairRow))
        found: list[Judged] = []
        for document in batch.documents:
            page = None if document.item is None else decode(document.item, config.read)
            judged = judge(
                clean,
                document.record,
                None if isinstance(page, Failure) else page,
                list(islice(removals, document.removals)),
                list(islice(repairs, document.repairs)),
                page_form=known.page_form,
            )
            if isinstance(page, Failure):
                judged.differs(document.record.id, "source", "the document has no readable source.")
            found.append(judged)
        return _encode(found)

    return work


def _batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    batch: list[Case] = []
    size = 0
    for case in cases:
        batch.append(case)
        size += len(case.record.text) + (len(case.found.payload) if isinstance(case.found, RawItem) else 0)
        if len(batch) == _DOCUMENTS or size > _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pack(batch: Sequence[Case]) -> bytes:
    documents = [
        _Document(case.record, _item(case.found), _count(case.removals), _count(case.repairs)) for case in batch
    ]
    removals = [run for case in batch for _, run in case.removals]
    repairs = [run for case in batch for _, run in case.repairs]
    return _encode(_Batch(documents, _pack_runs(removals), _pack_runs(repairs)))


def _item(found: RawItem | Page | None) -> RawItem | None:
    return found.item if isinstance(found, Page) else found


def _count(runs: Runs) -> int:
    return sum(run.num_rows for _, run in runs)


def _pack_runs(runs: Sequence[pa.RecordBatch]) -> bytes:
    return pack_batch(pa.Table.from_batches(runs).combine_chunks().to_batches()[0]) if runs else b""


def _unpack(table: Table, data: bytes, shape: Callable[..., Row]) -> list[Row]:
    return rows_of([unpack_batch(table, data)], shape) if data else []
