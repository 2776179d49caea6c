"""Every regular expression of the package reads a megabyte of its worst input in less than a second (R2)."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

import cleaner
from cleaner.boilerplate import status_phrases
from cleaner.boilerplate.pattern import Pattern
from tests.hostile.pumps import pumps
from tests.promises import Figures

_AT_THE_BEGINNING = frozenset(
    {
        "cleaner.engine.atomic._PART",
        "cleaner.reading.decode._DOCUMENT",
        "cleaner.reading.http_response._CHUNK_SIZE",
        "cleaner.reading.http_response._MEDIA_TYPE",
        "cleaner.reading.http_response._TRAILER",
        "cleaner.reading.segment_text._BULLET",
        "cleaner.reading.titles._NOISE",
        "cleaner.writing.markdown._LINE_START",
    }
)
"""Matched at one place of a text; all others are searched for in all of it."""
_MOST_CHARS = {"cleaner.reading.bylines._CALENDAR": 120, "cleaner.reading.titles._SEPARATOR": 400}
"""Of the texts that a pattern reads."""
_ON_ONE_LINE = frozenset({"cleaner.boilerplate.page_status._TITLE_PARTS"})
"""White space is one space each before these read a text."""


def _patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern that a module holds, by module and name; each once. Plug-ins need their libraries and have none."""
    found: dict[str, re.Pattern[Any]] = {}
    for info in pkgutil.walk_packages(cleaner.__path__, "cleaner."):
        if info.name.endswith(("__main__", "_native")) or info.name.startswith("cleaner.integrations."):
            continue
        for name, value in vars(importlib.import_module(info.name)).items():
            found.update(_held(f"{info.name}.{name}", value))
    for name, value in vars(status_phrases).items():
        if isinstance(value, str) and name.isupper():
            found[f"{status_phrases.__name__}.{name}"] = re.compile(value)
    return {name: pattern for pattern, name in {pattern: name for name, pattern in found.items()}.items()}


def _held(name: str, value: object) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, Pattern):
        yield from _held(f"{name}.start", value.start)
        yield from _held(f"{name}.anywhere", value.anywhere)
    elif isinstance(value, dict):
        yield from _held(name, [*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from _held(f"{name}[{number}]", inner)


_MOST_TRIED = 40
"""Inputs for each pattern, in the quick profile."""


class _TooSlowError(Exception):
    pass


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooSlowError


_PATTERNS = _patterns()


@pytest.mark.parametrize("name", _PATTERNS)
def test_a_pattern_is_linear_on_its_worst_input(name: str, is_full: bool, figures: Figures) -> None:
    pattern = _PATTERNS[name]
    is_on_one_line = name in _ON_ONE_LINE or name.endswith((".start", ".anywhere"))
    limit_s, length = (1.0, 1_000_000) if is_full else (0.2, 20_000)
    read = (
        pattern.match
        if name in _AT_THE_BEGINNING or name.endswith(".start")
        else lambda text: list(pattern.finditer(text))
    )
    before = signal.signal(signal.SIGVTALRM, _stop)
    gc.disable()  # it takes as long as the limit, in a process that has run many tests
    try:
        texts = list(pumps(pattern, length))
        for text in texts if is_full else texts[:: len(texts) // _MOST_TRIED + 1]:
            text = " ".join(text.split()) if is_on_one_line else text[: _MOST_CHARS.get(name)]
            begun = time.process_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
            try:
                read(text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace"))
            except _TooSlowError:
                pytest.fail(f"{pattern.pattern!r} on {text[:60]!r}...")
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            figures.worst("R2", "CPU s of a pattern", time.process_time() - begun)
    finally:
        gc.enable()
        signal.signal(signal.SIGVTALRM, before)
    figures.count("R2", "patterns")
