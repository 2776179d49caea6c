"""Writes ``docs/reference/`` from the code: ``python -m tests.docs.reference`` after a change to what it tells of.

Options come from the command line itself, settings from the fields of ``Config`` and the docstrings below them, columns
from the schemas; ``vocabulary.py`` has what is said of values. The same code gives the same bytes.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click
import pyarrow as pa

from cleaner import config as settings_module
from cleaner.boilerplate.rules import RULES
from cleaner.cli import cli
from cleaner.config import Config
from cleaner.options import FLAGS
from cleaner.settings import resolve, settings
from cleaner.writing import schemas
from tests.docs import vocabulary
from tests.docs.markdown import ROOT

FOLDER = ROOT / "docs" / "reference"
_HEAD = "<!-- Written by `python -m tests.docs.reference`; change the code, not this page. -->"


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    made = {"command-line.md": _command_line(), "settings.md": _settings(), "tables.md": _tables()}
    return {name: "\n".join([_HEAD, "", *lines]).rstrip() + "\n" for name, lines in made.items()}


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _values(title: str, said: str, values: Mapping[Any, str], heads: tuple[str, str]) -> Iterator[str]:
    yield from (f"## {title}", "", said, "")
    yield from _table(heads, [(f"`{value}`", meaning) for value, meaning in values.items()])


# The command line


def _command_line() -> Iterator[str]:
    yield from ("# The command line", "")
    yield "`cleaner COMMAND --help` says the same. Options win over [settings](settings.md) from elsewhere."
    yield ""
    for name, command in _commands("cleaner", cli):
        yield from _command(name, command)
    said = "Errors are one sentence on standard error that says what to do."
    yield from _values("Exit codes", said, vocabulary.EXIT_CODES, ("code", "meaning"))


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part, inner in command.commands.items():
            yield from _commands(f"{name} {part}", inner)


def _command(name: str, command: click.Command) -> Iterator[str]:
    yield from (f"## {name}", "")
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            lines = paragraph.splitlines()[1:]
            yield from (lines[0], "", "```text", *(line.removeprefix("  ") for line in lines[1:]), "```", "")
        else:
            yield from (paragraph, "")
    yield from ("```text", usage, "```", "")
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        yield from _table(("option", "what", "setting"), [_option(option) for option in options])


def _option(option: click.Option) -> tuple[str, str, str]:
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(cli))}"
    names = ", ".join(f"`{name}{value}`" for name in [*option.opts, *option.secondary_opts])
    setting = FLAGS.get(str(option.name))
    return names, option.help or "", f"`{setting}`" if setting else ""


# Settings


def _settings() -> Iterator[str]:
    flags = {setting: f"--{flag.replace('_', '-')}" for flag, setting in FLAGS.items()}
    yield from ("# Settings", "")
    yield "An option wins over an environment variable, that over `cleaner.toml` in the current folder, that"
    yield "over `[tool.cleaner]` in `pyproject.toml`, that over the default. `cleaner config show` prints each value in"
    yield "force and where it came from. Sizes may be written as `4G` or `500M`."
    yield from ("", "```toml", "# cleaner.toml", "jobs = 4", "", "[duplicates]", 'mode = "drop"', "```", "")
    defaults = {name: value for name, (value, _) in resolve([])[1].items()}
    docs = documented()
    sections = list(dict.fromkeys(name.rpartition(".")[0] for name in settings()))
    for section in sections:
        kind = type(getattr(Config(), section)) if section else Config
        yield from (f"## {section or 'Of the whole run'}", "", _plain(inspect.getdoc(kind) or ""), "")
        yield from _table(
            ("setting", "type", "default", "environment, option", "what"),
            [
                (
                    f"`{name}`",
                    _type(kind),
                    _default(defaults[name]),
                    ", ".join(f"`{word}`" for word in (_variable(name), flags.get(name)) if word),
                    _plain(docs[name]),
                )
                for name, kind in settings().items()
                if name.rpartition(".")[0] == section
            ],
        )


def documented() -> dict[str, str]:
    """What stands below each field of the settings, by the setting's dotted name; empty where nothing does."""
    by_class: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(settings_module)).body:
        if isinstance(node, ast.ClassDef):
            by_class[node.name] = dict(_field_docs(node.body))
    hints = get_type_hints(Config)
    found = {}
    for name in settings():
        section, _, leaf = name.rpartition(".")
        owner = hints[section].__name__ if section else "Config"
        found[name] = by_class[owner].get(leaf, "")
    return found


