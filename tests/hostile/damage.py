"""Containers of ten small pages, and every way in which one can be damaged; nothing is stored."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import tarfile
import zipfile
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import brotli
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

_WORDS = "the harbour council voted to keep a lamp lit on every pier and quay through each winter night"


def page(number: int) -> bytes:
    """An HTML page of 400 words that no other number gives."""
    text = " ".join(random.Random(number).choices(_WORDS.split(), k=400))
    return f"<html><body><h1>Page {number}</h1><p>{text}.</p></body></html>".encode()


PAGES = [page(number) for number in range(10)]


def record(block: bytes, kind: str = "response", **changed: str | None) -> bytes:
    """A WARC record with a digest over *block*; ``Content_Length="5"`` changes a header, None leaves it out."""
    headers: dict[str, str | None] = {
        "WARC-Type": kind,
        "WARC-Target-URI": "http://quay.example/a",
        "WARC-Date": "2020-06-09T12:00:00Z",
        "WARC-Record-ID": f"<urn:uuid:{zlib.crc32(block):08x}-0000-4000-8000-000000000000>",
        "WARC-Block-Digest": "sha1:" + b32encode(hashlib.sha1(block).digest()).decode(),
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    return b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(body: bytes, **headers: str) -> bytes:
    """An HTTP response."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{lines}\r\n".encode() + body


def line(number: int) -> bytes:
    """A JSON line with a page in it."""
    return json.dumps({"html": PAGES[number].decode(), "id": number}).encode() + b"\n"


