"""The user's own workbook comes back with its faults marked, and nothing else changed."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from good_case import Sheets, good, put, write_csv, write_xlsx
from openpyxl import load_workbook

from planner.case import check_case
from planner.errors import PlannerError
from planner.workbook.marking import write_marked


def broken() -> Sheets:
    sheets = good()
    for cell, value in {
        "offers!I2": "70,000", "offers!B3": "Northren", "suppliers!C4": "maybe", "demand!C4": -5,
        "places!A3": " Nevada ", "processes!B4": None, "stocks!Z9": "stray",
    }.items():  # fmt: skip
        sheet, where = cell.split("!")
        while len(sheets[sheet]) < int(re.sub(r"\D", "", where)):
            sheets[sheet].append([])
        put(sheets, cell, value)
    return sheets


def rich(path: Path) -> Path:
    """A workbook with all that a careless copy would lose: charts, sparklines, shapes, formats, notes, drop-downs."""
    with xlsxwriter.Workbook(str(path)) as book:
        day, red = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bg_color": "#FF0000", "bold": True})
        for name, rows in broken().items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(number, place, value, day)
                    elif value is not None:
                        sheet.write(number, place, value, red if name == "offers" else None)
        offers = book.get_worksheet_by_name("offers")
        offers.write_comment("I2", "my own note")
        offers.write_comment("A2", "another")
        offers.conditional_format("I2:I5", {"type": "data_bar"})
        offers.conditional_format("J2:J5", {"type": "cell", "criteria": ">", "value": 1000, "format": red})
        offers.data_validation("C2:C5", {"validate": "list", "source": ["a", "b"]})
        offers.add_sparkline("P2", {"range": "offers!I2:I5"})
        offers.insert_textbox("R2", "a box")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=offers!$J$2:$J$5"})
        offers.insert_chart("R8", chart)
        offers.set_header("&Lours")
        offers.autofilter("A1:K5")
    return path


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked")
    source = rich(folder / "mine.xlsx")
    checked = check_case(source)
    return source, checked, write_marked(source, checked.problems, folder / "marked.xlsx")


def rules(sheet) -> dict[str, str]:
    """Cell → colour, of our rules."""
    found = {}
    for area, ours in sheet.conditional_formatting._cf_rules.items():
        for rule in ours:
            if rule.formula == ['"planner check"="planner check"']:
                for part in str(area.sqref).split():
                    found[part] = rule.dxf.fill.bgColor.rgb
    return found


def test_faulty_cells_are_coloured_by_gravity_even_blank_ones(marked):
    book = load_workbook(marked[2])
    assert rules(book["offers"]) == {"I2": "FFFFC7B8", "B3": "FFFFC7B8"}
    assert rules(book["places"]) == {"A3": "FFFFEB9C"}
    assert rules(book["processes"]) == {"B4": "FFFFC7B8"}
    assert rules(book["stocks"]) == {"Z9": "FFFFC7B8"}


def test_each_has_a_note_and_the_users_own_notes_stay(marked):
    book = load_workbook(marked[2])
    assert "Problem: Found 'Northren', the sheet suppliers has no supplier" in book["offers"]["B3"].comment.text
    assert book["offers"]["A2"].comment.text == "another"
    own = book["offers"]["I2"].comment.text
    assert own.startswith("my own note")
    assert "Type 70000" in own


def test_the_list_links_to_each_cell(marked):
    sheet = load_workbook(marked[2])["Issues"]
    listed = {(row[1].value, row[2].value): row[2].hyperlink.location for row in sheet.iter_rows(min_row=2)}
    assert listed == {(p.sheet, p.cell): f"'{p.sheet}'!{p.cell}" for p in marked[1].problems}
    assert [cell.value for cell in sheet[1]][:3] == ["kind", "sheet", "cell"]
    assert sheet["D2"].value == marked[1].problems[0].column or marked[1].problems[0].column == ""


def test_everything_else_is_as_it_was(marked):
    """Charts, drawings and texts byte for byte; of a sheet its rows, formats, filters, validations and extensions."""
    with zipfile.ZipFile(marked[0]) as old, zipfile.ZipFile(marked[2]) as new:
        assert set(old.namelist()) <= set(new.namelist())
        for name in old.namelist():
            if re.search("charts/|drawings/drawing|sharedStrings|theme", name):
                assert old.read(name) == new.read(name)
            if name.startswith("xl/worksheets/sheet"):
                before, after = old.read(name).decode(), new.read(name).decode()
                assert re.search("<sheetData.*</sheetData>", before, re.DOTALL)[0] in after
                for tag in ("dataValidations", "autoFilter", "headerFooter", "drawing", "extLst", "cols"):
                    for part in re.findall(f"<{tag}[ >].*?</{tag}>|<{tag}[^>]*/>", before, re.DOTALL):
                        assert _plain(part) in _plain(after)


def _plain(xml: str) -> str:
    return xml.replace("&quot;", '"').replace("&apos;", "'")


def test_the_marked_copy_has_the_same_problems(marked):
    again = check_case(marked[2])
    assert again.problems == marked[1].problems
    assert again.overview.ignored == ("Issues",)


def test_marking_again_takes_the_first_marks_away(marked, tmp_path):
    one = [problem for problem in marked[1].problems if problem.cell == "B3"]
    twice = write_marked(marked[2], one, tmp_path / "twice.xlsx")
    book = load_workbook(twice)
    assert book.sheetnames == load_workbook(marked[2]).sheetnames
    assert rules(book["offers"]) == {"B3": "FFFFC7B8"}
    assert rules(book["demand"]) == {}
    assert book["offers"]["I2"].comment.text == "my own note"
    assert book["demand"]["C4"].comment is None
    assert book["Issues"].max_row == 2


def test_a_case_without_faults_says_so(tmp_path):
    path = write_xlsx(good(), tmp_path / "case.xlsx")
    sheet = load_workbook(write_marked(path, (), tmp_path / "marked.xlsx"))["Issues"]
    assert sheet["A2"].value == "Nothing was found: the case is ready to solve."


@pytest.mark.slow
def test_csv_comes_back_as_a_workbook_with_the_same_addresses(tmp_path):
    checked = check_case(write_csv(broken(), tmp_path / "case"))
    book = load_workbook(write_marked(tmp_path / "case", checked.problems, tmp_path / "marked.xlsx"))
    assert book["offers"]["I2"].value == "70,000"
    assert book["offers"]["I3"].value == 60000
    assert set(rules(book["offers"])) == {"I2", "B3"}


def test_an_unreadable_file_yields_the_list_alone(tmp_path):
    (tmp_path / "case.xlsx").write_text("no workbook")
    checked = check_case(tmp_path / "case.xlsx")
    book = load_workbook(write_marked(tmp_path / "case.xlsx", checked.problems, tmp_path / "marked.xlsx"))
    assert book.sheetnames == ["About", "Issues"]
    assert "not an Excel workbook" in book["Issues"]["F2"].value


@pytest.mark.slow
def test_the_case_itself_is_never_overwritten(tmp_path):
    path = write_xlsx(good(), tmp_path / "case.xlsx")
    with pytest.raises(PlannerError, match="the case itself"):
        write_marked(path, (), path)


def test_text_that_looks_like_a_formula_or_markup_is_listed_literally(tmp_path):
    path = write_csv(put(put(good(), "offers!B2", "=1+1"), "offers!B3", "<b>&amp;\x0b"), tmp_path / "case")
    problems = check_case(path).problems
    sheet = load_workbook(write_marked(path, problems, tmp_path / "marked.xlsx"))["Issues"]
    found = {row[4].value: row[4].data_type for row in sheet.iter_rows(min_row=2)}
    assert found["'=1+1'"] in {"s", "inlineStr"}
    assert any("<b>&amp;" in text for text in found)


@pytest.mark.slow
def test_thousands_of_faults_are_marked(tmp_path):
    sheets = good()
    sheets["demand"] = [sheets["demand"][0]] + [["EV motors", 2026, f"{n} t"] for n in range(3_000)]
    path = write_xlsx(sheets, tmp_path / "case.xlsx")
    checked = check_case(path)
    book = load_workbook(write_marked(path, checked.problems, tmp_path / "marked.xlsx"))
    assert len(rules(book["demand"])) == 2 * 3_000 - 1
    assert book["Issues"].max_row == len(checked.problems) + 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_marked_copy_with_colours_and_notes(marked, tmp_path):
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", tmp_path, marked[2]], check=True, capture_output=True, timeout=180)
    book = load_workbook(tmp_path / "marked.xlsx")
    assert "Northren" in book["offers"]["B3"].comment.text
    assert book["Issues"]["C2"].hyperlink is not None
    assert any(
        "planner check" in str(rule.formula) for rules in book["offers"].conditional_formatting for rule in rules.rules
    )
