"""What the report shows: totals that are complete, and sequences no longer than people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.report.histograms import Histogram
from cleaner.report.shares import Part
from cleaner.report.views import Sample, ViewRecord


@dataclass(frozen=True, slots=True)
class Flow:
    """From all characters to those kept."""

    everything: Sequence[Part]
    """Text that a reader sees first, then what nobody does."""
    text: Sequence[Part]
    source_chars: int
    visible_chars: int
    kept_share: float
    """In percent of the visible characters."""


@dataclass(frozen=True, slots=True)
class SampleView:
    """A removed text and the page that it was on."""

    sample: Sample
    page: ViewRecord


@dataclass(frozen=True, slots=True)
class RuleView:
    """What one rule took."""

    rule: str
    why: str
    spans: int
    chars: int
    share: float
    """In percent of the reason's characters."""
    samples: Sequence[SampleView]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """What went for one reason, by rule."""

    code: str
    reason: str
    why: str
    spans: int
    chars: int
    share: float
    """In percent of the text that a reader sees."""
    rules: Sequence[RuleView]
    n_rules: int


@dataclass(frozen=True, slots=True)
class Kind:
    """Sources or documents of one kind."""

    kind: str
    why: str
    count: int
    examples: Sequence[tuple[str, str]]
    """Id, and a sentence about this one."""


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site in the table."""

    site: str
    pages: int
    kept_chars: int
    parts: Sequence[Part]
    kept_share: float
    template_share: float
    """In percent of its visible text."""
    refused_share: float | None
    """In percent, of a site whose templates were not obeyed."""
    samples: Sequence[SampleView]
    """Of its template."""
    views: Sequence[ViewRecord]


@dataclass(frozen=True, slots=True)
class Copy:
    """One passage of a cluster."""

    doc_id: str
    site: str | None
    url: str | None
    date: str | None
    view: str | None
    """Path of the page's view."""
    is_canonical: bool
    words: Sequence[tuple[str, str]]
    """Stretches as ``same``, ``added`` or ``left out`` and their words; of the canonical copy all are the same.

    Empty for a copy of which the run kept nothing.
    """

    @property
    def is_word_for_word(self) -> bool:
        """Whether it says what the canonical copy says."""
        return bool(self.words) and all(how == "same" for how, _ in self.words)


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A cluster, canonical copy first."""

    cluster_id: str
    n_copies: int
    n_sites: int
    wire: str | None
    rule: str
    sites: Sequence[str]
    copies: Sequence[Copy]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many passages that are credited to an agency, or kept as another site's, each site runs."""

    agencies: Sequence[str]
    sources: Sequence[str]
    """Sites."""
    rows: Sequence[tuple[str, Sequence[int], int]]
    """Site, its count for each agency and source, and the sum over all."""
    most: int
    n_sites: int

    @property
    def origins(self) -> Sequence[str]:
        """The columns."""
        return [*self.agencies, *self.sources]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents that have much in common."""

    doc_a: str
    doc_b: str
    share: float
    """In percent."""
    view_a: str | None
    view_b: str | None


@dataclass(frozen=True, slots=True)
class RelationView:
    """Pairs of documents of one kind."""

    kind: str
    why: str
    count: int
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    documents: int
    failed: int
    flow: Flow
    warnings: Sequence[str]
    reasons: Sequence[ReasonView]
    hidden: Sequence[tuple[str, str, str, int]]
    """Code, name, sentence and characters of what nobody sees."""
    failures: Sequence[Kind]
    statuses: Sequence[Kind]
    """Of documents that are not ``ok``."""
    sites: Sequence[SiteLine]
    n_sites: int
    without_site: int
    widest: Sequence[ClusterView]
    largest: Sequence[ClusterView]
    n_clusters: int
    n_shared: int
    """Clusters on two sites or more."""
    matrix: Matrix | None
    relations: Sequence[RelationView]
    histograms: Sequence[Histogram]
    views: Sequence[ViewRecord]
    n_views: int
