"""Folders of pages with reviewed main content, told apart by what is in them.

Two layouts: that of the Web Content eXtraction Benchmark (``*.jsonl`` or ``*.jsonl.xz``; ``wcxb.py`` reads it), and
that of Zyte's article-extraction-benchmark: ``ground-truth.json`` beside ``html/<id>.html.gz``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from benchmarks.wcxb import LabelledPage, labelled_files, read_labelled

Layout = Literal["wcxb", "articles"]


def layout_of(folder: Path) -> Layout:
    """How the pages lie in *folder*.

    Raises:
        ValueError: in no way that is known.
    """
    if (folder / "ground-truth.json").is_file() and (folder / "html").is_dir():
        return "articles"
    if labelled_files(folder):
        return "wcxb"
    raise ValueError(f"{folder}: neither *.jsonl(.xz) files nor ground-truth.json beside html/ are here")


def read_corpus(folder: Path, every: int = 1) -> Iterator[LabelledPage]:
    """Every *every*-th page in *folder*, from the first on, always in the same order.

    Raises:
        ValueError: the layout is not known.
    """
    pages = read_labelled(folder) if layout_of(folder) == "wcxb" else _articles(folder)
    return (page for at, page in enumerate(pages) if at % every == 0)


def _articles(folder: Path) -> Iterator[LabelledPage]:
    truths = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for file_id in sorted(truths):
        with gzip.open(folder / "html" / f"{file_id}.html.gz", "rt", encoding="utf-8", errors="replace") as file:
            html = file.read()
        truth = truths[file_id]
        yield LabelledPage(file_id, truth.get("url") or "", "article", html, truth.get("articleBody") or "")
