"""Law 3: the same input, settings and version give the same bytes, however the work is spread, stopped or resumed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.command import REPO, cleaner, digest

SAMPLE = REPO / "raw"


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of the sample corpus, cleaned in one go by one worker."""
    clean = tmp_path_factory.mktemp("expected") / "clean"
    assert cleaner("run", SAMPLE, clean, "--jobs", "1", "-q", PYTHONHASHSEED="0").returncode == 0
    return digest(clean)


def test_workers_hash_seed_locale_and_time_zone_change_nothing(tmp_path: Path, expected: dict[str, str]) -> None:
    environment = {"PYTHONHASHSEED": "4711", "LC_ALL": "C", "TZ": "Pacific/Auckland"}
    assert cleaner("run", SAMPLE, tmp_path / "clean", "--jobs", "2", "-q", **environment).returncode == 0
    assert expected == digest(tmp_path / "clean")


def test_the_compiled_module_changes_nothing(tmp_path: Path, expected: dict[str, str]) -> None:
    assert cleaner("run", SAMPLE, tmp_path / "clean", "-q", CLEANER_PURE="1").returncode == 0
    assert expected == digest(tmp_path / "clean")


def test_the_order_in_which_files_were_made_changes_nothing(tmp_path: Path, expected: dict[str, str]) -> None:
    files = [path for path in SAMPLE.rglob("*") if path.is_file()]
    random.Random(7).shuffle(files)
    for path in files:
        target = tmp_path / "raw" / path.relative_to(SAMPLE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    assert cleaner("run", tmp_path / "raw", tmp_path / "clean", "-q").returncode == 0
    assert expected == digest(tmp_path / "clean")


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


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_run_that_was_killed_is_finished_by_the_next_with_the_same_bytes(
    tmp_path: Path, expected: dict[str, str], share: float
) -> None:
    """kill -9 of the whole process group, at a share of the time that a run takes."""
    clean = tmp_path / "clean"
    command = [sys.executable, "-m", "cleaner", "run", str(SAMPLE), str(clean), "-q"]
    environment = {**os.environ, "PYTHONPATH": str(REPO), "CLEANER_ENGINE_SHARD_PAGES": "4"}
    begun = time.monotonic()
    subprocess.run([*command[:-2], str(tmp_path / "whole"), "-q"], env=environment, check=True)
    whole = time.monotonic() - begun
    victim = subprocess.Popen(command, env=environment, start_new_session=True)
    time.sleep(whole * share)
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()
    assert cleaner("run", SAMPLE, clean, "-q", CLEANER_ENGINE_SHARD_PAGES="4").returncode == 0
    assert expected == digest(clean)
    assert not list(clean.rglob("*.part"))


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
