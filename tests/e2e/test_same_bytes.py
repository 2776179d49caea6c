"""Law 3: the same input, settings and version give the same bytes, however the work is spread, stopped or resumed."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from itertools import chain, combinations, product
from operator import itemgetter
from pathlib import Path

import pytest

from tests.crash.faults import compiled
from tests.e2e.command import REPO, cleaner, digest
from tests.promises import Figures

SAMPLE = REPO / "raw"


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of the sample corpus, cleaned in one go by one worker."""
    clean = tmp_path_factory.mktemp("expected") / "clean"
    assert cleaner("run", SAMPLE, clean, "--jobs", "1", "-q", PYTHONHASHSEED="0").returncode == 0
    return digest(clean)


YEAR = 365 * 24 * 3600
WAYS: dict[str, tuple[object, ...]] = {
    "jobs": (1, 2, 8),
    "PYTHONHASHSEED": ("0", "1", "4711"),
    "LC_ALL": ("C.UTF-8", "C", "POSIX"),
    "TZ": ("UTC", "Pacific/Auckland", "America/St_Johns"),
    "SHIFT": (0, 3 * YEAR, -20 * YEAR),
    "order": ("sorted", "shuffled", "reversed"),
    "folder": ("short", "a rather long name of a folder, " * 6),
    "CLEANER_PURE": ("", "1"),
    "CLEANER_ENGINE_MEMORY_BYTES": ("4000000000", "2400000000"),
    "CLEANER_ENGINE_SHARD_PAGES": ("256", "3"),
}
"""What must not matter, the usual value first; SHIFT are seconds by which the calendar is wrong."""


def covering(strength: int, seed: int) -> list[tuple[object, ...]]:
    """Few rows in which every *strength* values of different ways meet."""
    chance = random.Random(seed)
    tuples = (product(*picked) for picked in combinations([[(w, v) for v in vs] for w, vs in WAYS.items()], strength))
    missing = dict.fromkeys(chain.from_iterable(tuples))
    rows: list[tuple[object, ...]] = []
    while missing:
        best: tuple[int, dict[str, object]] = (-1, {})
        for _ in range(20):
            row = dict(next(iter(missing)))
            row.update({way: chance.choice(values) for way, values in WAYS.items() if way not in row})
            best = max(best, (sum(all(row[w] == v for w, v in pairs) for pairs in missing), row), key=itemgetter(0))
        missing = {pairs: None for pairs in missing if any(best[1][way] != value for way, value in pairs)}
        rows.append(tuple(best[1][way] for way in WAYS))
    return rows


def made_in_order(raw: Path, order: str) -> None:
    """A copy of the sample whose files were made in this order."""
    files = sorted(path for path in SAMPLE.rglob("*") if path.is_file())
    if order == "reversed":
        files.reverse()
    elif order == "shuffled":
        random.Random(7).shuffle(files)
    for path in files:
        target = raw / path.relative_to(SAMPLE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def test_nothing_but_input_settings_and_version_changes_a_byte(
    tmp_path: Path, expected: dict[str, str], figures: Figures, is_full: bool
) -> None:
    """Every value at least once; in a full run every three of them together."""
    shim = compiled(tmp_path)
    for number, row in enumerate(covering(3 if is_full else 1, seed=8)):
        way = dict(zip(WAYS, row, strict=True))
        home = tmp_path / str(number) / str(way.pop("folder")).strip()
        made_in_order(home / "raw", str(way.pop("order")))
        jobs = str(way.pop("jobs"))
        environment = {name: str(value) for name, value in way.items() if value != ""}
        if shim is not None:
            environment["LD_PRELOAD"] = str(shim)
        done = cleaner("run", home / "raw", home / "clean", "-q", "--jobs", jobs, **environment)
        assert done.returncode == 0, (row, done.stderr)
        run = json.loads((home / "clean" / "run.json").read_text("utf-8"))
        if shim is not None:
            year = datetime.now(UTC).year + int(environment["SHIFT"]) // YEAR
            assert abs(int(run["startedAtTime"][:4]) - year) <= 1
        assert digest(home / "clean") == expected, row
        figures.count("R8", "runs")
        shutil.rmtree(home)
    figures.count("R8", "digests", 1)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_another_python_writes_the_same_bytes(
    tmp_path: Path, expected: dict[str, str], figures: Figures, version: str
) -> None:
    python = shutil.which(f"python{version}")
    if python is None or sys.version.startswith(f"{version}."):
        pytest.skip(f"there is no other Python {version} here")
    clean = tmp_path / "clean"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def other(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([python, *arguments], cwd=REPO, env=environment, capture_output=True, check=False)

    if other("-c", "import cleaner.pipeline").returncode:
        pytest.skip(f"Python {version} is here, but not what cleaner needs of packages")
    done = other("-m", "cleaner", "run", str(SAMPLE), str(clean), "-q")
    assert done.returncode == 0, done.stderr
    assert digest(clean) == expected
    figures.count("R8", "other Pythons")


def test_a_second_run_does_nothing_anew_and_changes_no_byte(tmp_path: Path, expected: dict[str, str]) -> None:
    clean = tmp_path / "clean"
    first = json.loads(cleaner("run", SAMPLE, clean, "--json").stdout)
    second = json.loads(cleaner("run", SAMPLE, clean, "--json").stdout)
    assert first["reused"] == 0
    in_containers = second["failures_by_kind"].get("damaged_container", 0)
    assert second["reused"] >= second["documents"] - in_containers
    assert expected == digest(clean)


def test_a_changed_a_new_and_a_deleted_page_are_seen(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    for name in ("a", "b", "c"):
        (raw / f"{name}.txt").write_text(f"Page {name} says that high water at Weir Street was two metres.\n")
    cleaner("run", raw, clean, "-q")
    (raw / "a.txt").write_text("Page a was rewritten and now says that low water was nearly nothing at all.\n")
    (raw / "b.txt").unlink()
    (raw / "d.txt").write_text("Page d is new and says that the moon was full when the quay was flooded.\n")
    again = json.loads(cleaner("run", raw, clean, "--json").stdout)
    assert (again["documents"], again["reused"]) == (3, 1)
    assert sorted(path.name for path in (clean / "pages").iterdir()) == ["a.txt.md", "c.txt.md", "d.txt.md"]
    cleaner("run", raw, tmp_path / "fresh", "-q")
    assert digest(clean) == digest(tmp_path / "fresh")


def test_another_setting_does_the_pages_anew(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
    cleaner("run", raw, clean, "-q")
    again = cleaner("run", raw, clean, "--json", CLEANER_PASSAGES_MAX_WORDS="50")
    assert json.loads(again.stdout)["reused"] == 0


def test_a_second_run_at_the_same_time_is_refused_at_once(tmp_path: Path) -> None:
    from cleaner.engine.lock import holding

    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt").write_text("High water at Weir Street was two metres above the chart datum.\n")
    cleaner("run", raw, clean, "-q")
    before = digest(clean)
    with holding(clean):
        result = cleaner("run", raw, clean)
    assert result.returncode == 75
    assert result.stderr.decode().count("\n") == 1
    assert before == digest(clean)
