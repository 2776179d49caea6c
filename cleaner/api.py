"""The functions that a Python program calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

from cleaner import drafting, model
from cleaner.config import Config
from cleaner.errors import InputError
from cleaner.ledger import Ledger, ledger_of
from cleaner.model import Failure, RawItem, Source
from cleaner.run_report import RunReport
from cleaner.writing.markdown import markdown


class Document(model.Document):
    """A clean page, with what a program asks of it most."""

    __slots__ = ()

    @property
    def title(self) -> str | None:
        """The page's title."""
        return self.metadata.title

    @property
    def markdown(self) -> str:
        """The clean text as CommonMark."""
        return markdown(self.text, self.blocks)

    @property
    def ledger(self) -> Ledger:
        """What became of every character: ``kept`` spans and ``removals`` partition the source text."""
        return ledger_of(self.source_length, self.removals)


def clean(page: str | bytes, *, url: str | None = None, config: Config | None = None) -> Document:
    """One page, HTML or plain text, cleaned by itself; what the corpus says about it needs ``run``.

    Args:
        page: bytes are decoded as a browser would.
        url: the page's address, where it is known.
        config: all settings; the defaults if None.

    Raises:
        InputError: it is no page: empty, binary, too large.
    """
    result = drafting.clean_page(page_item(page, url), config or Config())
    if isinstance(result, Failure):
        raise InputError(f"not a page: {result.detail}")
    return _public(result)


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
        result = drafting.clean_page(page_item(page, url, number), settings)
        yield result if isinstance(result, Failure) else _public(result)


def run(raw: str | Path, clean: str | Path, config: Config | None = None, *, force: bool = False) -> RunReport:
    """Everything under *raw* cleaned into *clean*, as ``cleaner run`` does.

    Raises:
        CleanerError: one of ``cleaner.errors``; pages that fail are in the report and raise nothing.
    """
    from cleaner import pipeline  # noqa: PLC0415 (cleaning single pages needs none of it)

    return pipeline.run(Path(raw), Path(clean), config or Config(), force=force)


def _public(document: model.Document) -> Document:
    return Document(**{field.name: getattr(document, field.name) for field in fields(document)})


def page_item(page: str | bytes, url: str | None, number: int = 0) -> RawItem:
    """*page* as what is read from a file would be; *number* tells the pages of one call apart."""
    payload = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
    charset = "utf-8" if isinstance(page, str) else None
    return RawItem(Source("page", number), payload, sha256(payload).hexdigest(), url=url, charset=charset)
