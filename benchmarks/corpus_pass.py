"""The corpus pass alone, from texts to findings: ``python -m benchmarks.corpus_pass [--passages N ...] [--memory MB]``.

A corpus of ``syndication`` is signed first, document by document, as the workers of a run sign theirs. Then a process
of its own reads the signed pages and finds candidates, relations, clusters and what follows for documents, with what it
need not hold in files. Printed are the CPU seconds of both and how they grow, and the peak memory of that process.
"""

from __future__ import annotations

import argparse
import gc
import json
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.syndication import DEFAULT, Settings, make_syndication
from benchmarks.system_child import peak_mb
from cleaner.config import Config, Engine
from cleaner.duplicates.canonical import DocumentFacts
from cleaner.duplicates.columns import pack, sign_pages, unpack
from cleaner.duplicates.passages import cut_passages
from cleaner.duplicates.search import PageRecord, find_in_corpus
from cleaner.duplicates.words import words_of
from cleaner.model import Source, TextBlock

_COLLECT_AFTER = 10_000
"""New objects before the garbage collector looks at them, as the command line has it."""
_BUFFER = 1 << 20
"""Bytes that are read at once: pages come in groups, as from a table."""
_LENGTH = struct.Struct("<I")
_BREAK = "\n\n"


def sign_corpus(folder: Path, passages: int, target: Path, config: Config) -> float:
    """CPU seconds that it took to sign the corpus into the file *target*."""
    corpus = make_syndication(folder, Settings(passages=passages))
    # A worker holds no corpus: its million objects are not to be walked each time that garbage is looked for.
    gc.freeze()
    begun = time.process_time()
    with target.open("wb") as file:
        for _, group in groupby(corpus.passages, key=lambda passage: passage.document):
            here = list(group)
            texts = [passage.text for passage in here]
            text = _BREAK.join(texts)
            blocks, at = [], 0
            for part in texts:
                blocks.append(TextBlock(at, at + len(part), "paragraph"))
                at += len(part) + len(_BREAK)
            words = words_of(text, np.array([0, len(text)]))
            cut = cut_passages(text, blocks, config.passages, words)
            signed = sign_pages(text, [0, len(text)], cut, config.signatures, words)
            for part in (here[0].site.encode(), len(text).to_bytes(8, "little"), pack(signed, config.signatures)):
                file.write(_LENGTH.pack(len(part)) + part)
    taken = time.process_time() - begun
    gc.unfreeze()
    return taken


def read_corpus(source: Path, config: Config) -> Iterator[PageRecord]:
    """The signed pages in the file *source*."""
    with source.open("rb", buffering=_BUFFER) as file:
        number = 0
        while True:
            parts = [file.read(_LENGTH.unpack(size)[0]) for _ in range(3) if (size := file.read(_LENGTH.size))]
            if not parts:
                return
            site, length, cell = parts
            number += 1
            facts = DocumentFacts(Source(f"{number:09d}"), site.decode(), None, None, int.from_bytes(length, "little"))
            yield PageRecord(facts, unpack(cell, config.signatures))


def search(source: Path, memory: int) -> dict[str, float]:
    """What the corpus pass found and took in this process."""
    gc.set_threshold(_COLLECT_AFTER)
    config = replace(Config(), engine=Engine(memory_bytes=memory))
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        findings = find_in_corpus(read_corpus(source, config), config, Path(folder))
    return {
        "cpu_s": time.process_time() - begun,
        "peak_mb": peak_mb(),
        "relations": len(findings.relations),
        "members": len(findings.clusters),
    }


def _line(row: dict[str, float], first: dict[str, float]) -> str:
    """What is printed of a *row*, with how much more it took than the *first*."""

    def cost(name: str) -> str:
        growth = f" ({row[name] / first[name]:.1f} times the first)" if row is not first else ""
        return f"{row[name]:.1f} CPU s{growth}"

    return (
        f"{row['passages']:>10,} passages: {cost('total_cpu_s')}; signed in {cost('signing_cpu_s')}; "
        f"searched in {cost('cpu_s')}; peak {row['peak_mb']:.0f} MB; "
        f"{row['relations']:,} relations, {row['members']:,} members of clusters"
    )


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, default=DEFAULT, metavar="FOLDER", help="what paragraphs come from")
    parser.add_argument("--passages", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N")
    parser.add_argument("--memory", type=int, default=2_000, metavar="MB")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here, too")
    parser.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.search:
        print(json.dumps(search(arguments.search, arguments.memory * 1_000_000)))
        return 0
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count in arguments.passages:
            source = Path(folder) / str(count)
            signing = sign_corpus(arguments.text, count, source, Config())
            command = [sys.executable, "-m", "benchmarks.corpus_pass", "--search", str(source)]
            done = subprocess.run(
                [*command, "--memory", str(arguments.memory)], capture_output=True, text=True, check=True
            )
            found = json.loads(done.stdout)
            rows.append({"passages": count, "signing_cpu_s": signing, "total_cpu_s": signing + found["cpu_s"], **found})
            print(_line(rows[-1], rows[0]), flush=True)
            source.unlink()
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
