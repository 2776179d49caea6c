"""A Scrapy item pipeline that cleans the page in each item.

    ITEM_PIPELINES = {"cleaner.integrations.scrapy.CleanerPipeline": 300}

Settings, with their defaults: ``CLEANER_PAGE_FIELD`` ("html"), ``CLEANER_URL_FIELD`` ("url"), ``CLEANER_PREFIX``
("clean_"), ``CLEANER_DROP_FAILED`` (False), ``CLEANER_KEEP_PAGE`` (True; a JSON feed cannot hold a page of bytes). An
item class with fixed fields declares those that it wants: the others are left out.

Source: https://docs.scrapy.org/en/latest/topics/item-pipeline.html
"""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem, NotConfigured

from cleaner.config import Config
from cleaner.integrations.rows import COLUMNS, clean_row


class CleanerPipeline:
    """Adds the clean text and what is known of the page to each item that has a page."""

    def __init__(self, crawler: Any) -> None:
        """Read the settings of *crawler*.

        Raises:
            NotConfigured: a field name is empty.
        """
        settings = crawler.settings
        self._page = settings.get("CLEANER_PAGE_FIELD", "html")
        self._url = settings.get("CLEANER_URL_FIELD", "url")
        self._prefix = settings.get("CLEANER_PREFIX", "clean_")
        self._keeps_page = settings.getbool("CLEANER_KEEP_PAGE", True)
        self._drops = settings.getbool("CLEANER_DROP_FAILED", False)
        self._stats = crawler.stats
        self._config = Config()
        if not self._page:
            raise NotConfigured("CLEANER_PAGE_FIELD is empty.")

    @classmethod
    def from_crawler(cls, crawler: Any) -> CleanerPipeline:
        """The pipeline of *crawler*, as Scrapy asks for it."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """*item* with its page cleaned; an item without a page as it is.

        Raises:
            DropItem: the page failed, and the settings want such items dropped.
        """
        fields = ItemAdapter(item)
        if self._page not in fields:
            self._stats.inc_value("cleaner/without_page")
            return item
        row = clean_row(fields[self._page], fields.get(self._url), self._config)
        self._stats.inc_value(f"cleaner/{row['status']}")
        if row["status"] == "failed" and self._drops:
            raise DropItem(f"cleaner: {row['reason']}")
        # The names that an item class declares; a plain dict takes all.
        declared = fields.field_names() if not isinstance(item, dict) else {self._prefix + name for name in COLUMNS}
        for name in COLUMNS:
            if self._prefix + name in declared:
                fields[self._prefix + name] = row[name]
        if not self._keeps_page:
            del fields[self._page]
        return item
