"""Page views: the whole source in order, every removal where it was, and files that nobody else can name or change."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.config import Config, Duplicates, Write
from cleaner.errors import InputError, UsageError
from cleaner.model import Document, KeptBlock, Metadata, Page, Removal, Source
from cleaner.page_reader import page_reader
from cleaner.report import remake_report
from cleaner.report.page_lines import Gone, Hidden, Kept, page_lines
from cleaner.report.page_view import view_page
from cleaner.report.view_paths import view_path
from cleaner.report.views import ViewRecord, read_views
from cleaner.settings import resolve
from cleaner.verify import verify
from cleaner.writing.wire import document_record
from tests.e2e.command import cleaner as command
from tests.e2e.command import digest
from tests.inert import assert_inert
from tests.promises import Figures
from tests.unit.clean_folder import HOSTILE, Corpus, document_of, page_of
from tests.unit.table_rows import removal_rows
from tests.unit.test_report import _HOSTILE_TEXTS

ROOT = Path(__file__).parents[2]


def lines_of(page: Page, document: Document):  # type: ignore[no-untyped-def]
    rows = list(removal_rows(document.id, document.removals))
    return page_lines(page.source_text, page.kind, document_record(document), rows), rows


def cut(text: str, places: list[int], reasons: list[str]) -> tuple[list[KeptBlock], list[Removal]]:
    """A partition of *text* at *places*: blocks that are kept, and removals."""
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    blocks, removals = [], []
    for number, (start, end) in enumerate(pairwise(edges)):
        reason = reasons[number % len(reasons)]
        if reason == "kept" and blocks and blocks[-1].end == start:
            blocks[-1] = KeptBlock(blocks[-1].start, end, "paragraph")
        elif reason == "kept":
            blocks.append(KeptBlock(start, end, "paragraph"))
        else:
            removals.append(Removal(start, end, reason, f"rule {number % 3}"))  # type: ignore[arg-type]
    return blocks, removals


_REASONS = st.lists(
    st.sampled_from(["kept", "markup", "script", "boilerplate", "template", "near-duplicate", "control"]), min_size=1
)


@given(st.text(st.sampled_from("ab <>/&;p\n\u202e\x1b"), min_size=1), st.lists(st.integers(0, 200)), _REASONS)
def test_the_whole_source_is_in_the_view_in_order(text: str, places: list[int], reasons: list[str]) -> None:
    page = page_of(Source("a.html"), text)
    blocks, removals = cut(text, places, reasons)
    document = document_of(page, blocks, removals)
    lines, rows = lines_of(page, document)

    pieces = [piece for line in lines for piece in line.pieces]
    shown = [piece.row for piece in pieces if isinstance(piece, Gone | Hidden)]
    assert shown == rows
    sources = [
        piece.text if isinstance(piece, Kept) and piece.source is None
        else piece.source if isinstance(piece, Kept)
        else text[piece.row.start : piece.row.end]  # type: ignore[union-attr]
        for piece in pieces
    ]  # fmt: skip
    assert "".join(map(str, sources)) == text
    page_file = view_page(document_record(document), lines, lambda _: True)
    tree = assert_inert(page_file)
    anchors = [node.attributes["id"] for node in tree.css("main [id]")]
    assert anchors == [f"r{row.start}" for row in rows]


@pytest.mark.parametrize("text", _HOSTILE_TEXTS)
def test_a_hostile_page_is_shown_and_does_nothing(text: str, figures: Figures) -> None:
    source = f"{text}<p>{text}</p>{text}"
    page = page_of(Source("a.html"), source)
    half = len(text)
    document = document_of(
        page,
        [KeptBlock(0, half, "paragraph")],
        [
            Removal(half, half + 3, "markup", text),
            Removal(
                half + 3, 2 * half + 3, "near-duplicate", text, kept_doc_id=text, similarity=0.5, similarity_kind=text
            ),
            Removal(2 * half + 3, len(source), "boilerplate", text),
        ],
        metadata=Metadata(title=text, url=f"javascript:{text}", site=text, date=text),
        reason=text,
        confidence=0.5,
    )
    lines, _ = lines_of(page, document)
    for has_view in (True, False):
        assert_inert(view_page(document_record(document), lines, lambda _, answer=has_view: answer))  # type: ignore[misc]
    figures.count("R13", "views of hostile pages that are inert")


def test_a_removal_links_to_the_view_of_the_copy_that_is_kept() -> None:
    corpus = Corpus()
    lines, _ = lines_of(corpus.copy, corpus.documents[1])
    seen = assert_inert(view_page(document_record(corpus.documents[1]), lines, lambda name: name == "news/a.html"))
    links = [link.attributes["href"] for link in seen.css("main a")]
    assert set(links) == {f"../../../{view_path('news/a.html')}"}


def test_reason_and_rule_are_said_in_words_and_letters_not_in_colour_alone() -> None:
    corpus = Corpus()
    lines, _ = lines_of(corpus.first, corpus.documents[0])
    tree = assert_inert(view_page(document_record(corpus.documents[0]), lines, lambda _: False))
    (mark,) = tree.css("main del")
    assert "B boilerplate: cue" in str(mark.attributes["title"])
    assert "Score 0.90" in str(mark.attributes["title"])
    (label,) = tree.css("main .label")
    assert label.text().split() == ["B", "cue"]
    assert "boilerplate: cue" in tree.css(".legend")[0].text()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clean = tmp_path_factory.mktemp("views") / "clean"
    cleaner.run(ROOT / "raw", clean, Config(duplicates=Duplicates(mode="drop"), jobs=1))
    return clean


def views(clean: Path) -> list[ViewRecord]:
    return list(read_views(clean))


def test_every_reason_and_large_site_is_among_the_views(sample: Path) -> None:
    found = views(sample)
    reasons = {shown.reason for view in found for shown in view.samples}
    assert len(found) == 20
    assert {"boilerplate", "template", "near-duplicate"} <= reasons
    assert {"harborlight.example", "meridianpost.example", "thedailyquill.example"} <= {view.site for view in found}
    for view in found:
        page = (sample / view.path).read_text(encoding="utf-8")
        assert_inert(page.encode())
        assert all(f'id="{shown.anchor}"' in page for shown in view.samples)


def test_every_link_between_the_files_leads_somewhere(sample: Path) -> None:
    files = [sample / "report.html", *sorted((sample / "report" / "pages").rglob("*.html"))]
    trees = {file: assert_inert(file.read_bytes()) for file in files}
    ids = {file: {str(node.attributes["id"]) for node in tree.css("[id]")} for file, tree in trees.items()}
    links = [(file, str(link.attributes["href"])) for file, tree in trees.items() for link in tree.css("a")]
    own = [(file, *href.split("#")) for file, href in links if not href.startswith("http")]
    assert len(own) > 100
    for file, path, *anchor in own:
        target = (file.parent / path).resolve() if path else file
        assert set(anchor) <= ids[target]


def test_the_run_names_the_views_and_verification_misses_none(sample: Path, tmp_path: Path) -> None:
    named = {output["path"] for output in json.loads((sample / "run.json").read_text())["generated"]}
    there = {path.relative_to(sample).as_posix() for path in (sample / "report").rglob("*") if path.is_file()}
    assert {"report.html", *there} <= named
    assert verify(sample, ROOT / "raw", page_reader(sample)).ok


def test_a_changed_and_a_stray_view_are_found(sample: Path) -> None:
    first = sample / views(sample)[0].path
    before, stray = first.read_bytes(), first.with_name("stray.html")
    try:
        first.write_bytes(before + b" ")
        stray.write_bytes(b"")
        found = verify(sample, None, page_reader(sample))
    finally:
        first.write_bytes(before)
        stray.unlink()
    assert {(difference.doc_id, difference.what) for difference in found.differences} == {
        (first.relative_to(sample).as_posix(), "digest"),
        (stray.relative_to(sample).as_posix(), "page"),
    }


def test_making_the_report_anew_changes_no_byte(sample: Path) -> None:
    before = digest(sample)
    remake_report(sample)
    assert digest(sample) == before
    remake_report(sample, ROOT / "raw")
    assert digest(sample) == before
    assert verify(sample, ROOT / "raw", page_reader(sample)).ok


def test_as_many_views_as_asked_for_and_no_stale_ones(sample: Path) -> None:
    try:
        for number, expected in ((3, 3), ("all", 37), (0, 0)):
            written = remake_report(sample, ROOT / "raw", number)  # type: ignore[arg-type]
            assert (len(views(sample)), written.missing) == (expected, 0)
            assert len(list((sample / "report").rglob("*.html"))) == expected
            assert verify(sample, ROOT / "raw", page_reader(sample)).ok
        assert not (sample / "report").exists()
    finally:
        remake_report(sample, ROOT / "raw")


def test_no_file_beside_the_views_is_removed_and_the_run_names_it(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
    cleaner.run(raw, clean, Config(jobs=1))
    own = [clean / "report" / "pages" / "notes.html", clean / "report" / "notes.txt"]
    for path in own:
        path.write_text("mine")
    done = cleaner.run(raw, clean, Config(jobs=1, write=Write(page_views=0)))
    assert done.warnings()[-1].startswith("report/notes.txt and 1 more file in the output folder, not written by a run")
    remake_report(clean, raw, 0)
    assert sorted(path for path in (clean / "report").rglob("*") if path.is_file()) == sorted(own)


def test_a_source_that_has_changed_or_gone_has_no_view(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    for name in "abc":
        (raw / f"{name}.txt").write_text(f"Page {name} says that high water at Weir Street was two metres.\n")
    cleaner.run(raw, clean, Config(jobs=1))
    (raw / "a.txt").write_text("Page a says something else now, and at some length, too.\n")
    (raw / "b.txt").unlink()
    written = remake_report(clean, raw)
    assert [view.doc_id for view in views(clean)] == ["c.txt"]
    assert written.missing == 2


@pytest.mark.parametrize("said", ['{"config": {}}', '{"config": {}, "generated": [{}]}'])
def test_a_record_of_the_run_that_is_none_is_an_input_error(tmp_path: Path, said: str) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
    cleaner.run(raw, clean, Config(jobs=1))
    (clean / "run.json").write_text(said)
    with pytest.raises(InputError, match=r"run\.json cannot be read"):
        remake_report(clean)


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
    cleaner.run(raw, clean, Config(jobs=1, write=Write(page_views=0)))
    (tmp_path / "elsewhere").mkdir()
    (clean / "report").symlink_to(tmp_path / "elsewhere")
    for again in (lambda: remake_report(clean, raw), lambda: cleaner.run(raw, clean, Config(jobs=1))):
        with pytest.raises(UsageError, match="is a link"):
            again()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_hostile_folder_leaves_nothing_but_inert_files_of_safe_names(tmp_path: Path, figures: Figures) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    folder = raw / "<img src=x onerror=alert(1)>\u202e"
    folder.mkdir(parents=True)
    text = "High water at Weir Street was two metres above the chart datum on Monday, said the harbour master."
    for number in range(5):
        (folder / f"\"'><script>alert({number})<.html").write_text(
            f"<title>{HOSTILE.replace('<', '&lt;')}</title><link rel=canonical href='javascript:alert(1)//a.example'>"
            f"<meta property='og:url' content='https://a.example/\"onmouseover=alert({number})'>"
            f"<nav>&lt;script&gt;alert(1)&lt;/script&gt;</nav><p>{text} {number}</p><p>&lt;style&gt; \u202e \u200b</p>",
            encoding="utf-8",
        )
    cleaner.run(raw, clean, Config(jobs=1))
    made = [clean / "report.html", *(clean / "report").rglob("*.html")]
    assert len(made) == 6
    for file in made:
        assert_inert(file.read_bytes())
    assert all(path.relative_to(clean).as_posix() == view_path(view.doc_id) for view, path in _pairs(clean))
    figures.count("R13", "files of a hostile folder that are inert", len(made))


def _pairs(clean: Path) -> Iterator[tuple[ViewRecord, Path]]:
    return ((view, clean / view.path) for view in read_views(clean))


def test_refused_templates_are_on_record_and_in_the_report(tmp_path: Path) -> None:
    clean = Corpus().write(tmp_path / "clean")
    run = json.loads((clean / "run.json").read_text())
    assert run["refused_templates"] == []
    run["refused_templates"] = [{"site": "a.example", "pages": 7, "share": 0.75}]
    (clean / "run.json").write_text(json.dumps(run))
    remake_report(clean)
    page = (clean / "report.html").read_text(encoding="utf-8")
    assert "75% of the text of a.example repeats across its 7 pages" in page
    assert "left as it is" in page
    assert json.loads((clean / "run.json").read_text())["refused_templates"][0]["site"] == "a.example"


@pytest.mark.parametrize(("given", "expected"), [("all", "all"), ("12", 12), (0, 0), ("0", 0)])
def test_the_number_of_views_is_a_number_or_all(given: object, expected: object) -> None:
    config, _ = resolve([("flag", {"write.page_views": given})])
    assert config.write.page_views == expected


@pytest.mark.parametrize("given", ["some", "-1", 1.5, True])
def test_another_number_of_views_is_refused(given: object) -> None:
    with pytest.raises(UsageError, match="page_views"):
        resolve([("flag", {"write.page_views": given})])


def test_views_need_the_sources(sample: Path) -> None:
    answer = command("report", sample, "--page-views", "3")
    assert answer.returncode == 2
    assert b"--raw" in answer.stderr


def test_another_folder_than_that_of_the_run_takes_no_view_away(sample: Path, tmp_path: Path) -> None:
    before = digest(sample)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(InputError, match="is it the folder that the run read"):
        remake_report(sample, other)
    assert digest(sample) == before


def test_a_view_that_is_gone_is_no_longer_named(tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    cleaner.run(ROOT / "raw" / "bytegarden.example", clean)
    views = [view.path for view in read_views(clean)]
    for path in views:
        (clean / path).unlink()
    remake_report(clean)
    assert list(read_views(clean)) == []
    assert verify(clean, None, page_reader(clean)).ok
    assert not any(path in (clean / "report.html").read_text() for path in views)


def test_a_folder_whose_name_is_not_utf_8_has_views(tmp_path: Path) -> None:
    clean = tmp_path / os.fsdecode(b"od\xff d")
    cleaner.run(ROOT / "raw" / "bytegarden.example", clean)
    assert len(list(read_views(clean))) == 2
