"""A JSON string is the same text in UTF-8, whoever reads it, and a page is the same however long it is."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cleaner import compiled
from cleaner.config import Read
from cleaner.model import RawItem, Source
from cleaner.reading.fields import label_fields, page_fields, page_of_record
from cleaner.reading.json_record import json_record
from cleaner.reading.json_text import json_text

PIECES = st.lists(
    st.one_of(
        st.binary(max_size=3),
        st.text(max_size=9).map(str.encode),
        st.sampled_from(
            [rb"\u", rb"\ud83c", rb"\udf09", rb"\uD83C\uDF09", rb"\u0000", rb"\u00e9", rb"\u20AC", rb"\uffff", b"\\"]
        ),
        st.sampled_from(
            [b'"', rb"\"", rb"\\", rb"\/", rb"\b\f\n\r\t", rb"\x", rb"\u12g4", b"plain text", b"\n", b"\x7f"]
        ),
        st.sampled_from(
            [b"\xc3\xa9", b"\xc1\x81", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf0\x9f\x8c\x89", b"\xf4\x90\x80\x80"]
        ),
    ),
    max_size=12,
).map(b"".join)


def read(string: bytes, *, is_native: bool) -> bytes | str:
    """The text of *string*, or the kind of error that says that it has none."""
    with pytest.MonkeyPatch.context() as patch:
        if not is_native:
            patch.setattr(compiled, "native", None)
        try:
            return json_text(string)
        except (msgspec.MsgspecError, UnicodeError) as error:
            return type(error).__name__


@given(st.text(), st.booleans())
def test_the_text_is_what_was_written(text: str, is_ascii: bool) -> None:
    assert json_text(json.dumps(text, ensure_ascii=is_ascii).encode()).decode() == text


@given(PIECES)
@example(b"")
@example(rb"\ud83c")
@example(rb"\ud83c\u0041")
@example(b"\\")
def test_what_is_no_string_is_none_for_both(inner: bytes) -> None:
    for string in (b'"' + inner + b'"', inner):
        assert read(string, is_native=True) == read(string, is_native=False)


@given(st.text(), st.sampled_from(["", " ", "\n\u00a0\u2003", "x", "é"]))
@example("", "\u00a0")
def test_a_long_page_is_read_as_a_short_one(text: str, filler: str) -> None:
    config = Read()

    def page(html: str) -> object:
        line = json.dumps({"html": html, "id": "a"}).encode()
        record = json_record(line, page_fields(config), label_fields(config))
        assert record is not None
        return page_of_record(record, Source("a.jsonl", 1), config)

    html = text + filler * 2_000
    made, wanted = page(html), page_of_record({"html": html, "id": "a"}, Source("a.jsonl", 1), config)
    assert made == wanted
    assert not isinstance(made, RawItem) or made.payload.decode() == html
