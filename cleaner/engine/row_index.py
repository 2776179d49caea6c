"""Where each row is, for millions of keys in little memory."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

_KEY = np.dtype("S16")
_MIN_RECENT = 1 << 16


class RowIndex:
    """A mapping of keys to places that only grows: 24 bytes a key, beside the latest ones.

    Most keys lie sorted in an array; the latest are in a dict that is merged into the array when it has become large
    beside it. A key is known by 128 bits of its digest.
    """

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=_KEY)
        self._places = np.empty(0, dtype=np.int64)
        self._recent: dict[bytes, int] = {}

    def add(self, key: str, place: int) -> None:
        """Remember *place* for *key*, instead of an earlier one."""
        self._recent[_digest(key)] = place
        if len(self._recent) >= max(_MIN_RECENT, len(self._places) // 4):
            self._merge()

    def find(self, key: str) -> int | None:
        """The place of *key*, None if it has none."""
        digest = _digest(key)
        if (place := self._recent.get(digest)) is not None:
            return place
        wanted = np.frombuffer(digest, dtype=_KEY)
        at = int(np.searchsorted(self._keys, wanted)[0])
        return int(self._places[at]) if at < len(self._keys) and self._keys[at] == wanted[0] else None

    def _merge(self) -> None:
        keys = np.concatenate([self._keys, np.frombuffer(b"".join(self._recent), dtype=_KEY)])
        places = np.concatenate([self._places, np.fromiter(self._recent.values(), dtype=np.int64)])
        order = np.argsort(keys, kind="stable")
        keys, places = keys[order], places[order]
        is_latest = np.append(keys[1:] != keys[:-1], True)
        self._keys, self._places = keys[is_latest], places[is_latest]
        self._recent = {}


def _digest(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_KEY.itemsize).digest()
