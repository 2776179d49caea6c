"""A small ``clean/`` written through the public functions of ``writing``, for tests that read or damage it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

from cleaner.config import Config, Write
from cleaner.engine.atomic import replacing, write_if_changed
from cleaner.ledger import compose, digest_removals, settle
from cleaner.model import (
    ClusterMember,
    Document,
    Failure,
    KeptBlock,
    Metadata,
    Page,
    RawItem,
    Relation,
    Removal,
    Repair,
    Source,
    Syndication,
)
from cleaner.removal_columns import columns_of
from cleaner.visible import with_visible_chars
from cleaner.writing import rows, schemas
from cleaner.writing.corpus import LINES
from cleaner.writing.groups import RemovalGroups, RepairGroups
from cleaner.writing.pages import PAGE_FORMS
from cleaner.writing.paths import page_path
from cleaner.writing.summary import RUN, encode_run, run_record
from cleaner.writing.tables import table_file
from cleaner.writing.tally import Tally
from cleaner.writing.wire import document_record, encode_line
from cleaner.writing.written import repair_columns, tally_of

HOSTILE = "T\x1b]0;x\x07 \u202eevil\u200b</script><script>alert(1)</script>\"'\n---\n<img src=x onerror=y>"


def page_of(source: Source, text: str) -> Page:
    payload = text.encode("utf-8", "surrogatepass")
    item = RawItem(source, payload, sha256(payload).hexdigest())
    return Page(item, "html" if text.startswith("<") else "text", text, "utf-8", "utf-8")


def document_of(
    page: Page,
    blocks: Sequence[KeptBlock],
    removals: Sequence[Removal] = (),
    repairs: Sequence[Repair] = (),
    **fields: object,
) -> Document:
    """The document that keeps *blocks* of *page*; what lies between them is markup."""
    edges = [0, *(edge for block in blocks for edge in (block.start, block.end)), len(page.source_text)]
    between = [
        Removal(start, end, "markup", "tag") for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end
    ]
    settled = settle(len(page.source_text), [removals, between])
    made = compose(page.source_text, settled, blocks, repairs)
    gone = with_visible_chars(settled.removals, repairs)
    kept_chars = sum(segment.text_end - segment.text_start for segment in made.segments)
    known: dict[str, object] = {
        "metadata": Metadata(),
        "extractor": "rules",
        "encoding": page.encoding,
        "encoding_source": page.encoding_source,
        "replaced": 0,
        **fields,
    }
    return Document(
        source=page.item.source,
        text=made.text,
        blocks=made.blocks,
        segments=made.segments,
        removals=digest_removals(page.source_text, gone),
        repairs=made.repairs,
        kind=page.kind,
        raw_sha256=page.item.sha256,
        source_length=len(page.source_text),
        visible_length=kept_chars + sum(removal.visible_chars or 0 for removal in gone),
        **known,  # type: ignore[arg-type]
    )


def block_of(page: Page, text: str, role: str = "paragraph", level: int = 0) -> KeptBlock:
    start = page.source_text.index(text)
    return KeptBlock(start, start + len(text), role, level)  # type: ignore[arg-type]


class Corpus:
    """Three sources that became documents, one that failed, and the ``clean/`` they make."""

    def __init__(self) -> None:
        story = "The council voted on Monday to close the old harbour bridge for good &amp; all."
        self.first = page_of(Source("news/a.html"), f"<h1>Bridge</h1><p>{story}</p><p>Sign up now</p>")
        self.copy = page_of(
            Source("news/b.html"), f"<p>{story.replace('close the old', '<b>close</b> the old')}</p><p>Ours &lt;3</p>"
        )
        self.record = page_of(Source("pile.jsonl", 2), "Plain line\n\nanother plain line\x00 here")
        self.failure = Failure(Source("news/zebra.pdf"), "read", "not_a_page", f"a PDF {HOSTILE}")

        amp = self.first.source_text.index("&amp;")
        first = document_of(
            self.first,
            [
                block_of(self.first, "Bridge", "heading", 1),
                block_of(self.first, story),
                block_of(self.first, "Sign up now"),
            ],
            [self._removal(self.first, "Sign up now", reason="boilerplate", rule="cue", score=0.9)],
            [Repair(amp, amp + 5, "&", "entity")],
            metadata=Metadata(title=HOSTILE, url="https://a.example/1", site="a.example", date="2026-01-02"),
            syndication=Syndication("AP", "news/a.html:20", 2, 0.5),
            fetched="2026-01-03T00:00:00Z",
        )
        kept = self._span(self.first, story)
        text = self.copy.source_text
        start, bold, bold_end = text.index("The council"), text.index("<b>"), text.index("</b>")
        end = text.index("all.") + 4
        pointer = {
            "reason": "near-duplicate",
            "rule": "drop-exact",
            "kept_doc_id": "news/a.html",
            "kept_start": kept[0],
            "kept_end": kept[1],
            "similarity": 1.0,
            "similarity_kind": "jaccard",
            "cluster_id": "news/a.html:20",
        }
        second = document_of(
            self.copy,
            [KeptBlock(start, end, "paragraph"), block_of(self.copy, "Ours &lt;3")],
            [
                Removal(start, bold, **pointer),  # type: ignore[arg-type]
                Removal(bold, bold + 3, "markup", "tag"),
                Removal(bold + 3, bold_end, **pointer),  # type: ignore[arg-type]
                Removal(bold_end, bold_end + 4, "markup", "tag"),
                Removal(bold_end + 4, end, **pointer),  # type: ignore[arg-type]
            ],
            [Repair(text.index("&lt;"), text.index("&lt;") + 4, "<", "entity")],
            metadata=Metadata(url="javascript:alert(1)"),
        )
        third = document_of(
            self.record,
            [block_of(self.record, "Plain line"), block_of(self.record, "another plain line\x00 here")],
            [self._removal(self.record, "\x00", reason="control", rule="nul")],
        )
        self.documents = [first, second, third]
        self.pages: list[Page | Failure] = [self.first, self.copy, self.failure, self.record]
        self.relations = [
            Relation("exact", "news/a.html", *kept, "news/b.html", start, end, 1.0, 1.0, 16, *kept, start, end),
        ]
        self.members = [
            ClusterMember("news/a.html:20", "news/a.html", *kept, True, "earliest", 2, "AP"),
            ClusterMember("news/a.html:20", "news/b.html", start, end, False, "earliest", 2, "AP"),
        ]

    def read_pages(self, raw: Path) -> Iterator[Page | Failure]:
        assert raw.exists()
        return iter(self.pages)

    def write(self, clean: Path, format: str = "md") -> Path:  # noqa: A002
        """Everything a run writes, but the report."""
        pair = ("revised", "news/a.html", "news/b.html", 0.5, 0.9)
        write_clean(clean, self.documents, [self.failure], self.relations, self.members, [pair], format=format)
        return clean

    @staticmethod
    def _span(page: Page, text: str) -> tuple[int, int]:
        start = page.source_text.index(text)
        return start, start + len(text)

    def _removal(self, page: Page, text: str, **fields: object) -> Removal:
        return Removal(*self._span(page, text), **fields)  # type: ignore[arg-type]


def write_clean(
    clean: Path,
    documents: Sequence[Document],
    failures: Sequence[Failure] = (),
    relations: Iterable[Relation] = (),
    members: Iterable[ClusterMember] = (),
    document_relations: Iterable[tuple[str, str, str, float, float]] = (),
    *,
    format: str = "md",  # noqa: A002
) -> None:
    clean.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    with (
        table_file(clean, schemas.REMOVALS) as removals,
        table_file(clean, schemas.REPAIRS) as repairs,
    ):
        removal_groups, repair_groups = RemovalGroups(removals), RepairGroups(repairs)
        for document in documents:
            tally.add(tally_of(document))
            removal_groups.add(document.id, columns_of(document.removals))
            repair_groups.add(document.id, repair_columns(document.repairs))
            record = document_record(document)
            if format in PAGE_FORMS and record.has_page:
                form = PAGE_FORMS[format]
                write_if_changed(clean / page_path(record.place, form.suffix), form.content(record))
        removal_groups.flush()
        repair_groups.flush()
    for failure in failures:
        tally.add_failure(failure)
    for table, made in (
        (schemas.FAILURES, rows.failure_rows(failures)),
        (schemas.RELATIONS, map(astuple, relations)),
        (schemas.CLUSTERS, map(astuple, members)),
        (schemas.DOCUMENT_RELATIONS, document_relations),
    ):
        with table_file(clean, table) as file:
            file.add(made)
    names = ["removals.parquet", "repairs.parquet", "failures.parquet", "relations.parquet", "clusters.parquet"]
    names.append("document_relations.parquet")
    if format == "parquet":
        names.append("documents.parquet")
        with table_file(clean, schemas.DOCUMENTS) as file:
            file.add_documents(map(document_record, documents))
    else:
        names.append(LINES)
        with replacing(clean / LINES) as lines:
            for document in documents:
                lines.write(encode_line(document_record(document)))
    run = run_record(
        config=Config(write=Write(format)),  # type: ignore[arg-type]
        tally=tally,
        used="raw",
        clean=clean,
        generated=names,
        started="2026-01-01T00:00:00Z",
        ended="2026-01-01T00:00:01Z",
        timings={"pages": 0.5},
    )
    write_if_changed(clean / RUN, encode_run(run))
