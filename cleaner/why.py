"""Why text was removed, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cleaner.boilerplate.rules import RULES

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "boilerplate": "Is page furniture, not the text of the page.",
        "template": "Repeats across pages of this site.",
        "near-duplicate": "Another document keeps the same text.",
        "control": "Is made of control characters, which no reader sees.",
        "markup": "Is markup, which shapes the page and is not read.",
        "script": "Is code or style, which is not read.",
        "whitespace": "Is space between blocks.",
    }
)
_RULES = {"too-short-to-stay": "Too little was left here once what other documents keep was gone."}


def why(reason: str, rule: str) -> str:
    """One sentence whose subject is what was removed.

    >>> why("boilerplate", "consent"), why("template", "unheard-of")
    ('Asks for consent to cookies or tracking.', 'Repeats across pages of this site.')
    """
    return RULES.get(rule) or _RULES.get(rule) or REASONS.get(reason, reason)
