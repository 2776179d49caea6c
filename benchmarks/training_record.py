"""What the shipped weights were trained on, written beside them, so that no benchmark scores them on their own pages.

The record names the corpus by its digest and the sites by theirs; no page, text or address is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.wcxb import LabelledPage


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """The pages and sites that weights have seen."""

    corpus: str
    pages: int
    sites: frozenset[str]

    def knows(self, domain: str) -> bool:
        """Whether pages of *domain* were trained on."""
        return site_digest(domain) in self.sites


def page_digest(page: LabelledPage) -> str:
    """Names a page and its truth."""
    return f"{page.file_id} {_digest(page.html)} {_digest(page.main_content)}"


def corpus_digest(page_digests: Iterable[str]) -> str:
    """Names a set of pages, in whatever files and order they come."""
    return _digest("\n".join(sorted(page_digests)))


def site_digest(domain: str) -> str:
    """48 bits: enough to tell a few thousand sites apart."""
    return _digest(domain)[:12]


def record_file(weights: Path) -> Path:
    """Where the record of *weights* is."""
    return weights.with_suffix(".json")


def fold_file(folder: Path, weights: Path, fold: int) -> Path:
    """Where the model of one fold is, in a *folder* of such models for the shipped *weights*."""
    return folder / f"{weights.stem}-{fold}.npz"


def save_record(weights: Path, pages: Iterable[LabelledPage]) -> None:
    """Write beside the file *weights* that it was trained on *pages*."""
    pages = list(pages)
    record = {
        "weights": sha256(weights.read_bytes()).hexdigest(),
        "corpus": corpus_digest(map(page_digest, pages)),
        "pages": len(pages),
        "sites": sorted({site_digest(page.domain) for page in pages}),
    }
    record_file(weights).write_text(json.dumps(record, indent=0) + "\n")


def read_record(weights: Path) -> TrainingRecord:
    """What the file *weights* was trained on.

    Raises:
        ValueError: there is no record, or it is of other weights.
    """
    path = record_file(weights)
    if not path.exists():
        raise ValueError(f"{path.name} is missing: train {weights.name} again, nobody knows on what it was trained")
    record = json.loads(path.read_text())
    if record["weights"] != sha256(weights.read_bytes()).hexdigest():
        raise ValueError(f"{path.name} is not of {weights.name} as it is: train again, both are written together")
    return TrainingRecord(record["corpus"], record["pages"], frozenset(record["sites"]))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
