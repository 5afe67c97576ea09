"""How the report looks and what it must never do: widths, print set-up, charts, and names that look like formulas."""

import math
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
from cases import case as small_case
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment
from openpyxl.utils import range_boundaries
from printed import cut_off
from report_examples import SHEETS as CASE_SHEETS
from report_examples import Report, nothing, renamed, two_futures
from rich_case import rich_case

from planner.planning.solve import solve_case
from planner.reporting import tables, write_report
from planner.reporting.book import Book
from planner.reporting.charts import columns_chart
from planner.reporting.contents import ENTRIES
from planner.reporting.kinds import MUSD, SHARE, TONS, USD
from planner.reporting.page import CHART_WIDE, Page

ABSENT = {"As-is and bridge", "Compliance", "Limits missed", "Marginal prices"}
PARTS = [entry.name for entry in ENTRIES if entry.name not in ABSENT]
SHEETS = ["Summary", *(name for name in PARTS if name != "Ledger")]
LISTINGS = ["Awards", "Landed cost of every quote", "Duties", "Limits that bind"]
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    case, plan = two_futures()
    folder = tmp_path_factory.mktemp("layout")
    return Report(case, replace(plan, case_name="R&D 2026"), folder / "report.xlsx", {"audit": "passed"})


def parts(report, folder):
    """The XML files of one kind, by name."""
    with zipfile.ZipFile(report.path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.startswith(folder)}


def shown(value, number_format):
    """What Excel shows of a number in one of the report's formats."""
    first, *others = number_format.split(";")
    if value == 0 and len(others) == 2:
        return others[1].strip('"')
    percent = first.endswith("%")
    decimals = len(first.rstrip("%").partition(".")[2])
    text = f"{value * (100 if percent else 1):{',' if ',' in first else ''}.{decimals}f}"
    return text + "%" * percent


def widths(sheet):
    """Characters of each column; a group of columns of one width is stored under its first letter."""
    found = {}
    for letter, size in sheet.column_dimensions.items():
        first, last = size.min or 0, size.max or 0
        found |= dict.fromkeys(range(first, last + 1), size.width)
        assert letter
    return found


@pytest.mark.parametrize("name", SHEETS)
def test_every_number_fits_its_column(report, name):
    """Otherwise Excel shows ###; a character more than the digits is kept for the cell's margin."""
    sheet = report.book[name]
    room = widths(sheet)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, (int, float)):
                text = shown(cell.value, cell.number_format)
                assert len(text) + 1 <= room.get(cell.column, 8.43), f"{name}!{cell.coordinate} shows {text}"


def test_every_heading_and_text_is_read_whole_in_print(report):
    """No row too low for its text, no word broken, nothing merged or written past the last printed column."""
    assert cut_off(report.path) == []


def test_a_text_that_print_would_cut_is_found(tmp_path):
    """Twelve letters of 11 points (1.1 x 0.93 characters each: 12.3) in eight characters of width: bare
    they run 4 too far, wrapped they break or want two lines, of 13 points each.

    A heading over columns 1 to 3 of which two are printed is merged past the edge.
    """
    book = Workbook()
    sheet = book.active
    sheet.print_area = "A1:B4"
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 8
    sheet["B1"], sheet["A2"], sheet["A3"], sheet["A4"] = "twelve signs", "abcdefghijkl", "twelve signs", "one"
    for cell in ("A2", "A3"):
        sheet[cell].alignment = Alignment(wrap_text=True)
    sheet.merge_cells("A4:C4")
    book.save(tmp_path / "cut.xlsx")
    assert cut_off(tmp_path / "cut.xlsx") == [
        "Sheet!A4:C4 is merged past the last printed column 2",
        "Sheet!B1 runs 4 characters too far: twelve signs",
        "Sheet!A2 breaks a word: abcdefghijkl",
        "Sheet!A3 needs 26 points of 15.0: twelve signs",
    ]


