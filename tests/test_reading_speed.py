"""A large case is read and checked while one waits, and without much memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from big_case import big, measure, write_big
from breaking import rewrite
from good_case import good, write_csv, write_xlsx

ROOT = Path(__file__).resolve().parents[1]


def taken(path: Path) -> tuple[float, float]:
    """Seconds of processor for reading and checking, and MiB, of a process that starts from nothing."""
    said = measure(path)
    found = re.search(r"\(([\d.]+) s of processor\), peak (\d+) MiB", said)
    assert found, said
    return float(found[1]), float(found[2])


@pytest.mark.clock
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_50_000_rows_take_at_most_15_seconds_and_500_mib(tmp_path, kind):
    sheets = big(50_000)
    path = write_big(sheets, tmp_path / "case.xlsx") if kind == "xlsx" else write_csv(sheets, tmp_path / "case")
    seconds, memory = taken(path)
    assert seconds < 15
    assert memory < 500


def styled(text: str) -> str:
    """Cells that hold a format and nothing else, to the last row Excel has."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(10, 1_048_577))
    return text.replace("</sheetData>", rows + "</sheetData>")


@pytest.mark.clock
def test_a_million_formatted_blank_rows_cost_little(tmp_path):
    whole = write_xlsx(good(), tmp_path / "whole.xlsx")
    part = f"xl/worksheets/sheet{list(good()).index('stocks') + 1}.xml"
    seconds, memory = taken(rewrite(whole, tmp_path / "case.xlsx", {part: styled}))
    assert seconds < 8
    assert memory < 500


@pytest.mark.clock
def test_the_united_states_case_takes_at_most_2_seconds():
    """Apart from starting Python and its libraries."""
    seconds, memory = taken(ROOT / "inputs" / "us_base_case")
    assert seconds < 2
    assert memory < 300
