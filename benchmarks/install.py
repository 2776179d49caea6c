"""What the base install weighs, and what a start costs: ``python -m benchmarks.install [--with PEER ...]``.

Each package goes into a new environment of its own; pip itself is not counted. CPU time is the median of seven starts,
children included, less nothing: an interpreter that does nothing is in the table.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median

_STARTS = {
    "python -c pass": ["-c", "pass"],
    "import cleaner": ["-c", "import cleaner"],
    "import cleaner; cleaner.clean": ["-c", "import cleaner; cleaner.clean"],
    "cleaner --help": ["-m", "cleaner", "--help"],
}
_RUNS = 7


def installed(package: str, folder: Path) -> tuple[Path, Counter[str]]:
    """The interpreter of a new environment in *folder* with *package*, and bytes by top-level name."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    places = [*folder.glob("lib/python*/site-packages")]
    before = _sizes(places)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-input", "--no-compile", package], check=True)
    return python, _sizes(places) - before


def _sizes(folders: list[Path]) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                sizes[path.relative_to(folder).parts[0].removesuffix(".libs")] += path.stat().st_size
    return sizes


def cpu_seconds(command: list[str]) -> float:
    """The median over some starts."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return median(once() for _ in range(_RUNS))


def main() -> None:
    """Print sizes and start times."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--with", dest="peers", nargs="*", default=[], help="packages to install beside, for their size"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        python, sizes = installed(str(Path(__file__).parents[1]), Path(scratch, "cleaner"))
        print(f"cleaner: {sizes.total() / 1e6:.0f} MB, of which")
        for name, size in sizes.most_common(8):
            print(f"  {name:24}{size / 1e6:7.1f} MB")
        for name, arguments in _STARTS.items():
            print(f"{name:32}{cpu_seconds([str(python), *arguments]):6.3f} CPU s")
        for number, peer in enumerate(options.peers):
            print(f"{peer}: {installed(peer, Path(scratch, str(number)))[1].total() / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
