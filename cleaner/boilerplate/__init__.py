"""Blocks that are not the page's own content."""

from cleaner.boilerplate.classify import classify
from cleaner.boilerplate.confidence import confidence_of
from cleaner.boilerplate.page_status import page_status
from cleaner.boilerplate.rules import RULES
from cleaner.boilerplate.verdict import Verdict

__all__ = ["RULES", "Verdict", "classify", "confidence_of", "page_status"]
