"""The reference is that of the code beside it, and leaves nothing out."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import click
import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner import errors, model
from cleaner.config import Config, Duplicates
from cleaner.settings import settings
from cleaner.writing import wire
from cleaner.writing.schemas import DOCUMENTS
from tests.docs import reference, vocabulary
from tests.docs.markdown import ROOT


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference") / "clean"
    cleaner.run(ROOT / "raw", folder, Config(duplicates=Duplicates(mode="drop")))
    return folder


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_the_reference_is_up_to_date(name: str) -> None:
    written = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], "run python -m tests.docs.reference"


def test_every_option_has_help() -> None:
    for name, command in reference._commands("cleaner", reference.cli):
        assert command.help, name
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert [option.name for option in options if not option.help] == [], name


def test_every_setting_says_what_it_is() -> None:
    assert list(reference.documented()) == list(settings())
    assert [name for name, text in reference.documented().items() if not text] == []


def test_every_column_of_every_table_says_what_it_is() -> None:
    rows = [
        (table.name, row) for table in reference.tables() for f in table.schema for row in reference._columns(f, "")
    ]
    assert [(table, row[0]) for table, row in rows if not row[2]] == []
    # What is written as lines has the same fields.
    columns = {row[0].strip("`") for table, row in rows if table == DOCUMENTS.name}
    assert set(wire.DocumentRecord.__struct_fields__) <= columns
    assert {f"metadata.{name}" for name in wire.DocumentMetadata.__struct_fields__} <= columns


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        (vocabulary.FAILURES, model.Failure.__annotations__["kind"]),
        (vocabulary.STATUSES, "Status"),
        (vocabulary.REASONS, "Reason"),
        (vocabulary.REPAIRS, "RepairKind"),
        (vocabulary.RELATIONS, "RelationKind"),
        (vocabulary.PASSAGES, "PassageKind"),
        (vocabulary.ROLES, "Role"),
    ],
)
def test_every_value_that_the_model_knows_is_described(described: Mapping[str, str], kind: str) -> None:
    assert set(described) == set(get_args(eval(kind, vars(model))))


def test_every_exit_code_is_described() -> None:
    found, left = set(), [errors.CleanerError]
    while left:
        error = left.pop()
        found.add(error.exit_code)
        left.extend(error.__subclasses__())
    assert found | {0, 128 + signal.SIGPIPE, 128 + signal.SIGINT} == set(vocabulary.EXIT_CODES)


def test_every_file_and_rule_of_a_run_is_described(clean: Path) -> None:
    names = {f"{path.name}/" if path.is_dir() else path.name for path in clean.iterdir()}
    assert names | {"documents.parquet"} == set(vocabulary.FILES)
    page = (reference.FOLDER / "tables.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| ([\w-]+) \| `([\w-]+)` \|", page, re.MULTILINE))
    rows: list[dict[str, Any]] = pq.read_table(clean / "removals.parquet", columns=["reason", "rule"]).to_pylist()
    found = {(row["reason"], row["rule"]) for row in rows}
    assert found <= described
    assert {("near-duplicate", rule) for rule in vocabulary.RULES["near-duplicate"]} <= found


def test_every_count_of_a_run_is_described_and_visible_characters_add_up(clean: Path) -> None:
    counts = json.loads((clean / "run.json").read_bytes())["counts"]
    assert list(counts) == list(vocabulary.COUNTS)
    gone = counts["removed_visible_chars_by_reason"]
    assert set(gone) == {"boilerplate", "template", "near-duplicate"}
    assert counts["kept_visible_chars"] + sum(gone.values()) == counts["visible_chars"] < counts["source_chars"]
    by_rule = counts["removals_by_rule"].items()
    for reason, chars in gone.items():
        assert sum(found["visible_chars"] for rule, found in by_rule if rule.startswith(f"{reason}/")) == chars
    blocks = visible = 0
    for line in (clean / "documents.jsonl").read_bytes().splitlines():
        known = json.loads(line)["metadata"]
        visible += known["visible_length"]
        blocks += sum(end - start for start, end, *_ in known["blocks"])
    assert (visible, blocks) == (counts["visible_chars"], counts["kept_visible_chars"])


def test_every_key_of_a_document_is_a_column(clean: Path) -> None:
    first = json.loads((clean / "documents.jsonl").read_bytes().splitlines()[0])
    page = (reference.FOLDER / "tables.md").read_text(encoding="utf-8")
    for key in [*first, *(f"metadata.{key}" for key in first["metadata"])]:
        assert f"| `{key}` |" in page
