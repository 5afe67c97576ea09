"""What a sound file becomes: typed tables, defaults, addresses, a fingerprint; and what may vary in it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from breaking import rewrite, with_macro
from good_case import good, put, workbook_of, write_csv, write_xlsx
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table

from planner.case import check_case, check_upload, read_case
from planner.case.upload import Room
from planner.checks.grid import Grid
from planner.errors import InputInvalid
from planner.schema import SHEETS
from planner.workbook.formats import formats_of
from planner.workbook.sheet import Damage, SheetRows
from planner.workbook.words import MAIN

STRANGE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "=HYPERLINK(\"http://x\",\"y\")", "**bold** [x](http://y)", "![x](http://y)",
    "<script>alert(1)</script>", "$\\alpha_1$", "a, \"b\"; c/d\\e", "مصنع", "Çöl–Ω", "NA", "n" * 255,
    "TRUE story", "1-2-3",
    "'=1", "''=1", "%x%", "{{x}}", "\\n", "&amp;", "_x0041_",
]  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return read_case(write_xlsx(good(), tmp_path_factory.mktemp("good") / "case.xlsx"))


def same(path: Path, sound) -> None:
    """The file is read without a word, and means what the good case means."""
    checked = check_case(path)
    assert not checked.errors
    assert checked.case.fingerprint == sound.fingerprint


# What a case holds ----------------------------------------------------------------------------------------------------


def test_the_good_case_fills_every_sheet_and_draws_no_remark(sound):
    assert sound.warnings == ()
    assert all(len(sound.tables[sheet.name]) for sheet in SHEETS if sheet.name in good() and sheet.name != "settings")


def test_every_sheet_has_all_its_columns_even_when_it_is_missing(tmp_path):
    sheets = good()
    for name in ("stocks", "sales", "quotas"):
        del sheets[name]
    case = read_case(write_xlsx(sheets, tmp_path / "case.xlsx"))
    for sheet in SHEETS:
        if sheet.name != "settings":
            assert list(case.tables[sheet.name].columns) == list(sheet.by_name)
    assert case.tables["stocks"].empty
    assert case.tables["stocks"]["max_t"].dtype == "float64"


def test_types_are_those_of_the_schema(sound):
    offers, periods, tariffs = sound.tables["offers"], sound.tables["periods"], sound.tables["tariffs"]
    assert periods["period"].dtype == "int64"
    assert sound.tables["demand"]["period"].dtype == "int64"
    assert sound.tables["returns"]["period"].dtype == "float64"
    assert offers["price_usd_per_t"].dtype == "float64"
    assert offers["offer"].dtype == object
    assert offers["ships_from"].tolist() == ["Kuantan", None, None, None]
    assert sound.tables["suppliers"]["qualified"].tolist() == [True, True, False]
    assert sound.tables["countries"]["group"].tolist() == [(), ("allied",), ("adversary", "dominant"), ("allied",)]
    assert tariffs["from"].tolist() == [None, dt.date(2026, 1, 1), dt.date(2027, 1, 1), None]
    assert tariffs["hts"].tolist() == ["8505", "2846", "8505.11", "8505"]


def test_blank_is_not_zero_and_what_it_means_is_recorded(sound):
    assert math.isnan(sound.tables["offers"]["max_t_per_year"][3])
    assert sound.tables["facilities"]["availability"].tolist() == [0.9, 1.0, 0.8]
    used = sound.defaults_used.set_index(["sheet", "column"])
    assert used.loc[("facilities", "availability"), "rows"] == 1
    assert used.loc[("facilities", "availability"), "value"] == 1
    assert used.loc[("offers", "max_t_per_year"), "meaning"] == "no limit"
    assert used.loc[("settings", "time_limit_s"), "value"] == 600
    assert sound.settings["time_limit_s"] == 600
    assert sound.settings["capital_rate"] == 0.09


def test_a_blank_capital_rate_is_the_discount_rate(tmp_path):
    case = read_case(write_xlsx(put(good(), "settings!B5", None), tmp_path / "case.xlsx"))
    assert case.settings["capital_rate"] == 0.07


def test_a_value_can_be_found_in_the_file_again(sound):
    assert sound.tables["offers"].index.tolist() == [2, 3, 4, 5]
    assert sound.cell("offers", 3, "origin") == "offers!D3"
    assert sound.cell("offers", 3, "melted_in") == "offers!3:3"
    assert sound.setting_cell("mip_gap") == "settings!B6"


def test_addresses_use_the_sheet_name_of_the_file(tmp_path):
    book = workbook_of(good())
    book["offers"].title = "Offers 1"
    book["offer_prices"].title = " Offer-Prices"
    book["Offers 1"].title = "OFFERS"
    book.save(tmp_path / "case.xlsx")
    assert read_case(tmp_path / "case.xlsx").cell("offers", 3, "origin") == "OFFERS!D3"


def test_periods_come_in_order_whatever_the_order_of_rows(tmp_path, sound):
    sheets = good()
    sheets["periods"][1:] = sheets["periods"][:0:-1]
    path = write_xlsx(sheets, tmp_path / "case.xlsx")
    assert read_case(path).tables["periods"]["period"].tolist() == [2026, 2027, 2028]
    same(path, sound)


# What may vary --------------------------------------------------------------------------------------------------------


def test_a_folder_of_csv_means_the_same(tmp_path, sound):
    same(write_csv(good(), tmp_path / "case"), sound)


def test_sheets_rows_and_columns_may_stand_in_any_order(tmp_path, sound):
    sheets = {}
    for name, rows in reversed(good().items()):
        width = len(rows[0])
        full = [row + [None] * (width - len(row)) for row in rows]
        sheets[name] = [row[::-1] for row in [full[0], *full[:0:-1]]]
    same(write_xlsx(sheets, tmp_path / "case.xlsx"), sound)


@pytest.mark.parametrize("heading", ["Max T", "max-t", " MAX_T ", "max_t [t]", "Max\u00a0t (T)", "max_t\n[t]"])
def test_headings_may_vary_in_case_spaces_and_carry_their_unit(tmp_path, sound, heading):
    same(write_xlsx(put(good(), "stocks!D1", heading), tmp_path / "case.xlsx"), sound)


def test_a_heading_may_have_its_unit_in_brackets_instead_of_its_name(tmp_path, sound):
    sheets = put(put(good(), "facilities!C1", "Capacity (t/yr)"), "offers!I1", "Price [USD/t]")
    same(write_xlsx(sheets, tmp_path / "case.xlsx"), sound)


@pytest.mark.parametrize(
    ("cell", "heading"),
    [
        ("facilities!C1", "capacity_t_per_year [tons REO per year]"),
        ("facilities!C1", "capacity_t_per_year [t/a]"),
        ("facilities!C1", "Capacity (metric tons/year)"),
        ("offers!I1", "price_usd_per_t (US$ per tonne)"),
        ("offers!I1", "price_usd_per_t\n[$/t]"),
        ("build_options!E1", "capex_fixed_musd [million USD]"),
        ("limits!D1", "value [of the measure]"),
        ("tariffs!B1", "hts [yes/no, or a code]"),
    ],
)
def test_a_units_other_spellings_and_other_words_are_no_fault(tmp_path, sound, cell, heading):
    """Whatever the brackets of an older template said: the name decides, unless they name another unit."""
    same(write_xlsx(put(good(), cell, heading), tmp_path / "case.xlsx"), sound)


@pytest.mark.many
@pytest.mark.parametrize("name", ["Build Options", "BUILD_OPTIONS", "build-options", "build\u00a0options "])
def test_sheet_names_may_vary_in_case_and_spaces(tmp_path, sound, name):
    book = workbook_of(good())
    book["build_options"].title = "for a moment"
    book["for a moment"].title = name
    book.save(tmp_path / "case.xlsx")
    same(tmp_path / "case.xlsx", sound)


def test_a_read_me_and_a_list_of_issues_are_left_aside(tmp_path, sound):
    book = workbook_of(good())
    for title in ("Read me", "Issues", "Lists"):
        book.create_sheet(title)["A1"] = "words"
    book.save(tmp_path / "case.xlsx")
    same(tmp_path / "case.xlsx", sound)
    assert set(check_case(tmp_path / "case.xlsx").overview.ignored) == {"Read me", "Issues", "Lists"}


def test_hidden_data_is_used_and_said(tmp_path, sound):
    book = workbook_of(good())
    book["stocks"].sheet_state = "veryHidden"
    book.save(tmp_path / "case.xlsx")
    same(tmp_path / "case.xlsx", sound)
    assert check_case(tmp_path / "case.xlsx").overview.hidden == ("stocks",)


def test_tables_filters_colours_and_notes_change_nothing(tmp_path, sound):
    book = workbook_of(good())
    book["offers"].add_table(Table(displayName="Offers", ref="A1:K5"))
    book["lanes"].auto_filter.ref = "A1:E4"
    book["stocks"]["D2"].number_format = '0.0 "t"'
    book.save(tmp_path / "case.xlsx")
    same(tmp_path / "case.xlsx", sound)


def test_a_wrong_dimension_hides_nothing(tmp_path, sound):
    """openpyxl's read-only mode would read one cell of a sheet that is marked A1."""
    whole = write_xlsx(good(), tmp_path / "whole.xlsx")
    parts = [f"xl/worksheets/sheet{n}.xml" for n in range(1, 10)]
    shrink = {part: lambda text: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', text) for part in parts}
    same(rewrite(whole, tmp_path / "case.xlsx", shrink), sound)


def test_cells_and_rows_need_not_say_where_they_stand(tmp_path, sound):
    """Other programs leave out r; blank cells are then there, empty."""
    whole = write_xlsx(
        {**good(), "periods": [["period", "years"], [2026, 1], [2027, 1], [2028, 3]]}, tmp_path / "w.xlsx"
    )
    bare = {"xl/worksheets/sheet2.xml": lambda text: re.sub(r' r="[A-Z]*\d+"', "", text)}
    same(rewrite(whole, tmp_path / "case.xlsx", bare), sound)


def test_a_format_in_the_last_row_costs_nothing(tmp_path, sound):
    book = workbook_of(good())
    book["stocks"]["A1048576"].number_format = "0.00"
    book.save(tmp_path / "case.xlsx")
    same(tmp_path / "case.xlsx", sound)


def test_what_looks_like_a_blank_cell_inside_a_text_is_text(tmp_path):
    """Blank cells are skipped before the XML is parsed; a literal section must not lose what only looks like one."""
    whole = write_xlsx(put(good(), "countries!B3", "HERE"), tmp_path / "whole.xlsx")
    look = '<c r="A1" s="1"/><row r="7"></row>'
    parts = {"xl/worksheets/sheet3.xml": lambda text: text.replace("HERE", f"<![CDATA[{look}]]>")}
    case = read_case(rewrite(whole, tmp_path / "case.xlsx", parts))
    assert case.tables["countries"]["name"].tolist()[1] == look


def test_data_after_many_blank_rows_is_not_lost(tmp_path):
    sheets = good()
    sheets["sales"] += [[] for _ in range(3000)] + [["Texas", "La oxide", 500, 10]]
    case = read_case(write_xlsx(sheets, tmp_path / "case.xlsx"))
    assert case.tables["sales"].index.tolist() == [2, 3, 3004]
    assert [problem.code for problem in case.warnings] == ["structure.blank-rows"]


def test_days_are_right_in_the_epoch_of_1904(tmp_path, sound):
    book = workbook_of(good())
    book.epoch = CALENDAR_MAC_1904
    book.save(tmp_path / "case.xlsx")
    same(tmp_path / "case.xlsx", sound)


def test_days_may_be_iso_texts_and_booleans_yes_or_no(tmp_path, sound):
    sheets = put(put(put(good(), "tariffs!G3", "2026-01-01"), "suppliers!C2", True), "suppliers!C4", "No")
    same(write_xlsx(sheets, tmp_path / "case.xlsx"), sound)


def test_choices_may_be_in_capitals(tmp_path, sound):
    same(write_xlsx(put(good(), "tariffs!I3", "ADDS"), tmp_path / "case.xlsx"), sound)


def test_a_default_typed_in_means_the_same_as_a_blank(tmp_path, sound):
    same(write_xlsx(put(good(), "facilities!F3", 1), tmp_path / "case.xlsx"), sound)


def test_notes_and_sources_do_not_change_what_a_case_means(tmp_path, sound):
    sheets = good()
    sheets["sales"][0] += ["source", "grade", "note"]
    sheets["sales"][1] += ["a broker", "B", "seen in May"]
    same(write_xlsx(sheets, tmp_path / "case.xlsx"), sound)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("stocks!D2", 501), ("stocks!D2", None), ("offers!I2", 70000.000001), ("periods!B4", 4),
        ("suppliers!C4", "yes"),
        ("countries!C3", None), ("tariffs!H3", dt.date(2028, 12, 30)), ("tariffs!B3", "284690"), ("settings!B4", 0.08),
        ("countries!B3", "Malaysia (west)"), ("recipes!C3", 0.2000000001), ("lanes!D2", 0),
    ],
)  # fmt: skip
def test_any_other_value_changes_the_fingerprint(tmp_path, sound, cell, value):
    checked = check_case(write_xlsx(put(good(), cell, value), tmp_path / "case.xlsx"))
    assert checked.case.fingerprint != sound.fingerprint


