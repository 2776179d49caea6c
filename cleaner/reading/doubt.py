"""Which records of a damaged compressed member had been given out already.

The checksum over a member stands at its end. Where one member holds many records they are given as they come, since
it may be as large as the file; when the checksum then turns out wrong, or is missing, the row that reports it names
them.
"""

from __future__ import annotations


class Doubt:
    """The records given since the last checksum that was right."""

    def __init__(self) -> None:
        self._verified = -1
        self._first = 0

    def given(self, number: int, end: int, verified: int) -> None:
        """Record *number*, whose content ends at *end*, was given when all up to *verified* was known to be whole."""
        if end > verified and verified != self._verified:
            self._verified, self._first = verified, number

    def about(self, number: int, verified: int) -> str:
        """What to add to the sentence about damage at record *number*: nothing if all before it are in order."""
        if verified != self._verified or self._first >= number:
            return ""
        which = f"record {self._first}" if self._first == number - 1 else f"records {self._first} to {number - 1}"
        return f"; nothing vouches for {which}, read from the same compressed data"
