"""Relations, clusters, the copy that stays, and what follows from it."""

import gc
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Config, Duplicates
from cleaner.duplicates.canonical import DocumentFacts, canonical_order, deciding_rules, fact_columns
from cleaner.duplicates.matching import match_rows
from cleaner.duplicates.outcomes import _rounded
from cleaner.duplicates.plain_texts import find_duplicates, text_corpus
from cleaner.duplicates.relations import CONTAINED, judge
from cleaner.duplicates.search import find_in_corpus
from cleaner.duplicates.wires import credited_wire
from cleaner.model import Source
from tests.duplicates_corpus import record, records, told

WIRE = (
    "The council of the old town voted late on Monday to close the stone bridge over the river, "
    "saying that repairs to its four arches would take at least two years."
)
EDITED = WIRE.replace("late on Monday", "on Monday evening").replace("at least", "about")
OTHER = "A baker from the harbour has won the national prize for rye bread with a recipe of her grandmother."
THIRD = "Heavy rain flooded several cellars near the station before the fire brigade could bring its pumps there."
DROP = replace(Config(), duplicates=Duplicates(mode="drop", canonical="first"))


def kinds(texts: list[str]) -> list[tuple[str, str, str]]:
    return [(found.kind, found.doc_a, found.doc_b) for found in find_duplicates(texts)]


def test_copies_are_exact_whatever_their_case_and_punctuation():
    assert kinds([WIRE, OTHER, WIRE.upper().replace(",", "")]) == [("exact", "0", "2")]


def test_an_edited_copy_is_near():
    [found] = find_duplicates([WIRE, EDITED])

    assert (found.kind, found.start_a, found.end_a, found.end_b) == ("near", 0, len(WIRE), len(EDITED))
    assert 0.4 <= found.jaccard < 1


def test_a_quotation_in_another_paragraph_is_found_with_its_own_span():
    embedded = f"In a letter that reached us by post today, the mayor wrote: “{WIRE}” Nobody else would comment on it."
    found = find_duplicates([WIRE, embedded])
    exact = [relation for relation in found if relation.kind == "exact"]

    assert [(embedded[relation.start_b : relation.end_b]) for relation in exact] == [WIRE]


def test_a_sentence_among_others_is_found():
    embedded = " ".join([OTHER, WIRE, THIRD, OTHER.replace("baker", "brewer").replace("bread", "beer")])

    assert ("exact", "0", "1") in kinds([WIRE, embedded])


def test_a_part_of_a_passage_is_contained_in_it():
    longer = WIRE + " " + OTHER.rstrip(".") + ", which " + THIRD
    found = find_duplicates([WIRE.rstrip(".") + " and perhaps rather more than that", longer])

    assert {relation.kind for relation in found} <= {"near", "contained"}
    assert found


def test_a_stock_phrase_relates_nothing():
    one = "Why it matters that the town is getting out of the stone bridge business"
    two = "The town is getting out of the stone bridge business, saying that it has long been concerned about the cost."

    assert kinds([one, two]) == []


def test_a_short_passage_edited_throughout_is_an_overlap():
    """Half of its words are left, in stretches of six and of five."""
    words = [f"w{at}" for at in range(20)]
    edited = [*words[:6], "x", "y", "z", *words[9:14], *(f"v{at}" for at in range(6))]

    assert kinds([" ".join(words), " ".join(edited)]) == [("overlap", "0", "1")]
    assert kinds([" ".join(words), " ".join([*edited, *edited[-6:]])]) == []  # less than half of the longer one


def test_a_stretch_that_no_fingerprint_proposed_is_a_phrase_of_many():
    phrase = " ".join(f"w{at}" for at in range(13))
    others = (" ".join(f"{side}{at}" for at in range(10)) for side in "ab")
    corpus = text_corpus([f"{phrase} {other}" for other in others], Config())
    matches = match_rows(corpus.rows, np.array([[0, 1]]))

    def kinds_of(weight: int) -> tuple[list[int], list[bool]]:
        proposed = np.array([[0, 1]]), np.array([weight], dtype=np.uint8), matches
        found, promising, _ = judge(*proposed, corpus, Duplicates(), np.ones(2, dtype=np.bool_))
        return found.kind.tolist(), promising.tolist()

    assert kinds_of(16) == ([CONTAINED], [True])
    assert kinds_of(0) == ([], [False])


