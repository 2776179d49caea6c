"""Where a document's page file is.

Names mirror ``raw/`` where that is safe. A component that is not (too long, reserved on Windows, ``..``, a separator,
or one that would take the name of another page) keeps a readable part and gets a digest, so that no two sources of one
``raw/`` share a path. Two names that differ in case alone stay two names; on a disk that ignores case they are one.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import PurePosixPath

from cleaner.model import Source

PAGES = "pages"
_MAX_COMPONENT_BYTES = 180
_MAX_PATH_BYTES = 900
_SHORTENED_BYTES = 120
_DIGESTED = re.compile(r"~[0-9a-f]{16}\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*]')


def page_path(source: Source, suffix: str = ".md") -> PurePosixPath:
    """Path of the page file of *source*, relative to ``clean/``; it ends in *suffix*.

    No two sources of one folder share a path, given that no file of it is also a folder.

    >>> str(page_path(Source("news/a.html"))), str(page_path(Source("crawl.warc.gz", 3)))
    ('pages/news/a.html.md', 'pages/crawl.warc.gz/00000003.md')
    """
    *folders, name = source.path.split("/")
    if source.member:
        folders, leaf = [*folders, name], f"{source.member:08d}{suffix}"
    else:
        leaf = f"{_safe(name)}{suffix}"
    path = PurePosixPath(PAGES, *(_safe_folder(folder, suffix) for folder in folders), leaf)
    if len(str(path).encode("utf-8", "replace")) <= _MAX_PATH_BYTES:
        return path
    return PurePosixPath(PAGES, _digested("long", "/".join(folders)), leaf)


def _safe_folder(name: str, suffix: str) -> str:
    """A folder must not look like a page: the page of file ``x`` is ``x.md``, and so may be a folder's name."""
    return _digested(name, name) if name.lower().endswith(suffix) else _safe(name)


def _safe(name: str) -> str:
    plain = (
        name.isprintable()
        and name not in {"", ".", ".."}
        and name[-1] not in ". "
        and len(name.encode()) <= _MAX_COMPONENT_BYTES
        and not _UNSAFE.search(name)
        and not _RESERVED.match(name)
        and not _DIGESTED.search(name)
    )
    return name if plain else _digested(name, name)


def _digested(readable: str, identity: str) -> str:
    """A name for *identity* that no plain name equals; starts with what is safe of *readable*."""
    printable = "".join(char if char.isprintable() else "_" for char in readable)
    start = _UNSAFE.sub("_", printable).encode()[:_SHORTENED_BYTES].decode(errors="ignore").strip(". ")
    if _RESERVED.match(start):
        start = f"_{start}"
    return f"{start}~{sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
