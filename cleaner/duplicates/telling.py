"""Which relations tell something that no other one tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.candidates import packed_pairs
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.inside import surroundings
from cleaner.duplicates.passages import QUOTE
from cleaner.duplicates.relations import NEAR, Relations
from cleaner.duplicates.sorting import begins_of, order_of


def telling(relations: Relations, corpus: Corpus) -> Relations:
    """*relations* without those that only repeat another one.

    Left out are links between parts of exact copies; links between sentences of two passages that are near, and of a
    sentence that is no nearer than they are, quotations excepted; and links of something larger when what stands
    inside it is linked at least as closely, unless both sides are whole passages that are exact or near.
    """
    representative = corpus.representative
    around = corpus.parent.take(relations.pairs)
    a, b = (around != relations.pairs).T
    parts = a.astype(np.int8) + b
    is_close = relations.kind <= NEAR
    a, b = (corpus.kind.take(relations.pairs) == QUOTE).T
    has_quote = a | b
    in_copies = (parts > 0) & (representative[around[:, 0]] == representative[around[:, 1]])

    wholes = is_close & (parts == 0)
    around_keys = _keys(around, representative)
    around_score = _best_scores(
        _keys(relations.pairs.compress(wholes, axis=0), representative), relations.jaccard[wholes], around_keys
    )
    says_less = (parts == 2) | (relations.jaccard <= around_score)
    in_near = (parts > 0) & (around_score > 0) & says_less & ~(has_quote & is_close)
    told = relations.where(~in_copies & ~in_near)

    a, b = (corpus.parent.take(told.pairs) == told.pairs).T
    near_wholes = a & b & (told.kind <= NEAR)
    return told.where(near_wholes | (_score_inside(told, corpus) < told.jaccard))


def _keys(pairs: NDArray[np.integer], representative: NDArray[np.int32]) -> NDArray[np.uint64]:
    """One number per pair, the same for pairs of copies of the two sides."""
    a, b = representative.take(pairs).T
    return packed_pairs(np.minimum(a, b), np.maximum(a, b))


def _best_scores(
    keys: NDArray[np.uint64], scores: NDArray[np.float64], wanted: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """For each key *wanted* the highest of *scores* that *keys* give it; -1 where it is none of them."""
    order = order_of(keys)
    begins = begins_of(keys[order])
    unique = keys[order[begins]]
    best = np.full(len(unique) + 1, -1.0)
    best[:-1] = np.maximum.reduceat(scores[order], begins) if len(begins) else -1.0
    at = np.searchsorted(unique, wanted)
    is_known = np.append(unique, np.uint64(0))[at] == wanted
    is_known &= at < len(unique)
    return np.asarray(best[np.where(is_known, at, len(unique))])


def _score_inside(relations: Relations, corpus: Corpus) -> NDArray[np.float64]:
    """For each of *relations* the best Jaccard of those between passages inside its two; else -1."""
    is_related = np.zeros(len(corpus), dtype=np.bool_)
    is_related[relations.pairs] = True
    inner, outer = surroundings(corpus, np.flatnonzero(is_related))
    begins = np.searchsorted(inner, np.arange(len(corpus) + 1))

    def widened(pairs: NDArray[np.integer], side: int) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Every pair with one side replaced by each passage around it, and which pair that was."""
        rows = pairs[:, side]
        counts = begins[rows + 1] - begins[rows]
        which = np.repeat(np.arange(len(pairs)), counts)
        step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        wider = pairs.take(which, axis=0)
        wider[:, side] = outer[begins[rows[which]] + step]
        return wider, which

    one, from_one = widened(relations.pairs, 0)
    other, from_other = widened(relations.pairs, 1)
    both, from_both = widened(one, 1)
    around = np.concatenate([one, other, both])
    score = relations.jaccard[np.concatenate([from_one, from_other, from_one[from_both]])]
    keys = _keys(around, corpus.representative)
    return _best_scores(keys, score, _keys(relations.pairs, corpus.representative))
