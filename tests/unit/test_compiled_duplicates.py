"""What follows when relations are found is the same with the compiled module and without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import compiled
from cleaner.duplicates import copies
from cleaner.duplicates.clusters import NONE, _dissolve, _lead, _part_views, find_clusters
from cleaner.duplicates.copies import Told, with_copies
from cleaner.duplicates.corpus import Corpus, _representatives
from cleaner.duplicates.document_relations import _matched
from cleaner.duplicates.matching import ShingleRows
from cleaner.duplicates.passages import PASSAGE, QUOTE, SENTENCE
from cleaner.duplicates.relations import KINDS, NEAR, Relations
from cleaner.duplicates.telling import telling
from tests.unit.test_compiled import by_both, needs_native

LENGTH = 10
PARTS = st.lists(st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH), st.sampled_from([SENTENCE, QUOTE])))
"""Sub-passages by begin, length and kind."""
PASSAGES = st.lists(st.tuples(st.booleans(), PARTS.map(sorted)), min_size=1, max_size=8)
"""Whether each begins a page, and what is in it."""


def column(values: list[int], kind: type) -> Any:
    return np.array(values, dtype=kind)


def corpus_of(passages: list[tuple[bool, list[tuple[int, int, int]]]], draw: Callable[[Any], Any]) -> Corpus:
    """A corpus of passages that begin where the last one ends."""
    rows: list[tuple[int, int, int, int, int]] = []
    page = 0
    for at, (begins_page, parts) in enumerate(passages):
        page += begins_page and at > 0
        parent, begin = len(rows), at * LENGTH
        rows.append((page, begin, begin + LENGTH, PASSAGE, parent))
        rows += [
            (page, begin + first, min(begin + first + length, begin + LENGTH), kind, parent)
            for first, length, kind in parts
        ]
    pages, starts, ends, kinds, parents = (list(values) for values in zip(*rows, strict=True))
    many = len(rows)
    some = st.lists(st.integers(0, many // 2), min_size=many, max_size=many)
    exact, count = column(draw(some), np.uint64), column(draw(some), np.int32)
    shingles = np.arange(3 * many, dtype=np.uint32) % 5
    return Corpus(
        facts=(),
        doc_ids=tuple(str(number) for number in range(page + 1)),
        reading=np.arange(page + 1),
        is_foreign=column(draw(st.lists(st.booleans(), min_size=page + 1, max_size=page + 1)), np.bool_),
        most_rows=int(np.bincount(pages).max()),
        page=column(pages, np.int32),
        in_reading_order=np.arange(many),
        start=column(starts, np.int32),
        end=column(ends, np.int32),
        text_start=column(starts, np.int32),
        text_end=column(ends, np.int32),
        kind=column(kinds, np.uint8),
        parent=column(parents, np.int32),
        exact=exact,
        representative=_representatives(exact, count),
        rows=ShingleRows(shingles, np.arange(many), np.minimum(count, 3), 3, np.full(many, -1, dtype=np.int32)),
        words=np.full(many, 5, dtype=np.int32),
        band_row=np.arange(many, dtype=np.int32),
        bands=np.empty((0, 4), dtype=np.uint32),
        fingerprints=np.empty(0, dtype=np.uint32),
        fingerprint_rows=np.empty(0, dtype=np.int32),
        moved=np.arange(many, dtype=np.int32),
        word_places=np.empty((0, 2), dtype=np.int32),
    )


@st.composite
def linked(draw: Callable[[Any], Any]) -> tuple[Corpus, Relations]:
    """A corpus and relations in it; two of its rows may be related several times."""
    corpus = corpus_of(draw(PASSAGES), draw)
    row = st.integers(0, len(corpus) - 1)
    links = draw(st.lists(st.tuples(row, row, st.integers(0, len(KINDS) - 1), st.integers(0, 4)), max_size=60))
    links = [link for link in links if link[0] < link[1]]
    pairs = np.array([link[:2] for link in links], dtype=np.int32).reshape(-1, 2)
    score = column([link[3] for link in links], np.float32) / 4
    stretch = np.zeros((len(links), 4), dtype=np.int32)
    kind = column([link[2] for link in links], np.uint8)
    return corpus, Relations(pairs, kind, score, score, np.arange(len(links), dtype=np.int32), stretch)


def listed(record: Any) -> list[Any]:
    """The columns of *record*."""
    return [getattr(record, field.name).tolist() for field in fields(record)]


@needs_native
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 1)), max_size=40))
def test_the_same_rows_lead(edges: list[tuple[int, int, float]]) -> None:
    pairs = sorted((min(a, b) << 32 | max(a, b), score) for a, b, score in edges if a != b)
    keys, scores = column([key for key, _ in pairs], np.uint64), np.array([score for _, score in pairs])
    parent = np.arange(12, dtype=np.int32) // 3 * 3
    fast, slow = by_both(lambda: [found.tolist() for found in _lead(keys, scores, parent)])
    assert fast == slow


@needs_native
@given(linked(), st.booleans())
def test_the_same_clusters_are_found(found: tuple[Corpus, Relations], is_set_aside: bool) -> None:
    corpus, relations = found
    left_out = corpus.is_foreign[::-1] & is_set_aside
    fast, slow = by_both(lambda: listed(find_clusters(corpus, relations, 0.25, left_out)))
    assert fast == slow


@needs_native
@given(linked(), st.data())
def test_the_same_members_stay(found: tuple[Corpus, Relations], data: st.DataObject) -> None:
    corpus, _ = found
    many = len(corpus)
    led = column(data.draw(st.lists(st.integers(NONE, many // 3), min_size=many, max_size=many)), np.int32)
    jaccard = np.array(data.draw(st.lists(st.sampled_from([0.4, 0.5, 1.0]), min_size=many, max_size=many)))

    def stays(work: Callable[[Any], None]) -> list[int]:
        leader = led.copy()
        work(leader)
        return list(leader.tolist())

    for work in (lambda leader: _part_views(leader, jaccard, corpus), lambda leader: _dissolve(leader, corpus)):
        fast, slow = by_both(lambda work=work: stays(work))  # type: ignore[misc]
        assert fast == slow


@needs_native
@given(linked())
def test_the_same_relations_are_told(found: tuple[Corpus, Relations]) -> None:
    corpus, relations = found
    fast, slow = by_both(lambda: listed(telling(relations, corpus)))
    assert fast == slow


@needs_native
@given(linked(), st.sampled_from([1, 4, 400]), st.integers(1, 9))
def test_the_same_copies_are_related(found: tuple[Corpus, Relations], most: int, together: int) -> None:
    corpus, relations = found
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "MOST", most)
        patch.setattr(copies, "_CHUNK", together)
        told = by_both(lambda: with_copies(relations, corpus))
    fast, slow = ([some.pairs.tolist(), some.of.tolist()] for some in told)
    assert fast == slow


@needs_native
@given(linked())
def test_the_same_pages_have_words_in_common(found: tuple[Corpus, Relations]) -> None:
    corpus, relations = found
    told = Told(relations, relations.pairs, np.arange(len(relations), dtype=np.int32))
    fast, slow = by_both(lambda: [some.tolist() for some in _matched(corpus, told)])
    assert fast == slow


ONE, FAR, LESS = bytes(4), b"\1\0\0\0", b"\xff\xff\xff\xff"
"""A row that is there, and two that are not where there is one."""
LINK = bytes(8), b"\0", bytes(4)


@needs_native
@pytest.mark.parametrize(
    "call",
    [
        lambda native: native.lead(bytes(8), bytes(8), FAR, bytearray(4), bytearray(8)),
        lambda native: native.lead(bytes(8), bytes(8), LESS, bytearray(4), bytearray(8)),
        lambda native: native.lead(b"\1" + bytes(7), bytes(8), ONE, bytearray(4), bytearray(8)),
        lambda native: native.lead(bytes(4) + FAR, bytes(8), ONE, bytearray(4), bytearray(8)),
        lambda native: native.lead(bytes(8), bytes(8), ONE, bytearray(FAR), bytearray(8)),
        lambda native: native.lead(bytes(8), bytes(8), ONE, bytearray(8), bytearray(8)),
        lambda native: native.lead(bytes(16), bytes(8), ONE, bytearray(4), bytearray(8)),
        lambda native: native.part_views(bytearray(8), bytes(16), bytes(8), bytes(8), bytes(8), 1),
        lambda native: native.part_views(bytearray(4), bytes(8), ONE, ONE, ONE, 2),
        lambda native: native.part_views(bytearray(4), bytes(8), ONE, ONE, ONE, -1),
        lambda native: native.part_views(bytearray(4), bytes(4), ONE, ONE, ONE, 1),
        lambda native: native.part_views(bytearray(4), bytes(8), ONE, ONE, b"", 1),
        lambda native: native.dissolve(bytearray(FAR), ONE, ONE, b"\0"),
        lambda native: native.dissolve(bytearray(b"\xfe\xff\xff\xff"), ONE, ONE, b"\0"),
        lambda native: native.dissolve(bytearray(4), FAR, ONE, b"\0"),
        lambda native: native.dissolve(bytearray(4), ONE, FAR, b"\0"),
        lambda native: native.dissolve(bytearray(4), ONE, ONE, b""),
        lambda native: native.telling((bytes(4) + FAR, *LINK[1:]), (ONE, ONE, b"\0", ONE, ONE), NEAR, QUOTE),
        lambda native: native.telling((LESS + ONE, *LINK[1:]), (ONE, ONE, b"\0", ONE, ONE), NEAR, QUOTE),
        lambda native: native.telling((*LINK[:2], b""), (ONE, ONE, b"\0", ONE, ONE), NEAR, QUOTE),
        lambda native: native.telling(LINK, (FAR, ONE, b"\0", ONE, ONE), NEAR, QUOTE),
        lambda native: native.telling(LINK, (ONE, LESS, b"\0", ONE, ONE), NEAR, QUOTE),
        lambda native: native.telling(LINK, (ONE, ONE, b"\0\0", ONE, ONE), NEAR, QUOTE),
        lambda native: native.telling(LINK, (ONE, ONE, b"\0", ONE, b""), NEAR, QUOTE),
        lambda native: native.copies((FAR + ONE, b"\0"), (ONE,) * 5, b"\0", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b""), (ONE,) * 5, b"\0", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b"\0"), (FAR, *(ONE,) * 4), b"\0", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b"\0"), (ONE, LESS, *(ONE,) * 3), b"\0", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b"\0"), (ONE, ONE, FAR, ONE, ONE), b"\0", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b"\0"), (*(ONE,) * 4, b""), b"\0", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b"\0"), (ONE,) * 5, b"", 1, 400, 9, 0),
        lambda native: native.copies((bytes(8), b"\0"), (ONE,) * 5, b"\0", 1, 400, 0, 0),
        lambda native: native.page_pairs((FAR + ONE, ONE), (b"\0", ONE), (ONE, ONE), NEAR),
        lambda native: native.page_pairs((bytes(8), FAR), (b"\0", ONE), (ONE, ONE), NEAR),
        lambda native: native.page_pairs((bytes(8), LESS), (b"\0", ONE), (ONE, ONE), NEAR),
        lambda native: native.page_pairs((bytes(8), ONE), (b"\0", b""), (ONE, ONE), NEAR),
        lambda native: native.page_pairs((bytes(8), ONE), (b"\0", ONE), (ONE, LESS), NEAR),
        lambda native: native.page_pairs((bytes(8), ONE), (b"\0", ONE), (ONE, b""), NEAR),
    ],
)
def test_what_does_not_fit_together_is_an_error_not_a_crash(call: Callable[[Any], object]) -> None:
    with pytest.raises(ValueError, match=r"not there|length"):
        call(compiled.native)
