"""What the extraction benchmark says is so: scores, layouts, intervals, floors, and processes that fail."""

from __future__ import annotations

import gzip
import json
import lzma
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from benchmarks import extraction, systems
from benchmarks.corpora import layout_of, read_corpus
from benchmarks.extraction_figures import PageFacts, Row, figures_of, table
from benchmarks.floors import CPU, Floors, guarded, missed, new_floors, read_floors, write_floors
from benchmarks.intervals import draws_of, figure, means
from benchmarks.ours import flattened
from benchmarks.peers import SYSTEMS, System
from benchmarks.scoring import PageScore, score_page, truth_of
from benchmarks.systems import Asked, SystemProcess, installed
from benchmarks.training_record import corpus_digest, page_digest, read_record, record_file, save_record
from benchmarks.wcxb import LabelledPage, Score, fold_of

NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU time of others is read from /proc")
PROSE = "The council closed the old bridge on Monday, and engineers had warned of its northern pier for years."
HTML = f"<html><body><nav><a href='/'>Home</a></nav><main><p>{PROSE}</p><p>{PROSE[::-1]}</p></main></body></html>"
PAGE = LabelledPage("a", "https://one.example/a", "article", HTML, PROSE, ("old bridge",), ("Home",))


def write_wcxb(folder, pages, name="pages.jsonl"):
    folder.mkdir(exist_ok=True)
    lines = [
        json.dumps({"file_id": page.file_id, "url": page.url, "page_type": page.page_type, "html": page.html,
                    "main_content": page.main_content, "with": list(page.wanted), "without": list(page.unwanted)})
        for page in pages
    ]  # fmt: skip
    data = "\n".join(lines).encode()
    (folder / name).write_bytes(lzma.compress(data) if name.endswith(".xz") else data)


def write_articles(folder, pages):
    (folder / "html").mkdir(parents=True)
    truths = {page.file_id: {"url": page.url, "articleBody": page.main_content} for page in pages}
    (folder / "ground-truth.json").write_text(json.dumps(truths))
    for page in pages:
        (folder / "html" / f"{page.file_id}.html.gz").write_bytes(gzip.compress(page.html.encode()))


# Layouts


@pytest.mark.parametrize("name", ["pages-00.jsonl", "pages-00.jsonl.xz"])
def test_a_folder_of_json_lines_is_read(tmp_path, name):
    write_wcxb(tmp_path, [PAGE, replace(PAGE, file_id="b")], name)

    assert layout_of(tmp_path) == "wcxb"
    assert list(read_corpus(tmp_path)) == [PAGE, replace(PAGE, file_id="b")]


def test_snippets_and_types_need_not_be_there(tmp_path):
    row = {"file_id": "a", "html": "<p>x", "main_content": None}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n\n")

    assert list(read_corpus(tmp_path)) == [LabelledPage("a", "", "unknown", "<p>x", "")]


def test_a_ground_truth_beside_compressed_pages_is_read(tmp_path):
    pages = [replace(PAGE, file_id=name, wanted=(), unwanted=()) for name in "cab"]
    write_articles(tmp_path, pages)

    assert layout_of(tmp_path) == "articles"
    assert list(read_corpus(tmp_path)) == [pages[1], pages[2], pages[0]]
    assert [page.file_id for page in read_corpus(tmp_path, every=2)] == ["a", "c"]


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "page.html").write_text(HTML)

    with pytest.raises(ValueError, match="ground-truth"):
        read_corpus(tmp_path)


def test_a_line_that_is_no_labelled_page_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"file_id": "a", "text": "x"}')

    with pytest.raises(ValueError, match=r"a\.jsonl is not a file of labelled pages: a line has no html, main_content"):
        list(read_corpus(tmp_path))


# Scores; the figures in comments are counted by hand


def test_words_count_as_often_as_they_stand_there():
    page = LabelledPage("a", "", "article", "", "The bridge, the river and the ferry.")

    score = score_page("the THE river bank", truth_of(page)).words

    # the, the and river of 4 words; the truth has 7
    assert score == Score(3 / 4, 3 / 7, pytest.approx(6 / 11))


