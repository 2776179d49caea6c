"""Page files: front matter that any YAML reader takes, and names that are safe and never collide."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Metadata, Source
from cleaner.writing.pages import front_matter, page_file
from cleaner.writing.paths import page_path
from cleaner.writing.wire import DocumentRecord, decode_line, document_record, encode_line
from tests.unit.clean_folder import HOSTILE, Corpus

yaml = pytest.importorskip("yaml")


def _record(**metadata: object) -> DocumentRecord:
    return document_record(replace(Corpus().documents[0], metadata=Metadata(**metadata)))  # type: ignore[arg-type]


def test_front_matter_holds_what_is_known_and_nothing_else() -> None:
    found = yaml.safe_load(front_matter(document_record(Corpus().documents[0])).split("---\n")[1])
    assert found.pop("sha256") == Corpus().first.item.sha256
    assert found == {
        "title": HOSTILE,
        "url": "https://a.example/1",
        "site": "a.example",
        "date": "2026-01-02",
        "source": "news/a.html",
        "status": "ok",
        "words": 16,
        "wire": "AP",
        "cluster": "news/a.html:20",
        "sites": 2,
        "shared": "50%",
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_title_comes_back_from_yaml(title: str) -> None:
    matter = front_matter(_record(title=title))
    assert matter.count("\n---\n") == 1
    assert yaml.safe_load(matter.removeprefix("---\n").removesuffix("---\n"))["title"] == title


@given(st.text(st.characters(), max_size=20))
def test_a_page_file_is_utf_8_and_is_made_from_the_stored_record_alone(title: str) -> None:
    """Lone surrogates included, which have no UTF-8 form."""
    record = _record(title=title, author="a\ud800b")
    assert page_file(record).decode()
    assert page_file(decode_line(encode_line(record))) == page_file(record)


def test_the_body_is_the_clean_text_and_the_title_is_not_added() -> None:
    body = page_file(document_record(Corpus().documents[0])).decode().split("\n---\n", 1)[1]
    assert body.startswith("\n# Bridge\n\nThe council voted")


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (Source("a.html"), "pages/a.html.md"),
        (Source("news/a b.html"), "pages/news/a b.html.md"),
        (Source("x/crawl.warc.gz", 12), "pages/x/crawl.warc.gz/00000012.md"),
        (Source("新闻/北京.html"), "pages/新闻/北京.html.md"),
    ],
)
def test_ordinary_names_are_mirrored(source: Source, path: str) -> None:
    assert str(page_path(source)) == path


_components = st.one_of(
    st.sampled_from(
        [
            *(
                "..",
                ".",
                "",
                "x",
                "x.md",
                "X.MD",
                "x.md.md",
                "con",
                "CON.html",
                "com1",
                "nul.txt",
                "a.",
                "a ",
                " a",
                "a:b",
            ),
            *("a\\b", "a\x00b", "a\n", "\x1b[2J", "\u202e", "\ud800", "a" * 300, "ä" * 120, "a" * 250, "long"),
            *("x~0123456789abcdef", "x.md~0123456789abcdef", "00000001", "00000001.md", "-rf", "*", "%2e%2e"),
        ]
    ),
    st.text(st.characters(exclude_characters="/"), max_size=8),
)
_sources = st.builds(
    Source, st.lists(_components, min_size=1, max_size=8).map("/".join), st.sampled_from([0, 0, 1, 2, 100_000_000])
)
_WINDOWS_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@given(_sources)
def test_every_page_path_is_safe(source: Source) -> None:
    path = page_path(source)
    assert path.parts[0] == "pages"
    assert path.name.endswith(".md")
    assert len(str(path).encode()) <= 1_000
    for part in path.parts:
        assert part not in {"", ".", ".."}
        assert part.isprintable()
        assert len(part.encode()) <= 200
        assert not re.search(r'[<>:"/\\|?*]', part)
        assert part[-1] not in ". "
        assert not _WINDOWS_RESERVED.match(part)


@given(st.sets(_sources, max_size=12))
def test_no_two_sources_of_a_folder_share_a_path_and_no_page_is_a_folder(sources: set[Source]) -> None:
    """Given that no file is also a folder, as no file system allows."""
    folders = {str(parent) for source in sources for parent in _parents(source.path)}
    possible = [source for source in sources if source.path not in folders]

    paths = [page_path(source) for source in possible]

    assert len(set(paths)) == len(paths)
    assert not set(paths) & {parent for path in paths for parent in path.parents}


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def test_a_file_whose_page_would_have_a_folders_name_gets_out_of_its_way() -> None:
    file, inside = page_path(Source("x")), page_path(Source("x.md/y"))
    assert file == PurePosixPath("pages/x.md")
    assert file not in inside.parents
