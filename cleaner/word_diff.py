"""Two texts that are nearly the same, with the words marked in which they differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from cleaner.duplicates.words import normalised_words

MOST_WORDS = 400
"""Of a text that is compared; what is longer is cut."""

_TOKEN = re.compile(r"\S+")
ONLY_HERE = "[-", "-]"
ONLY_THERE = "{+", "+}"


def marked(here: str, there: str) -> tuple[str, str]:
    """Both texts on one line, words that only one of them has between brackets; case and punctuation do not count.

    >>> marked("The old bridge closes on Monday.", "The bridge closes on Tuesday")
    ('The [-old-] bridge closes on [-Monday.-]', 'The bridge closes on {+Tuesday+}')
    """
    left, right = (_TOKEN.findall(text)[:MOST_WORDS] for text in (here, there))
    folded = [[b"".join(normalised_words(word)) for word in side] for side in (left, right)]
    matcher = SequenceMatcher(None, folded[0], folded[1])
    shown: tuple[list[str], list[str]] = [], []
    for kind, left_first, left_last, right_first, right_last in matcher.get_opcodes():
        brackets = (("", ""), ("", "")) if kind == "equal" else (ONLY_HERE, ONLY_THERE)
        sides = left[left_first:left_last], right[right_first:right_last]
        for some, words, (opening, closing) in zip(shown, sides, brackets, strict=True):
            if words:
                some.append(f"{opening}{' '.join(words)}{closing}")
    return " ".join(shown[0]), " ".join(shown[1])
