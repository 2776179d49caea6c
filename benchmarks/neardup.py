"""Near-duplicate search, ours beside its peers, on syndication whose every copy is known.

``python -m benchmarks.neardup [--text FOLDER] [--passages N] [--seed S] [--only NAMES] [--json FILE]``; with
``--passages 10000 --only cleaner --check`` recall and precision are held against their floors.

Each system searches the same file of passages in a process of its own, one after the other, with one thread.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import floors
from benchmarks.edits import KINDS
from benchmarks.neardup_figures import Figures, Pairs, Truth, figures_of, truth_of, wrong_pairs
from benchmarks.neardup_systems import OURS, SEARCHERS
from benchmarks.syndication import Syndication, add_arguments, make_syndication, settings_of
from benchmarks.systems import ROOT

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "TOKENIZERS_PARALLELISM")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system found in a corpus."""

    version: str
    cpu_s: float
    peak_mb: float
    pairs: dict[str, Pairs]
    """By what is added to its name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    version: str
    cpu_s: float
    cpu_ratio: float | None
    """CPU time by ours."""
    peak_mb: float
    figures: Figures


def chosen(names: Sequence[str]) -> list[str]:
    """The systems of these *names*, ``*`` standing for any letters; all without names.

    Raises:
        ValueError: a name fits no system.
    """
    known = [searcher.name for searcher in SEARCHERS]
    for name in names:
        if not any(fnmatchcase(one, name) for one in known):
            raise ValueError(f"no system is called {name!r}: {', '.join(known)}")
    return [one for one in known if not names or any(fnmatchcase(one, name) for name in names)]


def write_passages(corpus: Syndication, path: Path) -> None:
    """A JSON object a line: what every system reads."""
    with path.open("w", encoding="utf-8") as file:
        for passage in corpus.passages:
            row = {"id": passage.id, "document": passage.document, "site": passage.site, "text": passage.text}
            file.write(json.dumps(row) + "\n")


def search(name: str, passages: Path, pythons: Sequence[str], limit_s: int) -> Answer | str:
    """What the system of this *name* finds, in the first of *pythons* that has it; else why there is nothing."""
    why = ""
    for python in pythons:
        with TemporaryDirectory(dir=passages.parent.parent) as folder:
            # A folder of its own for each: some leave files beside the passages.
            own = Path(folder) / passages.name
            own.hardlink_to(passages)
            answer = Path(folder) / "answer"
            command = [python, "-m", "benchmarks.neardup_child", name, str(own), str(answer), str(limit_s)]
            environment = os.environ | dict.fromkeys(_ONE_THREAD, "1") | {"HF_HUB_OFFLINE": "1"}
            ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            if ended.returncode == -signal.SIGXCPU:
                return f"no answer within {limit_s} CPU s"
            if ended.returncode:
                return f"died: {ended.stderr.strip().splitlines()[-1:]}"
            facts = json.loads(answer.with_suffix(".json").read_text(encoding="utf-8"))
            if "error" in facts:
                return str(facts["error"])
            if "missing" not in facts:
                with np.load(answer.with_suffix(".npz"), allow_pickle=False) as found:
                    return Answer(facts["version"], facts["cpu_s"], facts["peak_mb"], dict(found))
            why = f"left out: {facts['missing']}"
    return why


def measure(
    corpus: Syndication, names: Sequence[str], pythons: Sequence[str], limit_s: int, examples: int
) -> dict[str, Row]:
    """A row for each set of pairs of each system that works here."""
    truth = truth_of(corpus)
    rows: dict[str, Row] = {}
    with TemporaryDirectory() as folder:
        passages = Path(folder) / "passages" / "passages.jsonl"
        passages.parent.mkdir()
        write_passages(corpus, passages)
        for name in names:
            answer = search(name, passages, pythons, limit_s)
            if isinstance(answer, str):
                print(f"{name}: {answer}", file=sys.stderr)
                continue
            for suffix, pairs in answer.pairs.items():
                figures = figures_of(pairs, truth)
                ratio = round(answer.cpu_s / rows[OURS].cpu_s, 2) if OURS in rows else None
                row = Row(answer.version, round(answer.cpu_s, 2), ratio, round(answer.peak_mb), figures)
                rows[name + suffix] = row
                if examples:
                    _show_wrong(name + suffix, pairs, corpus, truth, examples)
            print(f"{name}: {answer.cpu_s:.1f} CPU s", file=sys.stderr)
    return rows


def _show_wrong(name: str, pairs: Pairs, corpus: Syndication, truth: Truth, examples: int) -> None:
    wrong, stock = wrong_pairs(pairs, truth)
    picked = np.random.default_rng(0).permutation(len(wrong))[:examples]
    print(f"\n{name}: {len(picked)} of {len(wrong)} wrong pairs")
    for a, b in wrong[picked].tolist():
        one, other = corpus.passages[a], corpus.passages[b]
        print(f"\n[{one.planted.kind} | {other.planted.kind}]\n  {one.text}\n  {other.text}")
    print(f"\n{int(stock.sum())} of them share a stock phrase\n")


def guarded(rows: dict[str, Row]) -> dict[str, float]:
    """The figures of ours that have floors, by name."""
    found = {}
    for name, row in rows.items():
        if name.startswith(OURS):
            found |= {f"{name} recall, {kind}": value for kind, value in row.figures.recall.items()}
            found[f"{name} precision"] = row.figures.precision
    return found


def digest(corpus: Syndication) -> str:
    """SHA-256 of all passages and of what is true of them."""
    return hashlib.sha256(repr((corpus.passages, corpus.pairs)).encode("utf-8", "surrogatepass")).hexdigest()


def table(rows: dict[str, Row]) -> str:
    """Recall by kind of copy, then precision and cost."""
    width = max(map(len, rows)) + 1
    short = [kind.replace("words ", "w ").replace("runs ", "r ") for kind in KINDS]
    lines = ["recall by kind of copy", " " * width + "".join(f"{kind:>10}" for kind in short)]
    for name, row in rows.items():
        lines.append(f"{name:{width}}" + "".join(f"{row.figures.recall[kind]:10.3f}" for kind in KINDS))
    lines += [
        "",
        "pairs across pages, precision, those that share a stock phrase or nothing; CPU s, by that of ours, peak MB",
        f"{'':{width}}{'pairs':>10}{'precision':>11}{'stock':>9}{'nothing':>9}{'CPU s':>9}{'by ours':>9}{'peak':>7}",
    ]
    for name, row in rows.items():
        ratio = "-" if row.cpu_ratio is None else f"{row.cpu_ratio:.2f}"
        lines.append(
            f"{name:{width}}{row.figures.pairs:10}{row.figures.precision:11.3f}{row.figures.stock:9}"
            f"{row.figures.unrelated:9}{row.cpu_s:9.1f}{ratio:>9}{row.peak_mb:7.0f}  {row.version}"
        )
    return "\n".join(lines)


def main() -> int:
    """The exit code: 1 for a floor that is missed or may not be lowered, 2 if nothing can be measured or compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these systems alone; * is any text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here, too")
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has the peers that this one has not")
    parser.add_argument("--limit-s", type=int, default=1800, metavar="S", help="CPU time that a system may take")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="show so many wrong pairs of each system")
    floors.add_arguments(parser)
    arguments = parser.parse_args()
    try:
        names = chosen(arguments.only)
        corpus = make_syndication(arguments.text, settings_of(arguments))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    pythons = [sys.executable, *filter(None, [arguments.python])]
    rows = measure(corpus, names, pythons, arguments.limit_s, arguments.wrong)
    if not rows:
        return 2
    print(
        f"{len(corpus.passages)} passages of {arguments.text.resolve().name}, {len(corpus.pairs)} true pairs, ", end=""
    )
    print(f"{corpus.real} real paragraphs to draw from; seed {arguments.seed}\n")
    print(table(rows))
    if arguments.json:
        report = {
            "corpus": {"name": arguments.text.resolve().name, "real": corpus.real, "pairs": len(corpus.pairs)}
            | asdict(settings_of(arguments)),
            "python": platform.python_version(),
            "systems": {name: asdict(row) for name, row in rows.items()},
        }
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    found = guarded(rows)
    return floors.settled(arguments, floors.NEARDUP_FLOORS, digest(corpus), len(corpus.passages), found)


if __name__ == "__main__":
    sys.exit(main())
