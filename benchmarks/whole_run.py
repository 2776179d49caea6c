"""A whole run beside datatrove's pipeline: ``python -m benchmarks.whole_run [--python OTHER] [--every N] [--jobs N]``.

The labelled pages are written once, as JSON lines with ``id``, ``url`` and ``html``; then each system is a command that
reads them and writes documents. CPU time is that of the command and of all processes that it starts, from start to end.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from compileall import compile_dir
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.wcxb import read_labelled

ROOT = Path(__file__).parents[1]
DEFAULT = ROOT.parent / "shared" / "wcxb-dev"
OURS = "cleaner run"
_MB = 1 << (20 if sys.platform == "darwin" else 10)
"""What ``ru_maxrss`` counts in."""
_LOOK_EVERY_S = 0.2
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Costs:
    """What a command took with all its processes."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    """Of its largest process."""
    sum_mb: float
    """The most that all of them had at one time, shared pages counted once; 0 where the system does not tell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One system: medians over the rounds, and what became of the pages."""

    costs: Costs
    cpu_ratio: float
    """Times the CPU time of the first row, by pairs of the same round."""
    cpu_ms_a_page: float
    outcome: dict[str, int]


@dataclass(frozen=True, slots=True)
class System:
    """A command over JSON lines or over files of HTML."""

    name: str
    command: Callable[[Path, Path, int], Sequence[str]]
    """Of the folder of pages, a new folder for all that is written, and the number of workers."""
    outcome: Callable[[Path, str], dict[str, int]]
    """What became of the pages, from what is in the folder and on standard output; ``documents`` first."""
    reads: str = "jsonl"
    foreign: bool = False
    """Whether it runs in the other environment if there is one."""


def _cleaner(*options: str) -> Callable[[Path, Path, int], Sequence[str]]:
    def command(raw: Path, work: Path, jobs: int) -> Sequence[str]:
        return ["-m", "cleaner", "run", str(raw), str(work / "clean"), "--jobs", str(jobs), "--json", *options]

    return command


def _cleaner_outcome(_: Path, printed: str) -> dict[str, int]:
    counts = json.loads(printed)
    by_status: dict[str, int] = counts["documents_by_status"]
    aside = {name: count for name, count in by_status.items() if name != "ok"}
    return {"documents": by_status.get("ok", 0), **aside, "failed": counts["failures"]}


def _trafilatura_outcome(work: Path, _: str) -> dict[str, int]:
    return {"documents": sum(path.is_file() and path.stat().st_size > 0 for path in (work / "texts").rglob("*"))}


SYSTEMS = (
    System(OURS, _cleaner(), _cleaner_outcome),
    System("cleaner run --duplicates drop", _cleaner("--duplicates", "drop", "--format", "jsonl"), _cleaner_outcome),
    System(
        "datatrove",
        lambda raw, work, jobs: ["-m", "benchmarks.whole_run_datatrove", str(raw), str(work), str(jobs)],
        lambda work, printed: json.loads(printed),
        foreign=True,
    ),
    System(
        "trafilatura, extraction alone",
        lambda raw, work, jobs: [
            *("-m", "trafilatura.cli", "--input-dir", str(raw), "--output-dir", str(work / "texts")),
            *("--no-comments", "--parallel", str(jobs)),
        ],
        _trafilatura_outcome,
        reads="html",
    ),
)
"""Ours first."""


def write_pages(data: Path, every: int, parts: int, folder: Path) -> tuple[int, int]:
    """How many pages of *data* there are now in *folder*, and the characters of their HTML.

    They are there twice: as JSON lines in *parts* files, as datatrove reads a file with one worker only, and as files.
    """
    for name in ("jsonl", "html"):
        (folder / name).mkdir()
    files = [(folder / "jsonl" / f"part-{number}.jsonl").open("w", encoding="utf-8") for number in range(parts)]
    pages = chars = 0
    for number, page in enumerate(read_labelled(data)):
        if number % every:
            continue
        row = {"id": page.file_id, "url": page.url, "html": page.html}
        files[pages % parts].write(json.dumps(row) + "\n")
        (folder / "html" / f"{pages:06d}.html").write_text(page.html, encoding="utf-8", errors="replace")
        pages += 1
        chars += len(page.html)
    for file in files:
        file.close()
    return pages, chars


def costs_of(command: Sequence[str], folder: Path) -> tuple[Costs, str]:
    """What *command* took, and what it printed.

    Raises:
        ValueError: it failed; the end of its complaints says why.
    """
    environment = os.environ | dict.fromkeys(_ONE_THREAD, "1") | {"HF_HUB_OFFLINE": "1"}
    with (folder / "printed").open("w+") as printed, (folder / "complaints").open("w+") as complaints:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=printed, stderr=complaints, start_new_session=True
        )
        sum_mb = 0.0
        try:
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                sum_mb = max(sum_mb, _memory_of_session(process.pid))
                time.sleep(_LOOK_EVERY_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits for it again
        wall_s = time.monotonic() - begun
        if status:
            complaints.seek(0)
            raise ValueError(f"{' '.join(command[:4])}: {complaints.read()[-2000:]}")
        printed.seek(0)
        return Costs(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / _MB, sum_mb), printed.read()


def _memory_of_session(session: int) -> float:
    """Megabytes that the processes of *session* have now."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            after_name = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(after_name[3]) == session:
                total += int((folder / "smaps_rollup").read_text(encoding="ascii").split("Pss:")[1].split()[0])
    return total / 1024


