"""RO-Crate metadata: the files, the run that made them, and the software that did it.

Source: https://www.researchobject.org/ro-crate/specification/1.1/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import file_digest
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from cleaner.wording import counted

CRATE = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"


def crate(run: Mapping[str, Any], target: Path, files: Sequence[Path]) -> bytes:
    """``ro-crate-metadata.json`` for *files*, which lie in *target*; *run* is what ``run.json`` says."""
    tool = run["wasAssociatedWith"]
    entities = [_file(target, path) for path in files]
    counts = run["counts"]
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _SPECIFICATION},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "Clean web documents",
            "description": f"{counted(counts['documents'], 'document')} out of raw web pages, with provenance.",
            "datePublished": run["endedAtTime"],
            "license": "The texts belong to those who wrote them; each document names the licence its page gives.",
            "hasPart": [{"@id": entity["@id"]} for entity in entities],
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": "cleaner run",
            "startTime": run["startedAtTime"],
            "endTime": run["endedAtTime"],
            "instrument": {"@id": "#cleaner"},
            "result": {"@id": "./"},
        },
        {
            "@id": "#cleaner",
            "@type": "SoftwareApplication",
            "name": tool["name"],
            "softwareVersion": tool["version"],
        },
        *entities,
    ]
    record = {"@context": f"{_SPECIFICATION}/context", "@graph": graph}
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _file(target: Path, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    kind, packed = guess_type(path.name, strict=True)
    return {
        "@id": quote(path.relative_to(target).as_posix()),
        "@type": "File",
        "contentSize": str(path.stat().st_size),
        "encodingFormat": "application/gzip" if packed == "gzip" else kind or "application/octet-stream",
        "sha256": digest,
    }
