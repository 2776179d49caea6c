"""What a reader sees of a page is kept or removed for one reason, to the character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from cleaner.boilerplate.verdict import removals_of
from cleaner.draft import Draft, draft_of, finished, pack, unpack, without
from cleaner.drafting import segment
from cleaner.ledger import source_span
from cleaner.model import Document, Kind, Metadata, Removal
from cleaner.repair import repair_blocks
from cleaner.writing.tally import Tally
from cleaner.writing.written import tally_of
from tests.property.strategies import HTML, TEXT, page

_SOURCES = st.one_of(st.tuples(HTML, st.just("html")), st.tuples(TEXT, st.just("text")))


def _draft(source: str, kind: Kind, gone: Sequence[bool]) -> Draft:
    """*source* with every block gone whose turn in *gone* is true, as pass 1 leaves it."""
    found = page(source, kind)
    segmentation = segment(found)
    removed = [bool(gone) and gone[at % len(gone)] for at in range(len(segmentation.blocks))]
    verdict = removals_of(segmentation.blocks, {at: ("ad", 0.5) for at, is_gone in enumerate(removed) if is_gone})
    stays = [block for block, is_gone in zip(segmentation.blocks, removed, strict=True) if not is_gone]
    kept = repair_blocks(source, stays)
    shown = sum(len(block.text) for block, is_gone in zip(segmentation.blocks, removed, strict=True) if is_gone)
    draft = draft_of(found, Metadata(), kept, shown, [verdict, segmentation.removals], "test", None, "ok", None, ())
    if kept == tuple(stays):
        assert draft.visible_length == sum(len(block.text) for block in segmentation.blocks)
    assert unpack(pack(draft)) == draft
    return draft


def _adds_up(document: Document) -> None:
    kept = sum(block.text_end - block.text_start for block in document.blocks)
    layout = sum(len(repair.text) for repair in document.repairs if repair.start == repair.end)
    gone = [removal.visible_chars for removal in document.removals if removal.visible_chars is not None]
    assert kept <= len(document.text) <= kept + layout
    assert all(chars >= 0 for chars in gone)
    assert kept + sum(gone) == document.visible_length
    tally = Tally()
    tally.add(tally_of(document))
    assert (tally.visible_chars, tally.kept_chars) == (document.visible_length, kept)
    assert tally.chars_by_reason.total() == sum(gone)
    assert {reason for reason, _ in tally.removed_chars} <= {"boilerplate", "template", "near-duplicate"}


def _parts(draft: Draft, edges: Sequence[float]) -> list[Removal]:
    """Some stretches of the text, whole blocks among them, as the corpus pass proposes them."""
    composed = draft.composed()
    starts = [segment.text_start for segment in composed.segments]
    places = [(block.text_start, block.text_end) for block in composed.blocks]
    parts = []
    for at, (start, end) in enumerate(places):
        share = edges[-at % len(edges)] if edges else 1.0
        first = start + int(edges[at % len(edges)] * (end - start - 1)) if edges else start
        stop = max(first + 1, start + int(share * (end - start)))
        span = source_span(composed.segments, starts, first, stop)
        parts.append(Removal(span.start, span.end, "near-duplicate", "drop-near"))
    return parts


@given(_SOURCES, st.lists(st.booleans(), max_size=5), st.lists(st.floats(0, 1), max_size=5))
@example(("<p>Fish <b>&amp;</b>\n\n chips<p>a<br>b", "html"), [False], [0.5])
@example(("<p>â<b>€™</b>s", "html"), [False], [0.5, 1.0])
@example(("<table><tr><td>&shy;a<td>\xadb<td> c</table>", "html"), [False], [])
@example(("one\nline \x00 and\ntwo", "text"), [True, False], [0.3])
def test_what_is_kept_and_what_went_make_what_a_reader_sees(
    source: tuple[str, Kind], gone: list[bool], edges: list[float]
) -> None:
    draft = _draft(*source, gone)
    _adds_up(finished(draft))
    blocks = [Removal(block.start, block.end, "template", "template", 1.0) for block in draft.blocks]
    _adds_up(finished(without(draft, blocks[::2])))
    _adds_up(finished(without(draft, blocks)))
    _adds_up(finished(draft, _parts(draft, edges)))
    _adds_up(finished(without(draft, blocks[1::2]), _parts(draft, edges)))


@given(_SOURCES)
def test_why_text_goes_does_not_change_how_much_there_is(source: tuple[str, Kind]) -> None:
    """Boilerplate is counted block by block in pass 1, templates span by span in pass 3: the two agree."""
    early = finished(_draft(*source, [True]))
    draft = _draft(*source, [False])
    if any(repair.kind == "encoding" for repair in draft.repairs):
        return
    late = finished(draft, [Removal(block.start, block.end, "template", "template", 1.0) for block in draft.blocks])
    assert early.visible_length == late.visible_length
    assert replace(early, text="").text == late.text == ""
    for document in (early, late):
        assert sum(removal.visible_chars or 0 for removal in document.removals) == document.visible_length
