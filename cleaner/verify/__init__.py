"""The proof that ``clean/`` is what it says."""

from cleaner.page_reader import ReadPages
from cleaner.verify.findings import Difference, Verification
from cleaner.verify.replay import verify

__all__ = ["Difference", "ReadPages", "Verification", "verify"]
