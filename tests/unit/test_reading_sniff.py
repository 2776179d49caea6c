"""What a file holds, where two answers are near each other."""

from __future__ import annotations

import json

import pytest

from cleaner.reading.sniff import HEAD_BYTES, Refusal, sniff

_LINES = "\n".join(json.dumps({"url": "http://a.example/", "text": f"page {number}, ünï"}) for number in range(3_000))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("length", [100, HEAD_BYTES])
def test_json_lines_in_a_wide_encoding_are_refused_and_not_read_as_one_text(encoding: str, length: int) -> None:
    found = sniff(_LINES.encode(encoding)[: length * 4][:HEAD_BYTES], "pages.jsonl")
    assert isinstance(found, Refusal)
    assert found.reason.startswith("JSON in UTF-")


def test_wide_text_that_only_looks_a_little_like_json_is_a_page() -> None:
    assert sniff("{words} in braces".encode("utf-16"), "a.txt") == "page"
    assert sniff("<p>markup".encode("utf-16"), "a.jsonl") == "page"
