"""Signatures, and the cells that hold them."""

import struct
from dataclasses import fields

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH

from cleaner.config import Signatures
from cleaner.duplicates.columns import pack, sign_pages, unpack
from cleaner.duplicates.minhash import EMPTY, minhashes, shingle_bytes, shingle_hash, to_datasketch
from cleaner.duplicates.passages import CUT, KINDS
from cleaner.duplicates.signatures import shingle_counts
from cleaner.duplicates.words import normalised_words, word_places
from cleaner.errors import CleanerError

CONFIG = Signatures()
TEXTS = [
    "The council of the old town voted on Monday to close the bridge over the river for repairs.",
    "The council of the old town voted on Tuesday to close the bridge over the river for repairs.",
    "Nothing in this sentence has anything in common with the other two, or so one would hope.",
    "Two words",
    "",
    "北京市政府星期一决定关闭这座大桥。",
]


def cut(text, passages):
    """Spans and kinds as ``cut_passages`` would give them."""
    places = np.searchsorted(word_places(text)[0], [passage[:2] for passage in passages]).reshape(-1, 2).tolist()
    kinds = [KINDS.index(kind) for _, _, kind in passages]
    rows = zip(passages, kinds, places, strict=True)
    return np.array([(start, end, a, b - a, kind) for (start, end, _), kind, (a, b) in rows], dtype=CUT)


def signed_texts(texts):
    """Every text as a page of its own, with itself as its only passage."""
    joined = "".join(text + "\n\n" for text in texts)
    borders = np.cumsum([0, *(len(text) + 2 for text in texts)]).tolist()
    passages = [(at, at + len(text), "passage") for at, text in zip(borders, texts, strict=False)]
    return sign_pages(joined, borders, cut(joined, passages), CONFIG)


def signatures(texts, seed=CONFIG.seed):
    page = signed_texts(texts)
    words = page.sizes[:, 1]
    counts = shingle_counts(np.zeros(len(texts), np.int64), words, words, CONFIG.ngram)
    return minhashes(page.shingles, np.cumsum(words) - words, counts, CONFIG.bands * CONFIG.rows, seed)


def test_signatures_are_those_of_datasketch_to_the_bit():
    for seed in (1, 42):
        for text, signature in zip(TEXTS, signatures(TEXTS, seed), strict=True):
            peer = MinHash(num_perm=128, seed=seed, scheme="affine32", hashfunc=shingle_hash)
            peer.update_batch(shingle_bytes(text, CONFIG.ngram))
            assert np.array_equal(signature, peer.hashvalues)


def test_a_signature_can_be_stored_and_queried_in_datasketch():
    lsh = MinHashLSH(num_perm=128, params=(CONFIG.bands, CONFIG.rows))
    stored = signatures(TEXTS[:3])
    lsh.insert("first", to_datasketch(stored[0], CONFIG.seed))
    lsh.insert("third", to_datasketch(stored[2], CONFIG.seed))
    asked = MinHash(num_perm=128, seed=CONFIG.seed, scheme="affine32", hashfunc=shingle_hash)
    asked.update_batch(shingle_bytes(TEXTS[1], CONFIG.ngram))

    assert lsh.query(asked) == ["first"]
    assert lsh.query(to_datasketch(stored[1], CONFIG.seed)) == ["first"]


def test_a_text_without_words_has_an_empty_signature_and_no_shingles():
    assert signed_texts(["", "… !"]).sizes[:, 1].tolist() == [0, 0]
    assert (signatures(["…"]) == EMPTY).all()


def test_a_set_larger_than_a_block_of_shingles_has_the_signature_of_its_parts():
    """The minimum is taken over blocks; a set that spans several of them must not lose any."""
    values = np.random.default_rng(3).integers(0, 2**32, 200_000, dtype=np.uint32)
    small = values[:7]
    begins, counts = np.array([0, 7, 7 + len(values)]), np.array([7, len(values), 7])
    got = minhashes(np.concatenate([small, values, small]), begins, counts, 16, 1)
    parts = minhashes(values, np.array([0, 90_000]), np.array([90_000, 110_000]), 16, 1)

    assert np.array_equal(got[1], parts.min(axis=0))
    assert np.array_equal(got[0], got[2])