def test_shingles_are_four_words_in_order():
    page = LabelledPage("a", "", "article", "", "one two three four five six")

    # 3 shingles in the truth; the text has 2 of them and 3 of its own
    score = score_page("one two three four five and seven eight", truth_of(page))

    assert score.shingles == (pytest.approx(2 / 6), pytest.approx(3 / 6), pytest.approx(1 / 6))


@pytest.mark.parametrize(
    ("truth", "text", "f1", "shingles"),
    [("", "", 1.0, (0, 0, 0)), ("", "x", 0.0, (0, 1, 0)), ("x", "", 0.0, (0, 0, 1)), ("x y", "x y", 1.0, (1, 0, 0))],
)
def test_empty_texts_have_scores(truth, text, f1, shingles):
    score = score_page(text, truth_of(LabelledPage("a", "", "article", "", truth)))

    assert (score.words.f1, score.shingles) == (f1, shingles)


def test_snippets_are_found_by_their_words_and_never_inside_a_word():
    page = LabelledPage("a", "", "", "", "x", ("Old  bridge.", "ridge"), ("Home", "old bridge"))

    score = score_page("The OLD\nbridge is closed", truth_of(page))

    assert (score.wanted_found, score.unwanted_absent) == (1, 1)


def row(f1, cpu_ms=1.0, shingles=(1.0, 0.0, 0.0), error=None):
    return Row(PageScore(Score(f1, f1, f1), shingles, 1, 0), cpu_ms, 50.0, error)


def facts(domain, kind="article"):
    return PageFacts("x", domain, kind, 2, 1)


def test_figures_are_means_over_pages_and_differences_are_paired():
    pages = [facts("one"), facts("one", "forum"), facts("two", "forum")]
    found = figures_of(
        pages,
        {
            "cleaner": [row(1.0, 2), row(0.5, 4), row(0.6, 3, error="timeout")],
            "resiliparse": [row(0.5, 1), row(0.5, 1), row(0.3, 4, (0.25, 0.25, 0.5))],
        },
    )

    ours, theirs = found.systems["cleaner"], found.systems["resiliparse"]
    assert ours.f1.value == pytest.approx(0.7)
    assert {kind: value.value for kind, value in ours.f1_by_type.items()} == {"article": 1.0, "forum": 0.55}
    assert (ours.wanted_found.value, ours.unwanted_absent.value) == (0.5, 0)
    assert (ours.cpu_mean_ms.value, ours.cpu_median_ms, ours.failures) == (3, 3, {"timeout": 1})
    # precision (1 + 1 + 1/2) / 3, recall (1 + 1 + 1/3) / 3
    assert theirs.shingle_f1.value == pytest.approx(2 * (5 / 6) * (7 / 9) / (5 / 6 + 7 / 9), abs=1e-6)
    against = found.against["resiliparse"]
    assert against.f1.value == pytest.approx((0.5 + 0 + 0.3) / 3, abs=1e-6)
    assert (against.cpu_ratio.value, against.cpu_median_ratio) == (
        pytest.approx(6 / 9, abs=1e-6),
        pytest.approx(1 / 3, abs=1e-3),
    )
    assert list(found.against) == ["resiliparse"]
    assert all(name in table(found) for name in ("cleaner", "resiliparse", "forum", "1 timeout"))


def test_a_corpus_without_snippets_has_no_snippet_rate():
    found = figures_of([PageFacts("x", "one", "article", 0, 0)], {"cleaner": [row(1.0)]})

    assert np.isnan(found.systems["cleaner"].wanted_found.value)
    assert "nan" not in table(found)


# Intervals


def test_intervals_are_the_same_in_every_run():
    values = np.random.default_rng(7).random(60)
    domains = [f"site{at % 20}" for at in range(60)]

    first, again = (figure(means(draws_of(domains), values)) for _ in range(2))

    assert first == again
    assert first.low < first.value < first.high
    assert first.value == pytest.approx(values.mean(), abs=1e-6)