@pytest.mark.parametrize("name", SHEETS)
def test_numbers_have_formats_and_are_numbers(report, name):
    """Nothing is General, so thousands are separated and decimals aligned."""
    for row in report.book[name].iter_rows():
        for cell in row:
            if isinstance(cell.value, (int, float)):
                assert cell.number_format != "General", f"{name}!{cell.coordinate}"
                assert math.isfinite(cell.value)


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_prints_on_landscape_pages_one_wide(report, name):
    """With its headings repeated and the case's name, the sheet and the page in the footer."""
    sheet = report.book[name]
    assert sheet.page_setup.orientation == ("portrait" if name == "Summary" else "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.page_setup.fitToHeight == 0 or sheet.page_setup.fitToHeight in (None, 1)
    assert "R&&D 2026" in sheet.oddFooter.left.text
    assert sheet.oddFooter.center.text == name
    assert (sheet.oddFooter.right.text or "").startswith("Page &P of &N")
    assert sheet.freeze_panes


@pytest.mark.parametrize("name", LISTINGS)
def test_lists_have_filters_and_stay_under_their_headings(report, name):
    """The filter's row is the frozen and repeated row of headings."""
    sheet = report.book[name]
    filtered = [table.ref for table in sheet.tables.values() if table.autoFilter]
    heading = int(re.match(r"[A-Z]+(\d+)", filtered[0])[1])
    assert sheet.freeze_panes == f"B{heading + 1}"
    assert sheet.page_setup.fitToHeight in (None, 1) or sheet.print_title_rows.endswith(f"${heading}")


def test_the_ledger_is_a_list_on_screen_below_the_costs_and_out_of_print(report):
    """It has filters of its own; the print area ends above it, and what is frozen is not its heading."""
    sheet, first, _ = report.part("Ledger")
    refs = [table.ref for table in sheet.tables.values() if table.autoFilter]
    assert [int(re.match(r"[A-Z]+(\d+)", ref)[1]) > first for ref in refs] == [True]
    assert int(sheet.print_area.rpartition("$")[2]) < first
    assert sheet.freeze_panes == "B2"


@pytest.mark.slow
def test_of_few_quotes_there_is_one_sheet_a_subject(tmp_path):
    """Two quotes, no plant: rejections stand with the quotes, origins with demand, each linked where it begins."""
    small = small_case()
    report = Report(small, solve_case(small), tmp_path / "report.xlsx")
    assert report.book.sheetnames == [
        "Summary", "Awards", "Landed cost of every quote", "What changes the answer", "Costs", "Demand",
        "Sources and grades",
    ]  # fmt: skip
    for name, sheet in (("Rejected", "Landed cost of every quote"), ("Origin of deliveries", "Demand")):
        found, first, _ = report.part(name)
        assert (found.title, found.cell(first, 1).value) == (sheet, name)
        assert first > 1
    assert report.table("Rejected", "Quote", "Comes in at")["Comes in at"].tolist() == [60_000]


@pytest.mark.slow
def test_a_sheet_a_little_too_wide_for_its_page_narrows_its_text(tmp_path):
    """Contracts and partnerships side by side want more than a page; so no chart is cut and no word broken."""
    rich = rich_case()
    report = Report(rich, solve_case(rich), tmp_path / "report.xlsx")
    assert len(report.book.sheetnames) == 9
    assert {sheet.page_setup.fitToWidth for sheet in report.book} <= {None, 1}
    assert cut_off(report.path) == []


def test_two_charts_beside_each_other_are_printed_whole(tmp_path):
    """Beside a table of two narrow columns: 1,200 pixels of print, each column as wide as it was reckoned with."""
    book = Book(tmp_path / "charts.xlsx")
    page = Page(book, "Charts", "case")
    block = tables.table(
        page, pd.DataFrame({"a": ["x"], "b": [1.0]}), [tables.Col("a", "a"), tables.Col("b", "b", TONS)]
    )
    drawn = [(columns_chart(book, block, [block.first_row], ["b"], "Tons", "t", "a"), "a") for _ in range(2)]
    page.charts(drawn, page.room_for_charts(2))
    page.only_on_screen()
    page.finish()
    book.close()
    sheet = load_workbook(tmp_path / "charts.xlsx")["Charts"]
    last = range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))[2]
    assert sum(widths(sheet).get(column, 8.43) * 7 + 5 for column in range(1, last + 1)) >= 2 * CHART_WIDE


