"""All settings as one frozen tree; each stage gets its own branch.

Nothing here reads the environment: ``cli.py`` resolves flags, ``CLEANER_*`` and TOML and hands a finished tree down.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Literal

_STORED = 6
"""Number of the shape in which results of pass 1 are stored."""


@dataclass(frozen=True, slots=True)
class Read:
    """What is read from ``raw/``, and the caps on hostile input. Sizes in bytes."""

    html_field: str | None = None
    """Field of JSONL and Parquet records that holds HTML; None tries ``html``, ``raw_html``, ``content_html``."""
    text_field: str | None = None
    """Field that holds plain text; None tries ``text``, ``content``, ``raw_content``, ``body``."""
    url_field: str | None = None
    """None tries ``url``, ``URL``, ``source_url``, ``link``."""
    id_field: str | None = None
    """None tries ``id``, ``file_id``, ``uuid``."""
    urls: str | None = None
    """A table of paths and addresses (CSV, TSV, JSONL) for pages whose container names none."""
    site_from: Literal["url", "folder"] = "url"
    """What makes a site: the registrable domain of a page's address, or the first folder below ``raw/`` it lies in."""
    max_page_bytes: int = 20_000_000
    """A page that is larger is a failure."""
    max_member_bytes: int = 64_000_000
    """The same for what stands for a page in a container: a record with its headers, unpacked."""
    max_ratio: int = 200
    """Expansion ratio of a compressed file beyond ``ratio_from_bytes`` of output that is refused."""
    ratio_from_bytes: int = 10_000_000
    """Output up to which a compressed file may expand as it likes."""
    max_header_bytes: int = 65_536
    """Of a record in a WARC file, and of the HTTP response in it."""
    max_line_bytes: int = 64_000_000
    """A line of JSON that is longer is a failure."""
    max_nodes: int = 200_000
    """Elements and texts of a page; a block of plain text counts as both."""
    max_changes: int = 500_000
    """Removals, and repairs such as decoded character references, that one page may need."""
    max_nesting: int = 2
    """Compressions inside one another, ``a.html.gz.gz`` being 2."""


Scope = Literal["main", "main+comments"]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """How blocks are told apart."""

    extractor: Literal["learned", "trafilatura"] = "learned"
    """trafilatura reads HTML only: beside it, plain text pages go by cues."""
    prefer: Literal["precision", "balanced", "recall"] = "balanced"
    """What the learned extractor makes most of, on pages where it is in doubt."""
    scope: Scope = "main"
    """Whether what readers wrote below a page is kept with it. The posts of a forum always are."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Which text that repeats across the pages of a site is its template."""

    enabled: bool = True
    """Whether templates are looked for."""
    min_pages: int = 4
    """Pages of a site from which it can have a template; copies of one page count once."""
    share: float = 0.1
    """Share of a site's pages from which text is template, on a site so large that this is ten pages; on a smaller
    one text must stand on ten pages or half of them."""
    max_site_share: float = 0.5
    """Of a site's kept characters; templates that would take more are reported and not obeyed."""


@dataclass(frozen=True, slots=True)
class Passages:
    """How kept text is cut for near-duplicate search. Lengths in words."""

    max_words: int = 90
    """A paragraph that is longer is cut at its sentences."""
    min_words: int = 8
    """A shorter paragraph is no passage by itself."""
    min_sub_words: int = 12
    """A quotation or sentence of this length is a passage of its own beside the paragraph it stands in."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """MinHash over word n-grams."""

    ngram: int = 3
    """Words of a shingle."""
    bands: int = 32
    """Passages that agree in all rows of a band are compared."""
    rows: int = 4
    """Minimums a band; more rows ask for more likeness."""
    seed: int = 1
    """Of the hash functions, as in datasketch."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What is a near-duplicate, and what happens to it."""

    mode: Literal["mark", "drop", "keep"] = "mark"
    """Copies are kept and labelled, are removed in favour of the canonical one, or are left without a label."""
    canonical: Literal["earliest", "longest", "first"] = "earliest"
    """Which copy counts: the earliest by date, the longest, or the first in reading order."""
    prefer_sites: tuple[str, ...] = ()
    """Sites whose copy is canonical before any other rule, best first."""
    near: float = 0.4
    """Jaccard of word-3 shingles from which two passages are ``near``."""
    contained: float = 0.5
    """Containment from which one passage is ``contained`` in another."""
    contained_words: int = 12
    """Words in common from which containment counts; shorter runs are mostly stock phrases."""
    whole_words: int = 8
    """Words from which a passage is contained in another one that has all of it."""
    overlap_words: int = 12
    """Words of an unbroken stretch from which two passages ``overlap``, whatever it says."""
    overlap: float = 0.25
    """Containment from which as many words in common and two more are an overlap, in however many stretches."""
    rare_words: int = 7
    """Words of an unbroken stretch that is enough for an overlap where next to nobody else has it."""
    rare_weight: int = 24
    """How rare it must be: 16 for each fingerprint that only these two passages have, 8 if four do, 4 if sixteen."""
    cluster: float = 0.4
    """Jaccard to its leader from which a passage joins a cluster."""
    document: float = 0.8
    """Jaccard from which a whole document is a copy of another."""
    against: tuple[str, ...] = ()
    """Folders that earlier runs wrote: what they have is found here, too, and theirs is the copy that stays."""
    min_document_chars: int = 250
    """With ``drop``: a document left with less is set aside."""


@dataclass(frozen=True, slots=True)
class Write:
    """What is written."""

    format: Literal["md", "txt", "tei", "jsonl", "parquet"] = "md"
    """Page files as Markdown, plain text or TEI, each beside ``documents.jsonl``; the latter alone; or
    ``documents.parquet`` alone."""
    page_views: int | Literal["all"] = 20
    """Pages of which ``report/pages`` shows the source with every removal marked; 0 for none."""


@dataclass(frozen=True, slots=True)
class Engine:
    """How the work is spread; none of it changes a byte of the output."""

    memory_bytes: int = 4_000_000_000
    """For the whole run: workers share it with the process that tends them."""
    worker_memory_bytes: int = 1 << 30
    """At most this for a worker, however much there is."""
    page_cpu_s: float = 10.0
    """CPU seconds after which a page is given up."""
    page_wall_s: float = 60.0
    """Seconds on the clock after which a page is given up."""
    shard_pages: int = 256
    """Pages that are stored together; at most so many are done again after a crash."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting of a run."""

    read: Read = field(default_factory=Read)
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    templates: Templates = field(default_factory=Templates)
    passages: Passages = field(default_factory=Passages)
    signatures: Signatures = field(default_factory=Signatures)
    duplicates: Duplicates = field(default_factory=Duplicates)
    write: Write = field(default_factory=Write)
    engine: Engine = field(default_factory=Engine)
    jobs: int = 0
    """Worker processes; 0 is one per core that this process may use."""
    strict: bool = False
    """Any failed page makes the run exit 1."""
    max_failed: float = 0.5
    """Share of failed pages above which the run exits 1."""

    def fingerprint(self, version: str) -> str:
        """16 hex digits that change when a page's own result (pass 1) could change: version and per-page settings."""
        whole = asdict(self)
        parts = {name: whole[name] for name in ("read", "boilerplate", "passages", "signatures")}
        del parts["read"]["urls"]  # what it says of a page is known of the page
        canonical = json.dumps([version, _STORED, parts], sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
