"""The language that a text is in, told by py3langid's model without a copy of it in memory.

The model is 70 MB unpacked, and loading it takes as much again; a text needs little of it. Here it is unpacked into a
file without a name, once for all workers of a run, of which the system has in memory what is looked at.
"""

from __future__ import annotations

import io
import lzma
import shutil
import struct
from functools import lru_cache, partial
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from cleaner.engine.shared_file import unpacked

_LENGTHS_AT = 26
"""Where a zip member's own header has the lengths of its name and of the extra field, behind which its data is."""


def language_of(text: str) -> str:
    """ISO 639-1 code of the likeliest language of *text*, as ``py3langid.classify`` has it."""
    language: str = _identifier().classify(text)[0]
    return language


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    model = _model()
    return LanguageIdentifier(
        np.asarray(model["ptc"]),
        np.asarray(model["pc"]),
        model["classes"].tolist(),
        model["nextmove"].data,
        model["out_feat"].tolist(),
        tk_row=model["nextmove_row"].data,
    )


def _model() -> dict[str, npt.NDArray[Any]]:
    """The arrays of py3langid's model, by name; mapped from a file where there is room for one."""
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        try:
            return _mapped(packed)
        except OSError:  # no folder for temporary files, or a full one
            packed.seek(0)
            loaded = np.load(io.BytesIO(packed.read()), allow_pickle=False)
            return {name: loaded[name] for name in loaded.files}


def _mapped(packed: IO[bytes]) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {}
    with unpacked(partial(shutil.copyfileobj, packed)) as file:
        for member in ZipFile(file).infolist():
            assert member.compress_type == ZIP_STORED
            file.seek(member.header_offset + _LENGTHS_AT)
            file.seek(sum(struct.unpack("<HH", file.read(4))), 1)
            np.lib.format.read_magic(file)
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            arrays[member.filename.removesuffix(".npy")] = np.memmap(file, dtype, "r", file.tell(), shape)
    return arrays
