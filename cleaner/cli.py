"""The command line: options in, exit codes out; the only module that prints."""

from __future__ import annotations

import io
import os
import signal
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from cleaner.errors import CleanerError, InputError, UsageError
from cleaner.options import NamedPath, completing, options, settings_of, word_option
from cleaner.progress import progress_for
from cleaner.wording import agreeing, counted
from cleaner.writing.safe import visible


class _Command(click.Command):
    """A command whose help shows examples first, and whose page fits 80 columns."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)


class _Group(click.Group):
    """The commands in the order of use; errors as one sentence and an exit code."""

    command_class = _Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class _Ended(BaseException):
    """Somebody ends this process: what is open is closed on the way out, as with Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _end(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough; SIGKILL remains
    raise _Ended(number)


def _end_in_order() -> None:
    """Lets SIGTERM and SIGHUP end a run as Ctrl-C does, unless the caller, like ``nohup``, ignores them."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _print_anything() -> None:
    """Lets what the terminal's encoding lacks come out escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(OSError):
                stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command line and exit."""
    try:
        _end_in_order()
        _print_anything()
        code = cli.main(standalone_mode=False)
    except CleanerError as error:
        _complain(str(error))
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = 2
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "cleaner"
        _complain(f"{error.format_message().rstrip('.')}. See '{command} --help'.")
        code = 2
    except click.ClickException as error:
        _complain(error.format_message())
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted; run the same command again to resume.")
        code = 128 + signal.SIGINT
    except _Ended as end:
        _complain(f"ended by {signal.Signals(end.number).name}; run the same command again to resume.")
        code = 128 + end.number
    except OSError as error:
        if error.filename is None:
            _complain(f"standard output cannot be written: {error.strerror}.")
            _silence(sys.stdout)
        else:
            _complain(f"{error.filename} cannot be used: {error.strerror}; run the same command again to resume.")
        code = 74
    sys.exit(code or 0)


def _silence(stream: TextIO) -> None:
    """Lets nobody trip over what can no longer be written to *stream* at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _complain(sentence: str) -> None:
    try:
        click.echo(f"cleaner: {visible(sentence)}", err=True)
    except OSError:  # the exit code is left to tell
        _silence(sys.stderr)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="cleaner", message="%(prog)s %(version)s")
def cli() -> None:
    """Raw web pages in; a clean, de-duplicated corpus out, with proof.

    \b
    Examples:
      cleaner run raw/ clean/              clean a whole folder
      cleaner clean page.html              one page to the terminal
      cleaner explain clean/ page.html     what became of each line
      cleaner verify clean/ --raw raw/     prove every character
    """


