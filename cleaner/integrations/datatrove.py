"""Blocks for a datatrove pipeline: an extractor, and a filter of near-duplicates.

    pipeline = [WarcReader("crawl/"), CleanerExtractor(), NearDuplicateFilter(), JsonlWriter("clean/")]

Source: https://github.com/huggingface/datatrove
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.extractors.base import ExtractorSandbox
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from cleaner.config import Config
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.document_findings import DocumentFindings
from cleaner.duplicates.plain_texts import find_copies
from cleaner.integrations.rows import COLUMNS, clean_row
from cleaner.model import Source, Span


class CleanerExtractor(PipelineStep):
    """Clean text in place of HTML; what is known of the page goes into the document's metadata.

    Each of ``rows.COLUMNS`` but the text has a *prefix* before its name there, as in ``clean_status`` beside a reader's
    ``status`` of HTTP: nothing that the reader or another block wrote is changed.

    A page that hangs or kills its process costs only itself. Pages without text and pages that fail go to the
    *exclusion_writer*, with the reason in their metadata.
    """

    name = "🧹 cleaner"
    type = "🛢 - EXTRAC"

    def __init__(
        self,
        config: Config | None = None,
        timeout: float = 20.0,
        exclusion_writer: DiskWriter | None = None,
        prefix: str = "clean_",
    ) -> None:
        """Prepare the block; *timeout* is in seconds of wall time a page."""
        super().__init__()
        self.config = config or Config()
        self.timeout = timeout
        self.exclusion_writer = exclusion_writer
        self.prefix = prefix

    def extract(self, page: str, url: str | None) -> dict[str, Any]:
        """The columns of ``rows.COLUMNS`` for one page."""
        return clean_row(page, url, self.config)

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:  # noqa: ARG002
        """The documents of *data* with their text cleaned, less those that have none."""
        with ExtractorSandbox(self.timeout, ("", None)) as sandbox, _opened(self.exclusion_writer) as excluded:
            for document in data:
                self.stat_update(StatHints.total)
                with self.track_time():
                    row = self._row(sandbox, document)
                document.metadata.update({self.prefix + name: row.get(name) for name in COLUMNS if name != "text"})
                if row["text"]:
                    document.text = row["text"]
                    self.stat_update(StatHints.forwarded)
                    self.update_doc_stats(document)
                    yield document
                else:
                    self.stat_update(StatHints.dropped, f"dropped_{row['status']}")
                    if excluded:
                        excluded.write(document, rank)

    def _row(self, sandbox: ExtractorSandbox, document: Document) -> dict[str, Any]:
        trouble = f"timeout: it took longer than {self.timeout:g} s"
        try:
            row: dict[str, Any] = sandbox.process_document((document.text, document.metadata.get("url")), self.extract)
        except TimeoutError:
            pass
        except EOFError:
            trouble = "crash: the process that worked on it died"
        else:
            return row
        return {"text": "", "status": "failed", "reason": trouble}


class NearDuplicateFilter(PipelineStep):
    """Marks or drops near-duplicates among the documents that pass through one task.

    With ``Config(duplicates=Duplicates(mode="drop"))`` copies of whole documents go to the *exclusion_writer*, and
    passages that another document keeps are taken out of the text; by default documents are labelled only, in their
    metadata: ``clean_duplicate_of``, ``clean_similarity``, ``clean_syndication``. Which copy stays goes by the
    extractor's ``clean_date`` and ``clean_site``, or, where it is not before it, by ``date`` and ``site``. The texts
    are held in memory: for more than that, run ``cleaner run`` on the files that datatrove wrote.
    """

    name = "🪞 cleaner near-duplicates"
    type = "🫂 - DEDUP"

    def __init__(
        self, config: Config | None = None, exclusion_writer: DiskWriter | None = None, prefix: str = "clean_"
    ) -> None:
        """Prepare the block; *prefix* is that of the extractor, and stands before the names of the labels."""
        super().__init__()
        self.config = config or Config()
        self.exclusion_writer = exclusion_writer
        self.prefix = prefix

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:  # noqa: ARG002
        """The documents of *data*, which are all read first."""
        documents = list(data)
        with self.track_time("batch"):
            facts = (_facts(document, number, self.prefix) for number, document in enumerate(documents, 1))
            texts = (document.text for document in documents)
            found = find_copies(zip(facts, texts, strict=True), self.config)
        ids = {Source("document", number).id: document.id for number, document in enumerate(documents, 1)}
        with _opened(self.exclusion_writer) as excluded:
            for number, document in enumerate(documents, 1):
                self.stat_update(StatHints.total)
                findings = found.get(Source("document", number).id)
                if findings:
                    _label(document, findings, ids, self.prefix)
                if findings and findings.duplicate_of is not None and self.config.duplicates.mode == "drop":
                    self.stat_update(StatHints.dropped, "dropped_copy")
                    if excluded:
                        excluded.write(document, rank)
                    continue
                self.stat_update(StatHints.forwarded)
                self.update_doc_stats(document)
                yield document


def _facts(document: Document, number: int, prefix: str) -> DocumentFacts:
    known = document.metadata
    site, date = (known.get(prefix + name, known.get(name)) for name in ("site", "date"))
    return DocumentFacts(
        Source("document", number),
        site if isinstance(site, str) else None,
        date if isinstance(date, str) else None,
        length=len(document.text),
    )


def _label(document: Document, findings: DocumentFindings, ids: dict[str, str], prefix: str) -> None:
    """Writes what was found into the metadata of *document*, and takes out of its text what is to go."""
    if findings.duplicate_of is not None:
        document.metadata[f"{prefix}duplicate_of"] = ids[findings.duplicate_of]
        document.metadata[f"{prefix}similarity"] = findings.similarity
    if findings.syndication is not None:
        first, _, start = findings.syndication.cluster_id.rpartition(":")
        document.metadata[f"{prefix}syndication"] = {
            "cluster_id": f"{ids[first]}:{start}",
            "n_sites": findings.syndication.n_sites,
            "share": findings.syndication.share,
        }
    if findings.duplicate_of is None and findings.removals:
        document.metadata[f"{prefix}removed"] = [
            {"start": removal.start, "end": removal.end, "kept_in": ids[str(removal.kept_doc_id)]}
            for removal in findings.removals
        ]
        spans = [Span(removal.start, removal.end) for removal in findings.removals]
        document.text = "\n\n".join(part for part in map(str.strip, _between(document.text, spans)) if part)


def _between(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """What is left of *text* without *spans*, which do not overlap."""
    at = 0
    for span in sorted(spans):
        yield text[at : span.start]
        at = span.end
    yield text[at:]


def _opened(writer: DiskWriter | None) -> Any:
    return writer or contextlib.nullcontext()
