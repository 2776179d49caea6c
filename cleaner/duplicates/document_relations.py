"""Whole documents that are copies, revised copies or excerpts of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cleaner import compiled, config
from cleaner.duplicates.candidates import merged_pairs
from cleaner.duplicates.copies import Told
from cleaner.duplicates.corpus import Corpus
from cleaner.duplicates.matching import match_rows
from cleaner.duplicates.relations import CONTAINED, Relations, scores
from cleaner.duplicates.sorting import begins_of, packed_pairs, sorted_with, unpacked_pairs

DocumentKind = Literal["copy", "revised", "excerpt"]
KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
COPY, REVISED, EXCERPT = range(len(KINDS))

_SUSPECTED = 0.4
"""Share of the shorter document's words in passages that the other has, from which the two are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class DocumentRelations:
    """Pairs of pages, sorted by their places in reading order."""

    doc_ids: tuple[str, ...]
    pairs: NDArray[np.int64]
    """(m, 2) numbers in ``doc_ids``; of an excerpt the longer document may be either."""
    kind: NDArray[np.uint8]
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)

    def batches(self) -> Iterator[dict[str, Any]]:
        """The rows by the names of their columns."""
        ids = np.array(self.doc_ids, dtype=object)
        yield {
            "kind": np.array(KINDS, dtype=object)[self.kind],
            "doc_a": ids[self.pairs[:, 0]],
            "doc_b": ids[self.pairs[:, 1]],
            "jaccard": self.jaccard.round(6),
            "containment": self.containment.round(6),
        }


def document_relations(
    wholes: Corpus, found: Relations, corpus: Corpus, passages: Told, config: config.Duplicates
) -> DocumentRelations:
    """What documents are to each other.

    ``copy``: the same words. ``revised``: a Jaccard of ``config.document``. ``excerpt``: the shorter document has that
    share of its shingles in the longer one.

    Args:
        wholes: one row per page.
        found: relations between them, as MinHash found them.
        corpus: the passages of the same pages.
        passages: all relations between them, those of copies included.
    """
    by_minhash = found.pairs[found.kind <= CONTAINED].astype(np.int64)
    pairs = merged_pairs([by_minhash, _suspects(wholes, corpus, passages)])
    pairs = pairs[~wholes.is_foreign[pairs].all(axis=1)]
    matches = match_rows(wholes.rows, pairs)
    jaccard, containment = scores(matches)
    is_copy = (wholes.exact[pairs[:, 0]] == wholes.exact[pairs[:, 1]]) & (matches.shared > 0)
    is_revised, is_excerpt = jaccard >= config.document, containment >= config.document
    kind = np.select([is_copy, is_revised, is_excerpt], [COPY, REVISED, EXCERPT], len(KINDS))
    place = wholes.reading[pairs]
    pairs = np.where((place[:, 0] > place[:, 1])[:, None], pairs[:, ::-1], pairs)
    order = np.lexsort((place.max(axis=1), place.min(axis=1)))
    order = order[kind[order] < len(KINDS)]
    return DocumentRelations(
        wholes.doc_ids, pairs[order], kind[order].astype(np.uint8), jaccard[order], containment[order]
    )


def _suspects(wholes: Corpus, corpus: Corpus, passages: Told) -> NDArray[np.int64]:
    """(m, 2) pairs of pages of which one has much of the other's passages."""
    keys, matched = sorted_with(*_matched(corpus, passages))
    begins = begins_of(keys)
    words = np.add.reduceat(matched, begins, dtype=np.int64) if len(begins) else matched
    pairs = unpacked_pairs(keys[begins])
    a, b = (wholes.words.take(side) for side in pairs.T)
    return pairs.compress(words >= _SUSPECTED * np.minimum(a, b), axis=0)


def _matched(corpus: Corpus, passages: Told) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Pages that have a passage in common, in one number, and how many words of it; as often as they have one."""
    told, relations = (passages.pairs, passages.of), passages.relations
    if compiled.native is not None:
        known, rows = (relations.kind, relations.matched), (corpus.parent, corpus.page)
        found, words = compiled.native.page_pairs(told, known, rows, CONTAINED)
        return np.frombuffer(found, dtype=np.uint64), np.frombuffer(words, dtype=np.uint32)
    proper = np.flatnonzero(corpus.are_passages(passages.pairs) & (relations.kind <= CONTAINED).take(passages.of))
    a, b = corpus.page.take(passages.pairs.take(proper, axis=0)).T
    apart = np.flatnonzero(a != b)
    keys = packed_pairs(np.minimum(a, b), np.maximum(a, b)).take(apart)
    return keys, relations.matched.take(passages.of.take(proper[apart])).astype(np.uint32)
