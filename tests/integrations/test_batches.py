"""Batches keep their kind, their rows and their order, whatever the pages are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from cleaner.errors import UsageError
from cleaner.integrations.batches import clean_batch
from cleaner.integrations.rows import COLUMNS
from tests.integrations.pages import OWN, URL, page

PAGES = [page(OWN), "", None, b"%PDF-1.7 \x00\x01", page(OWN).encode()]
COLUMN = {"html": PAGES, "url": [URL] * len(PAGES), "id": list(range(len(PAGES)))}


def _check(columns: dict[str, list[Any]]) -> None:
    assert columns["id"] == list(range(len(PAGES)))
    assert columns["clean_status"] == ["ok", "failed", "failed", "failed", "ok"]
    assert [OWN in text for text in columns["clean_text"]] == [True, False, False, False, True]
    assert columns["clean_site"][0] == "tidewatch.example"
    assert columns["clean_title"][0] == "Bridge to close"
    assert all(columns["clean_reason"][at] for at in (1, 2, 3))


def test_a_mapping_of_lists_or_arrays_gets_the_columns() -> None:
    _check(clean_batch(dict(COLUMN)))
    done = clean_batch({name: np.array(values, dtype=object) for name, values in COLUMN.items()})
    _check({name: list(values) for name, values in done.items()})


def test_a_pyarrow_table_gets_the_columns() -> None:
    columns = dict(COLUMN, html=[one.encode() if isinstance(one, str) else one for one in PAGES])
    once = clean_batch(pa.table(columns))
    assert once.schema.field("clean_confidence").type == pa.float64()
    _check(once.to_pydict())
    assert clean_batch(once).equals(once)


def test_a_data_frame_gets_the_columns() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(COLUMN, index=[7, 3, 5, 1, 9])
    done = clean_batch(frame)
    assert list(done.index) == [7, 3, 5, 1, 9]
    assert list(frame.columns) == ["html", "url", "id"]
    _check({name: done[name].tolist() for name in done.columns})


@pytest.mark.filterwarnings("default")  # about settings of its own
def test_ray_data_maps_batches() -> None:
    ray = pytest.importorskip("ray")
    rows = [{"html": page(OWN, title=f"Tide {number}"), "url": URL, "number": number} for number in range(10)]
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        done = ray.data.from_items(rows).map_batches(clean_batch, batch_size=4).take_all()
    finally:
        ray.shutdown()
    assert sorted((row["number"], row["clean_title"], row["clean_status"]) for row in done) == [
        (number, f"Tide {number}", "ok") for number in range(10)
    ]
    assert set(done[0]) == {"html", "url", "number", *(f"clean_{name}" for name in COLUMNS)}


@pytest.mark.filterwarnings("default")
def test_hugging_face_datasets_map_batches() -> None:
    datasets = pytest.importorskip("datasets")
    done = datasets.Dataset.from_dict({"html": [page(OWN), ""], "id": [0, 1]}).map(clean_batch, batched=True)
    assert done["clean_status"] == ["ok", "failed"]


def test_a_missing_column_and_an_unknown_kind_are_one_sentence() -> None:
    with pytest.raises(UsageError, match="no column 'html'; it has 'body'"):
        clean_batch({"body": []})
    with pytest.raises(UsageError, match="not int"):
        clean_batch(7)
