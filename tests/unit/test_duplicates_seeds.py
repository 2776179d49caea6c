"""Real pages with labelled passages."""

import json
from pathlib import Path

import pytest

from cleaner.config import Config
from cleaner.duplicates.search import find_in_corpus
from cleaner.model import ClusterMember, Relation
from tests.duplicates_corpus import records

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the labelled pages are not beside the repository")


@pytest.fixture(scope="module")
def gold() -> list[dict]:
    return json.loads((SEEDS / "gold_passages.json").read_text("utf-8"))["passages"]


@pytest.fixture(scope="module")
def found() -> tuple[list[Relation], list[ClusterMember]]:
    texts = {path.name: path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))}
    findings = find_in_corpus(records(texts, Config()), Config())
    return list(findings.relations), list(findings.clusters)


def places(gold: list[dict], cluster: str) -> list[tuple[str, int, int]]:
    return [(entry["file"], entry["start"], entry["end"]) for entry in gold if entry["cluster"] == cluster]


def covers(doc: str, start: int, end: int, place: tuple[str, int, int]) -> float:
    """Overlap of a span with a labelled *place*, intersection over union."""
    if doc != place[0]:
        return 0.0
    common = min(end, place[2]) - max(start, place[1])
    return max(common, 0) / (max(end, place[2]) - min(start, place[1]))


def linked(relations: list[Relation], one: tuple[str, int, int], other: tuple[str, int, int]) -> float:
    """How well the best relation between two labelled places fits both of them, or what matches in it."""
    return max(
        min(covers(r.doc_a, *span_a, a), covers(r.doc_b, *span_b, b))
        for r in relations
        for a, b in ((one, other), (other, one))
        for span_a, span_b in (
            ((r.start_a, r.end_a), (r.start_b, r.end_b)),
            ((r.match_start_a, r.match_end_a), (r.match_start_b, r.match_end_b)),
        )
    )


def test_quotations_are_linked_with_their_own_spans(gold, found):
    c1, c2 = places(gold, "C1"), places(gold, "C2")

    assert linked(found[0], c1[0], c1[1]) > 0.98
    assert linked(found[0], c2[0], c2[1]) > 0.98


def test_reordered_sentences_are_linked(gold, found):
    assert linked(found[0], *places(gold, "C5")) > 0.8


@pytest.mark.parametrize("cluster", ["C6", "C7", "C8", "C9"])
def test_repeats_within_a_document_are_related(gold, found, cluster):
    assert linked(found[0], *places(gold, cluster)) > 0.5


def test_the_stock_phrase_relates_and_joins_nothing(gold, found):
    relations, clusters = found
    phrase = places(gold, "C10")

    for relation in relations:
        assert not (
            any(covers(relation.doc_a, relation.start_a, relation.end_a, place) for place in phrase)
            and any(covers(relation.doc_b, relation.start_b, relation.end_b, place) for place in phrase)
        )
    for member in clusters:
        assert not any(covers(member.doc_id, member.start, member.end, place) for place in phrase)


def test_a_reworded_sentence_is_linked(gold, found):
    """C3: seven and thirteen words of the sentence are left, in two stretches."""
    assert linked(found[0], *places(gold, "C3")) > 0.9


def test_a_rare_stretch_of_seven_words_is_an_overlap(gold, found):
    """C4: what else the two sentences say is said in other words."""
    one, other = places(gold, "C4")
    related = [
        r
        for r in found[0]
        if min(covers(r.doc_a, r.start_a, r.end_a, one), covers(r.doc_b, r.start_b, r.end_b, other)) > 0.1
    ]

    assert [relation.kind for relation in related] == ["overlap"]


def test_everyone_who_ran_the_statement_is_linked(gold, found):
    """C1: whole, cut short, as a quotation in another sentence, and with words changed."""
    statement = places(gold, "C1")
    linked_files = {
        frozenset((r.doc_a, r.doc_b))
        for r in found[0]
        if any(covers(r.doc_a, r.match_start_a, r.match_end_a, place) > 0.5 for place in statement)
        and any(covers(r.doc_b, r.match_start_b, r.match_end_b, place) > 0.5 for place in statement)
    }
    files = [file for file, _, _ in statement]

    assert frozenset(files[:2]) in linked_files
    assert {file for pair in linked_files for file in pair} == set(files)


def test_every_relation_is_accounted_for(gold, found):
    """No relation links two places that the labels do not put into one cluster, but for what a page says twice."""
    labelled = [(entry["cluster"], (entry["file"], entry["start"], entry["end"])) for entry in gold]
    unlabelled = []
    for relation in found[0]:
        sides = [
            {name for name, place in labelled if covers(doc, start, end, place)}
            for doc, start, end in (
                (relation.doc_a, relation.start_a, relation.end_a),
                (relation.doc_b, relation.start_b, relation.end_b),
            )
        ]
        if not sides[0] & sides[1]:
            unlabelled.append(relation)

    assert [(r.kind, r.doc_a[:3], r.doc_b[:3]) for r in unlabelled] == [
        ("overlap", "000", "000"),  # the last paragraph says again what an earlier one said of other companies
        ("overlap", "003", "003"),  # two teasers of one story about an alligator on a runway
    ]
