"""Plain and compressed files, JSON lines, JSON documents and Parquet."""

import bz2
import gzip
import io
import json
import lzma
import random
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source
from cleaner.reading.decode import decode
from cleaner.reading.fields import Several, look_up
from cleaner.reading.json_record import json_record
from cleaner.reading.sniff import sniff
from cleaner.reading.sources import read_sources, read_stream

PACK = {"gz": gzip.compress, "zst": zstandard.compress, "bz2": bz2.compress, "xz": lzma.compress}
HTML = b"<!doctype html><p>" + b"hello world " * 50


def read(data, name="a", config=Read()):  # noqa: B008
    return list(read_stream(io.BytesIO(data), name, config))


def lines(*records):
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


class Pipe(io.RawIOBase):
    """Bytes that come in drops and cannot be sought."""

    def __init__(self, data, drop=7):
        self._data = io.BytesIO(data)
        self._drop = drop

    def read(self, size=-1):
        return self._data.read(min(size, self._drop))

    def seekable(self):
        return False


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("name", ["a.html", "misnamed.txt"])
def test_a_compressed_page_is_read_whatever_its_name(suffix, name):
    (item,) = read(PACK[suffix](HTML), f"{name}.{suffix}")
    assert (item.payload, item.source) == (HTML, Source(f"{name}.{suffix}"))


@pytest.mark.parametrize("suffix", PACK)
def test_a_cut_compressed_page_is_no_page(suffix):
    (failure,) = read(PACK[suffix](random.Random(1).randbytes(5000).hex().encode())[:-9], f"a.html.{suffix}")
    assert failure.kind == "damaged_container"


@pytest.mark.parametrize("suffix", PACK)
def test_a_compressed_page_in_many_members_is_joined(suffix):
    (item,) = read(PACK[suffix](HTML) + PACK[suffix](b"the end"))
    assert item.payload == HTML + b"the end"


def test_zero_padding_after_a_compressed_page_is_none_of_it():
    (item,) = read(gzip.compress(HTML) + bytes(1000))
    assert item.payload == HTML


def test_junk_after_a_compressed_page_is_reported_beside_the_page():
    packed = gzip.compress(HTML)
    item, failure = read(packed + b"junk word")
    assert item.payload == HTML
    assert (failure.source.member, failure.kind) == (1, "damaged_container")
    assert (failure.start, failure.end) == (len(packed), len(packed) + 9)


@pytest.mark.parametrize("suffix", PACK)
def test_a_bomb_stops_at_the_cap(suffix):
    config = Read(max_page_bytes=1_000_000, ratio_from_bytes=500_000)
    (failure,) = read(PACK[suffix](bytes(50_000_000)), config=config)
    assert failure.kind == "too_large"


def test_a_bomb_of_lines_stops_at_the_ratio():
    line = b'{"text": "' + b"a" * 100_000 + b'"}\n'
    items = read(gzip.compress(line * 1000))
    assert items[-1].kind == "too_large"
    assert "max_ratio" in items[-1].detail
    assert 90 < len(items) < 120


def test_compression_is_undone_as_often_as_allowed():
    twice = gzip.compress(gzip.compress(HTML))
    assert read(twice)[0].payload == HTML
    (failure,) = read(gzip.compress(twice))
    assert (failure.kind, "max_nesting" in failure.detail) == ("refused", True)


def test_damage_inside_two_compressions_ends_in_one_failure():
    outer = gzip.compress(gzip.compress(lines(*({"text": f"line {n}"} for n in range(9)))))[:-12]
    items = read(outer, "a.jsonl.gz.gz")
    assert items[-1].kind == "damaged_container"
    assert sum(isinstance(item, Failure) for item in items) == 1


