"""What writing the report takes, at the sizes named: ``python -m benchmarks.report [--documents N ...]``.

The tables of ``synthetic_clean`` are written first. Then a process of its own does with them what a run does: counts
them, chooses the pages to show, and writes ``report.html``. Printed are the CPU seconds and peak memory of that
process, and the size of the file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.synthetic_clean import Shape, make_clean
from benchmarks.system_child import peak_mb
from cleaner.report.choice import chosen_pages
from cleaner.report.gather import gather_report
from cleaner.report.totals import read_totals
from cleaner.report.write import report_page
from cleaner.writing.corpus import DocumentIndex, open_documents

_VIEWS = 20


def write(clean: Path) -> dict[str, float]:
    """What the report on *clean* took in this process: megabytes, and CPU seconds by what they went for."""
    started_mb, laps = peak_mb(), [time.process_time()]
    totals = read_totals(clean)
    laps.append(time.process_time())
    index = DocumentIndex(open_documents(clean))
    laps.append(time.process_time())
    chosen = chosen_pages(totals, index, _VIEWS)
    laps.append(time.process_time())
    page = report_page(gather_report(clean, totals, index))
    laps.append(time.process_time())
    (clean / "report.html").write_bytes(page)
    names = ("totals", "index", "choice", "report")
    return {
        "cpu_s": laps[-1] - laps[0],
        **{f"{name}_s": end - start for name, (start, end) in zip(names, pairwise(laps), strict=True)},
        "started_mb": started_mb,
        "peak_mb": peak_mb(),
        "report_mb": len(page) / 1e6,
        "chosen": len(chosen),
    }


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[60_000, 300_000, 1_000_000], metavar="N")
    parser.add_argument("--removals", type=float, default=20.0, metavar="N", help="of a document, on average")
    parser.add_argument("--format", choices=["jsonl", "parquet"], default="jsonl", help="of the documents")
    parser.add_argument("--largest", type=float, default=0.01, metavar="SHARE", help="of documents, in one cluster")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the folders here, as documents-N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here, too")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        print(json.dumps(write(arguments.write)))
        return 0
    rows = []
    for count in arguments.documents:
        with tempfile.TemporaryDirectory() as folder:
            clean = (arguments.keep or Path(folder)) / f"documents-{count}"
            shape = Shape(count, arguments.removals, arguments.format, arguments.largest)
            make_clean(clean, shape)
            size = sum(file.stat().st_size for file in clean.iterdir())
            command = [sys.executable, "-m", "benchmarks.report", "--write", str(clean)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        row = {"documents": count, "sites": shape.sites, "input_mb": size / 1e6, **json.loads(done.stdout)}
        rows.append(row)
        growth = f", {row['cpu_s'] / rows[0]['cpu_s']:.1f} times the first" if len(rows) > 1 else ""
        print(
            f"{count:>10,} documents of {shape.sites:,} sites, {size / 1e6:,.0f} MB: {row['cpu_s']:.1f} CPU s{growth} "
            f"(totals {row['totals_s']:.1f}, index {row['index_s']:.1f}, choice {row['choice_s']:.1f}, "
            f"report {row['report_s']:.1f}); peak {row['peak_mb']:.0f} MB, of which {row['started_mb']:.0f} before; "
            f"report.html {row['report_mb']:.2f} MB",
            flush=True,
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
