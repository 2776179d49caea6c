"""What README shows is what the sample corpus gives."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner.explain import explain, render
from cleaner.page_reader import page_reader

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme") / "clean"
    cleaner.run(ROOT / "raw", folder)
    return folder


def excerpt(name: str) -> list[str]:
    """The lines of an excerpt, without its fence."""
    found = re.search(rf"<!-- excerpt: {name} -->\n```\w*\n(.*?)```\n<!-- /excerpt -->", README, re.DOTALL)
    assert found
    return found[1].splitlines()


def test_the_front_matter_is_that_of_the_document(clean: Path) -> None:
    shown = excerpt("document")
    page = (clean / "pages" / "meridianpost.example/news/brackwater-river-gates.html.md").read_text(encoding="utf-8")
    assert page.startswith("---\n" + "\n".join(shown) + "\n---\n")


def test_the_removal_is_in_what_explain_says(clean: Path) -> None:
    command, *shown = excerpt("removal")
    assert command == "$ cleaner explain clean/ tidewatch.example/eelgrass.txt --raw raw/"
    text = render(explain(clean, "tidewatch.example/eelgrass.txt", ROOT / "raw", page_reader(clean)))
    assert "\n".join(shown) in text


def test_the_cluster_is_in_the_table(clean: Path) -> None:
    first, *rest = excerpt("cluster")
    cluster_id, sites, wire = re.fullmatch(r"cluster (\S+), (\d) sites, wire (\w+)", first).groups()  # type: ignore[union-attr]
    rows = [row for row in pq.read_table(clean / "clusters.parquet").to_pylist() if row["cluster_id"] == cluster_id]
    assert {(row["n_sites"], row["wire"]) for row in rows} == {(int(sites), wire)}
    places = {f"{row['doc_id']} [{row['start']}, {row['end']})" for row in rows}
    assert places == {" ".join(line.replace("canonical", "").split()[:3]).rstrip(",") for line in rest}
    (canonical,) = (row for row in rows if row["is_canonical"])
    assert canonical["doc_id"] in rest[0]
    assert canonical["canonical_rule"] == "earliest"


def test_the_python_of_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw").symlink_to(ROOT / "raw")
    exec(code, {"html_or_text": "<p>High water at Weir Street was two metres.</p>"})
    assert (tmp_path / "clean" / "run.json").is_file()
