"""Blocks out of texts: which of them make a block together, and what stands between them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

import numpy as np

from cleaner import compiled
from cleaner.model import Block, Repair, RepairKind, Role, Span
from cleaner.reading.newlines import Lines, blocks_in_source, with_returns
from cleaner.reading.runs import BREAK, KEPT, UNRENDERED, Mark, Marks
from cleaner.reading.scan_html import Scan
from cleaner.reading.tree import ROLES, Tree
from cleaner.reading.visible_text import Kind, Piece, read_ordinary, read_visible

_BETWEEN = re.compile(rb"(w+)|b")
_REPAIR_KINDS: tuple[RepairKind, ...] = ("entity", "whitespace", "line-break", "layout")
"""In the order of ``native/visible_text.h``."""
_MAX_CELL_CHARS = 300
"""A row is one block if its cells are this short and hold no blocks of their own: data, not layout."""


def read_blocks(source: Lines, scan: Scan, tree: Tree) -> tuple[tuple[Block, ...], Marks]:
    """The blocks in source order and at their places in it, and the parts of their texts that they do not show.

    Those count newline-normalised text. Notes in the scan's letters which white space and line breaks the blocks keep,
    and which texts are not rendered.
    """
    joined = _joined_rows(scan, tree)
    if compiled.native is None:
        return _read(source, scan, tree, joined)
    leaves = tree.leaves
    blocks, marks = compiled.native.blocks(
        source.text,
        scan.letters,
        tree.is_linked,
        scan.references,
        (
            source.crlf,
            scan.bounds,
            scan.firsts,
            scan.lasts,
            tree.leaf_of_text,
            joined,
            leaves.roles,
            leaves.levels,
            leaves.elements,
        ),
        ROLES,
        (Block, Repair, Span),
        _REPAIR_KINDS,
    )
    return with_returns(blocks, source), np.frombuffer(marks, np.int64).reshape(-1, 3)


def _read(source: Lines, scan: Scan, tree: Tree, joined: array[int]) -> tuple[tuple[Block, ...], Marks]:
    """What ``read_blocks`` gives."""
    blocks: list[Block] = []
    marks: list[Mark] = []
    for leaf, texts in _groups(scan, tree, joined):
        block, unused = _block(source.text, scan, tree, leaf, texts)
        if block is not None:
            blocks.append(block)
        marks += unused
    _mark_unrendered(scan, tree)
    return blocks_in_source(blocks, source), np.array(marks, dtype=np.int64).reshape(-1, 3)


def _groups(scan: Scan, tree: Tree, joined: array[int]) -> Iterator[tuple[int, list[int]]]:
    """The leaf and the texts of each block, in source order."""
    leaf = -1
    texts: list[int] = []
    for text, cell in enumerate(tree.leaf_of_text):
        if cell < 0:
            continue
        here = joined[cell] if joined else cell
        if texts and (here != leaf or _is_parted(scan, ROLES[tree.leaves.roles[leaf]], texts[-1], text)):
            yield leaf, texts
            texts = []
        leaf = here
        texts.append(text)
    if texts:
        yield leaf, texts


def _joined_rows(scan: Scan, tree: Tree) -> array[int]:
    """Leaf by leaf, the first cell of its row, for rows whose cells are short and hold nothing but text; else itself.

    Nothing, where there are no rows.
    """
    leaves, rows = tree.leaves, tree.leaves.rows
    if max(rows, default=-1) < 0:
        return array("q")
    bounds, leaf_of_text = np.frombuffer(scan.bounds, np.int64), np.frombuffer(tree.leaf_of_text, np.int64)
    chars = bounds[np.frombuffer(scan.lasts, np.int64)] - bounds[np.frombuffer(scan.firsts, np.int64)]
    texts = np.flatnonzero(leaf_of_text >= 0)
    size = np.bincount(leaf_of_text[texts], chars[texts], len(rows)).tolist()
    cells_of_row: dict[int, list[int]] = {}
    for leaf in np.flatnonzero((np.frombuffer(rows, np.int64) >= 0) & (np.array(size) > 0)).tolist():
        cells_of_row.setdefault(rows[leaf], []).append(leaf)
    joined = array("q", range(len(rows)))
    for cells in cells_of_row.values():
        if all(leaves.are_cells[cell] and size[cell] <= _MAX_CELL_CHARS for cell in cells):
            leaves.roles[cells[0]], leaves.levels[cells[0]] = ROLES.index("row"), 0
            for cell in cells:
                joined[cell] = cells[0]
    return joined


def _is_parted(scan: Scan, role: Role, above: int, below: int) -> bool:
    """Whether two line breaks or more part two texts of one leaf."""
    return role != "code" and scan.letters.count(BREAK, scan.lasts[above], scan.firsts[below]) > 1


def _block(source: str, scan: Scan, tree: Tree, leaf: int, texts: list[int]) -> tuple[Block | None, list[Mark]]:
    """The block that *texts* make, and what of them it does not show."""
    leaves = tree.leaves
    role, level, element = ROLES[leaves.roles[leaf]], leaves.levels[leaf], leaves.elements[leaf]
    if len(texts) == 1:
        first, last = scan.firsts[texts[0]], scan.lasts[texts[0]]
        if last - first == 1 and first not in scan.references:
            is_linked = bool(tree.is_linked[texts[0]])
            start, end = scan.bounds[first], scan.bounds[last]
            ordinary = read_ordinary(source, start, end, role, level, element, is_linked)
            if ordinary is not None:
                return ordinary
    return read_visible(source, _pieces(source, scan, tree, texts), role, level, element)


def _pieces(source: str, scan: Scan, tree: Tree, texts: list[int]) -> list[Piece]:
    """*texts* cut at their character references, and what stands between them."""
    bounds, references = scan.bounds, scan.references
    pieces: list[Piece] = []
    above = -1
    for text in texts:
        first, last = scan.firsts[text], scan.lasts[text]
        if above >= 0:
            pieces += _between(source, scan, scan.lasts[above], first)
            if tree.leaf_of_text[text] != tree.leaf_of_text[above]:
                pieces.append((bounds[first], bounds[first], "cell", "\t", False))
        is_linked = bool(tree.is_linked[text])
        for run in range(first, last):
            kind: Kind = "reference" if run in references else "text"
            pieces.append((bounds[run], bounds[run + 1], kind, references.get(run, ""), is_linked))
        above = text
    return pieces


def _between(source: str, scan: Scan, begin: int, end: int) -> list[Piece]:
    """White space and line breaks among the runs ``[begin, end)``; they are now kept."""
    bounds, references = scan.bounds, scan.references
    pieces: list[Piece] = []
    for found in _BETWEEN.finditer(scan.letters, begin, end):
        run, behind = found.span()
        scan.letters[run:behind] = bytes([KEPT]) * (behind - run)
        kind: Kind = "blank" if found[1] else "break"
        meant = "" if found[1] else "\n"
        if any(place in references for place in range(run, behind)):
            parts = (references.get(at, source[bounds[at] : bounds[at + 1]]) for at in range(run, behind))
            meant = "".join(parts)
        pieces.append((bounds[run], bounds[behind], kind, meant, False))
    return pieces


def _mark_unrendered(scan: Scan, tree: Tree) -> None:
    """Says of the texts without a leaf that they are not rendered."""
    for first, last, leaf in zip(scan.firsts, scan.lasts, tree.leaf_of_text, strict=True):
        if leaf < 0:
            scan.letters[first:last] = bytes([UNRENDERED]) * (last - first)
