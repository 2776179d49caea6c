"""One run at a time per output folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.engine.lock import holding
from cleaner.errors import OutputBusy


def test_the_lock_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with holding(tmp_path / "new" / "clean"):
            pass


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with holding(tmp_path):
        told = r"another run \(process \d+\) is using .*" + tmp_path.name
        with pytest.raises(OutputBusy, match=told), holding(tmp_path):
            raise AssertionError


def test_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("safe")
    (tmp_path / ".cleaner").mkdir()
    (tmp_path / ".cleaner" / "lock").symlink_to(victim)
    with pytest.raises(Exception, match="cannot write"), holding(tmp_path):
        raise AssertionError
    assert victim.read_text() == "safe"
