"""A corpus of nine small sources that takes every path through a run, and what is on disk after one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

STORY = (
    "State water regulators on Thursday ordered emergency inspections of 41 aging river gates along the Ostrander "
    "after a steel panel at the dam tore loose before dawn and sent a wall of muddy water through two campgrounds."
)
MENU = "<nav><a href='/'>Home</a><a href='/news'>News</a><a href='/tides'>Tides and weather</a></nav>"
OWN = (
    "Nobody at the county fair could say who had painted the water tower pink, and the mayor laughed for long.",
    "The library on Weir Street opens an hour later all summer, as two of its librarians are at sea until fall.",
    "A lock keeper at the third gate keeps a log of every barge, its cargo and the colour of its newest paint.",
    "Cheap sensors now tell the harbour office how high the tide is, every minute and at every single pier.",
)


def write_pages(raw: Path) -> Path:
    """*raw* with four pages of one site that share a story, two plain texts, two records, and a PDF that fails."""
    raw.mkdir(parents=True)
    for number, own in enumerate(OWN):
        body = f"<h1>Page {number}</h1><p>{own}</p><p>{STORY if number % 2 else STORY.replace('muddy', 'brown')}</p>"
        page = f"<!doctype html><title>Page {number}</title>{MENU}<main>{body}</main>"
        (raw / f"page-{number}.html").write_text(page, "utf-8")
    (raw / "plain.txt").write_text(f"{OWN[0][::-1]}\n\n{STORY}\n", "utf-8")
    (raw / "sub").mkdir()
    (raw / "sub" / "tide.txt").write_text(f"{OWN[1][::-1]}\n", "utf-8")
    lines = ({"text": f"{own} {own[::-1]}", "url": f"https://a.example/{n}"} for n, own in enumerate(OWN[:2]))
    (raw / "records.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (raw / "brochure.html").write_bytes(b"%PDF-1.4 not a page")
    return raw


def final_files(clean: Path) -> dict[str, str]:
    """SHA-256 of everything that law 3 covers: all of *clean* but ``run.json``, ``.cleaner/`` and temporary files."""
    return {
        path.relative_to(clean).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(clean.rglob("*"))
        if path.is_file()
        and path.name != "run.json"
        and path.suffix != ".part"
        and ".cleaner" not in path.relative_to(clean).parts
    }


def parts(clean: Path) -> list[str]:
    """Temporary files that were left behind."""
    return [path.name for path in clean.rglob("*.part")]