def test_macros_are_not_run_and_the_values_count(tmp_path, sound):
    same(with_macro(tmp_path), sound)


def test_a_formula_counts_by_its_stored_value(tmp_path, sound):
    whole = write_xlsx(good(), tmp_path / "whole.xlsx")
    part = f"xl/worksheets/sheet{list(good()).index('stocks') + 1}.xml"

    def formulas(text: str) -> str:
        text = text.replace("<v>500</v>", "<f>250*2</f><v>500</v>")
        return re.sub(r'<c r="A2"[^>]*>.*?</c>', '<c r="A2" t="str"><f>places!A2</f><v>Texas</v></c>', text)

    plain = {part: formulas, "xl/workbook.xml": lambda text: text.replace('fullCalcOnLoad="1"', "")}
    same(rewrite(whole, tmp_path / "case.xlsx", plain), sound)


def test_a_formula_that_yields_nothing_is_blank(tmp_path, sound):
    """=IF(FALSE,1,"") stores an empty text; the cell looks blank and is."""
    whole = write_xlsx(good(), tmp_path / "whole.xlsx")
    part = f"xl/worksheets/sheet{list(good()).index('offers') + 1}.xml"
    empty = '<c r="K3" t="str"><f>IF(FALSE,1,"")</f><v></v></c>'
    plain = {
        part: lambda text: re.sub(r'(<row r="3".*?)</row>', rf"\g<1>{empty}</row>", text),
        "xl/workbook.xml": lambda text: text.replace('fullCalcOnLoad="1"', ""),
    }
    same(rewrite(whole, tmp_path / "case.xlsx", plain), sound)


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("write", ["xlsx", "csv"])
def test_strange_names_are_taken_as_they_are(tmp_path, name, write):
    """A name may look like a formula, Markdown, HTML or TeX, and read from right to left."""
    sheets = put(put(good(), "places!A4", name), "offers!E2", name)
    if write == "xlsx":
        book = workbook_of(sheets)
        for cell in (book["places"]["A4"], book["offers"]["E2"]):
            cell.data_type = "s"
        book.save(tmp_path / "case.xlsx")
        case = read_case(tmp_path / "case.xlsx")
    else:
        from planner.workbook.csv_folder import write_file

        for sheet, rows in sheets.items():
            write_file(tmp_path / f"{sheet}.csv", rows)
        case = read_case(tmp_path)
    expected = "A" if name == "_x0041_" and write == "xlsx" else name
    assert case.tables["places"]["place"].tolist()[-1] == expected
    assert case.tables["offers"]["ships_from"].tolist()[0] == expected


