"""Bad cells: everything people and programs leave in them."""

from __future__ import annotations

import datetime as dt

from breaking import CAP, NAME, Bad, cell_of, formula, shared, with_cell, with_csv_cell, with_csv_sheets, with_part
from good_case import good

from planner.schema import SETTINGS, SHEETS

# Cells ----------------------------------------------------------------------------------------------------------------

ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!"]
TEXT_NUMBERS = {
    "100": "Type 100 as a number",
    "100 ": "Type 100 as a number",
    "\u00a0250": "Type 250",
    "1,250": "Type 1250, or 1.25",
    "12,5": "Type 12.5",
    "$11": "Type 11.",
    "US$ 11": "Type 11.",
    "€ 11": "Convert it to USD",
    "11 CNY": "Convert it to USD",
    "+1": "Type 1 as a number",
    "-1": "Type -1 as a number",
    "\t5": "Type 5 as a number",
    "5\r": "Type 5 as a number",
    "11 mt": "Type 11",
    "5 %": "Type 0.05",
    "1.2e3": "Type 1200",
    "4,500 t": "Type 4500; the unit is already in the heading",
    "1.250,5": "Type 1250.5",
    "1 250": "Type 1250",
    "500 kg": "Type 0.5",
    "'7": "Type 7",
    "−5": "Type -5",
    "1'250": "Type 1250",
}
NOT_NUMBERS = [
    "n/a",
    "-",
    "TBD",
    "NaN",
    "inf",
    "two hundred",
    "=1+1",
    "1-2",
    "0x10",
    "1_000",
    "٣٤",
    "~5",
    "1..2",
    "1,2,3",
]
CELLS = [
    *(Bad(f"{text} typed", with_cell(CAP, text), "cell.excel-error", CAP, found=text) for text in ERRORS),
    *(Bad(f"{text} in CSV", with_csv_cell(CAP, text), "cell.excel-error", CAP, found=text) for text in ERRORS[:2]),
    Bad("#N/A by a formula", formula(CAP, "NA()", "#N/A", "e"), "cell.excel-error", CAP, found="#N/A"),
    Bad("formula never calculated", formula(CAP, "1+1", None), "cell.uncalculated", CAP, found="'=1+1'"),
    Bad(
        "name by a formula never calculated", formula("stocks!A2", "places!A2", None), "cell.uncalculated", "stocks!A2"
    ),
    *(
        Bad(f"{text!r} as text", with_cell(CAP, text), "cell.text-number", CAP, fix=fix)
        for text, fix in TEXT_NUMBERS.items()
    ),
    *(Bad(f"{text!r} for a number", with_cell(CAP, text), "cell.not-a-number", CAP) for text in NOT_NUMBERS[:6]),
    *(
        Bad(f"{text!r} in CSV", with_csv_cell(CAP, text), "cell.not-a-number", CAP)
        for text in NOT_NUMBERS
        if text != "-"
    ),
    *(
        Bad(
            f"{text!r} in a column of t/yr",
            with_cell("facilities!C2", text),
            "cell.not-a-number",
            "facilities!C2",
            fix="in t/yr",
        )
        for text in ("5 kt/yr", "5 Mt", "@SUM(A1)", "4500/12")
    ),
    Bad("1,250 in CSV", with_csv_cell(CAP, "1,250"), "cell.text-number", CAP, fix="Type 1250"),
    Bad("TRUE for a number", with_cell(CAP, True), "cell.boolean", CAP),
    Bad("TRUE for a name", with_cell(NAME, True), "cell.boolean", NAME),
    Bad("a time for a number", with_cell(CAP, dt.time(12, 30)), "cell.date-as-number", CAP),
    Bad("a day for a number", with_cell(CAP, dt.date(2026, 5, 1)), "cell.date-as-number", CAP),
    Bad("a duration for a number", with_cell(CAP, dt.timedelta(hours=30)), "cell.date-as-number", CAP),
    Bad(
        "a customs value below nothing",
        with_csv_sheets(lambda s: (s["offers"][0].append("customs_value_usd_per_t"), s["offers"][1].append(-1))),
        "cell.out-of-range",
        "offers!L2",
    ),
    Bad(
        "a minimum charge below nothing",
        with_csv_sheets(lambda s: (s["lanes"][0].append("min_charge_musd_per_year"), s["lanes"][1].append(-1))),
        "cell.out-of-range",
        "lanes!F2",
    ),
    Bad("a day for a year", with_cell("offers!G3", dt.date(2026, 1, 1)), "cell.date-as-number", "offers!G3"),
    Bad("1e308", with_cell(CAP, 1e308), "cell.absurd", CAP, fix="Leave the cell blank if you mean: no limit"),
    Bad("1e-320", with_cell(CAP, 1e-320), "cell.absurd", CAP),
    Bad("1e999 in CSV", with_csv_cell(CAP, "1e999"), "cell.absurd", CAP),
    Bad("negative capacity", with_cell("facilities!C2", -5), "cell.out-of-range", "facilities!C2", found="-5"),
    Bad("a negative cost", with_cell("facilities!H2", -5), "cell.out-of-range", "facilities!H2", fix="the sheet sales"),
    Bad("zero where more is needed", with_cell("build_options!D2", 0), "cell.out-of-range", "build_options!D2"),
    Bad("latitude 131", with_cell("places!C2", 131), "cell.out-of-range", "places!C2"),
    Bad("85 for 0.85", with_cell("facilities!F2", 85), "cell.percent", "facilities!F2", fix="Type 0.85"),
    Bad("duty of 25", with_cell("tariffs!E3", 25), "cell.percent", "tariffs!E3", fix="Type 0.25"),
    Bad("half a year", with_cell("build_options!G2", 1.5), "cell.not-whole", "build_options!G2"),
    Bad("year 20260", with_cell("offers!G3", 20260), "cell.out-of-range", "offers!G3"),
    Bad("year 26", with_cell("offers!G3", 26), "cell.out-of-range", "offers!G3"),
    Bad(
        "day as 01/02/2026",
        with_cell("tariffs!G3", "01/02/2026"),
        "cell.not-a-date",
        "tariffs!G3",
        fix="year-month-day",
    ),
    Bad("day as 1 Jan 2026", with_cell("tariffs!G3", "1 Jan 2026"), "cell.not-a-date", "tariffs!G3"),
    Bad("day as 46023", with_cell("tariffs!G3", 46023), "cell.not-a-date", "tariffs!G3", fix="Type 2026-01-01"),
    Bad("day as 2026", with_cell("tariffs!G3", 2026), "cell.not-a-date", "tariffs!G3", fix="Type 2026-01-01"),
    Bad(
        "day with a time",
        with_cell("tariffs!G3", dt.datetime.fromisoformat("2026-01-01T08:00")),
        "cell.not-a-date",
        "tariffs!G3",
    ),
    Bad(
        "day with a zone",
        with_cell("tariffs!G3", "2026-01-01T00:00:00Z"),
        "cell.not-a-date",
        "tariffs!G3",
        fix="Type 2026-01-01",
    ),
    Bad(
        "29 February 1900",
        with_part("xl/worksheets/sheet19.xml", lambda t: t.replace("<v>46023</v>", "<v>60</v>")),
        "cell.out-of-range",
        "tariffs!G3",
    ),
    Bad("31 June", with_cell("tariffs!G3", "2026-06-31"), "cell.not-a-date", "tariffs!G3"),
    Bad("TRUE for a day", with_cell("tariffs!G3", True), "cell.not-a-date", "tariffs!G3"),
    Bad(
        "a day outside all calendars",
        with_part("xl/worksheets/sheet19.xml", lambda t: t.replace("<v>46023<", "<v>9e9<")),
        "cell.unreadable",
        "tariffs!G3",
    ),
    Bad(
        "number rubbish",
        with_part("xl/worksheets/sheet17.xml", lambda t: t.replace("<v>500</v>", "<v>5O0</v>")),
        "cell.unreadable",
        CAP,
    ),
    Bad(
        "a text where the cell says number",
        with_part("xl/worksheets/sheet17.xml", lambda t: t.replace("<v>500</v>", "<is><t>500</t></is>")),
        "cell.unreadable",
        CAP,
    ),
    Bad("unknown shared text", shared("99999"), "cell.unreadable", "stocks!A2"),
    Bad("shared text before the first", shared("-1"), "cell.unreadable", "stocks!A2"),
    Bad("unknown word", with_cell("tariffs!I3", "add"), "cell.choice", "tariffs!I3", fix="'adds'"),
    Bad("perhaps qualified", with_cell("suppliers!C2", "perhaps"), "cell.choice", "suppliers!C2"),
    Bad("1 for yes", with_cell("suppliers!C2", 1), "cell.choice", "suppliers!C2"),
    Bad("a name that became a day", with_cell("offers!A3", dt.date(2026, 2, 1)), "cell.date-as-name", "offers!A3"),
    Bad("a decimal for a name", with_cell("offers!A3", 1.1), "cell.number-as-name", "offers!A3"),
    Bad("zero-width space", with_cell("stocks!A2", "Te\u200bxas"), "cell.invisible", "stocks!A2", fix="'Te xas'"),
    Bad("byte order mark", with_cell("stocks!A2", "\ufeffTexas"), "cell.invisible", "stocks!A2"),
    Bad("line break in a name", with_cell("stocks!A2", "Tex\nas"), "cell.invisible", "stocks!A2"),
    Bad("tab in a name", with_cell("stocks!A2", "Tex\tas"), "cell.invisible", "stocks!A2"),
    Bad("direction override", with_cell("stocks!A2", "\u202eTexas"), "cell.invisible", "stocks!A2"),
    Bad("32,767 signs", with_cell("sales!A2", "x" * 32_767), "cell.too-long", "sales!A2"),
    Bad("256 signs", with_cell("sales!A2", "x" * 256), "cell.too-long", "sales!A2"),
    Bad("heading as a number", with_cell("tariffs!B3", 2846.9), "cell.hts", "tariffs!B3", fix="format to Text"),
    Bad("heading as a whole number", with_cell("tariffs!B3", 2846), "cell.hts", "tariffs!B3"),
    Bad("heading with a letter", with_cell("tariffs!B3", "2846.9O"), "cell.hts", "tariffs!B3"),
    Bad("heading that lost a zero", with_csv_cell("tariffs!B3", "2846.9"), "cell.hts", "tariffs!B3"),
    Bad("spaces around a name", with_cell("stocks!A2", " Texas "), "cell.trimmed", "stocks!A2", warning=True),
    Bad("hard space after a name", with_cell("stocks!A2", "Texas\u00a0"), "cell.trimmed", "stocks!A2", warning=True),
    *(
        Bad(
            f"blank {s.name}.{c.name}",
            with_csv_cell(cell_of(s.name, c.name, 2), None),
            "cell.missing",
            cell_of(s.name, c.name, 2),
        )
        for s in SHEETS
        if s.name in good() and s.name != "settings"
        for c in s.columns
        if c.required
    ),
    *(
        Bad(f"blank setting {setting.name}", with_cell(f"settings!B{row}", None), "cell.missing", f"settings!B{row}")
        for row, setting in enumerate((s for s in SETTINGS if s.required), start=2)
    ),
    Bad("discount rate of 7", with_cell("settings!B4", 7), "cell.percent", "settings!B4", fix="Type 0.07"),
    Bad("discount rate as text", with_cell("settings!B4", "0.07"), "cell.text-number", "settings!B4"),
]
