"""The report and the record of the run: complete, deterministic, and harmless whatever the pages say."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from cleaner.writing.report import ClusterView, Copy, DocumentLine, Report, Sample, report_page, web_link
from cleaner.writing.report_data import gather_report
from cleaner.writing.summary import Tally, readme
from cleaner.writing.wire import FailureRow
from tests.unit.clean_folder import HOSTILE, Corpus

_HOSTILE_URLS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>x</script>", "//evil.example/x",
    "http://a.example/\"onmouseover=alert(1) x=\"", "http://[::1", "https://a.example/</a><script>x</script>",
    "http://a.example/\u202egpj.exe", " http://a.example", "http:///path", "file:///etc/passwd", "\x01https://a.example",
]  # fmt: skip


def _report(text: str, url: str | None = None) -> Report:
    tally = Tally(source_chars=100, clean_chars=40)
    tally.statuses.update({"ok": 3, "duplicate": 1})
    tally.failures.update({"refused": 120})
    tally.removals["boilerplate", text] = 3
    tally.removed_chars["boilerplate", text] = 60
    copies = [Copy(text, text, url, text, True, text), Copy(text, None, None, None, False, text)]
    return Report(
        tally,
        failures=[FailureRow(text, text, 0, text, "refused", text, 0, 0)],
        clusters=[ClusterView(text, 9, 2, text, text, copies)],
        samples=[Sample(text, "boilerplate", text, text, 0.5)],
        documents=[DocumentLine(text, text, url, "ok", 10, 5)],
    )


_TAGS = frozenset(
    {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "table"}
    | {"thead", "tbody", "tr", "th", "td", "svg", "rect", "figure", "figcaption", "bdi", "a"}
)


def _assert_harmless(page: bytes) -> LexborHTMLParser:
    tree = LexborHTMLParser(page)
    for node in tree.css("*"):
        assert node.tag in _TAGS
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in {"src", "style", "srcdoc", "formaction", "xlink:href"}
            if name == "href":
                assert value is not None
                assert value.startswith(("http://", "https://"))
                assert node.attributes["rel"] == "noopener noreferrer"
    return tree


@pytest.mark.parametrize("url", [*_HOSTILE_URLS, "https://a.example/ok?x=1&y=2"])
@pytest.mark.parametrize("text", [HOSTILE, "{{ 7 * 7 }}{% raw %}", "a\ud800b", "<!--", "]]>", "&lt;script&gt;"])
def test_hostile_strings_stay_text(text: str, url: str) -> None:
    page = report_page(_report(text, url))
    tree = _assert_harmless(page)
    assert len(tree.css("a")) == (2 if web_link(url) else 0)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page.decode())


@given(st.text(st.characters()), st.text(st.characters()))
def test_no_string_becomes_markup(text: str, url: str) -> None:
    _assert_harmless(report_page(_report(text, url)))


@pytest.mark.parametrize("url", _HOSTILE_URLS)
def test_only_plain_web_addresses_are_linked(url: str) -> None:
    link = web_link(url)
    assert link is None or link.startswith(("http://a.example/", "https://a.example/"))


def test_the_policy_allows_this_style_sheet_and_nothing_else() -> None:
    tree = LexborHTMLParser(report_page(_report("x")))
    policy = tree.css("meta[http-equiv=Content-Security-Policy]")[0].attributes["content"]
    css = tree.css("style")[0].text()
    digest = b64encode(sha256(css.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'none'; base-uri 'none'; form-action 'none'"
    )
    assert "prefers-color-scheme: dark" in css
    assert "url(" not in css
    assert "@import" not in css


def test_invisible_characters_are_spelt_out_and_excerpts_isolated() -> None:
    page = report_page(_report("x\u202ey\x1b")).decode()
    assert "x[U+202E]y[U+001B]" in page
    assert page.count("<bdi") >= 6


def test_what_is_cut_off_is_said() -> None:
    page = report_page(_report("x")).decode()
    assert "and 119 more in failures.parquet" in page
    assert "and 7 more in clusters.parquet" in page
    assert "and 3 more in documents" in page


def test_an_empty_run_has_a_report() -> None:
    assert "Nothing was removed" in report_page(Report(Tally())).decode()


@pytest.mark.parametrize("format_name", ["md", "parquet"])
def test_the_report_is_rebuilt_from_the_folder_alone(tmp_path: Path, format_name: str) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean", format_name)
    tally = Tally()
    for document in corpus.documents:
        tally.add_document(document)
    tally.add_failure(corpus.failure)

    report = gather_report(clean)

    assert report == gather_report(clean, tally=tally)
    assert report_page(report) == report_page(gather_report(clean))
    assert [copy.is_canonical for copy in report.clusters[0].copies] == [True, False]
    assert report.clusters[0].copies[0].text.startswith("The council voted")
    _assert_harmless(report_page(report))


def test_tallies_of_parts_add_up_to_the_tally_of_the_whole() -> None:
    corpus = Corpus()
    whole, parts = Tally(), Tally()
    for document in corpus.documents:
        whole.add_document(document)
        part = Tally()
        part.add_document(document)
        parts.add(part)
    assert parts == whole
    assert whole.source_chars == sum(document.source_length for document in corpus.documents)


def test_run_json_names_its_outputs_with_digests_and_its_makers_with_versions(tmp_path: Path) -> None:
    clean = Corpus().write(tmp_path / "clean")
    run = json.loads((clean / "run.json").read_text())
    assert {"startedAtTime", "endedAtTime", "used", "generated", "wasAssociatedWith", "config", "counts"} <= set(run)
    for output in run["generated"]:
        assert sha256((clean / output["path"]).read_bytes()).hexdigest() == output["sha256"]
    assert run["counts"]["documents"] == 3
    assert run["counts"]["failures_by_kind"] == {"not_a_page": 1}
    assert run["used"] == [{"path": "raw", "sources": 4}]
    assert set(run["wasAssociatedWith"]) == {"name", "version", "python", "packages"}


def test_the_readme_is_short_and_names_every_table() -> None:
    text = readme(Tally()).decode()
    assert len(text.splitlines()) <= 16
    for name in ("documents", "removals", "repairs", "passages", "relations", "clusters", "failures", "report.html"):
        assert name in text
