"""What a workbook holds does not depend on the program that wrote it."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import zipfile
from shutil import which

import pytest
from breaking import rewrite
from good_case import good, put, write_csv, write_xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from producers import PRODUCERS, STYLES, Style, every, none, write

from planner.case import check_case
from planner.checks.grid import RawBook
from planner.workbook import lean
from planner.workbook.marking import write_marked
from planner.workbook.parts import folded
from planner.workbook.read import read_workbook

JOINED = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return check_case(write_csv(good(), tmp_path_factory.mktemp("good") / "case")).case.fingerprint


def cells_of(book: RawBook) -> dict[str, list[list[object]]]:
    """Every value by its row, blank ends left out."""
    assert not book.problems, book.problems
    found = {}
    for grid in book.grids:
        rows: list[list[object]] = [[] for _ in range(grid.numbers[-1] if grid.numbers else 0)]
        for number, row in zip(grid.numbers, grid.rows, strict=True):
            rows[number - 1] = row
        found[grid.title] = rows
    return found


@pytest.mark.parametrize("program", PRODUCERS)
def test_every_programs_file_reads_the_same(tmp_path, sound, program):
    checked = check_case(write(good(), tmp_path / "case.xlsx", PRODUCERS[program]))
    assert [str(one) for one in checked.problems] == []
    assert checked.case.fingerprint == sound


@pytest.mark.parametrize("program", ["backslashes in the names of parts", "parts in capitals", "links with escapes"])
def test_a_file_of_odd_parts_can_be_marked_and_read_again(tmp_path, program):
    path = write(put(good(), "offers!I2", "70,000"), tmp_path / "case.xlsx", PRODUCERS[program])
    before = check_case(path)
    write_marked(path, before.problems, tmp_path / "marked.xlsx")
    after = check_case(tmp_path / "marked.xlsx")
    assert [str(one) for one in after.problems] == [str(one) for one in before.problems]
    assert "Issues" in after.overview.ignored


values = st.none() | st.integers(-9, 9) | st.sampled_from(["a", " b ", "c_x0041_"])
tables = st.lists(st.lists(values, max_size=6), min_size=1, max_size=6)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=tables, seed=st.integers(0, 99), blanks=st.booleans(), some_rows=st.booleans(), chunk=st.integers(40, 400))
def test_addresses_on_all_some_or_no_cells_read_alike(tmp_path_factory, rows, seed, blanks, some_rows, chunk):
    """A lane's row `Texas, _, _, 50`: its maximum of 50 once became a freight of 50, since the blanks were dropped."""
    folder = tmp_path_factory.mktemp("alike")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lean, "CHUNK", chunk)
        known = cells_of(read_workbook(write({"s": rows}, folder / "all.xlsx", Style(cells=every))))
        for name, cells in {
            "none": none,
            "some": lambda row, column: (seed >> (row + column) % 7) & 1 == 0,
            "first": lambda row, column: column < seed % 5,
            "last": lambda row, column: column >= seed % 5,
        }.items():
            style = Style(cells=cells, blanks=blanks, rows=lambda row: not some_rows or row % 2 == seed % 2)
            assert cells_of(read_workbook(write({"s": rows}, folder / f"{name}.xlsx", style))) == known, name


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ('<c r="A1"><v>1</v></c><c r="B1" s="0"/><c><v>3</v></c>', [1, None, 3]),
        ('<c><v>1</v></c><c/><c/><c r="D1"><v>4</v></c><c><v>5</v></c>', [1, None, None, 4, 5]),
        ('<c r="A1" s="0"/><c r="B1" s="0"/><c><v>3</v></c><c r="D1" s="0"/>', [None, None, 3]),
        ('<c r="B1" s="0"/>\n<c><v>3</v></c>', [None, None, 3]),
        ('<c r="A1"></c><c><v>2</v></c>', [None, 2]),
        ('<c s="0" r="A1"/><c><v>2</v></c>', [None, 2]),
        ('<c r="a1"><v>1</v></c>', [1]),
        ('<c r="C1"><v>3</v></c><c r="A1"><v>1</v></c>', [1, None, 3]),
        ('<c><v> 7 </v></c><c t="n"><v>1E3</v></c><c t="b"><v>\n1</v></c>', [7, 1000.0, True]),
        ('<c t="str"><f>T(A1)</f><v>_x0041_ _x005F_x0041_</v></c>', ["A _x0041_"]),
        ('<c t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>', ["\U0001f600"]),
        (
            '<c t="inlineStr"><is><t> a </t></is></c><c t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>',
            ["a", " a "],
        ),
    ],
)
def test_a_row_is_read_as_it_is_meant(tmp_path, row, values):
    whole = write({"s": [["here"]]}, tmp_path / "whole.xlsx", Style(text="inline"))
    change = {
        JOINED: lambda text: re.sub(r"<sheetData>.*</sheetData>", f"<sheetData><row>{row}</row></sheetData>", text)
    }
    assert cells_of(read_workbook(rewrite(whole, tmp_path / "case.xlsx", change))) == {"s": [values]}


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ('<row r="1"/><row><c><v>1</v></c></row>', [2]),
        ('<row r="1"><c r="A1" s="0"/></row><row r="2"></row><row><c><v>1</v></c></row>', [3]),
        ('<row/><row r="7"><c><v>1</v></c></row><row/><row><c><v>1</v></c></row>', [7, 9]),
        ('<row r="2"/><!-- <row r="3"/> --><row><c><v>1</v></c></row>', [3]),
        (
            '<row r="2" spans="1:3" hidden="1"/><row r="5" ht="15"><c r="B5" s="0"/></row><row><c><v>1</v></c></row>',
            [6],
        ),
    ],
)
def test_blank_rows_count_where_the_next_does_not_say_its_number(tmp_path, rows, numbers):
    whole = write({"s": [["here"]]}, tmp_path / "whole.xlsx", Style(text="inline"))
    change = {JOINED: lambda text: re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", text)}
    assert read_workbook(rewrite(whole, tmp_path / "case.xlsx", change)).grids[0].numbers == numbers


def test_a_number_with_a_format_that_is_not_there_is_not_guessed_to_be_no_day(tmp_path):
    """Without its format 46,000 could be a price or a day of 2025; the file is damaged."""
    bare = STYLES.replace("cellXfs", "cellYfs")
    path = write({"s": [[dt.date(2026, 1, 1)]]}, tmp_path / "case.xlsx", Style(styles=bare))
    assert [one.code for one in read_workbook(path).problems] == ["file.damaged"]


@pytest.mark.parametrize("text", ["1_000", "NaN", "inf", "１２", "0x10", "1,5"])
def test_what_only_python_takes_for_a_number_is_none(tmp_path, text):
    whole = write({"s": [[7]]}, tmp_path / "whole.xlsx", Style())
    change = {JOINED: lambda part: part.replace("<v>7</v>", f"<v>{text}</v>")}
    assert read_workbook(rewrite(whole, tmp_path / "case.xlsx", change)).grids[0].rows[0][0].kind == "unreadable"


def test_two_parts_of_one_name_are_refused(tmp_path):
    path = write(good(), tmp_path / "case.xlsx", Style())
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("XL/Workbook.xml", "<x/>")
    assert [one.code for one in read_workbook(path).problems] == ["file.damaged"]


def test_names_of_parts_are_folded():
    assert folded("/XL\\Worksheets/Sheet%201.xml") == folded("xl/worksheets/sheet 1.xml")


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_itself_changes_nothing(tmp_path, sound):
    path = write_xlsx(good(), tmp_path / "case.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "out", path]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    checked = check_case(tmp_path / "out" / "case.xlsx")
    assert not checked.errors
    assert checked.case.fingerprint == sound
