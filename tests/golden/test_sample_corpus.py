"""The sample corpus in ``raw/`` comes out as ``sample/expected.toml`` says."""

from __future__ import annotations

import codecs
import html
import json
import re
import tomllib
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import cleaner
from tests import sample_warc

ROOT = Path(__file__).parents[2]
RAW = ROOT / "raw"
EXPECTED = tomllib.loads((Path(__file__).parent / "sample" / "expected.toml").read_text(encoding="utf-8"))

TABLES = ("failures", "relations", "clusters", "repairs")

Row = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """What one run over ``raw/`` wrote."""

    clean: Path
    documents: dict[str, Row]
    failures: list[Row]
    relations: list[Row]
    clusters: dict[str, list[Row]]
    repairs: list[Row]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    clean = tmp_path_factory.mktemp("sample") / "clean"
    cleaner.run(RAW, clean, cleaner.Config())
    lines = (clean / "documents.jsonl").read_bytes().splitlines()
    documents = [json.loads(line) for line in lines]
    tables = {name: pq.read_table(clean / f"{name}.parquet").to_pylist() for name in TABLES}
    clusters = defaultdict(list)
    for row in tables["clusters"]:
        clusters[row["cluster_id"]].append(row)
    return Corpus(
        clean,
        {document["id"]: document for document in documents},
        tables["failures"],
        tables["relations"],
        dict(clusters),
        tables["repairs"],
    )


def entries(name: str, having: str | None = None, test: str = "") -> Any:
    """The entries of one table of ``expected.toml`` as test parameters; what *test* is known to fail must fail."""
    rows = [row for row in EXPECTED[name] if having is None or having in row]
    known = {row["id"]: row["why"] for row in EXPECTED["known_failures"] if row["test"] == test}
    assert known.keys() <= {_label(row) for row in rows}
    return pytest.mark.parametrize(
        "expected",
        [
            pytest.param(
                row,
                id=_label(row),
                marks=[pytest.mark.xfail(strict=True, reason=known[_label(row)])] if _label(row) in known else [],
            )
            for row in rows
        ],
    )


def _label(row: Row) -> str:
    return str(row.get("id") or row["why"])


def flat(text: str) -> str:
    return " ".join(text.split())


def site_of(document: Row) -> str | None:
    """The sample's site of a document: its folder, or the host of its address inside a container."""
    folder = document["id"].partition("/")[0]
    url = document["metadata"]["url"] or ""
    return next((site["name"] for site in EXPECTED["sites"] if site["name"] == folder or site["name"] in url), None)


def cluster_at(corpus: Corpus, phrase: str) -> list[Row]:
    """The cluster most of whose members hold *phrase*, a pattern, in the passage itself."""
    found = []
    for rows in corpus.clusters.values():
        texts = [flat(passage_text(corpus.documents[row["doc_id"]], row["start"], row["end"])) for row in rows]
        found.append((sum(bool(re.search(phrase, text)) for text in texts), rows))
    count, rows = max(found, key=lambda pair: pair[0])
    return rows if count else []


def passage_text(document: Row, start: int, end: int) -> str:
    """The clean text that came from source span ``[start, end)``."""
    parts = [
        document["text"][text_start:text_end]
        for text_start, text_end, source_start, source_end in document["metadata"]["segments"]
        if source_start < end and start < source_end
    ]
    return "".join(parts)


def test_every_source_becomes_one_document_or_one_failure(corpus: Corpus) -> None:
    outcomes = Counter([*corpus.documents, *(row["source_id"] for row in corpus.failures)])
    listed = [row["id"] for name in ("pages", "failures", "poison") for row in EXPECTED[name]]

    assert outcomes == Counter(listed)


@entries("pages", having="keeps", test="test_text_is_kept_in_reading_order")
def test_text_is_kept_in_reading_order(corpus: Corpus, expected: Row) -> None:
    text = flat(corpus.documents[expected["id"]]["text"])
    at = 0
    for phrase in expected["keeps"]:
        found = text.find(flat(phrase), at)
        assert found >= 0, f"{phrase!r} is {'out of order' if flat(phrase) in text else 'missing'}"
        at = found


@entries("pages", test="test_what_surrounds_the_text_is_gone")
def test_what_surrounds_the_text_is_gone(corpus: Corpus, expected: Row) -> None:
    document = corpus.documents[expected["id"]]
    text = flat(document["text"])
    of_site = next((site["drops"] for site in EXPECTED["sites"] if site["name"] == site_of(document)), [])

    assert [phrase for phrase in [*of_site, *expected.get("drops", ())] if phrase in text] == []


@entries("pages", having="verbatim", test="test_code_keeps_its_lines")
def test_code_keeps_its_lines(corpus: Corpus, expected: Row) -> None:
    text = corpus.documents[expected["id"]]["text"]

    assert [block for block in expected["verbatim"] if block.strip("\n") not in text] == []


@entries("pages", test="test_metadata_is_found")
def test_metadata_is_found(corpus: Corpus, expected: Row) -> None:
    metadata = corpus.documents[expected["id"]]["metadata"]
    fields = ("title", "author", "date", "site", "lang", "url", "kind", "duplicate_of")
    known = {name: expected[name] for name in fields if name in expected}

    assert {name: metadata[name] for name in known} == known
    assert expected.get("title_contains", "") in (metadata["title"] or "")
    assert metadata["status"] == expected.get("status", metadata["status"])
    if "record_id" in expected:
        assert metadata["warc_record_id"] == expected["record_id"]


