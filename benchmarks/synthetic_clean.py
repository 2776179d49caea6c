"""A ``clean/`` of any size, written at once, in the shape that a run leaves: what the report is made of, and no more.

The texts are rows of a few thousand made-up words; sites, lengths and clusters are as unequal as they are on the web.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.boilerplate.rules import RULES
from cleaner.config import Config, Write
from cleaner.engine.atomic import replacing, write_if_changed
from cleaner.model import TEXT_REASONS, Reason, Source
from cleaner.writing.corpus import LINES
from cleaner.writing.rows import STAGE_OF
from cleaner.writing.schemas import CLUSTERS, DOCUMENT_RELATIONS, DOCUMENTS, FAILURES, REMOVALS, REPAIRS, Table
from cleaner.writing.summary import RUN, encode_run, run_record
from cleaner.writing.tables import TableWriter, document_batch, table_file
from cleaner.writing.tally import Tally
from cleaner.writing.wire import BlockRecord, DocumentMetadata, DocumentRecord, SegmentRecord, encode_line

_AT_ONCE = 20_000
_REASONS: dict[Reason, float] = {
    "markup": 0.5, "script": 0.06, "whitespace": 0.2, "control": 0.001, "boilerplate": 0.2, "template": 0.034,
    "near-duplicate": 0.005,
}  # fmt: skip
_STATUSES = ("ok", "ok", "ok", "ok", "ok", "ok", "ok", "listing", "empty", "short", "duplicate", "consent-wall")
_WIRES = ("AP", "Reuters", "AFP", "dpa", "CNBC", "Bloomberg", "PTI", "Xinhua")
_FAILED = ("not_a_page", "not_a_page", "damaged_container", "timeout", "too_large", "refused")
_POOL_CHARS = 4_000_000
_REPAIRS = 3
"""A document."""


class Shape(NamedTuple):
    """How much of what."""

    documents: int
    removals: float = 20.0
    """A document."""
    form: str = "jsonl"
    largest: float = 0.01
    """Of all documents, in the largest cluster."""
    seed: int = 20_261_122

    @property
    def sites(self) -> int:
        """More, but not in proportion, where there are more pages."""
        return max(2, int(12 * self.documents**0.45))


def make_clean(clean: Path, shape: Shape) -> None:
    """Once it returns, *clean* holds the tables, the documents and ``run.json`` of *shape*."""
    clean.mkdir(parents=True)
    draw = np.random.default_rng(shape.seed)
    pool = _words(draw)
    # A few sites have most pages; pages of a site stand together, as their files do.
    shares = 1 / np.arange(1, shape.sites + 1) ** 1.1
    site = np.sort(draw.choice(shape.sites, shape.documents, p=shares / shares.sum()))
    lengths = np.minimum(draw.lognormal(7.2, 1.1, shape.documents), 60_000).astype(np.int64)
    lengths[draw.random(shape.documents) < 0.02] = 0
    with ExitStack() as files:
        removals = files.enter_context(table_file(clean, REMOVALS))
        repairs = files.enter_context(table_file(clean, REPAIRS))
        table = files.enter_context(table_file(clean, DOCUMENTS)) if shape.form == "parquet" else None
        lines = files.enter_context(replacing(clean / LINES)) if table is None else None
        for first in range(0, shape.documents, _AT_ONCE):
            rows = np.arange(first, min(first + _AT_ONCE, shape.documents))
            ids = [_id(row, site) for row in rows.tolist()]
            gone = _write_removals(removals, draw, ids, shape)
            _write_repairs(repairs, ids)
            records = _records(draw, pool, rows, ids, lengths, gone)
            if table is not None:
                for record in records:
                    table.add_batch(document_batch([record]))
            elif lines is not None:
                lines.writelines(map(encode_line, records))
    _write_clusters(clean, draw, site, lengths, max(2, int(shape.largest * shape.documents)))
    _write_pairs(clean, draw, site)
    _write_failures(clean, draw, shape.documents // 100)
    record = run_record(
        config=Config(write=Write(format="parquet" if shape.form == "parquet" else "jsonl")),
        tally=Tally(),
        used="raw",
        clean=clean,
        generated=[],
        started="2026-01-01T00:00:00Z",
        ended="2026-01-01T00:00:01Z",
        timings={},
    )
    write_if_changed(clean / RUN, encode_run(record))


def _words(draw: np.random.Generator) -> str:
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = np.array(["".join(draw.choice(letters, size)) for size in draw.integers(2, 12, 3_000)])
    return " ".join(words[draw.integers(0, len(words), _POOL_CHARS // 7)].tolist())


def _id(row: int, site: NDArray[np.int64]) -> str:
    return f"site-{site[row]:05d}.example/page-{row:07d}.html"


def _fill(writer: TableWriter, table: Table, **columns: pa.Array) -> None:
    """Adds rows; columns that are not named are null."""
    rows = len(next(iter(columns.values())))
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in table.schema
    ]
    writer.add_batch(pa.record_batch(arrays, schema=table.schema))


def _write_removals(
    writer: TableWriter, draw: np.random.Generator, ids: list[str], shape: Shape
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The source code points that go with each document, and the visible characters among them."""
    counts = draw.poisson(shape.removals, len(ids))
    of = np.repeat(np.arange(len(ids)), counts)
    reasons = list(_REASONS)
    reason = draw.choice(len(reasons), len(of), p=np.array(list(_REASONS.values())) / sum(_REASONS.values()))
    names = [f"{why}/{rule}" for why in reasons for rule in (_rules(why))]
    first = np.cumsum([0, *(len(_rules(why)) for why in reasons)])
    # A few rules take most.
    rule = first[reason] + (np.diff(first)[reason] * draw.random(len(of)) ** 3).astype(np.int64)
    spans = 1 + draw.gamma(0.6, 150, len(of)).astype(np.int64)
    ends = np.cumsum(spans)
    begins = ends - spans
    begins -= begins[np.repeat(np.cumsum(counts) - counts, counts)]
    shows = np.isin(reason, [reasons.index(why) for why in TEXT_REASONS])
    visible = np.where(shows, np.maximum(1, spans // 2), 0)
    is_copy = reason == reasons.index("near-duplicate")
    names_of = pa.array(names)
    _fill(
        writer,
        REMOVALS,
        doc_id=pa.array(ids).take(pa.array(of)),
        stage=pa.array([STAGE_OF[why] for why in reasons]).take(pa.array(reason)),
        rule=pa.array([name.partition("/")[2] for name in names]).take(pa.array(rule)),
        start=pa.array(begins),
        end=pa.array(begins + spans),
        visible_chars=pa.array(visible, mask=~shows),
        text_sha256=pa.array(names_of.take(pa.array(rule)), mask=~shows),
        kept_doc_id=pa.array(np.array(ids)[draw.integers(0, len(ids), len(of))], mask=~is_copy),
        reason=pa.array(reasons).take(pa.array(reason)),
    )
    return (
        np.bincount(of, spans, len(ids)).astype(np.int64),
        np.bincount(of, visible, len(ids)).astype(np.int64),
    )


def _rules(reason: str) -> list[str]:
    return [rule for rule in RULES if rule != "site-template"] if reason == "boilerplate" else [f"{reason}-rule"]


def _write_repairs(writer: TableWriter, ids: list[str]) -> None:
    of = pa.array(np.repeat(np.arange(len(ids)), _REPAIRS))
    rows = len(of)
    place = pa.array(np.tile(np.arange(_REPAIRS), len(ids)))
    kinds = pa.array(["entity", "whitespace", "layout"]).take(place)
    _fill(
        writer, REPAIRS, doc_id=pa.array(ids).take(of), start=place, end=place, kind=kinds, text=pa.array([" "] * rows)
    )


def _records(
    draw: np.random.Generator,
    pool: str,
    rows: NDArray[np.int64],
    ids: list[str],
    lengths: NDArray[np.int64],
    gone: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Iterator[DocumentRecord]:
    places = draw.integers(0, len(pool) - int(lengths.max()), len(rows)).tolist()
    confidences = draw.beta(8, 2, len(rows)).round(6).tolist()
    statuses = draw.integers(0, len(_STATUSES), len(rows)).tolist()
    sizes = zip(lengths[rows].tolist(), gone[0].tolist(), gone[1].tolist(), strict=True)
    for row, doc_id, place, confidence, status, (length, lost, seen) in zip(
        rows.tolist(), ids, places, confidences, statuses, sizes, strict=True
    ):
        edges = [*range(0, length, 400), length] if length else []
        parts = list(pairwise(edges))
        is_known = row % 50 != 0
        known = DocumentMetadata(
            url=f"https://{doc_id}" if is_known else None,
            url_source="canonical" if is_known else None,
            site=doc_id.partition("/")[0] if is_known else None,
            site_name=None,
            title=f"Page {row} of the corpus",
            author=None,
            date="2026-01-02",
            date_source="meta",
            lang="en",
            license=None,
            kind="html",
            encoding="utf-8",
            encoding_source="header",
            replaced=0,
            warc_record_id=None,
            raw_path=doc_id,
            raw_member=0,
            raw_sha256="0" * 64,
            source_length=length + lost,
            visible_length=length + seen,
            extractor="learned",
            confidence=confidence,
            status=_STATUSES[status] if length else "empty",
            reason=None,
            duplicate_of=None,
            syndication=None,
            notes=(),
            segments=tuple(SegmentRecord(start, end, start, end) for start, end in parts),
            blocks=tuple(BlockRecord(start, end, "paragraph", 0) for start, end in parts),
        )
        yield DocumentRecord(doc_id, pool[place : place + length], "web", None, "2026-01-02", known)


def _write_clusters(
    clean: Path, draw: np.random.Generator, site: NDArray[np.int64], lengths: NDArray[np.int64], largest: int
) -> None:
    """A cluster for each five documents, most of a few copies."""
    texts = np.flatnonzero(lengths > 0)
    sizes = np.minimum(2 + draw.pareto(1.2, len(lengths) // 5), largest).astype(np.int64)
    sizes[len(sizes) // 2] = largest
    with table_file(clean, CLUSTERS) as writer:
        for first in range(0, len(sizes), _AT_ONCE):
            some = sizes[first : first + _AT_ONCE]
            number = np.repeat(np.arange(len(some)), some)
            member = texts[draw.integers(0, len(texts), len(number))]
            order = np.lexsort((member, number))
            member = member[order]
            starts = np.cumsum(some) - some
            n_sites = np.bincount(np.unique(np.column_stack([number, site[member]]), axis=0)[:, 0], minlength=len(some))
            wire = draw.integers(0, 8 * len(_WIRES), len(some))
            ids = pa.array([_id(row, site) for row in member.tolist()])
            names = pa.array([f"{ids[start]}:0" for start in starts.tolist()])
            is_first = np.zeros(len(number), dtype=bool)
            is_first[starts] = True
            of = pa.array(number)
            _fill(
                writer,
                CLUSTERS,
                cluster_id=names.take(of),
                doc_id=ids,
                start=pa.array(np.zeros(len(number), dtype=np.int64)),
                end=pa.array(np.minimum(lengths[member], 400)),
                is_canonical=pa.array(is_first),
                canonical_rule=pa.array(["earliest"] * len(number)),
                n_sites=pa.array(n_sites).take(of),
                wire=pa.array([*_WIRES, None]).take(pa.array(np.minimum(wire, len(_WIRES)))).take(of),
            )


def _write_pairs(clean: Path, draw: np.random.Generator, site: NDArray[np.int64]) -> None:
    count = len(site) // 4
    pairs = draw.integers(0, len(site), (2, count))
    with table_file(clean, DOCUMENT_RELATIONS) as writer:
        _fill(
            writer,
            DOCUMENT_RELATIONS,
            kind=pa.array(["copy", "revised", "excerpt"]).take(pa.array(draw.integers(0, 3, count))),
            doc_a=pa.array([_id(row, site) for row in pairs[0].tolist()]),
            doc_b=pa.array([_id(row, site) for row in pairs[1].tolist()]),
            jaccard=pa.array(draw.random(count)),
            containment=pa.array(draw.random(count)),
        )


def _write_failures(clean: Path, draw: np.random.Generator, count: int) -> None:
    nothing = pa.array(np.zeros(count, dtype=np.int64))
    names = [Source(f"broken/{number:07d}.bin").id for number in range(count)]
    with table_file(clean, FAILURES) as writer:
        _fill(
            writer,
            FAILURES,
            source_id=pa.array(names),
            path=pa.array(names),
            member=nothing,
            stage=pa.array(["read"] * count),
            kind=pa.array(_FAILED).take(pa.array(draw.integers(0, len(_FAILED), count))),
            detail=pa.array([f"it was broken at byte {number}" for number in range(count)]),
            start=nothing,
            end=nothing,
        )
