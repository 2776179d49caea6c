"""The folder that the benchmark of the report makes is one that the report can be made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.synthetic_clean import Shape, make_clean
from cleaner.report import remake_report
from cleaner.report.totals import read_totals
from tests.inert import assert_inert


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_made_up_corpus_has_a_report_that_is_short(tmp_path: Path, form: str) -> None:
    clean = tmp_path / "clean"
    make_clean(clean, Shape(2_000, form=form))
    totals = read_totals(clean)
    assert len(totals.source_chars) == 2_000
    assert totals.tally.removals.total() == pytest.approx(40_000, rel=0.05)
    assert totals.kept_chars.tolist() == totals.clean_chars.tolist()
    assert (totals.source_chars >= totals.visible_chars).all()
    remake_report(clean)
    page = (clean / "report.html").read_bytes()
    assert_inert(page)
    assert 50_000 < len(page) < 400_000
    for table in ("removals.parquet", "failures.parquet", "clusters.parquet", "document_relations.parquet"):
        assert f"more in {table}" in page.decode()


def test_the_same_seed_makes_the_same_corpus(tmp_path: Path) -> None:
    for name in ("one", "other"):
        make_clean(tmp_path / name, Shape(300))
    for file in sorted(path.name for path in (tmp_path / "one").iterdir()):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes(), file
