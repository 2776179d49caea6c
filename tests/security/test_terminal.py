"""R13: what a terminal would obey never comes out of a page, a file name or a record's id."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests.e2e.command import cleaner
from tests.promises import Figures

ESCAPE = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PAGE = f"""<!doctype html><title>Ti{ESCAPE}tle</title><meta name=author content="A{ESCAPE}n Author">
<link rel=canonical href="https://news.example/{ESCAPE}story"><article><h1>High{ESCAPE} water</h1>
<p>High water at Weir Street was two metres above the chart datum {ESCAPE} on Monday, the harbour master
said.</p></article>
<nav><a href="/">Ho{ESCAPE}me</a> <a href="/b">News</a></nav>"""


def test_no_command_prints_what_a_terminal_obeys(tmp_path: Path, figures: Figures) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    name = f"story{ESCAPE}.html"
    (raw / name).write_text(PAGE)
    (raw / f"twin{ESCAPE}.html").write_text(PAGE)
    (raw / f"empty{ESCAPE}\n.html").write_bytes(b"")
    (raw / os.fsdecode(b"not-utf-8-\xff\x1b[31m.pdf")).write_bytes(b"%PDF-1.7\n")
    (raw / "lines.jsonl").write_text(json.dumps({"id": f"record{ESCAPE}", "html": PAGE}) + '\n{"id": "\x1b[31m"\n')
    first = cleaner("run", raw, "clean", "-v", cwd=tmp_path)
    documents = [json.loads(line)["id"] for line in (tmp_path / "clean" / "documents.jsonl").read_bytes().splitlines()]
    (tmp_path / "clean" / "pages" / "lines.jsonl").rename(tmp_path / "clean" / "pages" / f"stray{ESCAPE}")
    outputs = [
        first,
        cleaner("run", raw, "clean", "--json", cwd=tmp_path),
        *(cleaner("explain", "clean", document, "--raw", raw, cwd=tmp_path) for document in documents),
        cleaner("explain", "clean", f"nothing{ESCAPE}", cwd=tmp_path),
        cleaner("report", "clean", cwd=tmp_path),
        cleaner("clean", raw / f"empty{ESCAPE}\n.html", cwd=tmp_path),
        cleaner("clean", f"missing{ESCAPE}", cwd=tmp_path),
        cleaner("run", f"missing{ESCAPE}", "clean", cwd=tmp_path),
        cleaner("run", raw, f"clean{ESCAPE}", "--extractor", f"x{ESCAPE}", cwd=tmp_path),
        cleaner(f"x{ESCAPE}", cwd=tmp_path),
    ]
    (tmp_path / "clean" / "documents.jsonl").write_bytes(b"")
    outputs.append(cleaner("verify", "clean", "--raw", raw, cwd=tmp_path))
    assert len(documents) == 3
    for output in outputs:
        for text in (output.stdout.decode(), output.stderr.decode()):
            assert not OBEYED.search(text), f"{output.args}: {OBEYED.search(text)}: {text!r}"
            assert "Traceback" not in text
    figures.count("R13", "outputs free of terminal escapes", len(outputs))
