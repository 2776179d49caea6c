"""The command line as a user runs it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).parents[2]
AUDIT = REPO / "tests" / "security" / "audit"
"""On the path of a Python process, it watches that process."""


def cleaner(
    *arguments: str | Path, cwd: Path | None = None, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """``cleaner`` with *arguments*, run to its end; one that wants the network ends with code 99."""
    return subprocess.run(
        [sys.executable, "-m", "cleaner", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(AUDIT), str(REPO)]), **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )


def digest(clean: Path) -> dict[str, str]:
    """SHA-256 of everything that law 3 covers: all of *clean* but ``run.json`` and ``.cleaner/``."""
    return {
        path.relative_to(clean).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(clean.rglob("*"))
        if path.is_file() and path.name != "run.json" and ".cleaner" not in path.relative_to(clean).parts
    }
