"""The report and the record of the run: complete, deterministic, and harmless whatever the pages say."""

from __future__ import annotations

import json
import re
from dataclasses import astuple
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import ClusterMember, Failure, KeptBlock, Metadata, RefusedSite, Source
from cleaner.report import histograms
from cleaner.report.gather import gather_report
from cleaner.report.render import web_link
from cleaner.report.repeats import read_cluster
from cleaner.report.shares import text_parts
from cleaner.report.shown import (
    ClusterView,
    Copy,
    Flow,
    Kind,
    Matrix,
    Pair,
    ReasonView,
    RelationView,
    Report,
    RuleView,
    SampleView,
    SiteLine,
)
from cleaner.report.totals import read_totals
from cleaner.report.views import Sample, ViewRecord
from cleaner.report.write import report_page
from cleaner.writing.corpus import DocumentIndex, open_documents
from cleaner.writing.summary import readme
from cleaner.writing.tally import Tally
from cleaner.writing.wire import ClusterRow
from cleaner.writing.written import tally_of
from tests.inert import assert_inert
from tests.promises import Figures
from tests.unit.clean_folder import HOSTILE, Corpus, document_of, page_of, write_clean

_HOSTILE_URLS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>x</script>", "//evil.example/x",
    "http://a.example/\"onmouseover=alert(1) x=\"", "http://[::1", "https://a.example/</a><script>x</script>",
    "http://a.example/\u202egpj.exe", " http://a.example", "http:///path", "file:///etc/passwd", "\x01https://a.example",
]  # fmt: skip
_HOSTILE_TEXTS = [HOSTILE, "{{ 7 * 7 }}{% raw %}", "a\ud800b", "<!--", "]]>", "&lt;script&gt;", "</style><script>"]
_VIEW = "report/pages/14/1411ec1ede0d67bf433ce141d80bf44e.html"


def _report(text: str, url: str | None = None) -> Report:
    """A report in which every string that may come from outside is *text* or *url*."""
    view = ViewRecord(text, _VIEW, text, url, text, text, 0.5, 10, 5, 10, [])
    sample = SampleView(Sample(text, text, text, 0.5, "r3"), view)
    words = [("same", text), ("added", text), ("left out", text)]
    copies = [
        Copy(text, text, url, text, _VIEW, is_canonical=True, words=[("same", text)]),
        Copy(text, None, None, None, None, is_canonical=False, words=words),
    ]
    cluster = ClusterView(text, 9, 2, text, text, [text, text], copies)
    rule = RuleView(text, text, 3, 60, 100.0, [sample])
    return Report(
        documents=4,
        failed=120,
        flow=Flow([], text_parts(40, {"boilerplate": 60}), 100, 100, 40.0),
        warnings=[text],
        reasons=[ReasonView("B", "boilerplate", text, 3, 60, 60.0, [rule], 3)],
        hidden=[("M", "markup", text, 7)],
        failures=[Kind(text, text, 120, [(text, text)])],
        statuses=[Kind(text, text, 1, [])],
        sites=[SiteLine(text, 3, 40, text_parts(40, {"template": 1}), 40.0, 1.0, 60.0, [sample], [view])],
        n_sites=5,
        without_site=2,
        widest=[cluster],
        largest=[cluster],
        n_clusters=2,
        n_shared=1,
        matrix=Matrix([text], [text], [(text, [3, 0], 3)], 3, 2),
        relations=[RelationView(text, text, 4, [Pair(text, text, 50.0, _VIEW, None)])],
        histograms=[histograms.share_kept(np.array([3.0, 97.0]))],
        views=[view],
        n_views=2,
    )


@pytest.mark.parametrize("url", [*_HOSTILE_URLS, "https://a.example/ok?x=1&y=2"])
@pytest.mark.parametrize("text", _HOSTILE_TEXTS)
def test_hostile_strings_stay_text(text: str, url: str, figures: Figures) -> None:
    tree = assert_inert(report_page(_report(text, url)))
    outside = [link for link in tree.css("a") if str(link.attributes["href"]).startswith("http")]
    assert len(outside) == (2 if web_link(url) else 0)
    figures.count("R13", "reports of hostile strings that are inert")


