"""What the documentation shows works, and where it points there is something."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from cleaner.cli import cli
from cleaner.settings import flatten, resolve, settings
from tests.docs import vocabulary
from tests.docs.markdown import KINDS, ROOT, RUN, anchors, code_names, fences, links, name, pages, tokens
from tests.docs.play import INSTEAD, NOT_RUN, commands

LINKING = [*pages(), *(ROOT / other for other in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"))]
PLAYED = [page for page in pages() if any(fence.kind in RUN for fence in fences(page))]
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


@pytest.mark.parametrize("page", PLAYED, ids=name)
def test_every_command_and_snippet_does_what_its_page_says(page: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.docs.play", str(page)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if skipped := [line for line in done.stdout.splitlines() if line.startswith("skipped: ")]:
        pytest.skip("; ".join(skipped))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_fence_is_of_a_known_kind(page: Path) -> None:
    assert {fence.kind for fence in fences(page)} <= set(KINDS)
    # A block that is code by its indent alone would be run by nobody.
    assert [token.content for token in tokens(page) if token.type == "code_block"] == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_settings_file_that_is_shown_is_one(page: Path) -> None:
    for fence in fences(page):
        if fence.kind == "toml":
            resolve([("cleaner.toml", flatten(tomllib.loads(fence.text)))])


@pytest.mark.parametrize("page", LINKING, ids=name)
def test_no_link_is_dead(page: Path) -> None:
    dead = []
    for link in links(page):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page if not path else (page.parent / path)
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert [name(page) for page in pages() if page not in {*linked, index, ROOT / "README.md"}] == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_command_option_module_and_setting_that_is_named_exists(page: Path) -> None:
    known_commands, known_options = _command_line()
    names = settings()
    unknown = []
    for code in code_names(page):
        words = code.split()
        if words[:1] == ["cleaner"] and len(words) > 1 and words[1].islower() and words[1] not in known_commands:
            unknown.append(code)
        if words[:2] == ["python", "-m"] and not words[2].endswith("...") and find_spec(words[2]) is None:
            unknown.append(code)
        if words[:1] in ([], ["cleaner"]) or code.startswith("--"):
            unknown += [option for option in _OPTION.findall(code) if option not in known_options]
        section, _, leaf = code.partition(".")
        is_setting = leaf.isidentifier() and any(known.startswith(f"{section}.") for known in names)
        if is_setting and code not in {*names, *vocabulary.FILES}:
            unknown.append(code)
        is_path = re.fullmatch(r"(cleaner|tests|benchmarks|docs|raw|native)/([\w/-]+\.\w+|[\w./-]*/)", code)
        if is_path and not (ROOT / code).exists():
            unknown.append(code)
    assert unknown == []


def _command_line() -> tuple[set[str], set[str]]:
    """The names of all commands, and all their options and those of the benchmarks."""
    found: tuple[set[str], set[str]] = (set(), {"--help", "--version"})
    for script in (ROOT / "benchmarks").glob("*.py"):
        found[1].update(re.findall(r'add_argument\(\s*"(--[a-z-]+)"', script.read_text(encoding="utf-8")))
    left: list[click.Command] = [cli]
    while left:
        command = left.pop()
        for parameter in command.params:
            found[1].update([*parameter.opts, *parameter.secondary_opts])
        if isinstance(command, click.Group):
            found[0].update(command.commands)
            left.extend(command.commands.values())
    return found


def test_what_is_not_run_is_shown_somewhere_and_what_runs_in_its_place_is_what_make_does() -> None:
    shown = [command.text for page in PLAYED for fence in fences(page) if fence.kind == "console"
             for command in commands(fence)]  # fmt: skip
    for beginning in (*NOT_RUN, *INSTEAD):
        assert any(text.startswith(beginning) for text in shown), beginning
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target, command in INSTEAD.items():
        recipe = re.search(rf"^{target.removeprefix('make ')}:.*\n\t\$\(BIN\)/(.*)$", makefile, re.MULTILINE)
        assert recipe
        assert recipe[1] == command
