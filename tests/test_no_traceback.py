"""No traceback reaches a user, whatever the moment, the disk and the temporary folder."""

import os
import pickle
import stat
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
import typer

from planner.cli.progress import Terminal, shown, study_shown
from planner.cli.say import NOT_READ, answer, say, unexpected
from planner.errors import RunError
from planner.reporting.book import Book
from planner.runs.folder import RunEvent, RunFolder, RunOptions
from planner.studies.solving import Stage
from planner.workbook.marking import write_marked
from planner.workbook.template import write_template

OURS = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
UNIX = pytest.mark.skipif(os.name == "nt", reason="signals, modes and streams of Unix")


@pytest.mark.many
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal of Unix")
@pytest.mark.parametrize("module", ["planner.cli.main", "typer", "planner.cli.say"])
def test_ctrl_c_while_the_command_line_is_still_loading_is_a_word(module):
    """The signal comes at the very import that takes the time; nothing was begun, so the exit code is 130."""
    script = (
        "import os, signal, sys\n"
        "class Trap:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Trap())\n"
        "from planner.cli.start import main\n"
        "main(['--help'])\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr.strip()) == (130, "Interrupted.")


@pytest.mark.parametrize("error", [ValueError("a fault of ours"), OSError(28, "No space left on device", "/full")])
def test_a_fault_without_room_for_its_details_is_still_a_sentence(capsys, monkeypatch, error):
    def nowhere():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    assert unexpected(error) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "could not be written anywhere" in said or said == "/full: No space left on device.\n"


def started(tmp_path, commands, prepare="", **how):
    """`ree-planner` with other commands in place of its own: they may use `place`, a folder."""
    script = tmp_path / "started.py"
    script.write_text(
        "import os, signal, sys, tempfile, time, types\n"
        f"place = {str(tmp_path)!r}\n"
        f"def commands(arguments):\n{textwrap.indent(textwrap.dedent(commands), '    ')}\n"
        "sys.modules['planner.cli.main'] = types.SimpleNamespace(main=commands)\n"
        f"{prepare}\n"
        "from planner.cli.start import main\n"
        "main([])\n"
    )
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False, env=OURS, **how
    )


@UNIX
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_whoever_ends_a_command_finds_no_half_written_file_behind_it(tmp_path, name, code):
    """The signal comes while a file is written beside its place."""
    ran = started(
        tmp_path,
        f"""
        with tempfile.TemporaryDirectory(dir=place, prefix=".new-"):
            os.kill(os.getpid(), signal.{name})
            time.sleep(30)
        """,
        prepare=f"signal.signal(signal.{name}, signal.SIG_DFL)",  # whatever the tests themselves ignore
    )
    assert (ran.returncode, ran.stderr) == (code, "")
    assert [path.name for path in tmp_path.iterdir()] == ["started.py"]


@UNIX
def test_a_command_that_is_to_outlive_its_terminal_does(tmp_path):
    """As nohup starts it: the signal is ignored, and stays so."""
    ran = started(
        tmp_path,
        """
        os.kill(os.getpid(), signal.SIGHUP)
        print("done")
        """,
        prepare="signal.signal(signal.SIGHUP, signal.SIG_IGN)",
    )
    assert (ran.returncode, ran.stdout) == (0, "done\n")


@UNIX
def test_what_the_command_line_writes_is_for_its_owner_alone(tmp_path):
    """Reports, exports and studies too, wherever they are written: read and write for the owner, nothing for others."""
    ran = started(
        tmp_path,
        """
        open(f"{place}/report.xlsx", "w").close()
        os.mkdir(f"{place}/study")
        """,
    )
    assert ran.returncode == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.suffix != ".py"}
    assert modes == {"report.xlsx": 0o600, "study": 0o700}


@UNIX
def test_a_file_never_takes_the_place_of_a_closed_stream(tmp_path):
    """Started with input, output and error closed: what is printed goes nowhere, and not into the run's first file."""
    ran = started(
        tmp_path,
        """
        with open(f"{place}/plan.json", "w") as file:
            file.write("{}")
            print("printed"), print("said", file=sys.stderr), os.write(1, b"of the solver"), os.write(2, b"too")
            sys.stdout.flush(), sys.stderr.flush()
        """,
        preexec_fn=lambda: [os.close(number) for number in (0, 1, 2)],
    )
    assert ran.returncode == 0
    assert (tmp_path / "plan.json").read_text() == "{}"


def broken_pipe(write_through=False):
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    stream.reconfigure(write_through=write_through)
    return stream


@UNIX
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("unbuffered", [False, True])
def test_a_reader_that_has_gone_ends_a_command_quietly(monkeypatch, capsys, as_json, unbuffered):
    """`ree-planner runs | head -1`: exit code 141, as of other programs, no word, and Python adds none at its end."""
    with broken_pipe(unbuffered) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(typer.Exit) as end:
            answer({"a": 1} if as_json else "line", as_json)
        assert end.value.exit_code == NOT_READ
        stream.write("what Python writes at its end")
        stream.flush()
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_answer_for_which_there_is_no_room_is_told(monkeypatch, capsys):
    with Path("/dev/full").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(typer.Exit):
            answer("line")
    assert capsys.readouterr().err == "The answer could not be written to standard output: No space left on device.\n"


