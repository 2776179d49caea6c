"""WARC files: what is a page, and what damage costs."""

import gzip
import io
import random
import zlib

import brotli
import fastwarc
import pytest
import zstandard

from cleaner.config import Read
from cleaner.model import Failure, RawItem
from cleaner.reading.codec import Codec
from cleaner.reading.compression import InflatingStream
from cleaner.reading.sources import read_stream
from cleaner.reading.warc_records import Lost, Record, warc_records
from cleaner.reading.window import PlainStream, Window

CONFIG = Read()


def record(block, kind="response", url="http://a.example/1", content_type="application/http; msgtype=response", **more):
    headers = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2020-06-09T12:00:00Z",
        "WARC-Record-ID": f"<urn:uuid:{zlib.crc32(block):08x}>",
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
        **more,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def response(body, status="200 OK", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def page(number):
    text = " ".join(random.Random(number).choices(["one", "two", "three", "four", "five", "six", "seven"], k=400))
    return f"<html><body><p>page{number} {text}</p></body></html>".encode()


def pages(count=10):
    return [record(response(page(n), Content_Type="text/html; charset=utf-8")) for n in range(count)]


def read(data, config=CONFIG):
    return list(read_stream(io.BytesIO(data), "crawl.warc", config))


def numbers(items):
    return [item.source.member for item in items if isinstance(item, RawItem)]


def failures(items):
    return [item for item in items if isinstance(item, Failure)]


def ranges(data, codec=None):
    """Every record and lost range."""
    stream = PlainStream(io.BytesIO(data))
    window = Window(InflatingStream(Window(stream), Codec(codec), CONFIG) if codec else stream)
    return list(warc_records(window, CONFIG))


def assert_partition(found, size):
    at = 0
    for one in found:
        assert one.start == at
        assert one.end >= at
        at = one.end
    assert at == size


PACKERS = {
    "plain": (None, lambda parts: parts),
    "gzip": ("gzip", lambda parts: [gzip.compress(part, mtime=0) for part in parts]),
    "zstd": ("zstd", lambda parts: [zstandard.ZstdCompressor(write_checksum=True).compress(part) for part in parts]),
}


@pytest.mark.parametrize("packing", PACKERS)
def test_every_record_is_read_with_what_its_container_knows(packing):
    _, pack = PACKERS[packing]
    items = read(b"".join(pack(pages())))
    assert [item.payload for item in items] == [page(n) for n in range(10)]
    assert numbers(items) == list(range(1, 11))
    first = items[0]
    assert (first.url, first.content_type, first.charset) == ("http://a.example/1", "text/html", "utf-8")
    assert first.fetched == "2020-06-09T12:00:00Z"
    assert first.record_id.startswith("<urn:uuid:")


def test_one_gzip_around_all_records_is_read():
    assert numbers(read(gzip.compress(b"".join(pages())))) == list(range(1, 11))


def test_records_that_span_gzip_members_are_read():
    """As bgzip writes them."""
    data = b"".join(pages())
    blocks = [gzip.compress(data[at : at + 1000]) for at in range(0, len(data), 1000)]
    assert numbers(read(b"".join(blocks))) == list(range(1, 11))


def test_a_zstd_dictionary_in_the_file_is_used():
    parts = pages()
    dictionary = zstandard.train_dictionary(2000, [page(n) for n in range(300)])
    packer = zstandard.ZstdCompressor(dict_data=dictionary)
    raw = dictionary.as_bytes()
    frame = (0x184D2A5D).to_bytes(4, "little") + len(raw).to_bytes(4, "little") + raw
    assert numbers(read(frame + b"".join(packer.compress(part) for part in parts))) == list(range(1, 11))


@pytest.mark.parametrize("packing", PACKERS)
def test_records_and_lost_ranges_add_up_to_the_file(packing):
    codec, pack = PACKERS[packing]
    data = b"".join(pack(pages()))
    found = ranges(data, codec)
    assert_partition(found, len(data))
    assert all(isinstance(one, Record) and one.end > one.start for one in found)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
@pytest.mark.parametrize("victim", [0, 4, 9])
def test_a_damaged_member_loses_that_member_only(packing, victim):
    codec, pack = PACKERS[packing]
    parts = pack(pages())
    middle = len(parts[victim]) // 2
    parts[victim] = parts[victim][:middle] + bytes(30) + parts[victim][middle + 30 :]
    data = b"".join(parts)
    items = read(data)
    assert numbers(items) == [n for n in range(1, 11) if n != victim + 1]
    (failure,) = failures(items)
    start = sum(map(len, parts[:victim]))
    assert (failure.kind, failure.start, failure.end) == ("damaged_container", start, start + len(parts[victim]))
    assert failure.source.member == victim + 1
    assert_partition(ranges(data, codec), len(data))


@pytest.mark.parametrize("at", [0, 1, -8, -1])
def test_a_bad_magic_or_checksum_loses_that_member_only(at):
    parts = PACKERS["gzip"][1](pages())
    bad = bytearray(parts[4])
    bad[at] ^= 0xFF
    parts[4] = bytes(bad)
    items = read(b"".join(parts))
    assert numbers(items) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert len(failures(items)) == 1


@pytest.mark.parametrize("packing", PACKERS)
def test_a_cut_file_keeps_what_is_whole_and_reports_the_rest(packing):
    codec, pack = PACKERS[packing]
    parts = pack(pages())
    data = b"".join(parts)[: sum(map(len, parts[:5])) + 200]
    items = read(data)
    assert numbers(items) == [1, 2, 3, 4, 5]
    (failure,) = failures(items)
    assert (failure.start, failure.end) == (sum(map(len, parts[:5])), len(data))
    assert_partition(ranges(data, codec), len(data))


@pytest.mark.parametrize("packing", PACKERS)
def test_garbage_between_records_costs_no_record(packing):
    codec, pack = PACKERS[packing]
    parts = pack(pages())
    data = b"".join([*parts[:3], b"garbage " * 100, *parts[3:]])
    items = read(data)
    assert len(numbers(items)) == 10
    (failure,) = failures(items)
    assert failure.end - failure.start == 800
    assert_partition(ranges(data, codec), len(data))


@pytest.mark.parametrize("length", ["1000000000000000000", "100000", "10", "-5", "x", None, "9" * 5000])
@pytest.mark.parametrize("packing", PACKERS)
def test_a_wrong_content_length_loses_that_record_only(length, packing):
    codec, pack = PACKERS[packing]
    parts = pages()
    parts[4] = record(response(page(4), Content_Type="text/html"), **{"Content-Length": length})
    data = b"".join(pack(parts))
    items = read(data)
    assert numbers(items) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert len(failures(items)) == 1
    assert_partition(ranges(data, codec), len(data))


def test_a_record_over_the_cap_is_one_failure_and_is_not_held():
    config = Read(max_member_bytes=10_000)
    parts = pages()
    parts[4] = record(response(b"x" * 300_000, Content_Type="text/html"))
    items = read(b"".join(parts), config)
    assert numbers(items) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    (failure,) = failures(items)
    assert failure.kind == "too_large"
    assert "max_member_bytes" in failure.detail


def test_a_bomb_in_one_member_stops_at_the_ratio():
    config = Read(max_member_bytes=10_000, ratio_from_bytes=100_000)
    parts = [gzip.compress(part) for part in pages()]
    parts[4] = gzip.compress(record(response(bytes(5_000_000), Content_Type="text/html")))
    items = read(b"".join(parts), config)
    assert numbers(items) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    (failure,) = failures(items)
    assert failure.kind == "too_large"
    assert "max_ratio" in failure.detail


def test_a_header_over_the_cap_loses_that_record_only():
    parts = pages()
    parts[4] = record(response(page(4)), **{"X-Long": "a" * 5_000_000})
    items = read(b"".join(parts))
    assert numbers(items) == [1, 2, 3, 4, 6, 7, 8, 9, 10]


def test_a_page_that_quotes_a_warc_header_stays_one_page():
    body = b"<p>before</p>\r\n\r\n" + record(response(page(1))) + b"<p>after</p>"
    items = read(record(response(body, Content_Type="text/html")) + pages(1)[0])
    assert [item.payload for item in items] == [body, page(0)]


def test_records_that_are_no_pages_make_no_row_but_count():
    parts = [record(b"x: y", kind=kind, content_type="application/warc-fields") for kind in ("warcinfo", "request")]
    items = read(b"".join([*parts, *pages(1), record(b"", kind="revisit"), record(b"a: b", kind="metadata")]))
    assert numbers(items) == [3]
    assert len(items) == 1


def test_resource_and_conversion_records_are_pages():
    items = read(
        record(b"<p>r</p>", kind="resource", content_type="text/html")
        + record(b"plain words", kind="conversion", content_type="text/plain")
    )
    assert [(item.payload, item.content_type) for item in items] == [
        (b"<p>r</p>", "text/html"),
        (b"plain words", "text/plain"),
    ]


@pytest.mark.parametrize(
    ("block", "kind", "words"),
    [
        (response(b"gone", status="404 Not Found", Content_Type="text/html"), "refused", "HTTP 404"),
        (response(b"", status="301 Moved", Location="/x"), "refused", "HTTP 301"),
        (response(b"x", Content_Type="image/png"), "not_a_page", "image/png"),
        (response(b"x", Content_Type="application/pdf"), "not_a_page", "application/pdf"),
        (b"no http at all", "damaged_container", "not an HTTP response"),
        (b"", "damaged_container", "not an HTTP response"),
    ],
)
def test_a_response_without_a_page_says_why(block, kind, words):
    (failure,) = read(record(block))
    assert failure.kind == kind
    assert words in failure.detail


RAW_DEFLATE = zlib.compressobj(wbits=-15)
BODY = page(7)
CODINGS = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "DEFLATE": RAW_DEFLATE.compress(BODY) + RAW_DEFLATE.flush(),
    "zstd": zstandard.compress(BODY),
    "br": brotli.compress(BODY),
    "identity": BODY,
    "gzip, br": brotli.compress(gzip.compress(BODY)),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_content_codings_are_undone(coding):
    (item,) = read(record(response(CODINGS[coding], Content_Type="text/html", Content_Encoding=coding)))
    assert item.payload == BODY


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd"])
def test_a_body_that_the_crawler_had_decoded_is_taken_as_it_is(coding):
    (item,) = read(record(response(BODY, Content_Encoding=coding, Transfer_Encoding="chunked")))
    assert item.payload == BODY


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "br"])
def test_a_cut_body_is_a_failure(coding):
    (failure,) = read(record(response(CODINGS[coding][:-30], Content_Encoding=coding)))
    assert failure.kind == "damaged_container"


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(30_000_000))),
        ("deflate", zlib.compress(bytes(30_000_000))),
        ("zstd", zstandard.compress(bytes(30_000_000))),
        ("br", brotli.compress(bytes(30_000_000), quality=1)),
    ],
)
def test_a_bomb_in_a_body_stops_at_the_cap(coding, bomb):
    (failure,) = read(record(response(bomb, Content_Encoding=coding)))
    assert failure.kind == "too_large"
    assert "max_page_bytes" in failure.detail


