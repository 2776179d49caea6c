"""What rows say that the model's types do not, and the rows of failures; ``groups`` has those of documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.model import Failure, Reason
from cleaner.writing.wire import FailureRow

STAGE_OF: dict[Reason, str] = {
    "markup": "segment",
    "script": "segment",
    "whitespace": "segment",
    "control": "segment",
    "boilerplate": "boilerplate",
    "template": "templates",
    "near-duplicate": "duplicates",
}
"""The stage that proposes removals of each reason."""


def failure_rows(failures: Iterable[Failure]) -> Iterator[FailureRow]:
    """One row per failure."""
    return (
        FailureRow(f.source.id, f.source.path, f.source.member, f.stage, f.kind, f.detail, f.start, f.end)
        for f in failures
    )