def zstd(data: bytes) -> bytes:
    """One frame, with a checksum."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def gz(data: bytes) -> bytes:
    """One member, without a time."""
    return gzip.compress(data, mtime=0)


RECORDS = [record(response(body)) for body in PAGES]
LINES = [line(number) for number in range(10)]

Pack = Callable[[list[bytes]], list[bytes]]
PACKINGS: dict[str, Pack] = {
    "": lambda parts: parts,
    ".gz": lambda parts: [gz(part) for part in parts],
    ".zst": lambda parts: [zstd(part) for part in parts],
}
"""One member for each part, as crawlers pack."""


@dataclass(frozen=True)
class Case:
    """A damaged container and what must become of it."""

    name: str
    file: str
    data: bytes
    pages: int
    """How many of the ten pages come back, at least."""
    kinds: frozenset[str] = field(default=frozenset({"damaged_container"}))
    """Kinds of the failures; there is at least one, unless this is empty."""
    words: str = ""
    """What one of the failures says."""


def warc_cases() -> Iterator[Case]:
    """Damage to WARC files, packed in each way."""
    for suffix, pack in PACKINGS.items():
        file = f"crawl.warc{suffix}"
        for length in ("1000000000000000000", "60000000", "10", "-5", "x", None, "9" * 5000):
            parts = [*RECORDS[:4], record(response(PAGES[4]), Content_Length=length), *RECORDS[5:]]
            name = f"Content-Length {'missing' if length is None else length[:20]} in {file}"
            yield Case(name, file, b"".join(pack(parts)), 9)
        long = record(response(PAGES[4]), X_Long="a" * 5_000_000)
        yield Case(f"5 MB header in {file}", file, b"".join(pack([*RECORDS[:4], long, *RECORDS[5:]])), 9)
        for name, block, pages, kinds in _http_cases():
            parts = [*RECORDS[:4], record(block), *RECORDS[5:]]
            yield Case(f"{name} in {file}", file, b"".join(pack(parts)), pages, frozenset(kinds))
        yield from _cut_and_corrupt(file, pack(RECORDS), has_digest=True)
        others = [record(b"software: none\r\n", kind) for kind in ("warcinfo", "request", "metadata", "revisit")]
        yield Case(f"records that are no pages in {file}", file, b"".join(pack([*others, *RECORDS])), 10, frozenset())
        unknown = record(b"?", "continuation")
        yield Case(f"unknown record in {file}", file, b"".join(pack([unknown, *RECORDS])), 10, frozenset({"refused"}))
    bomb = gz(record(response(bytes(200_000_000))))
    data = b"".join([*PACKINGS[".gz"](RECORDS[:4]), bomb, *PACKINGS[".gz"](RECORDS[5:])])
    yield Case("gz bomb in a record", "crawl.warc.gz", data, 9, frozenset({"too_large"}), "read.max")
    yield Case("line ends without end", "crawl.warc", b"".join(RECORDS[:5]) + b"\r\n" * 2_000_000, 5)
    yield Case(
        "false headers", "crawl.warc", b"".join(RECORDS[:5]) + b"WARC/1.0\r\nA: b\r\n" * 20_000, 5, words="and so on"
    )


def _http_cases() -> Iterator[tuple[str, bytes, int, set[str]]]:
    body = PAGES[4]
    half = len(body) // 2
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n" % (half, body[:half], len(body) - half, body[half:])
    chunked = {"Transfer_Encoding": "chunked"}
    yield "chunks", response(chunks + b"0\r\n\r\n", **chunked), 10, set()
    yield "chunks without an end", response(chunks, **chunked), 9, {"damaged_container"}
    yield "chunks cut", response(chunks[: half + 100], **chunked), 9, {"damaged_container"}
    yield (
        "chunk size wrong",
        response(chunks.replace(b"\r\n%x\r\n" % half, b"\r\nzz\r\n"), **chunked),
        9,
        {"damaged_container"},
    )
    yield "data after the last chunk", response(chunks + b"0\r\n\r\nmore <p>text", **chunked), 10, set()
    yield "gzip body of two members", response(gz(body[:half]) + gz(body[half:]), Content_Encoding="gzip"), 10, set()
    yield "data after a gzip body", response(gz(body) + b"more <p>text", Content_Encoding="gzip"), 10, set()
    for coding, packed in {
        "gzip": gz(body), "br": brotli.compress(body), "deflate": zlib.compress(body), "zstd": zstd(body),
    }.items():  # fmt: skip
        middle = len(packed) // 2
        broken = packed[:middle] + bytes(30) + packed[middle + 30 :]
        yield f"{coding} body", response(packed, Content_Encoding=coding), 10, set()
        yield f"{coding} body cut", response(packed[:-20], Content_Encoding=coding), 9, {"damaged_container"}
        yield f"{coding} body corrupt", response(broken, Content_Encoding=coding), 9, {"damaged_container"}
    bomb = gz(bytes(30_000_000))
    yield "gzip bomb as body", response(bomb, Content_Encoding="gzip"), 9, {"too_large"}
    yield "unknown coding", response(body, Content_Encoding="quux"), 9, {"damaged_container"}


def _cut_and_corrupt(file: str, parts: list[bytes], has_digest: bool = False) -> Iterator[Case]:
    """Damage that knows nothing of what is inside."""
    packed = not file.endswith((".warc", ".jsonl"))
    cut = b"".join(parts[:5]) + parts[5][: len(parts[5]) // 2]
    yield Case(f"{file} cut", file, cut, 5)
    middle = len(parts[4]) // 2
    corrupt = parts[4][:middle] + bytes(30) + parts[4][middle + 30 :]
    kinds = frozenset() if has_digest and not packed else frozenset({"damaged_container"})
    yield Case(f"{file} corrupt", file, b"".join([*parts[:4], corrupt, *parts[5:]]), 9, kinds)
    garbage = b"garbage " * 100
    yield Case(f"garbage inside {file}", file, b"".join([*parts[:4], garbage, b"\n", *parts[4:]]), 10)
    yield Case(f"junk behind {file}", file, b"".join(parts) + garbage, 10)
    if packed:
        for at, name in ((0, "magic"), (3, "header"), (-5, "checksum"), (-1, "length")):
            for victim in (0, 4, 9):
                bad = bytearray(parts[victim])
                bad[at] ^= 0xFF
                data = b"".join([*parts[:victim], bytes(bad), *parts[victim + 1 :]])
                yield Case(f"bad {name} of member {victim} of {file}", file, data, 9)


def jsonl_cases() -> Iterator[Case]:
    """Damage to JSON lines."""
    lines = b"".join(LINES)
    deep = b'{"a":' * 100_000
    texts = {
        "no JSON": b'{"html": "<p>',
        "not UTF-8": b'{"html": "\xff\xfe"}',
        "deep": deep,
        "deep and whole": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "two values": b'{"html": "<p>one", "html": "<p>two"}',
        "a list": b"[1, 2]",
        "no page": b'{"title": "x"}',
    }  # fmt: skip
    for suffix, pack in PACKINGS.items():
        file = f"pages.jsonl{suffix}"
        for name, text in texts.items():
            data = b"".join(pack([*LINES[:4], text + b"\n", *LINES[5:]]))
            yield Case(f"{name} in {file}", file, data, 9, frozenset({"damaged_container", "not_a_page"}))
        for name, text in {
            "NaN": b'{"html": %s, "score": NaN}' % json.dumps(PAGES[4].decode()).encode(),
            "a lone surrogate": b'{"html": %s, "title": "\\ud800"}' % json.dumps(PAGES[4].decode()).encode(),
            "an int of 5,000 digits": b'{"html": %s, "n": %s}' % (json.dumps(PAGES[4].decode()).encode(), b"7" * 5000),
            "the same value twice": b'{"html": %s, "html": %s}' % ((json.dumps(PAGES[4].decode()).encode(),) * 2),
        }.items():
            data = b"".join(pack([*LINES[:4], text + b"\n", *LINES[5:]]))
            yield Case(f"{name} in {file}", file, data, 10, frozenset())
        yield from _cut_and_corrupt(file, pack(LINES))
    huge = b'{"html": "' + b"x" * 65_000_000 + b'"}\n'
    data = b"".join([*LINES[:4], huge, *LINES[5:]])
    yield Case("huge line", "pages.jsonl", data, 9, frozenset({"too_large"}), "read.max_line_bytes")
    data = b"".join([*PACKINGS[".gz"](LINES[:4]), gz(huge), *PACKINGS[".gz"](LINES[5:])])
    yield Case("huge line in a bomb", "pages.jsonl.gz", data, 9, frozenset({"too_large"}), "read.max")
    yield Case("CR alone", "pages.jsonl", lines.replace(b"\n", b"\r"), 10, frozenset())
    yield Case("CR LF", "pages.jsonl", lines.replace(b"\n", b"\r\n"), 10, frozenset())
    yield Case("BOM", "pages.jsonl", b"\xef\xbb\xbf" + lines, 10, frozenset())
    few = b"".join([*LINES[:5], b"x\n" * 100_000, *LINES[5:]])
    yield Case("many bad lines", "pages.jsonl", few, 10, words="up to record 100005")
    for codec in ("utf-16", "utf-16-le", "utf-32"):
        for file in ("pages.jsonl", "pages.txt"):
            yield Case(f"{codec} as {file}", file, lines.decode().encode(codec), 0, frozenset({"not_a_page"}), "UTF-8")


def one_member_cases() -> Iterator[Case]:
    """Everything in one compressed member: what comes before the damage is read, and nothing vouches for it."""
    for file, parts in (("crawl.warc", RECORDS), ("pages.jsonl", LINES)):
        for suffix, pack in ((".gz", gz), (".zst", zstd)):
            packed = pack(b"".join(parts * 4))
            yield Case(f"{file}{suffix} in one member", f"{file}{suffix}", packed, 10, frozenset())
            bad = packed[:-6] + bytes([packed[-6] ^ 255]) + packed[-5:]
            least = 7 if suffix == ".gz" else 0  # zstd hands nothing out before a block of 128 KiB is whole
            yield Case(f"{file}{suffix} in one member, cut", f"{file}{suffix}", packed[: len(packed) * 3 // 4], least)
            yield Case(f"{file}{suffix} in one member, bad checksum", f"{file}{suffix}", bad, least)
        twice = gz(b"".join(gz(part) for part in parts))
        yield Case(f"{file} in two compressions", f"{file}.gz.gz", twice, 10, frozenset())
        yield Case(f"{file} in two compressions, cut", f"{file}.gz.gz", twice[:-300], 5)


def page_cases() -> Iterator[Case]:
    """Compressed pages and bombs."""
    for suffix, pack in ((".gz", gz), (".zst", zstd)):
        packed = pack(PAGES[0])
        file = f"a.html{suffix}"
        yield Case(f"{file} cut", file, packed[:-10], 0)
        yield Case(f"{file} with junk", file, packed + b"junk word", 1)
        yield Case(f"{file} corrupt", file, packed[:200] + bytes(30) + packed[230:], 0)
        yield Case(f"{file} of 200 MB", file, pack(bytes(200_000_000)), 0, frozenset({"too_large"}), "read.max")
        nested = pack(pack(bytes(200_000_000)))
        yield Case(f"{file}{suffix} of 200 MB", file + suffix, nested, 0, frozenset({"too_large"}), "read.max")
        deeper = pack(pack(packed))
        yield Case(f"{file} packed three times", file, deeper, 0, frozenset({"refused"}), "read.max_nesting")


def archive_cases() -> Iterator[Case]:
    """Archives whose members lead out of their folder: they are refused whole, by name."""
    for name, target, is_link in (
        ("up", "../../etc/cron.d/x", False),
        ("absolute", "/etc/passwd", False),
        ("link", "innocent.html", True),
    ):
        sink = io.BytesIO()
        with tarfile.open(fileobj=sink, mode="w") as archive:
            member = tarfile.TarInfo(target)
            if is_link:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            member.size = 0 if is_link else len(PAGES[0])
            archive.addfile(member, None if is_link else io.BytesIO(PAGES[0]))
        tar = sink.getvalue()
        for file, data in ((f"{name}.tar", tar), (f"{name}.tar.gz", gz(tar)), (f"{name}.html", tar)):
            yield Case(f"tar with {name} as {file}", file, data, 0, frozenset({"not_a_page"}), "tar archive")
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            info = zipfile.ZipInfo(target)
            info.external_attr = (0o120777 if is_link else 0o100644) << 16
            archive.writestr(info, b"/etc/passwd" if is_link else PAGES[0])
        data = sink.getvalue()
        yield Case(f"zip with {name}", f"{name}.zip", data, 0, frozenset({"not_a_page"}), "ZIP archive")
        yield Case(f"zip with {name} as a page", f"{name}.html", data, 0, frozenset({"not_a_page"}), "ZIP archive")


def parquet(columns: dict[str, object], **options: object) -> bytes:
    """A Parquet file."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


