"""R11: what a damaged container still holds is read, and every byte that is lost is in a row of the failures."""

from __future__ import annotations

import io
import random
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cleaner.config import Config, Read
from cleaner.model import Failure, RawItem
from cleaner.pipeline import run
from cleaner.reading.sources import read_stream
from tests.hostile.accounts import silent_ranges, unaccounted, unpacked
from tests.hostile.damage import FAMILIES, LINES, PACKINGS, PAGES, RECORDS, gz, parquet, record, response
from tests.promises import Figures

Items = list[RawItem | Failure]
_NOT_VOUCHED_FOR = re.compile(r"nothing vouches for records? (\d+)(?: to (\d+))?")


def read(data: bytes, file: str) -> Items:
    return list(read_stream(io.BytesIO(data), file, Read()))


def pages_of(items: Items) -> list[RawItem]:
    return [item for item in items if isinstance(item, RawItem)]


def failures_of(items: Items) -> list[Failure]:
    return [item for item in items if isinstance(item, Failure)]


def recovered(items: Items) -> int:
    """How many of the ten pages came back as they were."""
    return len({item.payload for item in pages_of(items)} & set(PAGES))


def flagged(items: Items) -> set[int]:
    """The records that a note or a failure says may be wrong."""
    numbers = {item.source.member for item in pages_of(items) if item.notes}
    for failure in failures_of(items):
        if found := _NOT_VOUCHED_FOR.search(failure.detail):
            numbers.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    return numbers


@pytest.mark.parametrize("family", FAMILIES)
def test_what_can_be_read_is_read_and_the_rest_has_a_row(family: str, figures: Figures) -> None:
    for case in FAMILIES[family]():
        items = read(case.data, case.file)
        failures = failures_of(items)
        assert recovered(items) >= case.pages, case.name
        assert {failure.kind for failure in failures} <= case.kinds, case.name
        assert bool(failures) == bool(case.kinds), case.name
        assert any(case.words in failure.detail for failure in failures) or not case.words, case.name
        assert len({item.source for item in items}) == len(items) > 0, case.name
        assert len(items) < 1500, case.name
        figures.count("R11", "damages tried")
        figures.count("R11", "pages recovered", recovered(items))
        missing = unaccounted(items, case.data, case.file)
        assert missing == 0, case.name
        figures.count("R11", "bytes unaccounted", missing)


FLIPPED = {
    "crawl.warc": b"".join(RECORDS),
    "crawl.warc.gz": b"".join(PACKINGS[".gz"](RECORDS)),
    "crawl.warc.zst": b"".join(PACKINGS[".zst"](RECORDS)),
    "pages.jsonl.gz": b"".join(PACKINGS[".gz"](LINES)),
    "pages.jsonl.zst": b"".join(PACKINGS[".zst"](LINES)),
    "one.warc.gz": gz(b"".join(RECORDS)),
    "one.jsonl.gz": gz(b"".join(LINES)),
}


@pytest.mark.parametrize("file", FLIPPED)
def test_a_flipped_byte_costs_one_page_of_ten_at_most(file: str, figures: Figures, is_full: bool) -> None:
    """Where each page is a member of its own; in one member for all, what was changed is named as doubtful."""
    whole = FLIPPED[file]
    for seed in range(1000 if is_full else 60):
        rng = random.Random(seed)
        data = bytearray(whole)
        at = rng.randrange(len(data)) if seed >= 12 else seed
        data[at] ^= rng.randrange(1, 256)
        items = read(bytes(data), file)
        unhurt = recovered(items)
        assert unhurt >= 9 or file.startswith("one."), at
        wrong = {item.source.member for item in pages_of(items) if item.payload not in PAGES}
        assert wrong <= flagged(items), at
        assert len(wrong) + unhurt + len(failures_of(items)) >= 10 or file.startswith("one."), at
        missing = unaccounted(items, bytes(data), file)
        assert missing == 0, at
        figures.count("R11", "bytes flipped")
        figures.count("R11", "bytes unaccounted", missing)


