"""What there is one of is said in the singular, wherever a person reads it."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.command import REPO, cleaner

ONE_OF_MANY = re.compile(r"(?<![\w.,:#/-])1 (?:(?:more|raw|source|failed) )?(?!(?:is|was|has)\b)[a-z]+s\b")
STORY = "High water at Weir Street was two metres above the chart datum when the quay was flooded on Monday."


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [("1 documents", True), ("(1 pages)", True), ("1 document", False), ("41 pages", False), ("1.1 metres", False)],
)
def test_the_pattern_knows_what_is_wrong(text: str, is_wrong: bool) -> None:
    assert (ONE_OF_MANY.search(text) is not None) == is_wrong


def _wrong(text: str) -> list[str]:
    return [text[max(found.start() - 30, 0) : found.end() + 20] for found in ONE_OF_MANY.finditer(text)]


def _shown(page: bytes) -> str:
    """What a reader sees of *page*, titles of marks and bars among it."""
    bare = re.sub(rb"<style>.*?</style>", b"", page, flags=re.DOTALL).decode()
    return html.unescape(re.sub(r"<[^>]*>", "", bare))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """One document, its one copy, one failure."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.html").write_text(f"<title>Tides</title><nav>Home</nav><p>{STORY}</p>")
    (raw / "b.html").write_text(f"<title>Tides</title><p>{STORY}</p>")
    (raw / "c.html").write_bytes(b"%PDF-1.4 no page")
    return raw


def test_everything_printed_and_shown_agrees_in_number(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "single").mkdir()
    single = shutil.copy(raw / "a.html", tmp_path / "single")
    said: list[str] = []
    for name, source, mode in (("two", raw, "drop"), ("one", Path(single).parent, "mark")):
        clean = tmp_path / name
        said += [
            _text("run", source, clean, "--duplicates", mode, "-v"),
            _text("run", source, clean, "--duplicates", mode),
            _text("verify", clean, "--raw", source),
            _text("explain", clean, "a.html", "--raw", source),
            (clean / "README.md").read_text(),
            _shown((clean / "report.html").read_bytes()),
            *(_shown(path.read_bytes()) for path in (clean / "report" / "pages").rglob("*.html")),
        ]
        (clean / "pages" / "a.html.md").write_text("another text")
        said.append(_text("verify", clean))
        (source / "a.html").write_text(f"<title>Tides</title><nav>Home!</nav><p>{STORY}</p>")
        (clean / "pages" / "mine.md").write_text("notes")
        said += [
            _text("verify", clean, "--raw", source),
            _text("report", clean, "--raw", source, "--page-views", "all"),
            _text("export", clean, tmp_path / f"{name}-tei", "--format", "tei"),
            _text("export", clean, tmp_path / f"{name}-hf", "--ro-crate"),
            (tmp_path / f"{name}-hf" / "README.md").read_text(),
            _text("run", source, clean, "--duplicates", "keep"),
            _text("run", source, tmp_path / "never", "--dry-run"),
        ]
    assert [wrong for text in said for wrong in _wrong(text)] == []
    whole = "\n".join(said)
    for right in (
        "1 document, 0 failures",
        "2 documents, 1 failure",
        "duplicate: 1 document\n",
        ": 1 difference.",
        "1 source is not what it was in the run: it has no view.",
        "1 source came in. 1 became a document",
        "1 file in ",
        "mine.md in the output folder, not written by a run, stays there.",
    ):
        assert right in whole, right


def _text(*arguments: str | Path) -> str:
    done = cleaner(*arguments, cwd=REPO)
    assert done.returncode in {0, 1, 66}, done.stderr
    return (done.stdout + done.stderr).decode()
