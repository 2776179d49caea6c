"""What holds for a passage holds for its exact copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.growing import GrowingColumn
from cleaner.duplicates.relations import EXACT, Relations
from cleaner.duplicates.signatures import offsets_of
from cleaner.duplicates.sorting import first_places, order_of

MOST = 400
"""Pairs of copies that one relation becomes; one that would become more stays what it is."""
_CHUNK = 50_000
"""Relations repeated at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Relations, and all pairs of rows for which they hold."""

    relations: Relations
    pairs: NDArray[np.int32]
    """(m, 2) copies of the two sides of a relation, in their order."""
    of: NDArray[np.int32]
    """The relation that holds for each."""

    def __len__(self) -> int:
        return len(self.of)


def with_copies(relations: Relations, corpus: Corpus) -> Told:
    """*relations*, each repeated for the exact copies of its two sides, as long as they are few.

    So a reader of one document finds all that is related to it, and not only where that stands first. Parts of exact
    copies, and two views of one text, are not related by it.
    """
    if compiled.native is not None:
        columns = corpus.representative, corpus.parent, corpus.page, corpus.start, corpus.end
        few = corpus.most_rows, MOST, _CHUNK, EXACT
        links = relations.pairs, relations.kind
        packed = compiled.native.copies(links, columns, corpus.is_foreign, *few)
        repeated, of = (np.frombuffer(numbers, dtype=np.int32) for numbers in packed)
        return Told(relations, repeated.reshape(-1, 2), of)
    order = order_of(corpus.representative).astype(np.int32)
    begins = offsets_of(np.bincount(corpus.representative, minlength=len(corpus)))
    # Exact copies are one class on both sides: its first relation stands for the pairs of all.
    exact = np.flatnonzero(relations.kind == EXACT)
    classes = corpus.representative[relations.pairs[exact, 0]]
    is_repeated = np.diff(begins)[classes] ** 2 <= MOST
    is_repeated[first_places(classes)] = False
    stands = np.ones(len(relations), dtype=np.bool_)
    stands[exact[is_repeated]] = False
    chosen = np.flatnonzero(stands).astype(np.int32)
    pairs, numbers = GrowingColumn("<i4"), GrowingColumn("<i4")
    for first in range(0, len(chosen), _CHUNK):
        some = chosen[first : first + _CHUNK]
        found, which = _copied(relations.where(some), order, begins, corpus)
        pairs.append(found)
        numbers.append(some[which])
    return Told(relations, pairs.finished().reshape(-1, 2), numbers.finished())


def _are_foreign(pairs: NDArray[np.int32], corpus: Corpus) -> NDArray[np.bool_]:
    """Which of *pairs* are of other corpora alone."""
    a, b = corpus.is_foreign.take(corpus.page.take(pairs)).T
    return np.asarray(a & b)


def _copied(
    relations: Relations, order: NDArray[np.int32], begins: NDArray[np.int64], corpus: Corpus
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """(k, 2) pairs of copies, and of which of *relations*; those of a row are *order* from its place in *begins* on."""
    representative = corpus.representative
    classes = representative.take(relations.pairs)
    sizes = begins.take(classes + 1) - begins.take(classes)
    many = sizes[:, 0] * sizes[:, 1]
    large = np.flatnonzero(many > MOST)
    as_it_is = many == 1
    as_it_is[large] = ~_are_foreign(relations.pairs.take(large, axis=0), corpus)
    repeated = np.flatnonzero((many > 1) & (many <= MOST))
    left, right = classes[repeated].T
    many = many[repeated]
    which = np.repeat(np.arange(len(repeated)), many)
    step = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
    width = sizes[repeated, 1][which]
    a = order[begins[left][which] + step // width]
    b = order[begins[right][which] + step % width]
    pairs = np.column_stack([a, b])
    around = corpus.parent.take(pairs)
    is_whole, other_whole = (around == pairs).T
    in_copies = ~(is_whole & other_whole) & (representative[around[:, 0]] == representative[around[:, 1]])
    once = (a < b) | ((relations.kind[repeated][which] != EXACT) & (a != b))
    kept = np.flatnonzero(once & ~corpus.overlapping(pairs) & ~in_copies & ~_are_foreign(pairs, corpus))
    alone = np.flatnonzero(as_it_is)
    return (
        np.concatenate([relations.pairs.take(alone, axis=0), pairs.take(kept, axis=0)]),
        np.concatenate([alone, repeated[which[kept]]]),
    )
