"""What is fuzzed: functions that take any bytes and fail only if the package broke a promise.

``make fuzz`` feeds them with what covers new code; ``test_targets.py`` with their seeds and made-up input.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

from cleaner.cli import cli
from cleaner.config import Config, Read
from cleaner.draft import finished, pack, unpack
from cleaner.drafting import clean_page, draft_page, sign_page
from cleaner.ledger import check_conservation, compose, ledger_of, replay, settle
from cleaner.model import Failure, KeptBlock, Kind, Page, RawItem, Removal, Source
from cleaner.reading.decode import decode
from cleaner.reading.segment_html import segment_html
from cleaner.reading.segment_text import segment_text
from cleaner.reading.sources import read_stream
from cleaner.repair import repair_blocks
from cleaner.writing.pages import page_file
from cleaner.writing.wire import decode_line, document_record, encode_line
from tests.hostile.accounts import unaccounted
from tests.hostile.damage import gz, record, zstd
from tests.unit.clean_folder import write_clean

_CHARSETS = (None, "utf-8", "windows-1252", "shift_jis", "iso-2022-jp", "gb18030", "utf-16", "utf-7", "x-user-defined")
_TYPES = (None, "text/html", "text/plain", "application/xhtml+xml")
_NAMES = (
    "a.html", "a.txt", "a.json", "a.jsonl", "a.warc", "a.gz", "a.jsonl.gz", "a.warc.gz", "a.warc.zst", "a.jsonl.bz2",
    "a.parquet", "a.xz",
)  # fmt: skip


_PACKINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data,
    gz,
    zstd,
    lambda data: b"".join(map(gz, data.split(b"\0\0"))),
    record,
    lambda data: record(b"HTTP/1.1 200 OK\r\n" + data),
    lambda data: b'{"a": 1}\n' + data,
)


def item_of(data: bytes, **known: str | None) -> RawItem:
    """A source that holds *data*."""
    return RawItem(Source("page"), data, sha256(data).hexdigest(), **known)  # type: ignore[arg-type]


def fuzz_decode(data: bytes) -> None:
    """Decoding gives text that can be written, the same each time, or says why not; the first byte is a setting."""
    choice = data[0] if data else 0
    charset = _CHARSETS[choice % len(_CHARSETS)]
    item = item_of(data[1:], charset=charset, content_type=_TYPES[choice % len(_TYPES)])
    page = decode(item, Read())
    assert page == decode(item, Read())
    if isinstance(page, Page):
        page.source_text.encode()
        assert page.source_text.strip("\0\ufeff \t\n\x0b\x0c\r")
        assert page.replaced <= page.source_text.count("\ufffd")


def fuzz_segment(data: bytes) -> None:
    """Blocks and removals partition a page, and blocks read as they say, whether it is taken for HTML or for text."""
    text = data.decode("utf-8", "replace")
    _check_segments(text, "html")
    _check_segments(text, "text")


def _check_segments(text: str, kind: Kind) -> None:
    page = Page(item_of(b""), kind, text, "UTF-8", "utf-8")
    segmentation = segment_html(page) if kind == "html" else segment_text(page)
    blocks = repair_blocks(text, segmentation.blocks)
    assert all(above.start < above.end <= below.start for above, below in pairwise(blocks))
    assert all(above.end <= below.start for above, below in pairwise(segmentation.removals))
    ledger = settle(len(text), [segmentation.removals])
    check_conservation(ledger)
    kept = [KeptBlock(block.start, block.end, block.role, block.level) for block in blocks]
    made = compose(text, ledger, kept, [repair for block in blocks for repair in block.repairs])
    assert [made.text[block.text_start : block.text_end] for block in made.blocks] == [block.text for block in blocks]
    assert all(block.text for block in blocks)


def fuzz_containers(data: bytes) -> None:
    """Any file gives rows with places of their own, and no byte of it is unaccounted for.

    The first byte names the file and says how the others are packed: chance hardly makes a checksum that is right.
    """
    packing, chosen = divmod(data[0] if data else 0, len(_NAMES))
    name = _NAMES[chosen]
    content = _PACKINGS[packing % len(_PACKINGS)](data[1:])
    items = list(read_stream(io.BytesIO(content), name, Read()))
    assert len({item.source for item in items}) == len(items)
    assert items
    assert unaccounted(items, content, name) == 0


def fuzz_ledger(data: bytes) -> None:
    """Whatever stages propose, what is kept and what is removed partition the page, and no one else's text is gone."""
    length = data[0] if data else 0
    numbers = [min(byte, length) for byte in data[1:]]
    spans = [sorted(pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]
    removals = [Removal(start, end, "boilerplate", "abc"[start % 3]) for start, end in spans]
    third = len(removals) // 3
    ledger = settle(length, [removals[:third], removals[third : 2 * third], removals[2 * third :]])
    check_conservation(ledger)
    assert ledger_of(length, ledger.removals) == ledger
    gone = {at for start, end in spans for at in range(start, end)}
    assert {at for span in ledger.kept for at in range(span.start, span.end)} == set(range(length)) - gone


def fuzz_report(data: bytes) -> None:
    """The report on pages with hostile titles, addresses and texts holds no script and leads nowhere but to the web."""
    title, _, rest = data.decode("utf-8", "replace").partition("\0")
    url, _, text = rest.partition("\0")
    first = clean_page(item_of(f"<title>{title}</title><p>{text}</p>".encode(), url=url), Config())
    second = clean_page(replace(item_of(text.encode()), source=Source(title or "b", 1)), Config())
    documents = [document for document in (first, second) if not isinstance(document, Failure)]
    documents = [
        replace(one, metadata=replace(one.metadata, title=title, url=url, site=text[:80])) for one in documents
    ]
    failures = [Failure(Source(text[:200] or "c"), "read", "refused", title)]
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder)
        write_clean(clean, documents, failures)
        done = CliRunner().invoke(cli, ["report", folder], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        for page in clean.rglob("*.html"):
            _check_inert(page.read_bytes())


def _check_inert(page: bytes) -> None:
    tree = LexborHTMLParser(page)
    assert "default-src 'none'" in str(tree.html)
    for node in tree.css("*"):
        assert node.tag not in {"script", "iframe", "object", "embed", "img", "form", "base", "link"}
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in {"src", "srcdoc", "formaction", "xlink:href"}
            if name == "href":
                parts = urlsplit(value or "")
                assert parts.scheme in {"http", "https"} or not (parts.scheme or parts.netloc)


def fuzz_end_to_end(data: bytes) -> None:
    """A page becomes a document that replays from source and ledger, and can be stored; or a Failure."""
    config = Config()
    item = item_of(data, url="https://www.example.org/2020/06/09/story")
    draft = draft_page(item, config)
    page = decode(item, config.read)
    if isinstance(draft, Failure):
        return
    assert isinstance(page, Page)
    assert unpack(pack(draft)) == replace(draft, removed_lines=())
    sign_page(draft, config)
    document = finished(draft)
    ledger = ledger_of(document.source_length, document.removals)
    check_conservation(ledger)
    assert replay(page.source_text, ledger.kept, document.repairs)[0] == document.text
    record = document_record(document)
    assert decode_line(encode_line(record)) == record
    page_file(record)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "decode": fuzz_decode,
    "segment": fuzz_segment,
    "containers": fuzz_containers,
    "ledger": fuzz_ledger,
    "report": fuzz_report,
    "end_to_end": fuzz_end_to_end,
}
