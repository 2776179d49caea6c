"""``report.html``: what came in, what went and why, for people to look at; one file without script or network.

Every string in it may come from a hostile page: all of them are escaped, shown with their invisible characters spelt
out, and isolated from the direction of the text around them.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cleaner.writing.rows import STAGE_OF
from cleaner.writing.safe import one_line, visible, well_formed
from cleaner.writing.summary import Tally
from cleaner.writing.wire import FailureRow

_EXCERPT_CHARS = 600


@dataclass(frozen=True, slots=True)
class Sample:
    """A removed text to show."""

    doc_id: str
    reason: str
    rule: str
    text: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """One passage of a cluster to show."""

    doc_id: str
    site: str | None
    url: str | None
    date: str | None
    is_canonical: bool
    text: str


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A cluster to show, canonical copy first."""

    cluster_id: str
    n_copies: int
    n_sites: int
    wire: str | None
    rule: str
    copies: Sequence[Copy]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document's line in the report."""

    doc_id: str
    title: str | None
    url: str | None
    status: str
    source_chars: int
    clean_chars: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the report shows; totals are in ``tally``, the sequences are as long as what is shown."""

    tally: Tally
    failures: Sequence[FailureRow] = ()
    clusters: Sequence[ClusterView] = ()
    samples: Sequence[Sample] = ()
    documents: Sequence[DocumentLine] = ()


@dataclass(frozen=True, slots=True)
class _ReasonLine:
    reason: str
    rule: str
    stage: str
    spans: int
    chars: int
    percent: float


def report_page(report: Report) -> bytes:
    """The report as one HTML file; the same bytes for the same *report*."""
    folder = files("cleaner.writing")
    css = folder.joinpath("report.css").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible
    environment.filters["excerpt"] = excerpt
    environment.filters["one_line"] = one_line
    environment.filters["link"] = web_link
    environment.filters["count"] = "{:,}".format
    environment.filters["percent"] = "{:.1f} %".format
    template = environment.from_string(folder.joinpath("report.html.j2").read_text(encoding="utf-8"))
    page = template.render(
        report=report,
        reasons=_reason_lines(report.tally),
        css=Markup(css),  # noqa: S704 - our own file; escaping it would break its digest
        css_digest=b64encode(sha256(css.encode()).digest()).decode(),
    )
    return well_formed(page).encode()


def excerpt(text: str) -> str:
    """The beginning of *text* with nothing invisible in it."""
    return visible(text) if len(text) <= _EXCERPT_CHARS else f"{visible(text[:_EXCERPT_CHARS])} …"


def web_link(url: str | None) -> str | None:
    """*url* if it may be followed: http or https, a host, nothing invisible in it; else None.

    >>> web_link("https://example.org/a"), web_link("javascript:alert(1)"), web_link("//evil.example")
    ('https://example.org/a', None, None)
    """
    if url is None or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def _reason_lines(tally: Tally) -> list[_ReasonLine]:
    """Most characters first."""
    total = tally.source_chars or 1
    lines = [
        _ReasonLine(
            reason,
            rule,
            next((stage for known, stage in STAGE_OF.items() if known == reason), ""),
            spans,
            tally.removed_chars[reason, rule],
            100 * tally.removed_chars[reason, rule] / total,
        )
        for (reason, rule), spans in tally.removals.items()
    ]
    return sorted(lines, key=lambda line: (-line.chars, line.reason, line.rule))
