"""One fuzz target for a time: ``python -m tests.fuzz.run segment 60``.

Needs atheris. Inputs that cover new code are kept in ``.fuzz/`` and are where the next run goes on.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cleaner"]):
    from tests.fuzz.targets import TARGETS
from tests.fuzz.seeds import seeds

_HERE = Path(__file__).parent
_CORPUS = _HERE.parents[1] / ".fuzz"
_LONGEST = {"containers": 16_384, "segment": 4_096, "end_to_end": 4_096, "ledger": 512, "report": 2_048}
"""Bytes of an input; of what is not named, 8,192."""


def main() -> None:
    """Fuzzes until the time is up; ends with an error at the first finding, which is left in ``.fuzz/``."""
    target, seconds = sys.argv[1], int(sys.argv[2])
    corpus = _CORPUS / target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        corpus.joinpath(sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = _HERE / "dictionaries" / f"{'containers' if target == 'containers' else 'markup'}.dict"
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST.get(target, 8192)}",
            "-timeout=20",
            "-rss_limit_mb=2048",
            f"-dict={words}",
            f"-artifact_prefix={_CORPUS}/{target}-",
            "-print_final_stats=1",
            *sys.argv[3:],
        ],
        TARGETS[target],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
