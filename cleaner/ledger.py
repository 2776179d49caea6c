"""The one owner of a page's provenance.

Stages propose removals; only ``settle`` decides which character goes, and only ``compose`` makes kept text. The laws:

* conservation: the kept spans and the removals of a ledger partition ``[0, length)``;
* replay: ``replay(source, kept, repairs)`` gives the document's text, from data alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain, compress, pairwise
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.compiled import changed, columns, make
from cleaner.errors import ConservationError
from cleaner.model import KeptBlock, Removal, Repair, RepairKind, Role, Segment, Span, TextBlock
from cleaner.removal_columns import places_of
from cleaner.wording import counted

_IN_ORDER = attrgetter(*Repair.__match_args__)
_AT_VISIBLE = Removal.__match_args__.index("visible_chars")

MARKUP_REASONS = frozenset({"markup", "script", "whitespace"})
"""Reasons that never cover visible text; their rows carry no digest."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The parts of a page's source that its document may still need; sliced with source coordinates."""

    starts: tuple[int, ...]
    texts: tuple[str, ...]

    def __getitem__(self, span: slice) -> str:
        """The source text of *span*, which must lie inside one of the parts.

        >>> Excerpt((10, 40), ("hello world", "again"))[16:21]
        'world'
        """
        start, stop = span.start, span.stop
        at = bisect_right(self.starts, start) - 1
        if at >= 0:
            base, text = self.starts[at], self.texts[at]
            if stop - base <= len(text):
                return text[start - base : stop - base]
        raise ConservationError(f"source [{start}, {stop}) is not part of the excerpt")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of every character of a page: ``kept`` and ``removals`` partition ``[0, length)``."""

    length: int
    kept: tuple[Span, ...]
    removals: Sequence[Removal]


@dataclass(frozen=True, slots=True)
class Composition:
    """A document's text and where each part of it came from."""

    text: str
    segments: tuple[Segment, ...]
    blocks: tuple[TextBlock, ...]
    repairs: tuple[Repair, ...]
    """Inside kept spans or inserted at their borders, layout included: with the kept spans, all that replay needs."""


def excerpt(source_text: str, blocks: Iterable[KeptBlock]) -> Excerpt:
    """The source of *blocks*, inline markup inside them included."""
    blocks = list(blocks)
    return Excerpt(tuple(b.start for b in blocks), tuple(source_text[b.start : b.end] for b in blocks))


def settle(length: int, proposals: Iterable[Sequence[Removal]]) -> Ledger:
    """The partition of ``[0, length)`` that *proposals* lead to.

    *proposals* is one sequence per stage, most important stage first: the first stage to claim a character has it,
    and within a stage the first removal. A removal that others cut in pieces becomes one row per piece. What nobody
    claims is kept.

    Raises:
        ConservationError: a removal runs out of ``[0, length)``.
    """
    flat = list(chain.from_iterable(proposals))
    if compiled.native is not None:
        spans, settled, outside = compiled.native.settle(length, flat, Removal, Span, _AT_VISIBLE)
        if outside is not None:
            raise _is_outside(outside, length)
        return Ledger(length, tuple(spans), tuple(settled))
    starts, ends = columns(Removal, flat, 2)
    for place in np.flatnonzero((starts < 0) | (ends < starts) | (ends > length)):
        raise _is_outside(flat[place], length)
    # Whoever has the character at an edge has all up to the next one.
    edges = np.sort(np.concatenate([starts, ends, [0, length]]))
    edges = edges[np.diff(edges, prepend=-1) > 0]
    owners = np.full(len(edges), -1)
    # Removals that follow each other, as those of one stage do, claim together what nobody before them has.
    breaks = np.flatnonzero(starts[1:] < ends[:-1]) + 1
    for first, last in pairwise([0, *breaks.tolist(), len(flat)] if flat else ()):
        low, high = np.searchsorted(edges, [starts[first], ends[last - 1]])
        nearest = first - 1 + np.searchsorted(starts[first:last], edges[low:high], side="right")
        free = (owners[low:high] < 0) & (ends[nearest] > edges[low:high])
        owners[low:high][free] = nearest[free]
    changes = np.flatnonzero(np.diff(owners[:-1], prepend=-2))
    begins, owned_by = edges[changes], owners[changes]
    stops = np.append(begins[1:], length)
    is_kept = owned_by < 0
    kept = make(Span, list(zip(begins[is_kept].tolist(), stops[is_kept].tolist(), strict=True)))
    begins, stops, owned_by = begins[~is_kept], stops[~is_kept], owned_by[~is_kept]
    removals = [flat[owner] for owner in owned_by.tolist()]
    for cut in np.flatnonzero((starts[owned_by] != begins) | (ends[owned_by] != stops)).tolist():
        removals[cut] = replace(removals[cut], start=int(begins[cut]), end=int(stops[cut]), visible_chars=None)
    return Ledger(length, tuple(kept), tuple(removals))


