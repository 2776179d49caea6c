"""The functions that a Python program calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from cleaner import pipeline
from cleaner.config import Config
from cleaner.errors import InputError
from cleaner.model import Document, Failure, RawItem, Source
from cleaner.run_report import RunReport


def clean(page: str | bytes, *, url: str | None = None, config: Config | None = None) -> Document:
    """One page, HTML or plain text, cleaned by itself; what the corpus says about it needs ``run``.

    Args:
        page: bytes are decoded as a browser would.
        url: the page's address, where it is known.
        config: all settings; the defaults if None.

    Raises:
        InputError: it is no page: empty, binary, too large.
    """
    result = pipeline.clean_page(_item(page, url, Source("page")), config or Config())
    if isinstance(result, Failure):
        raise InputError(f"not a page: {result.detail}")
    return result


def clean_many(
    pages: Iterable[str | bytes | tuple[str | bytes, str | None]], *, config: Config | None = None
) -> Iterator[Document | Failure]:
    """Pages cleaned one by one as they come, in this process: a Document each, or a Failure that says why not.

    Args:
        pages: pages, or pairs of page and address.
        config: all settings; the defaults if None.
    """
    settings = config or Config()
    for number, entry in enumerate(pages, 1):
        page, url = entry if isinstance(entry, tuple) else (entry, None)
        yield pipeline.clean_page(_item(page, url, Source("page", number)), settings)


def run(raw: str | Path, clean: str | Path, config: Config | None = None, *, force: bool = False) -> RunReport:
    """Everything under *raw* cleaned into *clean*, as ``cleaner run`` does.

    Raises:
        CleanerError: one of ``cleaner.errors``; pages that fail are in the report and raise nothing.
    """
    return pipeline.run(Path(raw), Path(clean), config or Config(), force=force)


def _item(page: str | bytes, url: str | None, source: Source) -> RawItem:
    is_text = isinstance(page, str)
    payload = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
    return RawItem(source, payload, sha256(payload).hexdigest(), url=url, charset="utf-8" if is_text else None)
