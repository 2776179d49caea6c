"""What goes as template of a site: ``python -m benchmarks.templates [FOLDER] [--every N] [--show]``.

Three questions to labelled pages. What repeats on the sites that have pages enough, and does the label say that it is
text of the page? Which different texts have one key, all pages taken for one site? And are boxes found that are put
into pages of different sites, called one site, with another date, number and name each, and what goes beside them?
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from benchmarks.wcxb import LabelledPage, read_labelled
from cleaner.boilerplate.site_blocks import PageBlocks
from cleaner.boilerplate.site_templates import find_templates
from cleaner.boilerplate.template_cells import NEVER, pack_blocks, unpack_blocks
from cleaner.config import Config
from cleaner.drafting import draft_page
from cleaner.model import Failure, RawItem, Role, Source, Span, Status, TextBlock

DEFAULT = Path(__file__).parents[1].parent / "shared" / "wcxb-dev"

BOXES = (
    (
        "Harbor Morning Brief — {date} edition",
        "Join {number} neighbors who start the day with us. The {date} edition is free.",
    ),
    ("Get the letter", "Written by {name} for everyone who gets up late: {number} readers have it with their coffee."),
    (
        "Der Morgen am Hafen",
        "Die Ausgabe vom {date} liegt für unsere {number} Leserinnen und Leser ab sechs Uhr bereit.",
    ),
    ("La lettre du port", "Chaque matin, {number} lecteurs reçoivent la lettre du port; celle du {date} est en ligne."),
    (
        "港の朝だより",
        "港の朝だよりは毎朝六時にお届けする無料のお便りです。{date}号は現在{number}人の読者に届いています。",
    ),
)
"""Of our own writing."""
_DATES = ("14 June", "2 July 2026", "Tuesday, 3 March", "30 May", "21 November 2025", "Friday, 9 January")
_NAMES = ("Ada Quist", "Tom Renn", "Mina Okafor", "Jo Pellerin", "Vreni Aschwanden")
_SITE_SIZES = (4, 8, 30, 100)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A labelled page and the blocks that pass 1 keeps of it."""

    page: LabelledPage
    site: str | None
    status: Status
    blocks: tuple[tuple[Role, str], ...]
    removed: tuple[str, ...]
    """Sentences that it removes."""


def drafted(page: LabelledPage, config: Config) -> Drafted | None:
    """Pass 1 over *page*; None if that fails."""
    payload = page.html.encode("utf-8", "surrogatepass")
    item = RawItem(Source(page.file_id), payload, sha256(payload).hexdigest(), page.url or None, "text/html", "utf-8")
    draft = draft_page(item, config)
    if isinstance(draft, Failure):
        return None
    composed = draft.composed()
    blocks = tuple((block.role, composed.text[block.text_start : block.text_end]) for block in composed.blocks)
    return Drafted(page, draft.metadata.site, draft.status, blocks, draft.removed_lines)


def packed(blocks: Sequence[tuple[Role, str]], status: Status = "ok", removed: Sequence[str] = ()) -> bytes:
    """The cell of a page with these *blocks*, each in a line."""
    placed, at = [], 0
    for role, text in blocks:
        placed.append(TextBlock(at, at + len(text), role))
        at += len(text) + 1
    spans = [Span(block.text_start, block.text_end) for block in placed]
    return pack_blocks("\n".join(text for _, text in blocks), placed, spans, status, removed)


@dataclass(frozen=True, slots=True)
class Standing:
    """A page as it is put to the question."""

    site: str | None
    blocks: Sequence[tuple[Role, str]]
    status: Status = "ok"
    removed: Sequence[str] = ()


def taken(pages: dict[str, Standing]) -> dict[str, list[str]]:
    """Of each of *pages* what goes as template."""
    cells = [
        PageBlocks(name, page.site, packed(page.blocks, page.status, page.removed)) for name, page in pages.items()
    ]
    found = find_templates(lambda: cells, Config().templates)
    texts = {name: "\n".join(text for _, text in page.blocks) for name, page in pages.items()}
    return {name: [texts[name][start:end] for start, end in found.spans(name)] for name in found.rows}


