"""Candidates verified exactly, and what they are to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cleaner import config
from cleaner.duplicates.candidates import (
    band_pairs,
    exact_pairs,
    merged_pairs,
    packed_pairs,
    representatives,
    with_parents,
)
from cleaner.duplicates.columns import QUOTE, Corpus
from cleaner.duplicates.signatures import SignedPassages
from cleaner.model import Relation, RelationKind

KINDS: tuple[RelationKind, ...] = get_args(RelationKind)
EXACT, NEAR, CONTAINED = (KINDS.index(kind) for kind in ("exact", "near", "contained"))
_CHUNK = 8_000_000
"""Shingles compared at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Verified links between rows of a corpus, one per row here, sorted by pair."""

    pairs: NDArray[np.int64]
    """(m, 2), the more canonical row first."""
    kind: NDArray[np.uint8]
    """Number in ``KINDS``."""
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]
    """Share of the smaller side's shingles that the other has."""
    matched: NDArray[np.int64]
    """Words in common."""

    def __len__(self) -> int:
        return len(self.kind)

    def where(self, chosen: NDArray[np.bool_]) -> Relations:
        """The relations that are *chosen*."""
        return Relations(
            self.pairs[chosen],
            self.kind[chosen],
            self.jaccard[chosen],
            self.containment[chosen],
            self.matched[chosen],
        )


def find_relations(corpus: Corpus, ngram: int, config: config.Duplicates) -> Relations:
    """All relations between passages of *corpus*, sub-passages included; ``telling`` drops what repeats others.

    Exact copies are related to the first of them only, and only that one to what is near to them.
    """
    representative = representatives(corpus.signed)
    found = with_parents(band_pairs(corpus.signed, representative), corpus.parent)
    return verify(merged_pairs([exact_pairs(representative), representative[found]]), corpus, ngram, config)


def verify(pairs: NDArray[np.int64], corpus: Corpus, ngram: int, config: config.Duplicates) -> Relations:
    """Those of *pairs* that are related, whatever proposed them.

    ``exact``: the same words. ``near``: Jaccard of at least ``config.near``. ``contained``: ``config.contained`` of
    the smaller side's shingles and ``config.contained_words`` words in common; the smaller side is in the larger one.
    Two views of the same text (a passage and its own sentence) are not related.
    """
    pairs = pairs[~corpus.overlapping(pairs)]
    signed = corpus.signed
    a, b = pairs[:, 0], pairs[:, 1]
    shared = shared_shingles(pairs, signed)
    sizes_a, sizes_b = signed.sizes[a], signed.sizes[b]
    jaccard = shared / np.maximum(sizes_a + sizes_b - shared, 1)
    containment = shared / np.maximum(np.minimum(sizes_a, sizes_b), 1)
    fewest_words = np.minimum(signed.words[a], signed.words[b]).astype(np.int64)
    matched = np.where(shared > 0, np.minimum(shared + ngram - 1, fewest_words), 0)
    is_exact = (signed.exact[a] == signed.exact[b]) & (shared > 0)
    matched[is_exact] = fewest_words[is_exact]
    is_near = jaccard >= config.near
    is_contained = (containment >= config.contained) & (matched >= config.contained_words)
    kind = np.where(is_exact, EXACT, np.where(is_near, NEAR, CONTAINED)).astype(np.uint8)
    return Relations(pairs, kind, jaccard, containment, matched).where(is_exact | is_near | is_contained)


def telling(relations: Relations, corpus: Corpus) -> Relations:
    """*relations* without those that only repeat another one.

    Left out are links between parts of exact copies; links between sentences of two passages that are near, and of a
    sentence that is no nearer than they are, quotations excepted; and links of something larger when what stands
    inside it is linked at least as closely, unless both sides are whole passages that are exact or near.
    """
    representative = representatives(corpus.signed)
    around = corpus.parent[relations.pairs]
    parts = (around != relations.pairs).sum(axis=1)
    is_close = relations.kind != CONTAINED
    has_quote = (corpus.kind[relations.pairs] == QUOTE).any(axis=1)
    in_copies = (parts > 0) & (representative[around[:, 0]] == representative[around[:, 1]])

    wholes = is_close & (parts == 0)
    around_keys = _keys(around, representative)
    around_score = _best_scores(_keys(relations.pairs[wholes], representative), relations.jaccard[wholes], around_keys)
    says_less = (parts == 2) | (relations.jaccard <= around_score)
    in_near = (parts > 0) & (around_score > 0) & says_less & ~(has_quote & is_close)
    told = relations.where(~in_copies & ~in_near)

    near_wholes = (corpus.parent[told.pairs] == told.pairs).all(axis=1) & (told.kind != CONTAINED)
    return told.where(near_wholes | (_score_inside(told, corpus, representative) < told.jaccard))