def test_a_set_has_the_same_signature_whichever_sets_come_before_it():
    """One that spans others is made of their signatures."""
    random = np.random.default_rng(4)
    values = random.integers(0, 2**32, 60, dtype=np.uint32)
    for _ in range(300):
        begins = random.integers(0, 50, 12)
        counts = np.where(random.random(12) < 0.2, 0, random.integers(0, 10, 12))
        spans = random.random(12) < 0.3
        begins[spans], counts[spans] = begins[spans] // 5, 50
        together = minhashes(values, begins, counts, 8, 1)
        alone = [minhashes(values, begins[at : at + 1], counts[at : at + 1], 8, 1) for at in range(12)]
        assert np.array_equal(together, np.concatenate(alone))


def test_the_texts_around_a_text_do_not_show():
    texts = [f"{text} {number}" for number in range(20) for text in TEXTS]
    together = signed_texts(texts)
    first = 0
    for number, text in enumerate(texts):
        alone = signed_texts([text])
        rows, words = 2, int(together.sizes[number, 1])
        for name in ("exact", "first", "words", "start", "end", "parent"):
            assert np.array_equal(together.table[name][2 * number : 2 * number + rows], alone.table[name])
        assert np.array_equal(together.shingles[first : first + words], alone.shingles)
        assert np.array_equal(together.word_start[first : first + words], alone.word_start)
        assert np.array_equal(together.bands[2 * number : 2 * number + rows], alone.bands)
        mine = together.fingerprint_rows == 2 * number
        assert np.array_equal(together.fingerprints[mine], alone.fingerprints)
        first += words


def test_a_huge_text_has_the_words_of_its_slices():
    text = "one two three four five six seven " * 5_000
    page = signed_texts([text])

    assert page.sizes.tolist() == [[2, 35_000]]
    assert len(set(page.shingles[:-2].tolist())) == 7


def test_words_have_their_places_whatever_folding_makes_of_them():
    text = "A co\u00adpy of ½ “ﬁrst” 北京"
    page = signed_texts([text])
    shown = [text[a:b] for a, b in zip(page.word_start, page.word_end, strict=True)]

    assert shown == ["A", "co", "of", "½", "½", "ﬁrst", "北", "京"] or len(shown) == len(normalised_words(text))
    assert all(0 <= a < b <= len(text) for a, b in zip(page.word_start, page.word_end, strict=True))


def page_of(text):
    passages = cut(text, [(0, 50, "passage"), (3, 20, "quote"), (60, 92, "passage")])
    return sign_pages(text, [0, len(text)], passages, CONFIG)


def test_a_cell_gives_back_what_was_packed():
    page = page_of("The council of the old town voted, on Monday, yes: to close the bridge over the river for repairs.")
    got = unpack(pack(page, CONFIG), CONFIG)

    assert page.table["parent"].tolist() == [0, 0, 2, 3]
    for field in fields(page):
        assert np.array_equal(getattr(got, field.name), getattr(page, field.name)), field.name


def test_a_page_without_passages_has_a_cell_too():
    page = sign_pages("", [0, 0], cut("", []), CONFIG)

    assert len(unpack(pack(page, CONFIG), CONFIG)) == 1


@pytest.mark.parametrize("other", [Signatures(seed=2), Signatures(ngram=4), Signatures(bands=16, rows=8)])
def test_a_cell_made_with_other_settings_is_refused(other):
    cell = pack(sign_pages("", [0, 0], cut("", []), CONFIG), CONFIG)

    with pytest.raises(CleanerError, match=r"was made with version .*; this run wants"):
        unpack(cell, other)


@pytest.mark.parametrize("cut", [0, 10, 40, -1])
def test_a_cell_cut_short_is_refused(cut):
    cell = pack(page_of(TEXTS[0] + TEXTS[1]), CONFIG)

    with pytest.raises(CleanerError, match="cut short"):
        unpack(cell[:cut], CONFIG)


def test_the_hash_of_a_shingle_depends_on_the_order_of_its_words():
    one, two = struct.pack("<2Q", 1, 2), struct.pack("<2Q", 2, 1)

    assert shingle_hash(one) != shingle_hash(two)
