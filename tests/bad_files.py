"""Bad files and bad layouts: what is no workbook, or not the sheets and headings of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from breaking import (
    CAP,
    LAUGHS,
    SHEET1,
    Bad,
    Make,
    archive,
    bomb,
    chart_sheet,
    csv_file,
    empty_folder,
    encrypted,
    entities,
    formula,
    many_parts,
    truncated,
    with_book,
    with_bytes,
    with_cell,
    with_macro,
    with_part,
    with_sheets,
    without_column,
    without_rows,
    without_sheet,
)
from good_case import Sheets, good

from planner.schema import SHEETS

# The files ------------------------------------------------------------------------------------------------------------


def linked_to_nothing(folder: Path) -> Path:
    case = empty_folder(folder)
    (case / "stocks.csv").symlink_to(folder / "gone.csv")
    return case


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)
FILES = [
    Bad("0 bytes", with_bytes(b""), "file.empty", ""),
    Bad("text named xlsx", with_bytes(b"offers are below\n"), "file.not-excel", ""),
    Bad("CSV named xlsx", with_bytes(b"offer,price\na,1\n"), "file.not-excel", ""),
    Bad("web page named xlsx", with_bytes(b"<html><table></table></html>"), "file.not-excel", ""),
    Bad("old xls", with_bytes(OLD, "case.xls"), "file.old-excel", "", fix="xlsx"),
    Bad("password-protected", with_bytes(OLD), "file.old-excel", "", fix="password"),
    Bad("encrypted archive", encrypted, "file.old-excel", ""),
    Bad("truncated", truncated, "file.damaged", ""),
    Bad("plain zip", archive(letter__txt="hello"), "file.not-excel", ""),
    Bad("xlsb", archive(**{"[Content_Types].xml": "<Types/>", "xl__workbook.bin": "x"}), "file.binary-excel", ""),
    Bad("ods", archive(mimetype="application/vnd.oasis", **{"content.xml": "<x/>"}), "file.open-document", ""),
    Bad("51 MB", with_bytes(b"PK\x03\x04" + bytes(51_000_000)), "file.too-big", ""),
    Bad("zip bomb", bomb, "file.too-big", ""),
    Bad("1,200 parts", many_parts, "file.too-big", ""),
    Bad("billion laughs", entities(f'<!ENTITY l0 "ha">{LAUGHS}'), "file.entities", ""),
    Bad(
        "3 MB of entities",
        entities(f'<!ENTITY x "{"a" * 3_000}"><!ENTITY y "{"&x;" * 1_000}">'),
        "file.entities",
        "",
    ),
    Bad("external entity", entities('<!ENTITY x SYSTEM "file:///etc/passwd">'), "file.entities", ""),
    Bad("quadratic entity", entities(f'<!ENTITY x "{"a" * 100_000}">'), "file.entities", ""),
    Bad(
        "broken styles", with_part("xl/styles.xml", lambda t: t.replace("<cellXfs", "<cellXfz", 1)), "file.damaged", ""
    ),
    Bad("styles cut off", with_part("xl/styles.xml", lambda text: text[:200]), "file.damaged", ""),
    Bad("sheet cut off", with_part(SHEET1, lambda text: text[:300]), "file.damaged", ""),
    Bad("no workbook part", archive(**{"[Content_Types].xml": "<Types/>", "a.xml": "<a/>"}), "file.damaged", ""),
    Bad(
        "strict",
        with_part(
            "xl/workbook.xml",
            lambda t: t.replace(
                "schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml/spreadsheetml/main"
            ),
        ),
        "file.strict",
        "",
    ),
    Bad(
        "a row in the wrong place",
        with_part(SHEET1, lambda t: t.replace('<row r="3"', '<row r="2"')),
        "file.damaged",
        "",
    ),
    Bad(
        "a cell in the wrong row",
        with_part(SHEET1, lambda t: t.replace('<c r="B3"', '<c r="B33"')),
        "file.damaged",
        "",
    ),
    Bad("lock file", with_bytes(b"\x05user", "~$case.xlsx"), "file.lock", ""),
    Bad("no such file", lambda folder: folder / "none.xlsx", "file.missing", ""),
    Bad("empty folder", empty_folder, "file.empty", ""),
    Bad(
        "CSV not UTF-8",
        csv_file("countries.csv", "country,name\nUSA,Österreich\n".encode("latin-1")),
        "file.not-utf8",
        "countries",
    ),
    Bad(
        "CSV with semicolons",
        csv_file("stocks.csv", b"place;material\nTexas;NdPr oxide\n"),
        "file.separator",
        "stocks!A1",
    ),
    Bad(
        "CSV with loose quotes",
        csv_file("stocks.csv", b'place,material\n"Texas"x,NdPr oxide\n'),
        "file.damaged",
        "stocks",
    ),
    Bad("a link to nothing", linked_to_nothing, "file.not-a-file", "", found=""),
    Bad("a sheet in a text file", csv_file("stocks.csv.txt", b"place"), "file.not-read", "", warning=True),
    Bad("macros", with_macro, "file.macros", "", warning=True),
]


# Sheets and headings --------------------------------------------------------------------------------------------------


def renamed(old: str, new: str) -> Make:
    return with_book(lambda book: setattr(book[old], "title", new))


def added(title: str, state: str = "visible") -> Make:
    return with_book(lambda book: setattr(book.create_sheet(title), "sheet_state", state))


def again(book: Any) -> None:
    book.copy_worksheet(book["stocks"]).title = "Stocks "


def second_heading(sheets: Sheets) -> None:
    sheets["sales"] += [[], list(sheets["sales"][0]), ["Texas", "La oxide", 500, 10]]


def totals(sheets: Sheets) -> None:
    sheets["suppliers"].append(["Total", None, None, 2, None])


def example_changed(sheets: Sheets) -> None:
    sheets["sales"][0].append("note")
    sheets["sales"][1].append("Example: overwrite or delete this row")


def titled(sheets: Sheets) -> None:
    sheets["stocks"][:0] = [["Stocks in the United States"], ["as of May"], []]


def hide(sheet: str) -> Make:
    return with_book(lambda book: setattr(book[sheet], "sheet_state", "veryHidden"))


def hide_row(book: Any) -> None:
    book["offers"].row_dimensions[3].hidden = True


def hide_column(book: Any) -> None:
    book["offers"].column_dimensions["F"].hidden = True


def merge(book: Any) -> None:
    book["countries"].merge_cells("C3:C4")


STRUCTURE = [
    *(Bad(f"no {s.name} sheet", without_sheet(s.name), "structure.missing-sheet", s.name) for s in SHEETS if s.needed),
    *(Bad(f"no rows in {s.name}", without_rows(s.name), "structure.empty-sheet", s.name) for s in SHEETS if s.needed),
    *(
        Bad(f"no column {s.name}.{c.name}", without_column(s.name, c.name), "structure.missing-column", f"{s.name}!A1")
        for s in SHEETS
        if s.name in good()
        for c in s.columns
        if c.required
    ),
    Bad("misspelt sheet", renamed("stocks", "stokcs"), "structure.unknown-sheet", "stokcs", fix="'stocks'"),
    Bad("unknown hidden sheet", added("workings", "hidden"), "structure.unknown-sheet", "workings"),
    Bad("a sheet twice", with_book(again), "structure.duplicate-sheet", "Stocks "),
    Bad("a chart with a table's name", with_book(chart_sheet), "structure.chart-sheet", "offer_prices"),
    Bad("misspelt column", with_cell("stocks!D1", "max_tons"), "structure.unknown-column", "stocks!D1"),
    Bad("extra column", with_cell("stocks!I1", "owner"), "structure.unknown-column", "stocks!I1"),
    Bad("duplicate column", with_cell("stocks!I1", "Max T"), "structure.duplicate-column", "stocks!I1"),
    Bad("kg in a heading", with_cell("stocks!D1", "max_t (kg)"), "structure.unit-differs", "stocks!D1"),
    Bad(
        "other money in a heading",
        with_cell("sales!C1", "price_usd_per_t [EUR/t]"),
        "structure.unit-differs",
        "sales!C1",
    ),
    *(
        Bad(f"{words} for {cell}", with_cell(cell, f"{name} [{words}]"), "structure.unit-differs", cell)
        for cell, name, words in (
            ("offers!I1", "price_usd_per_t", "USD/kg"),
            ("offers!I1", "price_usd_per_t", "M$/t"),
            ("facilities!C1", "capacity_t_per_year", "kt per year"),
            ("facilities!C1", "capacity_t_per_year", "Mt/yr"),
            ("facilities!C1", "capacity_t_per_year", "t/month"),
            ("facilities!C1", "capacity_t_per_year", "short tons/yr"),
            ("facilities!C1", "capacity_t_per_year", "thousand t/yr, as reported"),
            ("tariffs!E1", "rate", "%"),
            ("offers!A1", "offer", "t"),
        )
    ),
    Bad(
        "words for a unit",
        with_cell("stocks!D1", "max_t [drams]"),
        "structure.unit-unclear",
        "stocks!D1",
        warning=True,
        fix="Write t in the heading",
    ),
    Bad(
        "words where only the bracket has the unit",
        with_cell("facilities!C1", "Capacity (see note)"),
        "structure.unit-differs",
        "facilities!C1",
    ),
    Bad("Capacity (t)", with_cell("facilities!C1", "Capacity (t)"), "structure.unit-differs", "facilities!C1"),
    Bad("Capacity", with_cell("facilities!C1", "Capacity"), "structure.unknown-column", "facilities!C1"),
    Bad("a value beside the table", with_cell("stocks!K2", 7), "structure.no-heading", "stocks!K2"),
    Bad("cells to column XFD", with_cell("stocks!XFD2", 7), "structure.no-heading", "stocks!XFD2"),
    Bad("merged cells", with_book(merge), "structure.merged", "countries!C3", found="C3:C4"),
    Bad("two tables on a sheet", with_sheets(second_heading), "structure.second-heading", "sales!A5"),
    Bad("totals row", with_sheets(totals), "structure.totals-row", "suppliers!A5"),
    Bad("example kept its note", with_sheets(example_changed), "structure.example-changed", "sales!E2"),
    Bad("title above", with_sheets(titled), "structure.heading-below", "stocks", warning=True),
    Bad(
        "blank rows",
        with_sheets(lambda s: s["stocks"].insert(1, [])),
        "structure.blank-rows",
        "stocks!2:2",
        warning=True,
    ),
    Bad("hidden sheet", hide("stocks"), "structure.hidden", "stocks", warning=True),
    Bad("hidden row", with_book(hide_row), "structure.hidden", "offers", warning=True),
    Bad("hidden column", with_book(hide_column), "structure.hidden", "offers", warning=True),
    Bad(
        "linked formula",
        formula(CAP, "[1]Sheet1!A1", "500", fresh=True),
        "structure.linked-formulas",
        "stocks",
        warning=True,
    ),
    Bad("formula that may be stale", formula(CAP, "1+1", "500"), "structure.stale-formulas", "stocks", warning=True),
]
