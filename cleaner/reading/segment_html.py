"""HTML into blocks whose every character knows where in the source it stands.

``scan_html`` tells text from markup and numbers both; ``read_tree`` says which texts share a block; ``read_blocks``
makes what a reader sees of them; what is left over becomes ``removals``.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

import numpy as np

from cleaner.config import Read
from cleaner.model import Elements, Page, Segmentation, Span
from cleaner.reading.blocks import read_blocks
from cleaner.reading.caps import DEFAULT, check_changes, check_nodes
from cleaner.reading.newlines import Offsets, lines_of, moved
from cleaner.reading.runs import removals
from cleaner.reading.scan_html import scan_html
from cleaner.reading.tree import Tree, read_tree

_BORDERS = np.array([[0], [1]])


def segment_html(page: Page, caps: Read = DEFAULT) -> Segmentation:
    """The blocks of an HTML page in source order, and everything else as removals.

    Raises:
        TooManyParts: *caps* do not allow that many.
    """
    if not page.source_text:
        return Segmentation((), (), head=Span(0, 0))
    source = lines_of(page.source_text)
    scan = scan_html(source.text)
    if len(scan.skeleton) > caps.max_nodes:  # where every node has a character at least
        tags = scan.skeleton.count("<") - scan.skeleton.count("</") - scan.skeleton.count("<!")
        check_nodes(tags + len(scan.firsts), caps)
    tree = read_tree(scan.skeleton, len(scan.firsts))
    blocks, marks = read_blocks(source, scan, tree)
    bounds = np.frombuffer(scan.bounds, np.int64)
    segmentation = Segmentation(
        blocks,
        removals(bounds, scan.letters, marks, source.crlf),
        _elements(tree, bounds, source.crlf),
        Span(0, scan.head_end + bisect_left(source.crlf, scan.head_end)),
    )
    return check_changes(segmentation, caps)


def _elements(tree: Tree, bounds: Offsets, crlf: array[int]) -> Elements:
    """The elements with the places of their start tags."""
    runs = np.frombuffer(tree.runs, np.int64)
    tags = np.where(runs < 0, -1, moved(bounds.take(runs + _BORDERS), crlf))
    starts, ends = (array("q", border.tobytes()) for border in tags)
    return Elements(tuple(tree.tags), tree.parents, starts, ends)
