"""The item pipeline inside a real crawl of a server on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integrations.pages import OWN, page

pytest.importorskip("scrapy")

PAGES = {"/a": page(OWN).encode(), "/b": page(OWN, title="Second").encode(), "/empty": b""}
SPIDER = """
import scrapy


class Pages(scrapy.Spider):
    name = "pages"
    custom_settings = {
        "ITEM_PIPELINES": {"cleaner.integrations.scrapy.CleanerPipeline": 300},
        "CLEANER_KEEP_PAGE": False,
        "TELNETCONSOLE_ENABLED": False,
    }

    def parse(self, response):
        yield {"url": response.url, "html": response.body}
        yield {"url": response.url, "note": "no page"}
"""


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_crawl_gives_clean_items(tmp_path: Path, site: str) -> None:
    urls = json.dumps([site + path for path in PAGES])
    (tmp_path / "spider.py").write_text(SPIDER + f"\n    start_urls = {urls}\n")
    command = [sys.executable, "-m", "scrapy", "runspider", "spider.py", "-O", "items.jsonl", "-L", "ERROR"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_bytes().splitlines()]
    with_page = {item["url"].removeprefix(site): item for item in items if "note" not in item}
    statuses = {path: item["clean_status"] for path, item in with_page.items()}
    assert statuses == {"/a": "ok", "/b": "ok", "/empty": "failed"}
    assert not any("html" in item for item in items)
    assert with_page["/b"]["clean_title"] == "Second"
    assert OWN in with_page["/a"]["clean_text"]
    assert len([item for item in items if "note" in item and "clean_text" not in item]) == 3


class _Stats(dict[str, int]):
    def inc_value(self, name: str) -> None:
        self[name] = self.get(name, 0) + 1


def _pipeline(**settings: object) -> tuple[Any, _Stats]:
    from scrapy.settings import Settings

    from cleaner.integrations.scrapy import CleanerPipeline

    stats = _Stats()
    return CleanerPipeline.from_crawler(SimpleNamespace(settings=Settings(settings), stats=stats)), stats


def test_an_item_class_gets_the_fields_that_it_declares() -> None:
    import scrapy

    class Story(scrapy.Item):
        body = scrapy.Field()
        text = scrapy.Field()
        status = scrapy.Field()

    pipeline, stats = _pipeline(CLEANER_PAGE_FIELD="body", CLEANER_PREFIX="")
    item = pipeline.process_item(Story(body=page(OWN)))
    assert OWN in item["text"]
    assert item["status"] == "ok"
    assert stats == {"cleaner/ok": 1}


def test_failed_pages_are_dropped_only_on_request() -> None:
    from scrapy.exceptions import DropItem

    keeping, _ = _pipeline()
    assert keeping.process_item({"html": b""})["clean_status"] == "failed"
    dropping, stats = _pipeline(CLEANER_DROP_FAILED=True)
    with pytest.raises(DropItem, match="cleaner: not_a_page"):
        dropping.process_item({"html": b""})
    assert stats == {"cleaner/failed": 1}