@cli.command()
@click.argument("raw", type=NamedPath(path_type=Path))
@click.argument("clean", type=NamedPath(path_type=Path))
@options("extractor")
@click.option("--templates/--no-templates", default=None, help="Remove what repeats across a site's pages (default).")
@click.option("--urls", metavar="TABLE", help="CSV, TSV or JSONL with a path and an address a row, for pages without.")
@word_option("--site-from", "WHAT", "What makes a site: url (default), or folder, the first below RAW.")
@word_option("--duplicates", "MODE", "Copies: mark (default: stay, labelled), drop, keep (unlabelled).")
@word_option("--canonical", "RULE", "Which copy counts: earliest (default), longest, first.")
@click.option("--prefer-site", metavar="SITE", multiple=True, help="Its copy counts before any rule; repeatable.")
@click.option("--against", metavar="DIR", multiple=True, help="Output of another run to find copies of; repeatable.")
@word_option("--format", "NAME", "md (default), txt, tei: a file a page; jsonl, parquet: one file.")
@click.option("--page-views", metavar="N", help="Pages to show with every removal marked: 20 (default), or all.")
@options("jobs", "memory", "fields")
@click.option("--strict", is_flag=True, default=None, help="Exit 1 if any page failed.")
@click.option("--force", is_flag=True, help="Do every page anew, even those done before.")
@click.option("--dry-run", is_flag=True, help="Read and count; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
@click.option("-v", "--verbose", is_flag=True, help="Name each failed page.")
def run(
    raw: Path, clean: Path, force: bool, dry_run: bool, as_json: bool, quiet: bool, verbose: bool, **flags: object
) -> int:
    """Clean everything under RAW into CLEAN.

    \b
    Examples:
      cleaner run raw/ clean/
      cleaner run crawl.warc.gz clean/ --jobs 4
      cleaner run pages.jsonl clean/ --html-field body --url-field link
      cleaner run raw/ clean/ --duplicates drop --format parquet

    RAW is a folder or a file: HTML, text, .gz/.zst, WARC, JSONL, Parquet.
    CLEAN is a new folder, or one that a run wrote: then only new or changed
    pages are done, and a run that was stopped goes on where it was.
    """
    _refuse_if_busy(clean)
    from cleaner import pipeline  # noqa: PLC0415 (--help stays fast)
    from cleaner.summary_text import failures_text, summary_json, summary_text  # noqa: PLC0415

    if (form := flags["format"]) in {"dolma", "hf"}:
        raise UsageError(f"{form} is made of what a run wrote: 'cleaner export CLEAN OUT --format {form}'.")
    config, _ = settings_of(flags)
    with progress_for(sys.stderr, raw, quiet=quiet or as_json) as progress:
        report = pipeline.run(raw, clean, config, force=force, dry_run=dry_run, progress=progress)
    if as_json:
        click.echo(summary_json(report))
    elif not quiet:
        click.echo(summary_text(report, None if dry_run else clean), err=True)
    if verbose:
        click.echo(failures_text(report), err=True)
    return report.exit_code(config)


@cli.command()
@click.argument("file", default="-", type=NamedPath(path_type=Path, allow_dash=True))
@click.option("--url", help="The page's address.")
@options("extractor", "fields")
@click.option("--markdown", "form", flag_value="markdown", help="Markdown instead of plain text.")
@click.option("--json", "form", flag_value="json", help="The whole record: text, metadata, segments.")
@click.option("--jsonl", is_flag=True, help="JSON lines in, JSON lines out.")
def clean(file: Path, url: str | None, form: str | None, jsonl: bool, **flags: object) -> int:
    """Clean one page (FILE or standard input) to standard output.

    \b
    Examples:
      cleaner clean page.html
      curl -s https://example.com/ | cleaner clean --markdown
      cleaner clean --jsonl < pages.jsonl > clean.jsonl
    """
    from cleaner import filter_stream  # noqa: PLC0415 (--help stays fast)

    config, _ = settings_of(flags)
    if sys.stdout is None:
        raise UsageError("standard output is closed; there is nowhere to write to.")
    failed = 0
    shape: filter_stream.Form = "json" if jsonl or form == "json" else "markdown" if form else "text"
    try:
        with _opened(file) as stream:
            for output, complaint in filter_stream.clean_stream(stream, str(file), url, shape, config):
                sys.stdout.buffer.write(output)
                if complaint:
                    _complain(complaint)
                    failed += 1
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # `cleaner clean ... | head` has read enough
        _silence(sys.stdout)
        return 128 + signal.SIGPIPE
    return 1 if failed else 0


def _refuse_if_busy(clean: Path) -> None:
    """Says at once, before anything large is loaded, that another run holds *clean*."""
    from cleaner.engine.lock import reading  # noqa: PLC0415 (--help stays fast)

    with reading(clean):
        pass


def _opened(file: Path) -> BinaryIO:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        stream = os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except FileNotFoundError:
        raise InputError(f"{file} does not exist; name a file, or - for standard input.") from None
    except IsADirectoryError:
        raise InputError(f"{file} is a folder; 'cleaner run' cleans folders.") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    is_handed_over = str(file) == "/dev/stdin" or str(file.parent) in {"/dev/fd", "/proc/self/fd"}
    if not is_handed_over and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise InputError(f"{file} is no file. A pipe is read from standard input.")
    os.set_blocking(stream.fileno(), True)
    return stream


@cli.command(short_help="Show what became of each line of one page, and why.")
@click.argument("clean", type=NamedPath(path_type=Path))
@click.argument("doc")
@click.option("--raw", type=NamedPath(path_type=Path), help="The raw folder, to show removed text too.")
def explain(clean: Path, doc: str, raw: Path | None) -> None:
    """Show where each line of DOC came from and what was removed, and why.

    \b
    Examples:
      cleaner explain clean/ news/story.html
      cleaner explain clean/ crawl.warc.gz#3 --raw raw/

    CLEAN is what 'cleaner run' wrote. DOC is a document's id, its raw path,
    or its address.
    """
    _refuse_if_busy(clean)
    from cleaner import explain as explaining  # noqa: PLC0415 (--help stays fast)
    from cleaner.engine.lock import reading  # noqa: PLC0415
    from cleaner.page_reader import page_reader  # noqa: PLC0415

    with reading(clean):
        explanation = explaining.explain(clean, doc, raw, page_reader(clean))
    click.echo(explaining.render(explanation, width=_width(sys.stdout)))


@cli.command(short_help="Prove CLEAN: rebuild every document from its source.")
@click.argument("clean", type=NamedPath(path_type=Path))
@click.option("--raw", type=NamedPath(path_type=Path), help="The raw folder; without it texts are not replayed.")
@options("jobs")
def verify(clean: Path, raw: Path | None, **flags: object) -> int:
    """Prove CLEAN: rebuild every document from its source, check every copy.

    \b
    Examples:
      cleaner verify clean/ --raw raw/

    CLEAN is what 'cleaner run' wrote. Exits 1 on any difference.
    """
    _refuse_if_busy(clean)
    from cleaner import verify as verifying  # noqa: PLC0415 (--help stays fast)
    from cleaner.page_reader import page_reader  # noqa: PLC0415

    settings = verifying.worth_workers(clean, settings_of(flags)[0].jobs)
    result = verifying.verify(clean, raw, page_reader(clean), settings=settings)
    for difference in result.differences:
        _complain(f"{difference.doc_id}: {difference.what}: {difference.detail}")
    if raw is not None and result.documents and not result.replayed:
        _complain(f"no document's source is in {raw} as it was; is it the folder that the run read?")
    documents, removals = counted(result.documents, "document"), counted(result.removals, "removal")
    what = f"{documents} ({result.replayed:,} replayed), {removals}"
    click.echo(f"{what}: {'no difference' if result.ok else counted(result.count, 'difference')}.")
    return 0 if result.ok else 1


@cli.command()
@click.argument("clean", type=NamedPath(path_type=Path))
@click.option("--raw", type=NamedPath(path_type=Path), help="The raw folder, to make the page views anew, too.")
@click.option("--page-views", metavar="N", help="With --raw: pages to show, or all; default: as in the run.")
def report(clean: Path, raw: Path | None, **flags: object) -> None:
    """Write CLEAN/report.html anew from the tables.

    \b
    Examples:
      cleaner report clean/
      cleaner report clean/ --raw raw/ --page-views 100

    CLEAN is what 'cleaner run' wrote.
    """
    _refuse_if_busy(clean)
    from cleaner.report import remake_report  # noqa: PLC0415 (--help stays fast)
    from cleaner.writing.output import REPORT  # noqa: PLC0415

    wanted = flags["page_views"] is not None
    if wanted and raw is None:
        raise UsageError("page views are made from the sources; name their folder with --raw.")
    written = remake_report(clean, raw, settings_of(flags)[0].write.page_views if wanted else None)
    click.echo(os.fsencode(clean / REPORT))
    if written.missing:
        what = counted(written.missing, "source is not what it was", "sources are not what they were")
        _complain(f"{what} in the run: {agreeing(written.missing, 'it has', 'they have')} no view.")


@cli.command(short_help="Write the documents of CLEAN to OUT for other tools.")
@click.argument("clean", type=NamedPath(path_type=Path))
@click.argument("target", metavar="OUT", type=NamedPath(path_type=Path))
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="hf (default), dolma, md, txt, tei, jsonl, parquet.",
    shell_complete=completing("write.format", "dolma", "hf"),
)
@click.option("--hf", is_flag=True, help="The same as --format hf: a Hugging Face dataset with its card.")
@click.option("--ro-crate", is_flag=True, help="Describe the files in ro-crate-metadata.json, too.")
def export(clean: Path, target: Path, form: str | None, hf: bool, ro_crate: bool) -> None:
    """Write the documents of CLEAN to the new folder OUT for other tools.

    \b
    Examples:
      cleaner export clean/ dataset/ --hf            for datasets.load_dataset
      cleaner export clean/ dolma/ --format dolma    documents/ and attributes/
      cleaner export clean/ tei/ --format tei        one XML file per document

    CLEAN is what 'cleaner run' wrote.
    """
    _refuse_if_busy(clean)
    from cleaner import export as exporting  # noqa: PLC0415 (--help stays fast)

    if hf and form not in {None, "hf"}:
        raise UsageError(f"--hf and --format {form} are two formats; export them into two folders.")
    done = exporting.export(clean, target, form or "hf", with_crate=ro_crate)
    click.echo(f"{counted(done.files, 'file')} in {done.folder}", err=True)


@cli.group(name="config", cls=_Group, short_help="Show the settings, and where each comes from.")
def config_group() -> None:
    """Settings: flag > CLEANER_* > cleaner.toml > [tool.cleaner] > default.

    \b
    Examples:
      cleaner config show
      CLEANER_DUPLICATES_MODE=drop cleaner run raw/ clean/
    """


@config_group.command()
def show() -> None:
    """Show each setting's value and where it came from.

    \b
    Examples:
      cleaner config show
    """
    _, values = settings_of({})
    width = max(map(len, values))
    for name, (value, origin) in values.items():
        shown = ",".join(value) if isinstance(value, tuple) else value
        click.echo(f"{name:<{width}}  {'' if shown is None else shown!s:<16}  {origin}")


def _width(stream: TextIO) -> int:
    """Columns of the terminal; 80 where there is none."""
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 40)
    except (OSError, ValueError):
        return 80
