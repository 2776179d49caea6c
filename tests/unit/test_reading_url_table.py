"""Addresses of pages from a table."""

from __future__ import annotations

from pathlib import Path

import pytest

import cleaner
from cleaner.config import Config, Read
from cleaner.errors import InputError
from cleaner.model import RawItem
from cleaner.page_reader import page_reader
from cleaner.reading.sources import read_sources
from cleaner.reading.url_table import read_urls
from cleaner.verify import verify

PAGE = "a 100%.txt"
URL = "https://www.harbor.example/a"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("urls.csv", f"path,url\n{PAGE},{URL}\n"),
        ("urls.csv", f"\ufeffurl,size,path\r\n{URL},12,./{PAGE}\r\n"),
        ("urls.csv", f'"{PAGE}","{URL}"\n\n'),
        ("urls.tsv", f"{PAGE}\t{URL}\n"),
        ("urls.jsonl", f'{{"path": "{PAGE}", "url": "{URL}"}}\n\n'),
    ],
)
def test_tables_of_each_kind_give_the_page_its_address(tmp_path: Path, name: str, content: str) -> None:
    table = tmp_path / name
    table.write_text(content, encoding="utf-8")
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / PAGE).write_text("The bell rang twice.", encoding="utf-8")
    (raw / "b.jsonl").write_text('{"url": "https://own.example/", "text": "Its own address stays."}\n')
    first, second = read_sources(raw, Read(urls=str(table)))

    assert isinstance(first, RawItem)
    assert isinstance(second, RawItem)
    assert (first.url, second.url) == (URL, "https://own.example/")


def test_a_record_of_a_container_is_named_by_its_id(tmp_path: Path) -> None:
    table = tmp_path / "urls.csv"
    table.write_text(f"b.jsonl#1,{URL}\n", encoding="utf-8")
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "b.jsonl").write_text('{"text": "The bell rang twice."}\n')

    assert [item.url for item in read_sources(raw, Read(urls=str(table))) if isinstance(item, RawItem)] == [URL]


@pytest.mark.parametrize("content", ["path,url\na.txt,\n", "a.txt,harbor\n,https://harbor.example/\n", "x" * 200_000])
def test_a_table_that_is_none_stops_the_run_with_a_sentence(tmp_path: Path, content: str) -> None:
    table = tmp_path / "urls.csv"
    table.write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=r"urls\.csv"):
        read_urls(table)
    with pytest.raises(InputError, match=r"missing\.csv"):
        read_urls(tmp_path / "missing.csv")


def test_a_run_is_proved_without_its_table(tmp_path: Path) -> None:
    raw, clean, table = tmp_path / "raw", tmp_path / "clean", tmp_path / "urls.csv"
    raw.mkdir()
    (raw / PAGE).write_text("The bell rang twice on Tuesday, and the ferry left without the mayor and his bicycle.")
    table.write_text(f"{PAGE},{URL}\n", encoding="utf-8")
    cleaner.run(raw, clean, Config(jobs=1, read=Read(urls=str(table))))
    table.unlink()

    assert '"site":"harbor.example"' in (clean / "documents.jsonl").read_text(encoding="utf-8")
    assert verify(clean, raw, page_reader(clean)).ok
