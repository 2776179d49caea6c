"""What holds for a passage holds for its exact copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.relations import EXACT, Relations, joined
from cleaner.duplicates.sorting import first_places, order_of

MOST = 400
"""Pairs of copies that one relation becomes; one that would become more stays what it is."""
_CHUNK = 50_000
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
    one, other = sizes.take(representative.take(relations.pairs)).T
    many = one * other
    as_it_is = many == 1
    large = np.flatnonzero(many > MOST)
    as_it_is[large] = ~_are_foreign(relations.pairs.take(large, axis=0), corpus)
    chosen = np.flatnonzero((many > 1) & (many <= MOST) & is_first)

    def parts() -> Iterator[Relations]:
        yield relations.where(as_it_is)
        for first in range(0, len(chosen), _CHUNK):
            yield _copied(relations.where(chosen[first : first + _CHUNK]), order, begins, sizes, corpus)

    return joined(parts())


def _are_foreign(pairs: NDArray[np.int32], corpus: Corpus) -> NDArray[np.bool_]:
    """Which of *pairs* are of other corpora alone."""
    a, b = corpus.is_foreign.take(corpus.page.take(pairs)).T
    return np.asarray(a & b)


def _copied(
    relations: Relations,
    order: NDArray[np.int32],
    begins: NDArray[np.int64],
    sizes: NDArray[np.int64],
    corpus: Corpus,
) -> Relations:
    """*relations* for all pairs of copies; those of one row are *order* from its place in *begins* on."""
    representative = corpus.representative
    left, right = representative.take(relations.pairs).astype(np.int64).T
    many = sizes[left] * sizes[right]
    which = np.repeat(np.arange(len(relations)), many)
    step = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
    left, right = left[which], right[which]
    a = order[begins[left] + step // sizes[right]]
    b = order[begins[right] + step % sizes[right]]
    turned = a > b
    pairs = np.column_stack([np.where(turned, b, a), np.where(turned, a, b)])
    around = corpus.parent.take(pairs)
    is_whole, other_whole = (around == pairs).T
    in_copies = ~(is_whole & other_whole) & (representative[around[:, 0]] == representative[around[:, 1]])
    once = (a < b) | ((relations.kind[which] != EXACT) & (a != b))
    kept = np.flatnonzero(once & ~corpus.overlapping(pairs) & ~in_copies & ~_are_foreign(pairs, corpus))
    found = relations.where(which[kept])
    stretch = np.where(turned[kept, None], np.roll(found.stretch, 2, axis=1), found.stretch)
    return replace(found, pairs=pairs.take(kept, axis=0), stretch=stretch)
