"""What the compiled module offers: the functions of ``native/*.c``, told as types."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaner.native_search import NativeSearch

Record = TypeVar("Record")


class Native(NativeSearch, Protocol):
    """What ``native/*.c`` offers: this for pages. Numbers go in and out as the bytes of 64-bit integers."""

    def lines_of(self, text: str) -> tuple[str, bytes]:
        """Text and places of line ends, as ``newlines`` has them."""

    def scan(
        self, text: str, codes: Mapping[str, int], read_reference: Callable[[str], tuple[str, int]]
    ) -> tuple[bytes, bytearray, str, int, bytes, bytes, dict[int, str], bool]:
        """Bounds, letters, skeleton, end of the head, texts' runs and references, as ``scan_html`` has them.

        At last, whether raw text may have begun in SVG or MathML, where it cannot.
        """

    def walk(
        self, markup: str, texts: int, kinds: Mapping[str, tuple[int, int, int]]
    ) -> tuple[bytes, bytes, list[str], bytes, bytes, bytes, bytes, bytes, bytes, bytes]:
        """Leaf of each text, whether it is linked, the elements' tags, parents and runs, and the five of ``Leaves``."""

    def blocks(
        self,
        source: str,
        letters: bytearray,
        is_linked: bytearray,
        references: dict[int, str],
        columns: tuple[array[int], ...],
        roles: tuple[str, ...],
        records: tuple[type[Record], type, type],
        kinds: tuple[str, ...],
    ) -> tuple[list[Record], bytes]:
        """Blocks, repairs and spans in them being *records*, and marks of three numbers, as ``blocks`` has them.

        *columns* are line ends of two characters; bounds of the runs; first and last run and leaf of each text; joined
        cells, or nothing; roles, levels and elements of the leaves.
        """

    def removals(
        self,
        bounds: NDArray[np.int64],
        letters: bytearray,
        marks: NDArray[np.int64],
        returns: array[int],
        reasons: tuple[tuple[str, str], ...],
        record: type[Record],
    ) -> list[Record]:
        """The runs that leave, as ``runs`` has them."""

    def records(self, record: type[Record], rows: Iterable[tuple[Any, ...]], tail: tuple[Any, ...]) -> list[Record]:
        """A *record* for each of *rows*, which *tail* completes to the values of all its fields."""

    def columns(self, record: type[Record], records: tuple[Record, ...], fields: int) -> bytes:
        """The first *fields* of all *records*, one after the other."""

    def fields(self, record: type[Record], records: tuple[Record, ...]) -> list[list[Any]]:
        """For each field of *record* the values of all *records*."""

    def changed(self, record: type[Record], records: list[Record], field: int, values: list[Any]) -> list[Record]:
        """*records* with another value each in their *field*."""

    def settle(
        self, length: int, proposals: list[Record], record: type[Record], span: type[Any], of_whole: int
    ) -> tuple[list[Any], list[Record], Record | None]:
        """Kept spans and removals, as ``settle`` has them, or a proposal that lies outside; parts lack *of_whole*."""

    def places(self, text: str, words: tuple[str, ...]) -> tuple[list[int], ...]:
        """For each of *words* where it stands, as ``places`` has them."""

    def is_partition(
        self, length: int, kept: tuple[Any, ...], removals: tuple[Any, ...], span: type[Any], removal: type[Any]
    ) -> bool:
        """Whether *kept* and *removals*, each sorted, make up ``[0, length)`` without gap or overlap."""

    def replay(
        self,
        starts: tuple[int, ...],
        texts: tuple[str, ...],
        kept: tuple[Any, ...],
        repairs: tuple[Any, ...],
        types: tuple[type, type, type[Record]],
    ) -> tuple[str, list[Record]] | None:
        """Text and segments, as ``replay`` has them, of a source in parts; None where a part is missing.

        *types* are those of spans, repairs and segments.
        """

    def compose(
        self,
        starts: tuple[int, ...],
        texts: tuple[str, ...],
        kept: tuple[Any, ...],
        blocks: tuple[Any, ...],
        repairs: tuple[Any, ...],
        types: tuple[type, type, type, type, type],
        glue: Callable[[Any, Any], str],
        layout: str,
    ) -> tuple[str, list[Any], list[Any], list[Any]] | None:
        """Text, segments, blocks and repairs, as ``compose`` has them; None where its twin has to look.

        *types* are those of spans, repairs, segments, and of blocks in the source and in the text.
        """

    def page_tree(
        self,
        source: str,
        tags: tuple[str, ...],
        parents: array[int],
        starts: array[int],
        ends: array[int],
        blocks: NDArray[np.int64],
        bits: Mapping[str, int],
        hidden: int,
        kinds: Mapping[str, int],
    ) -> tuple[tuple[str, ...], bytes, bytes, bytes, bytes]:
        """Words; kinds of tags; parents, ends, depths, inside, signatures, groups, named, entries, kinds; others."""

    def block_facts(
        self, type_: type, blocks: tuple[Any, ...], heading: str, caption: str
    ) -> tuple[list[str], bytes, bytes]:
        """Texts, rows and five columns of floats, as ``block_facts`` has them; the strings are roles."""

    def class_columns(
        self,
        odds: NDArray[np.float64],
        places: NDArray[np.int64],
        begins: NDArray[np.int64],
        named: NDArray[np.int64],
        parents: NDArray[np.int64],
        kinds: NDArray[np.int64],
        rows: NDArray[np.int64],
        decay: float,
        near: int,
    ) -> bytearray:
        """Columns of doubles, as ``class_columns`` has them but for what compares blocks with sentences."""

    def folded(self, line: str) -> str:
        """The *line* as ``folding`` has it."""

    def texts_in(
        self, line: str, begins: NDArray[np.int32], characters: NDArray[np.uint32], stops: NDArray[np.int32]
    ) -> tuple[int, ...]:
        """Places of those of ``Texts`` that are in *line*."""

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
        rows: NDArray[np.int64],
        places: NDArray[np.int64],
        begins: NDArray[np.int64],
        named: NDArray[np.int64],
        above: NDArray[np.int64],
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

    def chain(
        self, odds: NDArray[np.float64], begins: NDArray[np.bool_], steps: NDArray[np.float64], least: float
    ) -> bytes:
        """The chance of each block, as doubles, as ``chain`` has them; *steps* at other blocks and at markers."""

    def word_slots(self, words: tuple[str, ...]) -> bytes:
        """Where each of *words* is looked for by its hash: what ``line_scores`` and ``known_places`` ask for."""

    def known_places(self, words: tuple[str, ...], known: tuple[str, ...], slots: bytes) -> bytes:
        """The place of each of *words* among those *known*, or -1, as ``known_words`` has them."""

    def line_scores(
        self, lines: list[str], words: tuple[str, ...], scores: NDArray[np.float64], slots: NDArray[np.uint64]
    ) -> bytes:
        """Sum, number, least and most of what the tokens of each line say, as doubles, as ``line_tokens`` has them."""

    def long_words(self, lines: list[str]) -> bytes:
        """The line and a number of each word that is long, once a line, as ``text_repeats`` has them."""

    def word_shares(self, texts: list[str], wanted: set[str]) -> bytes:
        """Which share of each text's words is *wanted*, as doubles."""

    def json_text(self, string: bytes | memoryview) -> bytes | None:
        """The text of a JSON *string* in UTF-8; None where something about it is unusual."""

    def keep_memory(self, is_kept: bool, /) -> None:
        """Whether the C library keeps all memory that is freed; it gives back what is left when it no longer does."""