def test_a_repeat_within_a_text_is_a_relation_of_the_text_with_itself():
    assert kinds([f"{WIRE}\n\n{OTHER}\n\n{WIRE}"]) == [("exact", "0", "0")]


def test_a_passage_is_not_related_to_its_own_sentence():
    assert kinds([f"{WIRE} It rained."]) == []


def test_sentences_of_exact_copies_are_not_listed_again():
    story = f"{WIRE} {OTHER}"

    assert kinds([story, story]) == [("exact", "0", "1")]


def test_short_texts_are_compared_as_a_whole():
    assert kinds(["Hello, world", "hello world", "", "..."]) == [("exact", "0", "1")]
    assert find_duplicates([]) == []


def test_chinese_near_duplicates_are_found():
    one = "北京市政府星期一决定关闭这座跨越河流的石桥，因为四个桥拱的修复工作至少需要两年时间。"
    two = one.replace("星期一", "周一").replace("至少", "大约")

    assert kinds([one, two]) == [("near", "0", "1")]


def test_two_passages_that_are_only_near_to_a_third_are_not_joined_by_it():
    """Leader clustering does not chain: the far ends of a row of small edits are in different clusters."""
    words = [f"word{number}" for number in range(60)]
    steps = {}
    for step in range(12):
        changed = [f"new{number}" if number < step * 5 else word for number, word in enumerate(words)]
        steps[f"{step:02}"] = " ".join(changed)
    found = find_in_corpus(records(steps, Config()), Config())
    by_cluster: dict[str, list[str]] = {}
    for member in found.clusters:
        by_cluster.setdefault(member.cluster_id, []).append(member.doc_id)

    assert len(by_cluster) > 1
    assert all({"00", "11"} - set(members) for members in by_cluster.values())


def test_within_a_document_repeats_form_no_cluster():
    found = find_in_corpus(records({"a": f"{WIRE}\n{OTHER}\n{WIRE}", "b": THIRD}, Config()), Config())

    assert list(found.clusters) == []
    assert [(relation.doc_a, relation.doc_b) for relation in found.relations] == [("a", "a")]


def test_the_sentences_of_a_clustered_paragraph_form_no_cluster_of_their_own():
    story = f"{WIRE} {OTHER}"
    found = find_in_corpus(records({"a": story, "b": story.replace("late on", "on"), "c": story}, Config()), Config())

    assert {member.cluster_id for member in found.clusters} == {"a:0"}
    assert len(found.clusters) == 3


def test_clusters_that_begin_at_one_place_have_different_ids():
    first = "The mayor of the old town has resigned after nine years in office, her party said today."
    story = f"{first} {WIRE} {OTHER}"
    texts = {"a": story, "b": f"{THIRD} {first} {THIRD.upper()}", "c": story}
    found = find_in_corpus(records(texts, Config()), Config())

    assert {member.cluster_id for member in found.clusters} == {"a:0", "a:0.2"}


def test_the_earliest_copy_is_canonical_and_the_record_says_why():
    pages = [
        record("a", WIRE, Config(), site="one.example", date="2020-06-09"),
        record("b", EDITED, Config(), site="two.example", date="2020-06-08", wire="AP"),
        record("c", WIRE, Config(), site="two.example"),
    ]
    found = find_in_corpus(pages, Config())

    assert [(member.doc_id, member.is_canonical) for member in found.clusters] == [
        ("a", False), ("b", True), ("c", False),
    ]  # fmt: skip
    assert {(m.cluster_id, m.canonical_rule, m.n_sites, m.wire) for m in found.clusters} == {
        ("a:0", "earliest", 2, "AP")
    }


FACTS = [
    DocumentFacts(Source("a"), "s1", None, None, 50),
    DocumentFacts(Source("b"), "s2", "2020-01-02", None, 10),
    DocumentFacts(Source("c"), "s3", "2020-01-01", None, 20),
    DocumentFacts(Source("d"), "s4", "2020-01-01", "AP", 10),
    DocumentFacts(Source("e"), "s5", "2020-01-01", "AP", 30),
]


