"""Conservation and replay hold whatever the stages propose."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import ConservationError
from cleaner.ledger import Ledger, check_conservation, compose, excerpt, replay, settle, source_span
from cleaner.model import KeptBlock, Removal, Repair, Span
from tests.property.strategies import lengths_and_proposals


@given(lengths_and_proposals())
def test_every_character_is_kept_or_in_exactly_one_removal(case: tuple[int, list[list[Removal]]]) -> None:
    length, proposals = case
    ledger = settle(length, proposals)
    check_conservation(ledger)
    assert sum(map(len, ledger.kept)) + sum(r.end - r.start for r in ledger.removals) == length


@given(lengths_and_proposals())
def test_the_first_stage_and_in_it_the_first_removal_has_the_character(case: tuple[int, list[list[Removal]]]) -> None:
    length, proposals = case
    flat = [removal for stage in proposals for removal in stage]
    expected = [next((r.rule for r in flat if r.start <= at < r.end), None) for at in range(length)]
    got: list[str | None] = [None] * length
    for removal in settle(length, proposals).removals:
        got[removal.start : removal.end] = [removal.rule] * (removal.end - removal.start)
    assert expected == got


def test_a_removal_outside_of_the_page_is_a_bug_not_a_cut() -> None:
    with pytest.raises(ConservationError):
        settle(5, [[Removal(3, 9, "markup", "tag")]])


@pytest.mark.parametrize(
    ("kept", "removed"),
    [([(0, 4)], [(5, 9)]), ([(0, 5)], [(4, 9)]), ([(0, 5), (5, 5)], [(5, 9)]), ([(0, 5)], [(5, 8)]), ([], [])],
    ids=["gap", "overlap", "empty span", "short", "nothing settled"],
)
def test_what_does_not_partition_the_page_is_found(kept: list[tuple[int, int]], removed: list[tuple[int, int]]) -> None:
    ledger = Ledger(9, tuple(Span(*k) for k in kept), tuple(Removal(*r, "markup", "tag") for r in removed))
    with pytest.raises(ConservationError):
        check_conservation(ledger)


@st.composite
def _composition(draw: st.DrawFn) -> tuple[str, list[KeptBlock], list[Repair], list[Removal]]:
    """A source, disjoint blocks, repairs in them, removals that cover all outside them and some inside."""
    source = draw(st.text(alphabet="abc <>\n", max_size=60))
    edges = sorted(draw(st.sets(st.integers(0, len(source)), max_size=12)))
    spans = [(a, b) for a, b in pairwise(edges)][::2]
    blocks = [KeptBlock(a, b, draw(st.sampled_from(["paragraph", "item", "line", "row"]))) for a, b in spans]
    repairs = []
    removals = []
    at = 0
    for block in blocks:
        removals.append(Removal(at, block.start, "markup", "tag"))
        at = block.end
        inside = sorted(draw(st.sets(st.integers(block.start, block.end), max_size=4)))
        if len(inside) >= 2 and draw(st.booleans()):
            repairs.append(Repair(inside[0], inside[1], draw(st.sampled_from(["", "&", "long"])), "entity"))
        if len(inside) >= 4 and draw(st.booleans()):
            removals.append(Removal(inside[2], inside[3], "boilerplate", "cue"))
    removals.append(Removal(at, len(source), "markup", "tag"))
    return source, blocks, repairs, removals


@given(_composition())
def test_a_document_is_rebuilt_from_source_kept_spans_and_repairs_alone(
    case: tuple[str, list[KeptBlock], list[Repair], list[Removal]],
) -> None:
    source, blocks, repairs, removals = case
    ledger = settle(len(source), [removals])
    composition = compose(source, ledger, blocks, repairs)
    assert replay(source, ledger.kept, composition.repairs) == (composition.text, composition.segments)
    assert compose(excerpt(source, blocks), ledger, blocks, repairs) == composition


@given(_composition())
def test_text_between_segments_is_layout_and_unrepaired_segments_read_as_the_source(
    case: tuple[str, list[KeptBlock], list[Repair], list[Removal]],
) -> None:
    source, blocks, repairs, removals = case
    composition = compose(source, settle(len(source), [removals]), blocks, repairs)
    repaired = {(r.start, r.end) for r in composition.repairs}
    at = 0
    for segment in composition.segments:
        assert composition.text[at : segment.text_start].strip() == ""
        if (segment.source_start, segment.source_end) not in repaired:
            text = composition.text[segment.text_start : segment.text_end]
            assert text == source[segment.source_start : segment.source_end]
        at = segment.text_end
    assert at == len(composition.text)


@given(_composition())
def test_a_place_in_the_text_leads_to_the_source_it_came_from(
    case: tuple[str, list[KeptBlock], list[Repair], list[Removal]],
) -> None:
    source, blocks, _, removals = case
    composition = compose(source, settle(len(source), [removals]), blocks, [])
    starts = [segment.text_start for segment in composition.segments]
    for segment in composition.segments:
        for at in range(segment.text_start, segment.text_end):
            span = source_span(composition.segments, starts, at, at + 1)
            assert source[span.start : span.end] == composition.text[at]
