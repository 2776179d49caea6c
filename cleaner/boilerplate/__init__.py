"""Blocks that are not the page's own content."""
