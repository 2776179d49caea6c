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
    return findings.relations, findings.clusters


def places(gold: list[dict], cluster: str) -> list[tuple[str, int, int]]:
    return [(entry["file"], entry["start"], entry["end"]) for entry in gold if entry["cluster"] == cluster]


def covers(doc: str, start: int, end: int, place: tuple[str, int, int]) -> float:
    """Overlap of a span with a labelled *place*, intersection over union."""
    if doc != place[0]:
        return 0.0
    common = min(end, place[2]) - max(start, place[1])
    return max(common, 0) / (max(end, place[2]) - min(start, place[1]))


def linked(relations: list[Relation], one: tuple[str, int, int], other: tuple[str, int, int]) -> float:
    """How well the best relation between two labelled places fits both of them."""
    return max(
        min(covers(r.doc_a, r.start_a, r.end_a, one), covers(r.doc_b, r.start_b, r.end_b, other)) for r in relations
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


def test_every_relation_is_accounted_for(gold, found):
    """No relation links two places that the labels do not put into one cluster."""
    labelled = [(entry["cluster"], (entry["file"], entry["start"], entry["end"])) for entry in gold]

    for relation in found[0]:
        sides = [
            {name for name, place in labelled if covers(doc, start, end, place)}
            for doc, start, end in (
                (relation.doc_a, relation.start_a, relation.end_a),
                (relation.doc_b, relation.start_b, relation.end_b),
            )
        ]
        assert sides[0] & sides[1], relation
