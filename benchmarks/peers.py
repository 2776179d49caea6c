"""Every system that is measured, one function each: page in, text of its main content out.

Each gets the settings that suit the task best of those its documentation offers: comments are left out where there is
a switch, since no truth counts them as main content. Nothing here imports a system before it is asked for, so that
each process has only its own in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from benchmarks.wcxb import LabelledPage

Extract = Callable[[str, str, "int | None"], str]
"""Page in, text out. The page comes as HTML or plain text, with its address and the number of the fold whose model has
not seen its site (None: the shipped model)."""

Preference = Literal["precision", "balanced", "recall"]


@dataclass(frozen=True, slots=True)
class System:
    """One row of the table."""

    name: str
    distribution: str
    """Whose version is written down; the row is left out where it is not installed."""
    load: Callable[[Path | None], Extract]
    """Imports the system; ours takes the folder with the models of the folds."""
    prepare: Callable[[LabelledPage], str] | None = None
    """Makes of the page what the system gets instead of its HTML, outside of its time and memory."""
    on_request: bool = False
    """Whether it runs only where it is named: it takes long, and others are better."""


def _trafilatura(options: dict[str, bool]) -> Extract:
    from trafilatura import extract  # noqa: PLC0415

    return lambda html, url, _: extract(html, url=url or None, **options) or ""


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

    return lambda html, _url, _: extract_plain_text(html, main_content=True, alt_texts=False, comments=False)


def _readability() -> Extract:
    from readability import Document  # noqa: PLC0415

    return lambda html, url, _: _text_of(Document(html, url=url or None).summary(html_partial=True))


_BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th",
    "tr", "ul",
)  # fmt: skip


def _text_of(html: str) -> str:
    """Text of an HTML fragment, its blocks on lines of their own so that no two words become one."""
    import lxml.html  # noqa: PLC0415

    if not html.strip():
        return ""
    tree = lxml.html.fragment_fromstring(html, create_parent=True)
    for element in tree.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    return str(tree.text_content())


_LANGUAGE = re.compile(r"<html[^>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
_STOPLISTS = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish", "fi": "Finnish",
    "fr": "French", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ko": "Korean",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip


def _justext() -> Extract:
    """By the stop words of the language that the page declares; English where it declares none."""
    import justext  # noqa: PLC0415

    def extract(html: str, _url: str, _: int | None) -> str:
        declared = _LANGUAGE.search(html)
        stoplist = justext.get_stoplist(_STOPLISTS.get(declared[1].lower() if declared else "en", "English"))
        paragraphs = justext.justext(html, stoplist)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return extract


def _newspaper() -> Extract:
    from newspaper import Article  # noqa: PLC0415

    def extract(html: str, url: str, _: int | None) -> str:
        article = Article(url or "https://page.example/", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return extract


def _goose() -> Extract:
    from goose3 import Goose  # noqa: PLC0415

    goose = Goose({"enable_image_fetching": False})
    return lambda html, _url, _: str(goose.extract(raw_html=html).cleaned_text)


def _boilerpy() -> Extract:
    from boilerpy3.extractors import ArticleExtractor  # noqa: PLC0415

    extractor = ArticleExtractor(raise_on_failure=False)
    return lambda html, _url, _: str(extractor.get_content(html))


def _html2text() -> Extract:
    from html2text import HTML2Text  # noqa: PLC0415

    def extract(html: str, _url: str, _: int | None) -> str:
        handler = HTML2Text(bodywidth=0)
        handler.ignore_links = handler.ignore_images = handler.ignore_emphasis = True
        return handler.handle(html)

    return extract


def _ours(prefer: Preference, models: Path | None) -> Extract:
    from benchmarks.ours import html_extractor  # noqa: PLC0415

    return html_extractor(prefer, models)


def _ours_text(models: Path | None) -> Extract:
    from benchmarks.ours import text_extractor  # noqa: PLC0415

    return text_extractor(models)


def _flattened(page: LabelledPage) -> str:
    from benchmarks.ours import flattened  # noqa: PLC0415

    return flattened(page)


def _peer(name: str, distribution: str, load: Callable[[], Extract], on_request: bool = False) -> System:
    return System(name, distribution, lambda _models: load(), None, on_request)


OURS = "cleaner"
OURS_TEXT = "cleaner text"
TRAFILATURA = "trafilatura"

SYSTEMS = (
    System(OURS, "cleaner", partial(_ours, "balanced")),
    System("cleaner precision", "cleaner", partial(_ours, "precision")),
    System("cleaner recall", "cleaner", partial(_ours, "recall")),
    System(OURS_TEXT, "cleaner", _ours_text, _flattened),
    _peer(TRAFILATURA, "trafilatura", partial(_trafilatura, {"include_comments": False})),
    _peer("trafilatura fast", "trafilatura", partial(_trafilatura, {"include_comments": False, "fast": True})),
    _peer(
        "trafilatura precision",
        "trafilatura",
        partial(_trafilatura, {"include_comments": False, "favor_precision": True}),
    ),
    _peer(
        "trafilatura recall", "trafilatura", partial(_trafilatura, {"include_comments": False, "favor_recall": True})
    ),
    _peer("trafilatura comments", "trafilatura", partial(_trafilatura, {})),
    _peer("resiliparse", "resiliparse", _resiliparse),
    _peer("readability-lxml", "readability-lxml", _readability),
    _peer("jusText", "justext", _justext),
    _peer("boilerpy3", "boilerpy3", _boilerpy),
    _peer("html2text", "html2text", _html2text),
    _peer("newspaper4k", "newspaper4k", _newspaper, on_request=True),
    _peer("goose3", "goose3", _goose, on_request=True),
)
"""Ours first, then whoever else is installed; html2text keeps everything, and says what that is worth."""