def _field_docs(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, below in pairwise(body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            match below:
                case ast.Expr(ast.Constant(str(text))):
                    yield statement.target.id, inspect.cleandoc(text)


def _type(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is tuple:
        return "list of words"
    if isinstance(kind, UnionType) or get_origin(kind) is not None:
        return " or ".join(_type(part) for part in get_args(kind) if part is not type(None))
    return {bool: "true or false", int: "whole number", float: "number", str: "word"}[kind]


def _default(value: object) -> str:
    match value:
        case None | ():
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case int():
            return f"`{value:_}`" if value >= 10_000 else f"`{value}`"
    return f"`{value}`"


def _variable(name: str) -> str:
    return f"CLEANER_{name.replace('.', '_').upper()}"


def _plain(text: str) -> str:
    return re.sub(r"``(.*?)``", r"`\1`", " ".join(text.split()))


# Tables


def _tables() -> Iterator[str]:
    yield from ("# The output", "")
    yield "A *source* is one raw page: a file, or a record in a container. Its *source text* is its decoded text,"
    yield "HTML or plain; places in it are half-open ranges of code points, `[start, end)`. A document's id is the path"
    yield "of its source, with `#3` behind it for the third record of a container."
    yield ""
    yield from _values("Files", "`cleaner run RAW CLEAN` writes into `CLEAN`:", vocabulary.FILES, ("file", "what"))
    yield "In `documents.jsonl` a segment is `[text_start, text_end, source_start, source_end]`, and a block is"
    yield "`[text_start, text_end, role, level]`."
    yield ""
    yield "*Visible characters* are those that a reader of the page sees: a tag is none, `&amp;` is one, a run of white"
    yield "space is one, and mojibake that was repaired is what it became. Each is kept or removed for one reason:"
    yield "`metadata.visible_length` of a document is the length of its blocks and the sum of `visible_chars` over its"
    yield "removals. Shares of text, here and in the report, are shares of visible characters."
    yield ""
    for table in tables():
        lines = " and documents.jsonl" if table is schemas.DOCUMENTS else ""
        yield from (f"## {table.file}{lines}", "")
        yield from _table(("column", "type", "what"), [row for field in table.schema for row in _columns(field, "")])
    yield from _values("Counts", "The key `counts` of `run.json`.", vocabulary.COUNTS, ("key", "what"))
    yield from _removal_rules()
    yield from _values("Statuses", "Of documents.", vocabulary.STATUSES, ("status", "meaning"))
    yield from _values(
        "Kinds of failures", "Each is one row, and the run goes on.", vocabulary.FAILURES, ("kind", "what")
    )
    said = "Inside kept text; each can be undone."
    yield from _values("Kinds of repairs", said, vocabulary.REPAIRS, ("kind", "what"))
    said = "Between passages; [settings](settings.md#duplicates) draw the borders."
    yield from _values("Kinds of relations", said, vocabulary.RELATIONS, ("kind", "what"))
    yield from _values("Kinds of passages", "What is compared.", vocabulary.PASSAGES, ("kind", "what"))
    yield from _values("Roles of blocks", "In the clean text.", vocabulary.ROLES, ("role", "what"))


def tables() -> list[schemas.Table]:
    """All tables that there are, documents first."""
    found = [table for table in vars(schemas).values() if isinstance(table, schemas.Table)]
    return sorted(found, key=lambda table: table is not schemas.DOCUMENTS)


def _columns(field: pa.Field, above: str) -> Iterator[tuple[str, str, str]]:
    """The rows of a column and of what is inside it."""
    name = above + field.name
    kind = field.type
    inner = kind.value_type if pa.types.is_list(kind) else kind
    is_struct = pa.types.is_struct(inner)
    said = ("list of " if pa.types.is_list(kind) else "") + ("records" if is_struct and inner is not kind else "")
    said = said or ("record" if is_struct else "")
    if not is_struct:
        said += str(inner)
    described = (field.metadata or {}).get(b"doc", b"").decode()
    yield f"`{name}`", said + (", or null" if field.nullable else ""), described
    if is_struct:
        for part in inner:
            yield from _columns(part, f"{name}.")


def _removal_rules() -> Iterator[str]:
    yield from _values("Reasons of removals", "The column `reason`.", vocabulary.REASONS, ("reason", "meaning"))
    yield from ("## Rules of removals", "", "The column `rule`, by reason.", "")
    site = {"site-template": RULES["site-template"]}
    boilerplate = {rule: why for rule, why in RULES.items() if rule not in site}
    by_reason = {**vocabulary.RULES, "boilerplate": boilerplate, "template": site}
    rows = [(reason, f"`{rule}`", why) for reason in vocabulary.REASONS for rule, why in by_reason[reason].items()]
    yield from _table(("reason", "rule", "meaning"), rows)


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        Path(FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
