"""Every near-duplicate search that is measured, one function each: passages in, pairs of their places out.

Each peer runs as its documentation shows it and, where its settings allow, once more near to ours: word 3-grams, 32
bands of 4 rows, Jaccard .4. One that reports groups instead of pairs gives each member's pair with the group's first.
Nothing here imports a system before it is asked for; and nothing imports the package, as a peer may need an
environment of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]
"""(m, 2) places of passages in their file."""

Search = Callable[[Path, Sequence[str]], dict[str, Pairs]]
"""The file of passages (a JSON object with ``id`` and ``text`` a line) and their texts in, pairs out. Several sets of
pairs, each with what is added to the name of the system, are so many rows of the table for one search."""

OURS = "cleaner"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Searcher:
    """One search that is measured."""

    name: str
    distribution: str
    """Whose version is written down; the row is left out where it is not installed."""
    load: Callable[[], Search]
    """Imports the system."""


def _ours() -> Search:
    from cleaner import duplicate_columns  # noqa: PLC0415

    def search(_: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        found = duplicate_columns(texts)
        pairs = np.column_stack([found["doc_a"], found["doc_b"]]).astype(np.int64)
        is_close = (found["kind"] == "exact") | (found["kind"] == "near")
        return {"": pairs, " exact, near": pairs[is_close]}

    return search


def _datasketch(ngram: int, threshold: float) -> Search:
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    def search(_: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        shingled = ([shingle.encode() for shingle in _shingles(text, ngram)] for text in texts)
        signatures = MinHash.bulk(shingled, num_perm=128)
        index = MinHashLSH(threshold=threshold, num_perm=128)
        with index.insertion_session() as session:
            for row, signature in enumerate(signatures):
                session.insert(row, signature)
        return _answers(index.query(signature) for signature in signatures)

    return search


def _rensa_deduplicator() -> Search:
    from rensa import RMinHash, RMinHashDeduplicator  # noqa: PLC0415

    def search(_: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        signatures = RMinHash.from_token_sets([text.split() for text in texts], num_perm=128, seed=42)
        index = RMinHashDeduplicator(threshold=0.8, num_perm=128, use_lsh=True)
        index.add_pairs((str(row), signature) for row, signature in enumerate(signatures))
        return _answers(map(int, found) for found in index.get_duplicate_sets(signatures))

    return search


def _rensa(ngram: int, bands: int, threshold: float) -> Search:
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415

    def search(_: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        signatures = RMinHash.from_token_sets([_shingles(text, ngram) for text in texts], num_perm=128, seed=42)
        index = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=bands)
        index.insert_many(signatures)
        return _answers(index.query_all(signatures))

    return search


def _gaoya(ngram: int, bands: int, rows: int, threshold: float) -> Search:
    from gaoya.minhash import MinHashStringIndex  # noqa: PLC0415

    def search(_: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        index = MinHashStringIndex(32, threshold, bands, rows, bands * rows, "word", True, (ngram, ngram))
        index.par_bulk_insert_docs(list(range(len(texts))), list(texts))
        return _answers(index.par_bulk_query(list(texts)))

    return search


def _datatrove(ngram: int, buckets: int, hashes: int) -> Search:
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415
    from datatrove.pipeline.dedup.minhash import (  # noqa: PLC0415
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415

    def search(passages: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        """Stages 1 to 3; stage 4 only drops documents. With one worker, as all others have one."""
        config = MinhashConfig(n_grams=ngram, num_buckets=buckets, hashes_per_bucket=hashes)
        work = passages.parent / f"datatrove-{ngram}"
        signatures, matches, clusters, logs = (
            str(work / name) for name in ("signatures", "matches", "clusters", "log")
        )
        reader = JsonlReader(str(passages.parent), glob_pattern=passages.name)
        stages = (
            ([reader, MinhashDedupSignature(signatures, config)], 1),
            ([MinhashDedupBuckets(signatures, matches, config=config)], buckets),
            ([MinhashDedupCluster(matches, clusters, config, save_cluster_id=True)], 1),
        )
        for number, (steps, tasks) in enumerate(stages):
            LocalPipelineExecutor(steps, tasks=tasks, workers=1, logging_dir=f"{logs}/{number}").run()
        files = sorted(Path(clusters).glob("*.clusters"))
        rows = np.concatenate([np.fromfile(file, dtype="<u4").reshape(-1, 2) for file in files]) if files else []
        groups = np.full(len(texts), -1, dtype=np.int64)
        for row, group in rows:
            groups[row] = group
        return {"": _grouped(groups)}

    return search


def _text_dedup(options: Sequence[str]) -> Search:
    from text_dedup import minhash  # noqa: PLC0415

    def search(passages: Path, texts: Sequence[str]) -> dict[str, Pairs]:
        work = passages.parent / f"text-dedup{len(options)}"
        given = {
            "--path": "json", "--data_files": str(passages), "--split": "train", "--column": "text",
            "--cache_dir": str(work / "cache"), "--output": str(work / "output"), "--num_proc": "1",
        }  # fmt: skip
        arguments = [word for option in given.items() for word in option] + [*options]
        minhash.main.main(arguments, standalone_mode=False)
        return {"": _grouped(np.array([minhash.uf.find(row) for row in range(len(texts))], dtype=np.int64))}

    return search


def _shingles(text: str, ngram: int) -> set[str]:
    """Word n-grams; a shorter text is one."""
    words = _WORD.findall(text.lower())
    return {" ".join(words[at : at + ngram]) for at in range(max(1, len(words) - ngram + 1))}


def _answers(answers: Iterable[Iterable[int]]) -> dict[str, Pairs]:
    """What each passage in turn is answered."""
    return {"": _as_pairs((row, other) for row, found in enumerate(answers) for other in found if other != row)}


def _as_pairs(pairs: Iterable[tuple[int, int]]) -> Pairs:
    flat = np.fromiter((row for pair in pairs for row in pair), dtype=np.int64)
    return flat.reshape(-1, 2)


def _grouped(groups: NDArray[np.int64]) -> Pairs:
    """Each member of a group with its first; -1 is no group."""
    members = np.flatnonzero(groups >= 0)
    _, first, inverse = np.unique(groups[members], return_index=True, return_inverse=True)
    pairs = np.column_stack([members[first][inverse], members])
    return pairs[pairs[:, 0] != pairs[:, 1]]


SEARCHERS = (
    Searcher(OURS, "cleaner", _ours),
    Searcher("datasketch word-5 .7", "datasketch", partial(_datasketch, 5, 0.7)),
    Searcher("datasketch word-3 .4", "datasketch", partial(_datasketch, 3, 0.4)),
    Searcher("rensa words .8", "rensa", _rensa_deduplicator),
    Searcher("rensa word-3 32x4", "rensa", partial(_rensa, 3, 32, 0.4)),
    Searcher("gaoya words 42x3 .5", "gaoya", partial(_gaoya, 1, 42, 3, 0.5)),
    Searcher("gaoya word-3 32x4 .4", "gaoya", partial(_gaoya, 3, 32, 4, 0.4)),
    Searcher("text-dedup word-5 .7", "text-dedup", partial(_text_dedup, ())),
    Searcher(
        "text-dedup word-3 32x4",
        "text-dedup",
        partial(_text_dedup, ("--ngram", "3", "--num_perm", "128", "--b", "32", "--r", "4")),
    ),
    Searcher("datatrove word-5 14x8", "datatrove", partial(_datatrove, 5, 14, 8)),
    Searcher("datatrove word-3 32x4", "datatrove", partial(_datatrove, 3, 32, 4)),
)
"""Ours first, then whoever else is installed."""
