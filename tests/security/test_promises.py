"""docs/promises.md names tests that are there, and every promise."""

from __future__ import annotations

import re

from tests.e2e.command import REPO

PAGE = (REPO / "docs" / "promises.md").read_text(encoding="utf-8")


def test_every_promise_has_tests_and_every_test_is_there() -> None:
    rows = re.findall(r"^\| (R\d+) \| .+? \| (.+) \|$", PAGE, re.MULTILINE)
    assert [promise for promise, _ in rows] == [f"R{number}" for number in range(1, 15)]
    for promise, shown in rows:
        for part in shown.split("; "):
            file, *tests = re.findall(r"`([^`]+)`", part)
            source = (REPO / file).read_text(encoding="utf-8")
            missing = [name for name in tests if f"def {name}(" not in source]
            assert not missing, f"{promise}: {file} has no {missing}"
