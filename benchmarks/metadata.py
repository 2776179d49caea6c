"""Titles, authors and dates beside trafilatura's: ``python -m benchmarks.metadata --data FOLDER [--every N]``.

Truth are the fields of WCXB pages. A title or an author is right if its letters and digits are those of the truth,
*near* if more than half of the words are common to both (a title without its second half; one of two authors); a date
is right on the same day. ``invented`` counts values where the truth has none, which for an author or a date may be a
gap of the truth. Both systems know the page's address; trafilatura may not take a date after the last day of the
truth, which in its defaults is today.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from trafilatura.metadata import extract_metadata

from benchmarks.wcxb import labelled_files
from cleaner.model import Page, RawItem, Source
from cleaner.reading.metadata import read_metadata
from cleaner.reading.segment_html import segment_html

FIELDS = {"title": "title", "author": "author", "date": "publish_date"}
_LAST_DAY = "2026-01-31"
_WORD = re.compile(r"\w+")

Fields: TypeAlias = Mapping[str, str | None]


def ours(html: str, url: str | None) -> Fields:
    """What the product says of a page."""
    page = Page(RawItem(Source("page"), b"", "", url), "html", html, "utf-8", "container")
    segmentation = segment_html(page)
    known = read_metadata(page, segmentation.head, segmentation.blocks)
    return {"title": known.title, "author": known.author, "date": known.date}


def trafilaturas(html: str, url: str | None) -> Fields:
    """What trafilatura says of a page."""
    dates = {"original_date": True, "extensive_search": True, "max_date": _LAST_DAY}
    known = extract_metadata(html, default_url=url, date_config=dates)
    return {"title": known.title, "author": known.author, "date": known.date}


SYSTEMS: dict[str, Callable[[str, str | None], Fields]] = {"cleaner": ours, "trafilatura": trafilaturas}


def judged(field: str, found: str | None, truth: str | None) -> str:
    """``right``, ``near``, ``wrong``, ``missed``, ``invented`` or ``none``.

    >>> judged("author", "Jane Doe", "JANE DOE"), judged("author", "Jane Doe", "Jane Doe, Ann Roe")
    ('right', 'near')
    >>> judged("date", "2020-06-09", "2020-06-10"), judged("title", None, "A day"), judged("author", "Ann", None)
    ('wrong', 'missed', 'invented')
    """
    if not truth:
        return "invented" if found else "none"
    if not found:
        return "missed"
    if field == "date":
        return "right" if found[:10] == truth[:10] else "wrong"
    mine, theirs = (Counter(_WORD.findall(text.casefold())) for text in (found, truth))
    if mine == theirs:
        return "right"
    common = (mine & theirs).total()
    return "near" if 2 * common > min(mine.total(), theirs.total()) else "wrong"


def _pages(folder: Path, every: int) -> Iterator[dict[str, Any]]:
    at = 0
    for path in labelled_files(folder):
        with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                if at % every == 0:
                    yield json.loads(line)
                at += 1


def main() -> None:
    """Print a table by field and system."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/wcxb-dev"))
    parser.add_argument("--every", type=int, default=1, help="take every N-th page")
    parser.add_argument("--show", choices=list(FIELDS), help="print where ours is not right in this field")
    options = parser.parse_args()
    counts: dict[tuple[str, str], Counter[str]] = {}
    spent = dict.fromkeys(SYSTEMS, 0.0)
    pages = 0
    for row in _pages(options.data, options.every):
        pages += 1
        for name, system in SYSTEMS.items():
            begun = time.process_time()
            found = system(row["html"], row.get("url"))
            spent[name] += time.process_time() - begun
            for field, truth in FIELDS.items():
                verdict = judged(field, found[field], row.get(truth))
                counts.setdefault((field, name), Counter())[verdict] += 1
                if name == "cleaner" and field == options.show and verdict not in {"right", "none"}:
                    print(f"{verdict:9} {row['file_id']}: {found[field]!r} for {row.get(truth)!r}", file=sys.stderr)
    print(f"{pages} pages; CPU ms a page: " + ", ".join(f"{name} {1e3 * spent[name] / pages:.1f}" for name in SYSTEMS))
    print(f"{'':8}{'':13}{'right':>8}{'near':>7}{'wrong':>7}{'missed':>8}{'invented':>10}")
    for (field, name), tally in counts.items():
        known = pages - tally["none"] - tally["invented"]
        shares = [tally[verdict] / known for verdict in ("right", "near", "wrong", "missed")]
        print(
            f"{field:8}{name:13}{shares[0]:8.1%}{shares[1]:7.1%}{shares[2]:7.1%}{shares[3]:8.1%}{tally['invented']:10}"
        )


if __name__ == "__main__":
    main()
