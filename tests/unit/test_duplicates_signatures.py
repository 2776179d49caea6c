"""Signatures, and the cells that hold them."""

import struct

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH

from cleaner.config import Signatures
from cleaner.duplicates.columns import pack, page_passages, unpack
from cleaner.duplicates.minhash import EMPTY, minhashes, shingle_bytes, shingle_hash, to_datasketch
from cleaner.duplicates.signatures import join_signed, sign
from cleaner.errors import CleanerError
from cleaner.model import Passage, Span

CONFIG = Signatures()
TEXTS = [
    "The council of the old town voted on Monday to close the bridge over the river for repairs.",
    "The council of the old town voted on Tuesday to close the bridge over the river for repairs.",
    "Nothing in this sentence has anything in common with the other two, or so one would hope.",
    "Two words",
    "",
    "北京市政府星期一决定关闭这座大桥。",
]


def signatures(texts, seed=CONFIG.seed):
    signed = sign(texts, CONFIG)
    return minhashes(signed.shingles, signed.offsets, CONFIG.bands * CONFIG.rows, seed)


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
    signed = sign(["", "… !"], CONFIG)

    assert signed.sizes.tolist() == [0, 0]
    assert (signatures(["…"]) == EMPTY).all()


def test_no_texts_give_no_rows():
    signed = sign([], CONFIG)

    assert len(signed) == 0
    assert signed.bands.shape == (0, 32)


def test_a_set_larger_than_a_block_of_shingles_has_the_signature_of_its_parts():
    """The minimum is taken over blocks; a set that spans several of them must not lose any."""
    values = np.random.default_rng(3).integers(0, 2**32, 200_000, dtype=np.uint32)
    small = values[:7]
    offsets = np.array([0, 7, 7 + len(values), 14 + len(values)])
    got = minhashes(np.concatenate([small, values, small]), offsets, 16, 1)
    parts = minhashes(values, np.array([0, 90_000, 200_000]), 16, 1)

    assert np.array_equal(got[1], parts.min(axis=0))
    assert np.array_equal(got[0], got[2])


def test_batches_do_not_show():
    texts = [f"{text} {number}" for number in range(200) for text in TEXTS]
    together = sign(texts, CONFIG)
    apart = join_signed([sign(texts[:7], CONFIG), sign(texts[7:], CONFIG)])

    for name in ("exact", "words", "offsets", "shingles", "bands"):
        assert np.array_equal(getattr(together, name), getattr(apart, name))


def test_a_huge_text_has_the_words_of_its_slices():
    text = "one two three four five six seven " * 5_000

    assert sign([text], CONFIG).words.tolist() == [35_000]
    assert sign([text], CONFIG).sizes.tolist() == [7]


def test_a_cell_gives_back_what_was_packed():
    passages = [Passage(0, 50, "passage", 9), Passage(3, 20, "quote", 4), Passage(60, 99, "passage", 8)]
    spans = [Span(10, 70), Span(14, 40), Span(80, 130)]
    page = page_passages(passages, spans, sign(TEXTS[:3], CONFIG))
    got = unpack(pack(page, CONFIG), CONFIG)

    assert page.parent.tolist() == [0, 0, 2]
    for name in ("start", "end", "text_start", "text_end", "kind", "parent"):
        assert np.array_equal(getattr(got, name), getattr(page, name))
    for name in ("exact", "words", "offsets", "shingles", "bands"):
        assert np.array_equal(getattr(got.signed, name), getattr(page.signed, name))


def test_a_page_without_passages_has_a_cell_too():
    page = page_passages([], [], sign([], CONFIG))

    assert len(unpack(pack(page, CONFIG), CONFIG)) == 0


@pytest.mark.parametrize("other", [Signatures(seed=2), Signatures(ngram=4), Signatures(bands=16, rows=8)])
def test_a_cell_made_with_other_settings_is_refused(other):
    cell = pack(page_passages([], [], sign([], CONFIG)), CONFIG)

    with pytest.raises(CleanerError, match="made with"):
        unpack(cell, other)


@pytest.mark.parametrize("cut", [0, 10, -1])
def test_a_cell_cut_short_is_refused(cut):
    cell = pack(page_passages([Passage(0, 5, "passage", 9)], [Span(0, 5)], sign(TEXTS[:1], CONFIG)), CONFIG)

    with pytest.raises(CleanerError, match="cut short"):
        unpack(cell[:cut], CONFIG)


def test_the_hash_of_a_shingle_depends_on_the_order_of_its_words():
    one, two = struct.pack("<2Q", 1, 2), struct.pack("<2Q", 2, 1)

    assert shingle_hash(one) != shingle_hash(two)