@entries("pages", having="encoding", test="test_the_encoding_is_found_and_every_byte_decoded")
def test_the_encoding_is_found_and_every_byte_decoded(corpus: Corpus, expected: Row) -> None:
    metadata = corpus.documents[expected["id"]]["metadata"]

    name = codecs.lookup(metadata["encoding"]).name

    assert metadata["replaced"] == 0
    assert {"cp932": "shift_jis"}.get(name, name) == codecs.lookup(expected["encoding"]).name


@entries("pages", having="roles", test="test_blocks_have_the_roles_of_their_elements")
def test_blocks_have_the_roles_of_their_elements(corpus: Corpus, expected: Row) -> None:
    roles = {role for _, _, role, _ in corpus.documents[expected["id"]]["metadata"]["blocks"]}

    assert set(expected["roles"]) <= roles


@entries("pages", having="repairs", test="test_repairs_are_on_record")
def test_repairs_are_on_record(corpus: Corpus, expected: Row) -> None:
    kinds = {row["kind"] for row in corpus.repairs if row["doc_id"] == expected["id"]}

    assert set(expected["repairs"]) <= kinds


@entries("pages", having="wire", test="test_the_agency_is_named")
def test_the_agency_is_named(corpus: Corpus, expected: Row) -> None:
    syndication = corpus.documents[expected["id"]]["metadata"]["syndication"]

    assert syndication is not None
    assert syndication["wire"] == expected["wire"]


@entries("failures", test="test_what_is_no_page_is_one_failure_with_its_kind")
def test_what_is_no_page_is_one_failure_with_its_kind(corpus: Corpus, expected: Row) -> None:
    assert [row["kind"] for row in corpus.failures if row["source_id"] == expected["id"]] == [expected["kind"]]


@entries("poison", test="test_poison_is_one_outcome_and_harms_no_other_page")
def test_poison_is_one_outcome_and_harms_no_other_page(corpus: Corpus, expected: Row) -> None:
    failed = sum(row["source_id"] == expected["id"] for row in corpus.failures)

    assert failed + (expected["id"] in corpus.documents) == 1


@entries("clusters", test="test_copies_of_a_passage_are_one_cluster")
def test_copies_of_a_passage_are_one_cluster(corpus: Corpus, expected: Row) -> None:
    rows = cluster_at(corpus, expected["phrase"])

    assert sorted(row["doc_id"] for row in rows) == expected["documents"]
    assert [row["doc_id"] for row in rows if row["is_canonical"]] == [expected["canonical"]]
    assert {row["n_sites"] for row in rows} == {expected["n_sites"]}
    assert {row["wire"] for row in rows} == {expected["wire"]}


@entries("relations", test="test_shared_passages_are_linked")
def test_shared_passages_are_linked(corpus: Corpus, expected: Row) -> None:
    rows = between(corpus, expected)

    assert {row["kind"] for row in rows} & set(expected["kinds"])
    assert max(row["matched"] for row in rows) >= expected.get("min_matched", 0)


@entries("unrelated", test="test_pages_that_share_no_passage_are_not_linked")
def test_pages_that_share_no_passage_are_not_linked(corpus: Corpus, expected: Row) -> None:
    pair = {expected["a"], expected["b"]}
    shared = [rows for rows in corpus.clusters.values() if pair <= {row["doc_id"] for row in rows}]

    assert between(corpus, expected) == []
    assert shared == []


def between(corpus: Corpus, expected: Row) -> list[Row]:
    pair = {expected["a"], expected["b"]}
    return [row for row in corpus.relations if {row["doc_a"], row["doc_b"]} == pair]


def test_every_phrase_stands_in_the_sources() -> None:
    """A misspelt phrase would be a test of nothing."""
    sources = {row["id"]: source_of(row) for row in EXPECTED["pages"]}
    everything = "".join(sources.values())
    phrases = [(row["id"], phrase) for row in EXPECTED["pages"] for phrase in row.get("drops", ())]
    phrases += [
        (row["id"], phrase) for row in EXPECTED["pages"] if "repairs" not in row for phrase in row.get("keeps", ())
    ]
    absent = [(where, phrase) for where, phrase in phrases if unspaced(phrase) not in sources[where]]
    absent += [
        (s["name"], phrase) for s in EXPECTED["sites"] for phrase in s["drops"] if unspaced(phrase) not in everything
    ]

    assert absent == []


def source_of(page: Row) -> str:
    """The source of a page, once as it is and once as a reader sees it, without white space."""
    path, _, member = page["id"].partition("#")
    if path.endswith(".jsonl"):
        record = json.loads((RAW / path).read_bytes().split(b"\n")[int(member) - 1])
        text = record.get("html") or record["text"]
    elif member:
        text = (sample_warc.SOURCES / sample_warc.pages()[int(member) // 2 - 1]["body"]).read_text(encoding="utf-8")
    else:
        text = (RAW / path).read_bytes().decode(page["encoding"])
    return unspaced(text + html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text)))


def unspaced(text: str) -> str:
    return "".join(text.split())


def test_the_warc_file_is_what_its_readable_sources_make() -> None:
    """Compared record by record: compressed bytes differ between releases of zlib."""
    data, members = sample_warc.TARGET.read_bytes(), []
    while data:
        stream = zlib.decompressobj(wbits=31)
        members.append(stream.decompress(data))
        data = stream.unused_data

    assert members == sample_warc.records()


def test_a_run_leaves_the_readme_in_the_output_folder_as_it_is_in_git(corpus: Corpus) -> None:
    assert (corpus.clean / "README.md").read_bytes() == (ROOT / "clean" / "README.md").read_bytes()


def test_the_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in RAW.rglob("*") if path.is_file()) < 700_000
