"""The licence that a page states for itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.model import Block

_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-nc)?(?:-sa|-nd)?(?:-nc)?)/(?P<version>\d\.\d)|publicdomain/(?P<public>zero|mark)/)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\bCC[ -](?P<kind>BY(?:-NC)?(?:-SA|-ND)?|0)(?:[ -](?P<version>\d\.\d))?(?![\w-])")
_REL = re.compile(r"\brel\s{0,3}=\s{0,3}[\"']?[^\"'<>]{0,60}\blicense\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s{0,3}=\s{0,3}[\"']?\s{0,3}([^\"'<>\s]{1,300})", re.IGNORECASE)
_MAX_LINKS = 8


MARK = "license"
"""In links to licences: as ``rel``, or in their address."""


def license_in(source_text: str, marks: Sequence[int], blocks: Sequence[Block], declared: str | None) -> str | None:
    """The licence: what JSON-LD declares, a ``rel=license`` link, a Creative Commons link, or its name in the text.

    Creative Commons comes out as ``CC BY-SA 4.0``; another declared licence as its address.

    Args:
        source_text: of the page.
        marks: where it has the mark; nowhere, in plain text.
        blocks: the page's blocks.
        declared: what JSON-LD says.
    """
    if declared and len(declared) <= 300:
        return _creative_commons(declared) or declared.strip()
    addresses = _addresses(source_text, marks[:_MAX_LINKS])
    for address in addresses:
        found = _creative_commons(address)
        if found is not None:
            return found
    if addresses:
        return addresses[0]
    for block in blocks:
        words = _WORDS.search(block.text) if "CC" in block.text else None
        if words is not None:
            return _name(words["kind"], words["version"])
    return None


def _addresses(source_text: str, marks: Sequence[int]) -> list[str]:
    """Where the page's licence links lead, ``rel=license`` first."""
    declared: list[str] = []
    others: list[str] = []
    for at in marks:
        begin, end = source_text.rfind("<", max(at - 600, 0), at), source_text.find(">", at, at + 600)
        if begin < 0 or end < 0:
            continue
        tag = source_text[begin:end]
        href = _HREF.search(tag)
        if href is None:
            continue
        if _REL.search(tag):
            declared.append(href[1])
        elif "creativecommons.org" in href[1]:
            others.append(href[1])
    return declared + others


def _creative_commons(address: str) -> str | None:
    match = _ADDRESS.search(address)
    if match is None:
        return None
    if match["public"]:
        return "CC0 1.0" if match["public"].lower() == "zero" else "Public Domain Mark 1.0"
    return _name(match["kind"], match["version"])


def _name(kind: str, version: str | None) -> str:
    name = "CC0" if kind == "0" else f"CC {kind.upper()}"
    return f"{name} {version}" if version else name
