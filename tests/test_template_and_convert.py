"""The template explains itself and fills in to a case; a case survives every way to be written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from good_case import Sheets, good, put, write_csv, write_xlsx
from openpyxl import load_workbook

from planner.case import check_case, read_case
from planner.case.convert import convert
from planner.docs.reference import reference
from planner.errors import InputInvalid, PlannerError
from planner.schema import EXAMPLE_MARK, SETTINGS, SHEETS, Choice, Ref, YesNo, example_row
from planner.workbook.template import write_template

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("template") / "template.xlsx")


@pytest.fixture(scope="module")
def loaded(template):
    """The template as openpyxl sees it; not to be changed."""
    return load_workbook(template)


def fill(template: Path, path: Path, sheets: Sheets) -> Path:
    """Type a case into the template, over its examples, as a person does."""
    book = load_workbook(template)
    for name, rows in sheets.items():
        sheet = book[name]
        headings = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[1]}
        start = 2
        if name == "settings":
            lines = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
            for setting, value in rows[1:]:
                sheet.cell(lines[setting], headings["value"], value)
            continue
        for column in range(1, sheet.max_column + 1):
            sheet.cell(2, column).value = None
        for number, row in enumerate(rows[1:], start=start):
            for heading, value in zip(rows[0], row, strict=False):
                sheet.cell(number, headings[heading], value)
    for name in {sheet.name for sheet in SHEETS} - sheets.keys():
        for column in range(1, book[name].max_column + 1):
            book[name].cell(2, column).value = None
    book.save(path)
    return path


# The template ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_first_sheet_says_what_to_fill_in_and_links_to_each_sheet(loaded):
    book = loaded
    assert book.sheetnames == ["Read me", *(sheet.name for sheet in SHEETS), "Lists"]
    page = book["Read me"]
    text = " ".join(str(cell.value) for row in page for cell in row if cell.value)
    linked = {cell.hyperlink.location.split("!")[0].strip("'") for row in page for cell in row if cell.hyperlink}
    assert linked == {sheet.name for sheet in SHEETS}
    assert all(sheet.adds in text for sheet in SHEETS)


@pytest.mark.slow
def test_every_heading_has_a_note_and_its_unit(loaded):
    book = loaded
    for sheet in SHEETS:
        for cell, column in zip(book[sheet.name][1], sheet.by_name.values(), strict=True):
            assert str(cell.value).split("\n")[0] == column.name
            assert column.help in cell.comment.text
            assert ("Must be filled in" if column.required else f"Blank: {column.blank}") in cell.comment.text
        assert book[sheet.name].freeze_panes == "B2"
        assert len(book[sheet.name].tables) == 1


def test_what_each_setting_means_is_read_without_opening_its_cell(loaded):
    """Wrapped, in a row that is high enough for a sentence of 90 signs a line."""
    sheet = loaded["settings"]
    notes = [row[-1] for row in sheet.iter_rows(min_row=2) if row[-1].value]
    assert len(notes) == len(SETTINGS)
    for cell in notes:
        height = sheet.row_dimensions[cell.row].height or 15
        assert cell.alignment.wrap_text
        assert height >= 15 * (len(cell.value) // 90)


def test_headings_are_protected_and_cells_are_not(loaded):
    sheet = loaded["offers"]
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["A2"].protection.locked
    assert not sheet.column_dimensions["A"].protection.locked


def test_required_optional_and_source_columns_look_different(loaded):
    sheet = loaded["offers"]
    looks = {str(cell.value).split("\n")[0]: (cell.fill.fgColor.rgb, cell.font.b, cell.font.i) for cell in sheet[1]}
    assert len({looks["offer"], looks["ships_from"], looks["source"]}) == 3
    assert looks["offer"] == looks["price_usd_per_t"]


def test_references_choices_and_yes_no_are_drop_downs(loaded):
    book = loaded
    for sheet in SHEETS:
        letters = {name: cell.column_letter for name, cell in zip(sheet.by_name, book[sheet.name][1], strict=True)}
        listed = {
            str(where).split(":")[0].rstrip("0123456789")
            for rule in book[sheet.name].data_validations.dataValidation
            if rule.type == "list"
            for where in rule.sqref.ranges
        }
        for column in sheet.columns:
            if isinstance(column, (Choice, YesNo)) or (isinstance(column, Ref) and "countries.group" not in column.to):
                assert letters[column.name] in listed, f"{sheet.name}.{column.name}"


def test_every_sheet_has_an_example_that_is_left_out_in_silence_until_it_is_overwritten(template):
    checked = check_case(template)
    assert not checked.warnings
    assert {problem.code for problem in checked.errors} == {"structure.empty-sheet", "cell.missing"}
    for sheet in SHEETS:
        missing = [column.name for column in sheet.columns if column.required and column.example is None]
        assert sheet.name == "settings" or not missing


def test_each_example_would_be_accepted_as_data(tmp_path):
    """The grey rows show what belongs there, so their cells must pass the checks themselves."""
    sheets = good()
    for sheet in SHEETS:
        if sheet.name != "settings":
            example = {name: value for name, value in example_row(sheet).items() if value != EXAMPLE_MARK}
            sheets[sheet.name] = [list(example), list(example.values())]
    codes = {problem.code.split(".")[0] for problem in check_case(write_xlsx(sheets, tmp_path / "case.xlsx")).errors}
    assert codes <= {"key", "cross", "row"}
    rows = [p for p in check_case(tmp_path / "case.xlsx").errors if p.code.startswith("row.")]
    assert not [str(problem) for problem in rows if problem.code not in {"row.cohort", "row.effect", "row.incentive"}]


def test_an_existing_file_is_not_overwritten(template):
    with pytest.raises(PlannerError, match="exists already"):
        write_template(template)


# There and back -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_template_filled_read_written_read_is_the_same_case(template, tmp_path):
    expected = read_case(write_xlsx(good(), tmp_path / "good.xlsx"))
    filled = fill(template, tmp_path / "filled.xlsx", good())
    first = check_case(filled)
    assert not first.problems
    assert first.case.fingerprint == expected.fingerprint
    folder = convert(filled, tmp_path / "folder")
    assert read_case(folder).fingerprint == expected.fingerprint
    again = convert(folder, tmp_path / "again.xlsx")
    assert not check_case(again).problems
    assert read_case(again).fingerprint == expected.fingerprint


@pytest.mark.slow
def test_notes_and_sources_survive_the_round_trip(tmp_path):
    sheets = good()
    sheets["sales"][0] += ["source", "year", "grade", "note"]
    sheets["sales"][1] += ["=a broker", "2024", "B", "first line\nsecond line; ü"]
    case = read_case(convert(convert(write_csv(sheets, tmp_path / "a"), tmp_path / "b.xlsx"), tmp_path / "c"))
    row = case.tables["sales"].iloc[0]
    assert (row["source"], row["year"], row["grade"], row["note"]) == (
        "=a broker", "2024", "B", "first line\nsecond line; ü",
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.1 + 0.2, 123456789.123456789])
def test_numbers_keep_all_their_digits(tmp_path, value):
    case = write_csv(put(good(), "offers!I2", value), tmp_path / "a")
    written = read_case(convert(convert(case, tmp_path / "b.xlsx"), tmp_path / "c"))
    assert written.tables["offers"]["price_usd_per_t"].tolist()[0] == value


@pytest.mark.slow
def test_the_united_states_case_survives_as_a_workbook(tmp_path):
    case = ROOT / "inputs" / "us_base_case"
    book = convert(case, tmp_path / "us.xlsx")
    assert read_case(book).fingerprint == read_case(case).fingerprint
    back = convert(book, tmp_path / "us")
    assert read_case(back).fingerprint == read_case(case).fingerprint


def test_a_file_with_unreadable_cells_is_not_converted(tmp_path):
    with pytest.raises(InputInvalid, match="stocks!D2"):
        convert(write_xlsx(put(good(), "stocks!D2", "1,250"), tmp_path / "a.xlsx"), tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_case_that_makes_no_sense_yet_can_be_converted(tmp_path):
    convert(write_xlsx(put(good(), "offers!B2", "Lynsa"), tmp_path / "a.xlsx"), tmp_path / "b")
    assert [(p.sheet, p.cell) for p in check_case(tmp_path / "b").errors] == [("offers", "B2")]


def test_nothing_is_overwritten(tmp_path):
    write_csv(good(), tmp_path / "a")
    (tmp_path / "b.xlsx").write_text("mine")
    for target in ("a", "b.xlsx"):
        with pytest.raises(PlannerError, match="exists already"):
            convert(tmp_path / "a", tmp_path / target)
    with pytest.raises(PlannerError, match="neither"):
        convert(tmp_path / "a", tmp_path / "c.pdf")


@pytest.mark.slow
def test_formula_like_text_is_guarded_in_csv_and_not_a_formula_in_excel(tmp_path):
    case = write_csv(put(good(), "countries!B3", '=HYPERLINK("http://x")'), tmp_path / "a")
    book = convert(case, tmp_path / "b.xlsx")
    assert load_workbook(book)["countries"]["B3"].data_type == "s"
    convert(book, tmp_path / "c")
    assert "'=HYPERLINK" in (tmp_path / "c" / "countries.csv").read_text(encoding="utf-8")
    assert read_case(tmp_path / "c").tables["countries"]["name"].tolist()[1] == '=HYPERLINK("http://x")'


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_filled_template_and_keeps_drop_downs_notes_and_values(template, tmp_path):
    filled = fill(template, tmp_path / "filled.xlsx", good())
    (tmp_path / "out").mkdir()
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", tmp_path / "out", filled], check=True, capture_output=True, timeout=180)
    saved = tmp_path / "out" / "filled.xlsx"
    assert read_case(saved).fingerprint == read_case(filled).fingerprint
    before, after = load_workbook(filled), load_workbook(saved)
    for sheet in SHEETS:
        rules = after[sheet.name].data_validations.dataValidation
        listed = {
            str(where).split(":")[0].rstrip("0123456789") for r in rules if r.type == "list" for where in r.sqref.ranges
        }
        wanted = {
            str(where).split(":")[0].rstrip("0123456789")
            for r in before[sheet.name].data_validations.dataValidation
            if r.type == "list"
            for where in r.sqref.ranges
        }
        assert listed == wanted
        assert all(cell.comment is not None for cell in after[sheet.name][1] if cell.value)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_gathered_drop_downs_hold_what_libreoffice_works_out(tmp_path):
    """Their formulas are written with the values they should have; another program must come to the same."""
    path = convert(write_csv(good(), tmp_path / "case"), tmp_path / "case.xlsx")
    expected = load_workbook(path, data_only=True)["Lists"]
    load_workbook(path).save(tmp_path / "unvalued.xlsx")
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx"]
    target = tmp_path / "out"
    subprocess.run(
        [*command, "--outdir", target, tmp_path / "unvalued.xlsx"], check=True, capture_output=True, timeout=180
    )
    found = load_workbook(target / "unvalued.xlsx", data_only=True)["Lists"]
    for row in expected.iter_rows():
        for cell in row:
            assert (found[cell.coordinate].value or None) == (cell.value or None), cell.coordinate
    assert "*" in {cell.value for cell in expected[2]}


# The reference --------------------------------------------------------------------------------------------------------


def test_the_reference_page_is_fresh():
    assert (ROOT / "inputs" / "README.md").read_text(encoding="utf-8") == reference(), "run: make docs"


def test_the_reference_says_what_blank_means_in_every_column():
    page = reference()
    for sheet in SHEETS:
        assert f"## {sheet.name}\n" in page
        for column in sheet.columns if sheet.name != "settings" else SETTINGS:
            assert f"| `{column.name}` |" in page
            assert (column.blank or "must be filled in").replace("|", "\\|") in page
