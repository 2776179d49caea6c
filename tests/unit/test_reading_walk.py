"""The walk: a fixed order, one Failure for what is no file, nothing opened, nothing followed."""

import os
import random
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Read
from cleaner.errors import InputError
from cleaner.model import Failure, RawItem
from cleaner.reading.sources import read_items, read_sources
from cleaner.reading.walk import FoundFile, escape_path, open_regular, unescape_path, walk

PATHS = st.binary(max_size=60).filter(lambda path: b"\0" not in path)


@given(PATHS)
def test_an_escaped_path_is_printable_and_leads_back(path):
    escaped = escape_path(path)
    assert unescape_path(escaped) == path
    escaped.encode("utf-8")
    assert not set(escaped) & set("\n\r\t\x1b#")


@given(PATHS, PATHS)
def test_two_paths_never_escape_to_one(one, other):
    assert (escape_path(one) == escape_path(other)) == (one == other)


def test_ordinary_names_stay_as_they_are():
    assert escape_path("news/Grüße 日本 (1).html".encode()) == "news/Grüße 日本 (1).html"


def fill(root, names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


NAMES = ["a.html", "a/b.html", "a/c/d.html", "a b.html", "a-b.html", "B.html", "b.html", "ä.html", "a\u0308.html", "z"]


def test_the_order_is_that_of_the_paths_whatever_the_order_of_creation(tmp_path):
    orders = []
    for seed in range(3):
        names = NAMES[:]
        random.Random(seed).shuffle(names)
        fill(tmp_path / str(seed), names)
        orders.append([found.source for found in walk(tmp_path / str(seed))])
    assert orders[0] == orders[1] == orders[2] == sorted(orders[0])
    assert {source.path for source in orders[0]} == set(NAMES)


def test_names_that_differ_in_normalisation_or_case_only_stay_apart(tmp_path):
    fill(tmp_path, ["é", "e\u0301", "É"])
    assert len({found.source.id for found in walk(tmp_path)}) == 3


def test_names_that_are_not_utf_8_or_not_printable_are_read(tmp_path):
    for name in (b"bad\xff.html", b"line\nbreak", b"esc\x1b[31m", b"#1 100%", b"n" * 255):
        (tmp_path / os.fsdecode(name)).write_bytes(b"text")
    items = list(read_sources(tmp_path, Read()))
    assert [item.source.path for item in items] == [
        "%231 100%25", "bad%FF.html", "esc%1B[31m", "line%0Abreak", "n" * 255,
    ]  # fmt: skip
    assert all(isinstance(item, RawItem) for item in items)


def refusals(root):
    return {found.source.path: found.detail for found in walk(root) if isinstance(found, Failure)}


def test_what_is_no_file_is_refused_not_opened(tmp_path, monkeypatch):
    fill(tmp_path / "raw", ["good.html"])
    fill(tmp_path, ["outside.html"])
    raw = tmp_path / "raw"
    os.mkfifo(raw / "fifo")
    (raw / "zero").symlink_to("/dev/zero")
    (raw / "loop").symlink_to("loop")
    (raw / "up").symlink_to("..")
    (raw / "self").symlink_to(".")
    (raw / "out").symlink_to("../outside.html")
    (raw / "in").symlink_to("good.html")
    (raw / "dangling").symlink_to("nothing")
    monkeypatch.chdir(raw)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found = refusals(raw)
    assert found == {
        "dangling": "a link that leads nowhere",
        "fifo": "a named pipe (FIFO)",
        "in": "a link to a file of this tree, which is read in its own place",
        "loop": "a link that loops",
        "out": "a link that leaves the folder",
        "self": "a link to a folder of this tree, which is read in its own place",
        "socket": "a socket",
        "up": "a link that leaves the folder",
        "zero": "a link that leaves the folder",
    }
    assert [f.source.path for f in walk(raw) if isinstance(f, FoundFile)] == ["good.html"]


def test_litter_is_passed_over_and_other_hidden_names_are_reported(tmp_path):
    fill(tmp_path, [".DS_Store", ".git/config", ".gitkeep", "._a.html", "Thumbs.db", ".hidden/a.html", ".x", "a.html"])
    assert list(refusals(tmp_path)) == [".hidden", ".x"]
    assert len(list(walk(tmp_path))) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_one_failure_each(tmp_path):
    fill(tmp_path, ["a.html", "folder/b.html", "z.html"])
    (tmp_path / "a.html").chmod(0)
    (tmp_path / "folder").chmod(0)
    items = list(read_sources(tmp_path, Read()))
    (tmp_path / "folder").chmod(0o700)
    assert [(item.source.path, getattr(item, "kind", "page")) for item in items] == [
        ("a.html", "unreadable"),
        ("folder", "unreadable"),
        ("z.html", "page"),
    ]


def test_a_file_that_cannot_be_opened_is_one_failure(tmp_path, monkeypatch):
    fill(tmp_path, ["a.html", "b.html"])

    def deny(path):
        if path.name == "a.html":
            raise PermissionError(13, "Permission denied", str(path))
        return open_regular(path)

    monkeypatch.setattr("cleaner.reading.sources.open_regular", deny)
    first, second = read_sources(tmp_path, Read())
    assert (first.kind, first.detail) == ("unreadable", "Permission denied")
    assert isinstance(second, RawItem)


def test_a_file_that_vanishes_is_one_failure(tmp_path):
    fill(tmp_path, ["a.html"])
    (found,) = walk(tmp_path)
    (tmp_path / "a.html").unlink()
    (failure,) = read_items(found, Read())
    assert failure.kind == "unreadable"


def test_a_file_that_becomes_a_link_or_a_fifo_is_not_followed(tmp_path):
    fill(tmp_path, ["a", "b"])
    one, two = walk(tmp_path)
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/passwd")
    (tmp_path / "b").unlink()
    os.mkfifo(tmp_path / "b")
    assert [f.kind for found in (one, two) for f in read_items(found, Read())] == ["unreadable", "unreadable"]


def test_a_file_that_changed_after_the_walk_is_no_page(tmp_path):
    fill(tmp_path, ["a.html"])
    (found,) = walk(tmp_path)
    (tmp_path / "a.html").write_text("more text")
    (failure,) = read_items(found, Read())
    assert (failure.source.path, failure.kind) == ("a.html", "changed_during_read")


def test_a_container_that_grows_while_it_is_read_ends_in_a_failure(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\n{"text": "two"}\n')
    (found,) = walk(tmp_path)
    items = []
    for item in read_items(found, Read()):
        if not items:
            with path.open("a") as file:
                file.write('{"text": "three"}\n')
        items.append(item)
    assert isinstance(items[0], RawItem)
    assert (items[-1].kind, items[-1].source.member) == ("changed_during_read", 0)


def test_the_root_may_be_a_file_or_a_link(tmp_path):
    fill(tmp_path, ["real/a.html"])
    (tmp_path / "link").symlink_to("real")
    assert [found.source.path for found in walk(tmp_path / "link")] == ["a.html"]
    assert [found.source.path for found in walk(tmp_path / "link" / "a.html")] == ["a.html"]


def test_a_root_that_is_missing_or_a_device_is_an_input_error(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for root in (tmp_path / "none", tmp_path / "fifo"):
        with pytest.raises(InputError):
            list(walk(root))


def test_deep_folders_are_walked(tmp_path):
    folder = tmp_path
    for _ in range(400):
        folder = folder / "d"
        folder.mkdir()
    (folder / "a.html").write_text("x")
    assert len(list(walk(tmp_path))) == 1


def test_a_sparse_giant_is_refused_without_being_read(tmp_path):
    with (tmp_path / "a.html").open("wb") as file:
        file.truncate(10_000_000_000)
    (failure,) = read_sources(tmp_path, Read())
    assert failure.kind == "too_large"