@pytest.mark.slow
def test_what_payment_and_way_cost_stands_beside_what_it_is_part_of(tmp_path):
    """A tenth of a year under way at 10 %: 60,000 and 600 are 60,600 landed."""
    held = small_case({"payment_rate": 0.1}, lanes=[{"from": "*", "transit_days": 36.5}])
    write_report(held, solve_case(held), tmp_path / "r.xlsx")
    sheet = load_workbook(tmp_path / "r.xlsx")["Landed cost of every quote"]
    rows = list(sheet.iter_rows(values_only=True))
    heads = next(row for row in rows if "Terms and way" in row)
    first = next(row for row in rows if row[0] == "Baotou")
    told = dict(zip(heads, first, strict=True))
    assert (told["Price"], told["Terms and way"], told["Landed"]) == (60_000, 600, 60_600)


def test_the_summary_links_to_every_sheet_and_each_links_back(report):
    def links(name):
        return {cell.hyperlink.location for row in report.book[name].iter_rows() for cell in row if cell.hyperlink}

    below = report.part("Ledger")[1]
    assert links("Summary") == {f"'{name}'!A1" for name in SHEETS[1:]} | {f"'Costs'!A{below}"}
    assert report.book["Costs"].cell(below, 1).value == "Ledger"
    for name in SHEETS[1:]:
        assert links(name) == {"'Summary'!A1"}


def test_every_chart_has_title_unit_and_alt_text(report):
    """A chart without them says nothing to who cannot see it, or prints it."""
    charts = parts(report, "xl/charts/chart")
    assert len(charts) >= 6
    for name, text in charts.items():
        root = ElementTree.fromstring(text)
        title = root.find(f"{CHART}chart/{CHART}title")
        assert "".join(t.text for t in title.iter(f"{TEXT}t")), name
        axis = root.find(f"{CHART}chart/{CHART}plotArea/{CHART}valAx/{CHART}title")
        assert "".join(t.text for t in axis.iter(f"{TEXT}t")), name
    frames = re.findall(r"<xdr:cNvPr [^>]*>", "".join(parts(report, "xl/drawings/drawing").values()))
    assert len(frames) == len(charts)
    assert all(re.search(r'descr="(Stacked columns|Lines): [^"]{20,}"', frame) for frame in frames)


def test_no_axis_begins_above_nothing(report):
    """Each axis of amounts begins at 0, but where sales bring more than is paid: there it goes as low as they do."""
    for name, text in parts(report, "xl/charts/").items():
        axis = ElementTree.fromstring(text).find(f".//{CHART}valAx")
        least = axis.find(f"{CHART}scaling/{CHART}min")
        assert "Cost per year" in text or least.get("val") == "0", name


def test_charts_draw_the_numbers_that_stand_beside_them(report):
    """Every series points at a row of numbers and takes its name and periods from cells."""
    for text in parts(report, "xl/charts/chart").values():
        root = ElementTree.fromstring(text)
        for series in root.iter(f"{CHART}ser"):
            name, periods, values = (
                series.find(f"{CHART}{part}").find(f".//{CHART}f").text for part in ("tx", "cat", "val")
            )
            sheet, _, cells = values.replace("'", "").replace("$", "").partition("!")
            numbers = [cell.value for cell in report.book[sheet][cells][0]]
            assert all(isinstance(number, (int, float)) for number in numbers)
            labels = [
                cell.value
                for cell in report.book[sheet][periods.replace("'", "").replace("$", "").partition("!")[2]][0]
            ]
            assert labels == ["2026", "2027–2028"]
            assert report.book[sheet][name.replace("'", "").replace("$", "").partition("!")[2]].value


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tTAB", "=HYPERLINK(\"http://example.org\",\"x\")", "http://example.org/x",
    "internal:'Summary'!A1", "{=1+1}", "<r><t>bold</t></r>", "<b>&amp;</b>", "![x](http://example.org)", "$$x$$",
    "_x0041_", "מתכת נדירה", "a\nb", "'quoted'", "Name, \"with\" everything; & more", "x" * 300, "1e3", "é" * 5,
]  # fmt: skip
NAMES = [
    row[column]
    for sheet, column in (
        ("suppliers", "supplier"), ("offers", "offer"), ("materials", "material"), ("places", "place"),
        ("facilities", "facility"), ("segments", "segment"), ("build_options", "option"), ("returns", "stream"),
        ("countries", "name"),
    )
    for row in CASE_SHEETS[sheet]
]  # fmt: skip


