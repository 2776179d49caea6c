"""Which pages are done, so that a second run does only the rest.

``journal.jsonl`` has one line per finished shard, written when the shard is on disk and never before. Nothing in it is
trusted further than it can be checked: a line that a crash cut off, a shard that is gone or reads otherwise, or work
of another version or other settings all count as not done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from cleaner.engine.atomic import append_durably, cut_to, make_folder, output_errors, remove, replacing
from cleaner.engine.row_index import RowIndex
from cleaner.engine.shards import Key, Shard, shard_name, shard_path

_ROWS_PER_SHARD = 1 << 32
"""A row's place as one number: the shard's number times this, plus the row."""


class _Entry(msgspec.Struct, frozen=True):
    """One line."""

    fingerprint: str
    shard: str
    sha256: str
    rows: list[Key]


class Journal:
    """The finished shards of the store in *folder* that were made under *fingerprint*.

    Only the holder of the output's lock may open it. ``skipped`` counts lines of other fingerprints, and ``damaged``
    lines and shards that cannot be relied on.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Read what is there and check every shard's digest.

        Raises:
            OutputFull: it could not be read, or a torn line could not be cut off.
        """
        self._folder = folder
        self._path = folder / "journal.jsonl"
        self._fingerprint = fingerprint
        make_folder(folder)
        self._cut_torn_line()
        self._load()

    @property
    def shards(self) -> tuple[str, ...]:
        """The names of the shards that can be relied on, oldest first."""
        return tuple(self._names)

    def find(self, path: str, member: int, sha256: str) -> tuple[str, int] | None:
        """The shard and the row of this page's result, the latest if there are several; None if it is not done."""
        place = self._index.find(_text_of((path, member, sha256)))
        if place is None:
            return None
        number, row = divmod(place, _ROWS_PER_SHARD)
        return self._names[number], row

    def append(self, shard: Shard) -> None:
        """Note that *shard*, which is on disk, is finished.

        Raises:
            OutputFull: the note could not be written; the shard counts as not done.
        """
        entry = _Entry(self._fingerprint, shard.name, shard.sha256, list(shard.keys))
        append_durably(self._path, msgspec.json.encode(entry) + b"\n")
        self._enter(entry)

    def prune(self, used: Collection[str]) -> None:
        """Forget all shards but those *used*, and delete their files.

        Raises:
            OutputFull: the journal could not be rewritten; then it is as before.
        """
        keep = set(used) & set(self._names)
        with replacing(self._path) as file:
            for line, entry in self._lines():
                if entry is not None and entry.fingerprint == self._fingerprint and entry.shard in keep:
                    file.write(line)
        folder = shard_path(self._folder, "")
        with output_errors(folder, "read"):
            there = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in there:
            if path.suffix == ".parquet" and path.name not in keep:
                remove(path)
        self._load(already_checked=keep)

    def _load(self, already_checked: Collection[str] = ()) -> None:
        self._names: list[str] = []
        self._index = RowIndex()
        self.skipped = self.damaged = 0
        for _, entry in self._lines():
            if entry is None:
                self.damaged += 1
            elif entry.fingerprint != self._fingerprint:
                self.skipped += 1
            elif entry.shard in already_checked or self._is_sound(entry):
                self._enter(entry)
            else:
                self.damaged += 1

    def _lines(self) -> Iterator[tuple[bytes, _Entry | None]]:
        """Each line and what it says, None if it makes no sense."""
        if not self._path.exists():
            return
        decoder = msgspec.json.Decoder(_Entry)
        with output_errors(self._path, "read"), self._path.open("rb") as file:
            for line in file:
                try:
                    yield line, decoder.decode(line)
                except msgspec.DecodeError:
                    yield line, None

    def _is_sound(self, entry: _Entry) -> bool:
        """Whether the entry's shard is there and reads as it was written."""
        if entry.shard != shard_name(entry.sha256):
            return False  # a name from elsewhere could lead out of the folder
        try:
            with shard_path(self._folder, entry.shard).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256
        except OSError:
            return False

    def _enter(self, entry: _Entry) -> None:
        base = len(self._names) * _ROWS_PER_SHARD
        self._names.append(entry.shard)
        for row, key in enumerate(entry.rows):
            self._index.add(_text_of(key), base + row)

    def _cut_torn_line(self) -> None:
        """Let the journal end with a whole line, so that the next one stands alone."""
        if not self._path.exists():
            return
        end = whole = 0
        with output_errors(self._path, "read"), self._path.open("rb") as file:
            for line in file:
                end += len(line)
                if line.endswith(b"\n"):
                    whole = end
        if whole < end:
            cut_to(self._path, whole)


def _text_of(key: Key) -> str:
    path, member, sha256 = key
    return f"{sha256} {member} {path}"
