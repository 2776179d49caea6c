"""What holds for a passage holds for its exact copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.relations import EXACT, Relations

MOST = 400
"""Pairs of copies that one relation becomes; one that would become more stays what it is."""


def with_copies(relations: Relations, representative: NDArray[np.int64], corpus: Corpus) -> Relations:
    """*relations*, each repeated for the exact copies of its two sides, as long as they are few.

    So a reader of one document finds all that is related to it, and not only where that stands first. Parts of exact
    copies, and two views of one text, are not related by it.
    """
    order = np.argsort(representative, kind="stable")
    begins = np.searchsorted(representative[order], np.arange(len(corpus)))
    sizes = np.bincount(representative, minlength=len(corpus))
    sides = representative[relations.pairs]
    is_exact = relations.kind == EXACT
    many = sizes[sides].prod(axis=1)
    # Exact copies are one class on both sides: its first relation stands for the pairs of all.
    is_first = np.ones(len(relations), dtype=np.bool_)
    is_first[is_exact] = False
    is_first[np.flatnonzero(is_exact)[np.unique(sides[is_exact, 0], return_index=True)[1]]] = True
    few = many <= MOST
    chosen = np.flatnonzero(few & is_first)
    which = np.repeat(chosen, many[chosen])
    step = np.arange(len(which)) - np.repeat(np.cumsum(many[chosen]) - many[chosen], many[chosen])
    left, right = sides[which, 0], sides[which, 1]
    a = order[begins[left] + step // sizes[right]]
    b = order[begins[right] + step % sizes[right]]
    turned = a > b
    pairs = np.column_stack([np.where(turned, b, a), np.where(turned, a, b)])
    around = corpus.parent[pairs]
    in_copies = (around != pairs).any(axis=1) & (representative[around[:, 0]] == representative[around[:, 1]])
    foreign = corpus.is_foreign[corpus.page[pairs]].all(axis=1)
    once = (a < b) | (~is_exact[which] & (a != b))
    kept = once & ~corpus.overlapping(pairs) & ~in_copies & ~foreign
    source = which[kept]
    stretch = np.where(turned[kept, None], np.roll(relations.stretch[source], 2, axis=1), relations.stretch[source])
    copied = Relations(
        pairs[kept],
        relations.kind[source],
        relations.jaccard[source],
        relations.containment[source],
        relations.matched[source],
        stretch,
    )
    rest = relations.where(~few)
    return Relations(*(np.concatenate([getattr(copied, name), getattr(rest, name)]) for name in Relations.__slots__))
