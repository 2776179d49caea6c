"""What a user meets on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command import REPO, cleaner

PAGE = (
    b"<title>Tides</title><nav><a href=/>Home</a></nav><h1>Tides</h1><p>High water at Weir Street was two metres.</p>"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "page.txt").write_text("High water at Weir Street was two metres above the chart datum on Monday.\n")
    return folder


def _sentence(result: object) -> str:
    stderr = result.stderr.decode()  # type: ignore[attr-defined]
    assert stderr.startswith("cleaner: ")
    assert stderr.count("\n") == 1, stderr
    assert "Traceback" not in stderr
    return stderr


@pytest.mark.parametrize(
    "command",
    [[], ["run"], ["clean"], ["explain"], ["verify"], ["report"], ["export"], ["config"], ["config", "show"]],
    ids=" ".join,
)
def test_help_shows_examples_before_options_in_eighty_columns(command: list[str]) -> None:
    result = cleaner(*command, "--help", COLUMNS="80")
    text = result.stdout.decode()
    assert result.returncode == 0
    assert "Examples:" in text
    assert text.index("Examples:") < text.index("Options:")
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in text.partition("Commands:")[2]  # no sentence is cut off


def test_a_missing_input_is_one_sentence_and_exit_66(tmp_path: Path) -> None:
    result = cleaner("run", tmp_path / "nowhere", tmp_path / "clean")
    assert result.returncode == 66
    assert "does not exist" in _sentence(result)
    assert not (tmp_path / "clean").exists()


def test_an_empty_folder_is_one_sentence_and_exit_66(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    result = cleaner("run", tmp_path / "raw", tmp_path / "clean")
    assert result.returncode == 66
    assert "no pages" in _sentence(result)


@pytest.mark.parametrize("clean", ["raw/clean", "raw", "."])
def test_folders_inside_one_another_are_refused_with_exit_2(raw: Path, clean: str) -> None:
    result = cleaner("run", raw, raw.parent / clean)
    assert result.returncode == 2
    _sentence(result)
    assert [path.name for path in raw.iterdir()] == ["page.txt"]


@pytest.mark.parametrize("clean", ["", "clean", "new/clean"])
def test_a_folder_by_two_names_is_not_cleaned_into_itself(raw: Path, tmp_path: Path, clean: str) -> None:
    """Mounted a second time; a disk that ignores case does the like."""
    (tmp_path / "again").mkdir()
    try:
        subprocess.run(["mount", "--bind", raw, tmp_path / "again"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user cannot mount a folder")
    try:
        result = cleaner("run", raw, tmp_path / "again" / clean)
    finally:
        subprocess.run(["umount", tmp_path / "again"], check=True)
    assert result.returncode == 2
    assert "name another folder" in _sentence(result) or "name a folder beside it" in _sentence(result)
    assert [path.name for path in raw.iterdir()] == ["page.txt"]


def test_a_folder_with_other_peoples_files_is_not_written_to(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("years of work")
    result = cleaner("run", raw, tmp_path / "mine")
    assert result.returncode == 2
    assert "thesis.doc" in _sentence(result)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_one_failure_and_the_others_go_on(raw: Path, tmp_path: Path) -> None:
    (raw / "secret.html").write_bytes(PAGE)
    (raw / "secret.html").chmod(0)
    result = cleaner("run", raw, tmp_path / "clean", "--json")
    assert result.returncode == 0
    assert json.loads(result.stdout)["failures_by_kind"] == {"unreadable": 1}


def test_a_binary_named_html_is_one_failure_with_its_reason(raw: Path, tmp_path: Path) -> None:
    (raw / "photo.html").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 50)
    result = cleaner("run", raw, tmp_path / "clean", "-v")
    assert result.returncode == 0
    assert "photo.html: not_a_page: " in result.stderr.decode()
    assert "1 document, 1 failure" in result.stderr.decode()


def test_strict_makes_a_failed_page_exit_1(raw: Path, tmp_path: Path) -> None:
    (raw / "empty.html").write_bytes(b"")
    assert cleaner("run", raw, tmp_path / "clean", "--strict").returncode == 1
    assert cleaner("run", raw, tmp_path / "clean").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run"], "RAW"),
        (["run", "raw", "clean", "--duplicates", "sometimes"], "mark, drop, keep"),
        (["run", "raw", "clean", "--memory", "lots"], "4G"),
        (["rum"], "run"),
        (["run", "raw", "clean", "--job", "2"], "--jobs"),
        (["run", "raw", "clean", "--jobs", "-1"], "--jobs -1 is not a whole number of 0 or more."),
        (["run", "raw", "clean", "--page-views", "some"], "0 or more, or all."),
        (["run", "raw", "clean", "--format", "docx"], "--format docx is not one of md, txt, tei, jsonl, parquet."),
        (["run", "raw", "clean", "--format", "hf"], "cleaner export CLEAN OUT --format hf"),
        (["run", "raw", "clean", "more"], "run --help"),
        (["run", "raw", "clean", "--format"], "cleaner --help"),
        (["export", "clean", "out", "--format", "docx"], "there are md, txt,"),
        (["report", "clean", "--page-views", "3"], "--raw"),
    ],
)
def test_wrong_usage_is_one_sentence_that_helps_and_exit_2(raw: Path, arguments: list[str], part: str) -> None:
    result = cleaner(*arguments, cwd=raw.parent)
    assert result.returncode == 2
    assert part in _sentence(result)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run", "nowhere", "clean"], "nowhere does not exist; name the folder"),
        (["run", "raw", "clean", "--urls", "none.csv"], "none.csv cannot be read: No such file or directory."),
        (["run", "raw", "clean", "--against", "nowhere"], "'cleaner run' makes one."),
        (["clean", "nowhere"], "name a file, or - for standard input."),
        (["clean", "raw"], "raw is a folder; 'cleaner run' cleans folders."),
        (["explain", "nowhere", "page.txt"], "'cleaner run' makes one."),
        (["verify", "nowhere"], "'cleaner run' makes one."),
        (["report", "nowhere"], "'cleaner run' makes one."),
        (["export", "raw", "out"], "'cleaner run' makes one."),
    ],
)
def test_a_name_of_nothing_is_one_sentence_that_says_what_to_name(raw: Path, arguments: list[str], part: str) -> None:
    result = cleaner(*arguments, cwd=raw.parent)
    assert result.returncode == 66
    assert part in _sentence(result)
    assert not list(raw.parent.rglob("run.json"))


def test_a_command_alone_shows_its_help(tmp_path: Path) -> None:
    for command in ([], ["config"]):
        result = cleaner(*command, cwd=tmp_path)
        assert result.returncode == 2
        assert result.stderr.startswith(b"Usage: ")


def test_output_of_another_version_is_named_with_the_way_out(raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    cleaner("run", raw, clean, "-q")
    record, lines = (clean / "run.json").read_bytes(), (clean / "documents.jsonl").read_bytes()

    def complaints() -> list[str]:
        commands = (["explain", clean, "page.txt"], ["report", clean], ["export", clean, tmp_path / "out"])
        return [_sentence(cleaner(*command)) for command in commands]

    (clean / "run.json").write_bytes(b'{"version": "9"}')
    assert all("another version" in said and "'cleaner run' writes it anew" in said for said in complaints())
    (clean / "run.json").write_bytes(record)
    (clean / "documents.jsonl").write_bytes(b'{"id": "page.txt"}\n')
    assert all("another version" in said and "'cleaner run' writes it anew" in said for said in complaints())
    assert cleaner("run", raw, clean, "-q").returncode == 0
    assert (clean / "documents.jsonl").read_bytes() == lines
    (clean / "removals.parquet").unlink()
    assert "removals.parquet is missing; 'cleaner run' writes it anew." in _sentence(cleaner("report", clean))


def test_verify_asks_whether_the_folder_is_the_right_one(raw: Path, tmp_path: Path) -> None:
    cleaner("run", raw, tmp_path / "clean", "-q")
    (tmp_path / "other").mkdir()
    result = cleaner("verify", tmp_path / "clean", "--raw", tmp_path / "other")
    assert result.returncode == 1
    assert "is it the folder that the run read?" in result.stderr.decode()


def test_where_nobody_can_be_told_the_exit_code_still_tells(raw: Path, tmp_path: Path) -> None:
    # What was not written stays in buffers until the end, where Python has an exit code of its own for it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}

    def ends_with(*arguments: str | Path) -> int:
        command = [sys.executable, "-m", "cleaner", *arguments]
        with Path("/dev/full").open("wb") as full:
            ended = subprocess.run(command, cwd=REPO, env=environment, stdout=full, stderr=full, check=False)
        return ended.returncode

    assert ends_with("run", raw, tmp_path / "clean") == 74
    assert ends_with("run", raw, tmp_path / "clean", "-q") == 0
    assert ends_with("run", tmp_path / "nowhere", tmp_path / "clean") == 66


def test_ctrl_c_while_the_program_loads_ends_it_without_a_traceback(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n")
    loading = subprocess.run(
        [sys.executable, "-m", "cleaner", "run", raw, tmp_path / "clean"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(REPO)])},
        capture_output=True,
        check=False,
    )
    assert (loading.returncode, loading.stderr) == (-signal.SIGINT, b"")
    assert not (tmp_path / "clean").exists()


def test_a_dry_run_counts_and_writes_nothing(raw: Path, tmp_path: Path) -> None:
    result = cleaner("run", raw, tmp_path / "clean", "--dry-run", "--json")
    assert json.loads(result.stdout)["documents"] == 1
    assert not (tmp_path / "clean").exists()


def test_clean_reads_a_page_from_standard_input() -> None:
    result = cleaner("clean", stdin=PAGE)
    assert result.returncode == 0
    assert result.stdout.decode() == "Tides\n\nHigh water at Weir Street was two metres.\n"


def test_clean_gives_markdown_and_json() -> None:
    assert cleaner("clean", "--markdown", stdin=PAGE).stdout.decode().startswith("# Tides\n")
    record = json.loads(cleaner("clean", "--json", "--url", "https://a.example/t", stdin=PAGE).stdout)
    assert record["metadata"]["url"] == "https://a.example/t"
    for text_start, text_end, source_start, source_end in record["metadata"]["segments"]:
        assert record["text"][text_start:text_end] == PAGE.decode()[source_start:source_end]


def test_clean_filters_json_lines_and_names_the_bad_ones() -> None:
    lines = [
        json.dumps({"html": PAGE.decode(), "url": "https://a.example/"}).encode(),
        b"{broken",
        b'{"text": "Plain."}',
    ]
    result = cleaner("clean", "--jsonl", stdin=b"\n".join(lines))
    assert result.returncode == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["stdin#1", "stdin#3"]
    assert "stdin#2" in _sentence(result)


def test_fields_with_other_names_are_told_by_flags(tmp_path: Path) -> None:
    (tmp_path / "raw.jsonl").write_text(
        json.dumps({"body_html": PAGE.decode(), "address": "https://a.example/", "key": 7})
    )
    flags = ["--html-field", "body_html", "--url-field", "address", "--id-field", "key"]
    assert cleaner("run", tmp_path / "raw.jsonl", tmp_path / "clean", *flags, "-q").returncode == 0
    (record,) = map(json.loads, (tmp_path / "clean" / "documents.jsonl").read_text().splitlines())
    assert record["metadata"]["url"] == "https://a.example/"
    assert record["metadata"]["warc_record_id"] == "7"
    verified = cleaner("verify", tmp_path / "clean", "--raw", tmp_path / "raw.jsonl")
    assert verified.returncode == 0, verified.stderr.decode()


def test_settings_come_from_flag_environment_file_and_default_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text(
        '[duplicates]\nmode = "drop"\ncanonical = "longest"\n[passages]\nmax_words = 80\n'
    )
    (tmp_path / "pyproject.toml").write_text(
        '[tool.cleaner]\nstrict = true\n[tool.cleaner.duplicates]\nmode = "keep"\n'
    )
    shown = cleaner("config", "show", cwd=tmp_path, CLEANER_DUPLICATES_CANONICAL="first").stdout.decode()
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
    assert rows["duplicates.mode"] == ["drop", "cleaner.toml"]
    assert rows["duplicates.canonical"] == ["first", "environment"]
    assert rows["strict"] == ["True", "pyproject.toml"]
    assert rows["passages.max_words"] == ["80", "cleaner.toml"]
    assert rows["duplicates.near"] == ["0.4", "default"]


def test_a_misspelt_setting_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('[duplicates]\nmod = "drop"\n')
    result = cleaner("config", "show", cwd=tmp_path)
    assert result.returncode == 2
    assert "duplicates.mode" in _sentence(result)


def test_explain_and_verify_and_report_work_on_what_run_wrote(raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    assert cleaner("run", raw, clean, "-q").returncode == 0
    shown = cleaner("explain", clean, "page.txt", "--raw", raw).stdout.decode()
    assert "Weir Street" in shown
    unknown = cleaner("explain", clean, "pages.txt")
    assert unknown.returncode == 2
    assert "page.txt" in _sentence(unknown)
    assert cleaner("verify", clean, "--raw", raw).returncode == 0
    before = (clean / "report.html").read_bytes()
    (clean / "report.html").unlink()
    assert cleaner("report", clean).returncode == 0
    assert (clean / "report.html").read_bytes() == before


def test_verify_fails_when_a_byte_of_a_document_is_flipped(raw: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    cleaner("run", raw, clean, "-q")
    lines = clean / "documents.jsonl"
    lines.write_bytes(lines.read_bytes().replace(b"two metres", b"two Metres"))
    result = cleaner("verify", clean, "--raw", raw)
    assert result.returncode == 1
    assert b"difference" in result.stdout


def test_nothing_but_the_answer_is_on_standard_output(raw: Path, tmp_path: Path) -> None:
    assert cleaner("run", raw, tmp_path / "clean").stdout == b""


def test_the_package_runs_from_a_script_without_a_main_guard(raw: Path, tmp_path: Path) -> None:
    script = tmp_path / "five_lines.py"
    script.write_text(
        "import cleaner, sys\n"
        "report = cleaner.run(sys.argv[1], sys.argv[2], cleaner.Config(jobs=2))\n"
        "print(report.tally.documents)\n"
    )
    done = subprocess.run(
        [sys.executable, script, raw, tmp_path / "clean"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        check=True,
    )
    assert done.stdout == b"1\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands(shell: str) -> None:
    code = "import sys; from cleaner.cli import cli; sys.argv[0] = 'cleaner'; cli.main(prog_name='cleaner')"
    environment = {**os.environ, "_CLEANER_COMPLETE": f"{shell}_source"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, cwd=REPO, check=False)
    assert done.returncode == 0
    assert b"_CLEANER_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("cleaner run raw clean --format ", ["md", "txt", "tei", "jsonl", "parquet"]),
        ("cleaner run raw clean --format t", ["txt", "tei"]),
        ("cleaner run raw clean --duplicates ", ["mark", "drop", "keep"]),
        ("cleaner clean --prefer ", ["precision", "balanced", "recall"]),
        ("cleaner export clean out --format ", ["md", "txt", "tei", "jsonl", "parquet", "dolma", "hf"]),
    ],
)
def test_shells_complete_the_words_that_a_setting_may_be(line: str, offered: list[str]) -> None:
    code = "import sys; from cleaner.cli import cli; sys.argv[0] = 'cleaner'; cli.main(prog_name='cleaner')"
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    environment = {**os.environ, "_CLEANER_COMPLETE": "bash_complete", **words}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, cwd=REPO, check=False)
    assert done.stdout.decode().split() == [f"plain,{word}" for word in offered]
