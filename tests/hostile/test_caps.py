"""The limits: what they are, that each is told by name, and that a worker beyond them ends at once (R2, R4)."""

from __future__ import annotations

import resource
from dataclasses import replace
from hashlib import sha256

import pytest

from cleaner.config import Config, Read
from cleaner.drafting import clean_page
from cleaner.engine.tasks import Died, Limits, Task
from cleaner.engine.workers import run_tasks
from cleaner.model import Document, Failure, RawItem, Source
from tests.hostile.prose import article, sentences
from tests.promises import Figures

_CAPS: dict[str, tuple[int, bytes]] = {
    "max_page_bytes": (2_000, b"<!doctype html><p>" + sentences(1, 60).encode()[: 2_000 - 18]),
    "max_nodes": (100, b"<!doctype html>" + b"<p>one" * 50),
    "max_changes": (20, b"<!doctype html><p>" + b"a&amp;" * 19),
}
"""A cap, and a page that is just within it."""


def _clean(payload: bytes, caps: Read) -> Document | Failure:
    item = RawItem(Source("a.html"), payload, sha256(payload).hexdigest())
    return clean_page(item, replace(Config(), read=caps))


@pytest.mark.parametrize("name", _CAPS)
def test_a_page_beyond_a_cap_is_a_failure_that_names_it(name: str, figures: Figures) -> None:
    cap, page = _CAPS[name]
    caps = replace(Read(), **{name: cap})
    assert isinstance(_clean(page, caps), Document)
    failure = _clean(page + b"<p>one&amp;", caps)
    assert isinstance(failure, Failure)
    assert failure.kind == "too_large"
    assert f"the cap is {cap} (read.{name})" in failure.detail
    figures.count("R4", "caps met and named")


def test_plain_text_has_the_same_cap_of_parts() -> None:
    caps = replace(Read(), max_nodes=100)
    assert isinstance(_clean(b"A line of text.\n\n" * 50, caps), Document)
    failure = _clean(b"A line of text.\n\n" * 51, caps)
    assert isinstance(failure, Failure)
    assert "the cap is 100 (read.max_nodes)" in failure.detail


def test_the_defaults_are_what_is_promised() -> None:
    config = Config()
    assert (config.engine.page_cpu_s, config.engine.page_wall_s) == (10, 60)
    assert config.engine.worker_memory_bytes == 1 << 30
    assert (config.read.max_page_bytes, config.read.max_nodes) == (20_000_000, 200_000)


@pytest.mark.parametrize("depth", [255, 256, 512, 1_000, 1_001, 10_000])
def test_depth_needs_no_cap(depth: int) -> None:
    """Text at every level stays, in its order; so does what comes behind it."""
    levels = "".join(f"<div>Level {level} has a sentence of its own here. " for level in range(depth))
    document = _clean(article(f"</p>{levels}{'</div>' * depth}<p>").encode(), Read())
    assert isinstance(document, Document)
    removed = {(removal.start, removal.end) for removal in document.removals if removal.reason == "boilerplate"}
    assert document.text.count("has a sentence of its own") + len(removed) >= depth
    assert "All rights reserved" not in document.text


@pytest.mark.parametrize("count", [1_000, 1_001, 50_000])
def test_attributes_need_no_cap(count: int) -> None:
    names = " ".join(f"a{number}=b" for number in range(count))
    document = _clean(article(f"<span {names}>{sentences(3, 3)}</span>").encode(), Read())
    assert isinstance(document, Document)
    assert sentences(3, 3) in document.text


def test_a_worker_ends_within_a_second_of_its_limit(figures: Figures) -> None:
    """Of processor time; what it takes to start is not the page's."""
    limits = Limits(cpu_s=1.0, wall_s=100.0, memory_bytes=300_000_000)

    def seconds(payload: bytes) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        (result,) = run_tasks([Task(None, payload)], "tests.crash.targets:poisonous", b"", 1, limits)
        assert isinstance(result, Died) == (payload == b"regex")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    beyond = seconds(b"regex") - seconds(b"good") - limits.cpu_s
    figures.worst("R2", "CPU s beyond the limit", beyond)
    assert beyond <= 1.1
