"""Random markup and text: nothing of it breaks a law, and the compiled code does what its twins in Python do."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest

from cleaner import compiled
from cleaner.config import Config
from cleaner.draft import finished
from cleaner.drafting import draft_page, segment, sign_page
from cleaner.model import Document, Failure, Page, RawItem, Source
from cleaner.reading.decode import decode
from tests.hostile.structures import SOUP_TAGS
from tests.promises import Figures

_WORD = "Zqsentinel"
_TEXTS = (
    _WORD, f"{_WORD} words of text ", "x", " ", "\n", "\r\n", "\r", "\t", "&amp;", "&#x41", "&nbsp;", "&#10;", "&#xad;",
    "&#0;", "&lt;", "\xad", "\0", '"', "'", "\u2028", "\ue000", "#1;", "\x1c", "\x85", "\ufeff", "\U0001f600", "\ud800",
    "--", "=", "- ", "1. ", "By ", "Ã©", "“", "”", ". ",
)  # fmt: skip
_MARKUP = ("<!--", "-->", "<![CDATA[", "]]>", "<", ">", "</>", "<!", "<?", "</", "/", "<!doctype html>", "<!doctype")
_ATTRIBUTES = ("", "", "", " a=b", " hidden", "/", " class='x", "' y", ' style="display:none"', "=", "<", "&")


def _soup(chance: random.Random) -> str:
    """Some markup."""

    def piece() -> str:
        if chance.random() < 0.5:
            return chance.choice(_TEXTS if chance.random() < 0.7 else _MARKUP)
        name = chance.choice(SOUP_TAGS)
        name = name.upper() if chance.random() < 0.1 else name
        slash, end = chance.choice(("", "", "", "/")), chance.choice((">", ">", ">", "", "/>"))
        return f"<{slash}{name}{chance.choice(_ATTRIBUTES)}{end}"

    return "".join(piece() for _ in range(chance.randint(1, 40)))


def _text(chance: random.Random) -> str:
    """Some plain text."""
    return "".join(chance.choice((*_TEXTS, "\n", "\n", "a line of some words")) for _ in range(chance.randint(1, 60)))


@pytest.mark.parametrize("kind", ["html", "text"])
def test_random_pages_break_no_law(kind: str, is_full: bool, figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    native = compiled.native
    for number in range(50_000 if is_full else 600):
        chance = random.Random(f"{kind} {number}")
        source_text = _soup(chance) if kind == "html" else _text(chance)
        payload = source_text.encode("utf-8", "surrogatepass")
        item = RawItem(Source("a"), payload, sha256(payload).hexdigest(), content_type=f"text/{kind}")
        page = decode(item, Config().read)
        draft = draft_page(item, Config())
        figures.count("R9", "random pages")
        if isinstance(draft, Failure) or isinstance(page, Failure):
            assert isinstance(draft, Failure) == isinstance(page, Failure), repr(source_text)
            continue
        sign_page(draft, Config())
        document = finished(draft)
        assert _words_found(page, document) == page.source_text.count(_WORD), repr(source_text)
        if native is not None and number % 4 == 0:
            compiled_says = segment(page)
            monkeypatch.setattr(compiled, "native", None)
            assert segment(page) == compiled_says, repr(source_text)
            monkeypatch.setattr(compiled, "native", native)


def _words_found(page: Page, document: Document) -> int:
    """How often the word is in the text, in what was removed, or in a tag that reads as a line end."""
    spans = [(removal.start, removal.end) for removal in document.removals]
    spans += [(repair.start, repair.end) for repair in document.repairs if _WORD not in repair.text]
    return document.text.count(_WORD) + sum(page.source_text.count(_WORD, start, end) for start, end in spans)
