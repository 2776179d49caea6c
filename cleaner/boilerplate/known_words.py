"""Words that something is known of, and where those of a page stand among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import numpy as np
import numpy.typing as npt

from cleaner import compiled


@dataclass(frozen=True, slots=True, eq=False)
class KnownWords:
    """Each word once."""

    words: tuple[str, ...]
    slots: bytes
    """Where compiled code looks for them: a dictionary of so many words would not stay in the cache."""

    def places_of(self, words: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """The place of each of *words*, -1 where it is not known.

        >>> known_words(["nav", "footer"]).places_of(("footer", "x", "nav")).tolist()
        [1, -1, 0]
        """
        if compiled.native is None:
            return np.fromiter(map(_numbers(self).get, words, repeat(-1)), np.int64, len(words))
        return np.frombuffer(compiled.native.known_places(words, self.words, self.slots), np.int64)


def known_words(words: Iterable[str]) -> KnownWords:
    """The same *words*, ready to be looked for."""
    known = tuple(words)
    return KnownWords(known, compiled.native.word_slots(known) if compiled.native is not None else b"")


@lru_cache(maxsize=16)
def _numbers(known: KnownWords) -> dict[str, int]:
    return {word: place for place, word in enumerate(known.words)}