REFUSED = {
    "a PDF": b"%PDF-1.7\n",
    "a JPEG": b"\xff\xd8\xff\xe0",
    "a PNG": b"\x89PNG\r\n\x1a\n",
    "a GIF": b"GIF89a",
    "a WebP": b"RIFF\0\0\0\0WEBPVP8 ",
    "a ZIP": b"PK\x03\x04",
    "a tar": bytes(257) + b"ustar",
    "an SQLite": b"SQLite format 3\0",
    "a program": b"\x7fELF",
    "binary data": random.Random(1).randbytes(3000),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_no_page_is_refused_in_words(reason):
    for data in (REFUSED[reason], gzip.compress(REFUSED[reason])):
        (failure,) = read(data, "page.html")
        assert failure.kind == "not_a_page"
        assert failure.detail.startswith(reason)


def test_an_empty_file_says_so():
    for data in (b"", gzip.compress(b"")):
        (failure,) = read(data)
        assert (failure.kind, failure.detail) == ("not_a_page", "the file is empty")


def test_a_page_over_the_cap_is_refused_by_the_name_of_the_cap():
    (failure,) = read(b"x" * 101, config=Read(max_page_bytes=100))
    assert (failure.kind, "max_page_bytes" in failure.detail) == ("too_large", True)
    assert isinstance(read(b"x" * 100, config=Read(max_page_bytes=100))[0], RawItem)


@pytest.mark.parametrize(
    ("data", "name", "format_"),
    [
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "a.html", "warc"),
        (b"<p>WARC/1.0 is a format</p>", "a.warc.txt", "page"),
        (b'{"text": "x"}\n', "a.html", "jsonl"),
        (b'\xef\xbb\xbf{"text": "x"}', "a", "jsonl"),
        (b'{"text": "' + b"x" * 70_000, "a", "jsonl"),
        (b"{broken\n", "a.jsonl", "jsonl"),
        (b"{broken\n", "a.txt", "page"),
        (b'{\n "text": "x"\n}', "a.json", "json"),
        (b"[1, 2]", "a.txt", "page"),
        (b"{this} is prose", "a", "page"),
        (b"BZh! said the bee", "a", "page"),
        ("text".encode("utf-16-le"), "a", "page"),
        ("<p>text".encode("utf-32"), "a", "page"),
        (b"nul\0inside", "a", "page"),
    ],
)
def test_content_decides_what_a_file_is(data, name, format_):
    assert sniff(data, name) == format_


def test_a_line_is_a_page_with_its_number():
    items = read(lines({"html": "<p>a", "url": "http://a.example", "id": 7}, {"text": "b"}, {"content": "ü"}))
    assert [(item.source.member, item.payload, item.content_type) for item in items] == [
        (1, b"<p>a", "text/html"),
        (2, b"b", "text/plain"),
        (3, "ü".encode(), "text/plain"),
    ]
    assert (items[0].url, items[0].record_id, items[0].charset) == ("http://a.example", "7", "utf-8")


def test_html_goes_before_text_unless_it_is_empty():
    items = read(lines({"text": "t", "html": "<p>h"}, {"text": "t", "html": " "}, {"text": "t", "html": None}))
    assert [item.payload for item in items] == [b"<p>h", b"t", b"t"]


def test_fields_can_be_named_and_nested():
    config = Read(html_field="page.source", url_field="meta.address", id_field="key")
    (item,) = read(
        lines({"page": {"source": "<p>x"}, "text": "no", "meta": {"address": "u"}, "key": "k"}), config=config
    )
    assert (item.payload, item.url, item.record_id) == (b"<p>x", "u", "k")


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        (b"[1]", "not_a_page", "not a JSON object"),
        (b'{"title": "x", "n": 1}', "not_a_page", "'title', 'n'"),
        (b'{"text": 5}', "not_a_page", "'text' holds a number"),
        (b'{"text": ["a"]}', "not_a_page", "'text' holds a list"),
        (b'{"text": ""}', "not_a_page", "'text' is empty"),
        (b'{"text": "x"', "damaged_container", "line 2"),
        (b'{"text": "\xff"}', "damaged_container", "UTF-8"),
        (b'{"a":' * 100_000, "damaged_container", "deeply"),
        (b'{"text": "\\ud800", "n": ' + b"1" * 5000 + b"}", "damaged_container", "digits"),
    ],
)
def test_a_bad_line_is_one_failure_with_its_number(line, kind, words):
    before, failure, after = read(lines({"text": "one"}) + line + b"\n" + lines({"text": "three"}))
    assert (before.source.member, after.source.member) == (1, 3)
    assert (failure.source.member, failure.kind) == (2, kind)
    assert words in failure.detail


def test_blank_lines_are_counted_and_passed_over():
    items = read(b'\n{"text": "a"}\r\n  \n{"text": "b"}')
    assert [item.source.member for item in items] == [2, 4]


def test_lines_end_at_newlines_only():
    text = "a\u2028b\u0085c\x0bd\x0ce\x1cf\rg"
    items = read(json.dumps({"text": text}, ensure_ascii=False).replace("\r", "\\r").replace("\x0b", "\\u000b")
                 .replace("\x0c", "\\f").replace("\x1c", "\\u001c").encode() + b"\n")  # fmt: skip
    assert [item.payload.decode() for item in items] == [text]


