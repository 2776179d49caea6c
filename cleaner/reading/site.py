"""The site that a URL belongs to."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from cleaner.model import Source

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def site_of(url: str) -> str | None:
    """The registrable domain of *url*, in ASCII; None if it has no host.

    >>> site_of("https://www.news.example.co.uk:8080/a"), site_of("http://me.github.io/"), site_of("a.html")
    ('example.co.uk', 'me.github.io', None)
    """
    host = _host(url)
    if host is None:
        return None
    if _IPV4.fullmatch(host) or "." not in host:
        return host
    return _suffixes().privatesuffix(host) or host


def folder_site(source: Source) -> str:
    """The first folder on the way to *source*, for raw folders that hold one folder a site; ``.`` outside of any.

    >>> folder_site(Source("harbor/2026/a.html")), folder_site(Source("crawl.jsonl", 3))
    ('harbor', '.')
    """
    folder, slash, _ = source.path.partition("/")
    return folder if slash else "."


def is_web_address(url: str) -> bool:
    """Whether *url* is an absolute http(s) URL."""
    return _host(url) is not None


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url.strip()[:4096])
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme.lower() not in {"http", "https"}:
            return None
        host = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one
        return None
    return host if _HOST.fullmatch(host) else None


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
