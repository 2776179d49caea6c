"""The proof that ``clean/`` is what it says."""

from cleaner.verify.findings import Difference, Verification
from cleaner.verify.replay import ReadPages, verify

__all__ = ["Difference", "ReadPages", "Verification", "verify"]
