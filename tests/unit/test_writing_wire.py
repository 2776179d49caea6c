"""The stored shapes: complete, stable, and readable by others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import InputError
from cleaner.model import Document, Metadata, Removal
from cleaner.writing import rows, schemas, wire
from cleaner.writing.corpus import DocumentIndex, RowsInStep, open_documents, read_rows, rows_where
from cleaner.writing.safe import one_line, visible, well_formed
from cleaner.writing.schemas import Table
from cleaner.writing.tables import table_file
from cleaner.writing.wire import DocumentRecord, decode_line, document_record, encode_line
from tests.unit.clean_folder import HOSTILE, Corpus
from tests.unit.table_rows import removal_rows

_TABLES = [
    (schemas.REMOVALS, wire.RemovalRow),
    (schemas.REPAIRS, wire.RepairRow),
    (schemas.PASSAGES, wire.PassageRow),
    (schemas.RELATIONS, wire.RelationRow),
    (schemas.CLUSTERS, wire.ClusterRow),
    (schemas.FAILURES, wire.FailureRow),
]


def test_a_record_is_a_dolma_document_with_every_field_of_the_design() -> None:
    found = json.loads(encode_line(document_record(Corpus().documents[0])))
    assert list(found) == ["id", "text", "source", "added", "created", "metadata"]
    assert found["added"] == "2026-01-03T00:00:00Z"
    assert found["created"] == "2026-01-02"
    assert found["metadata"]["segments"][0] == [0, 6, 4, 10]
    assert found["metadata"]["blocks"][0] == [0, 6, "heading", 1]
    assert found["metadata"]["syndication"] == {
        "wire": "AP",
        "cluster_id": "news/a.html:20",
        "n_sites": 2,
        "share": 0.5,
    }
    assert {field.name for field in fields(Metadata)} <= set(found["metadata"])


def test_everything_a_document_carries_beside_its_ledger_is_in_the_record() -> None:
    stored = set(DocumentRecord.__struct_fields__) | set(wire.DocumentMetadata.__struct_fields__)
    elsewhere = {"source", "metadata", "fetched", "record_id", "removals", "repairs"}
    assert {field.name for field in fields(Document)} - elsewhere <= stored


def test_a_line_is_one_line_and_comes_back() -> None:
    for document in Corpus().documents:
        line = encode_line(document_record(replace(document, text=document.text + "\u2028\r\n\x85\x0b")))
        assert line.count(b"\n") == 1
        assert encode_line(decode_line(line)) == line


@given(st.text(st.characters()))
def test_no_text_is_too_broken_to_be_written(text: str) -> None:
    """Lone surrogates read U+FFFD, so that spans still count the same characters."""
    document = replace(Corpus().documents[0], text=text, notes=(text,), metadata=Metadata(title=text))
    back = decode_line(encode_line(document_record(document)))
    assert back.text == back.metadata.title == back.metadata.notes[0] == well_formed(text)
    assert len(back.text) == len(text)


@pytest.mark.parametrize(("table", "shape"), _TABLES)
def test_rows_and_schemas_name_the_same_columns_and_explain_each(table: Table, shape: type[tuple[object, ...]]) -> None:
    assert table.schema.names == list(shape._fields)  # type: ignore[attr-defined]
    assert all(field.metadata and field.metadata[b"doc"] for field in table.schema)


def test_removals_have_the_columns_of_the_design_and_a_stage_for_every_reason() -> None:
    assert " ".join(schemas.REMOVALS.schema.names) == (
        "doc_id stage rule start end visible_chars text_sha256 score kept_doc_id kept_start kept_end similarity "
        "similarity_kind cluster_id reason"
    )
    made = [Removal(0, 1, reason, "r") for reason in rows.STAGE_OF]
    assert [row.stage for row in removal_rows("d", made)] == [
        *["segment"] * 4,
        *("boilerplate", "templates", "duplicates"),
    ]


def test_table_bytes_do_not_depend_on_how_rows_are_handed_over(tmp_path: Path) -> None:
    table = replace(schemas.REPAIRS, group_rows=100)
    made = [wire.RepairRow(f"d{n // 7}", n, n + 1, "entity", "x" * (n % 5)) for n in range(1_050)]
    for folder, step in (("one", 1), ("many", 1_050), ("some", 33)):
        (tmp_path / folder).mkdir()
        with table_file(tmp_path / folder, table) as file:
            for at in range(0, len(made), step):
                file.add(made[at : at + step])
    found = {(tmp_path / folder / "repairs.parquet").read_bytes() for folder in ("one", "many", "some")}
    assert len(found) == 1
    assert pq.ParquetFile(tmp_path / "one" / "repairs.parquet").num_row_groups == 11
    assert list(read_rows(tmp_path / "one", table, wire.RepairRow)) == made


def test_row_groups_are_cut_by_size_too_so_that_memory_stays_bounded(tmp_path: Path) -> None:
    table = replace(schemas.REPAIRS, group_bytes=10_000)
    with table_file(tmp_path, table) as file:
        file.add(wire.RepairRow("d", n, n + 1, "entity", "x" * 6_000) for n in range(10))
    assert pq.ParquetFile(tmp_path / "repairs.parquet").num_row_groups == 5


def test_an_empty_table_has_its_schema(tmp_path: Path) -> None:
    for table, shape in _TABLES:
        with table_file(tmp_path, table):
            pass
        assert pq.read_schema(tmp_path / table.file).names == table.schema.names
        assert list(read_rows(tmp_path, table, shape)) == []


def test_a_table_whose_rows_fail_midway_leaves_nothing(tmp_path: Path) -> None:
    def rows_that_fail() -> Iterator[wire.RepairRow]:
        yield wire.RepairRow("d", 0, 1, "entity", "x")
        raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"), table_file(tmp_path, schemas.REPAIRS) as file:
        file.add(rows_that_fail())
    assert list(tmp_path.iterdir()) == []


def test_a_null_where_a_value_is_required_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="null"), table_file(tmp_path, schemas.REPAIRS) as file:
        file.add([("d", None, 1, "entity", "x")])


def test_hostile_strings_go_into_tables_and_come_back(tmp_path: Path) -> None:
    with table_file(tmp_path, schemas.REPAIRS) as file:
        file.add([wire.RepairRow("d\ud800", 0, 1, "entity", HOSTILE + "\x00")])
    assert list(read_rows(tmp_path, schemas.REPAIRS, wire.RepairRow)) == [("d\ufffd", 0, 1, "entity", HOSTILE + "\x00")]


@pytest.mark.parametrize("format_name", ["jsonl", "parquet"])
def test_documents_read_back_alike_in_order_and_by_id(tmp_path: Path, format_name: str) -> None:
    corpus = Corpus()
    stored = open_documents(corpus.write(tmp_path, format_name))
    made = [document_record(document) for document in corpus.documents]
    index = DocumentIndex(stored)

    assert list(stored) == made
    assert [index.get(record.id) for record in made] == made
    assert [index.row(record.id) for record in made] == [0, 1, 2]
    assert index.get("nobody") is None
    assert index.repeated() == []


def test_rows_of_one_document_are_found_in_a_table(tmp_path: Path) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path)
    made = list(removal_rows("news/b.html", corpus.documents[1].removals))
    assert rows_where(clean, schemas.REMOVALS, wire.RemovalRow, "doc_id", "news/b.html") == made
    with pytest.raises(InputError, match="is missing"):
        rows_where(clean, schemas.PASSAGES, wire.PassageRow, "doc_id", "news/b.html")


def test_rows_come_in_step_with_documents_and_strays_are_told(tmp_path: Path) -> None:
    index = DocumentIndex(open_documents(Corpus().write(tmp_path)))
    table = [("nobody", 1), ("news/b.html", 2), ("news/b.html", 3), ("news/a.html", 4)]
    strays: list[str] = []
    step = RowsInStep(iter(table), index, strays.append)
    assert step.take("news/a.html") == []
    assert step.take("news/b.html") == table[1:3]
    step.finish()
    assert strays == ["nobody", "news/a.html"]


@given(st.text(st.characters()))
def test_what_is_shown_is_printable_or_ordinary_white_space(text: str) -> None:
    assert all(char.isprintable() or char.isspace() for char in visible(text))
    assert not set(visible(text)) & set("\x1b\x07\r\x7f\x85\x9b\u202e\u2066\u200b\ufeff")
    line = one_line(text, 40)
    assert len(line) <= 40
    assert line == " ".join(line.split())
