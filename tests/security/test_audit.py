"""R13: no network, no pickle, no foreign program, and nothing outside of ``clean/`` is written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command import AUDIT, REPO, cleaner
from tests.promises import Figures

COMMANDS = [
    ("run", "raw", "clean"),
    ("run", "raw", "other", "--duplicates", "drop", "--against", "clean", "--extractor", "trafilatura"),
    ("run", "raw", "parquet", "--format", "parquet", "--dry-run"),
    ("clean", "raw/page.html", "--markdown"),
    ("clean", "--jsonl", "raw/lines.jsonl"),
    ("explain", "clean", "page.html", "--raw", "raw"),
    ("verify", "clean", "--raw", "raw"),
    ("report", "clean"),
    ("config", "show"),
]
URLS = """<!doctype html PUBLIC "x" "http://loopback.invalid/x.dtd"><html><head>
<link rel=canonical href="http://loopback.invalid/story"><base href="http://loopback.invalid/">
<link rel=stylesheet href="http://loopback.invalid/a.css"><script src="http://loopback.invalid/a.js"></script>
<meta property="og:url" content="http://loopback.invalid/story"><meta http-equiv=refresh content="0;http://loopback.invalid">
<script type="application/ld+json">{"@context": "http://loopback.invalid/c", "@type": "NewsArticle", "datePublished":
"2024-05-01", "author": {"@id": "http://loopback.invalid/me"}, "url": "http://loopback.invalid/story"}</script></head>
<body><article><h1>High water</h1><p>High water at Weir Street was two metres above the chart datum on Monday, the
harbour master said, and the quay was closed.</p><img src="http://loopback.invalid/i.png"><iframe
src="http://loopback.invalid"></iframe></article></body></html>"""


def test_the_watch_notices_a_connection() -> None:
    """The proof that the tests below could fail."""
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    environment = {**os.environ, "PYTHONPATH": str(AUDIT)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert ended.returncode == 99
    assert ended.stderr.startswith(b"FORBIDDEN: socket.")


def test_no_command_speaks_to_the_network_or_writes_outside_of_its_output(tmp_path: Path, figures: Figures) -> None:
    raw = tmp_path / "raw"
    for folder in ("poison.example", "tidewatch.example"):
        shutil.copytree(REPO / "raw" / folder, raw / folder)
    shutil.copy(REPO / "raw" / "crawl.warc.gz", raw)
    (raw / "page.html").write_text(URLS)
    (raw / "lines.jsonl").write_text('{"text": "High water at Weir Street was two metres."}\n')
    log = tmp_path / "audit.log"
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    watched = {
        "CLEANER_AUDIT_LOG": str(log),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for command in COMMANDS:
        ended = cleaner(*command, cwd=tmp_path, **watched)
        assert ended.returncode in {0, 1}, ended.stderr.decode()
        assert b"FORBIDDEN" not in ended.stderr
        figures.count("R13", "commands watched")
    changes = [line.split(b"\t") for line in log.read_bytes().splitlines()]
    assert len({process for process, _, _ in changes}) > len(COMMANDS)  # workers are watched, too
    ours = os.fsencode(tmp_path)
    # Beside its output: the unnamed file of the language model and the folder of a dry run, in the place for
    # temporary files, and what the kernel is told about a worker.
    inside = re.compile(rb"%b/(clean|other|parquet|temporary)(/.*)?|/dev/null|/proc/self/oom_score_adj" % ours)
    outside = sorted({path.decode() for _, _, path in changes if not inside.fullmatch(path)})
    figures.count("R13", "changes of files seen", len(changes))
    figures.count("R13", "writes outside of clean", len(outside))
    assert outside == []
    assert [*home.iterdir(), *temporary.iterdir()] == []


def test_a_run_without_any_network_gives_the_same_documents(tmp_path: Path) -> None:
    """In a network namespace without interfaces, where the system lets us make one."""
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace can be made here")
    command = [sys.executable, "-m", "cleaner", "run", str(REPO / "raw")]
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    for prefix, clean in (([], "with"), (["unshare", "-rn"], "without")):
        subprocess.run([*prefix, *command, clean, "-q"], cwd=tmp_path, env=environment, check=True)
    both = [(tmp_path / clean / "documents.jsonl").read_bytes() for clean in ("with", "without")]
    assert both[0] == both[1]


def test_no_source_file_names_what_runs_code_out_of_data() -> None:
    """Beside the import contract: pickles read by numpy or pandas, ``eval`` and their like."""
    banned = re.compile(r"\b(eval|exec|compile|__import__)\(|allow_pickle\s*=\s*True|yaml\.load\(")
    found = [
        f"{path.relative_to(REPO)}: {match[0]}"
        for path in sorted((REPO / "cleaner").rglob("*.py"))
        for match in banned.finditer(re.sub(r"re\.compile\(", "", path.read_text(encoding="utf-8")))
    ]
    assert found == []
