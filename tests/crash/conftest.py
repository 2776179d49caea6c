"""The runner, the corpus, and what a run over it is to leave, once for all crash tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.corpus import final_files, write_pages
from tests.crash.faults import Runner, compiled, running

SETTINGS = {"CLEANER_ENGINE_SHARD_PAGES": "2", "CLEANER_DUPLICATES_MODE": "drop"}


@pytest.fixture(scope="package", autouse=True)
def settings() -> Iterator[None]:
    """Small shards, so that a small corpus has several; kept copies, so that there are pointers to check."""
    before = {name: os.environ.get(name) for name in SETTINGS}
    os.environ.update(SETTINGS)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="package")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled ``faults.c``."""
    found = compiled(tmp_path_factory.mktemp("shim"))
    if found is None:
        pytest.skip("no C compiler here, or no LD_PRELOAD: faults cannot be put at exact system calls")
    return found


@pytest.fixture(scope="package")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus."""
    return write_pages(tmp_path_factory.mktemp("crash") / "raw")


@pytest.fixture(scope="package")
def runner(shim: Path, raw: Path, tmp_path_factory: pytest.TempPathFactory, settings: None) -> Iterator[Runner]:
    """Runs of the command line that start in milliseconds."""
    with running(shim, raw, tmp_path_factory.mktemp("runner")) as found:
        yield found


@pytest.fixture(scope="package")
def expected(runner: Runner, raw: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of the small corpus, cleaned in one go."""
    clean = tmp_path_factory.mktemp("expected") / "clean"
    assert runner.run("run", raw, clean, "-q").code == 0
    return final_files(clean)