def parquet_cases() -> Iterator[Case]:
    """Damage to Parquet files."""
    texts = [body.decode() for body in PAGES]
    whole = parquet({"html": texts}, row_group_size=2, compression="gzip", use_dictionary=False)
    yield Case("Parquet", "a.parquet", whole, 10, frozenset())
    yield Case("Parquet cut", "a.parquet", whole[:-100], 0)
    yield Case("Parquet without its footer", "a.parquet", whole[:3000], 0)
    chunk = pq.ParquetFile(io.BytesIO(whole)).metadata.row_group(2).column(0)
    end = chunk.data_page_offset + chunk.total_compressed_size
    corrupt = whole[: end - 300] + bytes(200) + whole[end - 100 :]
    yield Case("Parquet corrupt in a row group", "a.parquet", corrupt, 8, words="rows 5 to 6")
    nulls = parquet({"html": [*texts[:4], None, *texts[5:]]})
    yield Case("Parquet with a null", "a.parquet", nulls, 9, frozenset({"not_a_page"}))
    wrong = frozenset({"not_a_page"})
    yield Case("Parquet of numbers", "a.parquet", parquet({"html": list(range(10))}), 0, wrong, "a number")
    yield Case("Parquet of lists", "a.parquet", parquet({"html": [[text] for text in texts]}), 0, wrong, "a list")
    yield Case("Parquet without pages", "a.parquet", parquet({"n": [1]}), 0, wrong, "no column")
    yield Case("Parquet without rows", "a.parquet", parquet({"html": pa.array([], pa.string())}), 0, wrong, "no pages")
    binary = pa.array([body if number != 4 else b"\xff\xfe\x00" for number, body in enumerate(PAGES)], pa.binary())
    yield Case("Parquet of bytes", "a.parquet", parquet({"html": binary}), 9, frozenset())
    same = pa.array([0] * 300, pa.int32())
    column = pa.DictionaryArray.from_arrays(same, pa.array(["<p>" + "words " * 200_000]))
    yield Case("Parquet bomb by dictionary", "a.parquet", parquet({"html": column}), 0, frozenset())
    zeros = parquet({"html": ["x" * 19_000_000] * 3}, compression="zstd", use_dictionary=False)
    yield Case("Parquet bomb by compression", "a.parquet", zeros, 0, frozenset({"too_large"}), "read.max_ratio")


FAMILIES: dict[str, Callable[[], Iterator[Case]]] = {
    "WARC": warc_cases,
    "JSON lines": jsonl_cases,
    "one member for all": one_member_cases,
    "compressed pages": page_cases,
    "archives": archive_cases,
    "Parquet": parquet_cases,
}
"""Every damage there is; made one by one, as some are large."""
