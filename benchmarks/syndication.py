"""A corpus of syndicated paragraphs whose every copy is known.

``python -m benchmarks.syndication [--text FOLDER] [--passages N] [--seed S] [--show N]`` prints what is in it.

Stories are paragraphs that have copies on other pages, each changed in one way of ``edits``. Beside them stand
paragraphs without a copy, boxes that repeat on the pages of one site, and paragraphs that have nothing in common but a
stock phrase. The same folder, settings and seed give the same corpus.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.edits import EDITS, KINDS, MERGED, Edit
from benchmarks.paragraphs import Prose, distinct_paragraphs, read_texts
from benchmarks.systems import ROOT

DEFAULT = ROOT.parent / "shared" / "wcxb-dev"
PHRASES = Path(__file__).with_name("stock_phrases.txt")

KIND_SHARE = 0.02
"""Copies of each kind, as a share of all passages."""

STOCK_SHARE = 0.12
"""Passages with a stock phrase."""

PHRASE_BEARERS = 30
"""Each phrase stands in about so many passages or more: a rarer one would be no stock phrase."""

BOX_SHARE = 0.08
"""Passages that are boxes of their site, at most."""

_PAGE_PASSAGES = 8
_SITE_PAGES = 30
_BOXES = 3
"""On average passages a page and pages a site; boxes of each site."""

_TAIL = 1.2
"""Exponent of the Pareto distributions."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a corpus is made."""

    passages: int = 100_000
    seed: int = 1
    fewest_copies: int = 2
    most_copies: int = 30
    """Of a story, the original not counted; Pareto-distributed between the two."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A passage and where its text comes from."""

    text: str
    kind: str
    """How the copy was made, or ``original``, ``single``, ``stock`` or ``box``."""
    sources: tuple[int, ...] = ()
    """Stories that it has text of."""
    phrase: int = -1
    """Which stock phrase it bears."""
    box: int = -1
    """Which box of which site it is."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One row of the corpus."""

    id: str
    document: str
    site: str
    planted: Planted

    @property
    def text(self) -> str:
        """What it reads."""
        return self.planted.text


@dataclass(frozen=True, slots=True)
class Syndication:
    """A corpus and its truth."""

    passages: list[Passage]
    """Page after page."""
    pairs: list[tuple[int, int, str]]
    """Original and copy, as places in ``passages``, and the kind of the copy."""
    real: int
    """How many real paragraphs it was made from; what else there is was made up in their manner."""


def make_syndication(folder: Path, settings: Settings) -> Syndication:
    """The corpus that *settings* make of the texts in *folder*, of exactly so many passages.

    Raises:
        ValueError: too little text, or too few passages to plant each kind.
    """
    return syndicated(distinct_paragraphs(read_texts(folder)), settings)


def syndicated(paragraphs: Sequence[str], settings: Settings) -> Syndication:
    """The same, of *paragraphs* that have nothing in common."""
    if settings.passages < 500:
        raise ValueError("a syndication takes 500 passages or more")
    rng = Random(settings.seed)
    prose = Prose(paragraphs, rng)
    supply = _supply(paragraphs, prose, rng)
    documents = _documents(settings.passages, rng)
    boxes = _boxes(documents, prose, int(BOX_SHARE * settings.passages), rng)
    units = list(_stories(supply, prose, settings, rng))
    units += [(stock,) for stock in _stock(supply, int(STOCK_SHARE * settings.passages), rng)]
    filled = sum(map(len, units)) + sum(map(len, boxes.values()))
    units += [(Planted(next(supply), "single"),) for _ in range(settings.passages - filled)]
    return _laid_out(units, documents, boxes, len(paragraphs), rng)


def _supply(paragraphs: Sequence[str], prose: Prose, rng: Random) -> Iterator[str]:
    """Every paragraph once, shuffled, then made-up ones without end."""
    yield from rng.sample(paragraphs, len(paragraphs))
    while True:
        yield prose.paragraph()


def _pareto(fewest: int, most: int, rng: Random) -> int:
    return min(most, int(fewest * rng.paretovariate(_TAIL)))


def _stories(supply: Iterator[str], prose: Prose, settings: Settings, rng: Random) -> Iterator[tuple[Planted, ...]]:
    """Originals and their copies; passages of one tuple stand one after the other on a page."""
    each = max(1, int(KIND_SHARE * settings.passages))
    texts: list[str] = []
    places: list[int] = []  # one per copy: which story it is of
    while len(places) < each * (len(EDITS) + 2):  # a merged copy takes two places
        texts.append(next(supply))
        copies = _pareto(settings.fewest_copies, settings.most_copies, rng)
        places += [len(texts) - 1] * copies
    rng.shuffle(places)
    for story, text in enumerate(texts):
        yield (Planted(text, "original", (story,)),)
    for edit in sorted(EDITS, key=lambda edit: not _is_picky(edit, texts)):
        for story in _taken(places, each, edit, texts):
            yield tuple(Planted(text, edit.name, (story,)) for text in edit.change(texts[story], prose, rng))
    for _ in range(each):
        one = places.pop()
        other = next((story for story in reversed(places) if story != one), None)
        if other is None:
            raise ValueError("too few stories to merge")
        places.reverse()
        places.remove(other)
        places.reverse()
        yield (Planted(f"{texts[one]} {texts[other]}", MERGED, (one, other)),)


def _is_picky(edit: Edit, texts: Sequence[str]) -> bool:
    return not all(map(edit.suits, texts))