@pytest.mark.parametrize(
    ("settings", "order", "rule"),
    [
        (Duplicates(), "edcba", "longest"),
        (Duplicates(canonical="longest"), "aecdb", "longest"),
        (Duplicates(canonical="first"), "abcde", "source-order"),
        (Duplicates(prefer_sites=("s2", "s1")), "baedc", "preferred-site"),
    ],
)
def test_documents_are_ranked_by_the_rule_chosen(settings, order, rule):
    ranked = [FACTS[at] for at in canonical_order(FACTS, settings)]
    turned = FACTS[::-1]

    assert "".join(document.source.path for document in ranked) == order
    assert [turned[at] for at in canonical_order(turned, settings)] == ranked
    assert deciding_rules(fact_columns(ranked), np.array([[0, 1]]), settings).tolist() == [rule]


def test_facts_are_the_same_in_whatever_order_they_are_read():
    columns, turned = fact_columns(FACTS), fact_columns(FACTS, np.array([3, 0, 4, 2, 1]))

    for one, other in ((columns.site, turned.site), (columns.date, turned.date), (columns.wire, turned.wire)):
        assert (one.numbers.tolist(), one.names) == (other.numbers.tolist(), other.names)
    assert columns.length.tolist() == turned.length.tolist() == [50, 10, 20, 10, 30]
    assert [columns.date.names[number] for number in columns.date.numbers] == [facts.date for facts in FACTS]


@given(st.lists(st.fractions(0, 1) | st.integers(0, 10**6 - 1).map(lambda part: Fraction(2 * part + 1, 2 * 10**6))))
def test_shares_are_rounded_as_single_numbers_are(shares):
    values = np.array([float(share) for share in shares])

    assert _rounded(values).tolist() == [round(value, 6) for value in values.tolist()]


def test_garbage_is_collected_again_after_a_search():
    with pytest.raises(ZeroDivisionError):
        find_in_corpus((1 / 0 for _ in range(1)), Config())

    assert gc.isenabled()


def test_marking_removes_nothing_but_tells_the_share():
    found = find_in_corpus(records({"a": f"{WIRE}\n{OTHER}", "b": f"{THIRD}\n{EDITED}"}, Config()), Config())
    one = found.documents["a"]

    assert one.removals == ()
    assert one.syndication is not None
    assert one.syndication.cluster_id == "a:0"
    assert one.syndication.share == pytest.approx(len(WIRE) / len(f"{WIRE}\n{OTHER}"), abs=1e-6)


def test_dropping_names_a_kept_copy():
    texts = {"a": f"{WIRE}\n{OTHER}", "b": f"{THIRD}\n{EDITED}", "c": f"{WIRE}\n{THIRD.upper()}"}
    found = find_in_corpus(records(texts, DROP), DROP)
    dropped = {
        doc_id: [(r.rule, r.kept_doc_id, texts[doc_id][r.start : r.end]) for r in document.removals]
        for doc_id, document in found.documents.items()
    }

    assert dropped["b"] == [("drop-near", "a", EDITED)]
    assert dropped["c"] == [("drop-exact", "a", WIRE), ("drop-exact", "b", THIRD.upper())]
    assert found.documents["a"].is_cited
    assert found.documents["b"].is_cited
    assert not found.documents["c"].is_cited


@pytest.mark.parametrize("before", [THIRD, f"{THIRD} {OTHER.upper().replace('PRIZE', 'CUP')}"])
def test_a_paragraph_with_a_sentence_of_its_own_is_not_dropped_nor_is_a_part_of_it(before):
    """Whether the copied sentence makes its paragraph near to the copy, or is only a part that is."""
    texts = {"a": WIRE, "b": f"{before} {WIRE}"}
    found = find_in_corpus(records(texts, DROP), DROP)

    assert [member.doc_id for member in found.clusters] == ["a", "b"]
    assert all(not document.removals for document in found.documents.values())


