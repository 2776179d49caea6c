"""Where matching words are in the source, however wide their passages are there."""

from dataclasses import replace

import numpy as np
import pytest

from cleaner import compiled
from cleaner.config import Config
from cleaner.duplicates import relation_table
from cleaner.duplicates.columns import in_source
from cleaner.duplicates.search import find_in_corpus
from cleaner.duplicates.word_places import WIDEST
from tests.duplicates_corpus import record

CONFIG = Config()
WIRE = (
    "The council voted on Monday to close the old bridge for repairs that will take about two years, and asked drivers "
    "to go round by the northern road until the spring after next, when the first lane is to open again."
)


def spread(path, text, gaps):
    """The record of a page in whose source so many characters more stand before each place of *gaps*."""
    page = record(path, text, CONFIG)
    places, widths = np.array(list(gaps)), np.cumsum(list(gaps.values()))

    def moved(start, end):
        behind = np.concatenate([[0], widths])
        starts = start + behind[np.searchsorted(places, start, side="right")]
        return starts, end + behind[np.searchsorted(places, end, side="left")]

    length = len(text) + int(widths[-1])
    return replace(page, passages=in_source(page.passages, length, moved))


@pytest.mark.parametrize("compiled_too", [True, False])
@pytest.mark.parametrize("gap", [10, WIDEST - len(WIRE), WIDEST, 3 * WIDEST, 1_000_000])
def test_a_match_has_its_place_in_passages_of_any_width(gap, compiled_too, monkeypatch):
    if not compiled_too:
        monkeypatch.setattr(relation_table.compiled, "native", None)
    elif compiled.native is None:
        pytest.skip("nothing is compiled")
    middle = WIRE.index("drivers")
    begin = 70_000  # beyond what 16 bits tell
    one = spread("a", "Nobody else has this line.\n" + WIRE, {0: begin, 27 + middle: gap})
    other = record("b", "Breaking: " + WIRE, CONFIG)

    [found] = find_in_corpus([one, other], CONFIG).relations
    last = len(WIRE.rstrip("."))

    assert (found.start_a, found.end_a) == (begin + 27, begin + gap + 27 + len(WIRE))
    assert (found.match_start_a, found.match_end_a) == (begin + 27, begin + gap + 27 + last)
    assert (found.match_start_b, found.match_end_b) == (10, 10 + last)