def relation_rows(relations: Relations, corpus: Corpus) -> list[Relation]:
    """*relations* as they are written, each and all sorted by place in reading order."""
    place = corpus.reading_place()
    in_order = np.argsort(place)
    sides = in_order[np.sort(place[relations.pairs], axis=1)]
    sequence = np.lexsort((place[sides[:, 1]], place[sides[:, 0]]))
    first, second = sides[sequence, 0], sides[sequence, 1]
    columns = (
        relations.kind[sequence],
        *(column[side] for side in (first, second) for column in (corpus.page, corpus.start, corpus.end)),
        relations.jaccard[sequence].round(6),
        relations.containment[sequence].round(6),
        relations.matched[sequence],
    )
    return [
        Relation(KINDS[kind], corpus.doc_ids[page_a], start_a, end_a, corpus.doc_ids[page_b], start_b, end_b, *scores)
        for kind, page_a, start_a, end_a, page_b, start_b, end_b, *scores in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def shared_shingles(pairs: NDArray[np.int64], signed: SignedPassages) -> NDArray[np.int64]:
    """How many shingles the two sides of each of *pairs* share."""
    shared = np.zeros(len(pairs), dtype=np.int64)
    for first, last in _chunks(signed.sizes[pairs].sum(axis=1)):
        keys = np.concatenate([_shingle_keys(pairs[first:last, side], signed) for side in (0, 1)])
        keys.sort()
        common = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
        shared[first:last] = np.bincount(common.astype(np.int64), minlength=last - first)
    return shared


def _chunks(loads: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of *loads* that add up to at most ``_CHUNK``, or hold one load."""
    totals = np.cumsum(loads)
    first = 0
    while first < len(loads):
        done = int(totals[first - 1]) if first else 0
        last = max(int(np.searchsorted(totals, done + _CHUNK, side="right")), first + 1)
        yield first, last
        first = last


def _shingle_keys(rows: NDArray[np.int64], signed: SignedPassages) -> NDArray[np.uint64]:
    """The shingles of *rows*, each with the position in *rows* above it in one number; sorted."""
    sizes = signed.sizes[rows]
    position = np.repeat(np.arange(len(rows)), sizes)
    begins = np.repeat(signed.offsets[rows] - (np.cumsum(sizes) - sizes), sizes)
    shingles = signed.shingles[begins + np.arange(len(position))]
    return (position.astype(np.uint64) << np.uint64(32)) | shingles


def _keys(pairs: NDArray[np.int64], representative: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One number per pair, the same for pairs of copies of the two sides."""
    ordered = np.sort(representative[pairs], axis=1)
    return packed_pairs(ordered[:, 0], ordered[:, 1])


def _best_scores(
    keys: NDArray[np.uint64], scores: NDArray[np.float64], wanted: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """For each key *wanted* the highest of *scores* that *keys* give it; -1 where it is none of them."""
    unique, inverse = np.unique(keys, return_inverse=True)
    best = np.full(len(unique) + 1, -1.0)
    np.maximum.at(best, inverse, scores)
    at = np.where(np.isin(wanted, unique), np.searchsorted(unique, wanted), len(unique))
    return np.asarray(best[at])


def _score_inside(relations: Relations, corpus: Corpus, representative: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each of *relations* the best Jaccard of those between passages inside its two; else -1."""
    inner, outer = _surroundings(corpus, np.unique(relations.pairs))
    begins = np.searchsorted(inner, np.arange(len(corpus) + 1))

    def widened(pairs: NDArray[np.int64], side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every pair with one side replaced by each passage around it, and which pair that was."""
        rows = pairs[:, side]
        counts = begins[rows + 1] - begins[rows]
        which = np.repeat(np.arange(len(pairs)), counts)
        step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        wider = pairs[which]
        wider[:, side] = outer[begins[rows[which]] + step]
        return wider, which

    one, from_one = widened(relations.pairs, 0)
    other, from_other = widened(relations.pairs, 1)
    both, from_both = widened(one, 1)
    around = np.concatenate([one, other, both])
    score = relations.jaccard[np.concatenate([from_one, from_other, from_one[from_both]])]
    return _best_scores(_keys(around, representative), score, _keys(relations.pairs, representative))


def _surroundings(corpus: Corpus, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sub-passages among *rows* and the passages and sub-passages around them, as two columns sorted by the former."""
    inner, outer = [rows[:0]], [rows[:0]]
    parts = rows[corpus.parent[rows] != rows]
    for direction in (-1, 1):
        # The rows of one passage are neighbours, because passages are disjoint and rows sorted by place.
        at = parts
        distance = 0
        while len(at):
            distance += 1
            other = at + direction * distance
            at, other = at[(other >= 0) & (other < len(corpus))], other[(other >= 0) & (other < len(corpus))]
            related = corpus.parent[at] == corpus.parent[other]
            at, other = at[related], other[related]
            encloses = (corpus.start[other] <= corpus.start[at]) & (corpus.end[at] <= corpus.end[other])
            inner.append(at[encloses])
            outer.append(other[encloses])
    inside, around = np.concatenate(inner), np.concatenate(outer)
    order = np.lexsort((around, inside))
    return inside[order], around[order]
