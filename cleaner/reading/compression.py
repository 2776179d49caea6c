"""Decompressed streams that know how far they can be trusted.

Libraries take a truncated gzip or zstd file for a short one and stop at the first damaged member. Here damage is an
event (``Damaged``) that names its cause, after every byte before it was handed out, and ``resync`` goes on at the next
member that decompresses to what is looked for.
"""

from __future__ import annotations

import re
from collections import deque

from cleaner.config import Read
from cleaner.reading.codec import ERRORS, Codec, Member
from cleaner.reading.window import CHUNK, Damaged, PlainStream, Window
from cleaner.wording import counted

_HISTORY = 1 << 20
"""Compressed bytes kept for ``resync``: a damaged member may run on into its neighbours before it is noticed."""

_INPUT = 1 << 11
"""Compressed bytes per step; what a step would have yielded before it met damage is lost with it, so it is small."""

_LARGEST_BLOCK = 1 << 18
"""Compressed bytes after which the first output must have come (zstd: one block of 128 KiB; bzip2 may take longer)."""

_MAX_FALSE_STARTS = 1_000
_MAX_MEMBERS_REMEMBERED = 1 << 18


class _Below:
    """The compressed bytes. Damage in them (they may come out of a decompression themselves) reads as their end."""

    def __init__(self, raw: Window) -> None:
        self._raw = raw
        self.damage: Damaged | None = None

    def read(self, size: int, /) -> bytes:
        if self.damage is None:
            try:
                return self._raw.read(size)
            except Damaged as damage:
                self.damage = damage
        return b""


class InflatingStream:
    """The content of all members of a compressed stream, one after the other; a ``ByteStream``."""

    def __init__(self, raw: Window, codec: Codec, config: Read) -> None:
        self._source = raw.stream
        self._below = _Below(raw)
        self._raw = Window(PlainStream(self._below))
        self._codec = codec
        self._config = config
        self._at = 0
        self._produced = 0
        self._member: Member | None = None
        self._member_in = 0
        self._member_out = 0
        self._begins: deque[tuple[int, int]] = deque(maxlen=_MAX_MEMBERS_REMEMBERED)
        self._damage: Damaged | None = None
        self._given_up = False
        self.verified = 0

    def origin(self, at: int, /) -> int:
        """Where in the file the member that holds offset *at* begins; past the last one: how far we are."""
        if at >= self._produced and self._member is None:
            return self._source.origin(self._at)
        while len(self._begins) > 1 and self._begins[1][0] <= at:
            self._begins.popleft()
        return self._source.origin(self._begins[0][1] if self._begins else self._at)

    def read(self, size: int, /) -> bytes:  # noqa: ARG002 (a step has a size of its own)
        """Some bytes, ``CHUNK`` or more as they come; ``b""`` at the end.

        Raises:
            Damaged: the data cannot be read past here.
        """
        pieces: list[bytes] = []
        length = 0
        while length < CHUNK and self._damage is None:
            try:
                piece = self._step()
            except Damaged as damage:
                self._damage = damage
                break
            if piece is None:
                break
            pieces.append(piece)
            length += len(piece)
        if not length and self._damage is not None:
            raise self._damage
        return b"".join(pieces)

    def resync(self, start: bytes | None, /) -> int:
        """Where reading goes on: the next member whose content begins with *start*, or the end of the data."""
        self._damage = None
        self._member = None
        self.verified = self._produced
        wanted = re.compile(re.escape(self._codec.magic))
        at = max(self._member_in + 1, self._raw.start)
        for _ in range(0 if start is None else _MAX_FALSE_STARTS):
            at = self._next(wanted, at)
            if at < 0:
                break
            if start is not None and self._begins_with(start, at):
                self._at = self._member_in = at
                self._begins.clear()
                return self._source.origin(at)
            at += 1
        self._given_up = True
        self._at = self._drain()
        return self._source.origin(self._at) if self._below.damage is None else self._source.resync(None)

    def _step(self) -> bytes | None:
        """The next piece, which may be empty; None at the end."""
        if self._member is None and not self._begin():
            return None
        assert self._member is not None
        data = self._input()
        try:
            output, used = self._member.step(data)
        except ERRORS as error:
            raise Damaged(f"{self._codec.name} data are damaged: {error}") from error
        assert used >= 0, "a codec went back"
        self._at += used
        self._member_out += len(output)
        self._raw.drop(max(self._member_in, self._at - _HISTORY))
        if self._member.done:
            self._member = None
            self.verified = self._produced + len(output)
        elif not data and not output:
            raise self._below.damage or Damaged(f"the file ends inside {self._codec.name} data")
        else:
            self._check_ratio()
        self._produced += len(output)  # only what is handed out counts: by it places in the content are found
        return output

    def _begin(self) -> bool:
        try:
            self._at = self._codec.skip_filler(self._raw, self._at)
        except Damaged:
            self._member_in = self._at
            raise
        head = self._raw.slice(self._at, self._at + len(self._codec.magic))
        if not head:
            if self._below.damage is not None and not self._given_up:
                raise self._below.damage
            return False
        self._raw.drop(self._at)
        self._member_in = self._at
        if head != self._codec.magic:
            raise Damaged(f"bytes between {self._codec.name} members that are none")
        self._begins.append((self._produced, self._at))
        self._member_out = 0
        self._member = self._codec.open()
        return True

    def _input(self) -> bytes:
        self._raw.fill(self._at + 1)
        return self._raw.slice(self._at, self._at + _INPUT)

    def _check_ratio(self) -> None:
        used = max(self._at - self._member_in, 1)
        if self._member_out > self._config.ratio_from_bytes and self._member_out > self._config.max_ratio * used:
            raise Damaged(
                f"{self._codec.name} data expand more than {counted(self._config.max_ratio, 'time')} (read.max_ratio)",
                "too_large",
            )

    def _next(self, wanted: re.Pattern[bytes], at: int) -> int:
        """Offset of the next magic number from *at*, -1 at the end."""
        width = len(self._codec.magic)
        while True:
            self._raw.fill(at + CHUNK)
            found = self._raw.search(wanted, at)
            if found >= 0:
                self._raw.drop(found)
                return found
            if self._raw.end < at + CHUNK:
                return -1
            at = self._raw.end - width + 1
            self._raw.drop(at)

    def _begins_with(self, start: bytes, at: int) -> bool:
        """Whether a member begins at *at* that yields *start* first."""
        member, output, end = self._codec.open(), b"", at + _LARGEST_BLOCK
        try:
            while len(output) < len(start) and at < end and self._raw.fill(at + 1) and not member.done:
                piece, used = member.step(self._raw.slice(at, at + _INPUT))
                output += piece
                at += used
        except ERRORS:
            return False
        return output.startswith(start)

    def _drain(self) -> int:
        while self._raw.fill(self._raw.end + 1):
            self._raw.drop(self._raw.end)
        return self._raw.end
