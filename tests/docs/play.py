"""Runs what a page of the docs shows: ``python -m tests.docs.play docs/tutorial.md``.

Each page gets a new folder that holds ``raw/``, the sample corpus. Its ``console`` and ``python`` fences are run there
in order, the Python of a page in one namespace. ``CONTRIBUTING.md`` says how pages are written for it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from cleaner.cli import main as command_line
from tests.docs.markdown import ROOT, RUN, Fence, fences

NOT_RUN = {
    "make test": "it runs these tests",
    "pip install": "it asks a package registry",
    "source .venv/bin/activate": "the interpreter that runs the tests stands in its place",
    "python -m benchmarks.": "it takes minutes or hours, and pages that lie beside the project",
}
"""Commands that are shown and not run, by how they begin, with the reason."""
INSTEAD = {"make run": "cleaner run raw/ clean/"}
"""What is run in place of a command: what the Makefile has, without the installation before it."""
OPTIONAL = ("datasets", "datatrove", "pandas", "ray", "scrapy")
"""Libraries that may be missing; what needs one is skipped then."""
_TIMEOUT_S = 300


@dataclass(slots=True)
class Command:
    """A line behind ``$``, and what is said of its end and its output."""

    line: int
    text: str
    exit_code: int = 0
    shown: list[str] = field(default_factory=list)


def commands(fence: Fence) -> Iterator[Command]:
    """The commands of a ``console`` fence.

    >>> [one] = commands(Fence("console", 7, "$ cleaner verify a\\n# exits 1\\n2 differences.\\n", False))
    >>> one.text, one.exit_code, one.shown
    ('cleaner verify a', 1, ['2 differences.'])
    """
    current: Command | None = None
    goes_on = False
    for number, line in enumerate(fence.text.splitlines(), fence.line):
        if current and goes_on:
            current.text += "\n" + line
        elif line.startswith("$ "):
            if current:
                yield current
            current = Command(number, line[2:])
        elif current is None:
            raise ValueError(f"line {number} comes before any command: {line}")
        elif line.startswith("# exits ") and not current.shown:
            current.exit_code = int(line.removeprefix("# exits "))
        else:
            current.shown.append(line)
        goes_on = line.endswith("\\") and not current.shown
    if current:
        yield current


def missing(shown: list[str], output: str) -> str | None:
    """The first stretch of *shown* that is not in *output*, whole lines in order; ``...`` stands for any lines.

    >>> missing(["b", "...", "d"], "a\\nb\\nc\\nd\\n"), missing(["a", "c"], "a\\nb\\nc\\n")
    (None, 'a\\nc')
    """
    lines = [line.rstrip() for line in output.splitlines()]
    at = 0
    for stretch in _stretches(shown):
        places = range(at, len(lines) - len(stretch) + 1)
        found = next((start for start in places if lines[start : start + len(stretch)] == stretch), None)
        if found is None:
            return "\n".join(stretch)
        at = found + len(stretch)
    return None


def _stretches(shown: list[str]) -> Iterator[list[str]]:
    stretch: list[str] = []
    for line in [*shown, "..."]:
        if line.strip() != "...":
            stretch.append(line.rstrip())
        elif stretch:
            yield stretch
            stretch = []


def needs(fence: Fence) -> list[str]:
    """The optional libraries that *fence* asks for."""
    if fence.kind == "console":
        return sorted({word for one in commands(fence) for word in one.text.split() if word in OPTIONAL})
    imported = set()
    for node in ast.walk(ast.parse(fence.text)):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    parts = {part for module in imported for part in (module.split(".")[0], module.split(".")[-1])}
    return sorted(parts & set(OPTIONAL))


class Trouble(Exception):
    """A command or snippet did not do what the page says."""


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["cleaner.cli", "cleaner.pipeline", "cleaner.explain", "cleaner.verify", "cleaner.export"]
)
_SHELL = re.compile(r"""[|<>&;$*?'"`\\\n()~{}!]|(?<!\S)#""")
"""What a shell would read in a command."""


def _run_shell(text: str) -> tuple[int, str]:
    """The exit code of a command, and what it said on both streams."""
    with tempfile.NamedTemporaryFile() as said:
        if text.startswith("cleaner ") and not _SHELL.search(text):
            code = _run_forked(text.split()[1:], said)
        else:
            code = subprocess.run(
                ["bash", "-c", f"set -o pipefail\n{text}"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=_TIMEOUT_S,
                check=False,
            ).returncode
        said.seek(0)
        return code, said.read().decode("utf-8", "replace")


def _run_forked(arguments: list[str], said: IO[bytes]) -> int:
    """The same as the shell would do, in a child of a process that has done the imports: half of the CPU time."""
    place = str(said.name)
    child = _FORKS.Process(target=_command_line, args=(arguments, place, str(Path.cwd()), dict(os.environ)))
    child.start()
    child.join(_TIMEOUT_S)
    if child.exitcode is None:
        child.kill()
        raise Trouble(f"cleaner {' '.join(arguments)}: not done after {_TIMEOUT_S} s")
    return child.exitcode


def _command_line(arguments: list[str], said: str, folder: str, environment: dict[str, str]) -> None:
    stream = os.open(said, os.O_WRONLY | os.O_APPEND)
    for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, stream), (2, stream)):
        os.dup2(source, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["cleaner", *arguments]
    command_line()


def _run_console(fence: Fence) -> None:
    for command in commands(fence):
        if any(command.text.startswith(beginning) for beginning in NOT_RUN):
            continue
        text = INSTEAD.get(command.text.partition("#")[0].strip(), command.text)
        code, output = _run_shell(text)
        if code != command.exit_code:
            raise Trouble(f"line {command.line}: {text}\nexit code {code}\n{output}")
        if absent := missing(command.shown, output):
            raise Trouble(f"line {command.line}: {text}\nnot in its output:\n{absent}\n--- which is:\n{output}")


def _run_python(fence: Fence, namespace: dict[str, object]) -> str:
    printed = io.StringIO()
    code = compile("\n" * (fence.line - 1) + fence.text, "<page>", "exec")
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, namespace)
    except NameError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, the page is wrong)
        raise Trouble(f"line {fence.line}:\n{traceback.format_exc()}") from None
    return printed.getvalue()


