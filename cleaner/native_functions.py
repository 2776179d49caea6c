"""What the compiled module offers: the functions of ``native/*.c``, told as types."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Record = TypeVar("Record")


class Native(Protocol):
    """What ``native/*.c`` offers. Numbers go in and out as the bytes of 64-bit integers."""

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

    def json_text(self, string: bytes | memoryview) -> bytes | None:
        """The text of a JSON *string* in UTF-8; None where something about it is unusual."""

    def keep_memory(self, is_kept: bool, /) -> None:
        """Whether the C library keeps all memory that is freed; it gives back what is left when it no longer does."""

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
