"""Candidates verified exactly, and what they are to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.candidates import exact_pairs, find_candidates
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.growing import GrowingColumn, let_go
from cleaner.duplicates.inside import pairs_inside
from cleaner.duplicates.matching import Matches, match_rows
from cleaner.duplicates.passages import PASSAGE
from cleaner.duplicates.row_keys import SHORTEST
from cleaner.duplicates.sorting import sorted_unique, unpacked_pairs
from cleaner.duplicates.winnowing import WINDOW
from cleaner.model import RelationKind

KINDS: tuple[RelationKind, ...] = get_args(RelationKind)
EXACT, NEAR, CONTAINED, OVERLAP = (KINDS.index(kind) for kind in ("exact", "near", "contained", "overlap"))
NO_KIND = len(KINDS)
_WHOLE = 0.9
"""Share of a passage that is all of it, but for a slip."""
_MOST = 0.8
"""Share of a short passage's words that must be in common, as headings begin alike that ask different things."""
_EDITED = 0.5
"""Share of the longer passage's words that must be in common, in several stretches, where one is edited throughout."""
_CHUNK = 65_536
"""Pairs compared at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Verified links between rows of a corpus, one per row here, each pair once."""

    pairs: NDArray[np.int32]
    """(m, 2), the more canonical row first."""
    kind: NDArray[np.uint8]
    """Number in ``KINDS``."""
    jaccard: NDArray[np.float32]
    containment: NDArray[np.float32]
    """Share of the smaller side's shingles that the other has."""
    matched: NDArray[np.int32]
    """Words in common."""
    stretch: NDArray[np.int32]
    """(m, 4): the words of both rows between which most of what matches lies, as ``Matches`` has them."""

    def __len__(self) -> int:
        return len(self.kind)

    def part(self, chosen: slice) -> Relations:
        """The relations that are *chosen*, where they are."""
        return Relations(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.integer]) -> Relations:
        """The relations that are *chosen*."""
        at = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        # Rows of two and four are taken many times faster than they are indexed.
        return Relations(*(getattr(self, field.name).take(at, axis=0) for field in fields(self)))


def find_relations(corpus: Corpus, config: config.Duplicates, memory: int, *, for_clusters: bool = True) -> Relations:
    """All relations between passages of *corpus*, sub-passages included; ``telling`` drops what repeats others.

    Exact copies are related to the first of them only, and only that one to what is near to them. Sentences and
    quotations are compared where the passages around them have something in common.

    Args:
        for_clusters: False if only what ``telling`` keeps is asked for: most of what it drops is not looked for then.
    """
    return joined(_found(corpus, config, memory, for_clusters=for_clusters))


def _found(corpus: Corpus, config: config.Duplicates, memory: int, *, for_clusters: bool) -> Iterator[Relations]:
    found = find_candidates(corpus, memory)
    concerned = _concerns_own(corpus)
    exact = exact_pairs(corpus)
    if not for_clusters:
        exact = exact.compress(~_are_parts_of_copies(exact, corpus), axis=0)
    for some in _chunks(len(exact)):
        yield verify(exact[some], corpus, config, concerned)
    inner = []
    for some in _chunks(len(found)):
        pairs, weight = found.part(some)
        matches = match_rows(corpus.rows, pairs)
        relations, promising, near = judge(pairs, weight, matches, corpus, config, concerned)
        yield relations
        at = np.flatnonzero(promising)
        skipped = near.take(at) * np.float32(not for_clusters)
        stretch, distinct = (rows.take(at, axis=0) for rows in (matches.stretch, matches.distinct))
        inner.append(pairs_inside(pairs.take(at, axis=0), stretch, skipped, distinct, corpus))
        if corpus.rows.shingles.nbytes > memory:
            let_go(corpus.rows.shingles)
    # Once for the whole corpus: what is copied often lies inside of pairs of every chunk.
    keys = sorted_unique(np.concatenate([np.empty(0, dtype=np.uint64), *inner]))
    del inner
    for some in _chunks(len(keys)):
        pairs = unpacked_pairs(keys[some])
        yield verify(pairs.compress(~found.have(pairs), axis=0), corpus, config, concerned)
        if corpus.rows.shingles.nbytes > memory:
            let_go(corpus.rows.shingles)


def verify(
    pairs: NDArray[np.int64], corpus: Corpus, config: config.Duplicates, concerned: NDArray[np.bool_]
) -> Relations:
    """Those of *pairs* that are related, whatever proposed them; rare words in common are not looked at."""
    matches = match_rows(corpus.rows, pairs)
    return judge(pairs, np.zeros(len(pairs), dtype=np.uint8), matches, corpus, config, concerned)[0]