@given(st.text(st.characters()), st.text(st.characters()))
def test_no_string_becomes_markup(text: str, url: str) -> None:
    assert_inert(report_page(_report(text, url)))


@pytest.mark.parametrize("url", _HOSTILE_URLS)
def test_only_plain_web_addresses_are_linked(url: str) -> None:
    link = web_link(url)
    assert link is None or link.startswith(("http://a.example/", "https://a.example/"))


def test_it_has_a_form_for_dark_rooms_and_for_paper() -> None:
    css = assert_inert(report_page(_report("x"))).css("style")[0].text()
    assert "prefers-color-scheme: dark" in css
    assert "@media print" in css


def test_invisible_characters_are_spelt_out_and_excerpts_isolated() -> None:
    page = report_page(_report("x\u202ey\x1b")).decode()
    assert "x[U+202E]y[U+001B]" in page
    assert page.count("<bdi") >= 20


def test_what_is_cut_off_is_said() -> None:
    page = report_page(_report("x")).decode()
    for sentence in (
        "and 119 more in failures.parquet",
        "and 7 more in clusters.parquet",
        "and 2 more in removals.parquet",
        "and 3 more in document_relations.parquet",
        "and 4 more in documents",
        "and 1 more in report/pages/",
    ):
        assert sentence in page


def test_headings_go_down_one_step_at_a_time_and_every_target_is_there_once() -> None:
    tree = assert_inert(report_page(_report("x")))
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(link.attributes["href"])[1:] for link in tree.css("a[href^='#']")} <= set(ids)


@pytest.mark.parametrize("format_name", ["md", "parquet"])
def test_the_report_is_rebuilt_from_the_folder_alone(tmp_path: Path, format_name: str) -> None:
    corpus = Corpus()
    clean = corpus.write(tmp_path / "clean", format_name)
    tally = Tally()
    for document in corpus.documents:
        tally.add(tally_of(document))
    tally.add_failure(corpus.failure)

    totals, index = read_totals(clean), DocumentIndex(open_documents(clean))
    report = gather_report(clean, totals, index, [RefusedSite("b.example", 9, 0.625)])

    assert totals.tally == tally
    assert totals.source_chars.tolist() == [document.source_length for document in corpus.documents]
    assert totals.clean_chars.tolist() == [len(document.text) for document in corpus.documents]
    for reason, chars in totals.gone.items():
        expected = [
            sum(r.visible_chars or 0 for r in document.removals if r.reason == reason) for document in corpus.documents
        ]
        assert chars.tolist() == expected
    (cluster,) = report.widest
    assert [copy.is_canonical for copy in cluster.copies] == [True, False]
    assert cluster.copies[0].words[0][1].startswith("The council voted")
    assert list(cluster.copies[1].words) == []
    assert [relation.kind for relation in report.relations] == ["revised"]
    assert "62%" in report.warnings[-1]
    page = report_page(report)
    assert "removed there; the canonical copy stays" in page.decode()
    assert page == report_page(gather_report(clean, totals, index, [RefusedSite("b.example", 9, 0.625)]))
    assert_inert(page)


def test_an_empty_run_has_a_report(tmp_path: Path) -> None:
    write_clean(tmp_path / "clean", [])
    report = gather_report(
        tmp_path / "clean", read_totals(tmp_path / "clean"), DocumentIndex(open_documents(tmp_path / "clean"))
    )
    assert "Nothing was removed" in report_page(report).decode()
    assert_inert(report_page(report))


def test_removals_that_are_spread_over_batches_are_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.report import totals as module

    clean = Corpus().write(tmp_path / "clean")
    whole = read_totals(clean)
    original = module.record_batches
    monkeypatch.setattr(module, "record_batches", lambda *arguments, **named: original(*arguments[:3], 1, **named))
    parts = read_totals(clean)
    assert parts.tally == whole.tally
    assert parts.pools == whole.pools
    assert {reason: chars.tolist() for reason, chars in parts.gone.items()} == {
        reason: chars.tolist() for reason, chars in whole.gone.items()
    }


