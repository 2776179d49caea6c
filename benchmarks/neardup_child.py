"""One near-duplicate search in a process of its own: started by ``neardup``.

``python -m benchmarks.neardup_child NAME PASSAGES ANSWER LIMIT``: PASSAGES is the file of passages, ANSWER a name
without suffix for what is found (``.npz``) and what it took (``.json``), LIMIT the CPU seconds after which it ends.
CPU time is that of the search and of the processes that it starts, from texts in memory to pairs, without imports.
"""

from __future__ import annotations

import json
import resource
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from benchmarks.neardup_systems import SEARCHERS
from benchmarks.system_child import hush, peak_mb

_MB = 1 << (20 if sys.platform == "darwin" else 10)
"""What ``ru_maxrss`` counts in."""


def main() -> None:
    """Search once, and write down pairs and costs."""
    name, passages, answer, limit_s = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + 5))
    hush()
    answer.with_suffix(".json").write_text(json.dumps(_run(name, passages, answer)), encoding="utf-8")


def _run(name: str, passages: Path, answer: Path) -> dict[str, object]:
    searcher = next(searcher for searcher in SEARCHERS if searcher.name == name)
    try:
        facts: dict[str, object] = {"version": version(searcher.distribution)}
        search = searcher.load()
    except (PackageNotFoundError, ImportError) as missing:
        return {"missing": str(missing)}
    with passages.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    begun = _cpu_s()
    try:
        pairs = search(passages, texts)
    except Exception as error:  # noqa: BLE001  a peer may raise what it likes: that is its row of the table
        return facts | {"error": f"{type(error).__name__}: {error}"}
    facts["cpu_s"] = _cpu_s() - begun
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _MB
    facts["peak_mb"] = max(peak_mb(), children)
    np.savez(answer.with_suffix(".npz"), **pairs)  # type: ignore[arg-type]
    return facts


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