def test_two_ways_to_write_an_accent_are_one_name(tmp_path):
    composed, combined = "Qu\u00e9bec", "Que\u0301bec"
    sheets = put(put(good(), "places!A4", composed), "offers!E2", combined)
    assert read_case(write_csv(sheets, tmp_path / "case")).tables["offers"]["ships_from"].tolist()[0] == composed


def test_numbers_may_be_names(tmp_path):
    sheets = put(put(good(), "places!A4", 7), "offers!E2", 7)
    assert read_case(write_xlsx(sheets, tmp_path / "case.xlsx")).tables["offers"]["ships_from"].tolist()[0] == "7"


@pytest.mark.parametrize("text", ["1250", "1250.0", "1.25e3", "+1250", " 1250 ", "1250."])
def test_numbers_in_csv_are_plain(tmp_path, text):
    case = read_case(write_csv(put(good(), "stocks!D2", text), tmp_path / "case"))
    assert case.tables["stocks"]["max_t"].tolist() == [1250.0]


def test_minus_zero_is_zero(tmp_path, sound):
    first = read_case(write_csv(put(good(), "materials!F4", "-0"), tmp_path / "a"))
    assert first.fingerprint == sound.fingerprint


@pytest.mark.parametrize("name", ["case ☢.xlsx", "x" * 240 + ".xlsx", "..xlsx.xlsx", "a b.XLSX", "case.xlsm"])
def test_file_names_do_not_matter(tmp_path, sound, name):
    shutil.copy(write_xlsx(good(), tmp_path / "plain.xlsx"), tmp_path / name)
    same(tmp_path / name, sound)