def test_pages_of_one_site_are_drawn_together():
    values = np.array([0.0, 1.0] * 30)
    alone = figure(means(draws_of([str(at) for at in range(60)]), values))
    together = figure(means(draws_of(["even", "odd"] * 30), values))

    assert (together.low, together.high) == (0, 1)
    assert 0.3 < alone.low < alone.high < 0.7


def test_an_interval_matches_the_standard_error():
    values = np.random.default_rng(3).normal(size=400)
    found = figure(means(draws_of([str(at) for at in range(400)]), values))

    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


# Floors


FLOORS = Floors("digest", 3, {"cleaner F1": 0.87, "cleaner F1, forum": 0.8})


def test_a_floor_that_is_missed_gets_a_sentence():
    assert missed(FLOORS, {"cleaner F1": 0.87, "cleaner F1, forum": 0.9}) == []
    assert missed(FLOORS, {"cleaner F1": 0.8699, "cleaner F1, forum": 0.9}) == [
        "cleaner F1 is 0.8699, below its floor of 0.8700."
    ]


@pytest.mark.parametrize("found", [{}, {"cleaner F1": float("nan"), "cleaner F1, forum": float("nan")}])
def test_a_figure_that_is_not_there_misses_its_floor(found):
    assert len(missed(FLOORS, found)) == 2


def test_floors_only_rise():
    floors = new_floors(FLOORS, "digest", 3, {"cleaner F1": 0.8719, "cleaner F1, forum": 0.9}, lower=False)

    assert floors.least == {"cleaner F1": 0.87, "cleaner F1, forum": pytest.approx(0.897)}


@pytest.mark.parametrize(
    ("corpus", "found"),
    [
        ("digest", {"cleaner F1": 0.86, "cleaner F1, forum": 0.9}),
        ("digest", {"cleaner F1": 0.88}),
        ("other", {"cleaner F1": 0.9, "cleaner F1, forum": 0.9}),
    ],
    ids=["missed", "gone", "other pages"],
)
def test_floors_fall_only_if_that_is_said(corpus, found):
    with pytest.raises(ValueError, match="--lower"):
        new_floors(FLOORS, corpus, 3, found, lower=False)

    floors = new_floors(FLOORS, corpus, 3, found, lower=True)
    assert floors.corpus == corpus
    assert floors.least["cleaner F1"] == pytest.approx(found["cleaner F1"] - 0.003, abs=1e-4)


def test_first_floors_are_a_little_below_what_was_measured(tmp_path):
    rows = {"cleaner": [row(0.9, 1)], "cleaner text": [row(0.8)], "trafilatura": [row(0.7, 10)]}
    found = guarded(figures_of([facts("one", "forum")], rows))
    floors = new_floors(None, "digest", 1, found, lower=False)
    write_floors(floors, tmp_path / "floors.json")

    assert read_floors(tmp_path / "floors.json") == floors
    assert read_floors(tmp_path / "none.json") is None
    assert floors.least == {
        "cleaner F1": pytest.approx(0.897, abs=1e-4),
        "cleaner F1, forum": pytest.approx(0.897, abs=1e-4),
        "cleaner text F1": pytest.approx(0.797, abs=1e-4),
        "cleaner text F1, forum": pytest.approx(0.797, abs=1e-4),
        "cleaner F1 above trafilatura": pytest.approx(0.197, abs=1e-4),
        CPU: pytest.approx(8, abs=1e-4),
    }
    assert missed(floors, found) == []


# What was trained on


def test_a_corpus_is_known_by_its_pages_whatever_their_order_and_files():
    other = replace(PAGE, file_id="b")
    digest = corpus_digest(map(page_digest, [PAGE, other]))

    assert corpus_digest(map(page_digest, [other, PAGE])) == digest
    for changed in (replace(PAGE, html="x"), replace(PAGE, main_content="x"), replace(PAGE, file_id="c")):
        assert corpus_digest(map(page_digest, [changed, other])) != digest