def test_a_flipped_byte_in_a_parquet_file_ends_nothing(figures: Figures, is_full: bool) -> None:
    """Parquet has no checksums unless its writer asked for them: a changed letter cannot be told."""
    whole = parquet({"html": [body.decode() for body in PAGES]}, row_group_size=5, compression="gzip")
    for seed in range(3000 if is_full else 100):
        rng = random.Random(seed)
        data = bytearray(whole)
        data[rng.randrange(len(data)) if seed % 2 else len(data) - 1 - rng.randrange(1500)] ^= rng.randrange(1, 256)
        items = read(bytes(data), "a.parquet")
        assert recovered(items) >= 5 or failures_of(items) or seed % 2, seed
        figures.count("R11", "bytes flipped")


def test_records_that_are_no_pages_are_numbered_and_placed() -> None:
    kinds = ["warcinfo", "request", "response", "metadata", "revisit", "response"]
    parts = [record(response(PAGES[0]) if kind == "response" else b"a: b", kind) for kind in kinds]
    items = read(b"".join(parts), "crawl.warc")
    assert [item.source.member for item in items] == [3, 6]
    starts = [sum(map(len, parts[:number])) for number in range(len(parts) + 1)]
    assert [(item.start, item.end) for item in items] == [(starts[2], starts[3]), (starts[5], starts[6])]
    window, _ = unpacked(b"".join(parts), "crawl.warc")
    assert silent_ranges(window) == [(starts[n], starts[n + 1]) for n in (0, 1, 3, 4)]


def test_the_output_names_every_lost_range(tmp_path: Path) -> None:
    """A run over damaged files of each kind ends well, and the table of failures says what reading said."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    expected: Items = []
    for number, case in enumerate(case for family in FAMILIES.values() for case in family()):
        if number % 12 == 0 and len(case.data) < 100_000:
            name = f"{number:03}-{case.file}"
            (raw / name).write_bytes(case.data)
            expected += read(case.data, name)
    report = run(raw, clean, Config())
    rows = pq.read_table(clean / "failures.parquet").to_pylist()
    found = {(row["path"], row["member"]): (row["kind"], row["detail"], row["start"], row["end"]) for row in rows}
    for failure in failures_of(expected):
        place = (failure.source.path, failure.source.member)
        assert found[place] == (failure.kind, failure.detail, failure.start, failure.end)
    assert report.tally.documents + len(rows) == len(expected)


_MEASURE = """
import re, sys
from pathlib import Path
from cleaner.config import Read
from cleaner.reading.sources import read_sources
count = sum(1 for item in read_sources(Path(sys.argv[1]), Read()))
print(count, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def measured(path: Path) -> tuple[int, int]:
    """How many rows *path* gives, and how many MB that takes."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, path], capture_output=True, text=True, check=True)
    rows, megabytes = map(int, done.stdout.split())
    return rows, megabytes


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("file", ["crawl.warc", "crawl.warc.gz", "pages.jsonl", "holes.warc"])
def test_a_large_file_needs_no_more_memory_than_a_small_one(
    file: str, tmp_path: Path, figures: Figures, is_full: bool
) -> None:
    """Large: 1 GB of content in the full profile, 60 MB else; a small one has 2 MB."""
    body = PAGES[0] * 20
    line = b'{"text": "%s"}\n' % body
    part = line if file.endswith(".jsonl") else record(response(body))
    if file.endswith(".gz"):
        part = gz(part)
    sizes = []
    for count in (2_000_000 // len(body), (1_000_000_000 if is_full else 60_000_000) // len(body)):
        path = tmp_path / f"{count}-{file}"
        with path.open("wb") as out:
            for number in range(count):
                if file == "holes.warc" and number % 100:
                    out.seek(out.tell() + len(body))  # a hole: it reads as NUL bytes, and takes no room
                else:
                    out.write(part)
        rows, megabytes = measured(path)
        assert rows >= count // 100
        sizes.append(megabytes)
    assert sizes[1] <= sizes[0] + 12
    figures.worst("R11", "MB for a large container", sizes[1])
