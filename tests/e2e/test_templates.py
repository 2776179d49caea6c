"""Site templates on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.command import cleaner
from tests.site_pages import article

BOX = "Join the neighbors who start their day with us: the {} June edition lands in your inbox before breakfast."


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    for n in range(5):
        lines = [*article(n), BOX.format(n + 1), *article(n + 50)]
        path = folder / "harbor" / f"{n}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(lines), encoding="utf-8")
    return folder


def test_flags_say_what_a_site_is_and_whether_its_template_goes(raw: Path, tmp_path: Path) -> None:
    table = tmp_path / "urls.csv"
    table.write_text("".join(f"harbor/{n}.txt,https://harbor.example/{n}\n" for n in range(5)), encoding="utf-8")

    def removed(name: str, *flags: str) -> dict[str, object]:
        clean = tmp_path / name
        summary = json.loads(cleaner("run", raw, clean, "--json", *flags).stdout)
        assert cleaner("verify", clean, "--raw", raw).returncode == 0
        return {"template": summary["removed_visible_chars_by_reason"].get("template"), "reused": summary["reused"]}

    chars = sum(len(BOX.format(n + 1)) for n in range(5))
    assert removed("one") == {"template": None, "reused": 0}
    assert removed("two", "--urls", str(table)) == {"template": chars, "reused": 0}
    assert removed("three", "--site-from", "folder") == {"template": chars, "reused": 0}
    assert removed("three", "--site-from", "folder", "--no-templates") == {"template": None, "reused": 5}


def test_a_removal_of_template_is_explained(raw: Path, tmp_path: Path) -> None:
    assert cleaner("run", raw, tmp_path / "clean", "--site-from", "folder", "-q").returncode == 0
    text = cleaner("explain", tmp_path / "clean", "harbor/2.txt", "--raw", raw).stdout.decode()

    assert "template: site-template, score 1.00\n    Repeats across this site, but for dates, numbers and names" in text
    assert "“Join the neighbors who start their day with us: the 3 June edition" in text


def test_a_missing_table_of_addresses_is_one_sentence_and_exit_66(raw: Path, tmp_path: Path) -> None:
    result = cleaner("run", raw, tmp_path / "clean", "--urls", tmp_path / "none.csv")

    assert result.returncode == 66
    assert "none.csv cannot be read" in result.stderr.decode()
