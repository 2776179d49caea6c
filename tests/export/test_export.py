"""Each export is read by the tool that it is made for, and holds the documents as they are."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

import cleaner
from cleaner.engine.lock import holding
from cleaner.errors import InputError, OutputBusy, UsageError
from cleaner.export import FORMATS, export
from tests.e2e.command import REPO
from tests.e2e.command import cleaner as command


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "clean"
    cleaner.run(REPO / "raw", folder)
    return folder


@pytest.fixture(scope="module")
def documents(clean: Path) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in map(json.loads, (clean / "documents.jsonl").read_bytes().splitlines())}


def test_tei_is_valid_by_the_schema_that_trafilatura_has(clean: Path, tmp_path: Path) -> None:
    from trafilatura.xml import validate_tei

    export(clean, tmp_path / "tei", "tei")
    files = sorted((tmp_path / "tei").rglob("*.xml"))
    assert len(files) > 20
    for path in files:
        root = etree.parse(path).getroot()
        for table in root.iter("{*}table"):  # the schema is one without the module of tables
            table.tag, table[:] = "{http://www.tei-c.org/ns/1.0}ab", []
        assert validate_tei(root), path.name


def test_tei_holds_the_text_word_for_word(clean: Path, tmp_path: Path, documents: dict[str, dict[str, object]]) -> None:
    export(clean, tmp_path / "tei", "tei")
    for path in (tmp_path / "tei").rglob("*.xml"):
        root = etree.parse(path).getroot()
        names = {"t": "http://www.tei-c.org/ns/1.0"}
        [doc_id] = root.xpath("//t:note[@type='id']/text()", namespaces=names)
        words = " ".join(root.xpath("//t:body//text()", namespaces=names)).split()
        assert words == str(documents[doc_id]["text"]).split()


def test_a_character_that_xml_cannot_hold_does_not_break_the_file(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    page = (
        '<title>A &lt;b&gt; & \x01 "c"</title><p>High water\x0b at ]]> Weir Street was <b>2.1</b> metres & rising.</p>'
    )
    (raw / "a.html").write_text(page)
    cleaner.run(raw, tmp_path / "clean")
    export(tmp_path / "clean", tmp_path / "tei", "tei")
    [path] = (tmp_path / "tei").rglob("*.xml")
    assert "metres & rising" in "".join(etree.parse(path).getroot().itertext())


def test_dolma_documents_and_attributes_stand_line_by_line(
    clean: Path, tmp_path: Path, documents: dict[str, dict[str, object]]
) -> None:
    export(clean, tmp_path / "dolma", "dolma")

    def lines(folder: str) -> list[dict[str, object]]:
        return [
            json.loads(line)
            for path in sorted((tmp_path / "dolma" / folder).rglob("*.jsonl.gz"))
            for line in gzip.decompress(path.read_bytes()).splitlines()
        ]

    rows, attributes = lines("documents"), lines("attributes")
    assert {row["id"]: row for row in rows} == documents
    assert [row["id"] for row in rows] == [row["id"] for row in attributes]
    copied = [
        str(documents[str(row["id"])]["text"])[start:end]
        for row in attributes
        for start, end, _ in row["attributes"]["cleaner__copied"]  # type: ignore[index]
    ]
    assert len(copied) > 3
    assert all(len(text.split()) > 5 for text in copied)


def test_hugging_face_loads_the_folder(clean: Path, tmp_path: Path, documents: dict[str, dict[str, object]]) -> None:
    datasets = pytest.importorskip("datasets")
    export(clean, tmp_path / "hf", "hf")
    rows = datasets.load_dataset(str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"), split="train")
    with_text = {doc_id: row for doc_id, row in documents.items() if row["text"]}
    assert {row["id"]: row["text"] for row in rows} == {doc_id: row["text"] for doc_id, row in with_text.items()}
    assert rows[0]["segments"][0][0] == 0


def test_hf_is_short_for_its_format_and_for_none_and_for_no_other(clean: Path, tmp_path: Path) -> None:
    written = []
    for name, flags in (
        ("short", ["--hf"]),
        ("named", ["--format", "hf"]),
        ("none", []),
        ("both", ["--hf", "--format", "hf"]),
    ):
        assert command("export", clean, tmp_path / name, *flags).returncode == 0
        files = (path for path in (tmp_path / name).rglob("*") if path.is_file())
        written.append({path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in files})
    assert set(written[0]) == {"README.md", "data/train-00000.parquet"}
    assert all(files == written[0] for files in written)
    two = command("export", clean, tmp_path / "two", "--hf", "--format", "dolma")
    assert two.returncode == 2
    assert "--hf and --format dolma are two formats" in two.stderr.decode()
    assert not (tmp_path / "two").exists()


def test_the_card_is_yaml_with_counts(clean: Path, tmp_path: Path) -> None:
    import yaml

    export(clean, tmp_path / "hf", "hf")
    _, front, body = (tmp_path / "hf" / "README.md").read_text().split("---\n", 2)
    known = yaml.safe_load(front)
    assert known["configs"][0]["data_files"][0]["path"] == "data/*.parquet"
    assert "en" in known["language"]
    assert known["size_categories"] == ["n<1K"]
    assert "raw pages by `cleaner" in body


def test_text_markdown_jsonl_and_parquet_are_what_a_run_writes(
    clean: Path, tmp_path: Path, documents: dict[str, dict[str, object]]
) -> None:
    for form in ("txt", "md", "jsonl", "parquet"):
        export(clean, tmp_path / form, form)
    pages = {path.relative_to(clean): path.read_bytes() for path in (clean / "pages").rglob("*.md")}
    assert {path.relative_to(tmp_path / "md"): path.read_bytes() for path in (tmp_path / "md").rglob("*.md")} == pages
    assert (tmp_path / "jsonl" / "documents.jsonl").read_bytes() == (clean / "documents.jsonl").read_bytes()
    texts = sorted(path.read_text() for path in (tmp_path / "txt").rglob("*.txt"))
    assert texts == sorted(f"{row['text']}\n" for row in documents.values() if row["metadata"]["status"] != "duplicate")  # type: ignore[index]
    again = tmp_path / "again"
    (tmp_path / "parquet" / "run.json").write_bytes((clean / "run.json").read_bytes())
    export(tmp_path / "parquet", again, "jsonl")
    assert (again / "documents.jsonl").read_bytes() == (clean / "documents.jsonl").read_bytes()


def test_a_crate_lists_every_file_with_its_digest(clean: Path, tmp_path: Path) -> None:
    from hashlib import sha256

    export(clean, tmp_path / "hf", "hf", with_crate=True)
    crate = json.loads((tmp_path / "hf/ro-crate-metadata.json").read_bytes())
    graph = {entity["@id"]: entity for entity in crate["@graph"]}
    files = [path for path in (tmp_path / "hf").rglob("*") if path.is_file() and path.name != "ro-crate-metadata.json"]
    assert {part["@id"] for part in graph["./"]["hasPart"]} == {
        path.relative_to(tmp_path / "hf").as_posix() for path in files
    }
    for path in files:
        entity = graph[path.relative_to(tmp_path / "hf").as_posix()]
        assert entity["sha256"] == sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("form", list(FORMATS))
def test_the_same_documents_give_the_same_bytes(clean: Path, tmp_path: Path, form: str) -> None:
    both = []
    for name in ("one", "two"):
        export(clean, tmp_path / name, form)
        files = (path for path in (tmp_path / name).rglob("*") if path.is_file())
        both.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert both[0] == both[1]


def test_what_cannot_be_exported_is_one_sentence(clean: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format is called 'docx'"):
        export(clean, tmp_path / "x", "docx")
    with pytest.raises(InputError, match="not the output of a finished run"):
        export(tmp_path, tmp_path / "x", "hf")
    with pytest.raises(UsageError, match="inside"):
        export(clean, clean / "x", "hf")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    ended = command("export", clean, tmp_path / "full")
    assert ended.returncode == 2
    assert ended.stderr.decode().count("\n") == 1


@pytest.mark.parametrize("lines", [0, 1])
def test_documents_that_are_missing_are_said_and_not_left_out(clean: Path, tmp_path: Path, lines: int) -> None:
    shutil.copytree(clean, tmp_path / "clean")
    documents = tmp_path / "clean" / "documents.jsonl"
    documents.write_bytes(b"".join(documents.read_bytes().splitlines(keepends=True)[:lines]))
    with pytest.raises(InputError, match=rf"holds {lines} documents?, and its run wrote \d+"):
        export(tmp_path / "clean", tmp_path / "out", "hf")
    assert not (tmp_path / "out").exists()


def test_an_export_that_fails_leaves_nothing_and_can_be_repeated(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(clean: Path, target: Path) -> Iterator[Path]:
        (target / "pages").mkdir()
        (target / "pages" / "a.txt").write_text("half")
        yield target / "pages" / "a.txt"
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setitem(FORMATS, "txt", failing)
        with pytest.raises(KeyboardInterrupt):
            export(clean, tmp_path / "out", "txt")
    assert list((tmp_path / "out").iterdir()) == []
    assert export(clean, tmp_path / "out", "txt").files > 20


def test_a_folder_that_a_run_holds_is_not_exported(clean: Path, tmp_path: Path) -> None:
    with holding(clean):
        assert command("export", clean, tmp_path / "out").returncode == 75
        with pytest.raises(OutputBusy):
            export(clean, tmp_path / "out", "hf")
    assert not list(tmp_path.rglob("*.parquet"))
