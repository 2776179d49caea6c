"""What repeats across the pages of one site is its template, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner.boilerplate.site_templates import SiteTemplates, find_templates
from cleaner.boilerplate.template_cells import removed_lines
from cleaner.boilerplate.template_keys import page_keys
from cleaner.config import Config, Read, Templates
from cleaner.model import Block
from cleaner.page_reader import page_reader
from cleaner.verify import verify
from tests.site_pages import article, page, removed

BOX = "Join the neighbors who start their day with us: the {} edition lands in your inbox before the kettle boils."
PROSE = " ".join(f"In its {n}th year the harbor office counted boats, gulls and quarrels." for n in range(1, 9))
SITE = "harbor.example"


def key(text: str) -> int:
    return page_keys([text])[0].key


def found(pages: dict[str, list[str]], site: str | None = SITE, settings: Templates | None = None) -> SiteTemplates:
    settings = settings or Templates()
    return find_templates(lambda: [page(name, site, paragraphs) for name, paragraphs in pages.items()], settings)


def gone(pages: dict[str, list[str]], site: str | None = SITE) -> dict[str, list[str]]:
    templates = found(pages, site)
    return {name: rows for name, paragraphs in pages.items() if (rows := removed(templates, name, paragraphs))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Harbor Morning Brief — 14 June edition", "Harbor Morning Brief — 2 July edition"),
        ("The June 14, 2026 edition is out now", "The May 2, 2025 edition is out now"),
        ("Last updated Tuesday by the night desk", "Last updated friday by the night desk"),
        ("Last updated 3 hours ago by the night desk", "Last updated 12 hours ago by the night desk"),
        ("Last updated at 6:15 by the night desk", "Last updated at 11:40 by the night desk"),
        ("Stand 14.06.2026 aus der Redaktion", "Stand 02.07.2026 aus der Redaktion"),
        ("Die Ausgabe vom 14. Juni 2026 ist da", "Die Ausgabe vom 2. März 2025 ist da"),
        ("L'édition du 14 juin est en ligne", "L'édition du 3 août est en ligne"),
        ("La edición del 14 de junio de 2026 ya está", "La edición del 2 de enero de 2025 ya está"),
        ("L'edizione del 14 giugno è uscita", "L'edizione del 3 luglio è uscita"),
        ("A edição de 14 de junho de 2026 já saiu", "A edição de 2 de março de 2025 já saiu"),
        ("De editie van 14 juni is er", "De editie van 3 maart is er"),
        ("Wydanie z 14 czerwca już jest", "Wydanie z 3 lipca już jest"),
        ("Выпуск от 14 июня уже вышел", "Выпуск от 3 июля уже вышел"),
        ("港の朝市だより 2026年6月14日(土)号をお届けします", "港の朝市だより 2025年12月2日(火)号をお届けします"),
        ("Join 11,240 neighbors who read our letter every day", "Join 9,800 neighbors who read our letter every day"),
        (
            "This piece was written by Ada Quist of our weekend desk, who likes letters",
            "This piece was written by Tom Renn of our weekend desk, who likes letters",
        ),
        ("  Sign up\nfor our letter  today", "sign up for our Letter today"),
    ],
)
def test_texts_that_differ_in_dates_numbers_and_names_alone_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How to Install Python on Windows", "How to Install Docker on Linux"),
        ("How to cook rice", "How to cook beans"),
        ("Storage: 85 GB available space", "Storage: 150 GB available space"),
        ("Dimensions: 6.24 x 1.08 x 9.3 inches", "Dimensions: 4.53 x 6.69 x 7.87 inches"),
        ("Added in version 3.2", "Added in version 3.4"),
        (
            "Box size: 14.4 x 17.4 x 13.9. Weight: 7.49 lbs. Size without feet: 13.3 inches wide, 3.4 inches high.",
            "Box size: 14.4 x 17.4 x 13.9. Weight: 7.35 lbs. Size without feet: 13.3 inches wide, 3.4 inches high.",
        ),
        ("$19.99", "$24.99"),
        ("14 June 2026", "15 June 2026"),
        ("Posted 14 June 2026", "Posted 15 June 2026"),
        ("Der Preis ist heiß", "Der Tee ist heiß"),
        (
            "On Monday the council of Dunmere voted to close the old bridge",
            "On Monday the council of Dunmere voted to paint the old bridge",
        ),
        ("潮の香りがする港の朝", "魚の匂いがする港の朝"),
        (PROSE, PROSE.replace("8th", "9th")),
    ],
)
def test_texts_that_say_different_things_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    "row", ["Rated by {} readers with an average of {}.5 out of 5 stars so far", "Posted on {} June in the old harbor"]
)
def test_rows_of_one_page_that_differ_in_numbers_alone_are_facts(row: str) -> None:
    rows = [row.format(n, n) for n in (3, 7)]

    assert [found.is_fact for found in page_keys(rows)] == [True, True]
    assert not page_keys(rows[:1])[0].is_fact
    assert gone({f"{n}": [*article(n), *rows] for n in range(6)}) == {}


def test_a_box_that_differs_by_date_goes_from_every_page() -> None:
    pages = {f"{n}": [*article(n), BOX.format(f"{n + 1} June")] for n in range(4)}

    assert gone(pages) == {name: paragraphs[-1:] for name, paragraphs in pages.items()}
    assert found(pages).removals("2")[0].score == 1.0


def test_three_pages_make_no_template() -> None:
    assert gone({f"{n}": [*article(n), BOX] for n in range(3)}) == {}


def test_pages_without_a_site_and_other_sites_take_no_part() -> None:
    pages = {f"{n}": [*article(n), BOX] for n in range(4)}

    assert gone(pages, site=None) == {}
    templates = find_templates(
        lambda: [page(name, f"{name}.example", rows) for name, rows in pages.items()], Templates()
    )
    assert templates.rows == {}


def test_what_pass_1_removed_from_other_pages_is_evidence() -> None:
    box = [BOX.format(f"{n + 1} June") for n in range(12)]
    kept = [page(f"kept {n}", SITE, [*article(n), box[n]]) for n in range(3)]
    others = [page(f"{n}", SITE, article(n), removed=[box[n]]) for n in range(3, 12)]
    templates = find_templates(lambda: [*kept, *others], Templates())

    assert [removed(templates, f"kept {n}", [*article(n), box[n]]) for n in range(3)] == [[line] for line in box[:3]]
    assert len(templates.rows) == 3
    assert gone({f"{n}": [*article(n), *box[n : n + (n < 3)]] for n in range(12)}) == {}


def test_the_opening_of_an_article_that_all_pages_tease_stays() -> None:
    teaser = article(0)[0]
    others = [page(f"{n}", SITE, article(n), removed=[teaser]) for n in range(1, 40)]
    leaks = [page(f"leak {n}", SITE, [*article(n), teaser]) for n in range(40, 44)]
    own = page("own", SITE, article(0))
    templates = find_templates(lambda: [own, *others, *leaks], Templates())

    assert removed(templates, "own", article(0)) == []
    assert removed(templates, "leak 41", [*article(41), teaser]) == [teaser]


def test_a_notice_above_every_article_goes() -> None:
    pages = {f"{n}": [BOX.format(f"{n + 1} June"), *article(n)] for n in range(6)}

    assert gone(pages) == {name: paragraphs[:1] for name, paragraphs in pages.items()}


def test_removed_lines_are_sentences_and_what_leads_to_them() -> None:
    lines = ["Home", "News", "Morning letter", BOX, "Sign me up", article(1)[0]]
    blocks = [Block(10 * at, 10 * at + 9, line, "paragraph") for at, line in enumerate(lines)]

    assert removed_lines(blocks, {0, 10, 20, 30, 40}) == ("Morning letter", BOX)
    assert removed_lines([], set()) == ()


def test_copies_of_one_page_count_once() -> None:
    recrawled = {f"copy {n}": [*article(0), BOX] for n in range(5)}
    others = {f"{n}": article(n) for n in range(1, 5)}

    assert gone(recrawled | others) == {}


def test_versions_of_one_page_are_no_evidence_for_each_other() -> None:
    versions = {f"version {n}": [*article(0), PROSE, f"Corrected for the {n + 2} time."] for n in range(4)}
    others = {f"{n}": [*article(n), *article(n + 20), *article(n + 40), *article(n + 60)] for n in range(1, 4)}

    assert gone(versions | others) == {}


def test_a_story_under_three_addresses_of_a_site_stays() -> None:
    story = {f"section {n}": article(0) for n in range(3)}
    story["section 1"] = [*story["section 1"], "The editor would like it known that this section is for business only."]

    assert gone(story | {f"{n}": article(n) for n in range(1, 4)}) == {}


def test_long_prose_stays_unless_half_of_the_site_has_it() -> None:
    some = {f"{n}": [*article(n), *article(n + 100), *article(n + 200), PROSE if n < 12 else BOX] for n in range(60)}
    most = {f"{n}": [*article(n), *article(n + 100), *article(n + 200), PROSE if n < 40 else BOX] for n in range(60)}

    assert {row for rows in gone(some).values() for row in rows} == {BOX}
    assert {row for rows in gone(most).values() for row in rows} == {BOX, PROSE}


def test_headings_that_repeat_stay_and_go_only_with_a_sentence() -> None:
    pages = {f"{n}": ["About this game", *article(n), "Morning letter", BOX.format(f"{n + 1} May")] for n in range(6)}

    assert gone(pages) == {name: paragraphs[-2:] for name, paragraphs in pages.items()}


def test_a_site_that_would_lose_most_of_its_text_is_reported_and_left_alone() -> None:
    boxes = [f"{BOX} Letter {word} is free of charge." for word in ("alpha", "beta", "gamma")]
    pages = {f"{n}": [*article(n)[: 1 + n % 3], *boxes] for n in range(12)}
    [refused] = found(pages).refused

    assert (refused.site, refused.pages) == (SITE, 12)
    assert refused.share > 0.5
    assert found(pages).rows == {}
    assert found(pages, settings=Templates(max_site_share=1.0)).refused == ()


def test_consent_that_stands_in_for_the_article_goes_from_the_second_page_on() -> None:
    text = ["Before you continue", "We and 412 partners store and read information on this device, if you agree to it."]
    walls = [page(f"wall {n}", SITE, text, "consent-wall") for n in range(2)]
    article_page = page("article", SITE, [*article(1), text[1]])
    other_site = page("other", "other.example", text, "consent-wall")
    templates = find_templates(lambda: [*walls, article_page, other_site], Templates())

    assert removed(templates, "wall 0", text) == removed(templates, "wall 1", text) == text
    assert removed(templates, "article", [*article(1), text[1]]) == [text[1]]
    assert removed(templates, "other", text) == []


def test_switched_off_nothing_is_found() -> None:
    assert found({f"{n}": [*article(n), BOX] for n in range(6)}, settings=Templates(enabled=False)).rows == {}


def _write_site(raw: Path, suffix: str) -> None:
    for n in range(6):
        rows = [*article(n), BOX.format(f"{n + 1} June"), *article(n + 50)]
        text = "\n\n".join(rows)
        if suffix == "html":
            body = "".join(f"<p>{row}</p>" for row in rows)
            text = f"<html><head><title>Lot {n}</title></head><body><h1>Lot {n}</h1>{body}</body></html>"
        path = raw / "harbor" / f"{n}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("suffix", ["html", "txt"])
def test_a_run_removes_the_box_proves_it_and_links_no_page_by_it(tmp_path: Path, suffix: str) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    _write_site(raw, suffix)
    config = Config(jobs=1, read=Read(site_from="folder"))
    report = cleaner.run(raw, clean, config)
    rows = [row for row in pq.read_table(clean / "removals.parquet").to_pylist() if row["reason"] == "template"]

    assert [row["doc_id"] for row in rows] == [f"harbor/{n}.{suffix}" for n in range(6)]
    assert {(row["rule"], row["score"]) for row in rows} == {("site-template", 1.0)}
    assert report.tally.counts()["removals_by_rule"]["template/site-template"]["spans"] == 6
    assert "lands in your inbox" not in (clean / "documents.jsonl").read_text(encoding="utf-8")
    assert pq.read_table(clean / "relations.parquet").num_rows == 0
    assert verify(clean, raw, page_reader(clean)).ok


def test_a_page_of_nothing_else_says_why_it_is_empty(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    _write_site(raw, "txt")
    (raw / "harbor" / "bare.txt").write_text(BOX.format("9 June"), encoding="utf-8")
    cleaner.run(raw, clean, Config(jobs=1, read=Read(site_from="folder")))
    lines = (clean / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    [bare] = [line for line in lines if '"harbor/bare.txt"' in line]

    assert '"status":"empty"' in bare
    assert "repeats across its site" in bare


def test_a_refused_site_is_a_warning_of_the_run(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    _write_site(raw, "txt")
    config = Config(jobs=1, read=Read(site_from="folder"), templates=Templates(max_site_share=0.05))
    report = cleaner.run(raw, clean, config)

    assert any("harbor" in warning and "repeats across its 6 pages" in warning for warning in report.warnings())
    assert "lands in your inbox" in (clean / "documents.jsonl").read_text(encoding="utf-8")


def test_settings_of_templates_leave_results_of_single_pages_valid() -> None:
    config = Config()

    assert replace(config, templates=Templates(enabled=False)).fingerprint("1") == config.fingerprint("1")
    assert replace(config, read=Read(site_from="folder")).fingerprint("1") != config.fingerprint("1")


def test_pages_are_no_copies_of_each_other_for_their_template(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    _write_site(raw, "txt")
    for n in range(3):
        lines = ["Morning letter", BOX.format(f"{n + 1} June"), article(70 + n)[0]]
        (raw / "harbor" / f"short {n}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    with_templates = Config(jobs=1, read=Read(site_from="folder"), templates=Templates(max_site_share=1.0))
    cleaner.run(raw, clean, with_templates)
    lines = (clean / "documents.jsonl").read_text(encoding="utf-8").splitlines()

    assert all('"duplicate_of":null' in line for line in lines)
    assert pq.read_table(clean / "relations.parquet").num_rows == 0
