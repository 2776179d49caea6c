"""What a Python program meets."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cleaner
from cleaner.ledger import check_conservation, replay

PAGE = (
    "<title>Tides</title><nav><a href=/>Home</a></nav><h1>Tides</h1><p>High water &amp; low water at Weir Street.</p>"
)


def test_a_page_comes_back_with_text_markdown_title_and_ledger() -> None:
    document = cleaner.clean(PAGE, url="https://tides.example/today")
    assert document.text == "Tides\n\nHigh water & low water at Weir Street."
    assert document.markdown == "# Tides\n\nHigh water & low water at Weir Street.\n"
    assert document.title == "Tides"
    assert document.metadata.site == "tides.example"
    check_conservation(document.ledger)
    assert replay(PAGE, document.ledger.kept, document.repairs)[0] == document.text
    assert {removal.reason for removal in document.removals} == {"markup", "boilerplate"}


def test_bytes_are_decoded_as_a_browser_would() -> None:
    page = '<meta charset="iso-8859-1"><p>caf\u00e9 \u201copen\u201d'.encode("windows-1252")
    assert "café “open”" in cleaner.clean(page).text


@pytest.mark.parametrize("page", ["", "   ", b"%PDF-1.7 \x00\x01\x02", b"\x00" * 50])
def test_what_is_no_page_raises_one_sentence(page: str | bytes) -> None:
    with pytest.raises(cleaner.CleanerError, match="not a page"):
        cleaner.clean(page)


def test_many_pages_come_back_one_by_one_and_bad_ones_as_failures() -> None:
    endless = iter([PAGE, b"", (PAGE, "https://tides.example/")])
    first, second, third = cleaner.clean_many(endless)
    assert isinstance(first, cleaner.Document)
    assert isinstance(second, cleaner.Failure)
    assert isinstance(third, cleaner.Document)
    assert third.metadata.url == "https://tides.example/"


def test_the_public_names_are_there_and_sorted() -> None:
    assert sorted(cleaner.__all__) == cleaner.__all__
    for name in cleaner.__all__:
        assert getattr(cleaner, name) is not None
    with pytest.raises(AttributeError):
        _ = cleaner.no_such_name


def test_importing_the_package_imports_nothing_heavy() -> None:
    """Each worker and each `--help` would pay for it."""
    heavy = {"numpy", "pyarrow", "trafilatura", "turbohtml"}
    code = f"import cleaner.cli, sys; print(bool({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"
