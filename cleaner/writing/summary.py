"""What a run did: ``run.json`` in PROV-O names, and ``clean/README.md``.

Source: https://www.w3.org/TR/prov-o/
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from cleaner.config import Config
from cleaner.engine.atomic import output_errors, replacing
from cleaner.errors import InputError
from cleaner.model import RefusedSite
from cleaner.wording import counted
from cleaner.writing.pages import PAGE_FORMS
from cleaner.writing.paths import PAGES
from cleaner.writing.safe import ANEW, well_formed_tree
from cleaner.writing.tally import Tally

Shape = TypeVar("Shape")

RUN = "run.json"
_CLOSING = b'"\n}\n'
_NO_DIGEST = b'"sha256": "' + _CLOSING
_DIGITS_FROM_END = 64 + len(_CLOSING)
PACKAGES = (
    "ftfy",
    "msgspec",
    "numpy",
    "publicsuffixlist",
    "py3langid",
    "pyarrow",
    "trafilatura",
    "turbohtml",
    "xxhash",
)
"""Dependencies whose release can change the output."""


def run_record(
    *,
    config: Config,
    tally: Tally,
    used: str,
    clean: Path,
    generated: Iterable[str],
    started: str,
    ended: str,
    timings: Mapping[str, float],
    refused: Iterable[RefusedSite] = (),
) -> dict[str, Any]:
    """The record of a finished run, in the shape of ``run.json``.

    Args:
        used: the raw folder as the user named it.
        generated: names of the tables and other single files in *clean*, which are there by now.
        started: ISO 8601, as is *ended*.
        timings: seconds by pass or stage.
        refused: sites whose templates were not obeyed.
    """
    cleaner = version("cleaner")
    return {
        "wasAssociatedWith": {
            "name": "cleaner",
            "version": cleaner,
            "python": platform.python_version(),
            "packages": {name: version(name) for name in PACKAGES},
        },
        "startedAtTime": started,
        "endedAtTime": ended,
        "used": [{"path": used, "sources": tally.documents + tally.failures.total()}],
        "generated": [_generated(clean, name) for name in sorted(generated)],
        "config": asdict(config),
        "fingerprint": config.fingerprint(cleaner),
        "counts": tally.counts(),
        "refused_templates": [asdict(site) for site in refused],
        "timings": {name: round(seconds, 3) for name, seconds in timings.items()},
    }


def encode_run(record: Mapping[str, Any]) -> bytes:
    """``run.json``: the record as JSON for people to read, and at its end the SHA-256 of all of it but that.

    The digest is taken of the file with no digit between the quotes.
    """
    bare = msgspec.json.format(msgspec.json.encode(well_formed_tree({**record, "sha256": ""})), indent=2) + b"\n"
    start, end = bare[: -len(_NO_DIGEST)], bare[-len(_NO_DIGEST) :]
    return start + end.replace(b'""', f'"{sha256(bare).hexdigest()}"'.encode())


def _is_as_written(data: bytes) -> bool:
    """Whether *data* is a whole ``run.json`` in which nothing was changed."""
    digits = data[-_DIGITS_FROM_END : -len(_CLOSING)]
    bare = data[:-_DIGITS_FROM_END] + _CLOSING
    return bare.endswith(_NO_DIGEST) and sha256(bare).hexdigest().encode() == digits


def _generated(clean: Path, name: str) -> dict[str, Any]:
    path = clean / name
    with output_errors(path, "read"), path.open("rb") as file:
        return {"path": name, "bytes": path.stat().st_size, "sha256": file_digest(file, "sha256").hexdigest()}


class _RunConfig(msgspec.Struct, frozen=True):
    config: Config
    refused_templates: tuple[RefusedSite, ...] = ()


def run_config(clean: Path) -> Config:
    """The settings of the run that wrote *clean*.

    Raises:
        InputError: ``run.json`` is missing or damaged.
    """
    return read_run(clean, _RunConfig).config


def refused_sites(clean: Path) -> tuple[RefusedSite, ...]:
    """The sites whose templates the run that wrote *clean* did not obey.

    Raises:
        InputError: ``run.json`` is missing or damaged.
    """
    return read_run(clean, _RunConfig).refused_templates


def update_generated(clean: Path, names: Iterable[str], replaces: Callable[[str], bool]) -> None:
    """Nothing, once ``run.json`` names the files *names* in place of those whose name *replaces* says yes to.

    Raises:
        InputError: ``run.json`` is missing or damaged.
        OutputFull: it could not be written.
    """
    read_run(clean, _Named)
    record = read_run(clean, dict[str, Any])
    stay = [entry for entry in record["generated"] if not replaces(entry["path"])]
    made = [*stay, *(_generated(clean, name) for name in names)]
    record["generated"] = sorted(made, key=lambda entry: entry["path"])
    with replacing(clean / RUN) as file:
        file.write(encode_run(record))


def read_run(clean: Path, shape: type[Shape]) -> Shape:
    """``run.json``, as much of it as *shape* has.

    Raises:
        InputError: it is missing or damaged.
    """
    path = clean / RUN
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except FileNotFoundError:
        raise InputError(
            f"{path} is missing: {clean} is not the output of a finished run; 'cleaner run' makes one."
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {str(error).rstrip('.')}; {ANEW}.") from error


def run_documents(clean: Path) -> int:
    """How many documents the run that wrote *clean* counted; 0 if its record cannot be read."""
    try:
        return RunRecord((clean / RUN).read_bytes()).documents
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return 0


class _Output(msgspec.Struct, frozen=True):
    path: str
    sha256: str


class _Named(msgspec.Struct, frozen=True):
    generated: list[_Output]


class _Counts(msgspec.Struct, frozen=True):
    documents: int
    failures: int


class _Write(msgspec.Struct, frozen=True):
    format: str


class _Signatures(msgspec.Struct, frozen=True):
    ngram: int = 3


class _Config(msgspec.Struct, frozen=True):
    write: _Write
    signatures: _Signatures = _Signatures()


class _Run(msgspec.Struct, frozen=True):
    generated: list[_Output]
    counts: _Counts
    config: _Config


class RunRecord:
    """A ``run.json`` read back, as far as it can be checked.

    Raises:
        msgspec.MsgspecError, UnicodeDecodeError: *data* is not a record.
    """

    def __init__(self, data: bytes) -> None:
        self.is_as_written = _is_as_written(data)
        """Whether no byte of it was changed since the run."""
        self._run = msgspec.json.decode(data, type=_Run)

    @property
    def documents(self) -> int:
        """How many documents the run counted."""
        return self._run.counts.documents

    @property
    def failures(self) -> int:
        """How many failures it counted."""
        return self._run.counts.failures

    @property
    def page_form(self) -> str | None:
        """Which of ``PAGE_FORMS`` the run wrote; None if it wrote no page files."""
        form = self._run.config.write.format
        return form if form in PAGE_FORMS else None

    @property
    def ngram(self) -> int:
        """Words of the shingles by which it states similarities."""
        return self._run.config.signatures.ngram

    def digests(self) -> Iterator[tuple[str, str]]:
        """Name and SHA-256 of every single file the run wrote."""
        return ((output.path, output.sha256) for output in self._run.generated)


def readme(tally: Tally) -> bytes:
    """``clean/README.md``."""
    return f"""\
# Clean documents

{counted(tally.documents, "document")} and {counted(tally.failures.total(), "failure")}, written by `cleaner run`.

- `{PAGES}/`: one file per document, in the folders of the raw pages (with `--format md`, `txt` or `tei`)
- `documents.jsonl` (or `documents.parquet`): every document with its metadata, one a line
- `removals.parquet`, `repairs.parquet`: what became of every other character of the sources
- `passages.parquet`, `relations.parquet`, `clusters.parquet`: what repeats where
- `document_relations.parquet`: documents that are copies, revised copies or excerpts of others
- `failures.parquet`: sources that became no document, and why
- `report.html`: all of it to look at, with some pages in `report/`, every removal marked
- `{RUN}`: settings, versions, counts and digests

`cleaner verify` proves these files against the raw pages; `cleaner explain` shows one document's history.
""".encode()
