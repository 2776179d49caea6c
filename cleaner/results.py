"""The results of pass 1 on their way to pass 3: shards on disk, and where each page's result is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from cleaner.draft import unpack
from cleaner.engine.journal import Journal
from cleaner.engine.shards import ShardRow, read_column, shard_path, write_shard
from cleaner.engine.stored_index import Stored, write_index
from cleaner.model import Failure, Source

_SHARD_BYTES = 64_000_000


class Place(NamedTuple):
    """Where a page's result is; sorts in reading order."""

    source: Source
    shard: str
    row: int
    is_document: bool


class Results:
    """What pass 1 found, new or taken over from an earlier run."""

    def __init__(self, store: Path, journal: Journal, shard_pages: int, force: bool) -> None:
        self.failures: list[Failure] = []
        """Of sources that became no draft; pass 3 may add to them."""
        self.reused = 0
        """How many results an earlier run had."""
        self._store = store
        self._journal = journal
        self._shard_pages = shard_pages
        self._force = force
        self._places: list[Place] = []
        self._waiting: list[ShardRow] = []
        self._waiting_bytes = 0

    @property
    def count(self) -> int:
        """Sources seen so far."""
        return len(self._places) + len(self._waiting) + len(self.failures)

    def take_over(self, source: Source, digest: str) -> bool:
        """Whether an earlier run did this page, whose result is then used again."""
        found = None if self._force else self._journal.find(source.path, source.member, digest)
        if found is None:
            return False
        self._places.append(Place(source, *found, is_document=True))
        self.reused += 1
        return True

    def add(self, source: Source, digest: str, record: bytes, signed: bytes) -> None:
        """Stores a new result; *signed* is empty for a failure."""
        self._waiting.append(ShardRow(source.path, source.member, digest, record, signed))
        self._waiting_bytes += len(record) + len(signed)
        if len(self._waiting) >= self._shard_pages or self._waiting_bytes >= _SHARD_BYTES:
            self._write()

    def close(self) -> None:
        """Writes what waits and puts everything in reading order."""
        if self._waiting:
            self._write()
        self._places.sort()
        self._shards = {place.shard for place in self._places}

    def signed(self) -> Iterator[bytes]:
        """What the corpus pass needs of each document, in reading order; failures among the results are set apart."""
        places = []
        for place, cell in self._cells("passages"):
            places.append(place._replace(is_document=bool(cell)))
            if cell:
                yield cell
        self._places = places
        self.failures += [failure for _, record in self._failed() if isinstance(failure := unpack(record), Failure)]
        self._places = [place for place in places if place.is_document]

    def records(self) -> Iterator[tuple[Source, bytes]]:
        """The packed drafts in reading order, once ``signed`` is through."""
        return ((place.source, cell) for place, cell in self._cells("record"))

    def keep_index(self) -> None:
        """Notes where each document's signed passages are, for runs that compare theirs with them.

        Raises:
            OutputFull: it could not be written.
        """
        write_index(self._store, (Stored(place.source.id, place.shard, place.row) for place in self._places))

    def prune(self) -> None:
        """Forgets the results of earlier runs that this one had no use for."""
        self._journal.prune(self._shards)

    def _failed(self) -> Iterator[tuple[Place, bytes]]:
        return self._cells_of("record", [place for place in self._places if not place.is_document])

    def _cells(self, column: str) -> Iterator[tuple[Place, bytes]]:
        return self._cells_of(column, self._places)

    def _cells_of(self, column: str, places: list[Place]) -> Iterator[tuple[Place, bytes]]:
        for shard, group in groupby(places, key=lambda place: place.shard):
            here = list(group)
            path = shard_path(self._store, shard)
            yield from zip(here, read_column(path, column, [place.row for place in here]), strict=True)  # type: ignore[arg-type]

    def _write(self) -> None:
        shard = write_shard(self._store, self._waiting)
        self._journal.append(shard)
        for row, result in enumerate(self._waiting):
            self._places.append(Place(Source(result.path, result.member), shard.name, row, is_document=True))
        self._waiting = []
        self._waiting_bytes = 0
