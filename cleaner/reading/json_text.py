"""A JSON string as UTF-8."""

from __future__ import annotations

import msgspec

from cleaner import compiled


def json_text(string: bytes | msgspec.Raw) -> bytes:
    r"""The text of *string*, quotes included, in UTF-8.

    >>> json_text(b'"a \\"caf\\u00e9\\""').decode()
    'a "café"'

    Raises:
        msgspec.DecodeError: it is no string.
    """
    made = None if compiled.native is None else compiled.native.json_text(string)
    return msgspec.json.decode(string, type=str).encode("utf-8", "surrogatepass") if made is None else made