# All at once, and for machines ----------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once(tmp_path):
    sheets = good()
    for cell, value in {
        "offers!B2": "Lynsa", "offers!I3": "60,000", "demand!C4": -1, "tariffs!E3": 25, "places!B3": None,
        "stocks!A2": 5.5,
    }.items():  # fmt: skip
        put(sheets, cell, value)
    with pytest.raises(InputInvalid) as caught:
        read_case(write_xlsx(sheets, tmp_path / "case.xlsx"))
    found = {(problem.code, problem.cell) for problem in caught.value.problems if problem.severity == "error"}
    assert found == {
        ("key.unknown", "B2"), ("cell.text-number", "I3"), ("cell.out-of-range", "C4"), ("cell.percent", "E3"),
        ("cell.missing", "B3"), ("cell.number-as-name", "A2"),
    }  # fmt: skip
    assert "offers!I3: found '60,000', expected a number of USD/t, 0 or more. Type 60000" in str(caught.value)


def test_a_thousand_problems_are_counted_and_five_hundred_shown(tmp_path):
    sheets = good()
    sheets["demand"] = [sheets["demand"][0]] + [["EV motors", 2026, f"{n} t"] for n in range(1000)]
    sheets["demand"][2:] = [["EV motors", 2026, f"{n} t"] for n in range(999)]
    document = check_case(write_csv(sheets, tmp_path / "case")).document()
    counted = {entry["code"]: entry["count"] for entry in document["counts"]}
    assert counted["cell.text-number"] == 1000
    assert counted["key.duplicate"] == 999
    assert len(document["problems"]) == 500
    assert document["schema_version"] == 1
    json.dumps(document)


