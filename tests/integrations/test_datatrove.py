"""The blocks inside a real datatrove pipeline."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

from cleaner.config import Config, Duplicates
from tests.integrations.pages import OWN, WIRE, page

pytest.importorskip("datatrove")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="datatrove's sandbox forks")


def _written(folder: Path) -> dict[str, dict[str, object]]:
    lines = [
        line for path in sorted(folder.glob("*.jsonl.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    return {row["id"]: row for row in map(json.loads, lines)}


def test_pages_are_cleaned_and_nothing_is_lost(tmp_path: Path) -> None:
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.writers import JsonlWriter

    from cleaner.integrations.datatrove import CleanerExtractor

    documents = [
        Document(text=page(OWN), id="story", metadata={"url": "https://tidewatch.example/a"}),
        Document(text="", id="empty", metadata={"date": "2020-01-01", "title": "Known"}),
    ]
    LocalPipelineExecutor(
        [
            documents,
            CleanerExtractor(exclusion_writer=JsonlWriter(str(tmp_path / "excluded"))),
            JsonlWriter(str(tmp_path / "kept")),
        ],
        logging_dir=str(tmp_path / "logs"),
    ).run()
    kept, excluded = _written(tmp_path / "kept"), _written(tmp_path / "excluded")
    assert OWN in str(kept["story"]["text"])
    assert kept["story"]["metadata"]["clean_title"] == "Bridge to close"  # type: ignore[index]
    assert kept["story"]["metadata"]["clean_site"] == "tidewatch.example"  # type: ignore[index]
    assert excluded["empty"]["metadata"]["clean_status"] == "failed"  # type: ignore[index]
    assert excluded["empty"]["metadata"]["title"] == "Known"  # type: ignore[index]
    assert not {"text", "clean_text"} & set(kept["story"]["metadata"])  # type: ignore[call-overload]


def test_what_the_reader_knew_stays_beside_what_the_page_says() -> None:
    from datatrove.data import Document

    from cleaner.integrations.datatrove import CleanerExtractor, NearDuplicateFilter
    from cleaner.integrations.rows import COLUMNS

    known = {
        "url": "https://tidewatch.example/a",
        "status": 200,
        "date": "2026-01-02T03:04:05Z",
        "reason": "OK",
        **dict.fromkeys(("title", "author", "site", "lang", "license", "confidence"), "the reader's"),
        **dict.fromkeys(("duplicate_of", "similarity", "syndication", "removed"), "another block's"),
    }
    assert set(COLUMNS) - {"text"} <= set(known)
    pages = [Document(text=page(OWN), id=name, metadata=dict(known)) for name in ("one", "two")]
    for mode in ("mark", "drop"):
        filtering = NearDuplicateFilter(Config(duplicates=Duplicates(mode=mode)))  # type: ignore[arg-type]
        list(filtering.run(CleanerExtractor().run(iter(pages))))
        for document in pages:
            assert {name: document.metadata[name] for name in known} == known
            assert document.metadata["clean_status"] == "ok"
            assert document.metadata["clean_title"] == "Bridge to close"
            document.text = page(OWN)
    assert pages[1].metadata["clean_duplicate_of"] == "one"

    other = Document(text=page(OWN), id="other", metadata=dict(known))
    list(CleanerExtractor(prefix="cleaner.").run(iter([other])))
    assert other.metadata["cleaner.status"] == "ok"
    assert {name: other.metadata[name] for name in known} == known


def test_a_page_that_hangs_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from datatrove.data import Document

    from cleaner.integrations import datatrove as blocks

    def slow(text: str, url: object, config: Config) -> dict[str, object]:
        import time

        time.sleep(60 if text == "slow" else 0)
        return {"text": text, "status": "ok"}

    monkeypatch.setattr(blocks, "clean_row", slow)
    block = blocks.CleanerExtractor(timeout=3)
    documents = [Document(text=text, id=text) for text in ("one", "slow", "two")]
    assert [document.id for document in block.run(iter(documents))] == ["one", "two"]
    said = {name: value for name, value in documents[1].metadata.items() if value is not None}
    assert said == {"clean_status": "failed", "clean_reason": "timeout: it took longer than 3 s"}


def test_near_duplicates_are_labelled_or_dropped() -> None:
    from datatrove.data import Document

    from cleaner.integrations.datatrove import NearDuplicateFilter

    def documents() -> list[Document]:
        return [
            Document(text=f"{WIRE}\n\n{OWN * 3}", id="first", metadata={"date": "2024-05-01", "site": "a.example"}),
            Document(text=f"{WIRE}\n\n{OWN * 3}", id="copy", metadata={"date": "2024-05-02", "site": "b.example"}),
            Document(text=f"{WIRE}\n\n{'Nothing else is known of it here, says the mayor. ' * 9}", id="quoting"),
            Document(
                text="The moon was full when the quay was flooded, and nobody slept that night.",
                id="other",
                metadata={"date": 2021},
            ),
        ]

    marked = {document.id: document for document in NearDuplicateFilter().run(iter(documents()))}
    assert list(marked) == ["first", "copy", "quoting", "other"]
    assert marked["copy"].metadata["clean_duplicate_of"] == "first"
    assert marked["first"].metadata["clean_syndication"]["n_sites"] == 2
    assert marked["quoting"].metadata["clean_syndication"]["cluster_id"].rpartition(":")[0] in marked
    assert "clean_syndication" not in marked["other"].metadata

    dropping = NearDuplicateFilter(Config(duplicates=Duplicates(mode="drop")))
    dropped = {document.id: document for document in dropping.run(iter(documents()))}
    assert list(dropped) == ["first", "quoting", "other"]
    assert WIRE not in dropped["quoting"].text
    assert dropped["quoting"].metadata["clean_removed"][0]["kept_in"] == "first"