@given(st.lists(st.floats(0, 100), max_size=50))
def test_every_page_is_in_one_bar(shares: list[float]) -> None:
    plot = histograms.share_kept(np.array(shares))
    assert sum(bar.count for bar in plot.bars) == len(shares)
    assert all(0 <= bar.height <= histograms.HEIGHT for bar in plot.bars)


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_every_document_has_a_length(chars: list[int]) -> None:
    assert sum(bar.count for bar in histograms.page_length(np.array(chars, dtype=np.int64)).bars) == len(chars)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_parts_fill_the_bar(kept: int, gone: int) -> None:
    parts = text_parts(kept, {"boilerplate": gone})
    assert not parts or sum(part.width for part in parts) == pytest.approx(100)
    assert sum(part.amount for part in parts) == kept + gone


def test_tallies_of_parts_add_up_to_the_tally_of_the_whole() -> None:
    corpus = Corpus()
    whole, parts = Tally(), Tally()
    for document in corpus.documents:
        whole.add(tally_of(document))
        part = Tally()
        part.add(tally_of(document))
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
    assert len(text.splitlines()) <= 17
    for name in ("documents", "removals", "repairs", "passages", "relations", "clusters", "failures", "report.html"):
        assert name in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_with_what_it_stands_on(scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for the parts of a drawing."""
    css = assert_inert(report_page(_report("x"))).css("style")[0].text()
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", blocks[0]))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", blocks[1]))
    texts = ["ink", "dim", "link", "warn", "K-ink", "B-ink", "T-ink", "D-ink", "C-ink"]
    pairs = [(text, ground) for text in texts for ground in ("paper", "card")]
    pairs += [("ink", "M"), ("ink", "soft"), ("ink", "kept"), ("dim", "kept"), ("on", "K"), ("on", "V")]
    pairs += [("on-gone", code) for code in "BTDC"]
    pairs += [(f"{code}-ink", "kept") for code in "BTDC"]
    low = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}
    drawn = {code: round(_contrast(colours[code], colours["paper"]), 2) for code in "KBTDCV"}
    assert {code: ratio for code, ratio in drawn.items() if ratio < 3} == {}


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_report_stays_small_whatever_the_pages_say(tmp_path: Path) -> None:
    """Zero-width characters take eight letters each to spell out; all that is shown is cut."""
    text = "\u200b<&\"'" * 4_000
    documents, members = [], []
    for number in range(40):
        page = page_of(Source(f"{number:02d}{text[:100]}"), text)
        names = {"title": text, "url": f"https://a.example/{text}", "site": f"{number}{text}", "date": text}
        documents.append(document_of(page, [KeptBlock(0, len(text), "paragraph")], metadata=Metadata(**names)))
        members += [
            ClusterMember(f"c{cluster:02d}", documents[-1].id, cluster, len(text), number == 0, text, 40, text)
            for cluster in range(20)
        ]
    failures = [Failure(Source(f"f{number}"), "read", "not_a_page", text) for number in range(50)]
    pairs = [("copy", documents[0].id, document.id, 1.0, 1.0) for document in documents[1:]]
    members.sort(key=lambda member: member.cluster_id)
    write_clean(tmp_path / "clean", documents, failures, (), members, pairs)
    clean = tmp_path / "clean"
    page_file = report_page(gather_report(clean, read_totals(clean), DocumentIndex(open_documents(clean))))
    assert_inert(page_file)
    assert 100_000 < len(page_file) < 1_500_000


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 39))
def test_of_a_cluster_the_canonical_copy_and_as_many_documents_as_there_are_are_shown(
    documents: list[int], canonical: int
) -> None:
    best = canonical % len(documents)
    members = [
        ClusterMember("c", f"d{document}", at, at + 1, at == best, "earliest", 1)
        for at, document in enumerate(documents)
    ]
    rows = [ClusterRow(*astuple(member)) for member in members]
    cluster = read_cluster(iter(rows), lambda member: None)
    shown = cluster.shown
    assert shown[0] == rows[best]
    assert len(shown) == len(set(shown)) == min(6, len(rows))
    assert len({row.doc_id for row in shown}) == min(6, len(set(documents)))
    assert (cluster.n_copies, cluster.repeated_chars) == (len(rows), len(rows) - 1)
    assert len(cluster.firsts) + len(cluster.repeats) <= 13