def test_weights_know_the_sites_they_were_trained_on_until_they_change(tmp_path):
    weights = tmp_path / "weights.npz"
    with pytest.raises(ValueError, match=r"weights\.json is missing"):
        read_record(weights)
    weights.write_bytes(b"weights")
    save_record(weights, [PAGE])

    record = read_record(weights)
    assert (record.pages, record.knows("one.example"), record.knows("two.example")) == (1, True, False)
    assert "example" not in record_file(weights).read_text()
    weights.write_bytes(b"other weights")
    with pytest.raises(ValueError, match="not of"):
        read_record(weights)


def test_the_shipped_weights_have_their_record():
    assert read_record(extraction.WEIGHTS).pages > 1000


def test_a_site_is_always_in_the_same_fold():
    assert fold_of("one.example") == int(sha256(b"one.example").hexdigest(), 16) % 5


# Processes


@pytest.fixture
def ask():
    started = []

    def asked(name, source):
        started.append(SystemProcess(name, None, 60, 600))
        (answer,) = started[-1].ask([Asked(source, "https://one.example/a", None)])
        return answer

    yield asked
    for process in started:
        process.close()


def test_ours_reads_a_page_in_a_process_of_its_own(ask):
    answer = ask("cleaner", HTML)

    assert PROSE in answer.text
    assert (answer.error, answer.cpu_ms > 0, answer.peak_mb > 10) == (None, True, True)


def test_ours_reads_the_page_as_plain_text(ask):
    text = flattened(PAGE)

    assert text.splitlines() == ["Home", PROSE, PROSE[::-1]]
    assert PROSE in ask("cleaner text", text).text


@pytest.mark.parametrize(
    "system", [system for system in SYSTEMS if system.distribution != "cleaner"], ids=lambda system: system.name
)
def test_every_peer_that_is_here_reads_a_page(ask, system):
    if not [found for found, _ in installed([system.name])]:
        pytest.skip(f"{system.name} is not installed")
    paragraph = (
        "The council closed the old bridge on Monday, and the engineers had warned that it would fall for years. "
    )
    body = f"<article><h1>Bridge</h1>{f'<p>{paragraph * 4}</p>' * 5}</article>"
    html = f"<html lang='en'><head><title>Bridge</title></head><body>{body}</body></html>"
    answer = ask(system.name, html)

    assert answer.error is None
    assert "the old bridge" in answer.text


@pytest.mark.parametrize(
    ("limit_s", "wall_s"),
    [pytest.param(0, 600, marks=NEEDS_PROC, id="cpu"), pytest.param(60, 0.001, id="wall")],
)
def test_a_page_that_takes_too_long_is_a_timeout_and_the_next_one_is_read(limit_s, wall_s):
    process = SystemProcess("cleaner", None, limit_s, wall_s)
    (answer,) = process.ask([Asked(HTML * 20_000, "", None)])
    process._limit_s, process._wall_s = 60, 600
    (after,) = process.ask([Asked(HTML, "", None)])
    process.close()

    assert answer.error == "timeout"
    assert PROSE in after.text


def test_only_the_page_of_a_batch_that_takes_too_long_is_lost(monkeypatch):
    is_ready, asked = SystemProcess._is_ready, iter(["first to warm up", "first", "", "third to warm up", "third"])
    monkeypatch.setattr(SystemProcess, "_is_ready", lambda self, *limits: bool(next(asked)) and is_ready(self, *limits))
    process = SystemProcess("cleaner", None, 60, 600)
    answers = process.ask([Asked(HTML, "", None)] * 3)
    process.close()

    assert [(answer.error, PROSE in answer.text) for answer in answers] == [
        (None, True),
        ("timeout", False),
        (None, True),
    ]


def test_a_process_that_dies_is_counted(monkeypatch):
    monkeypatch.setattr(systems.sys, "executable", "/bin/true")

    (answer,) = SystemProcess("cleaner", None, 60, 600).ask([Asked(HTML, "", None)])
    assert answer.error == "died"


