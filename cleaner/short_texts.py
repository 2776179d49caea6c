"""Many short texts that are looked for in one pass over a line or a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from cleaner import compiled

_HASHES = 4_096


@dataclass(frozen=True, slots=True)
class Texts:
    """Short texts, none empty, that many lines are asked for."""

    texts: tuple[str, ...]
    begins: npt.NDArray[np.int32]
    """Where those begin whose first two characters have a hash, by hash, and the end of all."""
    characters: npt.NDArray[np.uint32]
    """Those of all texts, one text after the other: side by side they stay in the cache."""
    stops: npt.NDArray[np.int32]
    """Where the characters of each text end, behind a 0."""

    def places_in(self, line: str) -> tuple[int, ...]:
        """Places of those that are in *line*, in any order."""
        if compiled.native is None:
            return tuple([place for place, text in enumerate(self.texts) if text in line])
        return compiled.native.texts_in(line, self.begins, self.characters, self.stops)


def texts_of(texts: Iterable[str]) -> Texts:
    """The same *texts*, ready to be looked for."""
    hashed = sorted((_hash(text), text) for text in texts)
    begins = np.searchsorted([key for key, _ in hashed], np.arange(_HASHES + 1)).astype(np.int32)
    found = tuple(text for _, text in hashed)
    characters = np.frombuffer("".join(found).encode("utf-32-le", "surrogatepass"), np.uint32)
    return Texts(found, begins, characters, np.array([0, *accumulate(map(len, found))], dtype=np.int32))


def _hash(text: str) -> int:
    """Of the first two characters, or of the only one."""
    return (ord(text[0]) * 31 + (ord(text[1]) if len(text) > 1 else 0)) % _HASHES