def on_real_sites(pages: Sequence[Drafted], *, show: bool) -> None:
    """Prints what goes on sites that have pages enough."""
    sizes = Counter(page.site for page in pages if page.site)
    many = [page for page in pages if page.site and sizes[page.site] >= Config().templates.min_pages]
    gone = taken({page.page.file_id: Standing(page.site, page.blocks, page.status, page.removed) for page in many})
    texts: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    chars = labelled = 0
    for page in many:
        label = f" {_words(page.page.main_content)} "
        for text in gone.get(page.page.file_id, ()):
            is_labelled = f" {_words(text)} " in label
            texts[page.site or "", " ".join(text.split())].append(is_labelled)
            chars += len(text)
            labelled += len(text) * is_labelled
    kept = sum(len(text) for page in many for _, text in page.blocks)
    print(f"{len({page.site for page in many})} sites of {len(many)} pages, {kept:,} characters kept by pass 1")
    print(f"  template: {len(texts)} texts, {chars:,} characters, {labelled:,} of which the label has too")
    if show:
        for (site, text), labels in sorted(texts.items()):
            print(f"  {site}: {len(labels)} pages, {sum(labels)} labelled: {text[:160]}")


def keys_in_common(pages: Sequence[Drafted], *, show: bool) -> None:
    """Prints how many keys stand for different texts of three pages or more, and what keys cost."""
    texts: defaultdict[int, dict[str, set[str]]] = defaultdict(dict)
    times, blocks = [], 0
    for page in pages:
        begun = time.process_time()
        cell = packed(page.blocks)
        times.append((time.process_time() - begun) * 1e3)
        rows = unpack_blocks(cell)
        blocks += len(rows)
        for row, (_, text) in zip(rows, page.blocks, strict=True):
            if row["size"] != NEVER:
                texts[int(row["key"])].setdefault(_words(text), set()).add(page.page.file_id)
    shared = [list(found) for found in texts.values() if len(found) > 1 and len(set().union(*found.values())) > 2]
    print(
        f"{len(pages)} pages as one site, {blocks:,} blocks: {len(shared)} keys of different texts on 3 pages or more"
    )
    if show:
        for found in shared:
            print("  " + " | ".join(text[:80] for text in found[:3]))
    print(f"  keys cost {statistics.mean(times):.2f} ms of CPU a page, median {statistics.median(times):.2f}")


def with_boxes(pages: Sequence[Drafted], seed: int) -> None:
    """Prints how many boxes are found on made-up sites, and what else goes there."""
    chosen = random.Random(seed)
    others = list({page.page.domain: page for page in pages if len(page.blocks) > 3}.values())
    for size in _SITE_SIZES:
        boxes = found = beside = sites = 0
        left = chosen.sample(others, len(others))
        while len(left) >= size:
            box = BOXES[sites % len(BOXES)]
            sites += 1
            site: dict[str, Standing] = {}
            put: set[str] = set()
            for page in left[:size]:
                values = {
                    "date": chosen.choice(_DATES),
                    "name": chosen.choice(_NAMES),
                    "number": f"{chosen.randint(2, 9)},240",
                }
                if "港" in box[0]:
                    values["date"] = f"2026年{chosen.randint(1, 12)}月{chosen.randint(1, 28)}日"
                filled = [line.format(**values) for line in box]
                put.update(filled)
                at = chosen.randint(1, len(page.blocks))
                blocks = [*page.blocks[:at], ("heading", filled[0]), ("paragraph", filled[1]), *page.blocks[at:]]
                site[page.page.file_id] = Standing(f"{sites}.example", blocks, removed=page.removed)
            left = left[size:]
            gone = [text for rows in taken(site).values() for text in rows]
            boxes += 2 * size
            found += sum(text in put for text in gone)
            beside += sum(text not in put for text in gone)
        print(
            f"{sites} made-up sites of {size} pages: {found} of {boxes} lines of boxes went, and {beside} other blocks"
        )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--every", type=int, default=1, help="only every N-th page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="the texts, too")
    options = parser.parse_args()
    config = replace(Config(), jobs=1)
    labelled = islice(read_labelled(options.folder), 0, None, options.every)
    pages = [found for page in labelled if (found := drafted(page, config)) is not None]
    on_real_sites(pages, show=options.show)
    keys_in_common(pages, show=options.show)
    with_boxes(pages, options.seed)


if __name__ == "__main__":
    main()
