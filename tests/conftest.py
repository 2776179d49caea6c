"""Where the real pages are that some tests use, and how thorough the property tests are."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.promises import Figures

collect_ignore = ["security/audit"]  # importing it would watch this process
SHARED = Path(__file__).parents[1].parent / "shared"

settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=20_000, deadline=None)
IS_FULL = os.environ.get("CLEANER_TEST_PROFILE") == "full"
"""Whether the tests take as long as they need (``make nightly``); else they are done in minutes."""
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "nightly" if IS_FULL else "ci"))

_FIGURES = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", action="store_true", help="print what the tests of promises measured")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = Figures()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--figures"):
        terminalreporter.section("promises")
        for line in config.stash[_FIGURES].lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a test of a promise says what it measured."""
    return request.config.stash[_FIGURES]


@pytest.fixture(scope="session")
def is_full() -> bool:
    """Whether this is a run that may take hours."""
    return IS_FULL


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of five real pages of one story, with gold labels."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the seed pages are not beside the project (../shared/seeds)")
    return folder


@pytest.fixture(scope="session")
def wcxb() -> Path:
    """The folder of 1,497 labelled real pages."""
    folder = SHARED / "wcxb-dev"
    if not folder.is_dir():
        pytest.skip("the WCXB development pages are not beside the project (../shared/wcxb-dev)")
    return folder


@pytest.fixture(scope="session")
def wcxb_pages(wcxb: Path) -> list[dict[str, Any]]:
    """Every twelfth WCXB page; all of them with ``CLEANER_TEST_ALL_PAGES=1``."""
    step = 1 if IS_FULL or os.environ.get("CLEANER_TEST_ALL_PAGES") else 12
    return [page for index, page in enumerate(_pages(wcxb)) if index % step == 0]


def _pages(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("pages-*.jsonl.xz")):
        with lzma.open(path) as lines:
            yield from map(json.loads, lines)
