"""Options that commands share, and the settings that flags, environment and files give together."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import click

from cleaner.config import Config
from cleaner.errors import UsageError
from cleaner.settings import flatten, from_environment, resolve, settings

Values = dict[str, tuple[object, str]]

FLAGS = {
    "extractor": "boilerplate.extractor",
    "prefer": "boilerplate.prefer",
    "scope": "boilerplate.scope",
    "templates": "templates.enabled",
    "urls": "read.urls",
    "site_from": "read.site_from",
    "duplicates": "duplicates.mode",
    "canonical": "duplicates.canonical",
    "prefer_site": "duplicates.prefer_sites",
    "against": "duplicates.against",
    "format": "write.format",
    "page_views": "write.page_views",
    "jobs": "jobs",
    "memory": "engine.memory_bytes",
    "html_field": "read.html_field",
    "text_field": "read.text_field",
    "url_field": "read.url_field",
    "id_field": "read.id_field",
    "strict": "strict",
}
"""Which setting each flag is."""


def settings_of(flags: Mapping[str, object]) -> tuple[Config, Values]:
    """Flag > ``CLEANER_*`` > ``cleaner.toml`` > ``[tool.cleaner]`` > default."""
    given = {name: value for name, value in flags.items() if name in FLAGS and value not in (None, ())}
    return resolve(
        [
            *((f"--{name.replace('_', '-')}", {FLAGS[name]: value}) for name, value in given.items()),
            ("environment", from_environment(os.environ)),
            ("cleaner.toml", _toml(Path("cleaner.toml"))),
            ("pyproject.toml", _toml(Path("pyproject.toml"), "tool", "cleaner")),
        ]
    )


class NamedPath(click.Path):
    """A path that has a name: an empty variable is not the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """*value* as click converts a path."""
        if value in {"", b""}:
            self.fail("an empty name; is a variable unset?", param, ctx)
        return super().convert(value, param, ctx)


def _toml(path: Path, *tables: str) -> dict[str, object]:
    """The settings in a TOML file; none where the file or the table is missing."""
    try:
        found: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}.") from None
    for table in tables:
        found = found.get(table, {})
        if not isinstance(found, dict):
            raise UsageError(f"{path}: [{'.'.join(tables)}] is not a table.")
    return flatten(found)


def completing(setting: str, *more: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """What a shell offers for the value of a flag: the words that *setting* may be, and *more*."""

    def offered(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
        words = [str(word) for word in get_args(settings()[setting])]
        return [word for word in (*words, *more) if word.startswith(incomplete)]

    return offered


def word_option(flag: str, metavar: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option *flag*, whose setting is one of a few words."""
    complete = completing(FLAGS[flag.lstrip("-").replace("-", "_")])
    return click.option(flag, metavar=metavar, help=text, shell_complete=complete)


def options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The shared options with these names."""
    choices: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
        "extractor": _together(
            word_option("--extractor", "NAME", "How text is told apart: learned (default), trafilatura."),
            word_option("--prefer", "WHAT", "In doubt: precision, balanced (default), recall."),
            word_option("--scope", "WHAT", "main (default), main+comments: with readers' comments."),
        ),
        "jobs": click.option("--jobs", metavar="N", help="Worker processes; default: one per core."),
        "memory": click.option("--memory", metavar="SIZE", help="Memory for the whole run, such as 4G."),
        "fields": _together(
            click.option("--html-field", metavar="NAME", help="JSONL/Parquet field with the HTML."),
            click.option("--text-field", metavar="NAME", help="JSONL/Parquet field with plain text."),
            click.option("--url-field", metavar="NAME", help="JSONL/Parquet field with the address."),
            click.option("--id-field", metavar="NAME", help="JSONL/Parquet field with the record's id."),
        ),
    }
    return _together(*(choices[name] for name in names))


def _together(*decorators: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def apply(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply
