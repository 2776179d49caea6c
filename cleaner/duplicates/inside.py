"""Sentences and quotations inside passages, and what is around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled
from cleaner.duplicates.candidates import packed_once
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.passages import SENTENCE
from cleaner.duplicates.sorting import order_of, sorted_unique

LEAST = 7
"""Words of a sub-passage that must lie where the passages match, for it to be compared by itself."""


def pairs_inside(
    pairs: NDArray[np.int64],
    stretch: NDArray[np.int32],
    near: NDArray[np.float32],
    distinct: NDArray[np.int32],
    corpus: Corpus,
) -> NDArray[np.uint64]:
    """Pairs of passages and sub-passages that lie in both sides of *pairs*, at least one a sub-passage.

    Each is the first copy of what lies there, and what ``packed_pairs`` makes of the two is sorted and unique. Left out
    are sentences of passages that are *near*, if these are first copies and cannot be nearer than the passages.

    Args:
        pairs: passages proper.
        stretch: where they match, as ``Matches`` has it.
        near: their Jaccard if they are near and nobody asks for such sentences, else 0.
        distinct: how many different shingles both sides have, as ``Matches`` has it.
    """
    if compiled.native is not None:
        rows = corpus.rows
        found = compiled.native.inside(
            pairs,
            np.ascontiguousarray(stretch),
            near,
            np.ascontiguousarray(distinct),
            rows.first,
            corpus.words,
            corpus.parent,
            corpus.representative,
            rows.count,
            corpus.kind,
            LEAST,
            SENTENCE,
        )
        return sorted_unique(np.frombuffer(found, dtype=np.uint64).copy())
    sides = [_matching_rows(pairs[:, side], stretch[:, 2 * side : 2 * side + 2], corpus) for side in (0, 1)]
    (left, left_of), (right, right_of) = sides
    counts = np.bincount(right_of, minlength=len(pairs))
    begins = np.cumsum(counts) - counts
    many = counts[left_of]
    at = np.repeat(begins[left_of] - (np.cumsum(many) - many), many) + np.arange(many.sum())
    outer, inner, of = np.repeat(left, many), right[at], np.repeat(left_of, many)
    has_part = (corpus.parent[outer] != outer) | (corpus.parent[inner] != inner)
    asked = has_part & ~_says_no_more(outer, inner, near[of], distinct[of], corpus)
    return packed_once(corpus.representative[outer[asked]], corpus.representative[inner[asked]])


def _says_no_more(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    near: NDArray[np.float32],
    distinct: NDArray[np.int32],
    corpus: Corpus,
) -> NDArray[np.bool_]:
    """Which rows *a* and *b* of passages that are *near* are sentences that cannot be nearer than these."""
    parts = np.column_stack([corpus.parent[a] != a, corpus.parent[b] != b])
    first_copies = (near > 0) & (corpus.representative[a] == a) & (corpus.representative[b] == b)
    is_sentence = corpus.kind[np.column_stack([a, b])] == SENTENCE
    # What a sentence shares with the passage on the other side is no more than all of it.
    most = np.where(parts[:, 0], corpus.rows.count[a], corpus.rows.count[b])
    least = near.astype(np.float64) * np.where(parts[:, 0], distinct[:, 1], distinct[:, 0])
    return np.asarray(first_copies & (is_sentence | ~parts).all(axis=1) & (parts.all(axis=1) | (most <= least)))


def _matching_rows(
    rows: NDArray[np.int64], stretch: NDArray[np.int32], corpus: Corpus
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The passages *rows* and their sub-passages where they match, and the place in *rows* of each; sorted by that."""
    found, of = [rows], [np.arange(len(rows))]
    begin = corpus.rows.first[rows] + stretch[:, 0]
    end = corpus.rows.first[rows] + stretch[:, 1]
    for direction in (-1, 1):
        # The rows of one passage are neighbours, because passages are disjoint and rows sorted by place.
        at = np.arange(len(rows))
        distance = 0
        while len(at):
            distance += 1
            other = rows[at] + direction * distance
            inside = (other >= 0) & (other < len(corpus))
            at, other = at[inside], other[inside]
            related = corpus.parent[other] == rows[at]
            at, other = at[related], other[related]
            first = corpus.rows.first[other]
            common = np.minimum(first + corpus.words[other], end[at]) - np.maximum(first, begin[at])
            found.append(other[common >= LEAST])
            of.append(at[common >= LEAST])
    which = np.concatenate(of)
    order = order_of(which)
    return np.concatenate(found)[order], which[order]


def surroundings(corpus: Corpus, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
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
    order = order_of(inside, around)
    return inside[order], around[order]
