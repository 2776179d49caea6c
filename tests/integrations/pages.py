"""Pages that the tests of plug-ins clean."""

from __future__ import annotations

URL = "https://tidewatch.example/news/bridge"
WIRE = (
    "WEIR STREET (AP) — The council voted on Monday to close the old bridge for repairs that will take about two "
    "years and cost eleven million, most of it for the foundations under the eastern pier."
)
OWN = "High water at Weir Street was 2.1 metres above the chart datum on Monday, the harbour master told this paper."


def page(*paragraphs: str, title: str = "Bridge to close") -> str:
    """An ordinary page: navigation, the article, a newsletter box."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta name="author" content="Ida Quay"></head>'
        f'<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>{title}</h1>{text}</article>'
        "<form>Sign up for our newsletter <input></form></body></html>"
    )
