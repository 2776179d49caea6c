"""What the report shows, gathered from the files of ``clean/``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.model import TEXT_REASONS, RefusedSite
from cleaner.report import histograms
from cleaner.report.clusters import cluster_views, matrix_of, relation_views
from cleaner.report.repeats import read_repeats
from cleaner.report.shares import CODES, parts, text_parts
from cleaner.report.shown import Flow, Kind, ReasonView, Report, RuleView, SampleView, SiteLine
from cleaner.report.totals import Totals
from cleaner.report.views import ViewRecord, read_views
from cleaner.run_report import warnings_of
from cleaner.why import REASONS, why
from cleaner.writing.corpus import DocumentIndex, read_rows
from cleaner.writing.schemas import FAILURES
from cleaner.writing.tally import Tally
from cleaner.writing.wire import FailureRow

_RULES = 12
"""Of each reason that are shown."""
_SAMPLES = 3
"""Of each rule, each from another page."""
_SITES = 30
_SITE_SAMPLES = 6
_EXAMPLES = 3
_VIEWS = 60

_FAILURES = {
    "refused": "Was not opened: a link, a device, or a name that is none.",
    "unreadable": "Could not be read from the disk.",
    "changed_during_read": "Changed while it was read.",
    "damaged_container": "Part of an archive is damaged; what stands before and behind it was read.",
    "too_large": "Is larger than the limits allow.",
    "not_a_page": "Is no page: a picture, a PDF, or an answer other than 200.",
    "undecodable": "Is text in no encoding that could be found.",
    "timeout": "Took longer than a page may take.",
    "memory": "Took more memory than a page may take.",
    "crash": "Ended the process that read it.",
    "error": "Met an error in cleaner.",
    "conservation": "Broke the law that every character is kept or removed: a bug in cleaner.",
}
_INSIDE = "Tags in removed text, and what references and runs of space have more than they show."
_STATUSES = {
    "empty": "Nothing of the page was kept.",
    "script-shell": "A page that a browser's scripts would have filled.",
    "consent-wall": "A request for consent stood where the text should be.",
    "login-wall": "A request to log in stood where the text should be.",
    "error-page": "The site said that there is no such page.",
    "listing": "A list of links to other pages.",
    "duplicate": "A copy of another document; set aside.",
    "short": "Too little was left without its near-duplicates; set aside.",
}


@dataclass(slots=True)
class _Views:
    """The views that are there, and what they show."""

    shown: list[ViewRecord] = field(default_factory=list)
    count: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    by_rule: defaultdict[tuple[str, str], list[SampleView]] = field(default_factory=lambda: defaultdict(list))
    by_site: defaultdict[str, list[SampleView]] = field(default_factory=lambda: defaultdict(list))
    of_site: defaultdict[str, list[ViewRecord]] = field(default_factory=lambda: defaultdict(list))


def gather_report(clean: Path, totals: Totals, index: DocumentIndex, refused: Sequence[RefusedSite] = ()) -> Report:
    """The report on *clean*.

    Args:
        totals: of *clean*.
        index: of its documents.
        refused: sites whose templates were not obeyed.

    Raises:
        InputError: *clean* lacks a table, or one is damaged.
    """
    tally = totals.tally
    views = _views(read_views(clean))
    repeats = read_repeats(clean, totals, index)
    visible = totals.visible_chars
    shares = 100 * totals.kept_chars[visible > 0] / visible[visible > 0]

    def path_of(doc_id: str) -> str | None:
        return views.paths.get(doc_id)

    return Report(
        documents=tally.documents,
        failed=tally.failures.total(),
        flow=_flow(tally),
        warnings=warnings_of(tally, refused),
        reasons=[_reason(reason, tally, views) for reason, _ in _most_first(tally.chars_by_reason)],
        hidden=_hidden(tally),
        failures=_failures(clean, tally),
        statuses=[
            Kind(status, _STATUSES.get(status, ""), count, ())
            for status, count in _most_first(tally.statuses)
            if status != "ok"
        ],
        sites=_sites(totals, views, {site.site: site for site in refused}),
        n_sites=sum(name is not None for name in totals.sites),
        without_site=int((totals.site == totals.sites.index(None)).sum()) if None in totals.sites else 0,
        widest=cluster_views(repeats.widest, index, path_of),
        largest=cluster_views(repeats.largest, index, path_of),
        n_clusters=repeats.n_clusters,
        n_shared=repeats.n_shared,
        matrix=matrix_of(repeats.runs),
        relations=relation_views(clean, path_of),
        histograms=[
            histograms.share_kept(shares),
            histograms.page_length(totals.clean_chars),
            histograms.confidence(totals.confidence),
        ],
        views=views.shown,
        n_views=views.count,
    )


def _views(records: Iterator[ViewRecord]) -> _Views:
    """Of each rule the first samples, each from another page."""
    views = _Views()
    for record in records:
        views.count += 1
        views.paths[record.doc_id] = record.path
        if len(views.shown) < _VIEWS:
            views.shown.append(record)
        rules = set[tuple[str, str]]()
        if record.site is not None and len(views.of_site[record.site]) < _SAMPLES:
            views.of_site[record.site].append(record)
        for sample in record.samples:
            shown = SampleView(sample, record)
            rule = sample.reason, sample.rule
            if rule not in rules and len(views.by_rule[rule]) < _SAMPLES:
                views.by_rule[rule].append(shown)
            rules.add(rule)
            if sample.reason == "template" and record.site is not None:
                _add_template(views.by_site[record.site], shown)
    return views


def _add_template(samples: list[SampleView], found: SampleView) -> None:
    if len(samples) < _SITE_SAMPLES and all(found.sample.text != other.sample.text for other in samples):
        samples.append(found)


def _flow(tally: Tally) -> Flow:
    visible = tally.visible_chars
    hidden = tally.source_chars - visible
    return Flow(
        parts([("V", "text that a reader sees", visible), ("M", "markup, scripts and space", hidden)]),
        text_parts(tally.kept_chars, tally.chars_by_reason),
        tally.source_chars,
        visible,
        100 * tally.kept_chars / visible if visible else 0.0,
    )


def _hidden(tally: Tally) -> list[tuple[str, str, str, int]]:
    """Code, name, sentence and characters of all that nobody sees."""
    chars = Counter[str]()
    for (reason, _), count in tally.removed_source_chars.items():
        if reason not in TEXT_REASONS:
            chars[reason] += count
    found = [(CODES[reason], reason, REASONS[reason], count) for reason, count in _most_first(chars)]
    inside = tally.source_chars - tally.visible_chars - chars.total()
    return [*found, ("M", "inside text", _INSIDE, inside)] if inside > 0 else found


def _reason(reason: str, tally: Tally, views: _Views) -> ReasonView:
    chars = {rule: count for (why_, rule), count in tally.removed_chars.items() if why_ == reason}
    total = sum(chars.values())
    ordered = sorted(chars, key=lambda rule: (-chars[rule], rule))
    return ReasonView(
        CODES[reason],
        reason,
        REASONS[reason],
        sum(tally.removals[reason, rule] for rule in chars),
        total,
        100 * total / tally.visible_chars if tally.visible_chars else 0.0,
        [
            RuleView(
                rule,
                why(reason, rule),
                tally.removals[reason, rule],
                chars[rule],
                100 * chars[rule] / total if total else 0.0,
                views.by_rule[reason, rule],
            )
            for rule in ordered[:_RULES]
        ],
        len(ordered),
    )


def _failures(clean: Path, tally: Tally) -> list[Kind]:
    """Kinds by count, with the first sources of each."""
    examples: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read_rows(clean, FAILURES, FailureRow):
        if len(examples[row.kind]) < _EXAMPLES:
            examples[row.kind].append((row.source_id, row.detail))
    return [Kind(kind, _FAILURES.get(kind, ""), count, examples[kind]) for kind, count in _most_first(tally.failures)]


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _sites(totals: Totals, views: _Views, refused: Mapping[str, RefusedSite]) -> list[SiteLine]:
    """The sites with most pages."""
    n_sites = len(totals.sites)
    pages, kept = np.bincount(totals.site, minlength=n_sites), _summed(totals, totals.kept_chars)
    gone = {reason: _summed(totals, chars) for reason, chars in totals.gone.items()}
    named = [number for number, name in enumerate(totals.sites) if name is not None]
    lines = []
    for number in sorted(named, key=lambda number: (-int(pages[number]), str(totals.sites[number])))[:_SITES]:
        name = str(totals.sites[number])
        lost = {reason: int(chars[number]) for reason, chars in gone.items()}
        whole = int(kept[number]) + sum(lost.values())
        left = refused.get(name)
        lines.append(
            SiteLine(
                name,
                int(pages[number]),
                int(kept[number]),
                text_parts(int(kept[number]), lost),
                100 * int(kept[number]) / whole if whole else 0.0,
                100 * lost["template"] / whole if whole else 0.0,
                None if left is None else 100 * left.share,
                views.by_site[name],
                views.of_site[name],
            )
        )
    return lines


def _summed(totals: Totals, chars: NDArray[np.int64]) -> NDArray[np.int64]:
    """*chars* of all pages of each site."""
    return np.bincount(totals.site, weights=chars, minlength=len(totals.sites)).astype(np.int64)
