"""Hostile pages among good ones: nothing is lost, and nobody else pays (R1, R2, R3, R10)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from cleaner.config import Config
from cleaner.draft import Draft, unpack
from cleaner.engine.tasks import Done, Limits, Task
from cleaner.engine.workers import run_tasks
from cleaner.exchange import encode
from cleaner.model import Failure, Page, RawItem, Source
from cleaner.page_reader import page_reader
from tests.e2e.command import cleaner
from tests.hostile.carriers import write_files, write_good_pages, write_lines, write_records
from tests.hostile.case import Case
from tests.hostile.corpus import CASES
from tests.hostile.measured import Measured
from tests.hostile.runs import Output, run
from tests.promises import Figures

_OUT_OF_BOUNDS = ("timeout", "memory", "too_large", "refused")
_SPENT_AT_ONCE_S = 1.0
"""By which a limit of processor time may be passed."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, is_full: bool) -> tuple[Output, dict[str, Case]]:
    """The output of a run over all cases in all carriers and good pages, and the cases by source id."""
    folder = tmp_path_factory.mktemp("hostile")
    raw = folder / "raw"
    write_good_pages(raw, 200 if is_full else 30)
    named = {write: write(raw, CASES, is_full) for write in (write_files, write_lines, write_records)}
    output = run(raw, folder / "clean")
    return output, {source_id: case for cases in named.values() for source_id, case in cases.items()}


_MOST_BYTES = 640 << 20
"""Of the process that tends the workers, without what it holds of each passage; lowered in docs/promises.md."""


def test_names_and_words_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len({case.word for case in CASES}) == len(CASES) > 100


def test_good_pages_come_out_as_without_the_hostile_ones(
    hostile: tuple[Output, dict[str, Case]], tmp_path: Path, figures: Figures
) -> None:
    output, _ = hostile
    raw = tmp_path / "raw"
    write_good_pages(raw, sum(source_id.startswith("good/") for source_id in output.documents))
    alone = run(raw, tmp_path / "clean")
    assert len(alone.documents) >= 30
    same = [source_id for source_id in alone.documents if output.said_of(source_id) == alone.said_of(source_id)]
    figures.count("R1", "good pages that came out the same", len(same))
    figures.count("R1", "good pages that did not", len(alone.documents) - len(same))
    assert same == list(alone.documents)


def test_each_hostile_page_is_one_document_or_one_failure(
    hostile: tuple[Output, dict[str, Case]], is_full: bool, figures: Figures
) -> None:
    output, named = hostile
    figures.count("R1", "hostile inputs", len(named))
    wrong = []
    for source_id, case in named.items():
        failures = output.failures.get(source_id, [])
        ends = (source_id in output.documents) + len(failures)
        kind, detail = (failures[0]["kind"], failures[0]["detail"]) if failures else ("document", "")
        in_container = "#" in source_id
        expected = case.expected(is_full) + (_OUT_OF_BOUNDS if in_container or is_full else ())
        # What JSON holds is text, whatever its characters.
        is_right = kind in expected or source_id.startswith("hostile.jsonl")
        is_told = not failures or in_container or kind == "timeout" or case.says in detail
        if ends != 1 or not is_right or not is_told or kind in {"error", "conservation", "crash"}:
            wrong.append((source_id, ends, kind, detail))
    figures.count("R1", "hostile inputs not as expected", len(wrong))
    assert not wrong


def test_each_planted_word_is_kept_removed_or_reported(
    hostile: tuple[Output, dict[str, Case]], is_full: bool, figures: Figures
) -> None:
    """As often as it stands in the decoded page."""
    output, named = hostile
    pages = {page.item.source.id: page for page in _pages(output)}
    lost = []
    for source_id, case in named.items():
        figures.count("R10", "words planted")
        if source_id not in output.documents:
            lost += [] if source_id in output.failures else [source_id]
            continue
        source_text = pages[source_id].source_text
        kept = output.documents[source_id]["text"].count(case.word)
        found = source_text.count(case.word)
        spans = [(row["start"], row["end"]) for row in output.removals.get(source_id, [])]
        removed = sum(source_text.count(case.word, start, end) for start, end in spans)
        is_in_place = kept or case.place == "anywhere" or "#" in source_id or case.expected(is_full) != ("document",)
        if found != kept + removed or not is_in_place or not (found or source_id.startswith("hostile.jsonl")):
            lost.append((source_id, found, kept, removed))
    figures.count("R10", "words lost", len(lost))
    assert not lost


def _pages(output: Output) -> Iterator[Page]:
    return (page for page in page_reader(output.clean)(output.raw) if isinstance(page, Page))


def test_the_output_replays_from_the_hostile_pages(hostile: tuple[Output, dict[str, Case]]) -> None:
    output, _ = hostile
    done = cleaner("verify", output.clean, "--raw", output.raw)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_a_strict_run_says_that_pages_failed(tmp_path: Path) -> None:
    write_good_pages(tmp_path / "raw", 3)
    (tmp_path / "raw" / "bad.html").write_bytes(b"%PDF-1.7")
    assert cleaner("run", tmp_path / "raw", tmp_path / "clean", "--quiet").returncode == 0
    assert cleaner("run", tmp_path / "raw", tmp_path / "clean", "--quiet", "--strict").returncode == 1


def test_the_process_that_tends_the_workers_stays_small(
    hostile: tuple[Output, dict[str, Case]], figures: Figures
) -> None:
    output, _ = hostile
    figures.worst("R3", "MB of the supervisor", output.peak_bytes / 1e6)
    assert output.peak_bytes <= _MOST_BYTES + 1_500 * _passages(output)


def _passages(output: Output) -> int:
    return pq.ParquetFile(output.clean / "passages.parquet").metadata.num_rows


def test_no_hostile_page_takes_more_than_its_limits(is_full: bool, figures: Figures) -> None:
    """Each page by itself, in a worker with the limits of a run, both passes measured."""
    config = Config()
    limits = Limits(config.engine.page_cpu_s, config.engine.page_wall_s, config.engine.worker_memory_bytes)

    def tasks() -> Iterator[Task[Case]]:
        for case in CASES:
            payload = case.bytes(is_full)
            item = RawItem(Source(f"{case.name}.html"), payload, sha256(payload).hexdigest())
            yield Task(case, encode(item))

    wrong = []
    for outcome in run_tasks(tasks(), "tests.hostile.measured:page", encode(config), 1, limits):
        case = outcome.task.key
        figures.count("R2", "pages measured")
        if not isinstance(outcome, Done):
            figures.count("R2", "pages over the limits, reported")
            if not is_full or outcome.kind not in _OUT_OF_BOUNDS:
                wrong.append((case.name, outcome.kind, outcome.detail))
            continue
        measured = msgspec.msgpack.decode(outcome.reply, type=Measured)
        seconds = max(measured.draft_s, measured.finish_s)
        figures.worst("R2", "CPU s of a page", seconds)
        figures.worst("R3", "MB of a worker", measured.peak_bytes / 1e6)
        result: Draft | Failure = unpack(measured.record)
        kind = result.kind if isinstance(result, Failure) else "document"
        if seconds > limits.cpu_s + _SPENT_AT_ONCE_S or measured.peak_bytes > 1 << 30:
            wrong.append((case.name, kind, f"{seconds:.1f} s, {measured.peak_bytes} bytes"))
    assert not wrong