def test_problems_stand_level_by_level_errors_first(tmp_path):
    sheets = put(put(put(good(), "stocks!A2", " Texas"), "offers!B2", "Lynsa"), "demand!C4", -1)
    codes = [problem.code for problem in check_case(write_xlsx(sheets, tmp_path / "case.xlsx")).problems]
    assert codes == ["cell.out-of-range", "key.unknown", "cell.trimmed"]


def test_the_house_style_letter_reads_as_promised(tmp_path):
    checked = check_case(write_xlsx(put(good(), "facilities!C2", "4,500 t"), tmp_path / "case.xlsx"))
    assert str(checked.errors[0]) == (
        "facilities!C2: found '4,500 t', expected a number of t/yr, 0 or more. "
        "Type 4500; the unit is already in the heading."
    )


# A stranger's file ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_upload_is_read_in_another_process_to_the_same_case(tmp_path, sound):
    checked = check_upload(write_xlsx(good(), tmp_path / "case.xlsx"))
    assert checked.case.fingerprint == sound.fingerprint
    assert checked.overview.rows["offers"] == 4


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can limit a process's memory")
def test_an_upload_that_wants_much_memory_is_refused(tmp_path):
    checked = check_upload(write_xlsx(good(), tmp_path / "case.xlsx"), room=Room(50, 60, 60))
    assert [problem.code for problem in checked.problems] == ["file.too-big"]


