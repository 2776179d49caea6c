"""What runs write beside what people write: nothing of theirs is lost, and nothing of a run's stays behind."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.engine.atomic import sweep_parts
from cleaner.writing.own_files import own_files

NAMES = ("pages/a", "pages/b", "pages/c/d", "pages/c/e", "pages/c", "pages/b/f")
"""Some are a folder in one run and a file in the next."""
TEXTS = ("one\n", "two\n", "three\n")


@st.composite
def runs(draw: st.DrawFn) -> tuple[dict[str, str], int]:
    """What a run writes, no name of it inside another, and after how many files it is killed; -1 for never."""
    pages: dict[str, str] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        if not any(f"{other}/".startswith(f"{name}/") or name.startswith(f"{other}/") for other in pages):
            pages[name] = draw(st.sampled_from(TEXTS))
    return pages, draw(st.sampled_from([-1, -1, 0, 1, 2]))


edits = st.dictionaries(st.sampled_from([*NAMES, "pages/mine", "pages/a.saved"]), st.sampled_from(["M1", "M2", "M3"]))
"""What somebody writes between two runs."""


class Killed(Exception):
    """A run ends here."""


def run(clean: Path, pages: dict[str, str], killed_after: int = -1) -> tuple[list[tuple[str, str]], list[str]]:
    """What a run over *pages* moved, and what it found beside its own."""
    sweep_parts(clean)
    with own_files(clean, clean / "record") as own:
        for number, (name, text) in enumerate(pages.items()):
            if number == killed_after:
                raise Killed
            own.write(name, text.encode())
        own.remove_others("pages")
    return own.moved, own.strangers


def contents(clean: Path) -> dict[str, str]:
    return {
        path.relative_to(clean).as_posix(): path.read_text() for path in (clean / "pages").rglob("*") if path.is_file()
    }


@given(st.lists(st.tuples(runs(), edits), max_size=4), runs())
def test_what_people_write_is_never_lost_and_nothing_of_a_run_stays_behind(
    history: list[tuple[tuple[dict[str, str], int], dict[str, str]]], last: tuple[dict[str, str], int]
) -> None:
    clean = Path(tempfile.mkdtemp())
    try:
        mine: list[str] = []
        for (pages, killed_after), edited in history:
            with suppress(Killed):
                run(clean, pages, killed_after)
            assert sorted(text for text in contents(clean).values() if text.startswith("M")) == sorted(mine)
            for name, text in edited.items():
                path = clean / name
                if path.is_dir() or not (path.parent.is_dir() or path.parent == clean / "pages"):
                    continue
                path.parent.mkdir(exist_ok=True)
                if path.is_file() and path.read_text().startswith("M"):
                    mine.remove(path.read_text())
                path.write_text(text)
                mine.append(text)
        moved, strangers = run(clean, last[0])
        found = contents(clean)
        assert {name: found.pop(name) for name in last[0]} == last[0]
        assert sorted(found.values()) == sorted(mine)
        named = {*strangers, *(now for _, now in moved)}
        assert sorted(found) == sorted(name for name in named if (clean / name).is_file())
    finally:
        shutil.rmtree(clean)


def test_the_record_does_not_grow_with_runs_that_are_stopped(tmp_path: Path) -> None:
    pages = {f"pages/{number}": str(number) for number in range(20)}
    run(tmp_path, pages)
    whole = (tmp_path / "record").stat().st_size
    assert whole == 16 * len(pages)
    for _ in range(3):
        with pytest.raises(Killed):
            run(tmp_path, pages, killed_after=15)
        assert (tmp_path / "record").stat().st_size == whole


def test_a_file_that_a_stopped_run_made_another_way_is_known_for_it(tmp_path: Path) -> None:
    table = tmp_path / "table"
    with suppress(Killed), own_files(tmp_path, tmp_path / "record") as own:
        own.announce("table")
        table.write_text("rows")
        raise Killed
    with own_files(tmp_path, tmp_path / "record") as own:
        own.clear("table")
    assert not table.exists()
    table.write_text("mine")
    with own_files(tmp_path, tmp_path / "record") as own:
        own.clear("table")
    assert (own.moved, (tmp_path / "table.saved").read_text()) == ([("table", "table.saved")], "mine")


def test_a_record_with_a_torn_end_is_written_on_from_its_last_whole_entry(tmp_path: Path) -> None:
    run(tmp_path, {"pages/a": "one", "pages/b": "one"})
    with (tmp_path / "record").open("ab") as file:
        file.write(b"torn")
    with pytest.raises(Killed):
        run(tmp_path, {"pages/a": "two", "pages/b": "two", "pages/c": "two"}, killed_after=2)
    assert run(tmp_path, {}) == ([], [])
    assert contents(tmp_path) == {}
