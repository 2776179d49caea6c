"""What stops a run, and the exit code each stop has.

::

    CleanerError                  1   too many failed pages, or a difference that verify found
    ├─ UsageError                 2   a bad option, config or combination of folders
    ├─ InputError                66   raw/ missing, unreadable or empty
    ├─ InstallationError         70   a package that cleaner needs does not work
    ├─ ConservationError         70   a bug in cleaner: spans that do not add up; nothing is written from them
    ├─ OutputFull                74   disk full or write error; run again to resume
    └─ OutputBusy                75   another run holds clean/

Trouble with one page is not here: it is a ``Failure`` value, and the run goes on.
"""

from __future__ import annotations


class CleanerError(Exception):
    """Base of all run trouble; the message is one sentence a user can act on."""

    exit_code = 1


class UsageError(CleanerError):
    """An option, a config file or a combination of folders that cannot work."""

    exit_code = 2


class InputError(CleanerError):
    """The input is missing, unreadable or empty."""

    exit_code = 66


class InstallationError(CleanerError):
    """A package that cleaner needs cannot be imported; no page is to blame."""

    exit_code = 70


class ConservationError(CleanerError):
    """Kept spans and removals do not partition a page: a bug, never the page's fault."""

    exit_code = 70


class OutputFull(CleanerError):
    """The output could not be written; what is complete stays, a second run resumes."""

    exit_code = 74


class OutputBusy(CleanerError):
    """Another run holds the output folder."""

    exit_code = 75
