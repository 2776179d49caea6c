"""Words that something is known of, and where those of a page stand among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    numbers: Mapping[str, int]
    """The place of each word; empty where compiled code looks for them."""

    def places_of(self, words: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """The place of each of *words*, -1 where it is not known.

        >>> known_words(["nav", "footer"]).places_of(("footer", "x", "nav")).tolist()
        [1, -1, 0]
        """
        if compiled.native is None:
            return np.fromiter(map(self.numbers.get, words, repeat(-1)), np.int64, len(words))
        return np.frombuffer(compiled.native.known_places(words, self.words, self.slots), np.int64)


def known_words(words: Iterable[str]) -> KnownWords:
    """The same *words*, ready to be looked for."""
    known = tuple(words)
    if compiled.native is not None:
        return KnownWords(known, compiled.native.word_slots(known), {})
    return KnownWords(known, b"", {word: place for place, word in enumerate(known)})
