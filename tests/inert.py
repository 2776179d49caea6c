"""What the report's files may be made of: nothing that runs or loads, no link but to web pages and each other."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from selectolax.lexbor import LexborHTMLParser

_TAGS = frozenset(
    """
    html head meta title style body header footer main nav section article aside h1 h2 h3 h4 p ul li dl dt dd div span b
    br a bdi blockquote ins del code figure figcaption details summary table thead tbody tr th td label input
    svg g rect text line polygon
    """.split()  # noqa: SIM905
)
_ATTRIBUTES = frozenset(
    """
    class id href rel title lang charset name content http-equiv scope colspan tabindex role open type for
    aria-label aria-labelledby aria-hidden
    x y x1 x2 y1 y2 width height points overflow viewbox preserveaspectratio
    """.split()  # noqa: SIM905
)
_OWN = re.compile(
    r"#[A-Za-z][\w-]*|(?:\.\./\.\./\.\./)?report/pages/[0-9a-f]{2}/[0-9a-f]{32}\.html(?:#r\d+)?|\.\./\.\./\.\./report\.html"
)
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def assert_inert(page: bytes) -> LexborHTMLParser:
    """The parsed page, which is harmless, and whose policy allows its style sheet and nothing else."""
    text = page.decode()
    tree = LexborHTMLParser(text)
    for node in tree.css("*"):
        assert node.tag in _TAGS
        for name, value in node.attributes.items():
            assert name.lower() in _ATTRIBUTES
            if name == "href":
                assert value is not None
                if not _OWN.fullmatch(value):
                    assert value.startswith(("http://", "https://"))
                    assert node.attributes["rel"] == "noopener noreferrer"
            if name == "type":
                assert (node.tag, value) == ("input", "checkbox")
    (policy,) = tree.css("meta[http-equiv]")
    (style,) = tree.css("style")
    digest = b64encode(sha256(style.text().encode()).digest()).decode()
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'none'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style.text()
    assert "@import" not in style.text()
    assert not INVISIBLE.search(text)
    return tree
