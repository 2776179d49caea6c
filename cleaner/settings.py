"""Settings by dotted name (``duplicates.mode``), layer over layer, into one ``Config``.

The layers come from the command line: flags, ``CLEANER_*`` variables, ``cleaner.toml``, ``[tool.cleaner]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from cleaner.config import Config
from cleaner.errors import UsageError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_LARGEST = 2**53
_MOST = {
    "signatures.ngram": 64,
    "signatures.bands": 2**16 - 1,
    "signatures.rows": 2**16 - 1,
    "signatures.seed": 2**32 - 1,
}
"""What signatures have room for."""
_MAY_BE_ZERO = frozenset(
    {"jobs", "max_failed", "read.max_nesting", "write.page_views", "signatures.seed", "duplicates.min_document_chars"}
    | {f"duplicates.{name}" for name in ("near", "contained", "contained_words", "cluster", "document")}
)
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def settings() -> dict[str, Any]:
    """Every setting's dotted name with its type, in the order of ``Config``.

    >>> settings()["duplicates.near"]
    <class 'float'>
    """
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(Config).items():
        if is_dataclass(kind):
            found.update({f"{name}.{leaf}": leaf_kind for leaf, leaf_kind in get_type_hints(kind).items()})
        else:
            found[name] = kind
    return found


def flatten(table: Mapping[str, object]) -> dict[str, object]:
    """A TOML table by dotted name.

    >>> flatten({"strict": True, "duplicates": {"mode": "drop"}})
    {'strict': True, 'duplicates.mode': 'drop'}
    """
    flat: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.update({f"{key}.{leaf}": inner for leaf, inner in flatten(value).items()})
        else:
            flat[key] = value
    return flat


def from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    """The settings in ``CLEANER_*`` variables; variables of no setting are left alone.

    >>> from_environment({"CLEANER_DUPLICATES_MODE": "drop", "HOME": "/"})
    {'duplicates.mode': 'drop'}
    """
    names = {f"CLEANER_{name.replace('.', '_').upper()}": name for name in settings()}
    return {names[key]: value for key, value in sorted(environment.items()) if key in names}


def resolve(layers: Sequence[tuple[str, Mapping[str, object]]]) -> tuple[Config, dict[str, tuple[object, str]]]:
    """The config that *layers* give, most important first, and each value with the layer it came from.

    Raises:
        UsageError: an unknown name, or a value that is not of the setting's type.
    """
    kinds = settings()
    for origin, layer in layers:
        for name in layer:
            if name not in kinds:
                near = get_close_matches(name, kinds, 1)
                raise UsageError(
                    f"{origin}: no setting is called '{name}'" + (f"; did you mean '{near[0]}'?" if near else ".")
                )
    values: dict[str, tuple[object, str]] = {}
    for name, kind in kinds.items():
        section, _, leaf = name.rpartition(".")
        default = getattr(getattr(Config(), section) if section else Config(), leaf)
        values[name] = (default, "default")
        for origin, layer in layers:
            if layer.get(name) is not None:
                values[name] = (_converted(name, layer[name], kind, origin), origin)
                break
    return _built(values), values


def _built(values: Mapping[str, tuple[object, str]]) -> Config:
    sections: dict[str, Any] = {}
    hints = get_type_hints(Config)
    for field in fields(Config):
        kind = hints[field.name]
        if is_dataclass(kind):
            leaves = {leaf.name: values[f"{field.name}.{leaf.name}"][0] for leaf in fields(kind)}
            sections[field.name] = kind(**leaves)  # type: ignore[operator]
        else:
            sections[field.name] = values[field.name][0]
    return Config(**sections)


def _converted(name: str, value: object, kind: Any, origin: str) -> object:
    """*value* as *kind*; strings are read, so that variables and flags may be written as a person would.

    Raises:
        UsageError: it is no such value; the sentence has it as it was given.
    """
    origin_kind, arguments = get_origin(kind), get_args(kind)
    words: list[object] = []
    if origin_kind in {Union, UnionType}:
        words = [word for argument in arguments if get_origin(argument) is Literal for word in get_args(argument)]
        if value in words:
            return value
        kind = next(argument for argument in arguments if argument is not NoneType)
        origin_kind, arguments = get_origin(kind), get_args(kind)
    try:
        if origin_kind is Literal:
            if value in arguments:
                return value
            raise ValueError(f"one of {', '.join(map(str, arguments))}")
        if origin_kind is tuple:
            parts = value.split(",") if isinstance(value, str) else value
            if not isinstance(parts, Sequence) or not all(isinstance(part, str) for part in parts):
                raise ValueError("a list of words")
            return tuple(part.strip() for part in parts if part.strip())
        return _scalar(name, value, kind)
    except ValueError as error:
        others = "".join(f", or {word}" for word in words)
        given = f"{origin} {value}" if origin.startswith("--") else f"{origin}: {name} = {value!r}"
        raise UsageError(f"{given} is not {error}{others}.") from None


def _scalar(name: str, value: object, kind: type) -> object:
    if kind is bool:
        word = str(value).lower()
        if word in _TRUE | _FALSE:
            return word in _TRUE
        raise ValueError("true or false")
    if kind is str:
        return str(value)
    if isinstance(value, bool):
        raise ValueError("a number")
    if isinstance(value, str) and kind is int:
        size = _SIZE.fullmatch(value.strip())
        if not size:
            raise ValueError("a size, like 4G or 500M" if name.endswith("_bytes") else "a whole number of 0 or more")
        value = float(size[1]) * 1000 ** _POWERS[size[2].lower()]
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError("a number") from None
    if not 0 <= number <= _LARGEST or (kind is int and number != int(number)):
        raise ValueError("a whole number of 0 or more" if kind is int else "a number of 0 or more")
    if number > _MOST.get(name, _LARGEST):
        raise ValueError(f"a number of at most {_MOST[name]:,}")
    if not number and name not in _MAY_BE_ZERO:
        raise ValueError("more than 0")
    return int(number) if kind is int else number