def joined(parts: Iterable[Relations]) -> Relations:
    """All relations of *parts*, none of which is held for longer than it takes to copy it."""
    columns = [GrowingColumn(kind) for kind in ("<i4", "<u1", "<f4", "<f4", "<i4", "<i4")]
    for part in parts:
        for column, field in zip(columns, fields(Relations), strict=True):
            column.append(getattr(part, field.name))
    pairs, kind, jaccard, containment, matched, stretch = (column.finished() for column in columns)
    return Relations(pairs.reshape(-1, 2), kind, jaccard, containment, matched, stretch.reshape(-1, 4))


def judge(
    pairs: NDArray[np.int64],
    weight: NDArray[np.uint8],
    matches: Matches,
    corpus: Corpus,
    config: config.Duplicates,
    concerned: NDArray[np.bool_],
) -> tuple[Relations, NDArray[np.bool_], NDArray[np.float32]]:
    """The relations among candidate *pairs*; which of them are worth a look inside; the Jaccard of those that are near.

    ``exact``: the same words. ``near``: Jaccard of at least ``config.near``, and ``config.whole_words`` in common or
    most of a shorter passage. ``contained``: ``config.contained`` of
    the smaller side's shingles and ``config.contained_words`` words in common, or all of it and ``config.whole_words``;
    the smaller side is in the larger one. ``overlap``: a stretch of ``config.overlap_words``; or ``config.overlap`` of
    the smaller side's shingles and a few words more; or half of the words of both passages in several stretches; or a
    shorter stretch whose fingerprints are rare in the corpus. Nine words in a row share a fingerprint: where none has
    proposed two passages that share as many, too many others have them for these words to count.
    Two views of the same text (a passage and its own sentence) and what concerns other corpora
    alone are not related.
    """
    a, b = pairs[:, 0], pairs[:, 1]
    jaccard, containment = scores(matches)
    words = corpus.words.take(pairs)
    fewest_words = np.minimum(words[:, 0], words[:, 1])
    matched = np.minimum(matches.words, fewest_words)
    is_exact = jaccard == 1
    is_exact[is_exact] = corpus.exact[a[is_exact]] == corpus.exact[b[is_exact]]
    matched[is_exact] = fewest_words[is_exact]
    is_near = (jaccard >= config.near) & (matched >= np.minimum(config.whole_words, _MOST * fewest_words))
    is_contained = (containment >= config.contained) & (matched >= config.contained_words)
    is_contained |= (containment >= _WHOLE) & (matched >= config.whole_words)
    is_overlap = (matches.run >= config.overlap_words) | (
        (containment >= config.overlap) & (matched >= config.overlap_words + 2)
    )
    one, other = (corpus.kind.take(pairs) == PASSAGE).T
    are_passages = one & other
    is_edited = are_passages & (fewest_words >= SHORTEST) & (matched >= matches.run + corpus.rows.ngram)
    is_edited &= matched >= _EDITED * np.maximum(words[:, 0], words[:, 1])
    is_rare = (weight >= config.rare_weight) & (matches.run >= config.rare_words)
    is_frequent = are_passages & (weight == 0) & (matches.run >= corpus.rows.ngram + WINDOW)
    counts = ~is_frequent | is_near | is_edited
    kind = np.select(
        [is_exact, is_near, is_contained & counts, (is_overlap & counts) | is_edited | is_rare],
        [EXACT, NEAR, CONTAINED, OVERLAP],
        NO_KIND,
    )
    apart = concerned[a]
    apart[~apart] = concerned[b[~apart]]
    apart &= ~corpus.overlapping(pairs)
    stretch = np.minimum(matches.stretch, words.repeat(2, axis=1))
    figures = jaccard.astype(np.float32), containment.astype(np.float32), matched, stretch
    relations = Relations(pairs.astype(np.int32), kind.astype(np.uint8), *figures)
    promising = apart & ~is_exact & (matched >= config.rare_words) & counts
    return relations.where(apart & (kind != NO_KIND)), promising, np.where(kind <= NEAR, figures[0], np.float32(0))


def _are_parts_of_copies(pairs: NDArray[np.integer], corpus: Corpus) -> NDArray[np.bool_]:
    """Which of (m, 2) *pairs* have a part on a side, and exact copies around both."""
    around = corpus.parent.take(pairs)
    one, other = corpus.representative.take(around).T
    return np.asarray((around != pairs).any(axis=1) & (one == other))


def scores(matches: Matches) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Jaccard, and the share of the smaller side's shingles that the other has, for each pair."""
    a, b = matches.distinct.T
    jaccard = matches.shared / np.maximum(a + b - matches.shared, 1)
    return jaccard, matches.shared / np.maximum(np.minimum(a, b), 1)


def _chunks(count: int) -> Iterator[slice]:
    for first in range(0, max(count, 1), _CHUNK):
        yield slice(first, first + _CHUNK)


def _concerns_own(corpus: Corpus) -> NDArray[np.bool_]:
    """Which rows are of this corpus or have an exact copy in it: what holds for them holds for that."""
    own = ~corpus.is_foreign[corpus.page]
    has_own = np.zeros(len(corpus), dtype=np.bool_)
    has_own[corpus.representative[own]] = True
    return np.asarray(has_own[corpus.representative])
