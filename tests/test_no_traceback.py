"""No traceback reaches a user, whatever the moment, the disk and the temporary folder."""

import subprocess
import sys

import pytest

from planner.cli.say import unexpected


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