@UNIX
def test_a_terminal_that_is_gone_does_not_end_what_is_at_work(monkeypatch):
    """Progress in each of its forms, and the word on Ctrl-C, into a pipe that nobody reads any more."""
    with broken_pipe() as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with shown("json") as show:
            show(RunEvent(1, "", "step", {"step": "solving"}))
        with study_shown("json") as show_stage:
            show_stage(Stage("one", 1, 2))
        Terminal(stream).write("a line that is drawn anew")
        Terminal(stream).flush()
        say("a note")
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@UNIX
def test_ctrl_c_while_a_file_is_read_says_nothing_of_the_file(tmp_path):
    """The terminal tells all of its group; the reader, in a session of its own, still gives its answer."""
    (tmp_path / "answer").write_bytes(pickle.dumps("read"))
    reader = tmp_path / "python"
    reader.write_text(f"#!/bin/sh\nkill -INT -$GROUP\nsleep 0.05\nexec cat {tmp_path}/answer\n")
    reader.chmod(0o700)
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "os.environ['GROUP'] = str(os.getpgrp())\n"
        f"sys.executable = {str(reader)!r}\n"
        "from pathlib import Path\n"
        "from planner.case.upload import check_apart\n"
        f"print(check_apart(Path({str(reader)!r})))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, timeout=60, check=False, env=OURS, start_new_session=True,
    )  # fmt: skip
    assert ran.stdout == "read\n", ran.stderr


@UNIX
def test_the_pages_server_does_not_outlive_the_command_that_started_it(tmp_path):
    """Its port would stay open, and the address with its token."""
    server = tmp_path / "python"
    says = f"echo $MALLOC_ARENA_MAX > {tmp_path}/arenas\necho $$ > {tmp_path}/pid\n"
    server.write_text(f"#!/bin/sh\n{says}kill -TERM $PPID\nexec sleep 60\n")
    server.chmod(0o700)
    script = (
        f"import sys\nsys.executable = {str(server)!r}\n"
        "import types\nfrom planner.cli.runs import serve_pages\n"
        "sys.modules['planner.cli.main'] = types.SimpleNamespace(main=lambda _: sys.exit(serve_pages(8501, False)))\n"
        "from planner.cli.start import main\nmain([])\n"
    )
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=OURS)
    assert (ran.returncode, ran.stderr) == (143, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert (tmp_path / "arenas").read_text() == "2\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of any bytes are Linux's")
@pytest.mark.parametrize(("case", "out"), [(b"case\xfc", b"run"), (b"case", b"run\xfc")])
def test_a_name_that_is_no_text_is_refused_before_anything_is_solved(tmp_path, case, out):
    """As a zip from an older Windows leaves them: bytes that UTF-8 does not have, which no record could hold."""
    place = os.fsencode(tmp_path)
    folder, target = (Path(os.fsdecode(place + b"/" + name)) for name in (case, out))
    folder.mkdir()
    (folder / "periods.csv").write_text("period,years\n2026,1\n", encoding="utf-8")
    with pytest.raises(RunError, match="no text here"):
        RunFolder.begin(folder, target, RunOptions())
    assert list(tmp_path.iterdir()) == [folder]


def test_a_name_that_is_no_text_is_told_wherever_it_comes_up(capsys):
    with pytest.raises(UnicodeEncodeError) as found:
        "report\udcfc.xlsx".encode()
    assert unexpected(found.value) == 1
    assert "Rename that file or folder" in capsys.readouterr().err


@pytest.fixture
def nowhere(monkeypatch):
    """A machine that has no room for temporary files: the system's folders for them are full, or cannot be written."""

    def refuse(*_):
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile._gettempdir", refuse)


@pytest.mark.slow
def test_workbooks_are_written_without_room_for_temporary_files(tmp_path, nowhere):
    """Template, report and a marked copy: they need room where they are to stand, and leave nothing else there."""
    written = write_template(tmp_path / "template.xlsx")
    write_marked(written, (), tmp_path / "marked.xlsx")
    Book(tmp_path / "report.xlsx").close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marked.xlsx", "report.xlsx", "template.xlsx"]
    assert all(zipfile.is_zipfile(path) for path in tmp_path.iterdir())


@pytest.mark.parametrize("write", [write_template, lambda path: Book(path).close()])
def test_a_disk_that_fills_while_a_workbook_is_written_leaves_nothing_half(tmp_path, monkeypatch, write):
    """It is told as the disk's, in its words, and is no fault of ours; what stood there stands."""

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zipfile.ZipFile.writestr", full)
    monkeypatch.setattr("zipfile.ZipFile.write", full)
    with pytest.raises(OSError, match="No space left on device"):
        write(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