def test_a_busy_machine_takes_nothing_from_a_file(tmp_path):
    """A small file has 4 s of the processor, and more than 15 minutes of the clock to be given them."""
    room = Room.of([write_xlsx(good(), tmp_path / "case.xlsx")])
    assert room.cpu_s == 4.0
    assert room.clock_s > 900


def test_an_upload_that_takes_long_is_refused(tmp_path):
    checked = check_upload(write_xlsx(good(), tmp_path / "case.xlsx"), room=Room(1_000, 60, 0.01))
    assert [problem.code for problem in checked.problems] == ["file.too-slow"]
    assert "0.01 seconds" in checked.problems[0].message


def test_too_many_rows_are_refused_before_they_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("planner.workbook.csv_folder.MAX_ROWS", 5)
    monkeypatch.setattr("planner.workbook.sheet.MAX_ROWS", 5)
    for path in (write_csv(good(), tmp_path / "case"), write_xlsx(good(), tmp_path / "case.xlsx")):
        found = {(problem.code, problem.sheet) for problem in check_case(path).errors}
        assert ("structure.too-many-rows", "demand") in found


def test_a_row_that_is_wider_than_a_sheet_is_refused_before_its_cells_are_looked_at(tmp_path):
    """16,384 columns is all that Excel has; a lost end of line makes more, and each would draw a letter."""
    folder = write_csv(good(), tmp_path / "case")
    (folder / "tariffs.csv").write_text("authority" + ",a" * 16_384 + "\n", encoding="utf-8")
    (found,) = [problem for problem in check_case(folder).errors if problem.sheet == "tariffs"]
    assert found.code == "structure.too-many-columns"
    assert "row 1 has more than 16,384 cells" in found.message


def test_a_row_of_a_workbook_that_is_wider_than_a_sheet_is_damage(tmp_path):
    book = SheetRows(Grid("offers"), [], formats_of(None, False), 10**9)
    with pytest.raises(Damage, match="row 1 of sheet 'offers' has more than 16,384 cells"):
        book.walk([b"<worksheet xmlns='%s'><row>" % MAIN.encode(), b"<c><v>1</v></c>" * 16_385, b"</row></worksheet>"])


@pytest.mark.slow
@pytest.mark.clock
def test_no_bad_workbook_takes_500_mib_or_five_seconds():
    """All of them, one after the other, in a process that starts from nothing."""
    folder = Path(__file__).parent
    ran = subprocess.run([sys.executable, "bad_workbooks.py"], cwd=folder, capture_output=True, text=True, check=True)
    said = re.search(r"(\d+) files, 0 wrong, slowest ([\d.]+) s .*, peak (\d+) MiB", ran.stdout)
    assert said, ran.stdout
    assert int(said[1]) >= 120
    assert float(said[2]) < 5
    assert int(said[3]) < 500
