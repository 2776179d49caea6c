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

from cleaner.model import Page, RawItem, Source
from cleaner.reading.site import site_of

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and its ground truth."""

    file_id: str
    url: str
    page_type: str
    html: str
    main_content: str

    @property
    def domain(self) -> str:
        """What folds are grouped by."""
        return site_of(self.url) or self.file_id


def read_labelled(folder: Path) -> Iterator[LabelledPage]:
    """The pages of every ``*.jsonl.xz`` file in *folder*, in order of name."""
    for path in sorted(folder.glob("*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                row = json.loads(line)
                yield LabelledPage(
                    row["file_id"], row["url"] or "", row["page_type"], row["html"], row["main_content"] or ""
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
