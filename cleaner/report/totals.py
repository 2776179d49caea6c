"""Everything counted that the report states: one pass over the tables, some 70 bytes a page, whatever its length."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

from cleaner.model import TEXT_REASONS
from cleaner.report.page_facts import PageFacts, page_facts
from cleaner.writing.corpus import record_batches
from cleaner.writing.schemas import FAILURES, REMOVALS, REPAIRS
from cleaner.writing.tally import Tally

_POOL = 4
"""Pages that are remembered for each rule."""
MOST_CHARS = 2_000_000
"""Of the source of a page that is chosen to be shown: a view is for reading."""
MOST_RECORDS = 2_000
"""Of a container that pages are chosen from: to find a record all before it are read."""


class Candidate(NamedTuple):
    """A page that could be shown for a rule; the smallest is the first choice."""

    key: int
    """A digest of its id, so that the choice leans on nothing else."""
    row: int
    kept_doc_id: str | None
    """What it is a near-duplicate of, where it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Counts over the whole corpus, and columns with one row a document, in reading order."""

    tally: Tally
    sites: tuple[str | None, ...]
    """By the number that ``site`` has."""
    site: NDArray[np.int32]
    source_chars: NDArray[np.int64]
    visible_chars: NDArray[np.int64]
    """What a reader of each page sees."""
    clean_chars: NDArray[np.int64]
    confidence: NDArray[np.float32]
    """NaN where there is none."""
    gone: Mapping[str, NDArray[np.int64]]
    """Visible characters removed, by each reason for which text goes."""
    member: NDArray[np.int64]
    """Of the record in its container; 0 for a file."""
    keys: NDArray[np.uint64]
    pools: Mapping[tuple[str, str], list[Candidate]]
    """Some pages that can be shown for each reason for which text goes, and rule, best first."""

    @property
    def kept_chars(self) -> NDArray[np.int64]:
        """Visible characters that were kept of each page."""
        return self.visible_chars - sum(self.gone.values(), np.zeros(len(self.site), dtype=np.int64))


@dataclass(slots=True)
class _Columns:
    site: array[int] = field(default_factory=lambda: array("i"))
    source_chars: array[int] = field(default_factory=lambda: array("q"))
    visible_chars: array[int] = field(default_factory=lambda: array("q"))
    clean_chars: array[int] = field(default_factory=lambda: array("q"))
    confidence: array[float] = field(default_factory=lambda: array("f"))
    member: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("Q"))
    gone: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("q") for _ in TEXT_REASONS))

    def add(self, facts: PageFacts, site: int, gone: Mapping[str, int]) -> int:
        """The key of the page, once its row is there."""
        key = xxhash.xxh3_64_intdigest(facts.id.encode("utf-8", "surrogatepass"))
        self.site.append(site)
        self.source_chars.append(facts.source_chars)
        self.visible_chars.append(facts.visible_chars)
        self.clean_chars.append(facts.clean_chars)
        self.confidence.append(float("nan") if facts.confidence is None else facts.confidence)
        self.member.append(facts.member)
        self.keys.append(key)
        for reason, column in zip(TEXT_REASONS, self.gone, strict=True):
            column.append(gone.get(reason, 0))
        return key


def read_totals(clean: Path) -> Totals:
    """The totals of *clean*.

    Raises:
        InputError: *clean* lacks a table, or one is damaged.
    """
    tally = Tally()
    sites: dict[str | None, int] = {}
    columns = _Columns()
    pools: dict[tuple[str, str], list[tuple[int, int, str | None]]] = {}
    removed = _RemovalsInStep(clean, tally)
    for row, facts in enumerate(page_facts(clean)):
        tally.source_chars += facts.source_chars
        tally.visible_chars += facts.visible_chars
        tally.clean_chars += facts.clean_chars
        tally.statuses[facts.status] += 1
        found = removed.take(facts.id)
        key = columns.add(facts, sites.setdefault(facts.site, len(sites)), found.chars)
        for rule in found.rules if facts.source_chars <= MOST_CHARS and facts.member <= MOST_RECORDS else ():
            _remember(pools.setdefault(rule, []), Candidate(key, row, found.kept_doc_id))
    removed.finish()
    _count(tally.repairs, clean, REPAIRS.name)
    _count(tally.failures, clean, FAILURES.name)
    return Totals(
        tally,
        tuple(sites),
        site=np.asarray(columns.site, dtype=np.int32),
        source_chars=np.asarray(columns.source_chars, dtype=np.int64),
        visible_chars=np.asarray(columns.visible_chars, dtype=np.int64),
        clean_chars=np.asarray(columns.clean_chars, dtype=np.int64),
        confidence=np.asarray(columns.confidence, dtype=np.float32),
        gone=dict(zip(TEXT_REASONS, (np.asarray(column, dtype=np.int64) for column in columns.gone), strict=True)),
        member=np.asarray(columns.member, dtype=np.int64),
        keys=np.asarray(columns.keys, dtype=np.uint64),
        pools={rule: sorted(Candidate(-key, -at, kept) for key, at, kept in pools[rule]) for rule in sorted(pools)},
    )


def _remember(pool: list[tuple[int, int, str | None]], page: Candidate) -> None:
    """*page* is in *pool*, a heap with the largest key on top, if it is one of the smallest."""
    entry = (-page.key, -page.row, page.kept_doc_id)
    if len(pool) < _POOL:
        heapq.heappush(pool, entry)
    elif entry[:2] > pool[0][:2]:
        heapq.heapreplace(pool, entry)


def _count(counter: Counter[str], clean: Path, table: str) -> None:
    """Adds up the column ``kind`` of a table."""
    for batch in record_batches(clean, {REPAIRS.name: REPAIRS, FAILURES.name: FAILURES}[table], ["kind"]):
        for found in batch.column("kind").value_counts().to_pylist():
            counter[found["values"]] += found["counts"]


class _Removed(NamedTuple):
    """What went from one document."""

    doc_id: str
    chars: dict[str, int]
    """Visible ones, by reason."""
    rules: set[tuple[str, str]]
    kept_doc_id: str | None


class _RemovalsInStep:
    """The removals, summed up document by document in the order of the documents, and over all of them in a tally."""

    def __init__(self, clean: Path, tally: Tally) -> None:
        self._tally = tally
        self._sums = self._documents(clean)
        self._waiting = next(self._sums, None)

    def take(self, doc_id: str) -> _Removed:
        """What went from *doc_id*; documents without a removal have no rows."""
        found = self._waiting
        if found is None or found.doc_id != doc_id:
            return _Removed(doc_id, {}, set(), None)
        self._waiting = next(self._sums, None)
        return found

    def finish(self) -> None:
        """Counts the rows of documents that are not there, too."""
        for _ in self._sums:
            pass

    def _documents(self, clean: Path) -> Iterator[_Removed]:
        """A document's rows may be spread over batches."""
        held: _Removed | None = None
        columns = ["doc_id", "reason", "rule", "start", "end", "visible_chars", "kept_doc_id"]
        for batch in record_batches(clean, REMOVALS, columns, encoded=columns[:3]):
            for found in self._of_batch(batch):
                if held is None:
                    held = found
                elif held.doc_id == found.doc_id:
                    chars = Counter(held.chars) + Counter(found.chars)
                    held = _Removed(held.doc_id, chars, held.rules | found.rules, held.kept_doc_id or found.kept_doc_id)
                else:
                    yield held
                    held = found
        if held is not None:
            yield held

    def _of_batch(self, batch: pa.RecordBatch) -> Iterator[_Removed]:
        ids, docs = _encoded(batch.column("doc_id"))
        reasons, reason = _encoded(batch.column("reason"))
        rules, rule = _encoded(batch.column("rule"))
        source_chars = batch.column("end").to_numpy() - batch.column("start").to_numpy()
        chars = batch.column("visible_chars").fill_null(0).to_numpy()
        pair = reason * len(rules) + rule
        pairs = [(why, name) for why in reasons for name in rules]
        spans = np.bincount(pair, minlength=len(pairs)).tolist()
        source_sums, sums = (
            np.bincount(pair, weights=lengths, minlength=len(pairs)).tolist() for lengths in (source_chars, chars)
        )
        for name, count, source_sum, total in zip(pairs, spans, source_sums, sums, strict=True):
            if count:
                self._tally.removals[name] += count
                self._tally.removed_source_chars[name] += int(source_sum)
                if name[0] in TEXT_REASONS:
                    self._tally.removed_chars[name] += int(total)
        firsts = np.flatnonzero(np.diff(docs, prepend=-1))
        run = np.cumsum(np.diff(docs, prepend=-1) != 0) - 1
        shown = np.isin(reason, [at for at, why in enumerate(reasons) if why in TEXT_REASONS])
        places, inverse = np.unique(run[shown] * len(pairs) + pair[shown], return_inverse=True)
        totals = np.bincount(inverse, weights=chars[shown], minlength=len(places)).astype(np.int64).tolist()
        kept: dict[int, str] = {}
        column = batch.column("kept_doc_id")
        for at in np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False)).tolist():
            kept.setdefault(int(run[at]), column[at].as_py())
        of_run: dict[int, list[tuple[tuple[str, str], int]]] = {}
        for place, total in zip(places.tolist(), totals, strict=True):
            of_run.setdefault(place // len(pairs), []).append((pairs[place % len(pairs)], total))
        for number, doc in enumerate(docs[firsts].tolist()):
            gone = of_run.get(number, [])
            by_reason: Counter[str] = Counter()
            for (why, _), total in gone:
                by_reason[why] += total
            yield _Removed(ids[doc], by_reason, {name for name, _ in gone}, kept.get(number))


def _encoded(column: pa.Array) -> tuple[list[str], NDArray[np.int64]]:
    """The values of *column*, a dictionary, and for each row which of them it has."""
    return column.dictionary.to_pylist(), column.indices.to_numpy().astype(np.int64)
