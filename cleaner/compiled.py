"""The slowest loops of the package, compiled, where a compiler was there to do it.

Each function has a twin in Python, beside which it is called; both give the same results. With ``CLEANER_PURE`` in the
environment the twins do all the work.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Record = TypeVar("Record")


class Native(Protocol):
    """What ``native/*.c`` offers. Numbers go in and out as the bytes of 64-bit integers."""

    def scan(
        self, text: str, codes: Mapping[str, int], read_reference: Callable[[str], tuple[str, int]]
    ) -> tuple[bytes, bytearray, str, int, list[tuple[int, int]], dict[int, str], bool]:
        """Bounds, letters, skeleton, end of the head, texts and references, as ``scan_html`` has them.

        At last, whether raw text may have begun in SVG or MathML, where it cannot.
        """

    def walk(
        self, markup: str, texts: int, kinds: Mapping[str, tuple[int, int, int]], void: frozenset[str]
    ) -> tuple[list[int], bytes, list[str], list[int], list[int], list[int]]:
        """Leaf of each text, whether it is linked, the elements' tags, parents and runs, and five figures a leaf."""

    def blocks(
        self,
        source: str,
        bounds: array[int],
        letters: bytearray,
        texts: list[tuple[int, int]],
        references: dict[int, str],
        leaves: list[int],
        is_linked: bytearray,
        joined: dict[int, int],
        roles: Sequence[str],
        levels: list[int],
        elements: list[int],
        records: tuple[type[Record], type, type],
        kinds: tuple[str, ...],
        read_code: Callable[[int, list[int]], tuple[Record | None, list[tuple[int, int, int]]]],
    ) -> tuple[list[Record], bytes]:
        """Blocks, repairs and spans in them being *records*, and marks of three numbers, as ``blocks`` has them."""

    def removals(
        self,
        bounds: NDArray[np.int64],
        letters: bytearray,
        marks: NDArray[np.int64],
        returns: NDArray[np.int64],
        reasons: tuple[tuple[str, str], ...],
        record: type[Record],
    ) -> list[Record]:
        """The runs that leave, as ``runs`` has them."""

    def records(self, record: type[Record], rows: Iterable[tuple[Any, ...]], tail: tuple[Any, ...]) -> list[Record]:
        """A *record* for each of *rows*, which *tail* completes to the values of all its fields."""

    def page_tree(
        self,
        source: str,
        tags: tuple[str, ...],
        parents: tuple[int, ...],
        starts: tuple[int, ...],
        ends: tuple[int, ...],
        blocks: list[int],
        bits: Mapping[str, int],
        hidden: int,
    ) -> tuple[bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, tuple[tuple[str, ...], ...]]:
        """Parents, ends, depths, inside, signatures, groups, named, entries and words, as ``page_tree`` has them."""

    def path_scores(
        self,
        words: tuple[tuple[str, ...], ...],
        named: NDArray[np.int64],
        parents: NDArray[np.int64],
        lexicon: dict[str, float],
        decay: float,
    ) -> bytes:
        """Five columns of floats, as ``path_scores`` has them."""

    def texts_in(self, line: str, texts: tuple[str, ...], begins: NDArray[np.int32]) -> tuple[int, ...]:
        """Places of the *texts* that are in *line*; *begins* says where those begin that have a hash."""

    def block_columns(
        self,
        figures: NDArray[np.float64],
        totals: NDArray[np.float64],
        parents: NDArray[np.int64],
        ends: NDArray[np.int64],
        depths: NDArray[np.int64],
        inside: NDArray[np.int64],
        groups: NDArray[np.int64],
        above: NDArray[np.int64],
        kinds: NDArray[np.int64],
        entries: NDArray[np.int64],
        tags: NDArray[np.uint8],
        missing: float,
    ) -> bytearray:
        """A row of doubles for each column, as ``block_columns`` has them before logarithms are taken."""

    def path_vectors(
        self,
        words: tuple[tuple[str, ...], ...],
        named: NDArray[np.int64],
        above: NDArray[np.int64],
        numbers: dict[str, int],
        vectors: NDArray[np.float32],
        weights: NDArray[np.float32],
        figures: int,
    ) -> bytes:
        """Sums of vectors for each block by column, as ``class_vectors`` has them."""

    def margins(
        self,
        steps: NDArray[np.float32],
        stops: NDArray[np.int32],
        nodes: NDArray[np.uint8],
        counts: NDArray[np.int32],
        values: NDArray[np.float32],
        cells: NDArray[np.float32],
        rows: int,
    ) -> bytes:
        """Sums of the leaves for each of *rows*, as doubles; the forest as ``trees`` has it, *cells* by column."""

    def network(
        self,
        cells: NDArray[np.float32],
        weights: NDArray[np.float32],
        groups: NDArray[np.int64],
        centres: NDArray[np.float32],
        scales: NDArray[np.float32],
        first: NDArray[np.float32],
        gains: NDArray[np.float32],
        mixers: NDArray[np.float32],
        last: NDArray[np.float32],
    ) -> bytes:
        """Log-odds of each row, as doubles, as ``Network.margins`` has them; *cells* by column, all contiguous."""

    def text_measures(self, texts: list[str], kinds: NDArray[np.uint16]) -> bytes:
        """Ten columns of doubles, as ``text_measures`` has them; *kinds* has one for each code point that it tells."""

    def word_shares(self, texts: list[str], wanted: set[str]) -> bytes:
        """Which share of each text's words is *wanted*, as doubles."""

    def sentences(self, text: str, spans: NDArray[np.int64], kinds: NDArray[np.uint16], words: dict[str, int]) -> bytes:
        """Number of the span, start and end of each sentence in *spans* of *text*, as ``sentences`` has them."""

    def quotes(
        self, text: str, spans: NDArray[np.int64], kinds: NDArray[np.uint16], closers: NDArray[np.uint16]
    ) -> bytes:
        """Number of the span, start and end of each quotation in *spans* of *text*, as ``quotes`` has them."""

    def word_places(self, text: str, classes: NDArray[np.uint8]) -> tuple[bytes, bytes]:
        """Starts and ends of the words of *text*; *classes* has one for each code point that it tells from others."""

    def word_hashes(
        self,
        text: str,
        borders: NDArray[np.int64],
        classes: NDArray[np.uint8],
        fold: Callable[[str], bytes],
        long_hash: Callable[[bytes], int],
    ) -> tuple[bytes, bytes]:
        """Hashes of the words of *text*, and how many the pieces between *borders* have, as ``words`` has them.

        *fold* gives those of a piece that has more in it than ASCII and the punctuation of prose.
        """

    def minhashes(
        self,
        shingles: NDArray[np.uint32],
        offsets: NDArray[np.int64],
        factors: NDArray[np.uint32],
        terms: NDArray[np.uint32],
    ) -> bytes:
        """Signatures of the sets of *shingles* between *offsets*, as 32-bit numbers; all arrays are contiguous."""

    def match_rows(
        self,
        shingles: NDArray[np.uint32],
        begins: NDArray[np.int64],
        counts: NDArray[np.int32],
        pairs: NDArray[np.int64],
        ngram: int,
    ) -> bytes:
        """Seven 32-bit figures for each of *pairs* of rows, as ``matching`` has them; all arrays are contiguous."""

    def distinct_shingles(
        self, shingles: NDArray[np.uint32], begins: NDArray[np.int64], counts: NDArray[np.int32]
    ) -> bytes:
        """How many different shingles each row has, as 32-bit integers."""


def _load() -> Native | None:
    if "CLEANER_PURE" in os.environ:
        return None
    try:
        return cast("Native", import_module("cleaner._native"))
    except ImportError:
        return None


native = _load()
"""None where the twins in Python do the work."""


def make(record: type[Record], rows: Iterable[tuple[Any, ...]], tail: tuple[Any, ...] = ()) -> list[Record]:
    """A *record*, a frozen dataclass with slots, for each of *rows*; *tail* completes each to all its fields.

    >>> from cleaner.model import Span
    >>> make(Span, [(1, 2), (3, 5)])
    [Span(start=1, end=2), Span(start=3, end=5)]
    """
    if native is None:
        return [record(*row, *tail) for row in rows]
    return native.records(record, rows, tail)