def test_what_python_writes_as_json_is_read():
    """NaN, numbers beyond a float, and lone surrogates."""
    items = read(b'{"text": "a", "score": NaN}\n{"text": "b", "n": 1e999}\n{"text": "c\\ud800d"}\n')
    texts = [decode(item, Read()).source_text for item in items]
    assert texts == ["a", "b", "c\ufffdd"]


def test_a_line_over_the_cap_is_one_failure_and_the_next_is_read():
    config = Read(max_line_bytes=200_000)
    data = lines({"text": "a"}, {"text": "x" * 500_000}, {"text": "b"}, {"text": "y" * 500_000})
    for stream in (io.BytesIO(data), Pipe(data, 9999)):
        items = list(read_stream(stream, "a", config))
        assert [(item.source.member, getattr(item, "kind", "page")) for item in items] == [
            (1, "page"), (2, "too_large"), (3, "page"), (4, "too_large"),
        ]  # fmt: skip
        assert "max_line_bytes" in items[1].detail


def test_fields_that_nobody_asked_for_take_no_memory():
    line = b'{"text": "x", "more": [' + b"[]," * 1_000_000 + b'1], "url": "u"}\n'
    tracemalloc.start()
    try:
        (item,) = read(line)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (item.payload, item.url) == (b"x", "u")
    assert peak < 16_000_000


def test_json_that_only_python_reads_has_a_cap_of_its_own():
    (failure,) = read(b'{"text": "x", "n": NaN, "more": "' + b"x" * 5_000_000 + b'"}\n')
    assert (failure.kind, "leniently" in failure.detail) == ("damaged_container", True)


NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b.c", "b", "c"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "b.c", "d"]), JSON))
def test_a_record_has_what_its_json_says(record):
    read_back = json_record(json.dumps(record).encode(), ["a", "b.c"])
    for name in ("a", "b.c"):
        expected, found = look_up(record, name), look_up(read_back, name)
        assert found == ([] if isinstance(expected, list) else {} if isinstance(expected, dict) else expected)


LONG = b"long " * 1000


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"a": 1, "a": 2}', Several([1, 2])),
        (b'{"a": 1, "x": {"a": 2}, "y": "\\"a\\""}', 1),
        (b'{"a": 1, "a": 1}', 1),
        (b'{"\\u0061": 1, "a": 2, "x": "\\u0061"}', Several([1, 2])),
        (b'{"b": {"c": 1, "c": 2}}', Several([1, 2])),
        (b'{"a": "%s", "x": "%s", "a": 2}' % (LONG, LONG), Several([LONG.decode(), 2])),
        (b'{"a": 2, "x": "%s", "\\u0061": "%s"}' % (LONG, LONG), Several([2, LONG.decode()])),
        (b'{"x": "\\"a\\"%s\\u0061", "a": 1}' % LONG, 1),
    ],
)
def test_of_two_values_under_one_name_none_is_dropped(line, found):
    record = json_record(line, ["a", "b.c"])
    assert (look_up(record, "a") or look_up(record, "b.c")) == found