def _is_outside(removal: Removal, length: int) -> ConservationError:
    whole = counted(length, "character")
    return ConservationError(f"{removal.rule} claims [{removal.start}, {removal.end}) of {whole}")


def ledger_of(length: int, removals: Sequence[Removal]) -> Ledger:
    """The ledger of a page of which sorted, disjoint *removals* leave the rest."""
    starts, ends = places_of(removals)
    ends, starts = np.append(0, ends), np.append(starts, length)
    is_kept = starts > ends
    kept = zip(ends[is_kept].tolist(), starts[is_kept].tolist(), strict=True)
    return Ledger(length, tuple(make(Span, kept)), removals)


def check_conservation(ledger: Ledger) -> None:
    """Nothing, if kept spans and removals partition the page.

    Raises:
        ConservationError: a gap, an overlap, or an empty or reversed span.
    """
    removals = ledger.removals
    if (
        compiled.native is not None
        and isinstance(removals, tuple)
        and compiled.native.is_partition(ledger.length, ledger.kept, removals, Span, Removal)
    ):
        return
    parts = np.hstack([columns(Span, ledger.kept, 2), places_of(removals)])
    starts, ends = parts[:, np.argsort(parts[0], kind="stable")]
    settled = np.concatenate([[0], ends])
    for place in np.flatnonzero((starts != settled[:-1]) | (ends <= starts)):
        raise ConservationError(
            f"span [{starts[place]}, {ends[place]}) where {settled[place]} of {counted(ledger.length, 'character')} "
            "are settled"
        )
    if settled[-1] != ledger.length:
        rest = counted(int(ledger.length - settled[-1]), "character")
        raise ConservationError(f"{rest} at the end neither kept nor removed")


def digest_removals(source: str | Excerpt, removals: Iterable[Removal]) -> tuple[Removal, ...]:
    """*removals* with ``text_sha256`` set on every row that covers visible text and has none yet."""
    digested = list(removals)
    places = [
        at for at, removal in enumerate(digested) if removal.reason not in MARKUP_REASONS and not removal.text_sha256
    ]
    shown = [digested[at] for at in places]
    digests = [text_digest(source[removal.start : removal.end]) for removal in shown]
    for at, removal in zip(places, changed(Removal, shown, "text_sha256", digests), strict=True):
        digested[at] = removal
    return tuple(digested)


def text_digest(text: str) -> str:
    """SHA-256 of *text* in UTF-8 (lone surrogates as they are), in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def glue(before: Role, after: Role) -> str:
    """The layout between two neighbouring blocks of a document."""
    return "\n" if after == "line" or (before == after and before in {"item", "row"}) else "\n\n"


def compose(
    source: str | Excerpt, ledger: Ledger, blocks: Sequence[KeptBlock], repairs: Sequence[Repair]
) -> Composition:
    """The clean text of *ledger*, with layout between *blocks*.

    Args:
        source: the page's source text, or an excerpt that holds every block.
        ledger: settled; kept spans must lie inside blocks.
        blocks: sorted, disjoint; those of which nothing is kept fall away.
        repairs: sorted, disjoint, without layout; those outside kept text fall away.

    Raises:
        ConservationError: kept text outside of all blocks.
    """
    if compiled.native is not None:
        types = (Span, Repair, Segment, KeptBlock, TextBlock)
        parts = (*_parts(source), tuple(ledger.kept), tuple(blocks), tuple(repairs))
        done = compiled.native.compose(*parts, types, glue, "layout")
        if done is not None:
            return Composition(done[0], *map(tuple, done[1:]))
    present: list[KeptBlock] = []
    begins: list[int] = []
    layout_rows: list[tuple[int, int, str, RepairKind]] = []
    at = 0
    for span in ledger.kept:
        while at < len(blocks) and blocks[at].end <= span.start:
            at += 1
        if at == len(blocks) or not (blocks[at].start <= span.start and span.end <= blocks[at].end):
            raise ConservationError(f"kept text [{span.start}, {span.end}) belongs to no block")
        block = blocks[at]
        if present and present[-1] is block:
            continue
        if present:
            layout_rows.append((span.start, span.start, glue(present[-1].role, block.role), "layout"))
        present.append(block)
        begins.append(span.start)

    layout = make(Repair, layout_rows)
    everything = tuple(sorted([*_repairs_inside(ledger.kept, repairs), *layout], key=_IN_ORDER))
    text, segments = replay(source, ledger.kept, everything)
    place = {segment.source_start: segment.text_start for segment in reversed(segments)}
    starts = [place[begin] for begin in begins]
    ends = [start - len(fill.text) for start, fill in zip(starts[1:], layout, strict=True)] + [len(text)]
    placed = [(start, end, block.role, block.level) for block, start, end in zip(present, starts, ends, strict=False)]
    return Composition(text, segments, tuple(make(TextBlock, placed)), everything)


def replay(source: str | Excerpt, kept: Sequence[Span], repairs: Sequence[Repair]) -> tuple[str, tuple[Segment, ...]]:
    """The text that *kept* and *repairs* make of *source*, and where each run of it came from.

    Every repaired run and every verbatim run is a segment of its own; layout has none.

    >>> replay("<p>Fish &amp; chips</p>", [Span(3, 19)], [Repair(8, 13, "&", "entity")])[0]
    'Fish & chips'
    """
    if compiled.native is not None:
        done = compiled.native.replay(*_parts(source), tuple(kept), tuple(repairs), (Span, Repair, Segment))
        if done is not None:
            return done[0], tuple(done[1])
    out: list[str] = []
    segments: list[tuple[int, int, int, int]] = []
    length = 0
    at_repair = 0
    for span in kept:
        at = span.start
        while at_repair < len(repairs) and repairs[at_repair].start < span.end:
            repair = repairs[at_repair]
            at_repair += 1
            if repair.start > at:
                out.append(source[at : repair.start])
                segments.append((length, length + repair.start - at, at, repair.start))
                length += repair.start - at
            out.append(repair.text)
            if repair.end > repair.start:
                segments.append((length, length + len(repair.text), repair.start, repair.end))
            length += len(repair.text)
            at = repair.end
        if at < span.end:
            out.append(source[at : span.end])
            segments.append((length, length + span.end - at, at, span.end))
            length += span.end - at
    return "".join(out), tuple(make(Segment, segments))


def _parts(source: str | Excerpt) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Where the parts of *source* that are there start, and what they are."""
    return (source.starts, source.texts) if isinstance(source, Excerpt) else ((0,), (source,))


