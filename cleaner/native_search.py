"""What the compiled module offers for near-duplicate search, told as types; ``native_functions`` has the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class NativeSearch(Protocol):
    """The functions behind ``cleaner.duplicates``. Numbers go in and out as the bytes of 64-bit integers."""

    def paragraphs(self, text: str, kinds: NDArray[np.uint16]) -> bytes:
        """Start and end of each paragraph of *text*, as ``sentences`` has them."""

    def passages(
        self,
        text: str,
        blocks: NDArray[np.int64],
        roles: bytes,
        starts: NDArray[np.int32],
        lengths: tuple[int, int, int],
        sentence_kinds: NDArray[np.uint16],
        words: dict[str, int],
        sieve: bytes,
        quote_kinds: NDArray[np.uint16],
        closers: NDArray[np.uint16],
    ) -> bytes:
        """Rows of ``CUT``, as ``passages`` has them; *lengths* in words at most, at least, and of sub-passages."""

    def words(
        self,
        text: str,
        borders: NDArray[np.int64],
        classes: NDArray[np.uint8],
        spellings: NDArray[np.uint32],
    ) -> tuple[bytes, bytes, bytes, bytes, bytes]:
        """The columns of ``Words``; *classes* has one for each code point that it tells from others."""

    def ordinals(self, starts: NDArray[np.int32], places: NDArray[np.int64]) -> bytes:
        """How many of *starts* come before each of *places*, as 64-bit numbers; all arrays are contiguous."""

    def word_hashes(
        self,
        text: str,
        pieces: NDArray[np.int64],
        classes: NDArray[np.uint8],
        spellings: NDArray[np.uint32],
        fold: Callable[[str], bytes],
    ) -> tuple[bytes, bytes]:
        """Hashes of the words of *pieces* of *text*, and how many each has, as ``words`` has them.

        *fold* gives those of a piece that has characters which are not folded by themselves.
        """

    def sign(
        self,
        passages: NDArray[np.void],
        borders: NDArray[np.int64],
        has_wholes: bool,
        begins: NDArray[np.int64],
        hashes: NDArray[np.uint64],
        starts: NDArray[np.int32],
        ends: NDArray[np.int32],
        stored: NDArray[np.uint64],
        pieces: NDArray[np.int64],
        unseen: NDArray[np.int64],
        ngram: int,
        bands: int,
        factors: NDArray[np.uint32],
        terms: NDArray[np.uint32],
    ) -> tuple[bytes, ...]:
        """The columns of ``PagePassages``, as ``sign_pages`` has them; all arrays are contiguous.

        *begins* has the first word of each text as it is shown; what follows is of words as they are folded, *pieces*
        and *unseen* of ``Located``. *stored* are the hashes in the order of bytes in which they are stored.
        """

    def gram_keys(
        self,
        shingles: NDArray[np.uint32],
        first: NDArray[np.int64],
        count: NDArray[np.int32],
        rows: NDArray[np.int64],
        part: int,
        parts: int,
        /,
    ) -> bytearray:
        """N-grams and rows in one 64-bit number each, as ``row_keys`` has them; all arrays are contiguous."""

    def minhashes(
        self,
        shingles: NDArray[np.uint32],
        begins: NDArray[np.int64],
        counts: NDArray[np.int64],
        factors: NDArray[np.uint32],
        terms: NDArray[np.uint32],
    ) -> bytes:
        """Signatures of sets of *shingles*, as 32-bit numbers; all arrays are contiguous."""

    def band_keys(self, signatures: NDArray[np.uint32], permutations: int, bands: int) -> bytes:
        """Keys of the bands of *signatures*, as 32-bit numbers."""

    def match_rows(
        self,
        shingles: NDArray[np.uint32],
        begins: NDArray[np.int64],
        counts: NDArray[np.int32],
        pairs: NDArray[np.int64],
        ngram: int,
        distinct: NDArray[np.int32],
    ) -> bytes:
        """Nine 32-bit figures for each of *pairs* of rows, as ``matching`` has them; all arrays are contiguous.

        How many different shingles the rows have is put into *distinct*, and read there where it is no longer -1.
        """

    def bucket_pairs(
        self, keyed: NDArray[np.uint64], weights: NDArray[np.uint64], most: int, starred: bool, /
    ) -> bytes:
        """Pairs of rows of the same key as ``candidates`` has them, as 64-bit numbers; a bucket's weight by its size.

        Buckets of more rows than *weights* knows have its last one; of more than *most*, nothing if not *starred*.
        """

    def add_weights(self, keys: NDArray[np.uint64]) -> int:
        """Adds up the weights of *keys*, sorted, in place; returns how many pairs there are."""

    def lead(
        self,
        edges: NDArray[np.uint64],
        jaccard: NDArray[np.float64],
        parent: NDArray[np.int32],
        leader: NDArray[np.int32],
        to_leader: NDArray[np.float64],
    ) -> None:
        """Sets the *leader* of rows that find one, and their Jaccard *to_leader*; all arrays are contiguous.

        *edges* are as ``packed_pairs`` has them, sorted.
        """

    def part_views(
        self,
        leader: NDArray[np.int32],
        jaccard: NDArray[np.float64],
        parent: NDArray[np.int32],
        start: NDArray[np.int32],
        end: NDArray[np.int32],
        most: int,
    ) -> None:
        """Takes rows out of *leader* as ``clusters`` has it; rows of one passage, *most* of them, are neighbours."""

    def dissolve(
        self,
        leader: NDArray[np.int32],
        parent: NDArray[np.int32],
        page: NDArray[np.int32],
        is_foreign: NDArray[np.bool_],
    ) -> None:
        """Takes clusters out of *leader* as ``clusters`` has it; *is_foreign* is by page."""

    def inside(
        self,
        pairs: NDArray[np.int64],
        stretch: NDArray[np.int32],
        near: NDArray[np.float32],
        distinct: NDArray[np.int32],
        first: NDArray[np.int64],
        words: NDArray[np.int32],
        parent: NDArray[np.int32],
        representative: NDArray[np.int32],
        count: NDArray[np.int32],
        kind: NDArray[np.uint8],
        least: int,
        sentence: int,
        /,
    ) -> bytes:
        """Pairs of rows inside of *pairs*, as 64-bit numbers, as ``pairs_inside`` has them before they are sorted.

        Columns from *first* on are those of a corpus; all arrays are contiguous.
        """

    def telling(
        self,
        relations: tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.float32]],
        rows: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32], NDArray[np.int32]],
        near: int,
        quote: int,
    ) -> bytes:
        """Which relations are told, a byte each, as ``telling`` has them; all arrays are contiguous.

        Of *relations*: pairs of rows, kinds, Jaccard. Of *rows*: parents, first copies, kinds, starts and ends.
        *near* and *quote* are the numbers of these kinds.
        """

    def copies(
        self,
        relations: tuple[NDArray[np.int32], NDArray[np.uint8]],
        rows: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
        is_foreign: NDArray[np.bool_],
        most_rows: int,
        most: int,
        together: int,
        exact: int,
    ) -> tuple[bytearray, bytearray]:
        """Pairs of rows and the relation of each, as 32-bit numbers, as ``copies`` has them; arrays are contiguous.

        Of *relations*: pairs of rows, kinds. Of *rows*: first copies, parents, pages, starts and ends; *is_foreign* is
        by page, *exact* the number of that kind.
        """

    def page_pairs(
        self,
        told: tuple[NDArray[np.int32], NDArray[np.int32]],
        relations: tuple[NDArray[np.uint8], NDArray[np.int32]],
        rows: tuple[NDArray[np.int32], NDArray[np.int32]],
        contained: int,
    ) -> tuple[bytearray, bytearray]:
        """Pairs of pages, as 64-bit numbers, and words in common, as ``document_relations`` has them.

        Of what is *told*: pairs of rows, and of what. Of *relations*: kinds, words in common. Of *rows*: parents and
        pages. *contained* is the number of that kind; all arrays are contiguous.
        """

    def relation_places(
        self,
        keys: NDArray[np.uint64],
        of: NDArray[np.uint32],
        stretch: NDArray[np.int32],
        rows: NDArray[np.void],
        words: NDArray[np.uint16],
        /,
        *found: NDArray[np.int32],
    ) -> None:
        """Sets the ten columns of what is *found*, as ``relation_table`` has them; all arrays are contiguous.

        *keys* are the places of both sides, *of* what each is of, *rows* by place, of ``relation_table.ROW``, *words*
        (k, 2) last bits of starts and ends.
        """

    def sort_keys(
        self,
        keys: NDArray[np.uint64],
        order: NDArray[np.uint32],
        spare_keys: NDArray[np.uint64],
        spare_order: NDArray[np.uint32],
        low: int,
    ) -> bool:
        """Sorts *keys* by their bits from *low* on, and *order* with them; returns whether both are in the spares now.

        An empty *order* is none. All arrays are contiguous.
        """
