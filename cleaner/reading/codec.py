"""Decompressors of one shape: a little input in, a bounded amount of output out, and where the input was used up to."""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import dataclass
from typing import Literal, Protocol

import zstandard

from cleaner.reading.window import Damaged, Window

CodecName = Literal["gzip", "zstd", "bzip2", "xz"]

OUTPUT = 1 << 18
"""Most bytes that one step yields (zstd: see ``_ZSTD_INPUT``)."""

_ZSTD_INPUT = 512  # four bytes can stand for a block of 128 KiB and zstd has no output limit: 16 MiB a step at worst
_ZSTD_DICTIONARY = 0x184D2A5D
_MAX_DICTIONARY = 1 << 24


class Member(Protocol):
    """A decoder in the middle of one gzip member, zstd frame, bzip2 or xz stream."""

    @property
    def done(self) -> bool:
        """Whether the end was reached, and the checksum was right."""

    def step(self, data: bytes, /) -> tuple[bytes, int]:
        """Some output and how much of *data* is used up. No output and nothing used: more input is needed.

        Raises:
            zlib.error, OSError, EOFError, lzma.LZMAError, zstandard.ZstdError: the data are damaged.
        """


ERRORS = (zlib.error, OSError, EOFError, lzma.LZMAError, zstandard.ZstdError, MemoryError)


class _Gzip:
    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)

    @property
    def done(self) -> bool:
        return self._decoder.eof

    def step(self, data: bytes, /) -> tuple[bytes, int]:
        output = self._decoder.decompress(data, OUTPUT)
        # At the end of a member what is left over may stand in both.
        decoder = self._decoder
        return output, len(data) - len(decoder.unused_data if decoder.eof else decoder.unconsumed_tail)


class _Buffering:
    """bzip2 and xz keep unused input to themselves."""

    def __init__(self, decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._decoder = decoder

    @property
    def done(self) -> bool:
        return self._decoder.eof

    def step(self, data: bytes, /) -> tuple[bytes, int]:
        if not self._decoder.needs_input:
            return self._decoder.decompress(b"", OUTPUT), 0
        output = self._decoder.decompress(data, OUTPUT)
        return output, len(data) - len(self._decoder.unused_data)


class _Zstd:
    def __init__(self, dictionary: zstandard.ZstdCompressionDict | None) -> None:
        self._decoder = zstandard.ZstdDecompressor(dict_data=dictionary).decompressobj(write_size=1 << 14)

    @property
    def done(self) -> bool:
        return self._decoder.eof

    def step(self, data: bytes, /) -> tuple[bytes, int]:
        fed = data[:_ZSTD_INPUT]
        output = self._decoder.decompress(fed)
        return output, len(fed) - len(self._decoder.unused_data)


@dataclass(slots=True)
class Codec:
    """One compression format, and the zstd dictionary that the file brought along."""

    name: CodecName
    dictionary: zstandard.ZstdCompressionDict | None = None

    @property
    def magic(self) -> bytes:
        """How a member begins."""
        return MAGIC[self.name]

    def open(self) -> Member:
        """A decoder for one member."""
        if self.name == "gzip":
            return _Gzip()
        if self.name == "zstd":
            return _Zstd(self.dictionary)
        if self.name == "bzip2":
            return _Buffering(bz2.BZ2Decompressor())
        return _Buffering(lzma.LZMADecompressor(memlimit=1 << 28))

    def skip_filler(self, raw: Window, at: int) -> int:
        """Where after *at* the next member may begin: past zero padding and past zstd's skippable frames.

        Raises:
            Damaged: a skippable frame that ends nowhere.
        """
        while True:
            raw.fill(at + 8)
            head = raw.slice(at, at + 8)
            if self.name == "zstd" and len(head) == 8 and head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5:
                at = self._skippable(raw, at, int.from_bytes(head[4:], "little"))
            elif self.name != "zstd" and head.startswith(b"\0"):
                at += len(head) - len(head.lstrip(b"\0"))
            else:
                return at
            raw.drop(at)

    def _skippable(self, raw: Window, at: int, size: int) -> int:
        """Source: IIPC, Zstandard compression in WARC (a dictionary may stand in a skippable frame at the start)."""
        begin, end = at + 8, at + 8 + size
        if at == 0 and raw.slice(0, 4) == _ZSTD_DICTIONARY.to_bytes(4, "little") and size <= _MAX_DICTIONARY:
            raw.fill(end)
            content = raw.slice(begin, end)
            if content.startswith(MAGIC["zstd"]):
                try:
                    content = zstandard.ZstdDecompressor().decompress(content, max_output_size=_MAX_DICTIONARY)
                except zstandard.ZstdError as error:
                    raise Damaged(f"the zstd dictionary is damaged: {error}") from error
            self.dictionary = zstandard.ZstdCompressionDict(content)
            return end
        while begin < end:
            step = min(begin + (1 << 16), end)
            if not raw.fill(step):
                raise Damaged("the file ends inside a skippable zstd frame")
            raw.drop(step)
            begin = step
        return end


MAGIC: dict[CodecName, bytes] = {
    "gzip": b"\x1f\x8b\x08",
    "zstd": b"\x28\xb5\x2f\xfd",
    "bzip2": b"BZh",
    "xz": b"\xfd7zXZ\x00",
}
