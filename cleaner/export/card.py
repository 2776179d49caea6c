"""The dataset card: what the rows are, how they came to be, and under which terms, as far as the pages say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from cleaner.wording import agreeing, counted

_SHOWN = 20
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGER = ((10**7, "1M<n<10M"), (10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"))

_COLUMNS = {
    "id": "the document's id in the run that made it",
    "text": "the clean text",
    "url": "the page's address",
    "site": "its registrable domain",
    "title": "the page's title",
    "author": "who wrote it",
    "date": "when it was published, ISO 8601",
    "date_source": "what says so",
    "lang": "language, ISO 639",
    "license": "the licence that the page names",
    "status": "`ok`, or what kind of page it is instead of one with a text",
    "duplicate_of": "id of the document that this one copies as a whole",
    "wire": "agency credited by a copy of the passages it shares",
    "cluster_id": "the cluster that covers most of it",
    "n_sites": "sites that ran that passage",
    "shared": "share of the text that other documents have, too",
    "confidence": "word F1 to be expected of the extraction, 0 to 1",
    "raw_path": "file that the page came from",
    "raw_member": "record in that file, from 1; 0 for the file itself",
    "raw_sha256": "digest of the raw page",
    "segments": "`[text_start, text_end, source_start, source_end]`: where each stretch of text stands in the source",
}


class _Contents(Protocol):
    rows: int
    without_text: int
    chars: int
    languages: Counter[str]
    licenses: Counter[str]
    sites: Counter[str]


def card(contents: _Contents, run: dict[str, Any], columns: Sequence[str]) -> str:
    """``README.md`` with its block of YAML for the hub."""
    removed = Counter(run["counts"]["removed_visible_chars_by_reason"])
    languages = sorted(language for language in contents.languages if language != "und")
    return "\n".join(
        [
            "---",
            "configs:",
            "- config_name: default",
            "  data_files:",
            "  - split: train",
            "    path: data/*.parquet",
            *(["language:", *(f'- "{language}"' for language in languages)] if languages else []),
            f"license: {_license(contents.licenses)}",
            "size_categories:",
            f"- {_size(contents.rows)}",
            "task_categories:",
            "- text-generation",
            "tags:",
            "- web",
            "- deduplicated",
            "- provenance",
            "---",
            "",
            "# Clean web documents",
            "",
            _summary(contents, run),
            "",
            "## How it was made",
            "",
            _method(run),
            "",
            *_table("Text removed because", "Characters", removed),
            "## Columns",
            "",
            *(f"- `{name}`: {_COLUMNS[name]}" for name in columns),
            "",
            "## Licences and sites",
            "",
            "The texts belong to those who wrote them. What the pages themselves say of their licence:",
            "",
            *_table("Licence", "Documents", contents.licenses),
            *_table("Site", "Documents", contents.sites),
            *_table("Language", "Documents", contents.languages),
            "Nothing was done to find or remove personal data.",
            "",
        ]
    )


def _summary(contents: _Contents, run: dict[str, Any]) -> str:
    tool, sources = run["wasAssociatedWith"], sum(used["sources"] for used in run["used"])
    return (
        f"{counted(contents.rows, 'document')}, {counted(contents.chars, 'character')}, made from "
        f"{counted(sources, 'raw page')} by `{tool['name']} {tool['version']}`; "
        f"{counted(contents.without_text, 'document')} without text {agreeing(contents.without_text, 'was', 'were')} "
        f"left out, and {counted(run['counts']['failures'], 'source')} failed."
    )


def _method(run: dict[str, Any]) -> str:
    modes = {"mark": "found and labelled", "drop": "removed but for one copy", "keep": "found and kept"}
    return (
        "Navigation, advertising and other page furniture was removed block by block, templates by what repeats on a "
        f"site, and near-duplicate passages were {modes[run['config']['duplicates']['mode']]}. Every stretch of text "
        "says where it stands in its source (`segments`), and every source by which digest it is known (`raw_sha256`)."
    )


def _table(name: str, of: str, counts: Counter[str]) -> list[str]:
    """The most frequent of *counts* as a table of Markdown, and how many more there are."""
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    if not ordered:
        return []
    more = [f"| {len(ordered) - _SHOWN:,} more | {sum(n for _, n in ordered[_SHOWN:]):,} |"] * (len(ordered) > _SHOWN)
    rows = [f"| {_cell(key)} | {count:,} |" for key, count in ordered[:_SHOWN]]
    return [f"| {name} | {of} |", "| --- | ---: |", *rows, *more, ""]


def _cell(text: str) -> str:
    """Page text that no reader of the card takes for markup."""
    plain = " ".join(text.split())[:100]
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>()#+!|~" else char for char in plain)


def _license(licenses: Counter[str]) -> str:
    """Only what all pages say is said of the whole."""
    return "other" if set(licenses) - {"unknown"} else "unknown"


def _size(rows: int) -> str:
    return next((name for limit, name in (*_SIZES, *_LARGER) if rows < limit), "10B<n<100B")
