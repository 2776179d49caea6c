"""Five real pages of one story, against gold labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.e2e.command import cleaner


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "clean"
    assert cleaner("run", seeds, folder, "-q").returncode == 0
    return folder


def _table(clean: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(clean / f"{name}.parquet").to_pylist()


def test_five_documents_and_a_proof(clean: Path, seeds: Path) -> None:
    assert len((clean / "documents.jsonl").read_text().splitlines()) == 5
    assert cleaner("verify", clean, "--raw", seeds).returncode == 0


def test_every_line_to_keep_stays_and_nearly_every_line_to_drop_has_a_removal_with_a_reason(
    clean: Path, seeds: Path
) -> None:
    gold = json.loads((seeds / "gold_boilerplate.json").read_text())
    documents = {
        record["id"]: record for record in map(json.loads, (clean / "documents.jsonl").read_text().splitlines())
    }
    removals = [row for row in _table(clean, "removals") if row["reason"] not in {"markup", "whitespace"}]
    dropped = to_drop = 0
    for name, page in gold.items():
        source = (seeds / name).read_bytes().decode()
        for line in page["lines"]:
            start, end = line["start"], line["end"]
            covering = [r for r in removals if r["doc_id"] == name and r["start"] < end and start < r["end"]]
            if line["label"] == "keep":
                assert not covering, source[start:end]
                assert source[start:end].strip() in documents[name]["text"]
            elif line["label"] == "drop":
                to_drop += 1
                dropped += any(r["start"] <= start and end <= r["end"] and r["rule"] for r in covering)
    assert dropped >= 0.9 * to_drop


@pytest.mark.parametrize(
    ("quote", "pages"),
    [("IBM firmly opposes and will not condone uses", ("001", "002")), ("We believe now is the time", ("001", "003"))],
)
def test_a_quotation_inside_other_sentences_is_linked(
    clean: Path, seeds: Path, quote: str, pages: tuple[str, str]
) -> None:
    sources = {path.name: path.read_bytes().decode() for path in seeds.glob("*.txt")}
    found = [
        row
        for row in _table(clean, "relations")
        if row["kind"] in {"exact", "near"}
        and (row["doc_a"][:3], row["doc_b"][:3]) == pages
        and sources[row["doc_a"]][row["start_a"] : row["end_a"]].startswith(quote)
        and sources[row["doc_b"]][row["start_b"] : row["end_b"]].startswith(quote)
    ]
    assert found


def test_a_stock_phrase_joins_nothing(clean: Path, seeds: Path) -> None:
    gold = json.loads((seeds / "gold_passages.json").read_text())["passages"]
    phrases = [entry for entry in gold if entry["cluster"] in {"C10", "C11"}]
    for row in _table(clean, "clusters"):
        for entry in phrases:
            inside = row["doc_id"] == entry["file"] and entry["start"] <= row["start"] and row["end"] <= entry["end"]
            assert not inside
