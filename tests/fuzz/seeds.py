"""Where fuzzing begins: the sample corpus, damaged containers, and what was found before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.hostile.damage import LINES, PACKINGS, RECORDS, parquet

_REPO = Path(__file__).parents[2]
_FOUND = Path(__file__).parent / "found"


def seeds(target: str) -> list[bytes]:
    """The inputs that *target* begins with."""
    makers = {"containers": _containers, "ledger": _spans, "report": _titles, "decode": _settings}
    return [*makers.get(target, _pages)(), *found(target)]


def found(target: str) -> list[bytes]:
    """What made *target* fail once; ``found/README.md`` says why."""
    return [path.read_bytes() for path in sorted(_FOUND.glob(f"{target}-*"))]


def _pages() -> Iterator[bytes]:
    for path in sorted((_REPO / "raw").rglob("*")):
        if path.suffix in {".html", ".txt", ".xhtml"}:
            yield path.read_bytes()[:8192]


def _settings() -> Iterator[bytes]:
    for number, page in enumerate(islice(_pages(), 12)):
        yield bytes([number]) + page[:2048]
    text = "<meta charset=x><p>Käse und 日本語"
    for number, codec in enumerate(("utf-16", "utf-16-be", "utf-32", "iso2022_jp", "shift_jis", "gb18030")):
        yield bytes([number]) + text.encode(codec, "replace")


def _containers() -> Iterator[bytes]:
    for parts, plain, packed in ((RECORDS[:3], 4, (7, 8)), (LINES[:3], 3, (6, 9))):
        yield bytes([plain]) + b"".join(parts)
        for number, suffix in zip(packed, (".gz", ".zst"), strict=True):
            yield bytes([number]) + b"".join(PACKINGS[suffix](parts))
    yield bytes([10]) + parquet({"text": ["one", "two"]})
    yield bytes([2]) + b'[{"text": "a"}, {"html": "<p>b"}]'
    yield bytes([7]) + (_REPO / "raw" / "crawl.warc.gz").read_bytes()[:8192]


def _spans() -> Iterator[bytes]:
    yield bytes([200, *range(100)])
    yield bytes([255, 0, 255, 0, 255, 10, 20, 20, 30])
    yield b""


def _titles() -> Iterator[bytes]:
    yield b"Title\0https://a.example/x\0Some words of a text that is kept."
    yield b"</title><script>alert(1)</script>\0javascript:alert(1)\0<img src=x onerror=y>"
    yield "\u202e\x1b]0;x\x07\0data:text/html,x\0\"' onclick=x".encode()