def test_chunks_are_joined():
    chunked = b"5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\n\r\n"
    (item,) = read(record(response(chunked, Transfer_Encoding="chunked", Content_Type="text/plain")))
    assert item.payload == b"hello, world"


def test_a_cut_chunk_is_a_failure():
    (failure,) = read(record(response(b"5\r\nhello\r\n70\r\n, wor", Transfer_Encoding="chunked")))
    assert failure.kind == "damaged_container"


@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_any_flipped_byte_costs_at_most_one_record(packing):
    """And the ranges add up, and nothing raises, and no record is invented."""
    codec, pack = PACKERS[packing]
    whole = b"".join(pack(pages()))
    blocks = {one.block for one in ranges(whole, codec)}
    for seed in range(300):
        rng = random.Random(seed)
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        found = ranges(bytes(data), codec)
        assert_partition(found, len(data))
        intact = [one for one in found if isinstance(one, Record) and one.block in blocks]
        assert len(intact) >= 9
        if packing == "gzip":
            assert sum(isinstance(one, Record) for one in found) == len(intact)


def test_whole_files_read_as_fastwarc_reads_them():
    parts = [*pages(), record(b"x", kind="metadata", content_type="text/plain")]
    data = b"".join(gzip.compress(part) for part in parts)
    theirs = [one.reader.read() for one in fastwarc.ArchiveIterator(io.BytesIO(data), parse_http=False)]
    assert [one.block for one in ranges(data, "gzip")] == theirs


def test_a_file_of_false_starts_ends():
    parts = pages(2)
    data = gzip.compress(parts[0]) + b"\x1f\x8b\x08\0\0\0\0\0\0\0" * 20_000
    items = read(data)
    assert numbers(items) == [1]
    assert len(failures(items)) == 1


def test_memory_does_not_grow_with_the_file():
    """60 MB of records pass through a few megabytes."""
    import tracemalloc

    part = gzip.compress(record(response(random.Random(1).randbytes(20_000).hex().encode(), Content_Type="text/html")))

    class Endless(io.RawIOBase):
        left = 1500

        def read(self, _size=-1):
            self.left -= 1
            return part if self.left >= 0 else b""

    tracemalloc.start()
    try:
        count = sum(isinstance(item, RawItem) for item in read_stream(Endless(), "big.warc.gz", CONFIG))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 1500
    assert peak < 8_000_000


def test_lost_is_not_silent_for_a_warc_of_nothing_but_a_version():
    found = ranges(b"WARC/1.0\r\n")
    assert [type(one) for one in found] == [Lost]
    assert_partition(found, 10)
