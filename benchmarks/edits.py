"""What happens to a paragraph on its way from one site to the next, one function for each kind.

A word is a run of characters between spaces with a letter or digit in it. All chance comes from the generator given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from benchmarks.paragraphs import Prose, sentences

QUOTE_WORDS = (12, 30)
LIFTED_SHARE = 0.4
"""Of the words of the passage that a lifted paragraph stands in."""

TRUNCATED = 0.6
"""Share of the words that a truncated copy keeps."""

_RUN = (3, 8)
"""Words of a run that is edited as one."""

_HALF_WORDS = 12
"""Each part of a split paragraph has so many words or more, as the shortest quote has."""

_CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)
_CURLY = ((re.compile(r'(?<!\S)"'), "“"), (re.compile(r'"'), "”"), (re.compile(r"(?<=\w)'"), "’"))
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_LIGATURES = (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"))


@dataclass(frozen=True, slots=True)
class Edit:
    """A kind of copy."""

    name: str
    change: Callable[[str, Prose, Random], Sequence[str]]
    """The passages that the copy consists of: two for a split paragraph, else one."""
    suits: Callable[[str], bool] = lambda text: True
    """Whether a paragraph can be copied so."""


def word_places(tokens: Sequence[str]) -> list[int]:
    """Which of *tokens* are words."""
    return [at for at, token in enumerate(tokens) if _CORE.search(token)]


def replaced(token: str, prose: Prose) -> str:
    """*token* with another word in its place, what stands around it and its capital kept."""
    core = _CORE.search(token)
    assert core
    word = prose.word()
    while word == core[0].lower():
        word = prose.word()
    return token[: core.start()] + (word.capitalize() if core[0][0].isupper() else word) + token[core.end() :]


def edit_words(text: str, share: float, shape: Literal["uniform", "runs"], prose: Prose, rng: Random) -> str:
    """*text* with *share* of its words, at least one, each replaced, left out or preceded by a new one.

    ``uniform``: anywhere, each for itself; ``runs``: three to eight neighbours at a time, all in one way.
    """
    tokens = text.split(" ")
    places = word_places(tokens)
    wanted = max(1, round(share * len(places)))
    for first, last in _stretches(len(places), wanted, (1, 1) if shape == "uniform" else _RUN, rng):
        change = rng.choice(("replace", "insert", "delete"))
        for at in places[first:last]:
            if change == "replace":
                tokens[at] = replaced(tokens[at], prose)
            elif change == "delete":
                tokens[at] = ""
        if change == "insert":
            added = " ".join(prose.word() for _ in range(last - first))
            tokens[places[first]] = f"{added} {tokens[places[first]]}"
    return " ".join(token for token in tokens if token)


def _stretches(count: int, wanted: int, run: tuple[int, int], rng: Random) -> list[tuple[int, int]]:
    """Disjoint ranges of *count* places, *wanted* in all; neighbours are not parted on purpose."""
    sizes = []
    while wanted:
        sizes.append(min(wanted, rng.randint(*run)))
        wanted -= sizes[-1]
    free = sum(sizes)
    # Where each begins if all were of no width, then moved on by those before it.
    begins = sorted(rng.sample(range(count - free + len(sizes)), len(sizes)))
    stretches = []
    moved = 0
    for number, (begin, size) in enumerate(zip(begins, sizes, strict=True)):
        first = begin - number + moved
        stretches.append((first, first + size))
        moved += size
    return stretches


def reformat(text: str, _: Prose, rng: Random) -> list[str]:
    """The same words in other dress: one to three of case, punctuation, quotes, hard spaces and ligatures."""
    changes = (_recase, _repunctuate, _requote, _harden_spaces, _ligate)
    while True:
        changed = text
        for change in rng.sample(changes, rng.randint(1, 3)):
            changed = change(changed, rng)
        if changed != text:
            return [changed]


def _recase(text: str, rng: Random) -> str:
    return str(rng.choice((str.upper, str.lower, str.title))(text))


def _repunctuate(text: str, _: Random) -> str:
    """Without commas, semicolons, colons and brackets between words; full stops at the end are points of suspense."""
    return re.sub(r"[,;:)](?=\s|$)|(?<!\S)\(", "", text).removesuffix(".") + "…"


def _requote(text: str, _: Random) -> str:
    straight = text.translate(_STRAIGHT)
    if straight != text:
        return straight
    for pattern, curly in _CURLY:
        text = pattern.sub(curly, text)
    return text


def _harden_spaces(text: str, rng: Random) -> str:
    return re.sub(" ", lambda _: "\u00a0" if rng.random() < 0.3 else " ", text)


def _ligate(text: str, _: Random) -> str:
    for letters, ligature in _LIGATURES:
        text = text.replace(letters, ligature)
    return text


def truncate(text: str, end: Literal["first", "last"]) -> list[str]:
    """The first or the last 60 % of the words."""
    tokens = text.split(" ")
    kept = math.ceil(TRUNCATED * len(tokens))
    return [" ".join(tokens[:kept] if end == "first" else tokens[-kept:])]


def drop_sentence(text: str, _: Prose, rng: Random) -> list[str]:
    """All sentences but one; it is not the longest."""
    parts = sentences(text)
    longest = max(range(len(parts)), key=lambda at: len(parts[at]))
    parts.pop(rng.choice([at for at in range(len(parts)) if at != longest]))
    return [" ".join(parts)]


def swap_sentences(text: str, _: Prose, rng: Random) -> list[str]:
    """Two neighbouring sentences in each other's place."""
    parts = sentences(text)
    at = rng.randrange(len(parts) - 1)
    parts[at : at + 2] = parts[at + 1], parts[at]
    return [" ".join(parts)]


