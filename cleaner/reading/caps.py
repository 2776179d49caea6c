"""How many parts a page may have: work and memory grow with them, whatever the bytes are."""

from __future__ import annotations

from operator import attrgetter

from cleaner.config import Read
from cleaner.model import Segmentation

DEFAULT = Read()
_REPAIRS = attrgetter("repairs")


class TooManyParts(Exception):
    """A page has more parts than a cap allows; the message names the cap."""


def check_nodes(nodes: int, caps: Read) -> None:
    """Nothing, if a page of that many elements and texts may be read; a block of plain text is both.

    Raises:
        TooManyParts: it may not.
    """
    if nodes > caps.max_nodes:
        raise TooManyParts(f"{nodes} elements and texts; the cap is {caps.max_nodes} (read.max_nodes)")


def check_changes(segmentation: Segmentation, caps: Read) -> Segmentation:
    """*segmentation*, if that many removals and repairs may be written down for a page.

    Raises:
        TooManyParts: they may not.
    """
    changes = len(segmentation.removals) + sum(map(len, map(_REPAIRS, segmentation.blocks)))
    if changes > caps.max_changes:
        raise TooManyParts(f"{changes} removals and repairs; the cap is {caps.max_changes} (read.max_changes)")
    return segmentation
