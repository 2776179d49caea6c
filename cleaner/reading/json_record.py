"""Records out of JSON, of which only the fields that make a page are unpacked.

Two bytes of JSON can make an object of a hundred: what nobody asked for is checked and passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from functools import partial

import msgspec
import numpy as np

from cleaner.reading.fields import Several, Utf8Text
from cleaner.reading.json_text import json_text

_LENIENT_BYTES = 4_000_000
"""Of JSON that only Python's parser reads, all of which it unpacks."""

_LONG_BYTES = 1000
"""Of a value that costs more to be searched than to be cut out."""

_NONE: frozenset[str] = frozenset()
_Raw = dict[str, msgspec.Raw]


class BadJsonError(ValueError):
    """Why bytes are no JSON that can be read."""


def json_record(data: bytes, texts: Iterable[str], labels: Iterable[str] = ()) -> dict[str, object] | None:
    """The object of *data* with the values of *texts* and *labels*; None where it is none.

    A name with dots leads into nested objects. The other fields are there too, without their values; of lists none has
    its elements. Long strings that are *texts* and no *labels* are ``Utf8Text``. Two different values under one name of
    *texts* are ``Several``, of *labels* the last counts.

    What msgspec refuses but Python's ``json`` reads is read up to 4 MB: lone surrogates, NaN.

    Raises:
        BadJsonError: no JSON, not UTF-8, nested too deeply, or an integer of thousands of digits.
    """
    try:
        fields = msgspec.json.decode(data, type=_Raw)
        inner, label_inner = _by_first_part(texts), _by_first_part(labels)
        if not _repeats(data, fields, inner):
            return {
                name: Utf8Text(json_text(raw))
                if name in inner and name not in label_inner and _is_long_string(raw)
                else _value(raw, inner.get(name, _NONE), label_inner.get(name, _NONE))
                if name in inner or name in label_inner
                else None
                for name, raw in fields.items()
            }
    except msgspec.ValidationError:
        return None
    except RecursionError as error:
        raise BadJsonError("nested too deeply") from error
    except (msgspec.MsgspecError, ValueError):
        pass
    if len(data) > _LENIENT_BYTES:
        raise BadJsonError(f"it is no plain JSON, and with {len(data)} bytes too long to be read leniently")
    value = parse_json(data, frozenset(part for name in texts for part in (name, name.partition(".")[0])))
    return value if isinstance(value, dict) else None


def parse_json(data: bytes, once: frozenset[str] = frozenset()) -> object:
    """All of *data*; of two fields with one name the last counts, of those in *once* all: as ``Several``.

    Raises:
        BadJsonError: as for ``json_record``.
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=partial(_object_of, once=once))
    except RecursionError as error:
        raise BadJsonError("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise BadJsonError(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadJsonError(f"{error.msg.removesuffix(' at')} at character {error.pos}") from error
    except ValueError as error:
        raise BadJsonError("an integer with too many digits") from error


def _by_first_part(names: Iterable[str]) -> dict[str, set[str]]:
    """*names* by their first parts: what is to be had from inside of each; a name with dots may be one field's, too."""
    inner: dict[str, set[str]] = {}
    for name in names:
        first, dot, rest = name.partition(".")
        inner.setdefault(name, set())
        inner.setdefault(first, set()).update({rest} if dot else ())
    return inner


def _repeats(data: bytes, fields: _Raw, names: Iterable[str]) -> bool:
    """Whether one of *names* stands, or may stand, more than once among the keys of the object itself."""
    values = fields.values()
    rest = _without(data, (view for raw in values if len(view := memoryview(raw)) > _LONG_BYTES))

    def among_keys(part: bytes, times: int) -> bool:
        found = rest.count(part)
        if found >= times:
            found -= sum(bytes(view).count(part) for raw in values if len(view := memoryview(raw)) <= _LONG_BYTES)
        return found >= times

    # A name spelt with an escape may be one of them.
    return among_keys(b"\\u", 1) or any(among_keys(msgspec.json.encode(name), 2) for name in fields.keys() & set(names))


def _without(data: bytes, parts: Iterable[memoryview]) -> bytes:
    """*data* without some *parts* of itself."""
    base, begin, pieces = _address(data), 0, []
    for at, length in sorted((_address(part) - base, len(part)) for part in parts):
        pieces.append(data[begin:at])
        begin = at + length
    return b"".join([*pieces, data[begin:]])


def _address(data: bytes | memoryview) -> int:
    """Where *data* is in memory."""
    address: int = np.frombuffer(data, np.uint8).__array_interface__["data"][0]
    return address


def _is_long_string(raw: msgspec.Raw) -> bool:
    view = memoryview(raw)
    return len(view) > _LONG_BYTES and bytes(view[:1]) == b'"'


def _value(raw: msgspec.Raw, texts: Set[str], labels: Set[str]) -> object:
    first = bytes(memoryview(raw)[:1])
    if first == b"{":
        return json_record(bytes(raw), texts, labels) if texts or labels else {}
    return [] if first == b"[" else msgspec.json.decode(raw)


def _object_of(pairs: list[tuple[str, object]], once: frozenset[str]) -> dict[str, object]:
    """The object of *pairs*, with all that stands under a name of *once* twice, unless it is the same."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for name in once & made.keys():
            values = [value for key, value in pairs if key == name]
            if any(value != values[0] for value in values):
                made[name] = Several(values)
    return made
