"""A buyer's path, by the commands alone: quotes into the quick template, check, solve, the Awards read back, why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from quick_case import FIRST, HEADINGS
from test_cli_studies import run
from test_motor_maker import table


def fill(path: Path, sheet: str, rows: list[dict[str, object]]) -> None:
    """Type rows below the headings of a sheet, over the grey example; settings beside their names."""
    book = load_workbook(path)
    cells = book[sheet]
    places = {str(cell.value).split("\n")[0]: cell.column for cell in cells[HEADINGS]}
    if sheet == "Settings":
        lines = {cells.cell(row, 1).value: row for row in range(FIRST, cells.max_row + 1)}
        for row in rows:
            cells.cell(lines.get(row["setting"], cells.max_row + 1), 1, row["setting"])
            cells.cell(lines.get(row["setting"], cells.max_row), 2, row["value"])
    else:
        for cell in cells[FIRST]:
            cell.value = None
        for number, row in enumerate(rows, start=FIRST):
            for heading, value in row.items():
                cells.cell(number, places[heading], value)
    book.save(path)


def awards_of(report: Path) -> list[dict[str, object]]:
    """The first table of the sheet Awards: its heading begins with Award, its last row is All."""
    rows = [[cell.value for cell in row] for row in load_workbook(report)["Awards"].iter_rows()]
    top = next(number for number, row in enumerate(rows) if "Award" in row and "Landed" in row)
    place = rows[top].index("Award")
    end = next(number for number, row in enumerate(rows) if number > top and row[place] == "All")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 : end]]


@pytest.mark.slow
def test_six_quotes_become_an_award_that_is_defended(tmp_path, capsys):
    """The six quotes of inputs/motor_maker: Jade's is cheapest landed, at 76,960 $/t, and it gets all 800 t a year.
    Kyoto's comes in at 76,960 - 402 of freight, Osaka's at 76,960 - 400, Rhein's, on which duty is 2.1 %, at
    (76,960 - 440) / 1.021; and the report says so."""
    path, folder = tmp_path / "my_quotes.xlsx", tmp_path / "run"
    assert run("template", "--quick", path) == 0
    assert run("check", path) == 3
    assert "Fill in supplier, country, material, price, unit." in capsys.readouterr().out
    for sheet, first in (("Quotes", "supplier"), ("Need", "material"), ("Settings", "setting")):
        fill(path, sheet, table(first))
    assert run("check", path) == 0
    assert "6 offers: Jade Magnet Magnet N42SH at 60,000 USD/t" in capsys.readouterr().out
    assert run("solve", path, "--out", folder, "--quiet") == 0
    (award,) = awards_of(folder / "report.xlsx")
    assert (award["Supplier"], award["t a year"]) == ("Jade Magnet", pytest.approx(800))
    assert award["Landed"] == pytest.approx(76_960)
    capsys.readouterr()
    assert run("why", folder, "--only", "offer", "--quiet", "--json") == 0
    losers = {one["name"]: one for one in json.loads(capsys.readouterr().out)["rejected"]}
    names = {row["supplier"]: f"{row['supplier']} {row['material']}" for row in table("supplier")}
    assert losers.keys() == set(names.values()) - {names["Jade Magnet"]}
    for supplier, price in {"Kyoto Magnetics": 76_558, "Osaka Sinter": 76_560, "Rhein Magnet": 76_520 / 1.021}.items():
        told = losers[names[supplier]]
        assert told["now"] * told["factor"] == pytest.approx(price, rel=1e-6)
        assert f"{price:,.0f} for {told['now']:,.0f} USD/t brings it in" in told["words"]
    cells = {cell.value for sheet in load_workbook(folder / "report.xlsx") for row in sheet.iter_rows() for cell in row}
    assert any(isinstance(cell, float) and cell == pytest.approx(76_558, rel=1e-6) for cell in cells)
