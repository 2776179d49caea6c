"""Paragraphs that a syndication corpus is made of: real ones that have nothing in common, and made-up ones.

A made-up paragraph takes the shape of real sentences (their function words, capitals and punctuation) and fills every
other place with a word drawn from the real text by its frequency. So it shares with others what unrelated prose shares,
short runs by chance, and never a passage. Its sense is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from benchmarks.corpora import layout_of, read_corpus

FEWEST, MOST = 20, 90
"""Words of a paragraph."""

SHARED_RUN = 7
"""Two real paragraphs with a run of so many words in common are no distinct ones: one of them is left out."""

SHINGLE = 4
SHARED_SHINGLES = 0.1
"""Nor are two with this Jaccard of 4-word shingles."""

_FUNCTION_WORDS = 150
"""The most frequent words stay where they stand in made-up text ..."""

_FUNCTION_RUN = 4
"""... unless more of them than this follow one another."""

_POOL = 50_000
"""Words that are drawn at once."""

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])([\"'”’)]*)\s+(?=[A-Z\"“‘'(])")
_SUFFIXES = {".txt", ".md", ".html", ".htm"}


def normalised(text: str) -> list[str]:
    """Words as they are compared here."""
    return _WORD.findall(text.lower())


def sentences(text: str) -> list[str]:
    """Sentences of three words or more, shorter ones joined to a neighbour; one space apart they are *text* again.

    >>> sentences("It rained. No. The bridge was closed at noon.")
    ['It rained. No.', 'The bridge was closed at noon.']
    """
    found: list[str] = []
    at = 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        end = match.end(1) if match else len(text)
        if found and min(_count(found[-1]), _count(text[at:end])) < 3:
            found[-1] += " " + text[at:end]
        else:
            found.append(text[at:end])
        at = match.end() if match else end
    return found


def _count(text: str) -> int:
    return len(text.split())


def read_texts(folder: Path) -> Iterator[str]:
    """Texts of *folder*: the main content of labelled pages, else that of each text, Markdown or HTML file below it.

    Raises:
        ValueError: there is none.
    """
    try:
        layout_of(folder)
    except ValueError:
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
        if not paths:
            raise ValueError(f"{folder} holds neither labelled pages nor .txt, .md or .html files") from None
        yield from map(_read_file, paths)
    else:
        for page in read_corpus(folder):
            yield page.main_content


def _read_file(path: Path) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix.lower() not in {".html", ".htm"}:
        return text
    import cleaner  # noqa: PLC0415  only such folders need it

    return cleaner.clean(text).text


def distinct_paragraphs(texts: Iterator[str]) -> list[str]:
    """Paragraphs of ``FEWEST`` to ``MOST`` words, on one line each, no two of which share text; in order of reading."""
    kept: list[str] = []
    runs: set[tuple[str, ...]] = set()
    holders: dict[tuple[str, ...], list[int]] = {}
    sizes: list[int] = []
    for text in texts:
        for block in re.split(r"\n\s*\n", text):
            paragraph = " ".join(block.split())
            words = normalised(paragraph)
            if not FEWEST <= sum(bool(_WORD.search(token)) for token in paragraph.split()) <= MOST:
                continue
            long_runs = _grams(words, SHARED_RUN)
            shingles = _grams(words, SHINGLE)
            if not runs.isdisjoint(long_runs) or _is_alike(shingles, holders, sizes):
                continue
            runs |= long_runs
            for shingle in shingles:
                holders.setdefault(shingle, []).append(len(kept))
            sizes.append(len(shingles))
            kept.append(paragraph)
    return kept


def _grams(words: Sequence[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _is_alike(shingles: set[tuple[str, ...]], holders: dict[tuple[str, ...], list[int]], sizes: Sequence[int]) -> bool:
    """Whether *shingles* are too similar to those of a paragraph that is kept."""
    shared = Counter(holder for shingle in shingles for holder in holders.get(shingle, ()))
    return any(common > SHARED_SHINGLES * (len(shingles) + sizes[holder] - common) for holder, common in shared.items())


class Prose:
    """An endless source of words and made-up paragraphs in the manner of some real ones."""

    def __init__(self, paragraphs: Sequence[str], rng: Random) -> None:
        """Takes vocabulary, frequencies, lengths and shapes from *paragraphs*.

        Raises:
            ValueError: they are too few to learn from.
        """
        counts = Counter(word for paragraph in paragraphs for word in normalised(paragraph) if word.isalpha())
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        self._function = frozenset(ranked[:_FUNCTION_WORDS])
        self._content = [word for word in ranked[_FUNCTION_WORDS:] if len(word) > 2]
        self._weights = [counts[word] for word in self._content]
        self._lengths = [_count(paragraph) for paragraph in paragraphs]
        self._shapes = [
            shape for paragraph in paragraphs for sentence in sentences(paragraph) if (shape := self._shape(sentence))
        ]
        if len(self._content) < 1000 or len(self._shapes) < 100:
            raise ValueError("too little text to make up more in its manner")
        self._rng = rng
        self._pool: list[str] = []

    def word(self) -> str:
        """A word by its frequency, function words never."""
        if not self._pool:
            self._pool = self._rng.choices(self._content, self._weights, k=_POOL)
        return self._pool.pop()

    def paragraph(self) -> str:
        """Whole sentences, about as many words as a real paragraph has."""
        return self.of_length(self._rng.choice(self._lengths))

    def of_length(self, words: int) -> str:
        """Whole sentences of *words* words, or up to half a sentence more or less; a shape's last words may be cut."""
        parts: list[str] = []
        missing = words
        while missing > 0:
            shape = self._rng.choice(self._shapes)
            if len(shape) > missing + 6:  # so that no length is overrun by much
                shape = shape[: missing + 2]
            sentence = " ".join(self._fill(*token) for token in shape).rstrip(",;:–—- ")
            parts.append(sentence if sentence[-1] in ".!?\"”'’)" else sentence + ".")
            missing -= len(shape)
        return " ".join(parts)

    def _shape(self, sentence: str) -> list[tuple[str, str, str]] | None:
        """Tokens as what stands before, in and after a word; None if too much of the sentence would stay."""
        shape = []
        run = 0
        for token in sentence.split():
            before, core, after = _parts(token)
            if core.lower() in self._function:
                run += 1
                if run > _FUNCTION_RUN:
                    return None
            else:
                run = 0
            shape.append((before, core, after))
        return shape if len(shape) >= 4 else None

    def _fill(self, before: str, core: str, after: str) -> str:
        if not core or core.lower() in self._function:
            return before + core + after
        if any(letter.isdigit() for letter in core):
            filled = "".join(str(self._rng.randrange(10)) if letter.isdigit() else letter for letter in core)
        else:
            filled = self.word()
        return before + (filled.capitalize() if core[0].isupper() else filled) + after


def _parts(token: str) -> tuple[str, str, str]:
    match = _TOKEN.fullmatch(token)
    assert match
    return match[1], match[2], match[3]
