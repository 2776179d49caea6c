"""What ``whole_run`` sets beside a run: ``python -m benchmarks.whole_run_datatrove RAW WORK JOBS``.

Blocks and settings are those of its examples ``process_common_crawl_dump.py`` and ``minhash_deduplication.py``, without
the filters of language and quality and the count of tokens, for which ours has no counterpart. Printed is what became
of the pages, as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import trafilatura  # noqa: F401  so that forks have it: as it comes, each would import it within its second for a page
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.typeshelper import Languages


def main() -> None:
    """Extract, then find and drop near-duplicates."""
    raw, work, jobs = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    parts = len(list(raw.iterdir()))
    config = MinhashConfig()
    extracted, signatures, buckets, clusters, removed, deduplicated = (
        str(work / name) for name in ("extracted", "signatures", "buckets", "clusters", "removed", "deduplicated")
    )
    stages: Sequence[tuple[str, list[PipelineStep], int]] = [
        (
            "extract",
            [
                JsonlReader(str(raw), text_key="html"),
                Trafilatura(favour_precision=True),
                JsonlWriter(extracted),
            ],
            parts,
        ),
        (
            "sign",
            [JsonlReader(extracted), MinhashDedupSignature(signatures, config, Languages.english)],
            parts,
        ),
        ("match", [MinhashDedupBuckets(signatures, buckets, config=config)], config.num_buckets),
        ("cluster", [MinhashDedupCluster(buckets, clusters, config)], 1),
        (
            "filter",
            [
                JsonlReader(extracted),
                MinhashDedupFilter(clusters, exclusion_writer=JsonlWriter(removed)),
                JsonlWriter(deduplicated),
            ],
            parts,
        ),
    ]
    for name, steps, tasks in stages:
        # A fork server, its default, is a process that nobody waits for: what its workers take would not be counted.
        LocalPipelineExecutor(
            steps, tasks=tasks, workers=min(jobs, tasks), logging_dir=str(work / "logs" / name), start_method="fork"
        ).run()
    extraction = _counts(work, "extract", 1)
    print(
        json.dumps(
            {
                "documents": _counts(work, "filter", 2)["total"],
                "near-duplicate": _counts(work, "filter", 1).get("dropped", 0),
                "empty": extraction.get("dropped", 0),
                "over a second": extraction.get("timeout", 0),
                "failed": extraction.get("clean_error", 0) + extraction.get("broken_process", 0),
            }
        )
    )


def _counts(work: Path, stage: str, step: int) -> dict[str, int]:
    """What the *step*-th block of *stage* counted over all tasks."""
    stats = json.loads((work / "logs" / stage / "stats.json").read_text(encoding="utf-8"))[step]["stats"]
    return {name: value if isinstance(value, int) else value["total"] for name, value in stats.items()}


if __name__ == "__main__":
    main()
