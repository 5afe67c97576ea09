"""A large case is read and checked while one waits, and without much memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from big_case import big, measure, write_big
from good_case import write_csv

ROOT = Path(__file__).resolve().parents[1]


def taken(path: Path) -> tuple[float, float]:
    """Seconds of processor and MiB, of a process that starts from nothing."""
    said = measure(path)
    found = re.search(r"\(([\d.]+) s of processor\), peak (\d+) MiB", said)
    assert found, said
    return float(found[1]), float(found[2])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_50_000_rows_take_at_most_15_seconds_and_500_mib(tmp_path, kind):
    sheets = big(50_000)
    path = write_big(sheets, tmp_path / "case.xlsx") if kind == "xlsx" else write_csv(sheets, tmp_path / "case")
    seconds, memory = taken(path)
    assert seconds < 15
    assert memory < 500


@pytest.mark.slow
def test_the_united_states_case_takes_at_most_2_seconds():
    """Two more are allowed for starting Python and its libraries on a slow day."""
    seconds, memory = taken(ROOT / "inputs" / "us_base_case")
    assert seconds < 4
    assert memory < 300
