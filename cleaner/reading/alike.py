"""Rows that go on failing alike, as one.

A file of a few kilobytes can hold millions of lines that are no JSON. A row for each would say nothing more, and fill
the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cleaner.model import Failure, RawItem

MOST_ALIKE = 1_000
"""Failures of one kind in a row that have rows of their own."""


def folded(items: Iterator[RawItem | Failure]) -> Iterator[RawItem | Failure]:
    """*items*, but after ``MOST_ALIKE`` failures of one kind that touch one another the rest of them in one.

    That one has the range of all, the number of the first, and names the last.
    """
    last: Failure | None = None
    rest: Failure | None = None
    alike = 0
    for item in items:
        failure = item if isinstance(item, Failure) else None
        goes_on = failure is not None and last is not None and (failure.kind, failure.start) == (last.kind, last.end)
        alike = alike + 1 if goes_on else 0
        if failure is not None and alike >= MOST_ALIKE:
            rest = failure if rest is None else replace(rest, end=failure.end)
        else:
            if rest is not None and last is not None:
                yield _named(rest, last)
                rest = None
            yield item
        last = failure
    if rest is not None and last is not None:
        yield _named(rest, last)


def _named(rest: Failure, last: Failure) -> Failure:
    if rest.source == last.source:
        return rest
    return replace(rest, detail=f"{rest.detail}; and so on up to record {last.source.member}")
