"""The report and a page view as people get them: in a browser, on a phone, in a dark room, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cleaner
from tests.browser import Browser, browser
from tests.promises import Figures

ROOT = Path(__file__).parents[2]

_LOW_CONTRAST = """
(() => {
  const parse = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const known = new Map();
  const rgba = (colour) => known.get(colour) ?? (known.set(colour, parse(colour)), known.get(colour));
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const ground = (node) => {
    const layers = [];
    for (; node; node = node.parentElement) layers.push(rgba(getComputedStyle(node).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const channel = (value) => (value /= 255, value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const low = [];
  let count = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), node = walker.currentNode.parentElement;
    if (!text || node.closest("svg") || !node.checkVisibility()) continue;
    count += 1;
    const below = ground(node), ink = over(rgba(getComputedStyle(node).color), below);
    const [bright, dark] = [light(below), light(ink)].sort((a, b) => b - a);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
  }
  return {count, low};
})()
"""
_UNREACHABLE = """
[...document.querySelectorAll("a[href], summary, input, [tabindex]")].filter((node) => node.tabIndex < 0).length
"""
_FOCUSED = """
(() => {
  const node = document.activeElement, style = getComputedStyle(node);
  return [node.tagName, (node.innerText || node.id).slice(0, 30), style.outlineStyle];
})()
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "clean"
    cleaner.run(ROOT / "raw", folder, cleaner.Config(jobs=1))
    return folder


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(params=["report", "view of HTML", "view of text"])
def page(request: pytest.FixtureRequest, clean: Path) -> Path:
    if request.param == "report":
        return clean / "report.html"
    suffix = ".txt" if request.param == "view of text" else ".html"
    from cleaner.report.views import read_views

    return clean / next(view.path for view in read_views(clean) if view.doc_id.endswith(suffix))


def test_it_is_whole_and_quiet_in_light_and_dark_wide_and_narrow(tab: Browser, page: Path, figures: Figures) -> None:
    tab.complaints.clear()
    texts = 0
    for width in (1280, 380):
        tab.size(width, 800)
        tab.open(page)
        assert tab.value("document.styleSheets.length && getComputedStyle(document.body).maxWidth") != "none"
        assert tab.value("document.documentElement.scrollWidth") <= width
        assert tab.value("document.scripts.length") == 0
        for scheme in ("light", "dark"):
            tab.scheme(scheme)
            found = tab.value(_LOW_CONTRAST)
            assert found["low"] == []
            texts += found["count"]
    assert tab.complaints == []
    assert texts > 100
    figures.count("R13", "texts of enough contrast in a browser", texts)


def test_all_that_can_be_used_is_reached_by_keyboard_and_says_so(tab: Browser, page: Path) -> None:
    tab.size(1280, 800)
    tab.open(page)
    assert tab.value(_UNREACHABLE) == 0
    there = tab.value("document.querySelectorAll('a[href], summary, input, [tabindex]').length")
    met = []
    for _ in range(min(there, 12)):
        tab.press_tab()
        name, text, outline = tab.value(_FOCUSED)
        assert outline != "none"
        met.append((name, text))
    assert len(met) >= 3
    assert "A" in {name for name, _ in met}


def test_markup_is_shown_on_demand_without_a_script(tab: Browser, clean: Path) -> None:
    from cleaner.report.views import read_views

    tab.size(1280, 800)
    tab.open(clean / next(view.path for view in read_views(clean) if view.doc_id.endswith(".html")))
    shown = "[...document.querySelectorAll('main code')].filter((node) => node.checkVisibility()).length"
    assert tab.value(shown) == 0
    tab.value("document.getElementById('markup').click()")
    assert tab.value(shown) > 10


def test_on_paper_all_of_it_is_there_and_no_page_is_blank(tab: Browser, page: Path) -> None:
    tab.size(1280, 800)
    tab.open(page)
    drawn = tab.on_paper()
    assert min(drawn) >= 3
    assert len(drawn) > (5 if page.name == "report.html" else 0)


def test_paper_is_white_in_a_dark_room_and_shows_what_is_folded_on_the_screen(tab: Browser, clean: Path) -> None:
    tab.size(794, 1123)
    tab.open(clean / "report.html")
    tab.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    try:
        assert tab.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert tab.value("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert tab.value(_LOW_CONTRAST)["low"] == []
        folded = "[...document.querySelectorAll('details:not([open]) > :not(summary)')]"
        assert tab.value(f"{folded}.length") > 3
        assert tab.value(f"{folded}.filter((node) => node.getBoundingClientRect().height < 5).length") == 0
        assert tab.value("document.documentElement.scrollWidth") <= 794
        assert (
            tab.value("[...document.querySelectorAll('.wide')].filter((n) => n.scrollWidth > n.clientWidth).length")
            == 0
        )
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")


def test_no_policy_is_broken_by_a_page_that_tries(tab: Browser, tmp_path: Path, clean: Path) -> None:
    """The policy holds: a script put into the file by hand does not run."""
    evil = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\">"
    (tmp_path / "evil.html").write_text(
        (clean / "report.html").read_text(encoding="utf-8").replace("<main>", f"{evil}<main>"), encoding="utf-8"
    )
    tab.complaints.clear()
    tab.open(tmp_path / "evil.html")
    assert tab.value("document.title") == "cleaner: report"
    assert any("Content Security Policy" in complaint for complaint in tab.complaints)
