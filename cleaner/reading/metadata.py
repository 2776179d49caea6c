"""Placeholder until the reading helper's module lands."""
from cleaner.model import Metadata
def read_metadata(page, head, blocks):
    return Metadata(url=page.item.url)
