"""A run resumes from exactly what is on disk and whole."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.engine import row_index
from cleaner.engine.journal import Journal
from cleaner.engine.row_index import RowIndex
from cleaner.engine.shards import Shard, ShardRow, read_column, read_shard, shard_path, write_shard


def row(number: int, content: bytes = b"record") -> ShardRow:
    return ShardRow(f"ä/{number}.html", number % 3, f"{number:064x}", content * number, b"passages %d" % number)


def done(folder: Path, numbers: range, content: bytes = b"record") -> Shard:
    shard = write_shard(folder, [row(number, content) for number in numbers])
    Journal(folder, "f1").append(shard)
    return shard


def found(journal: Journal, number: int) -> tuple[str, int] | None:
    page = row(number)
    return journal.find(page.path, page.member, page.sha256)


def test_a_shard_reads_as_it_was_written(tmp_path: Path) -> None:
    rows = [row(number) for number in range(50)]
    shard = write_shard(tmp_path, rows)
    path = shard_path(tmp_path, shard.name)
    assert list(read_shard(path)) == rows
    assert list(read_shard(path, [49, 3, 17])) == [rows[49], rows[3], rows[17]]
    assert list(read_column(path, "passages")) == [page.passages for page in rows]
    assert list(read_column(path, "record", [20, 2])) == [rows[20].record, rows[2].record]
    assert shard.keys == tuple((page.path, page.member, page.sha256) for page in rows)


def test_the_same_rows_give_the_same_shard_and_other_rows_another(tmp_path: Path) -> None:
    same = {write_shard(tmp_path, [row(1), row(2)]).name for _ in range(2)}
    assert len(same) == 1
    assert write_shard(tmp_path, [row(2), row(1)]).name not in same


def test_an_empty_shard_is_a_shard(tmp_path: Path) -> None:
    assert list(read_shard(shard_path(tmp_path, write_shard(tmp_path, []).name))) == []


def test_finished_pages_are_found_by_a_later_run(tmp_path: Path) -> None:
    first, second = done(tmp_path, range(5)), done(tmp_path, range(5, 9))
    journal = Journal(tmp_path, "f1")
    assert journal.shards == (first.name, second.name)
    assert found(journal, 3) == (first.name, 3)
    assert found(journal, 7) == (second.name, 2)
    assert found(journal, 9) is None
    assert journal.find(row(3).path, row(3).member, row(4).sha256) is None
    assert (journal.skipped, journal.damaged) == (0, 0)


def test_the_latest_result_of_a_page_wins_at_once(tmp_path: Path) -> None:
    done(tmp_path, range(5))
    journal = Journal(tmp_path, "f1")
    again = write_shard(tmp_path, [row(4, b"newer")])
    journal.append(again)
    assert found(journal, 4) == found(Journal(tmp_path, "f1"), 4) == (again.name, 0)


def test_other_settings_find_nothing(tmp_path: Path) -> None:
    done(tmp_path, range(5))
    journal = Journal(tmp_path, "f2")
    assert found(journal, 1) is None
    assert journal.skipped == 1


@pytest.mark.parametrize("torn", [1, 40, 200])
def test_a_torn_last_line_is_cut_off_before_the_next_is_written(tmp_path: Path, torn: int) -> None:
    first, second = done(tmp_path, range(3)), done(tmp_path, range(3, 6))
    path = tmp_path / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-torn])
    assert found(Journal(tmp_path, "f1"), 4) is None
    Journal(tmp_path, "f1").append(second)
    journal = Journal(tmp_path, "f1")
    assert found(journal, 4) == (second.name, 1)
    assert found(journal, 1) == (first.name, 1)
    assert journal.damaged == 0


def test_shards_that_are_gone_or_read_otherwise_count_as_not_done(tmp_path: Path) -> None:
    gone, changed, good = (done(tmp_path, range(start, start + 3)) for start in (0, 3, 6))
    shard_path(tmp_path, gone.name).unlink()
    path = shard_path(tmp_path, changed.name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    journal = Journal(tmp_path, "f1")
    assert [found(journal, number) is not None for number in (1, 4, 7)] == [False, False, True]
    assert journal.shards == (good.name,)
    assert journal.damaged == 2


def test_lines_that_make_no_sense_cost_only_themselves(tmp_path: Path) -> None:
    first, second = done(tmp_path, range(3)), done(tmp_path, range(3, 6))
    path = tmp_path / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    elsewhere = lines[0].replace(first.name.encode(), b"../../" + first.name.encode())
    path.write_bytes(lines[0] + b"\xff\x00{]\n" + b'{"shard": 3}\n\n' + elsewhere + lines[1])
    journal = Journal(tmp_path, "f1")
    assert found(journal, 1) == (first.name, 1)
    assert found(journal, 4) == (second.name, 1)
    assert journal.damaged == 4


def test_pruning_forgets_and_deletes_what_is_not_used(tmp_path: Path) -> None:
    old, used = done(tmp_path, range(3)), done(tmp_path, range(3, 6))
    orphan = write_shard(tmp_path, [row(99)])
    journal = Journal(tmp_path, "f1")
    journal.prune({used.name})
    for state in (journal, Journal(tmp_path, "f1")):
        assert state.shards == (used.name,)
        assert found(state, 1) is None
        assert found(state, 4) == (used.name, 1)
    exists = [shard_path(tmp_path, shard.name).exists() for shard in (old, used, orphan)]
    assert exists == [False, True, False]


def test_a_fresh_store_can_be_pruned(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new", "f1")
    journal.prune(set())
    assert journal.shards == ()


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1 << 50)), max_size=60))
def test_the_index_is_a_dict(pairs: list[tuple[int, int]]) -> None:
    """Whatever lies in the array and whatever in the dict."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_index, "_MIN_RECENT", 4)
        index, model = RowIndex(), {}
        for key, place in pairs:
            index.add(str(key), place)
            model[key] = place
    assert [index.find(str(key)) for key in range(22)] == [model.get(key) for key in range(22)]


def test_the_index_of_many_pages_is_small() -> None:
    """Less than 60 bytes a page, where a dict of tuples takes 400."""
    count = 100_000
    tracemalloc.start()
    try:
        index = RowIndex()
        for number in range(count):
            index.add(f"{number:064x} 0 news/{number}.html", number)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert index.find(f"{777:064x} 0 news/777.html") == 777
    assert held < 60 * count
