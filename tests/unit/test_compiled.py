"""The compiled module changes nothing but the time that pages take, and nothing breaks without it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner import compiled
from cleaner.boilerplate.block_model import shipped_model
from cleaner.boilerplate.features import matrix, measure_page
from cleaner.boilerplate.folding import folded
from cleaner.boilerplate.learned_extractor import classify_html
from cleaner.boilerplate.network import Network
from cleaner.boilerplate.trees import Forest
from cleaner.config import Config, Duplicates, Passages, Signatures
from cleaner.duplicates.candidates import _bucket_pairs
from cleaner.duplicates.columns import pack, sign_pages
from cleaner.duplicates.minhash import band_keys, minhashes
from cleaner.duplicates.pair_weights import PairWeights
from cleaner.duplicates.passages import CUT, cut_passages
from cleaner.duplicates.row_keys import KeyedRows
from cleaner.duplicates.search import find_in_corpus
from cleaner.duplicates.sentences import paragraphs_in
from cleaner.duplicates.signatures import offsets_of
from cleaner.duplicates.sorting import first_places, order_of, sort_keys, sorted_places, sorted_unique
from cleaner.duplicates.words import ordinals, word_hashes, word_places, words_of
from cleaner.errors import ConservationError
from cleaner.ledger import Excerpt, Ledger, check_conservation, compose, digest_removals, replay, settle
from cleaner.model import Block, KeptBlock, Removal, Repair, Segment, Segmentation, Span, TextBlock
from cleaner.reading.places import places
from cleaner.reading.scan_html import scan_html
from cleaner.reading.segment_html import segment_html
from hatch_build import compile_module, module_name, sources_digest
from tests.duplicates_corpus import records, told
from tests.e2e.command import REPO
from tests.property.strategies import HTML, page

Result = TypeVar("Result")

needs_native = pytest.mark.skipif(compiled.native is None, reason="the module is not compiled")

WORDS = """
class id role itemprop itemtype aria-label aria-hidden style hidden CLASS Style hidıden claſs data-class
= == ' " / true TRUE display:none display visibility : none post-body mainText HTMLBox col-md-8 x1y2 üß
İx ٣ 日本 _a A Ab ABc
"""
ATTRIBUTES = st.lists(
    st.one_of(
        st.sampled_from(WORDS.split()),
        st.sampled_from([" ", "  ", "\n", "\t", "\u00a0"]),
        st.text(max_size=3),
    ),
    max_size=30,
).map("".join)


def by_both(work: Callable[[], Result]) -> tuple[Result, Result]:
    """What *work* returns with the compiled module and without it."""
    with pytest.MonkeyPatch.context() as patch:
        fast = work()
        patch.setattr(compiled, "native", None)
        return fast, work()


def all_of(source: str) -> tuple[Any, ...]:
    """Everything that the compiled module has a part in, down to the bits."""
    read = page(source)
    segmentation = segment_html(read)
    verdict = classify_html(read, segmentation)
    ledger = settle(len(source), [verdict.removals, segmentation.removals])
    parts = (segmentation, verdict, ledger, digest_removals(source, ledger.removals))
    return *parts, features_of(source, segmentation)


def features_of(source: str, segmentation: Segmentation) -> bytes:
    """The bits of all features, and of the chances that the model makes of them."""
    if not segmentation.blocks:
        return b""
    measured = measure_page(source, segmentation)
    model = shipped_model()
    odds, known = model.of_words(measured.tree.words)
    rows, named = matrix(measured, odds, model.columns), model.vectors.of(measured.tree, known)
    margins = model.margins(rows, named, measured.counted, measured.groups.shared())
    return measured.table.tobytes() + margins.tobytes()


@needs_native
def test_real_pages_come_out_the_same(wcxb_pages: list[dict[str, Any]]) -> None:
    for record in wcxb_pages:
        fast, slow = by_both(lambda html=record["html"]: all_of(html))
        assert fast == slow, record["file_id"]


@needs_native
@given(HTML)
@example("")
@example("<p>a</>b</p>")
@example("<p>\ud800\x00\U0001f309</p>" * 3)
@example("<table><tr><td>1<td>2&nbsp;</table>")
@example("<p>a &nbsp; <br> <br>b <br>&#160; c&shy; \xad")
@example("<pre>\r\n a\r\n\r\n b &amp;\r</pre>")
@example("<pre>&#32;<b>&nbsp; </b>\n<i>&shy;</i>x <b>&nbsp;<i>\t</i></b>\x01<br>&#9;y\r\n </pre>\r")
@example("<svg><title/><p>x</svg><noscript><p>&amp;</noscript><noframes>")
def test_all_markup_comes_out_the_same(source: str) -> None:
    fast, slow = by_both(lambda: all_of(source))
    assert fast == slow


MARKUP = """
< > / = ' " & ; - -- --> --!> <!-- <!--> <!---> <!> </> </ <? <?x> <![CDATA[ <!doctype <p <P> <p/> x='>' x=> <br>
</br> <b> <script> </script> <script/> </script <style> </style <style/> <title> </title> <title/> <textarea>
</textarea> <xmp> </xmp> <noscript> <NoScript> </noscript> <noscript/> <noscriptx> <noframes> </noframes> <iframe>
</iframe> <noembed> <plaintext> <svg> </svg> <math> <head> </head> <body> <pre> <select> <template> <table> <td> &amp;
&amp &ampx &notit; &notin; &nbsp &#65; &#65 &#x41 &#x &#0; &#xb; &#13; &nosuch; &#32; é 日 a
"""
PIECES = [*MARKUP.split(), " ", "\n", "\f", "\v", "\0", "\ud800"]


@needs_native
@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=1_000)
@example(["<noscript>", "<noscript>", "<textarea>", "</noscript>", "a"])
@example(["&#", "0" * 5_000, "65;"])
@example(["&amp", "x" * 99])
def test_every_piece_of_markup_is_scanned_as_turbohtml_reads_it(pieces: list[str]) -> None:
    fast, slow = by_both(lambda: scan_html("".join(pieces)))
    assert fast == slow


@needs_native
@given(ATTRIBUTES)
@example("hidden class=x")
@example("class='a b' class=\"c\" style='Display : NONE")
@example('class="' + "ab " * 200 + '" id="' + "cd " * 200)
def test_all_attributes_are_read_the_same(attributes: str) -> None:
    fast, slow = by_both(lambda: all_of(f"<div {attributes}><p {attributes[::-1]}>text</p></div>"))
    assert fast == slow


@needs_native
def test_a_page_of_many_names_comes_out_the_same() -> None:
    letters = "abcdefghijklmnop"
    words = ["".join((one, other, third)) for one in letters for other in letters for third in letters]
    boxes = [f"<x-{'long' * 9}><div class='{word} 日{word} É{word}' id='{word}-main'>{word}</div>" for word in words]
    fast, slow = by_both(lambda: all_of("".join(boxes)))
    assert fast == slow


@needs_native
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("aAZ ’\t\n\x1c\x7f\x85\xa0\xadÀÞß×İΣ\u2028\u3000"), st.characters()),
        max_size=30,
    )
)
def test_lines_are_folded_the_same(line: str) -> None:
    fast, slow = by_both(lambda: folded(line))
    assert fast == slow


@needs_native
@given(st.integers(0, 5), st.integers(0, 40), st.integers(0, 99))
def test_a_forest_predicts_the_same(depth: int, count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    forest = Forest(
        random.integers(0, 4, (7, 2**depth - 1)).astype(np.uint8),
        random.choice(np.array([0, 0.5, np.inf], dtype=np.float32), (7, 2**depth - 1)),
        random.random((7, 2**depth)).astype(np.float16),
    )
    rows = random.choice(np.array([0, 0.5, 1, np.nan], dtype=np.float32), (count, 4))
    fast, slow = by_both(lambda: forest.margins(rows).tolist())
    assert fast == slow


@needs_native
@given(st.integers(1, 3), st.integers(0, 5), st.integers(1, 40), st.integers(0, 99))
def test_a_network_predicts_the_same(lanes: int, layers: int, blocks: int, seed: int) -> None:
    random, channels = np.random.default_rng(seed), 12 * lanes

    def weights(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float32)

    network = Network(
        weights(5),
        weights(5),
        weights(6, channels),
        weights(layers, 2, channels),
        weights(layers, 5 * channels + 1, channels),
        weights(channels + 1),
    )
    rows, sizes, group = weights(blocks, 5), random.integers(0, 9, blocks), random.integers(-3, 9, blocks)
    fast, slow = by_both(lambda: network.margins(rows, sizes.astype(np.float64), [group]).tolist())
    assert fast == slow


@needs_native
@given(st.lists(st.sampled_from(["author", "auth", "license", "<time", "x" * 70, "é", "日", "😀"]), max_size=40))
@example(["x" * 60, "author"])
def test_words_are_found_in_the_same_places(parts: list[str]) -> None:
    fast, slow = by_both(lambda: places("".join(parts), ("uthor", "license", "<time", "x", "ab")))
    assert fast == slow


@needs_native
@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 600), max_size=60), st.integers(0, 63))
def test_numbers_are_sorted_as_numpy_sorts_them(numbers: list[int], low: int) -> None:
    def found() -> tuple[list[int], ...]:
        keys = np.array(numbers, dtype=np.uint64)
        few, some = keys & np.uint64(3), keys >> np.uint64(50)
        orders = order_of(few, keys), order_of(few, some, keys >> np.uint64(40)), order_of(some, keys, few)
        columns = *orders, sort_keys(keys.copy(), low), sorted_unique(keys.copy())
        places = *sorted_places(keys.copy()), first_places(keys)
        return tuple(column.tolist() for column in (*columns, *places))

    fast, slow = by_both(found)
    assert fast == slow


def test_no_tuple_among_arguments_brings_more_buffers_than_python_has_room_for() -> None:
    """``PyArg_ParseTuple`` counts those outside of tuples; for the others it has eight places on the stack."""
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((REPO / "native").glob("*.c")))
    formats = re.findall(r'PyArg_ParseTuple\(\s*arguments,\s*"([^"]*)"', sources)

    assert len(formats) > 40
    assert [text for text in formats if "(" in text and len(re.findall(r"[yw]\*", text)) > 8] == []


@needs_native
def test_many_numbers_are_sorted_as_few_are() -> None:
    """So many that they are parted by their first digit first, of which nobody has some values."""
    random = np.random.default_rng(4)
    keys = random.integers(0, 2**21, 1_100_000).astype(np.uint64) << np.uint64(20)
    keys[: len(keys) // 2] |= np.uint64(2**45)
    for low in (0, 30, 40):
        fast, slow = by_both(lambda low=low: sort_keys(keys.copy(), low))
        np.testing.assert_array_equal(fast, slow)
    for fast, slow in zip(*by_both(lambda: sorted_places(keys.copy())), strict=True):
        np.testing.assert_array_equal(fast, slow)
    still_more = np.concatenate([keys, keys[::3] >> np.uint64(9), keys + np.uint64(1), keys, keys])  # sorted in place
    np.testing.assert_array_equal(sort_keys(still_more.copy()), np.sort(still_more))


@needs_native
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 255)), max_size=40), st.integers(1, 9))
def test_weights_are_added_up_the_same_way_in_whatever_room(weighed: list[tuple[int, int]], room: int) -> None:
    keys = np.array([pair << 8 | weight for pair, weight in weighed], dtype=np.uint64)

    def found() -> list[int]:
        sums = PairWeights(room)
        sums.add(keys[::2])
        sums.add(keys[1::2])
        return sums.finished().tolist()

    fast, slow = by_both(found)
    totals: Counter[int] = Counter()
    for pair, weight in weighed:
        totals[pair] += weight
    assert fast == slow == [pair << 8 | min(totals[pair], 255) for pair in sorted(set(totals))]


@needs_native
@given(st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=30))
def test_the_same_pairs_come_of_the_same_keys(keys: list[list[int]]) -> None:
    keyed = np.array(sorted({key << 32 | row for row, some in enumerate(keys) for key in some}), dtype=np.uint64)
    kinds = [
        KeyedRows(keyed, np.arange(known, dtype=np.uint64), is_starred)
        for known in (1, 9)
        for is_starred in (True, False)
    ]
    fast, slow = by_both(lambda: [sorted(np.concatenate([*_bucket_pairs(kind)]).tolist()) for kind in kinds])
    assert fast == slow


STRETCHES = st.lists(
    st.sampled_from([f"{a} said the {b} of old {a} to a new {b}. " for a in "abcde" for b in "xyz"]), max_size=7
)
SMALL = replace(
    Config(),
    passages=Passages(max_words=60, min_words=4, min_sub_words=4),
    duplicates=Duplicates(whole_words=5, contained_words=5, overlap_words=6),
)


@needs_native
@given(st.lists(STRETCHES.map("".join), max_size=6))
def test_the_same_relations_stand_in_the_same_places(texts: list[str]) -> None:
    pages = records({str(number): f"{text}\n{text[:50]}" for number, text in enumerate(texts)}, SMALL)
    fast, slow = by_both(lambda: told(find_in_corpus(pages, SMALL)))
    assert fast == slow


PROSE = """
word It Mr. Sen. U.S. J. 3. 28. No. Jan. Inc. St. The the Paris, facial-recognition a1_b don’t ’n’ 5" : / ¿ ¡ — – -
' " ’ ‘ “ ” „ ‟ « » ‹ › 「 」 『 』 ( ) [ ] . .. ! ?! … ‽ ؟ । 。 ！ ． ＂ 北京 สั हिन्दी 𝒳 𠀀x \ud800
café Ça ªº² ①⑩ ŉ ϓ Ως Жй ẞ Ⅷ ™ ´ ✔️ \U0001f44d \u1112\u1161\u11ab
co\u00adpy ﬁrst ½ １２ İx ǅ Straße Zu\u0308rich \u0301 \u200b incomprehensibilities sixteenletterswd 123456789
"""
ROOT = [bytes(8), b"\1" + bytes(7), *[bytes(8)] * 3]
"""Parents, ends, depths, insides and groups of a tree of one element."""
SIDES = bytes(8), bytes(4), bytes(16), bytes(24)
"""One relation, between a row and itself, and that row."""
INNER = bytes(16), bytes(16), bytes(4), bytes(8)
"""A pair of a row and itself, where it matches, how near it is and how many different shingles both have."""
ROW = bytes(8), *[bytes(4)] * 4, bytes(1)
"""That row: its first word, words, parent, first copy, shingles and kind."""
SPELLINGS = bytes(4 * 0x10000)


def cells(size: int) -> tuple[bytearray, ...]:
    """Room for the ten columns of relations by place."""
    return tuple(bytearray(size) for _ in range(10))


STOP_AND_SPACE = np.bincount([46, 32], [257, 96], minlength=0x10000).astype(np.uint16)
SIGNED = Signatures(2, 3, 2, 5)
PROSE_PIECES = [*PROSE.split(), " ", " ", " ", "\n", "\n\n", "\n \n", "\u3000", "\x1c"]


def between_words(spans: np.ndarray, text: str) -> list[list[int]]:
    """Those of *spans* that begin and end between words of *text*."""
    starts, ends = (places.tolist() for places in word_places(text))
    inside = {place for start, end in zip(starts, ends, strict=True) for place in range(start + 1, end)}
    return [span for span in spans.tolist() if inside.isdisjoint(span)]


def passages_of(text: str, cuts: list[int]) -> tuple[Any, ...]:
    """Everything of near-duplicate search that the compiled module has a part in, down to the bits."""
    borders = np.array(sorted({0, len(text), *(cut for cut in cuts if cut <= len(text))}), dtype=np.int64)
    spans = np.column_stack([borders[:-1], borders[1:]])
    hashes, counts = word_hashes(text, spans)
    words = words_of(text, borders)
    known = words.start, words.end, words.hashes, words.begins, words.is_folded
    found = (*known, hashes, counts, paragraphs_in(text))
    signatures = minhashes(hashes.astype(np.uint32), offsets_of(counts)[:-1], counts, 37, 5)
    roles = cycle(["paragraph", "heading", "item", "item", "row", "row", "code"])
    blocks = [
        TextBlock(start, end, role) for (start, end), role in zip(between_words(spans, text), roles, strict=False)
    ]
    lengths = [Passages(9, 2, 3), Passages(9, 1, 1), Passages(1, 1, 1), Passages(30, 4, 0)]
    cut, *others = (cut_passages(text, blocks, length) for length in lengths)
    page = pack(sign_pages(text, [0, len(text), len(text)], cut, SIGNED), SIGNED)
    columns = (*found, signatures, band_keys(signatures, 5), ordinals(words.start, borders[::-1]), cut, *others)
    return page, *(column.tolist() for column in columns)


@needs_native
@given(
    st.lists(st.sampled_from(PROSE_PIECES), max_size=60).map("".join) | st.text(max_size=80),
    st.lists(st.integers(0, 150), max_size=4),
)
@settings(max_examples=500)
@example("He left. “She ‘stayed’,” he said. „«»‹›” 「『』」", [3])
@example('"a "b "c" ”d” »e« ‘f‘g’ ' * 3, [])
@example("“ „ ‟ « ‹ 「 『 “ „ » a ” b", [])
@example("A. B. 12. 123. a.b. etc. The No. 5 No. x \n \n. ." * 2, [7, 8])
@example("a" * 16 + " " + "B" * 17 + " é " + "c" * 300, [])
def test_all_text_is_cut_and_signed_the_same(text: str, cuts: list[int]) -> None:
    fast, slow = by_both(lambda: passages_of(text, cuts))
    assert fast == slow


@needs_native
def test_characters_that_are_folded_by_themselves_are_spelled_the_same() -> None:
    for first in range(0x80, 0x20000, 0x100):
        letters = [chr(code) for code in range(first, first + 0x100) if not 0xD800 <= code < 0xE000]
        texts = [text for a in letters for text in (f"a{a}é{a}", f" {a}{a} b")]
        borders = np.cumsum([0, *map(len, texts)])
        fast, slow = by_both(lambda texts=texts, borders=borders: words_of("".join(texts), borders))
        assert np.array_equal(fast.hashes, slow.hashes)
        assert np.array_equal(fast.is_folded, slow.is_folded)


@needs_native
def test_real_text_is_cut_and_signed_the_same(wcxb_pages: list[dict[str, Any]]) -> None:
    for record in wcxb_pages:
        for text in (record["main_content"], record["html"][-9_000:]):
            fast, slow = by_both(lambda text=text: passages_of(text, [len(text) // 3]))
            assert fast == slow, record["file_id"]


CLAIMS = st.tuples(st.integers(0, 30), st.integers(0, 9), st.sampled_from(["tag", "cue"]))


@needs_native
@given(st.lists(st.lists(CLAIMS, max_size=12), max_size=4), st.integers(20, 50))
def test_claims_are_settled_the_same(stages: list[list[tuple[int, int, str]]], length: int) -> None:
    proposals = [
        [Removal(at, at + size, "boilerplate", rule, visible_chars=size) for at, size, rule in stage]
        for stage in stages
    ]

    def settled() -> Any:
        try:
            ledger = settle(length, proposals)
        except ConservationError as error:
            return str(error)
        check_conservation(ledger)
        return ledger, digest_removals("x" * length, ledger.removals)

    fast, slow = by_both(settled)
    assert fast == slow


PARTS = st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 6), st.booleans()), max_size=5)


@needs_native
@given(PARTS, st.integers(0, 6))
@example([(0, 2, True), (2, 5, False), (5, 6, True)], 6)
@example([(2, 5, False), (0, 2, True)], 5)
def test_the_law_of_conservation_is_the_same(parts: list[tuple[int, int, bool]], length: int) -> None:
    kept = tuple(Span(start, end) for start, end, is_kept in parts if is_kept)
    removals = tuple(Removal(start, end, "markup", "tag") for start, end, is_kept in parts if not is_kept)

    def checked() -> str | None:
        try:
            return check_conservation(Ledger(length, kept, removals))
        except ConservationError as error:
            return str(error)

    fast, slow = by_both(checked)
    assert fast == slow


EDGES = st.lists(st.integers(0, 24), max_size=9).map(sorted)
CHANGE = st.tuples(st.integers(0, 20), st.integers(0, 3), st.sampled_from(["", "x", "日本", "&"]))


@needs_native
@given(EDGES, st.lists(CHANGE, max_size=6), st.lists(st.integers(0, 20), max_size=3).map(sorted))
def test_text_is_made_the_same_of_a_page_and_of_an_excerpt(
    edges: list[int], changes: list[tuple[int, int, str]], starts: list[int]
) -> None:
    source = "ab cd é 日 \U0001f600 &amp; xyz."
    kept = [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    repairs = sorted(Repair(at, at + size, text, "entity") for at, size, text in changes)
    parts = Excerpt(tuple(starts), tuple(source[start : start + 9] for start in starts))

    def replayed() -> Any:
        try:
            return replay(source, kept, repairs), replay(parts, kept, repairs)
        except ConservationError as error:
            return str(error)

    fast, slow = by_both(replayed)
    assert fast == slow


CUTS = st.lists(st.integers(0, 24), max_size=12, unique=True).map(sorted)


@needs_native
@given(CUTS, CUTS, CUTS, st.lists(st.sampled_from(["", "x", "日本", "&"]), min_size=7), st.integers(0, 24))
@example([0, 9, 10, 12], [0, 9, 10, 20], [], ["x"] * 7, 24)
@example([0, 9, 10, 12], [0, 20], [1, 2, 3, 4, 8, 11], ["x", "", "日本"] * 3, 24)
def test_documents_are_composed_the_same(
    cuts: list[int], edges: list[int], changed: list[int], texts: list[str], inserted: int
) -> None:
    source = "ab cd é 日 \U0001f600 &amp; xyz."
    roles = ["paragraph", "item", "item", "line", "heading", "item"]
    blocks = tuple(map(KeptBlock, edges[::2], edges[1::2], roles, range(6)))
    ledger = Ledger(len(source), tuple(map(Span, cuts[::2], cuts[1::2])), ())
    rows = zip(changed[::2], changed[1::2], texts, strict=False)
    repairs = [Repair(start, end, text, "entity") for start, end, text in rows]
    if all(not repair.start <= inserted <= repair.end for repair in repairs):
        repairs = sorted([*repairs, Repair(inserted, inserted, "+", "whitespace")])

    def composed() -> Any:
        try:
            return compose(source, ledger, blocks, repairs), compose(source, ledger, blocks, repairs[:2])
        except ConservationError as error:
            return str(error)

    fast, slow = by_both(composed)
    assert fast == slow


@needs_native
@pytest.mark.parametrize(
    "source",
    ["<div>" * 50_000 + "x", "<p>a<br>" * 20_000, "<b>" * 50_000 + "x", "<p class='" + "aB" * 100_000 + "'>x"],
    ids=["deep", "breaks", "formatting", "class"],
)
def test_large_pages_come_out_the_same(source: str) -> None:
    fast, slow = by_both(lambda: segment_html(page(source)))
    assert fast == slow


@needs_native
def test_records_are_those_that_the_constructor_makes() -> None:
    rows = [(0, 1, "markup", "tag"), (5, 9, "script", "script")]
    fast, slow = by_both(lambda: compiled.make(Removal, rows, (None,) * 9))
    assert fast == slow == [Removal(*row) for row in rows]
    columns, same = by_both(lambda: compiled.fields(Removal, fast))
    assert columns == same == list(map(list, zip(*((*row, *(None,) * 9) for row in rows), strict=True)))
    assert [hash(record) for record in fast] == [hash(record) for record in slow]


COLUMNS = {
    "RETURNS": [], "BOUNDS": [0, 1], "FIRSTS": [0], "LASTS": [1], "LEAVES": [0], "JOINED": [], "ROLES": [0],
    "LEVELS": [0], "ELEMENTS": [0],
}  # fmt: skip


def longs(*numbers: int) -> array[int]:
    return array("q", numbers)


def blocks_of(native: Any, references: dict[Any, Any], **columns: list[int]) -> Any:
    """The blocks of a page of one character, of which *columns* say something else."""
    packed = tuple(array("q", column) for column in (COLUMNS | columns).values())
    kinds = ("entity", "whitespace", "line-break", "layout")
    records = (Block, Repair, Span)
    return native.blocks("x", bytearray(b"k"), b"\0", references, packed, ("paragraph",), records, kinds)


NAMED_BLOCK = {"ROWS": [0], "PLACES": [0], "BEGINS": [0, 1], "NAMED": [0], "ABOVE": [0, 0]}


def vectors_of(native: Any, **columns: list[int]) -> Any:
    """The sums of the only vector, (1, 2), over a path of two steps, of which *columns* say something else."""
    packed = (array("q", column) for column in (NAMED_BLOCK | columns).values())
    return native.path_vectors(*packed, np.array([1, 2], np.float32), np.array([1, 0.5], np.float32), 2)


def columns_of(native: Any, **columns: list[int]) -> Any:
    """What one word of log-odds 2 says of a block in the root, of which *columns* say something else."""
    tree = {"PLACES": [0], "BEGINS": [0, 1], "NAMED": [0], "PARENTS": [0], "KINDS": [0], "ROWS": [0, 0]} | columns
    return native.class_columns(np.array([2.0]), *(array("q", column) for column in tree.values()), 0.5, 8)


def cut_of(native: Any, **others: Any) -> Any:
    """What is cut out of a text of one prose block; *others* than what fits."""
    fitting = {
        "blocks": np.array([0, 4]),
        "roles": b"\1",
        "starts": np.array([0, 3], dtype=np.int32),
        "lengths": (9, 1, 1),
        "sentence_kinds": bytes(0x20000),
        "words": {},
        "sieve": b"\xff" * 512,
        "quote_kinds": bytes(0x20000),
        "closers": bytes(32),
    }
    return native.passages("a. B", *(fitting | others).values())


def signed_of(native: Any, **others: Any) -> Any:
    """What is stored of a text of one passage of two words; *others* than what fits."""
    fitting = {
        "passages": np.array([(0, 4, 0, 2, 0)], dtype=CUT),
        "borders": np.array([0, 4]),
        "has_wholes": True,
        "begins": np.array([0, 2]),
        "hashes": bytes(16),
        "starts": bytes(8),
        "ends": bytes(8),
        "stored": bytes(16),
        "pieces": b"",
        "unseen": b"",
        "ngram": 3,
        "bands": 1,
        "factors": bytes(4),
        "terms": bytes(4),
    }
    return native.sign(*(fitting | others).values())


@needs_native
def test_a_page_of_words_is_signed_with_a_row_as_a_whole() -> None:
    assert np.frombuffer(signed_of(compiled.native)[-1], np.int64).tolist() == [2, 2]  # rows and words


@needs_native
def test_passages_are_cut_out_of_a_block_that_lies_in_the_text() -> None:
    assert np.frombuffer(cut_of(compiled.native), CUT)["end"].tolist() == [4]


@needs_native
def test_vectors_are_added_along_the_path() -> None:
    assert np.frombuffer(vectors_of(compiled.native), np.float32).tolist() == [1.5, 3.0]


@needs_native
def test_blocks_are_made_of_columns_that_fit_together() -> None:
    assert blocks_of(compiled.native, {})[0] == [Block(0, 1, "x", "paragraph", element=0)]


@needs_native
@pytest.mark.parametrize(
    "call",
    [
        lambda native: native.records(int, [], ()),
        lambda native: native.records(Span, [(1,)], ()),
        lambda native: native.records(Span, [[1, 2]], ()),
        lambda native: native.records(Span, [(1, 2)], (1, 2, 3)),
        lambda native: native.columns(Span, (7,), 2),
        lambda native: native.columns(Span, (), 3),
        lambda native: native.columns(Repair, (Repair(0, 1, "a", "entity"),), 3),
        lambda native: native.compose((), (), (), (), (), (Span, Repair, Segment, Span, TextBlock), str, ""),
        lambda native: native.compose((), (), (7,), (), (), (Span, Repair, Segment, KeptBlock, TextBlock), str, ""),
        lambda native: native.compose(
            (0,), ("ab",), (Span(0, 1), Span(1, 2)), (KeptBlock(0, 1, "line"), KeptBlock(1, 2, "line")), (),
            (Span, Repair, Segment, KeptBlock, TextBlock), lambda before, after: 7, "layout",
        ),
        lambda native: native.fields(int, ()),
        lambda native: native.fields(Span, (7,)),
        lambda native: native.is_partition(9, (7,), (), Span, Removal),
        lambda native: native.is_partition(9, [], (), Span, Removal),
        lambda native: native.changed(Span, [Span(1, 2)], 0, []),
        lambda native: native.changed(Span, [(1, 2)], 0, [7]),
        lambda native: native.settle(9, [Span(1, 2)], Removal, Span),
        lambda native: native.settle(9, [], Removal, Removal),
        lambda native: native.replay((0,), (), (), (), (Span, Repair, Segment)),
        lambda native: native.replay((0,), (7,), (Span(0, 1),), (), (Span, Repair, Segment)),
        lambda native: native.replay(("a",), ("a",), (Span(0, 1),), (), (Span, Repair, Segment)),
        lambda native: native.replay((0,), ("a",), (7,), (), (Span, Repair, Segment)),
        lambda native: native.replay((0,), ("a",), (), (), (Span, Span, Segment)),
        lambda native: native.scan("<p>", {"p": "x"}, str),
        lambda native: native.scan("<p>", dict.fromkeys(map(str, range(99)), 0), str),
        lambda native: native.scan("&amp;", {}, str),
        lambda native: native.scan("&amp;", {}, lambda text: (len(text), text)),
        lambda native: native.scan("&amp;", {}, lambda text: (text, int(text))),
        lambda native: native.walk("no mark<p>", 1, {}),
        lambda native: native.walk("#9;<p>", 1, {}),
        lambda native: native.walk("#0<p>", 1, {}),
        lambda native: native.walk("</p>", 0, {}),
        lambda native: native.walk("<p x>", 0, {}),
        lambda native: native.walk("<p 1>", 0, {"p": 1}),
        lambda native: native.blocks("", bytearray(1), b"", {}, (b"",) * 9, (), (Block, Repair, Span), "abcd"),
        lambda native: blocks_of(native, {}, LASTS=[9]),
        lambda native: blocks_of(native, {}, FIRSTS=[-1]),
        lambda native: blocks_of(native, {}, LEAVES=[1]),
        lambda native: blocks_of(native, {}, ROLES=[1]),
        lambda native: blocks_of(native, {}, JOINED=[1]),
        lambda native: blocks_of(native, {}, LEVELS=[]),
        lambda native: blocks_of(native, {}, BOUNDS=[0, 2]),
        lambda native: blocks_of(native, {7: "x"}),
        lambda native: blocks_of(native, {0: 7}),
        lambda native: blocks_of(native, {"x": "x"}),
        lambda native: native.removals(bytes(8), bytearray(3), b"", b"", (("a", "b"),) * 5, Removal),
        lambda native: native.removals(bytes(16), bytearray(b"t"), b"", b"", (1, 2, 3, 4, 5), Removal),
        lambda native: native.page_tree("", ("p",), longs(-1), longs(0), longs(0), longs(1), {}, 1, {"p": "x"}),
        lambda native: native.page_tree("", ("p",), longs(7), longs(0), longs(0), longs(), {}, 1, {}),
        lambda native: native.page_tree("", ("p",), longs(-1), longs(0), longs(90), longs(1), {}, 1, {}),
        lambda native: native.page_tree("", ("p",), longs(-1), longs(0), longs(0), longs(9), {}, 1, {}),
        lambda native: native.page_tree("", ("p",), longs(-1), longs(0), longs(0, 1), longs(1), {}, 1, {}),
        lambda native: native.block_facts(Span, (), "heading", "caption"),
        lambda native: native.block_facts(Block, (7,), "heading", "caption"),
        lambda native: native.block_facts(Block, (Block(0, 1, 7, "code"),), "heading", "caption"),
        lambda native: native.block_facts(Block, (Block(0, 1, "a", "code", "b"),), "heading", "caption"),
        lambda native: columns_of(native, PLACES=[1]),
        lambda native: columns_of(native, BEGINS=[0, 2]),
        lambda native: columns_of(native, BEGINS=[]),
        lambda native: columns_of(native, NAMED=[1]),
        lambda native: columns_of(native, NAMED=[0, 0]),
        lambda native: columns_of(native, PARENTS=[-1]),
        lambda native: columns_of(native, PARENTS=[1]),
        lambda native: columns_of(native, KINDS=[2]),
        lambda native: columns_of(native, ROWS=[0]),
        lambda native: columns_of(native, ROWS=[0, 1]),
        lambda native: native.block_columns(*[b""] * 11, -1.0),
        lambda native: native.block_columns(*[bytes(96)] * 2, *[bytes(8)] * 5, bytes(48), *[bytes(8)] * 2, b"\0", 0.0),
        lambda native: native.block_columns(*[bytes(96)] * 2, *ROOT, b"\1" * 48, *[bytes(8)] * 2, b"\0", 0.0),
        lambda native: native.block_columns(*[bytes(96)] * 2, *ROOT, bytes(48), b"\1" * 8, bytes(8), b"\0", 0.0),
        lambda native: native.folded(b"a"),
        lambda native: native.texts_in("a", bytes(8), b"", bytes(4)),
        lambda native: native.texts_in("a", np.arange(4097, dtype=np.int32), b"", b""),
        lambda native: native.texts_in("a", np.arange(4097, dtype=np.int32), b"", np.zeros(3000, dtype=np.int32)),
        lambda native: native.texts_in("a", np.arange(4097, dtype=np.int32), b"", np.ones(4098, dtype=np.int32)),
        lambda native: native.texts_in("a", np.arange(-9, 4088, dtype=np.int32), b"", np.zeros(9, dtype=np.int32)),
        lambda native: vectors_of(native, ROWS=[1]),
        lambda native: vectors_of(native, ROWS=[-2]),
        lambda native: vectors_of(native, PLACES=[1]),
        lambda native: vectors_of(native, BEGINS=[0, 2]),
        lambda native: vectors_of(native, BEGINS=[]),
        lambda native: vectors_of(native, NAMED=[1]),
        lambda native: vectors_of(native, ABOVE=[1]),
        lambda native: vectors_of(native, ABOVE=[0, 0, 0]),
        lambda native: native.margins(b"", b"\1\0\0\0", b"", b"", b"", bytes(4), 1),
        lambda native: native.margins(bytes(4), b"\1\0\0\0", b"", b"", b"", b"", 1),
        lambda native: native.margins(bytes(4), b"\1\0\0\0", b"\1\0\1\2", b"\1\0\0\0", bytes(8), bytes(4), 1),
        lambda native: native.margins(bytes(4), b"\1\0\0\0", b"\0\0\1\3", b"\1\0\0\0", bytes(8), bytes(4), 1),
        lambda native: native.margins(bytes(4), b"\1\0\0\0", b"\0\0\0\1", b"\1\0\0\0", bytes(8), bytes(4), 1),
        lambda native: native.margins(bytes(4), b"\1\0\0\0", b"\0\0\1\2", b"\1\0\0\0", bytes(4), bytes(4), 1),
        lambda native: native.network(b"", b"", b"", b"", b"", b"", b"", b"", b""),
        lambda native: native.paragraphs("a", b""),
        lambda native: cut_of(native, blocks=bytes(8)),
        lambda native: cut_of(native, blocks=np.array([0, 5])),
        lambda native: cut_of(native, blocks=np.array([1, 0])),
        lambda native: cut_of(native, roles=b""),
        lambda native: cut_of(native, lengths=(0, 1, 1)),
        lambda native: cut_of(native, lengths=(1, 1)),
        lambda native: cut_of(native, lengths=(1, 1, 1), starts=np.array([0, -5, 1, 2], dtype=np.int32)),
        lambda native: cut_of(native, sentence_kinds=b""),
        lambda native: cut_of(native, words=()),
        lambda native: cut_of(native, sentence_kinds=STOP_AND_SPACE, words={"a": "b"}),
        lambda native: cut_of(native, sieve=b""),
        lambda native: cut_of(native, quote_kinds=b""),
        lambda native: cut_of(native, closers=b""),
        lambda native: native.words("a", np.array([0, 1]), b"", SPELLINGS),
        lambda native: native.words("a", np.array([0, 1]), bytes(0x40000), b"", hash),
        lambda native: native.words("a", b"", bytes(0x40000), SPELLINGS),
        lambda native: native.words("a", np.array([0, 2, 1]), bytes(0x40000), SPELLINGS),
        lambda native: native.words("a", np.array([0, 2]), bytes(0x40000), SPELLINGS),
        lambda native: native.places("a", ("\u00e9",)),
        lambda native: native.places("a", ("a" * 65,)),
        lambda native: native.places("a", ("a",) * 17),
        lambda native: native.word_hashes("a", np.array([0, 2]), bytes(0x40000), SPELLINGS, str),
        lambda native: native.word_hashes("a", np.array([0, 1]), b"\4" * 0x40000, SPELLINGS, str),
        lambda native: signed_of(native, passages=np.array([(0, 4, 0, 3, 0)], dtype=CUT)),
        lambda native: signed_of(native, passages=np.array([(0, 4, -1, 2, 0)], dtype=CUT)),
        lambda native: signed_of(native, passages=np.array([(0, 4, 2, -1, 0)], dtype=CUT)),
        lambda native: signed_of(native, passages=np.array([(4, 4, 0, 1, 0)], dtype=CUT)),
        lambda native: signed_of(native, borders=b""),
        lambda native: signed_of(native, borders=np.array([0])),
        lambda native: signed_of(native, begins=np.array([1, 2])),
        lambda native: signed_of(native, begins=np.array([0, 3])),
        lambda native: signed_of(native, begins=np.array([0, 1])),
        lambda native: signed_of(native, borders=np.array([0, 2, 4]), begins=np.array([0, 3, 2])),
        lambda native: signed_of(native, starts=bytes(4)),
        lambda native: signed_of(native, ends=bytes(4)),
        lambda native: signed_of(native, stored=bytes(8)),
        lambda native: signed_of(native, pieces=bytes(8)),
        lambda native: signed_of(native, pieces=np.array([0]), unseen=np.array([1])),
        lambda native: signed_of(native, pieces=np.array([0, 4]), unseen=np.array([-1, 0])),
        lambda native: signed_of(native, ngram=0),
        lambda native: signed_of(native, bands=0),
        lambda native: signed_of(native, bands=2),
        lambda native: signed_of(native, terms=bytes(8)),
        lambda native: native.band_keys(bytes(8), 4, 2),
        lambda native: native.band_keys(b"", 0, 0),
        lambda native: native.sort_keys(bytearray(8), bytearray(8), bytearray(8), bytearray(8), 0),
        lambda native: native.sort_keys(bytearray(8), b"", bytearray(8), bytearray(), 0),
        lambda native: native.sort_keys(bytearray(8), bytearray(), bytearray(8), bytearray(), 64),
        lambda native: native.bucket_pairs(bytes(8), b"", 20, True),
        lambda native: native.gram_keys(bytes(8), bytes(8), b"\3" + bytes(3), bytes(8), 0, 1),
        lambda native: native.gram_keys(bytes(8), b"\3" + bytes(7), bytes(4), bytes(8), 0, 1),
        lambda native: native.gram_keys(bytes(8), bytes(8), bytes(4), bytes(8), 0, 0),
        lambda native: native.gram_keys(bytes(8), bytes(8), bytes(8), bytes(8), 0, 1),
        lambda native: native.inside(b"\1" * 16, *INNER[1:], *ROW, 7, 2),
        lambda native: native.inside(INNER[0], bytes(8), *INNER[2:], *ROW, 7, 2),
        lambda native: native.inside(*INNER[:2], bytes(8), INNER[3], *ROW, 7, 2),
        lambda native: native.inside(*INNER[:3], bytes(4), *ROW, 7, 2),
        lambda native: native.inside(*INNER, *ROW[:4], bytes(8), ROW[5], 7, 2),
        lambda native: native.inside(*INNER, bytes(4), *ROW[1:], 7, 2),
        lambda native: native.keep_memory(),
        lambda native: native.relation_places(*SIDES, bytes(6), *cells(4)),
        lambda native: native.relation_places(*SIDES, b"", *cells(4)),
        lambda native: native.relation_places(*SIDES, bytes(4), *cells(3)),
        lambda native: native.relation_places(*SIDES, bytes(4), *cells(4)[:9]),
        lambda native: native.relation_places(*SIDES[:3], bytes(23), bytes(4), *cells(4)),
        lambda native: native.relation_places(b"\1" * 8, *SIDES[1:], bytes(4), *cells(4)),
        lambda native: native.relation_places(bytes(8), b"\2\0\0\0", *SIDES[2:], bytes(4), *cells(4)),
        lambda native: native.relation_places(*SIDES[:2], b"\1" * 16, SIDES[3], bytes(4), *cells(4)),
        lambda native: native.minhashes(bytes(4), np.array([0]), np.array([2]), bytes(4), bytes(4)),
        lambda native: native.minhashes(bytes(4), np.array([0]), b"", bytes(4), bytes(4)),
        lambda native: native.minhashes(bytes(4), np.array([2]), np.array([-1]), bytes(4), bytes(4)),
        lambda native: native.minhashes(bytes(4), np.array([0]), np.array([1]), bytes(4), bytes(8)),
        lambda native: native.network(bytes(4), bytes(4), b"", bytes(4), bytes(4), bytes(8), b"", b"", bytes(8)),
        lambda native: native.network(
            bytes(4), bytes(4), bytes(8), bytes(4), bytes(4), bytes(32), bytes(32), bytes(4), bytes(20)
        ),
        lambda native: native.network(
            bytes(8), bytes(8), bytes(15) + b"\x7f", bytes(4), bytes(4), bytes(32), b"", b"", bytes(20)
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_an_error_not_a_crash(call: Callable[[Any], object]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError, IndexError)):
        call(compiled.native)


@needs_native
def test_the_compiled_module_is_of_the_sources_beside_it() -> None:
    """After a change to native/, ``make test`` compiles anew."""
    assert compiled.native.sources == sources_digest(REPO / "native")


def test_the_sources_compile_or_say_why_not(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / module_name()

    monkeypatch.setenv("CC", "no-such-compiler")
    assert "no-such-compiler" in (compile_module(REPO / "native", target) or "")
    monkeypatch.setenv("CC", "false")
    assert compile_module(REPO / "native", target) == "false failed"
    monkeypatch.setenv("CLEANER_PURE", "1")
    assert compile_module(REPO / "native", target) == "CLEANER_PURE is set"
    assert not list(tmp_path.iterdir())


def test_a_wheel_is_built_without_a_compiler_and_says_so_once(tmp_path: Any) -> None:
    environment = {**os.environ, "CC": "no-such-compiler"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=REPO, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (done.stdout + done.stderr).count("goes without its compiled module") == 1
    assert [path.name.endswith("-py3-none-any.whl") for path in tmp_path.iterdir()] == [True]
