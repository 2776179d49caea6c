"""Raw web pages in; a clean, de-duplicated corpus out, with provenance for every character.

>>> import cleaner
>>> page = cleaner.clean("<title>Tides</title><nav>Home</nav><p>High water at Weir Street was 2.1 metres.</p>")
>>> page.text
'High water at Weir Street was 2.1 metres.'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.api import Document, clean, clean_many, run
    from cleaner.config import Config
    from cleaner.duplicates.plain_texts import duplicate_columns, find_duplicates
    from cleaner.errors import CleanerError
    from cleaner.model import Failure, Relation, Removal
    from cleaner.run_report import RunReport

_HOME = {
    "CleanerError": "cleaner.errors",
    "Config": "cleaner.config",
    "Document": "cleaner.api",
    "Failure": "cleaner.model",
    "Relation": "cleaner.model",
    "Removal": "cleaner.model",
    "RunReport": "cleaner.run_report",
    "clean": "cleaner.api",
    "clean_many": "cleaner.api",
    "duplicate_columns": "cleaner.duplicates.plain_texts",
    "find_duplicates": "cleaner.duplicates.plain_texts",
    "run": "cleaner.api",
}

__all__ = [
    "CleanerError",
    "Config",
    "Document",
    "Failure",
    "Relation",
    "Removal",
    "RunReport",
    "clean",
    "clean_many",
    "duplicate_columns",
    "find_duplicates",
    "run",
]


def __getattr__(name: str) -> Any:
    """The public names, each imported when it is first asked for: `import cleaner` and every worker start fast."""
    if name not in _HOME:
        raise AttributeError(f"module 'cleaner' has no attribute '{name}'")
    from importlib import import_module  # noqa: PLC0415

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
