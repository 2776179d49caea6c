"""The proof that ``clean/`` is what it says."""

from cleaner.page_reader import ReadPages
from cleaner.verify.findings import Difference, Verification
from cleaner.verify.replay import verify
from cleaner.verify.sharing import worth_workers

__all__ = ["Difference", "ReadPages", "Verification", "verify", "worth_workers"]