def measure(systems: Sequence[System], data: Path, every: int, jobs: int, rounds: int, python: str) -> dict[str, Row]:
    """A row for each of *systems*; they take turns."""
    compile_dir(ROOT / "cleaner", quiet=1)  # as it comes when it is installed, and as the other systems are
    costs: dict[str, list[Costs]] = {system.name: [] for system in systems}
    outcomes: dict[str, dict[str, int]] = {}
    with TemporaryDirectory() as folder:
        pages, chars = write_pages(data, every, jobs, Path(folder))
        print(f"{pages} pages of {data.resolve().name}, {chars / 1e6:.0f} million characters of HTML, {jobs} workers\n")
        for number in range(rounds):
            for system in systems:
                work = Path(folder) / f"{number}-{system.name}"
                work.mkdir()
                interpreter = python if system.foreign else sys.executable
                took, printed = costs_of([interpreter, *system.command(Path(folder) / system.reads, work, jobs)], work)
                costs[system.name].append(took)
                outcomes[system.name] = system.outcome(work, printed)
                print(f"{system.name}: {took.cpu_s:.1f} CPU s, {took.wall_s:.1f} s", file=sys.stderr, flush=True)
    first = costs[systems[0].name]
    rows = {}
    for name, taken in costs.items():
        middle = Costs(*(median(figures) for figures in zip(*(asdict(one).values() for one in taken), strict=True)))
        ratio = median(one.cpu_s / ours.cpu_s for one, ours in zip(taken, first, strict=True))
        rows[name] = Row(middle, ratio, middle.cpu_s / pages * 1e3, outcomes[name])
    return rows


def table(rows: dict[str, Row]) -> str:
    """Costs, then what became of the pages."""
    width = max(map(len, rows)) + 1
    lines = [
        f"{'':{width}}{'CPU s':>8}{'ms/page':>9}{'times':>7}{'wall s':>8}{'peak MB':>9}{'all MB':>8}  of the pages"
    ]
    for name, row in rows.items():
        became = ", ".join(f"{count} {what}" for what, count in row.outcome.items() if count or what == "documents")
        costs = row.costs
        lines.append(
            f"{name:{width}}{costs.cpu_s:8.1f}{row.cpu_ms_a_page:9.1f}{row.cpu_ratio:7.1f}{costs.wall_s:8.1f}"
            f"{costs.peak_mb:9.0f}{costs.sum_mb:8.0f}  {became}"
        )
    return "\n".join(lines)


def main() -> int:
    """The exit code: 2 if nothing could be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT, metavar="FOLDER", help="labelled pages")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every N-th page")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="workers of each system (2)")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="of which medians are printed")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="systems whose names begin so")
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has datatrove and trafilatura")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here, too")
    arguments = parser.parse_args()
    systems = [
        system
        for system in SYSTEMS
        if (not arguments.only or system.name.startswith(tuple(arguments.only)))
        and (arguments.python or not system.foreign)
    ]
    try:
        if not systems:
            raise ValueError("no system is left; datatrove needs --python")
        rows = measure(
            systems, arguments.data, arguments.every, arguments.jobs, arguments.rounds, arguments.python or ""
        )
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(table(rows))
    if arguments.json:
        report = {
            "pages": {"name": arguments.data.resolve().name, "every": arguments.every},
            "jobs": arguments.jobs,
            "rounds": arguments.rounds,
            "python": platform.python_version(),
            "systems": {name: asdict(row) for name, row in rows.items()},
        }
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
