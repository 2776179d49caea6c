"""The report and the views as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from cleaner.config import Read
from cleaner.engine.atomic import write_if_changed
from cleaner.engine.lock import holding, reading
from cleaner.errors import InputError
from cleaner.model import RefusedSite
from cleaner.report.choice import chosen_pages
from cleaner.report.gather import gather_report
from cleaner.report.render import rendered
from cleaner.report.shown import Report
from cleaner.report.totals import Totals, read_totals
from cleaner.report.view_paths import view_path
from cleaner.report.views import INDEX, check_folder, read_views, remove_views, write_views
from cleaner.writing.corpus import DocumentIndex, open_documents
from cleaner.writing.output import REPORT
from cleaner.writing.paths import VIEWS
from cleaner.writing.summary import refused_sites, run_config, update_generated


class Written(NamedTuple):
    """What was written."""

    files: list[str]
    """Relative to ``clean/``."""
    missing: int
    """Pages chosen to be shown whose sources are not what they were."""
    strangers: Sequence[str] = ()
    """Files below the folder of the views that are none."""


def write_report(
    clean: Path,
    raw: Path,
    number: int | Literal["all"],
    settings: Read,
    refused: Sequence[RefusedSite] = (),
    *,
    is_raw_known: bool = True,
) -> Written:
    """The report on *clean* and the views of *number* pages, written; views of earlier runs are gone.

    Args:
        raw: what the run read.
        settings: how it was read.
        refused: sites whose templates were not obeyed.
        is_raw_known: whether *raw* is surely what the run read.

    Raises:
        InputError: *clean* lacks a table, or one is damaged; or *raw* is another folder.
        UsageError: the folder of the views is a link.
        OutputFull: *clean* could not be written.
    """
    check_folder(clean)
    documents = open_documents(clean)
    totals, index = read_totals(clean), DocumentIndex(documents)
    files: list[str] = []
    missing = 0
    if number:
        chosen = None if number == "all" else chosen_pages(totals, index, number)
        shown = None if chosen is None else {view_path(index.at(row).id) for row in chosen}
        records = iter(documents) if chosen is None else map(index.at, chosen)

        def has_view(doc_id: str) -> bool:
            return index.row(doc_id) is not None if shown is None else view_path(doc_id) in shown

        files, missing = write_views(clean, raw, records, has_view, settings, is_raw_known=is_raw_known)
    strangers = remove_views(clean, files)
    return Written([*_write(clean, totals, index, refused), *files], missing, strangers)


def remake_report(clean: Path, raw: Path | None = None, number: int | Literal["all"] | None = None) -> Written:
    """The report on *clean* made anew, with the views that are there, or new ones from the sources in *raw*.

    Args:
        number: of views; None for as many as the settings of the run say.

    Raises:
        InputError: *clean* is not the output of a finished run, or is damaged; *raw* does not exist.
        UsageError: the folder of the views is a link.
        OutputBusy: a run holds *clean*.
        OutputFull: *clean* could not be written.
    """
    with reading(clean):  # and not holding, so that a wrong name does not become a folder
        config, refused = run_config(clean), refused_sites(clean)
    with holding(clean):
        if raw is None:
            check_folder(clean)
            index, totals = DocumentIndex(open_documents(clean)), read_totals(clean)
            views = [view.path for view in read_views(clean)]
            files = [*_write(clean, totals, index, refused), *views, *([INDEX] if (clean / INDEX).is_file() else [])]
            written = Written(files, 0)
        else:
            if not raw.exists():
                raise InputError(f"{raw} does not exist; name the folder or the file that the run read.")
            number = config.write.page_views if number is None else number
            written = write_report(clean, raw, number, config.read, refused, is_raw_known=False)
        update_generated(clean, written.files, lambda name: name == REPORT or name.startswith(f"{VIEWS}/"))
    return written


def report_page(report: Report) -> bytes:
    """The report as one HTML file; the same bytes for the same *report*."""
    return rendered("report.html.j2", report=report)


def _write(clean: Path, totals: Totals, index: DocumentIndex, refused: Sequence[RefusedSite]) -> list[str]:
    write_if_changed(clean / REPORT, report_page(gather_report(clean, totals, index, refused)))
    return [REPORT]
