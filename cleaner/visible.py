"""How much text a reader sees of what goes: one measure for all reasons, so that kept and removed add up.

A character is visible as the document shows it: tags are none, a character reference is what it stands for, a run of
white space is one space. Of every document ``visible_length`` is the sum of what its blocks show, and

    visible_length = characters of the document's blocks + visible characters of all removals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cleaner.model import TEXT_REASONS, Removal, Repair


def with_visible_chars(removals: Sequence[Removal], repairs: Sequence[Repair]) -> tuple[Removal, ...]:
    """*removals* with ``visible_chars`` set on those of text that have none yet, for which no tag may be in them.

    Args:
        repairs: of the page, without layout, sorted; each inside one removal or beside all of them.

    >>> fish = Removal(3, 19, "template", "template")  # of "<p>Fish &amp; chips</p>"
    >>> with_visible_chars([fish], [Repair(8, 13, "&", "entity")])[0].visible_chars
    12
    """
    counted = list(removals)
    uncounted = [at for at, r in enumerate(counted) if r.visible_chars is None and r.reason in TEXT_REASONS]
    if not uncounted:
        return tuple(counted)
    growth = np.cumsum([0, *(len(repair.text) - (repair.end - repair.start) for repair in repairs)])
    edges = np.array([(counted[at].start, counted[at].end) for at in uncounted], dtype=np.int64)
    before = growth[np.searchsorted([repair.start for repair in repairs], edges)]
    lengths = np.diff(edges + before).ravel().tolist()
    for at, length in zip(uncounted, lengths, strict=True):
        counted[at] = replace(counted[at], visible_chars=length)
    return tuple(counted)
