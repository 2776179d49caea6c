"""Batches of rows cleaned column by column: for Ray Data, pandas, pyarrow and Hugging Face ``datasets``.

ray_dataset.map_batches(clean_batch)
frame = clean_batch(frame, page="body", url="link")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from cleaner.config import Config
from cleaner.errors import UsageError
from cleaner.integrations.rows import COLUMNS, clean_row


def clean_batch(
    batch: Any, *, page: str = "html", url: str = "url", prefix: str = "clean_", config: Config | None = None
) -> Any:
    """*batch* with a column more for each of ``rows.COLUMNS``, as many rows as before and in their order.

    A batch is a mapping from names to columns (numpy arrays as Ray gives them, or lists), a pandas DataFrame or a
    pyarrow Table; what comes back is of the same kind. A row that is no page says so in its status and reason.

    Args:
        page: the column that holds HTML or plain text.
        url: the column of addresses; may be missing.
        prefix: put before the names of the new columns.

    Raises:
        UsageError: there is no column *page*, or *batch* is of no known kind.

    >>> done = clean_batch({"html": ["<title>Tides</title><p>High water at Weir Street was 2.1 metres.</p>"]})
    >>> done["clean_title"], done["clean_status"]
    (['Tides'], ['ok'])
    """
    is_table, is_frame = isinstance(batch, pa.Table), hasattr(batch, "assign")
    if not (is_table or is_frame or isinstance(batch, Mapping)):
        raise UsageError(f"a batch is a mapping, a DataFrame or a pyarrow Table, not {type(batch).__name__}.")
    names = list(batch.column_names if is_table else batch)
    if page not in names:
        raise UsageError(f"the batch has no column '{page}'; it has {', '.join(map(repr, names))}.")
    pages = _values(batch[page])
    urls = _values(batch[url]) if url in names else [None] * len(pages)
    rows = [clean_row(one, address, config or Config()) for one, address in zip(pages, urls, strict=True)]
    added = {prefix + name: [row[name] for row in rows] for name in COLUMNS}
    if is_table:
        return _with_columns(batch, added)
    if is_frame:
        return batch.assign(**added)
    return {**batch, **added}


def _values(column: Any) -> Sequence[object]:
    """Python objects, whatever *column* is made of."""
    convert = getattr(column, "to_pylist", None) or getattr(column, "tolist", None)
    return convert() if convert else list(column)


def _with_columns(table: Any, added: Mapping[str, list[Any]]) -> Any:
    for name, values in added.items():
        kind = pa.float64() if name.endswith("confidence") else pa.string()
        if name in table.column_names:
            table = table.drop_columns([name])
        table = table.append_column(name, pa.array(values, kind))
    return table
