"""One page in, one row of plain values out: what every table-shaped pipeline wants."""

from __future__ import annotations

from typing import Any

from cleaner import drafting
from cleaner.api import page_item
from cleaner.config import Config
from cleaner.model import Failure
from cleaner.writing.safe import well_formed_tree

COLUMNS = ("text", "title", "author", "date", "site", "lang", "license", "status", "reason", "confidence")
"""What is known of a page, in the order of the columns that ``clean_batch`` adds."""


def clean_row(page: object, url: object, config: Config) -> dict[str, Any]:
    """The columns of one page; one that is no page has no text, the status ``failed``, and the reason in a sentence.

    Args:
        page: HTML or plain text as str or bytes; anything else is no page.
        url: its address; anything but a str counts as unknown.

    >>> row = clean_row("<title>Tides</title><p>High water at Weir Street was 2.1 metres.</p>", None, Config())
    >>> row["title"], row["text"], row["status"]
    ('Tides', 'High water at Weir Street was 2.1 metres.', 'ok')
    >>> clean_row(None, None, Config())["reason"]
    'not a page: NoneType instead of str or bytes'
    """
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row.update(text="", status="failed")
    if not isinstance(page, str | bytes):
        row["reason"] = f"not a page: {type(page).__name__} instead of str or bytes"
        return row
    result = drafting.clean_page(page_item(page, url if isinstance(url, str) and url else None), config)
    if isinstance(result, Failure):
        row["reason"] = f"{result.kind}: {result.detail}"
        return row
    known = result.metadata
    row.update(
        text=result.text,
        title=known.title,
        author=known.author,
        date=known.date,
        site=known.site,
        lang=known.lang,
        license=known.license,
        status=result.status,
        reason=result.reason,
        confidence=result.confidence,
    )
    return {name: well_formed_tree(value) for name, value in row.items()}
