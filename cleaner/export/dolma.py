"""Dolma's layout: documents, and attributes beside them that a mixer can filter and cut by.

Attributes are spans ``[start, end, score]`` of a document's text: ``cleaner__copied`` is text whose canonical copy
stands in another document (score 1), ``cleaner__syndicated`` text that other documents have, too (score: documents),
``cleaner__duplicate_document`` the whole text of a copy, ``cleaner__confidence`` the whole text with the word F1 that
its extraction promises.

Source: https://github.com/allenai/dolma/blob/main/docs/data-format.md
"""

from __future__ import annotations

import gzip
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, groupby, islice
from operator import attrgetter
from pathlib import Path

import msgspec
import numpy as np

from cleaner.engine.atomic import make_folder, replacing
from cleaner.ledger import text_span
from cleaner.writing.corpus import DocumentIndex, open_documents, read_rows
from cleaner.writing.schemas import CLUSTERS
from cleaner.writing.wire import ClusterRow, DocumentRecord, encode_line

_FILE_DOCUMENTS = 50_000
NAME = "cleaner"

Spans = list[tuple[int, int, float]]


def dolma_files(clean: Path, target: Path) -> Iterator[Path]:
    """``documents/00000.jsonl.gz`` ... and ``attributes/cleaner/00000.jsonl.gz`` ..., line by line alike."""
    places = {"documents": target / "documents", "attributes": target / "attributes" / NAME}
    for folder in places.values():
        make_folder(folder)
    documents = open_documents(clean)
    copies = _CopiedSpans(clean, DocumentIndex(documents))
    numbered = enumerate(documents)
    for number in range(1_000_000):
        batch = islice(numbered, _FILE_DOCUMENTS)
        first = next(batch, None)
        if first is None:
            return
        paths = [folder / f"{number:05d}.jsonl.gz" for folder in places.values()]
        with _packed(paths[0]) as lines, _packed(paths[1]) as attributes:
            for row, record in chain([first], batch):
                lines.write(encode_line(record))
                attributes.write(_attributes(record, copies.of(row, record)))
        yield from paths


@contextmanager
def _packed(path: Path) -> Iterator[gzip.GzipFile]:
    """A gzip file without name and time in its header: the same lines give the same bytes."""
    with replacing(path) as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        yield packed


def _attributes(record: DocumentRecord, spans: dict[str, Spans]) -> bytes:
    known = record.metadata
    whole = len(record.text)
    if known.duplicate_of is not None:
        spans["duplicate_document"] = [(0, whole, 1.0)]
    if known.confidence is not None:
        spans["confidence"] = [(0, whole, known.confidence)]
    named = {f"{NAME}__{name}": values for name, values in sorted(spans.items())}
    return msgspec.json.encode({"id": record.id, "source": record.source, "attributes": named}) + b"\n"


class _CopiedSpans:
    """What clusters say of each document, in 29 bytes a passage."""

    def __init__(self, clean: Path, index: DocumentIndex) -> None:
        rows, starts, ends, sizes, firsts = array("q"), array("q"), array("q"), array("q"), array("b")
        for _, members in groupby(read_rows(clean, CLUSTERS, ClusterRow), key=attrgetter("cluster_id")):
            cluster = list(members)
            for member in cluster:
                row = index.row(member.doc_id)
                if row is not None:  # not of another corpus
                    rows.append(row)
                    starts.append(member.start)
                    ends.append(member.end)
                    sizes.append(len({member.doc_id for member in cluster}))
                    firsts.append(member.is_canonical)
        columns = [np.array(column, dtype=np.int64) for column in (rows, starts, ends, sizes, firsts)]
        order = np.lexsort((columns[2], columns[1], columns[0]))
        self._rows, self._starts, self._ends, self._sizes, self._firsts = (column[order] for column in columns)

    def of(self, row: int, record: DocumentRecord) -> dict[str, Spans]:
        """The spans of the *row*-th document by attribute; empty where there is none."""
        first, last = np.searchsorted(self._rows, [row, row + 1]).tolist()
        segments = record.text_segments()
        places = [segment.source_start for segment in segments]
        found: dict[str, Spans] = {"copied": [], "syndicated": []}
        for at in range(first, last):
            span = text_span(segments, places, int(self._starts[at]), int(self._ends[at]))
            if len(span):
                found["syndicated"].append((span.start, span.end, float(self._sizes[at])))
                if not self._firsts[at]:
                    found["copied"].append((span.start, span.end, 1.0))
        return found
