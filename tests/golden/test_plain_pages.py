"""Invented pages of several kinds and languages as scrapers leave them: what stays, what goes, what does not go yet.

The first line of ``plain/*.txt`` says why the page is here. The first character of each line below says what is to
become of the rest: ``#`` is the headline and ``+`` the text, which stay; ``-`` goes; ``=`` may do either (bylines,
dates, captions); ``~`` ought to go and stays, ``?`` ought to stay and goes: these are known failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import cleaner

PAGES = {path.stem: path for path in sorted((Path(__file__).parent / "plain").glob("*.txt"))}


def read(name: str) -> Mapping[str, list[str]]:
    """The lines that were removed, and those that were kept, by their mark: ``-`` and ``kept -``."""
    marked = [line for line in PAGES[name].read_text("utf-8").split("\n")[1:] if line]
    text = "".join(f"{line[1:]}\n" for line in marked)
    removals = [removal for removal in cleaner.clean(text).removals if removal.reason == "boilerplate"]
    found: dict[str, list[str]] = {}
    at = 0
    for line in marked:
        is_gone = any(removal.start <= at < removal.end for removal in removals)
        if line[1:].strip():
            found.setdefault(line[0] if is_gone else f"kept {line[0]}", []).append(line[1:])
        at += len(line)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_headline_and_text_stay(name: str) -> None:
    lines = read(name)
    assert lines.get("#", []) + lines.get("+", []) == []


@pytest.mark.parametrize("name", PAGES)
def test_what_stands_around_the_text_goes(name: str) -> None:
    assert read(name).get("kept -", []) == []


@pytest.mark.parametrize("name", PAGES)
def test_known_failures_are_known_no_longer_than_they_fail(name: str) -> None:
    lines = read(name)
    assert lines.get("~", []) + lines.get("kept ?", []) == []
