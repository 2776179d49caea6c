"""A page out of one JSON or Parquet record, by the names of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cleaner.config import Read
from cleaner.model import Failure, RawItem, Source

_HTML = ("html", "raw_html", "content_html")
_TEXT = ("text", "content", "raw_content", "body")
_URL = ("url", "URL", "source_url", "link")
_ID = ("id", "file_id", "uuid")
_MAX_LABEL_CHARS = 4096
"""Longer URLs and ids are no such thing."""


@dataclass(frozen=True, slots=True)
class Utf8Text:
    """A string as it is in UTF-8: a page's, of which nobody needs the characters yet."""

    data: bytes


class Several(list[object]):
    """The different values of a name that stands more than once in one object: which one is meant cannot be known."""


def page_of_record(record: Mapping[str, object], source: Source, config: Read) -> RawItem | Failure:
    """The page in *record*: its HTML if that is not empty, else its text.

    A name with dots that is no field itself leads into nested records (``metadata.url``).
    """
    html, names = html_fields(config), page_fields(config)
    wrong: str | None = None
    empty: str | None = None
    for name in names:
        value = look_up(record, name)
        if isinstance(value, (str, bytes, Utf8Text)):
            if not _is_blank(value):
                return _item(record, value, "text/html" if name in html else "text/plain", source, config)
            empty = empty or name
        elif value is not None:
            wrong = wrong or f"field {name!r} holds {_type_name(value)}, not text"
    if wrong is None and empty is not None:
        wrong = f"field {empty!r} is empty"
    if wrong is None:
        wrong = f"no page in the record: no value for {_listed(names)}; its fields are {_listed(record)}"
    return Failure(source, "read", "not_a_page", wrong)


def html_fields(config: Read) -> tuple[str, ...]:
    """Names under which HTML is looked for."""
    if config.html_field is None and config.text_field is not None:
        return ()
    return (config.html_field,) if config.html_field is not None else _HTML


def text_fields(config: Read) -> tuple[str, ...]:
    """Names under which plain text is looked for."""
    if config.text_field is None and config.html_field is not None:
        return ()
    return (config.text_field,) if config.text_field is not None else _TEXT


def label_fields(config: Read) -> tuple[str, ...]:
    """Names under which the URL and the id are looked for."""
    return (*_names(config.url_field, _URL), *_names(config.id_field, _ID))


def page_fields(config: Read) -> tuple[str, ...]:
    """Names under which pages are looked for, in that order."""
    return (*html_fields(config), *text_fields(config))


def look_up(record: Mapping[str, object], name: str) -> object:
    """The value of *name*; None without one.

    >>> look_up({"metadata": {"url": "x"}}, "metadata.url")
    'x'
    """
    if name in record:
        return record[name]
    head, dot, rest = name.partition(".")
    inner = record.get(head) if dot else None
    return look_up(inner, rest) if isinstance(inner, Mapping) else None


def _is_blank(value: str | bytes | Utf8Text) -> bool:
    if not isinstance(value, Utf8Text):
        return not value or value.isspace()
    begin = value.data[:1]
    return not b" " < begin <= b"~" and _is_blank(value.data.decode("utf-8", "surrogatepass"))


def _item(
    record: Mapping[str, object], value: str | bytes | Utf8Text, content_type: str, source: Source, config: Read
) -> RawItem | Failure:
    payload = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    if isinstance(payload, Utf8Text):
        payload = payload.data
    if len(payload) > config.max_page_bytes:
        detail = f"a page of {len(payload)} bytes; the cap is {config.max_page_bytes} (read.max_page_bytes)"
        return Failure(source, "read", "too_large", detail)
    return RawItem(
        source=source,
        payload=payload,
        sha256=sha256(payload).hexdigest(),
        url=_label(record, _names(config.url_field, _URL)),
        content_type=content_type,
        charset=None if isinstance(value, bytes) else "utf-8",
        record_id=_label(record, _names(config.id_field, _ID)),
    )


def _names(configured: str | None, candidates: tuple[str, ...]) -> tuple[str, ...]:
    return (configured,) if configured is not None else candidates


def _label(record: Mapping[str, object], names: Iterable[str]) -> str | None:
    """The first usable value as printable text."""
    for name in names:
        value = look_up(record, name)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 128:
            return str(value)
        if isinstance(value, str) and 0 < len(value) <= _MAX_LABEL_CHARS:
            return value.encode("utf-8", "replace").decode()
    return None


def _type_name(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, Several):
        return f"{len(value)} values at once"
    return "a record" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else type(value).__name__


def _listed(names: Iterable[str], most: int = 12) -> str:
    shown = [repr(name[:40]) for name in names]
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "") or "none"
