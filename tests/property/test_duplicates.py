"""Laws of near-duplicate search."""

from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import compiled
from cleaner.config import Config, Duplicates, Passages, Signatures
from cleaner.duplicates.canonical import DocumentFacts, canonical_order, deciding_rules, fact_columns
from cleaner.duplicates.clusters import NONE, find_clusters, pair_jaccard
from cleaner.duplicates.columns import PagePassages, pack, sign_pages, unpack
from cleaner.duplicates.corpus import CorpusBuilder
from cleaner.duplicates.minhash import band_keys, minhashes, shingle_bytes, shingle_hash
from cleaner.duplicates.passages import CUT, PASSAGE, cut_passages
from cleaner.duplicates.plain_texts import find_duplicates, text_corpus
from cleaner.duplicates.relations import find_relations, verify
from cleaner.duplicates.search import find_in_corpus
from cleaner.duplicates.signatures import shingle_counts
from cleaner.duplicates.telling import telling
from cleaner.duplicates.words import WORD, normalised_words, word_places
from cleaner.model import Source, TextBlock
from tests.duplicates_corpus import paragraphs, records, told

CONFIG = Signatures()
characters = st.sampled_from('abcDE 1.?! ,\n“”"«»‘’「」。é北京สั\u0301\u200b') | st.characters(codec=None)
texts = st.text(characters, max_size=120)
words = st.sampled_from("abcdef")
prose = st.lists(words | st.sampled_from([". ", "! “", ".” "]), max_size=60).map(" ".join)
small = Config(passages=Passages(max_words=12, min_words=3, min_sub_words=3))


def signed_alone(text: str, config: Signatures) -> PagePassages:
    """*text* as a page whose only row is the page as a whole."""
    return sign_pages(text, [0, len(text)], np.empty(0, dtype=CUT), config)


@given(texts | prose, st.integers(0, 2**32 - 1), st.integers(1, 4))
@settings(deadline=None)
def test_signatures_are_those_of_datasketch(text, seed, ngram):
    config = Signatures(ngram=ngram, seed=seed)
    page = signed_alone(text, config)
    first, words = np.array([0]), page.table["words"].astype(np.int64)
    counts = shingle_counts(first, words, words, ngram)
    peer = MinHash(num_perm=128, seed=seed, scheme="affine32", hashfunc=shingle_hash)
    peer.update_batch(shingle_bytes(text, ngram))
    signature = minhashes(page.shingles, first, counts, 128, seed)

    assert np.array_equal(signature[0], peer.hashvalues)
    assert np.array_equal(band_keys(signature, config.bands), page.bands)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_way_for_ascii_gives_the_same_words(text):
    """One letter that is not ASCII takes the text the other way."""
    assert normalised_words(text + " é") == [*normalised_words(text), "é".encode()]


@given(st.text(st.characters(max_codepoint=127) | st.sampled_from("\u00a0«»‘’‚“”„–—…•")))
def test_the_punctuation_of_prose_changes_no_word(text):
    """One letter from beyond it takes the text the long way."""
    assert normalised_words(text + " é") == [*normalised_words(text), "é".encode()]


@given(texts)
def test_words_start_where_their_pattern_matches(text):
    assert word_places(text)[0].tolist() == [match.start() for match in WORD.finditer(text)]


@given(texts)
def test_words_are_the_same_in_upper_case_and_again(text):
    once = normalised_words(text)

    assert normalised_words(b" ".join(once).decode()) == once


