"""Removals and repairs by column say what they say one by one: packed, counted, and in their tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Reason, Removal, Repair, RepairKind
from cleaner.removal_columns import PackedRemovals, RemovalColumns, columns_of, places_of
from cleaner.writing.corpus import read_rows
from cleaner.writing.groups import RemovalGroups, RepairGroups
from cleaner.writing.schemas import REMOVALS, REPAIRS, Table
from cleaner.writing.tables import table_file
from cleaner.writing.wire import RemovalRow, RepairRow
from cleaner.writing.written import repair_columns, tally_of
from tests.unit.clean_folder import Corpus
from tests.unit.table_rows import removal_rows, repair_rows

NUMBERS = st.integers(0, 2**40)
WORDS = st.sampled_from(["tag", "learned", "é", "navigation"])
SHARES = st.floats(0, 1)


def or_none(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


PLAIN = st.builds(
    Removal,
    *(NUMBERS, NUMBERS, st.sampled_from(get_args(Reason)), WORDS),
    score=or_none(SHARES),
    visible_chars=or_none(st.integers(0, 9)),
    text_sha256=or_none(WORDS),
)
COPIES = {
    "kept_doc_id": or_none(WORDS),
    "kept_start": or_none(NUMBERS),
    "kept_end": or_none(NUMBERS),
    "similarity": or_none(SHARES),
    "similarity_kind": or_none(WORDS),
    "cluster_id": or_none(WORDS),
}
DUPLICATE = st.builds(lambda removal, copies: replace(removal, **copies), PLAIN, st.fixed_dictionaries(COPIES))
REMOVED = st.lists(PLAIN, max_size=9) | st.lists(PLAIN | DUPLICATE, max_size=9)
REPAIRED = st.lists(
    st.builds(Repair, NUMBERS, NUMBERS, st.text("aé\n", max_size=3), st.sampled_from(get_args(RepairKind)))
)
GROUP_ROWS = st.sampled_from([1, 7, 1_000])


@given(REMOVED)
def test_packed_removals_are_the_removals(removals: list[Removal]) -> None:
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(columns_of(removals)), type=RemovalColumns)
    packed = PackedRemovals(sent)
    assert len(packed) == len(removals)
    assert places_of(packed).tolist() == places_of(removals).tolist()
    assert columns_of(packed) is sent
    assert packed == tuple(removals) == packed
    assert list(packed[1:]) == removals[1:]


@given(st.lists(st.tuples(WORDS, REMOVED, REPAIRED), max_size=9), GROUP_ROWS)
def test_tables_have_the_rows_of_all_documents_in_their_order(
    documents: list[tuple[str, list[Removal], list[Repair]]], group_rows: int
) -> None:
    removals: Table = replace(REMOVALS, group_rows=group_rows)
    repairs: Table = replace(REPAIRS, group_rows=group_rows)
    with TemporaryDirectory() as folder:
        clean = Path(folder)
        with table_file(clean, removals) as removal_file, table_file(clean, repairs) as repair_file:
            removal_groups, repair_groups = RemovalGroups(removal_file), RepairGroups(repair_file)
            for doc_id, removed, repaired in documents:
                removal_groups.add(doc_id, columns_of(removed))
                repair_groups.add(doc_id, repair_columns(repaired))
            removal_groups.flush()
            repair_groups.flush()
        assert list(read_rows(clean, REMOVALS, RemovalRow)) == [
            row for doc_id, removed, _ in documents for row in removal_rows(doc_id, removed)
        ]
        assert list(read_rows(clean, REPAIRS, RepairRow)) == [
            row for doc_id, _, repaired in documents for row in repair_rows(doc_id, repaired)
        ]


@given(REMOVED)
def test_removals_are_counted_as_one_by_one(removals: list[Removal]) -> None:
    tally = tally_of(replace(Corpus().documents[0], removals=tuple(removals)))
    spans, source_chars, chars = Counter[object](), Counter[object](), Counter[object]()
    for removal in removals:
        cause = (removal.reason, removal.rule)
        spans[cause] += 1
        source_chars[cause] += removal.end - removal.start
        if removal.visible_chars is not None:
            chars[cause] += removal.visible_chars
    assert (dict(tally.removals), dict(tally.removed_source_chars)) == (dict(spans), dict(source_chars))
    assert dict(tally.removed_chars) == dict(chars)
