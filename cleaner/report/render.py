"""Templates to bytes: files without script or network, harmless whatever the pages say.

Every string in them may come from a hostile page. Whatever a template prints is escaped, with its invisible characters
spelt out; the templates isolate it from the direction of the text around it.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cleaner.report.shares import CODES
from cleaner.why import why
from cleaner.wording import agreeing, counted
from cleaner.writing.safe import one_line, visible, well_formed


def rendered(template: str, **values: object) -> bytes:
    """*template* filled in; the same bytes for the same *values*."""
    return well_formed(_environment().get_template(template).render(values)).encode()


@cache
def _environment() -> Environment:
    """Our templates; what they share does not change."""
    environment = Environment(
        loader=PackageLoader("cleaner", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        one_line=one_line,
        link=web_link,
        count="{:,}".format,
        counted=counted,
        agreeing=agreeing,
        percent=percent,
        short=short,
    )
    assert environment.loader is not None
    css, _, _ = environment.loader.get_source(environment, "report.css")
    environment.globals.update(
        css=Markup(css),  # noqa: S704 - our own file; escaping it would break its digest
        css_digest=b64encode(sha256(css.encode()).digest()).decode(),
        codes=CODES,
        why=why,
    )
    return environment


def _shown(value: object) -> object:
    """What stands in for *value*, whatever a template prints; our own markup is what it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def printed(text: str) -> str:
    """*text* as a template prints it."""
    return escape(visible(text))


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


def percent(share: float) -> str:
    r"""*share*, of 100, for people: what is little is not nothing.

    >>> percent(41.8), percent(0.004), percent(0), percent(99.98), percent(7.25)
    ('42\xa0%', '<\xa00.1\xa0%', '0\xa0%', '>\xa099.9\xa0%', '7.2\xa0%')
    """
    if 0 < share < 0.1:
        return "<\xa00.1\xa0%"
    if 99.9 < share < 100:
        return ">\xa099.9\xa0%"
    return f"{share:.1f}\xa0%" if 0 < share < 9.95 or 99 < share < 100 else f"{share:.0f}\xa0%"


def short(number: int) -> str:
    r"""*number* with three digits at most.

    >>> short(987), short(44_756), short(1_234_567), short(9_999_999)
    ('987', '44.8\xa0k', '1.23\xa0M', '10.0\xa0M')
    """
    value, unit = float(number), ""
    for larger in ("k", "M", "G", "T"):
        if value < 999.5:
            break
        value, unit = value / 1000, f"\xa0{larger}"
    if not unit:
        return f"{number}"
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f}{unit}"