def test_systems_are_chosen_by_name(monkeypatch, capsys):
    monkeypatch.setattr(systems, "SYSTEMS", (*SYSTEMS, System("nobody", "no-such-distribution", lambda _: None)))

    assert [system.name for system, _ in installed(["cleaner*"])] == [
        "cleaner", "cleaner precision", "cleaner recall", "cleaner text",
    ]  # fmt: skip
    assert not {"goose3", "newspaper4k"} & {system.name for system, _ in installed([])}
    assert installed(["nobody"]) == []
    assert "nobody is not installed" in capsys.readouterr().err
    with pytest.raises(ValueError, match="no system is called 'traf'"):
        installed(["traf"])


# The command


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(extraction, "FLOORS", tmp_path / "floors.json")

    def run(*arguments):
        monkeypatch.setattr(extraction.sys, "argv", ["extraction", "--only", "cleaner", *map(str, arguments)])
        return extraction.main(), capsys.readouterr().out

    return run


def test_a_run_is_printed_written_and_held_against_its_floors(command, tmp_path):
    write_articles(tmp_path / "data", [PAGE, replace(PAGE, file_id="b", url="https://two.example/b")])
    run = ("--data", tmp_path / "data")

    code, printed = command(*run, "--json", tmp_path / "all.json", "--check")
    assert (code, "no floors.json. Nothing was checked" in printed) == (2, True)
    report = json.loads((tmp_path / "all.json").read_text())
    assert report["corpus"]["layout"] == "articles"
    assert report["systems"]["cleaner"]["f1"]["value"] > 0.4
    assert report["systems"]["cleaner"]["wanted_found"]["value"] is None
    assert [page["file_id"] for page in report["pages"]] == ["a", "b"]

    assert command(*run, "--write-floors")[0] == 0
    code, printed = command(*run, "--check")
    assert (code, "All 2 floors are reached" in printed) == (0, True)
    code, printed = command(*run, "--every", "2", "--check")
    assert (code, "these are 1" in printed, "Nothing was checked" in printed) == (2, True, True)

    floors = json.loads((tmp_path / "floors.json").read_text())
    floors["least"]["cleaner F1"] = 1.01
    (tmp_path / "floors.json").write_text(json.dumps(floors))
    code, printed = command(*run, "--check")
    assert (code, "below its floor of 1.0100" in printed) == (1, True)
    assert command(*run, "--write-floors")[0] == 1
    assert json.loads((tmp_path / "floors.json").read_text()) == floors
    assert command(*run, "--write-floors", "--lower")[0] == 0
    assert json.loads((tmp_path / "floors.json").read_text())["least"]["cleaner F1"] < 1


@pytest.mark.parametrize("arguments", [("--every", "0"), ()], ids=["every none", "empty"])
def test_a_run_over_no_page_says_so(command, tmp_path, arguments):
    (tmp_path / "a.jsonl").touch()

    assert command("--data", tmp_path, *arguments) == (2, "")


def test_pages_of_sites_that_ours_has_seen_are_told(command, monkeypatch, tmp_path):
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"weights")
    save_record(weights, [replace(PAGE, html="another page")])
    monkeypatch.setattr(extraction, "WEIGHTS", weights)
    write_wcxb(tmp_path / "data", [PAGE, replace(PAGE, file_id="b", url="https://two.example/b")])

    assert "1 of 2 pages are of sites that ours was trained on" in command("--data", tmp_path / "data")[1]
    assert command("--data", tmp_path / "data", "--training", tmp_path / "data")[0] == 2


def test_ours_is_cross_validated_on_the_pages_it_was_trained_on(command, monkeypatch, tmp_path):
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"weights")
    save_record(weights, [PAGE])
    monkeypatch.setattr(extraction, "WEIGHTS", weights)
    write_wcxb(tmp_path / "data", [PAGE])
    asked = []
    monkeypatch.setattr(extraction, "train_folds", lambda training, folder: asked.append(training))

    def ask(self, pages):
        asked.extend(page.fold for page in pages)
        return [systems.Answer(PROSE, 1, 1)] * len(pages)

    monkeypatch.setattr(SystemProcess, "ask", ask)

    assert command("--data", tmp_path / "data")[0] == 0
    assert asked == [tmp_path / "data", fold_of("one.example")]
