"""What the words in the output mean that are values of columns, for the reference; a test asks that none is missing."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    "README.md": "what is in the folder, in ten lines",
    "pages/": "one file a document, in the folders of the raw pages: Markdown with front matter (`--format md`), "
    "plain text (`txt`) or TEI (`tei`)",
    "documents.jsonl": "every document with its metadata, one a line (all formats but `parquet`)",
    "documents.parquet": "the same as a table (`--format parquet`)",
    "removals.parquet": "every span of a source that is not in the clean text",
    "repairs.parquet": "every change inside kept text",
    "passages.parquet": "the units of near-duplicate search",
    "relations.parquet": "pairs of passages that share text",
    "document_relations.parquet": "pairs of documents that share most of it",
    "clusters.parquet": "passages that are copies of one another",
    "failures.parquet": "sources that became no document",
    "report/": "page views: the source of some pages with every removal marked (`--page-views`)",
    "report.html": "the whole run to look at; no script, no network",
    "run.json": "versions, settings, counts, times and digests; written last, so it says that all is there",
    ".cleaner/": "what the next run takes over, digests of its page files too; a folder without it is not written to",
}
COUNTS: Mapping[str, str] = {
    "documents": "sources that became documents",
    "documents_by_status": "documents of each status",
    "failures": "sources that did not",
    "failures_by_kind": "failures of each kind",
    "source_chars": "code points of the documents' source texts",
    "visible_chars": "characters that a reader of the pages sees; the rest of `source_chars` is markup",
    "kept_visible_chars": "of those, characters that are in the clean texts",
    "removed_visible_chars_by_reason": "of those, characters that were removed; with what was kept, they are all",
    "clean_chars": "characters of the clean texts, with the line ends between blocks",
    "removed_source_chars_by_reason": "code points of removed spans, tags inside them included",
    "removals_by_rule": "for each reason and rule the removed spans, their code points and their visible characters",
    "repairs_by_kind": "repairs of each kind",
}
EXIT_CODES: Mapping[int, str] = {
    0: "done",
    1: "too many pages failed (`max_failed`, `strict`), `verify` found a difference, or `clean` met no page",
    2: "a bad option, setting or combination of folders",
    66: "the input is missing, unreadable or empty",
    70: "a package that is needed does not work, or a bug in cleaner: nothing is written from spans that do not add up",
    74: "the disk is full or cannot be written; what is complete stays, run again to resume",
    75: "another run holds the output folder",
    130: "interrupted; run again to resume",
    141: "the reader of standard output has read enough (`cleaner clean ... | head`)",
}
FAILURES: Mapping[str, str] = {
    "refused": "never meant to be read: a device, a named pipe, a link out of the folder, an HTTP error",
    "unreadable": "the system did not let it be read",
    "changed_during_read": "it was written to while it was read",
    "damaged_container": "a part of a WARC, JSONL, Parquet or compressed file is broken; the rest of the file is read",
    "too_large": "over a limit of `read`; the sentence names it",
    "not_a_page": "empty, binary, a PDF: never a page",
    "undecodable": "its bytes are no text in any encoding that was declared or detected",
    "timeout": "over `engine.page_cpu_s` or `engine.page_wall_s`",
    "memory": "over the memory of a worker",
    "crash": "the worker died over it",
    "error": "an exception: a bug in cleaner, please report it",
    "conservation": "its spans would not have added up, so nothing was written: a bug in cleaner, please report it",
}
STATUSES: Mapping[str, str] = {
    "ok": "has text of its own",
    "empty": "no text at all",
    "script-shell": "a frame that scripts would have filled",
    "consent-wall": "a request for consent in place of the page",
    "login-wall": "a request to log in or pay in place of the page",
    "error-page": "says that there is no such page, or that something went wrong",
    "listing": "links to other pages and next to no prose",
    "duplicate": "with `--duplicates drop`: a copy of another document; no page file",
    "short": "with `--duplicates drop`: too little was left; no page file",
}
REASONS: Mapping[str, str] = {
    "markup": "tags, attributes, comments, the head: never visible",
    "script": "scripts, styles, data for them",
    "whitespace": "white space that a browser does not show",
    "control": "control characters, which no reader sees",
    "boilerplate": "page furniture",
    "template": "repeats across the pages of one site",
    "near-duplicate": "another document keeps the same text (`--duplicates drop`)",
}
RULES: Mapping[str, Mapping[str, str]] = {
    "markup": {
        "tag": "Is a tag, a comment or a doctype.",
        "unrendered": "Is text that browsers do not show: the title, a template, an option that is not chosen.",
    },
    "script": {"script": "Is a script, a style or data in one."},
    "whitespace": {"whitespace": "Is white space that layout makes."},
    "control": {"invisible-character": "Is a character without width or meaning to a reader."},
    "near-duplicate": {
        "drop-exact": "The kept copy has the same words.",
        "drop-near": "The kept copy has nearly the same words.",
        "drop-document": "The whole document is a copy of another one.",
        "too-short-to-stay": "Too little was left here once what other documents keep was gone.",
    },
}
"""The rules of all reasons but boilerplate and templates, whose rules explain themselves (``boilerplate/rules.py``)."""
REPAIRS: Mapping[str, str] = {
    "entity": "a character reference is written out: `&amp;` reads `&`",
    "whitespace": "a run of white space reads as one space",
    "line-break": "a line break of the page, or one that only wrapped the text",
    "layout": "what stands between two blocks",
    "encoding": "mojibake undone by ftfy",
}
RELATIONS: Mapping[str, str] = {
    "exact": "the same words, whatever their case and punctuation",
    "near": "Jaccard of word 3-grams from `duplicates.near`",
    "contained": "one has most of the other: `duplicates.contained`, `contained_words`, `whole_words`",
    "overlap": "a stretch in common: `duplicates.overlap_words`, `overlap`, `rare_words`; or half of both sides",
}
PASSAGES: Mapping[str, str] = {
    "passage": "a paragraph, or a part of a long one",
    "quote": "a quotation inside a paragraph",
    "sentence": "a sentence inside a paragraph",
}
ROLES: Mapping[str, str] = {
    "heading": "a heading; `level` 1 to 6",
    "paragraph": "a paragraph",
    "line": "a line of plain text, or one set off by line breaks",
    "item": "an item of a list; `level` is its depth",
    "row": "a row of a table, cells parted by tabs",
    "quote": "a quotation set off from the text",
    "code": "preformatted text",
    "caption": "the words below a picture or table",
    "control": "a button, a label of a form",
}