def split(text: str, _: Prose, __: Random) -> list[str]:
    """Two passages, parted at the end of a sentence, the nearest to the middle."""
    parts = sentences(text)
    at = _middle(parts)
    assert at
    return [" ".join(parts[:at]), " ".join(parts[at:])]


def _middle(parts: Sequence[str]) -> int | None:
    sizes = [len(part.split()) for part in parts]
    borders = [at for at in range(1, len(parts)) if min(sum(sizes[:at]), sum(sizes[at:])) >= _HALF_WORDS]
    return min(borders, key=lambda at: abs(2 * sum(sizes[:at]) - sum(sizes)), default=None)


def quote_in(text: str, host: str, prose: Prose, rng: Random) -> list[str]:
    """12 to 30 words of *text* as they stand, quoted between the sentences of *host* or taken into one of them."""
    tokens = text.split(" ")
    places = word_places(tokens)
    size = rng.randint(QUOTE_WORDS[0], min(QUOTE_WORDS[1], len(places)))
    first = rng.randrange(len(places) - size + 1)
    quote = " ".join(tokens[places[first] : places[first + size - 1] + 1]).strip("\"“”'‘’(),;:. ")
    manner = rng.choice(("curly", "straight", "woven"))
    if manner == "woven":
        words = host.split(" ")
        at = rng.randrange(1, len(words))
        return [" ".join([*words[:at], quote, *words[at:]])]
    marks = "“”" if manner == "curly" else '""'
    speaker = f"said {prose.word().capitalize()} {prose.word().capitalize()}."
    parts = sentences(host)
    at = rng.randrange(len(parts) + 1)
    return [" ".join([*parts[:at], f"{marks[0]}{quote},{marks[1]} {speaker}", *parts[at:]])]


def lift(text: str, prose: Prose, rng: Random) -> list[str]:
    """The whole paragraph between other sentences, of which there are one and a half times as many words."""
    around = round(len(text.split()) * (1 - LIFTED_SHARE) / LIFTED_SHARE)
    before = round(around * rng.uniform(0.2, 0.8))
    return [f"{prose.of_length(before)} {text} {prose.of_length(around - before)}"]


def _words(share: float, shape: Literal["uniform", "runs"]) -> Callable[[str, Prose, Random], list[str]]:
    return lambda text, prose, rng: [edit_words(text, share, shape, prose, rng)]


def _has_sentences(text: str) -> bool:
    return len(sentences(text)) >= 3


EDITS = (
    Edit("exact", lambda text, _, __: [text]),
    Edit("format", reformat),
    Edit("words 1%", _words(0.01, "uniform")),
    Edit("words 5%", _words(0.05, "uniform")),
    Edit("words 10%", _words(0.1, "uniform")),
    Edit("words 20%", _words(0.2, "uniform")),
    Edit("runs 5%", _words(0.05, "runs")),
    Edit("runs 10%", _words(0.1, "runs")),
    Edit("runs 20%", _words(0.2, "runs")),
    Edit("first 60%", lambda text, _, __: truncate(text, "first")),
    Edit("last 60%", lambda text, _, __: truncate(text, "last")),
    Edit("dropped", drop_sentence, _has_sentences),
    Edit("swapped", swap_sentences, _has_sentences),
    Edit("split", split, lambda text: _middle(sentences(text)) is not None),
    Edit("quote", lambda text, prose, rng: quote_in(text, prose.paragraph(), prose, rng)),
    Edit("lifted", lift),
)
"""All kinds but ``merged``, which takes two paragraphs."""

MERGED = "merged"
KINDS = (*(edit.name for edit in EDITS), MERGED)
