"""Compiles ``native/*.c`` into the package, where there is a compiler; without one the package is pure Python.

The compiled module makes cleaner faster and changes none of its results. ``CLEANER_PURE=1`` in the environment builds
without it. Only the C compiler that Python names and Python's own headers are used.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FLAGS = ("-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-Wall", "-DNDEBUG")
"""Nothing of one machine; loops over floats take several at once, and sums come out as Python's do."""


def module_name() -> str:
    """The file name of the compiled module for the Python that builds it."""
    return f"_native{sysconfig.get_config_var('EXT_SUFFIX') or '.so'}"


def sources_digest(folder: Path) -> str:
    """SHA-256 of the sources in *folder*; the module made of them tells it."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.[ch]")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def compile_module(sources: Path, target: Path) -> str | None:
    """None if the C files in *sources* became *target*, which appears whole or not at all; else why not."""
    if "CLEANER_PURE" in os.environ:
        return "CLEANER_PURE is set"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    linking = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    includes = [f"-I{sysconfig.get_path(name)}" for name in ("include", "platinclude")]
    digest = f'-DSOURCES="{sources_digest(sources)}"'
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    files = map(str, sorted(sources.glob("*.c")))
    try:
        command = [*compiler, *FLAGS, *linking, *includes, digest, *files, "-o", str(part)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)  # noqa: S603
        if done.returncode:
            return next((line for line in done.stderr.splitlines() if "error" in line), f"{compiler[0]} failed")
        part.replace(target)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        part.unlink(missing_ok=True)
    return None


class NativeBuildHook(BuildHookInterface[Any]):
    """Puts the compiled module into wheels, and beside the sources for editable installations."""

    _folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles, or says once that it could not."""
        if version == "editable":
            target = Path(self.root, "cleaner", module_name())
            target.unlink(missing_ok=True)
        else:
            self._folder = Path(tempfile.mkdtemp())
            target = self._folder / module_name()
        problem = compile_module(Path(self.root, "native"), target)
        if problem is not None:
            self.app.display_warning(f"cleaner goes without its compiled module, which only makes it faster: {problem}")
        elif self._folder is not None:
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
            build_data["force_include"][str(target)] = f"cleaner/{target.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Removes what is now in the wheel."""
        if self._folder is not None:
            shutil.rmtree(self._folder)
