"""What a terminal shows of a run."""

from __future__ import annotations

import gzip
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.config import Read
from cleaner.progress import Stage
from cleaner.reading.input_share import InputShare
from cleaner.reading.sources import read_sources
from cleaner.run_report import Step
from cleaner.writing.tally import Tally
from tests.e2e.command import REPO


def test_the_share_of_the_input_grows_to_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>one</p>" * 50)
    (tmp_path / "lines.jsonl").write_bytes(b'{"text": "some words of a page"}\n' * 50)
    (tmp_path / "z.jsonl.gz").write_bytes(gzip.compress(b'{"text": "some words of a page"}\n' * 50))
    (tmp_path / "none.txt").write_bytes(b"")
    read = InputShare(tmp_path)
    shares = []
    for item in read_sources(tmp_path, Read()):
        read.reached(item.source, item.end)
        shares.append(read.share)
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(500 / sum(path.stat().st_size for path in tmp_path.iterdir()))
    assert shares[-1] == 1.0
    assert len(set(shares)) > 20


def test_what_is_known_is_told(tmp_path: Path) -> None:
    tally = Tally(source_chars=1_000, visible_chars=100)
    tally.removed_chars["boilerplate", "learned"] = 40
    stage = Stage(0.0)
    told = stage.facts(Step("write", 1_500, 3_000, tally=tally), 0.5, 10.0)
    assert told == "1,500 of 3,000 pages, 150 a second, 60% of the text kept, 0:10 left"
    assert stage.facts(Step("corpus"), None, 10.0) == ""


def test_a_terminal_sees_the_stages_and_then_the_summary(tmp_path: Path) -> None:
    """Under a pseudo-terminal, as a user sees it; the line that moved is gone at the end."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cleaner", "run", str(REPO / "raw" / "tidewatch.example"), str(tmp_path / "clean")]
    environment = {**os.environ, "PYTHONPATH": str(REPO), "TERM": "xterm", "COLUMNS": "100"}
    running = subprocess.Popen(command, stderr=theirs, stdout=theirs, env=environment)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    assert running.wait() == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    assert "reading" in text
    assert "3 documents" in text.replace("\r", "")
