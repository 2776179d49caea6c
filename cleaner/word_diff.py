"""Two texts that are nearly the same, with the words marked in which they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from cleaner.duplicates.words import normalised_words

MOST_WORDS = 400
"""Of a text that is compared; what is longer is cut."""

_TOKEN = re.compile(r"\S+")
ONLY_HERE = "[-", "-]"
ONLY_THERE = "{+", "+}"


class Stretch(NamedTuple):
    """Words of two texts that stand in the same place."""

    same: bool
    here: str
    """Empty where only the other text has words."""
    there: str


def compared(here: str, there: str) -> Iterator[Stretch]:
    """Both texts, stretch by stretch; case and punctuation do not count.

    >>> list(compared("The old bridge", "the bridge"))[1:]
    [Stretch(same=False, here='old', there=''), Stretch(same=True, here='bridge', there='bridge')]
    """
    left, right = (_TOKEN.findall(text)[:MOST_WORDS] for text in (here, there))
    folded = [[b"".join(normalised_words(word)) for word in side] for side in (left, right)]
    matcher = SequenceMatcher(None, folded[0], folded[1])
    for kind, left_first, left_last, right_first, right_last in matcher.get_opcodes():
        yield Stretch(kind == "equal", " ".join(left[left_first:left_last]), " ".join(right[right_first:right_last]))


def marked(here: str, there: str) -> tuple[str, str]:
    """Both texts on one line, words that only one of them has between brackets; case and punctuation do not count.

    >>> marked("The old bridge closes on Monday.", "The bridge closes on Tuesday")
    ('The [-old-] bridge closes on [-Monday.-]', 'The bridge closes on {+Tuesday+}')
    """
    shown: tuple[list[str], list[str]] = [], []
    for stretch in compared(here, there):
        brackets = (("", ""), ("", "")) if stretch.same else (ONLY_HERE, ONLY_THERE)
        for some, words, (opening, closing) in zip(shown, stretch[1:], brackets, strict=True):
            if words:
                some.append(f"{opening}{words}{closing}")
    return " ".join(shown[0]), " ".join(shown[1])