@pytest.fixture(scope="module", params=["first", "second"])
def hostile(request, tmp_path_factory):
    """Every name of the case is a hostile one; twice, so that each of them stands in several places."""
    turn = 0 if request.param == "first" else 7
    names = {name: HOSTILE[(i + turn) % len(HOSTILE)] + "!" * (i // len(HOSTILE)) for i, name in enumerate(NAMES)}
    case, plan = renamed(*two_futures(), names)
    plan = replace(plan, case_name="=cmd|' /C calc'!A0 & more")
    return Report(case, plan, tmp_path_factory.mktemp("hostile") / "report.xlsx"), set(names.values())


@pytest.mark.slow
def test_hostile_names_come_out_as_they_are(hostile):
    """Each stands literally in a cell of type text."""
    report, names = hostile
    found = {cell.value for sheet in report.book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"}
    assert {name for name in names if name not in found and not any(name in text for text in found)} == set()


@pytest.mark.many
def test_nothing_of_a_workbook_is_interpreted(hostile):
    """No formula, no link to the outside, no rich text but what spells the name itself."""
    report, _ = hostile
    sheets = parts(report, "xl/worksheets/sheet")
    assert not any("<f>" in text or "<f " in text for text in sheets.values())
    assert not any("TargetMode" in text for text in parts(report, "xl/worksheets/_rels").values())
    strings = parts(report, "xl/sharedStrings.xml")["xl/sharedStrings.xml"]
    assert "<t>bold</t>" not in strings
    assert report.book["Summary"]["A1"].data_type == "s"


@pytest.mark.slow
def test_control_characters_do_not_break_the_file(tmp_path):
    """They cannot stand in a workbook at all, so a mark stands in their place; charts and alt texts stay sound."""
    case, plan = renamed(*two_futures(), {"NdPr oxide": "Nd\x01Pr\x0b", "Lynas": "Lynas\uffff", "China": "\x1fChina"})
    report = Report(case, plan, tmp_path / "report.xlsx")
    for text in (parts(report, "xl/charts/chart") | parts(report, "xl/drawings/drawing")).values():
        ElementTree.fromstring(text)
    assert "Nd\ufffdPr\ufffd" in report.texts("Supplier mix")


@pytest.mark.slow
def test_a_list_too_long_for_a_sheet_keeps_its_sum(tmp_path, monkeypatch):
    """The smallest lines are added up into one, and a sentence says so."""
    monkeypatch.setattr(tables, "_MOST_ROWS", 10)
    case, plan = two_futures()
    report = Report(case, plan, tmp_path / "report.xlsx")
    ledger = report.table("Ledger", "Present value, M$ discounted")["Present value, M$ discounted"]
    assert len(ledger) == 11
    assert sum(ledger.iloc[:-1]) == pytest.approx(plan.objective_musd, abs=1e-8)
    assert any("smaller lines, added up" in text for text in report.texts("Ledger"))


@pytest.mark.slow
def test_an_empty_report_is_laid_out_too(tmp_path):
    report = Report(*nothing(), tmp_path / "report.xlsx")
    for sheet in report.book:
        assert sheet.freeze_panes
    assert not parts(report, "xl/charts/chart")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (TONS, 1234.56, "1,234.6"),
        (TONS, 0, "–"),
        (MUSD, -0.5, "-0.50"),
        (SHARE, 0.256, "25.6%"),
        (USD, 1e6, "1,000,000"),
    ],
)
def test_a_kind_knows_what_excel_will_show(kind, value, text):
    assert kind.show(value) == shown(value, kind.number_format) == text
