"""All hostile pages; the container cases are in ``containers`` and those of the file system in ``file_system``."""

from __future__ import annotations

from tests.hostile import disguises, encodings, sizes, structures, texts
from tests.hostile.case import Case

GROUPS: dict[str, tuple[Case, ...]] = {
    "bytes and encodings": encodings.CASES,
    "structure": structures.CASES,
    "size": sizes.CASES,
    "text": texts.CASES,
    "disguise": disguises.CASES,
}
CASES: tuple[Case, ...] = tuple(case for cases in GROUPS.values() for case in cases)
