"""What holds for a passage holds for its exact copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.relations import EXACT, Relations, joined
from cleaner.duplicates.sorting import first_places, order_of

MOST = 400
"""Pairs of copies that one relation becomes; one that would become more stays what it is."""
_CHUNK = 200_000
"""Relations repeated at once."""


def with_copies(relations: Relations, corpus: Corpus) -> Relations:
    """*relations*, each repeated for the exact copies of its two sides, as long as they are few.

    So a reader of one document finds all that is related to it, and not only where that stands first. Parts of exact
    copies, and two views of one text, are not related by it.
    """
    representative = corpus.representative
    order = order_of(representative).astype(np.int32)
    begins = np.searchsorted(representative[order], np.arange(len(corpus)))
    sizes = np.bincount(representative, minlength=len(corpus))
    # Exact copies are one class on both sides: its first relation stands for the pairs of all.
    exact = np.flatnonzero(relations.kind == EXACT)
    is_first = relations.kind != EXACT
    is_first[exact[first_places(representative[relations.pairs[exact, 0]])]] = True
    many = sizes[representative[relations.pairs]]
    few = many[:, 0] * many[:, 1] <= MOST
    chosen = np.flatnonzero(few & is_first)
    foreign = corpus.is_foreign[corpus.page[relations.pairs]].all(axis=1)
    parts = [relations.where(~few & ~foreign)]
    for first in range(0, len(chosen), _CHUNK):
        some = relations.where(chosen[first : first + _CHUNK])
        parts.append(_copied(some, order, begins, sizes, corpus))
    return joined(parts)


def _copied(
    relations: Relations,
    order: NDArray[np.int32],
    begins: NDArray[np.int64],
    sizes: NDArray[np.int64],
    corpus: Corpus,
) -> Relations:
    """*relations* for all pairs of copies; those of one row are *order* from its place in *begins* on."""
    representative = corpus.representative
    sides = representative[relations.pairs]
    many = sizes[sides[:, 0]] * sizes[sides[:, 1]]
    which = np.repeat(np.arange(len(relations)), many)
    step = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
    left, right = sides[which, 0], sides[which, 1]
    a = order[begins[left] + step // sizes[right]]
    b = order[begins[right] + step % sizes[right]]
    turned = a > b
    pairs = np.column_stack([np.where(turned, b, a), np.where(turned, a, b)])
    around = corpus.parent[pairs]
    in_copies = (around != pairs).any(axis=1) & (representative[around[:, 0]] == representative[around[:, 1]])
    foreign = corpus.is_foreign[corpus.page[pairs]].all(axis=1)
    once = (a < b) | ((relations.kind[which] != EXACT) & (a != b))
    kept = once & ~corpus.overlapping(pairs) & ~in_copies & ~foreign
    source = which[kept]
    stretch = np.where(turned[kept, None], np.roll(relations.stretch[source], 2, axis=1), relations.stretch[source])
    return Relations(
        pairs[kept],
        relations.kind[source],
        relations.jaccard[source],
        relations.containment[source],
        relations.matched[source],
        stretch,
    )
