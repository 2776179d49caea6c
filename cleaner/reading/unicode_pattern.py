"""UTF-16 and UTF-32 by where their NUL bytes stand."""

from __future__ import annotations

from typing import Literal

WideEncoding = Literal["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"]

_SAMPLE = 4096
_OFTEN, _RARELY = 0.4, 0.04

_BOMS: tuple[tuple[bytes, WideEncoding], ...] = (
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
CODECS: dict[WideEncoding, str] = {
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "UTF-32LE": "utf-32-le",
    "UTF-32BE": "utf-32-be",
}
"""Python's names for them."""


def wide_bom(data: bytes) -> tuple[WideEncoding, int] | None:
    """The encoding that a byte-order mark names, and the mark's length.

    ``FF FE 00 00`` is UTF-32 here (the WHATWG sniff reads UTF-16 and a NUL).
    """
    return next(((name, len(bom)) for bom, name in _BOMS if data.startswith(bom)), None)


def wide_encoding(data: bytes) -> WideEncoding | None:
    """UTF-16 or UTF-32, by mark or, without one, by NUL bytes in every second or fourth place of the beginning.

    >>> wide_encoding("plain".encode("utf-16-le")), wide_encoding(b"plain")
    ('UTF-16LE', None)
    """
    marked = wide_bom(data)
    if marked is not None:
        return marked[0]
    sample = data[: min(_SAMPLE, len(data) & ~3)]
    if b"\0" not in sample:
        return None
    quarter = len(sample) // 4
    share = [sample[place::4].count(0) / quarter for place in range(4)]
    if min(share[1], share[2], share[3]) > 0.9 and share[0] < _RARELY:
        return "UTF-32LE"
    if min(share[0], share[1], share[2]) > 0.9 and share[3] < _RARELY:
        return "UTF-32BE"
    if min(share[1], share[3]) > _OFTEN and max(share[0], share[2]) < _RARELY:
        return "UTF-16LE"
    if min(share[0], share[2]) > _OFTEN and max(share[1], share[3]) < _RARELY:
        return "UTF-16BE"
    return None