def test_a_copy_of_a_whole_document_is_set_aside_for_one_that_stays():
    story = "\n".join([WIRE, OTHER, THIRD])
    texts = {"a": story, "b": story.upper(), "c": story.replace("late", "early"), "d": THIRD}
    found = find_in_corpus(records(texts, DROP), DROP)

    assert {doc_id: document.duplicate_of for doc_id, document in found.documents.items()} == {
        "a": None, "b": "a", "c": "a", "d": None,
    }  # fmt: skip
    assert [removal.kept_doc_id for removal in found.documents["d"].removals] == ["a"]


def test_a_document_set_aside_keeps_no_copy_for_others():
    story = "\n".join([WIRE, OTHER, THIRD])
    extra = "Only this copy tells that the queen handed the prize over."
    config = replace(DROP, duplicates=replace(DROP.duplicates, document=0.7))
    texts = {"a": story, "b": f"{story}\n{extra}", "c": f"{extra}\n{WIRE}", "d": extra}
    found = find_in_corpus(records(texts, config), config).documents

    assert [doc_id for doc_id, document in found.items() if document.duplicate_of] == ["b"]
    assert [removal.kept_doc_id for removal in found["c"].removals] == ["a"]
    assert [removal.kept_doc_id for removal in found["d"].removals] == ["c"]
    assert found["b"].removals == ()


def test_the_order_of_the_pages_does_not_matter():
    texts = {"a": f"{WIRE}\n{OTHER}", "b": f"{THIRD}\n{EDITED}", "c": WIRE, "d": f"{OTHER}\n“{WIRE}” he said again."}
    pages = records(texts, DROP)

    assert told(find_in_corpus(pages, DROP)) == told(find_in_corpus(pages[::-1], DROP))


def test_no_pages_give_no_findings():
    assert list(find_in_corpus([], Config()).relations) == []
    assert list(find_in_corpus(records({"a": "", "b": ""}, DROP), DROP).clusters) == []


@pytest.mark.parametrize(
    ("byline", "text", "agency"),
    [
        ("By Ann Other, The Associated Press", "", "AP"),
        (None, "LONDON (AFP) – It rained.", "AFP"),
        (None, "Rashard Rose, CNN\nGeorge Santos ends his bid.", "CNN"),
        (None, "It rained. © 2024 Reuters. All rights reserved.", "Reuters"),
        (None, "A fellow told the AP that it rained.", "AP"),
        (None, "As CNBC reported:\nIt rained.", "CNBC"),
        (None, "The dpaul group and the Reutersberg rained.", None),
        ("Ann Bloomberger", "An AP course on Mike Bloomberg began.", None),
    ],
)
def test_a_credit_is_recognised_by_case_and_word(byline, text, agency):
    assert credited_wire(byline, text) == agency


def test_documents_are_copies_revised_copies_and_excerpts_of_each_other():
    story = "\n".join([WIRE, OTHER, THIRD, f"{OTHER[::-1]}", f"{WIRE[::-1]}"])
    pages = {
        "a": story,
        "b": story.upper(),
        "c": story.replace("Monday", "Tuesday"),
        "d": f"{OTHER}\n{THIRD}",
        "e": f"Something else that nobody said before, at some length, so as to be read: {THIRD[::-1]}",
    }
    found = find_in_corpus(records(pages, Config()), Config()).document_relations
    [columns] = found.batches()
    rows = set(zip(columns["doc_a"], columns["doc_b"], columns["kind"], strict=True))

    assert rows == {
        ("a", "b", "copy"),
        ("a", "c", "revised"),
        ("b", "c", "revised"),
        ("a", "d", "excerpt"),
        ("b", "d", "excerpt"),
        ("c", "d", "excerpt"),
    }


def test_headings_that_only_begin_alike_are_not_near():
    assert kinds(["How long does it take to boil an egg?", "How long does it take to learn the cello?"]) == []
    assert kinds(["How long does it take to boil an egg?", "How long does it really take to boil an egg?"]) != []


@pytest.mark.parametrize("length", [70_000, 262_144])
def test_a_word_longer_than_a_slice_shifts_nothing(length):
    found = find_duplicates([f"{'x' * length}\n\n{WIRE}\n\n{OTHER}\n\n{THIRD}", OTHER])

    assert [(relation.kind, relation.start_a) for relation in found] == [("exact", length + len(WIRE) + 4)]