def source_span(segments: Sequence[Segment], starts: Sequence[int], text_start: int, text_end: int) -> Span:
    """The source span that clean text ``[text_start, text_end)`` came from, from its first to its last character.

    Args:
        segments: a document's, sorted.
        starts: their ``text_start``, so that many look-ups share one list.
    """
    first = segments[max(bisect_right(starts, text_start) - 1, 0)]
    last = segments[max(bisect_right(starts, text_end - 1) - 1, 0)]
    return Span(_to_source(first, text_start, at_end=False), _to_source(last, text_end, at_end=True))


def source_spans(
    segments: Sequence[Segment], text_starts: NDArray[np.integer], text_ends: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``source_span`` of many spans at once: where they start in the source, and where they end."""
    if not segments:
        return np.zeros(len(text_starts), dtype=np.int64), np.zeros(len(text_ends), dtype=np.int64)
    text_at, text_end, source_at, source_end = columns(Segment, segments, 4)
    width = text_end - text_at
    verbatim = width == source_end - source_at
    found = []
    for places, whole, behind in ((text_starts, source_at, 0), (text_ends, source_end, 1)):
        at = np.maximum(np.searchsorted(text_at, places - behind, side="right") - 1, 0)
        within = source_at[at] + np.minimum(places - text_at[at], width[at])
        found.append(np.where(verbatim[at], within, whole[at]))
    return found[0], found[1]


def text_span(segments: Sequence[Segment], starts: Sequence[int], start: int, end: int) -> Span:
    """The stretch of clean text that source ``[start, end)`` became; empty if nothing of it was kept.

    Args:
        segments: a document's, sorted.
        starts: their ``source_start``, so that many look-ups share one list.
    """
    first = max(bisect_right(starts, start) - 1, 0)
    touched = [s for s in segments[first : bisect_left(starts, end)] if s.source_end > start]
    if not touched:
        return Span(0, 0)
    return Span(_to_text(touched[0], start, at_end=False), _to_text(touched[-1], end, at_end=True))


def _to_source(segment: Segment, text_at: int, at_end: bool) -> int:
    """Verbatim runs map character by character; a repaired run of another length maps as a whole."""
    width = segment.text_end - segment.text_start
    if width == segment.source_end - segment.source_start:
        return segment.source_start + min(text_at - segment.text_start, width)
    return segment.source_end if at_end else segment.source_start


def _to_text(segment: Segment, source_at: int, at_end: bool) -> int:
    """The way back of ``_to_source``."""
    width = segment.source_end - segment.source_start
    if width == segment.text_end - segment.text_start:
        return segment.text_start + min(max(source_at - segment.source_start, 0), width)
    return segment.text_end if at_end else segment.text_start


def _repairs_inside(kept: Sequence[Span], repairs: Sequence[Repair]) -> list[Repair]:
    """The repairs that lie wholly inside one kept span; both sorted."""
    if not kept or not repairs:
        return []
    begins, ends = columns(Span, kept, 2)
    starts, stops = columns(Repair, repairs, 2)
    at = np.searchsorted(ends, starts, side="right")
    last = np.minimum(at, len(kept) - 1)
    is_inside = (at == last) & (begins[last] <= starts) & (stops <= ends[last])
    return list(compress(repairs, is_inside.tolist()))
