"""The passes and the order of the stages, and nothing else.

1. per page, parallel: read, decode, segment, classify, repair, cut and sign passages; results go to shards. On one page
   this is ``drafting``;
2. whole corpus: candidates, relations, clusters, canonical copies;
3. per page, parallel: settle the ledger, compose, write; then tables, report, run record. On one page this is
   ``finishing``.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from cleaner.boilerplate.site_blocks import PageBlocks
from cleaner.boilerplate.site_templates import SiteTemplates, find_templates
from cleaner.config import Config
from cleaner.draft import unpack
from cleaner.duplicates.columns import passage_columns
from cleaner.duplicates.columns import unpack as unpack_passages
from cleaner.duplicates.search import Findings, PageRecord, find_in_corpus
from cleaner.duplicates.without_spans import without_spans
from cleaner.engine.journal import Journal
from cleaner.engine.lock import holding
from cleaner.engine.tasks import Died, Done, Key, Limits, Task
from cleaner.engine.workers import cores, run_tasks
from cleaner.errors import InputError, UsageError
from cleaner.exchange import decode_draft_reply, decode_signed_page, encode, encode_config
from cleaner.finishing import FinishTask, decode_finish_reply
from cleaner.folders import STORE, check_folders
from cleaner.model import Failure, Source
from cleaner.other_corpus import other_corpora
from cleaner.reading.sources import read_sources
from cleaner.report import write_report
from cleaner.results import Results
from cleaner.run_report import RunReport, Step, Stopwatch
from cleaner.wording import counted
from cleaner.writing.output import Output, check_output, writing_output
from cleaner.writing.schemas import CLUSTERS, DOCUMENT_RELATIONS, RELATIONS
from cleaner.writing.summary import run_record

_LEAST_MEMORY = 250_000_000
"""For a worker: below it ordinary pages would be blamed for what the settings lack."""

Progress = Callable[[Step], None]
"""Called after each page, and before what takes a while."""


def run(
    raw: Path,
    clean: Path,
    config: Config,
    *,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
) -> RunReport:
    """What became of everything under *raw*, written to *clean*.

    Raises:
        InputError: *raw* is missing, unreadable or holds nothing.
        UsageError: the folders lie in each other, or *clean* holds something else.
        OutputBusy: another run holds *clean*.
        OutputFull: *clean* could not be written; run again to resume.
    """
    check_folders(raw, clean)
    with ExitStack() as stack:
        target = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry_run else clean
        stack.enter_context(holding(target))
        check_output(target)
        watch = Stopwatch()
        others = other_corpora(clean, config)
        results = draft_pages(raw, target / STORE, config, force, progress)
        watch.lap("pages")
        progress(Step("corpus"))
        templates = find_templates(lambda: _page_blocks(results), config.templates, config.engine.memory_bytes // 2)
        records = chain(page_records(results, templates, config), *others)
        findings = find_in_corpus(records, config, target / STORE)
        watch.lap("corpus")
        with writing_output(target, config.write.format, target / STORE) as output:
            finish_pages(results, templates, findings, config, output, progress)
            for record in page_records(results, templates, config):
                output.passages(record.facts.source.id, passage_columns(record.passages))
            output.columns(RELATIONS, findings.relations.batches())
            output.columns(DOCUMENT_RELATIONS, findings.document_relations.batches())
            output.columns(CLUSTERS, findings.clusters.batches())
            output.failures(sorted(results.failures, key=lambda failure: (failure.source, failure.start)))
        results.keep_index()
        results.prune()
        watch.lap("write")
        shown = 0 if dry_run else config.write.page_views
        report = write_report(target, raw, shown, config.read, templates.refused)
        watch.lap("report")
        output.finish(
            lambda names: run_record(
                config=config,
                tally=output.tally,
                used=str(raw),
                clean=target,
                generated=names,
                started=watch.started,
                ended=watch.now(),
                timings=watch.laps,
                refused=templates.refused,
            ),
            others=report.files,
        )
        return RunReport(
            output.tally,
            tuple(results.failures),
            results.reused,
            tuple(watch.laps.items()),
            templates.refused,
            (*output.strangers, *report.strangers),
            tuple(output.moved),
            report.missing,
        )


# Pass 1


def draft_pages(raw: Path, store: Path, config: Config, force: bool, progress: Progress) -> Results:
    """Pass 1: a draft or a failure of every source under *raw*, those of an earlier run taken over."""
    journal = Journal(store, config.fingerprint(version("cleaner")))
    results = Results(store, journal, config.engine.shard_pages, force)

    def pending() -> Iterator[Task[tuple[Source, str]]]:
        for item in read_sources(raw, config.read):
            progress(Step("pages", results.count, source=item.source, end=item.end))
            if isinstance(item, Failure):
                results.failures.append(item)
                continue
            without_payload = encode(replace(item, payload=b""))  # which has a digest of its own
            key = (item.source, hashlib.sha256(without_payload).hexdigest())
            if not results.take_over(*key):
                yield Task(key, encode(item))

    for outcome in _worked(pending(), "drafting:page_drafter", config):
        source, digest = outcome.task.key
        if isinstance(outcome, Done):
            reply = decode_draft_reply(outcome.reply)
            results.add(source, digest, reply.record, reply.signed)
        else:
            results.failures.append(Failure(source, "page", outcome.kind, outcome.detail))
        progress(Step("pages", results.count))
    results.close()
    if not results.count:
        raise InputError(f"{raw} holds no pages; name a folder of HTML, text, WARC, JSONL or Parquet.")
    return results


# Pass 2


def _page_blocks(results: Results) -> Iterator[PageBlocks]:
    """What the search for templates needs, page by page in reading order."""
    for cell in results.signed():
        page = decode_signed_page(cell)
        yield PageBlocks(page.facts.source.id, page.facts.site, page.blocks)


def page_records(results: Results, templates: SiteTemplates, config: Config) -> Iterator[PageRecord]:
    """What the search for near-duplicates needs, page by page in reading order: nothing of what is template."""
    for cell in results.signed():
        page = decode_signed_page(cell)
        facts, passages = page.facts, unpack_passages(page.passages, config.signatures)
        if gone := templates.spans(facts.source.id):
            passages = without_spans(passages, gone, config.signatures)
            facts = replace(facts, length=facts.length - templates.removed_chars(facts.source.id))
        yield PageRecord(facts, passages)


# Pass 3


def finish_pages(
    results: Results,
    templates: SiteTemplates,
    findings: Findings,
    config: Config,
    output: Output,
    progress: Progress,
) -> None:
    """Pass 3: every document settled and written, in reading order."""

    def drafted() -> Iterator[Task[Source]]:
        for source, record in results.records():
            found = findings.documents.get(source.id)
            yield Task(source, encode(FinishTask(record, found, templates.removals(source.id))))

    for done, outcome in enumerate(_worked(drafted(), "finishing:page_finisher", config), 1):
        if isinstance(outcome, Done):
            reply = decode_finish_reply(outcome.reply)
            if reply.written is None:
                results.failures.append(_failure(reply.failure))
            else:
                output.document(reply.written)
        else:
            results.failures.append(Failure(outcome.task.key, "write", outcome.kind, outcome.detail))
        progress(Step("write", done, results.count, tally=output.tally))


def _failure(record: bytes) -> Failure:
    """The failure that was packed as *record*."""
    failure = unpack(record)
    assert isinstance(failure, Failure)
    return failure


def _worked(tasks: Iterable[Task[Key]], target: str, config: Config) -> Iterator[Done[Key] | Died[Key]]:
    """The results of *tasks*, in their order, from as many workers as the config says."""
    settings = config.engine
    jobs = config.jobs or cores()
    memory = min(settings.worker_memory_bytes, settings.memory_bytes // (jobs + 1))
    if memory < _LEAST_MEMORY:
        raise UsageError(
            f"{settings.memory_bytes:,} bytes of memory for {counted(jobs, 'worker')} is too little: "
            f"allow {_LEAST_MEMORY * (jobs + 1):,}, or fewer jobs."
        )
    limits = Limits(settings.page_cpu_s, settings.page_wall_s, memory)
    return run_tasks(tasks, f"cleaner.{target}", encode_config(config), jobs, limits)
