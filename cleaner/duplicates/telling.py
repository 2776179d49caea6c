"""Which relations tell something that no other one tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.inside import surroundings
from cleaner.duplicates.passages import QUOTE
from cleaner.duplicates.relations import NEAR, Relations
from cleaner.duplicates.signatures import offsets_of, places_of
from cleaner.duplicates.sorting import begins_of, packed_pairs, sorted_places

_BLOCK = 65_536
"""Relations that are looked at together."""
_Best = tuple[NDArray[np.uint64], NDArray[np.float32]]


def telling(relations: Relations, corpus: Corpus) -> Relations:
    """*relations* without those that only repeat another one.

    Left out are links between parts of exact copies; links between sentences of two passages that are near, and of a
    sentence that is no nearer than they are, quotations excepted; and links of something larger when what stands
    inside it is linked at least as closely, unless both sides are whole passages that are exact or near.
    """
    if compiled.native is not None:
        columns = corpus.parent, corpus.representative, corpus.kind, corpus.start, corpus.end
        told = compiled.native.telling((relations.pairs, relations.kind, relations.jaccard), columns, NEAR, QUOTE)
        return relations.where(np.frombuffer(told, dtype=np.bool_))
    is_whole = corpus.are_passages(relations.pairs)
    is_close = is_whole & (relations.kind <= NEAR)
    wholes = np.flatnonzero(is_close)
    known = _best_scores(_keys(relations.pairs.take(wholes, axis=0), corpus), relations.jaccard[wholes])
    is_told = np.ones(len(relations), dtype=np.bool_)
    parts = np.flatnonzero(~is_whole)
    for first in range(0, len(parts), _BLOCK):
        some = parts[first : first + _BLOCK]
        is_told[some] = ~_is_repeated(relations.where(some), known, corpus)
    parts = parts[is_told[parts]]
    inside = _best_inside(relations.pairs.take(parts, axis=0), relations.jaccard[parts], corpus)
    asked = np.flatnonzero(is_told & ~is_close)
    is_told[asked] = _looked_up(inside, _keys(relations.pairs.take(asked, axis=0), corpus)) < relations.jaccard[asked]
    return relations.where(is_told)


def _is_repeated(relations: Relations, wholes: _Best, corpus: Corpus) -> NDArray[np.bool_]:
    """Which of *relations*, each with a sub-passage, link parts of passages that *wholes* say is enough of."""
    around = corpus.parent.take(relations.pairs)
    a, b = (around != relations.pairs).T
    both_parts = a & b
    a, b = (corpus.kind.take(relations.pairs) == QUOTE).T
    has_quote = a | b
    a, b = corpus.representative.take(around).T
    around_score = _looked_up(wholes, packed_pairs(np.minimum(a, b), np.maximum(a, b)))
    says_less = both_parts | (relations.jaccard <= around_score)
    is_close = relations.kind <= NEAR
    in_near = (around_score > 0) & says_less & ~(has_quote & is_close)
    return np.asarray((a == b) | in_near)


def _keys(pairs: NDArray[np.integer], corpus: Corpus) -> NDArray[np.uint64]:
    """One number per pair, the same for pairs of copies of the two sides."""
    keys = np.empty(len(pairs), dtype=np.uint64)
    for first in range(0, len(pairs), _BLOCK):
        a, b = corpus.representative.take(pairs[first : first + _BLOCK]).T
        keys[first : first + _BLOCK] = packed_pairs(np.minimum(a, b), np.maximum(a, b))
    return keys


def _best_scores(keys: NDArray[np.uint64], scores: NDArray[np.float32]) -> _Best:
    """The different *keys*, sorted, and the highest score of each; overwrites *keys*."""
    keys, order = sorted_places(keys)
    begins = begins_of(keys)
    return keys[begins], np.maximum.reduceat(scores.take(order), begins) if len(begins) else scores


def _looked_up(best: _Best, wanted: NDArray[np.uint64]) -> NDArray[np.float32]:
    """The score of each key *wanted*; -1 where there is none."""
    keys, scores = best
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.float32)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, scores[at], np.float32(-1))


def _best_inside(pairs: NDArray[np.int32], jaccard: NDArray[np.float32], corpus: Corpus) -> _Best:
    """For what lies around related *pairs*, each with a sub-passage, the best Jaccard of those inside."""
    is_related = np.zeros(len(corpus), dtype=np.bool_)
    is_related[pairs] = True
    inner, outer = surroundings(corpus, np.flatnonzero(is_related))
    many = np.bincount(inner, minlength=len(corpus))
    begins, sizes = offsets_of(many), many.astype(np.int32)  # small numbers: more of them stay in the caches

    def widened(pairs: NDArray[np.integer], side: int) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """Every pair with one side replaced by each passage around it, and which pair that was."""
        rows = pairs[:, side]
        counts = sizes.take(rows).astype(np.int64)
        which = np.repeat(np.arange(len(pairs)), counts)
        wider = pairs.take(which, axis=0)
        wider[:, side] = outer.take(places_of(begins.take(rows), counts))
        return wider, which

    one, from_one = widened(pairs, 0)
    other, from_other = widened(pairs, 1)
    both, from_both = widened(one, 1)
    around = np.concatenate([one, other, both])
    return _best_scores(_keys(around, corpus), jaccard[np.concatenate([from_one, from_other, from_one[from_both]])])
