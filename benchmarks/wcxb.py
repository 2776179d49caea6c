"""Pages with human-reviewed main content, in the layout of the Web Content eXtraction Benchmark, and its metric."""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaner.model import Page, RawItem, Source
from cleaner.reading.site import site_of

FOLDS = 5
"""Of cross-validation: a model for a fold's pages is trained on the other four."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and its ground truth."""

    file_id: str
    url: str
    page_type: str
    html: str
    main_content: str
    wanted: tuple[str, ...] = ()
    """Snippets that have to be in the extracted text."""
    unwanted: tuple[str, ...] = ()
    """Snippets that must not be in it."""

    @property
    def domain(self) -> str:
        """What folds are grouped by."""
        return site_of(self.url) or self.file_id


def fold_of(domain: str) -> int:
    """The fold that all pages of *domain* are in."""
    return int(sha256(domain.encode()).hexdigest(), 16) % FOLDS


def labelled_files(folder: Path) -> list[Path]:
    """The files that ``read_labelled`` reads, in order of name."""
    return sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.xz")])


def read_labelled(folder: Path) -> Iterator[LabelledPage]:
    """The pages of every ``*.jsonl.xz`` and ``*.jsonl`` file in *folder*, in order of name.

    Raises:
        ValueError: a line is not a labelled page.
    """
    for path in labelled_files(folder):
        opened = lzma.open if path.suffix == ".xz" else open
        with opened(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if not line.isspace():
                    yield _labelled(json.loads(line), path.name)


def _labelled(row: dict[str, Any], file_name: str) -> LabelledPage:
    """Only the page and its truth have to be there."""
    if missing := {"file_id", "html", "main_content"} - row.keys():
        raise ValueError(f"{file_name} is not a file of labelled pages: a line has no {', '.join(sorted(missing))}")
    return LabelledPage(
        row["file_id"],
        row.get("url") or "",
        row.get("page_type") or "unknown",
        row["html"] or "",
        row["main_content"] or "",
        tuple(row.get("with") or ()),
        tuple(row.get("without") or ()),
    )


def as_page(labelled: LabelledPage, text: str | None = None) -> Page:
    """The page as pass 1 would see it; with *text*, a plain text page that reads so."""
    source = text if text is not None else labelled.html
    item = RawItem(Source(labelled.file_id), b"", sha256(b"").hexdigest(), labelled.url)
    return Page(item, "html" if text is None else "text", source, "utf-8", "container")


def words(text: str) -> list[str]:
    """What the metric counts."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True, slots=True)
class Score:
    """Word precision, recall and F1 of one page."""

    precision: float
    recall: float
    f1: float


def score(extracted: Counter[str], truth: Counter[str]) -> Score:
    """How much of *extracted* is in *truth*; an empty truth asks for an empty extraction.

    >>> score(Counter("ab"), Counter("bc"))
    Score(precision=0.5, recall=0.5, f1=0.5)
    """
    if not truth.total():
        return Score(*[float(not extracted.total())] * 3)
    common = (extracted & truth).total()
    if not common:
        return Score(0.0, 0.0, 0.0)
    precision, recall = common / extracted.total(), common / truth.total()
    return Score(precision, recall, 2 * precision * recall / (precision + recall))


def mean(scores: Iterable[Score]) -> Score:
    """The mean of each figure."""
    rows: Sequence[Score] = list(scores)
    count = max(1, len(rows))
    return Score(
        sum(row.precision for row in rows) / count,
        sum(row.recall for row in rows) / count,
        sum(row.f1 for row in rows) / count,
    )
