"""Whole runs over hostile folders, and what they wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.e2e.command import REPO

_AND_TELL_THE_PEAK = """
import runpy, sys
sys.argv[0] = "cleaner"
try:
    runpy.run_module("cleaner", run_name="__main__")
finally:
    print("peak", open("/proc/self/status").read().partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""


@dataclass(frozen=True)
class Output:
    """What a run wrote, by source id."""

    raw: Path
    clean: Path
    peak_bytes: int
    """Of the process that the user started; workers are others."""
    documents: dict[str, dict[str, Any]]
    failures: dict[str, list[dict[str, Any]]]
    removals: dict[str, list[dict[str, Any]]]

    def said_of(self, source_id: str) -> tuple[object, ...]:
        """Everything that is written about one page."""
        page = self.clean / "pages" / f"{source_id}.md"
        return self.documents[source_id], page.read_bytes(), self.removals[source_id]


def run(raw: Path, clean: Path, *options: str) -> Output:
    """What ``cleaner run`` makes of *raw*; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", _AND_TELL_THE_PEAK, "run", raw, clean, "--jobs", "2", *options],
        cwd=REPO,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    with (clean / "documents.jsonl").open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    peak = int(done.stderr.rpartition(b"peak ")[2]) * 1024
    failures = _by(clean / "failures.parquet", "source_id")
    removals = _by(clean / "removals.parquet", "doc_id")
    return Output(raw, clean, peak, {record["id"]: record for record in documents}, failures, removals)


def _by(table: Path, key: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of *table* by the value of *key*."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in pq.read_table(table).to_pylist():
        rows.setdefault(row[key], []).append(row)
    return rows
