"""Where the view of a page is, and where in it a removal is."""

from __future__ import annotations

import re
from hashlib import sha256

from cleaner.writing.paths import VIEWS
from cleaner.writing.wire import RemovalRow

PAGE_VIEWS = f"{VIEWS}/pages"
_VIEW = re.compile(rf"{PAGE_VIEWS}/([0-9a-f]{{2}})/\1[0-9a-f]{{30}}\.html")


def anchor(row: RemovalRow) -> str:
    """Where a removal is in its page's view."""
    return f"r{row.start}"


def view_path(doc_id: str) -> str:
    """Where the view of a document is, relative to ``clean/``; a digest, so that nothing of it comes from the page.

    >>> view_path("news/a.html")
    'report/pages/14/1411ec1ede0d67bf433ce141d80bf44e.html'
    """
    name = sha256(doc_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{PAGE_VIEWS}/{name[:2]}/{name}.html"


def is_view_path(path: str) -> bool:
    """Whether *path* is one that a view may have.

    >>> is_view_path(view_path("news/a.html")), is_view_path("report/pages/notes.html")
    (True, False)
    """
    return _VIEW.fullmatch(path) is not None