@st.composite
def documents(draw):
    """A text and sorted, disjoint blocks inside it."""
    text = draw(texts | prose)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    roles = st.sampled_from(["paragraph", "item", "row", "code", "heading"])
    blocks = [TextBlock(start, end, draw(roles)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return text, blocks


@given(documents(), st.integers(1, 12), st.integers(1, 4), st.integers(1, 6))
def test_passages_are_sorted_and_inside_the_blocks(document, max_words, min_words, min_sub_words):
    text, blocks = document
    found = cut_passages(text, blocks, Passages(max_words, min_words, min_sub_words))
    starts, ends, proper = found["start"], found["end"], found[found["kind"] == PASSAGE]

    assert starts.tolist() == sorted(starts.tolist())
    assert len({*zip(starts.tolist(), ends.tolist(), strict=True)}) == len(found)
    assert ((starts >= 0) & (starts < ends) & (ends <= len(text))).all()
    assert (found["words"] >= np.where(found["kind"] == PASSAGE, min_words, min_sub_words)).all()
    assert (proper["end"][:-1] <= proper["start"][1:]).all()
    for start, end in zip(starts, ends, strict=True):
        assert ((proper["start"] <= start) & (end <= proper["end"])).sum() == 1


@given(st.text(st.sampled_from("abcDE 1.?! ,\n“”«»‘’「」。é北京สั\u0301\u200b"), max_size=120) | prose)
@settings(deadline=None)
def test_a_document_is_signed_as_its_passages_are(text):
    found = cut_passages(text, paragraphs(text), Passages(max_words=8, min_words=3, min_sub_words=3))
    page = sign_pages(text, [0, len(text)], found, CONFIG)
    banded = 0
    for row, passage in enumerate(found):
        alone = signed_alone(text[passage["start"] : passage["end"]], CONFIG)
        first, count = int(page.table["first"][row]), int(page.table["words"][row])
        assert page.table["exact"][row] == alone.table["exact"][0]
        assert count == alone.table["words"][0]
        inner = max(count - CONFIG.ngram + 1, 0)
        assert np.array_equal(page.shingles[first : first + inner], alone.shingles[:inner])
        if passage["kind"] == PASSAGE and inner:
            assert np.array_equal(page.bands[banded], alone.bands[0])
        banded += passage["kind"] == PASSAGE


@given(documents())
def test_pieces_tile_their_block(document):
    text, blocks = document
    config = Passages(max_words=5, min_words=2)
    proper = [(p["start"], p["end"]) for p in cut_passages(text, blocks, config) if p["kind"] == PASSAGE]

    for block in blocks:
        if block.role in {"item", "row"}:
            continue
        inside = [(start, end) for start, end in proper if block.text_start <= start and end <= block.text_end]
        if inside:
            pieces = "".join(text[start:end] for start, end in inside)
            assert "".join(pieces.split()) == "".join(text[block.text_start : block.text_end].split())


@given(texts)
@settings(deadline=None)
def test_a_cell_gives_back_what_was_packed(text):
    found = cut_passages(text, paragraphs(text), small.passages)
    cell = pack(sign_pages(text, [0, len(text)], found, CONFIG), CONFIG)

    assert pack(unpack(cell, CONFIG), CONFIG) == cell


def naive_shingles(text: str) -> set[bytes]:
    return set(shingle_bytes(text, CONFIG.ngram))


@given(st.lists(prose, min_size=2, max_size=6))
@settings(deadline=None)
def test_scores_are_those_of_the_sets(many):
    builder = CorpusBuilder(CONFIG)
    for number, text in enumerate(many):
        builder.add([DocumentFacts(Source("", number))], [str(number)], signed_alone(text, CONFIG))
    corpus = builder.finished(Duplicates())[1]
    pairs = np.array(list(combinations(range(len(many)), 2)))
    found = verify(pairs, corpus, Duplicates(near=0.0, whole_words=0), np.ones(len(corpus), dtype=bool))

    assert found.pairs.tolist() == pairs.tolist()
    for (a, b), jaccard, containment in zip(pairs.tolist(), found.jaccard, found.containment, strict=True):
        one, other = naive_shingles(many[a]), naive_shingles(many[b])
        assert jaccard == np.float32(len(one & other) / max(len(one | other), 1))
        assert containment == np.float32(len(one & other) / max(min(len(one), len(other)), 1))


@given(st.lists(prose, max_size=6), st.sampled_from(["mark", "drop"]), st.randoms())
@settings(deadline=None)
def test_findings_do_not_depend_on_the_order_of_pages(many, mode, random):
    config = Config(passages=small.passages, duplicates=Duplicates(mode=mode, contained_words=4))
    pages = list(records({f"p{number}": text for number, text in enumerate(many)}, config))
    shuffled = pages[:]
    random.shuffle(shuffled)

    assert told(find_in_corpus(pages, config)) == told(find_in_corpus(shuffled, config))


@given(st.lists(prose, max_size=6))
@settings(deadline=None)
def test_relations_are_ordered_true_and_of_different_places(many):
    found = find_duplicates(many, small)
    places = [((int(r.doc_a), r.start_a, r.end_a), (int(r.doc_b), r.start_b, r.end_b)) for r in found]

    assert places == sorted(set(places))
    for relation, (one, other) in zip(found, places, strict=True):
        assert one < other
        assert one[0] != other[0] or one[2] <= other[1]
        sets = [naive_shingles(many[doc][start:end]) for doc, start, end in (one, other)]
        assert abs(relation.jaccard - len(sets[0] & sets[1]) / len(sets[0] | sets[1])) < 1e-5
        texts_of = [normalised_words(many[doc][start:end]) for doc, start, end in (one, other)]
        assert (relation.kind == "exact") == (texts_of[0] == texts_of[1])


@pytest.mark.parametrize("is_compiled", [True, False])
@given(many=st.lists(prose, min_size=1, max_size=8))
@settings(deadline=None)
def test_what_is_told_is_the_same_whether_or_not_all_of_it_is_looked_for(many, is_compiled):
    with pytest.MonkeyPatch.context() as patch:
        if not is_compiled:
            patch.setattr(compiled, "native", None)
        corpus = text_corpus(many, small)
        every, asked = (
            telling(find_relations(corpus, small.duplicates, 10**9, for_clusters=is_all), corpus)
            for is_all in (True, False)
        )

    def rows(relations):
        return sorted(zip(*(getattr(relations, field.name).tolist() for field in fields(relations)), strict=True))

    assert rows(asked) == rows(every)


@given(st.lists(prose, min_size=1, max_size=8))
@settings(deadline=None)
def test_every_member_is_near_to_the_canonical_copy_and_overlaps_no_other(many):
    builder = CorpusBuilder(CONFIG)
    for page in records({f"p{n}": text for n, text in enumerate(many)}, small):
        builder.add([page.facts], [page.facts.source.id], page.passages)
    corpus = builder.finished(small.duplicates)[0]
    relations = find_relations(corpus, small.duplicates, 10**9)
    clusters = find_clusters(corpus, relations, small.duplicates.cluster)
    members = np.flatnonzero(clusters.leader != NONE)
    pairs = np.column_stack([clusters.leader[members], members])

    assert (clusters.leader[clusters.leader[members]] == clusters.leader[members]).all()
    assert (clusters.leader[members] <= members).all() or (corpus.page[pairs[:, 0]] <= corpus.page[pairs[:, 1]]).all()
    assert np.allclose(pair_jaccard(pairs, corpus), clusters.jaccard[members])
    assert (clusters.jaccard[members] >= small.duplicates.cluster).all()
    for rows in clusters.members():
        assert len(set(corpus.page[rows].tolist())) > 1
        assert not corpus.overlapping(np.array(list(combinations(rows.tolist(), 2)))).any()


@given(st.lists(prose, max_size=8))
@settings(deadline=None)
def test_what_a_removal_names_is_kept(many):
    config = Config(passages=small.passages, duplicates=Duplicates(mode="drop"))
    found = find_in_corpus(records({f"p{number}": text for number, text in enumerate(many)}, config), config)
    gone = [(doc_id, r.start, r.end) for doc_id, document in found.documents.items() for r in document.removals]

    for document in found.documents.values():
        kept_docs = [document.duplicate_of] if document.duplicate_of else []
        for removal in document.removals:
            kept_docs.append(removal.kept_doc_id)
            for doc_id, start, end in gone:
                assert doc_id != removal.kept_doc_id or end <= removal.kept_start or removal.kept_end <= start
        for kept in kept_docs:
            assert found.documents[kept].duplicate_of is None
            assert found.documents[kept].is_cited


facts = st.builds(
    DocumentFacts,
    source=st.builds(Source, st.sampled_from("abcdefgh"), st.integers(0, 2)),
    site=st.none() | st.sampled_from(["x", "y"]),
    date=st.none() | st.sampled_from(["2020-01-01", "2021-01-01"]),
    wire=st.none() | st.just("AP"),
    length=st.integers(0, 2),
)
orders = st.builds(
    Duplicates, canonical=st.sampled_from(["earliest", "longest", "first"]), prefer_sites=st.sampled_from([(), ("y",)])
)


@given(st.lists(facts, unique_by=lambda document: document.source), orders, st.randoms())
def test_the_canonical_order_is_total(many, order, random):
    ranked = [many[at] for at in canonical_order(many, order)]
    random.shuffle(many)

    assert [many[at] for at in canonical_order(many, order)] == ranked
    pairs = np.array(list(combinations(range(len(ranked)), 2)), dtype=np.int64).reshape(-1, 2)
    columns = fact_columns(ranked)
    rules, turned = (deciding_rules(columns, both, order).tolist() for both in (pairs, pairs[:, ::-1]))
    assert rules == turned
