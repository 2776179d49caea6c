"""Pages as plain text, as scrapers leave them: ``python -m benchmarks.flatten --data ../shared/wcxb-dev``.

Nothing is drawn at random but from the page's own name: the same page gives the same text.
"""

from __future__ import annotations

import argparse
import textwrap
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from types import MappingProxyType

from benchmarks.block_labels import label_blocks
from benchmarks.wcxb import LabelledPage, as_page, read_labelled, score, words
from cleaner.model import Block
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text

WIDTHS = range(68, 81)
"""Columns at which text is wrapped by hand."""

_HIDDEN = frozenset({"script", "style", "template"})
_LISTED = frozenset({"item", "row", "line"})


def flatten(page: LabelledPage, wanted: Collection[str] | None = None) -> dict[str, str]:
    """The text of *page* by variant, in the order of ``VARIANTS``, or of the *wanted* ones; any may be empty."""
    blocks = segment_html(as_page(page)).blocks
    nodes = text_nodes(page.html)
    return {
        name: make(blocks, nodes, Random(sha256(f"{name} {page.file_id}".encode()).digest()))
        for name, make in VARIANTS.items()
        if wanted is None or name in wanted
    }


def text_nodes(html: str) -> list[str]:
    """Every text node but those of scripts and styles, as ``BeautifulSoup(html, "html.parser")`` finds them."""
    reader = _TextNodes()
    reader.feed(html)
    reader.close()
    return [node for node in map("".join, reader.nodes) if node]


class _TextNodes(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[list[str]] = [[]]
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self._hidden += tag in _HIDDEN
        self.nodes.append([])

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        self.nodes.append([])

    def handle_startendtag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.nodes.append([])

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        self.nodes.append([])

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.nodes[-1].append(data)


def _lines_of(block: Block) -> list[str]:
    """A block's text on one line; code keeps its lines."""
    if block.role == "code":
        return [line.rstrip() for line in block.text.split("\n") if line.strip()]
    return [" ".join(block.text.split())]


def _blocks(blocks: Sequence[Block], nodes: Sequence[str], random: Random) -> str:  # noqa: ARG001
    """One block a line."""
    return "".join(f"{line}\n" for block in blocks for line in _lines_of(block))


def _gaps(blocks: Sequence[Block], random: Random) -> Iterator[tuple[Block, str]]:
    """Each block with what stands before it: a blank line, or, inside a list on half of the pages, none."""
    lists_are_tight = random.random() < 0.5
    for above, block in zip([None, *blocks], blocks, strict=False):
        is_tight = lists_are_tight and above is not None and above.role == block.role and block.role in _LISTED
        yield block, "\n" if is_tight or above is None else "\n\n"


def _spaced(blocks: Sequence[Block], nodes: Sequence[str], random: Random) -> str:  # noqa: ARG001
    """A blank line between blocks."""
    return "".join(gap + "\n".join(_lines_of(block)) for block, gap in _gaps(blocks, random)).lstrip("\n") + "\n"


def _nodes(blocks: Sequence[Block], nodes: Sequence[str], random: Random) -> str:  # noqa: ARG001
    """``get_text`` with a line end as separator: a break at every tag; on half of the pages with ``strip=True``."""
    if random.random() < 0.5:
        return "\n".join(node.strip() for node in nodes if node.strip())
    return "\n".join(nodes)


def _source(blocks: Sequence[Block], nodes: Sequence[str], random: Random) -> str:  # noqa: ARG001
    """``get_text()``: the line ends of the HTML source, on half of the pages without its blank lines and indents."""
    text = "".join(nodes)
    if random.random() < 0.5:
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return text


def _wrap(line: str, width: int, bullet: str = "") -> str:
    return textwrap.fill(
        line, width, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_long_words=False
    )


def _wrapped(blocks: Sequence[Block], nodes: Sequence[str], random: Random) -> str:  # noqa: ARG001
    """Hard-wrapped, a blank line between blocks, on half of the pages with bullets."""
    width, has_bullets = random.choice(WIDTHS), random.random() < 0.5
    parts = []
    for block, gap in _gaps(blocks, random):
        bullet = "* " if has_bullets and block.role == "item" else ""
        wrapped = [line if block.role == "code" else _wrap(line, width, bullet) for line in _lines_of(block)]
        parts.append(gap + "\n".join(wrapped))
    return "".join(parts).lstrip("\n") + "\n"


def _tight(blocks: Sequence[Block], nodes: Sequence[str], random: Random) -> str:  # noqa: ARG001
    """Hard-wrapped, without blank lines."""
    width = random.choice(WIDTHS)
    lines = (line if block.role == "code" else _wrap(line, width) for block in blocks for line in _lines_of(block))
    return "".join(f"{line}\n" for line in lines)


VARIANTS: Mapping[str, Callable[[Sequence[Block], Sequence[str], Random], str]] = MappingProxyType(
    {
        "blocks": _blocks,
        "spaced": _spaced,
        "nodes": _nodes,
        "source": _source,
        "wrapped": _wrapped,
        "tight": _tight,
    }
)


def main() -> None:
    """Print what each variant has: lines, blocks, and what the best labels and all blocks would score."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=10, help="take every N-th page (default 10)")
    arguments = parser.parse_args()
    rows: dict[str, list[tuple[int, int, float, float]]] = {}
    for at, labelled in enumerate(read_labelled(arguments.data)):
        if at % arguments.every:
            continue
        wanted = Counter(words(labelled.main_content))
        for name, text in flatten(labelled).items():
            texts = [block.text for block in segment_text(as_page(labelled, text)).blocks]
            every = score(Counter(word for part in texts for word in words(part)), wanted)
            labels = label_blocks(texts, labelled.main_content)
            rows.setdefault(name, []).append((text.count("\n"), len(texts), labels.f1, every.f1))
    print(f"{'variant':<10}{'lines':>8}{'blocks':>8}{'best':>8}{'every':>8}")
    for name, figures in rows.items():
        lines, count, best, every = (sum(column) / len(figures) for column in zip(*figures, strict=True))
        print(f"{name:<10}{lines:>8.0f}{count:>8.0f}{best:>8.3f}{every:>8.3f}")


if __name__ == "__main__":
    main()