def _taken(places: list[int], count: int, edit: Edit, texts: Sequence[str]) -> list[int]:
    """The first *count* of *places* whose story suits *edit*, taken out of them.

    Raises:
        ValueError: there are too few.
    """
    taken: list[int] = []
    left: list[int] = []
    for story in places:
        (taken if len(taken) < count and edit.suits(texts[story]) else left).append(story)
    if len(taken) < count:
        raise ValueError(f"too few paragraphs that can be copied in the way of {edit.name!r}")
    places[:] = left
    return taken


def stock_phrases() -> list[str]:
    """Phrases that people use again and again without copying, 8 to 11 words each; made up."""
    return PHRASES.read_text(encoding="utf-8").splitlines()


def _stock(supply: Iterator[str], count: int, rng: Random) -> Iterator[Planted]:
    """Paragraphs with a stock phrase between two of their words."""
    phrases = stock_phrases()
    used = max(1, min(len(phrases), count // PHRASE_BEARERS))
    for _ in range(count):
        phrase = rng.randrange(used)
        tokens = next(supply).split(" ")
        at = rng.randrange(1, len(tokens))
        yield Planted(" ".join([*tokens[:at], phrases[phrase], *tokens[at:]]), "stock", phrase=phrase)


def _documents(passages: int, rng: Random) -> list[str]:
    """The site of each page."""
    pages = passages // _PAGE_PASSAGES
    sites = max(8, pages // _SITE_PAGES)
    weights = [rng.paretovariate(_TAIL) for _ in range(sites)]
    return [f"site{site}.example" for site in rng.choices(range(sites), weights, k=pages)]


def _boxes(documents: Sequence[str], prose: Prose, most: int, rng: Random) -> dict[int, list[Planted]]:
    """Boxes by page. How many of a site's pages have a box is Pareto-distributed; every other box has a date in it."""
    pages: dict[str, list[int]] = {}
    for page, site in enumerate(documents):
        pages.setdefault(site, []).append(page)
    boxes: dict[int, list[Planted]] = {}
    planted = 0
    for site_number, site in enumerate(sorted(pages)):
        for number in range(_BOXES):
            text = prose.of_length(rng.randint(20, 60))
            box = site_number * _BOXES + number
            many = min(_pareto(2, len(pages[site]), rng), most - planted)
            for page in sorted(rng.sample(pages[site], many)):
                date = f" Updated {rng.randint(1, 28)} {rng.choice(_MONTHS)} {rng.randint(2019, 2026)}."
                boxes.setdefault(page, []).append(Planted(text + date * (number % 2), "box", box=box))
            planted += many
    return boxes


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _laid_out(
    units: list[tuple[Planted, ...]],
    documents: Sequence[str],
    boxes: dict[int, list[Planted]],
    real: int,
    rng: Random,
) -> Syndication:
    """*units* dealt to pages, no two of one story to the same page."""
    rng.shuffle(units)
    dealt: list[list[Planted]] = [[] for _ in documents]
    stories: list[set[int]] = [set() for _ in documents]
    for number, unit in enumerate(units):
        page = number % len(documents)
        while not stories[page].isdisjoint(unit[0].sources):
            page = rng.randrange(len(documents))
        stories[page].update(unit[0].sources)
        dealt[page] += unit
    passages: list[Passage] = []
    originals: dict[int, int] = {}
    for page, site in enumerate(documents):
        for planted in [*dealt[page], *boxes.get(page, ())]:
            if planted.kind == "original":
                originals[planted.sources[0]] = len(passages)
            passages.append(Passage(f"p{len(passages)}", f"d{page}", site, planted))
    pairs = [
        (originals[story], row, passage.planted.kind)
        for row, passage in enumerate(passages)
        if passage.planted.kind in KINDS
        for story in passage.planted.sources
    ]
    return Syndication(passages, pairs, real)


def _show(corpus: Syndication, examples: int) -> None:
    counts: dict[str, int] = {}
    for passage in corpus.passages:
        counts[passage.planted.kind] = counts.get(passage.planted.kind, 0) + 1
    print(
        f"{len(corpus.passages)} passages, {corpus.real} real paragraphs to draw from, {len(corpus.pairs)} true pairs"
    )
    for kind, count in sorted(counts.items()):
        print(f"{count:8} {kind}")
    for kind in KINDS:
        found = [pair for pair in corpus.pairs if pair[2] == kind][:examples]
        for original, copy, _ in found:
            print(f"\n[{kind}]\n  {corpus.passages[original].text}\n  {corpus.passages[copy].text}")
    for kind in ("stock", "box", "single"):
        rows = [passage for passage in corpus.passages if passage.planted.kind == kind][:examples]
        for passage in rows:
            print(f"\n[{kind}] {passage.site}\n  {passage.text}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What corpus is made, the same for every command."""
    default = Settings()
    parser.add_argument("--text", type=Path, default=DEFAULT, metavar="FOLDER", help="what paragraphs come from")
    parser.add_argument("--passages", type=int, default=default.passages, metavar="N")
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--fewest-copies", type=int, default=default.fewest_copies, metavar="N", help="of a story")
    parser.add_argument("--most-copies", type=int, default=default.most_copies, metavar="N")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """What was asked for."""
    return Settings(arguments.passages, arguments.seed, arguments.fewest_copies, arguments.most_copies)


def main() -> None:
    """Print counts and, if asked to, examples of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="examples of each kind")
    arguments = parser.parse_args()
    _show(make_syndication(arguments.text, settings_of(arguments)), arguments.show)


if __name__ == "__main__":
    main()