def play(page: Path, folder: Path) -> list[str]:
    """Runs *page* in *folder* and tells what was skipped, a sentence each.

    Raises:
        Trouble: something that is shown does not work, or prints something else.
    """
    shutil.copytree(ROOT / "raw", folder / "raw")
    tools = folder / ".tools"
    tools.mkdir()
    for tool, words in (("cleaner", "-m cleaner"), ("python", ""), ("scrapy", "-m scrapy")):
        (tools / tool).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        (tools / tool).chmod(0o755)
    os.chdir(folder)
    os.environ.update(
        {"HOME": str(folder), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        | {"CLEANER_JOBS": "1"}  # the same bytes, and a second worker costs a second of CPU time to start
        | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    )
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of many commands compiles the package anew
    namespace: dict[str, object] = {"__name__": "__main__"}
    skipped, printed = [], ""
    for fence in fences(page):
        absent = [library for library in needs(fence) if find_spec(library) is None] if fence.kind in RUN else []
        if absent:
            skipped.append(f"skipped: line {fence.line} needs {', '.join(absent)}, which is not installed")
            printed = ""
        elif fence.kind == "console":
            _run_console(fence)
        elif fence.kind == "python":
            try:
                printed = _run_python(fence, namespace)
            except NameError as error:  # of what a fence that was skipped would have given
                if not skipped:
                    raise Trouble(f"line {fence.line}: {error}") from None
                printed = ""
        elif fence.kind == "text" and fence.follows and printed:
            if wrong := missing(fence.text.splitlines(), printed):
                raise Trouble(f"line {fence.line}: not printed:\n{wrong}\n--- but:\n{printed}")
            printed = ""
    return skipped


def main() -> None:
    """Play the page that is named, and exit with 1 if it does not do what it says."""
    page = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        try:
            sys.stdout.write("".join(f"{sentence}\n" for sentence in play(page, Path(folder).resolve())))
        except Trouble as trouble:
            sys.exit(f"{page}: {trouble}")
        finally:
            os.chdir(ROOT)


if __name__ == "__main__":
    main()