def test_lines_that_are_not_wanted_are_passed_over_and_no_other_changes(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(
        lines({"text": "one"}, {"text": "two"}) + b"no JSON\n\n" + lines({"text": "three"})
    )
    everything = list(read_sources(tmp_path, Read()))
    wanted = list(read_sources(tmp_path, Read(), lambda source: source.member in {2, 5}))
    assert wanted == [item for item in everything if item.source.member in {2, 5}]
    assert [item.payload for item in wanted] == [b"two", b"three"]


def test_damaged_compression_loses_no_line_before_it():
    records = [{"text": random.Random(n).randbytes(500).hex()} for n in range(20)]
    packed = gzip.compress(lines(*records))
    items = read(packed[: len(packed) // 2] + gzip.compress(lines({"text": "next member"})), "a.jsonl.gz")
    (failure,) = (item for item in items if isinstance(item, Failure))
    assert failure.kind == "damaged_container"
    texts = [item.payload.decode() for item in items if isinstance(item, RawItem)]
    assert len(texts) > 5
    assert texts[:-1] == [record["text"] for record in records][: len(texts) - 1]
    assert texts[-1] == "next member"


RECORDS = st.lists(
    st.text(st.characters(codec=None), min_size=1).filter(lambda text: text.strip()), min_size=1, max_size=8
)


@given(RECORDS, st.booleans(), st.booleans())
def test_json_lines_come_back_as_they_went(texts, ascii_only, compressed):
    data = "".join(json.dumps({"text": text}, ensure_ascii=ascii_only) + "\n" for text in texts)
    packed = data.encode("utf-8", "surrogatepass")
    items = read(gzip.compress(packed) if compressed else packed, "a.jsonl.gz")
    for text, item in zip(texts, items, strict=True):
        surrogates = any("\ud800" <= character <= "\udfff" for character in text)
        if ascii_only or not surrogates:
            assert item.payload == text.encode("utf-8", "surrogatepass")
        else:
            assert item.kind == "damaged_container"


@given(st.binary(max_size=400), st.sampled_from(["a", "a.jsonl", "a.json", "a.warc", "a.gz"]))
def test_no_bytes_raise_and_every_row_has_a_place_of_its_own(data, name):
    for variant in (data, gzip.compress(data), b"WARC/1.0\r\n" + data, b'{"text": "a"}\n' + data, b"PAR1" + data):
        items = list(read_stream(Pipe(variant, 50), name, Read()))
        assert len({item.source for item in items}) == len(items) > 0 or not data.strip()


def test_a_pipe_is_read_as_a_file_is():
    data = gzip.compress(lines({"text": "a"}, {"text": "b"}))
    assert list(read_stream(Pipe(data), "-", Read())) == read(data, "-")


def test_a_json_document_holds_one_page_or_a_list():
    (item,) = read(json.dumps({"text": "a"}, indent=1).encode(), "a.json")
    assert (item.source, item.payload) == (Source("a.json"), b"a")
    first, second, third = read(json.dumps([{"text": "a"}, 5, {"html": "b"}]).encode(), "b.json")
    assert (first.source.id, second.kind, third.source.id) == ("b.json#1", "not_a_page", "b.json#3")
    assert read(b"[1,", "c.json")[0].kind == "damaged_container"


def parquet(table, **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()])
def test_parquet_rows_are_pages(kind):
    table = pa.table(
        {
            "html": pa.array(["<p>ü", None, "<p>b"], kind),
            "text": ["a", "t", None],
            "url": ["u1", None, "u3"],
            "id": [1, 2, 3],
        }
    )
    items = read(parquet(table, row_group_size=2), "a.parquet")
    assert [(item.source.member, item.payload.decode(), item.url, item.record_id) for item in items] == [
        (1, "<p>ü", "u1", "1"), (2, "t", None, "2"), (3, "<p>b", "u3", "3"),
    ]  # fmt: skip
    assert items[0].charset == (None if "binary" in str(kind) else "utf-8")


def test_a_damaged_row_group_loses_that_group_only():
    texts = [random.Random(n).randbytes(300).hex() for n in range(30)]
    data = bytearray(parquet(pa.table({"text": texts}), row_group_size=10, compression="gzip", use_dictionary=False))
    middle = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(1).column(0).data_page_offset
    data[middle + 3000 : middle + 3400] = bytes(400)
    items = read(bytes(data))
    assert [item.source.member for item in items if isinstance(item, RawItem)] == [*range(1, 11), *range(21, 31)]
    (failure,) = (item for item in items if isinstance(item, Failure))
    assert (failure.kind, failure.source.member) == ("damaged_container", 11)


def test_parquet_without_pages_or_cut_says_so():
    whole = parquet(pa.table({"n": [1]}))
    assert "'n'" in read(whole)[0].detail
    assert read(whole[:-5])[0].kind == "damaged_container"
    assert next(read_stream(Pipe(whole), "-", Read())).kind == "refused"
    assert read(gzip.compress(whole))[0].kind == "refused"


def test_parquet_reads_nested_columns():
    table = pa.table({"text": ["a"], "metadata": [{"url": "u", "n": 1}]})
    (item,) = read(parquet(table), config=Read(url_field="metadata.url"))
    assert item.url == "u"


def test_a_folder_is_read_in_order_with_a_failure_for_each_that_is_no_page(tmp_path):
    (tmp_path / "b.jsonl").write_bytes(lines({"text": "x"}, {"text": "y"}))
    (tmp_path / "a.html").write_bytes(HTML)
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "p.parquet").write_bytes(parquet(pa.table({"text": ["z"]})))
    items = list(read_sources(tmp_path, Read()))
    assert [item.source.id for item in items] == ["a.html", "b.jsonl#1", "b.jsonl#2", "c.pdf", "p.parquet#1"]
