"""How tables keep words is the same in every process: one that reads a file, one that plans, one that shows."""

import subprocess
import sys

import pytest

ASKED = "import {module}, pandas; print(pandas.options.mode.string_storage)"


@pytest.mark.parametrize("module", ["planner.checks.assemble", "planner.planning.solve", "planner.runs.opened"])
def test_a_process_that_handles_tables_keeps_words_as_python_does(module):
    """Runs read their file in another process, and once planned with Arrow's strings: a third slower than any test."""
    command = [sys.executable, "-c", ASKED.format(module=module)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout.strip() == "python"
