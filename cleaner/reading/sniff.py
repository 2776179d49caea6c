"""What a file holds, by its first bytes.

Its name is asked in two cases only: which kind of JSON it is, and whether a damaged beginning was that of a container.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

import msgspec

from cleaner.reading.codec import MAGIC, CodecName
from cleaner.reading.unicode_pattern import CODECS, wide_encoding

Format = Literal["gzip", "zstd", "bzip2", "xz", "warc", "parquet", "jsonl", "json", "page"]

HEAD_BYTES = 1 << 16
"""How many bytes ``sniff`` looks at."""

_SKIPPABLE_ZSTD = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_WARC = re.compile(rb"WARC/\d\.\d+\r?\n")
_JSON_OBJECT = re.compile(rb'\{[ \t]*"(?:[^"\\\n]|\\.)*"[ \t]*:')

_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "a ZIP archive (or docx, epub, odt ...), which is not read: unpack it first"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (257, b"ustar", "a tar archive, which is not read: unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive, which is not read: unpack it first"),
    (0, b"Rar!\x1a\x07", "a RAR archive, which is not read: unpack it first"),
    (0, b"\x04\x22\x4d\x18", "LZ4 data, which are not read: unpack them first"),
    (0, b"%PDF-", "a PDF"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"GIF87a", "a GIF picture"),
    (0, b"GIF89a", "a GIF picture"),
    (8, b"WEBPVP8", "a WebP picture"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftyp", "an MP4 video or the like"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (0, b"OggS", "an Ogg file"),
    (0, b"ID3", "an MP3 file"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"\x7fELF", "a program (ELF)"),
    (0, b"\xca\xfe\xba\xbe", "a program (Java or Mach-O)"),
    (0, b"ARROW1\x00\x00", "an Arrow IPC file; Parquet is read"),
    (0, b"Obj\x01", "an Avro file; Parquet is read"),
    (0, b"\x00asm", "a WebAssembly module"),
)

_CONTROLS = bytes({*range(1, 32), 127} - set(b"\t\n\x0b\x0c\r\x1b"))
_MAX_CONTROL_SHARE = 0.03
"""Of bytes that are control characters: 0 in text of any charset, about 0.1 in compressed or random data."""
_MAX_NUL_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why bytes cannot be a page, in words."""

    reason: str


def sniff(head: bytes, name: str = "") -> Format | Refusal:
    """What a file holds that begins with *head* (``HEAD_BYTES``, or all of it).

    >>> sniff(b"<!doctype html>"), sniff(b'{"text": "hello"}'), sniff(b"%PDF-1.4")
    ('page', 'jsonl', Refusal(reason='a PDF'))
    """
    codec = compression(head)
    if codec is not None:
        return codec
    if head.startswith(b"PAR1"):
        return "parquet"
    if _WARC.match(head.lstrip(b"\r\n")):
        return "warc"
    refused = refusal(head) or _wide_json(head, name)
    if refused is None and name.lower().endswith(".warc"):
        return "warc"
    return refused or _json(head, name) or "page"


def compression(head: bytes) -> CodecName | None:
    """The compression that *head* is the beginning of."""
    if _SKIPPABLE_ZSTD.match(head):
        return "zstd"
    if head.startswith(MAGIC["bzip2"]) and not (head[3:4].isdigit() and head[4:10] == b"1AY&SY"):
        return None  # text can begin with BZh
    return next((name for name, magic in MAGIC.items() if head.startswith(magic)), None)


def refusal(head: bytes) -> Refusal | None:
    """Why a page cannot begin with *head*; None if it can.

    >>> refusal(bytes(range(256)))
    Refusal(reason='binary data')
    """
    for at, magic, name in _OTHERS:
        if head.startswith(magic, at):
            return Refusal(name)
    if not head or wide_encoding(head) is not None:
        return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > _MAX_CONTROL_SHARE * len(head) and controls > 4:
        return Refusal("binary data")
    nuls = head.count(0)
    if nuls > _MAX_NUL_SHARE * len(head) and head.strip(b"\0\t\n\x0c\r "):
        return Refusal("binary data")
    return None


def _json(head: bytes, name: str) -> Format | Refusal | None:
    content = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    suffix = name.lower().rpartition(".")[2]
    if not head and suffix in {"jsonl", "ndjson"}:
        return "jsonl"
    if not content.startswith((b"{", b"[")):
        return None
    lines = content.split(b"\n")
    whole = lines if len(head) < HEAD_BYTES else lines[:-1]
    if content.startswith(b"{") and (
        suffix in {"jsonl", "ndjson"} or any(map(_is_object, whole[:4])) or (not whole and _JSON_OBJECT.match(lines[0]))
    ):
        return "jsonl"
    return "json" if suffix == "json" else None


def _wide_json(head: bytes, name: str) -> Refusal | None:
    """Lines of JSON that would be taken for the text of one page."""
    wide = wide_encoding(head)
    if wide is None:
        return None
    text = head.decode(CODECS[wide], "replace").removeprefix("\ufeff")
    if _json(text.encode("utf-8", "replace"), name) in {"json", "jsonl"}:
        return Refusal(f"JSON in {wide}, which is not read: convert it to UTF-8 first")
    return None


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
