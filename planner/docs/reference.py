"""The reference page of the workbook, `inputs/README.md`, written from the schema."""

from __future__ import annotations

from pathlib import Path

from planner.checks.catalogue import ERRORS, LEVELS, WARNINGS
from planner.checks.cells import expected
from planner.schema import (
    EVENT_KINDS,
    MEASURES,
    PROVENANCE,
    SETTINGS,
    SHEETS,
    Column,
    Date,
    Sheet,
    Year,
)
from planner.schema.quick import CURRENCY_RATE, QUICK
from planner.workbook.form import as_written

INTRODUCTION = """# A case

Everything the planner decides on comes from one case: an Excel workbook, or a folder with one CSV file a sheet.
This page lists its sheets and columns. It is written from `planner/schema/` by `make docs`; do not edit it by hand.

    ree-planner template my_case.xlsx              an empty workbook that explains itself
    ree-planner template --quick my_case.xlsx      four sheets for a buyer with quotes: see *The quick workbook*
    ree-planner check my_case.xlsx                 every problem, cell by cell
    ree-planner check my_case.xlsx --marked m.xlsx a copy of your workbook with the problems marked in it
    ree-planner convert my_case.xlsx my_case       the same case as CSV files, and back
    ree-planner solve my_case.xlsx --with ban      the case with the sheets of the overlay `ban` in place of its own

"""

READING = """## How a case is read

Nothing is guessed: what is not certain is refused, with the cell, what was found, what belongs there and what
to do.

- **Sheets and headings.** A sheet or heading counts as the one meant whatever its upper and lower case, spaces,
  dashes or underscores; words may stand behind a heading in brackets; if they are a unit, it must be the
  column's (where it has t, what `quantity_unit` says is as good), and words that may be one are questioned. Order
  does not matter. An unknown sheet or heading is an
  error. `Read me`, `Issues` and `Lists` are ours and are left aside; so are a sheet
  `notes`, sheets and columns whose name begins with `#`, and a chart sheet. The headings may
  stand below a title, in one of the first twenty rows. A row that still carries the template's example is left
  out.
- **Rows.** Blank rows are skipped. Rows and sheets that are hidden or filtered away count like any other, and
  are named. Merged cells, a second row of headings and a row of totals at the end are errors.
- **Blank** is not zero. What it means stands with each column below, and what was taken for it in the report's
  *Defaults used*. A cell with nothing but spaces is blank.
- **Numbers** are numbers in Excel; in CSV they are plain, as `1250.5` or `1e3`. A text such as `1,250`, `12,5`,
  `5 %`, `$11` or `100 t` is an error that says what to type. So are TRUE, dates, Excel's errors, a formula that
  was never calculated, and numbers no amount can have (above 1e13, or nearer to 0 than 1e-12).
- **Years** are whole numbers. **Days** are dates in Excel, or texts such as `2026-01-31`; other ways of writing
  a day can be misread and are refused.
- **Names**, and the words that join rows (stage, element, group, authority, exclusive group), are one name if they
  differ only in upper and lower case, spaces, kinds of dash or Unicode form. Where a name has a row of its own it is
  spelled as there, else as most of its rows spell it (of equally many, as the first in the alphabet); what was
  spelled otherwise is said. Two names that only look alike, such as one with a Cyrillic letter, are an error that
  names the letter, and words that differ by a slip are asked about. A sign that cannot be seen, such as a
  zero-width space or a line break, is an error. Whole numbers may be names. Several names in a cell are separated
  by semicolons.
- **A country** may be typed by its name or its code; one that is only mined, refined or melted in needs no row on the
  sheet countries, if its code or name is one of ISO 3166.
- **The order of rows and sheets** never counts. Which of two rows counts where both speak of one thing stands with
  each sheet below; where no rule decides, both are named in an error. The same rows in another order give the same
  plan. A node of several futures is named after the first of them in the alphabet.
- **A period of several years** is planned as the mean of its years, and what is dated counts in its own. What is bought
  pays the prices and duties of the years in which its offer delivers, each with what events leave of it; a contract
  those of its term, a market those in which it pays. A floor looks at the cheapest of the offers that deliver in the
  year. What a plant costs, makes and is paid counts in the years in which it can work, there already or to be built;
  where a plan builds later than it could, shorter periods are more exact. Own goods come on all days alike. In the
  period in which an agreement comes into force, it waives the duty of its own years on what comes then; a ton that
  is put off to these years saves the duty of the years before, but no more than one that comes anyway.
- **A price may be quoted in other money** (`currency`, `unit` and `money` of an offer or a contract, rates on the sheet
  `exchange_rates`). Each calendar year it is turned into dollars of the base year for a ton: price × rate of the year ÷
  tons per unit, and where it is nominal ÷ (1 + inflation)^(year − base year); indices and events act on that, and a
  period counts with the mean of its years. Blank cells mean what the headings say. The quick workbook's quotes are
  turned by the same rule, so `convert` writes them in dollars.
- **An incoterm says what a price holds** (`incoterm` of an offer, for its contracts too). Under EXW, FCA, FAS and FOB,
  or with a blank cell, the lanes' freight comes on top. Under CFR, CIF, CPT, CIP, DAP and DPU the lanes' freight to the
  place (which is freight, handling and insurance together) is within the price: what is left is the price of the
  goods, on which duty, payment terms, spend and exposure go, and freight is told beside it; under DAP and DPU days
  under way cost nothing. Weight bands, minimum charges and yearly costs of a lane, and duty, are paid on top of any
  price. A price for a place (`delivered_prices`) says itself what freight is beside it. A contract by index follows the
  price as it is quoted. DDP is refused: what is left for the goods is not known.
- **What is ordered arrives later** (`lead_days` of an offer, the way included): in its first year, or that of the
  horizon, only the rest of the year brings anything at spot, as far as contracts leave the maximum. Within a year needs
  wait: what comes late in it serves all of it, and stock that shall bridge the wait is stated as `cover_days`. Days on
  the way (`transit_days` of a lane) tie up the price of what is under way, since payment counts from its shipping.
- **What differs from year to year** in all futures: an offer's price and maximum stand on `offer_prices`; needs,
  returns and quotas have rows by period, duties and markets have dates; a price of going short, a process's cost and
  a capacity have rows on `dated_values`. What differs from future to future is an event.
- **Words** (yes and no, choices) may be in upper or lower case. TRUE and FALSE count as yes and no.
- **Tariff headings** are texts, compared by their digits: `2846.90` is `284690`. A number in such a cell is
  refused: it would have lost its zeros.
- **CSV** files are UTF-8 with commas and the headings in the first line. A text that begins like a formula
  (`=`, `+`, `-`, `@`) stands behind an apostrophe when we write it, and the apostrophe is taken off when we
  read it.
- **Two cases are the same** (their fingerprints agree) when every value is the same; the order of rows and
  sheets, formats, and the columns source, year, grade and note do not matter. A blank cell and its default
  typed in are the same.

"""


OVERLAYS = """## Overlays

An overlay is a workbook or a folder of CSV files with the few sheets in which a case shall differ: other scenarios and
events, tariffs, contracts. `check`, `solve` and `convert` take it with `--with`, any number of times; in Python it is
`planner.read(case, overlays=[...])`.

- **A sheet of an overlay takes the place of the case's whole sheet** of the same name. Rows are not mixed: copy those
  that should stay. Of several overlays the last one counts.
- **Of settings only those named are replaced**; the others stay.
- **A sheet without rows** takes all rows away: `tariffs` with its headings alone means no duties. The check says so.
- Problems name the overlay, as `[ban]events!C7` or `[ban.xlsx]events!C7`.
- What is solved is one case. A run keeps it merged, so it needs no other file; `convert` with `--with` writes it.

"""


QUICKLY = """## The quick workbook

Four sheets in a buyer's words. `check`, `solve` and whatever else takes a case takes it as it is; the sheets of a full
case are made of it first (periods of a year, countries, places, materials, suppliers, offers with their prices by year,
lanes, segments, demand, tariffs), `check` shows them back, and `convert` writes them. Problems name the cell that was
typed. Further sheets of a full case (limits, contracts, stocks, events ...) may stand beside the four.

- **A price** is turned into dollars of the base year for a ton, year by year: price × rate ÷ tons per unit ÷
  (1 + inflation)^(year − base year). The setting `usd_per_EUR` is what a euro costs, `usd_per_EUR_2028` in that year.
- **Amounts** are in t, quotes also per kg or lb. Type another unit beside `quantity_unit` on Settings, such as
  `piece; pieces`: then needs (whose column `t` may be headed `amount`), quotes and what is per ton are in that, and
  `unit` may stay blank. In a case of kg or lb quotes per t, kg and lb are turned into it.
- **Incoterms.** Under EXW, FCA, FAS and FOB freight comes on top of the price; under CFR, CIF, CPT, CIP, DAP and DPU it
  is within the price, and duty is charged on the rest. Freight has one figure for all years, at the first one's rate.
- **An offer** is called after supplier and material; where two share both, by what differs too. It is sent from
  a place of its own, `... , ex works`, on a lane of its own to the home country.
- **Duties** come filled with those of [us_base_case](us_base_case/README.md) that have no known end. They name the
  countries of that case: for a quote from another one, look up whether a row should name it too.

"""


def reference() -> str:
    """The whole of inputs/README.md."""
    parts = [INTRODUCTION, _contents(), READING, OVERLAYS, QUICKLY]
    parts += [f"### Sheet {sheet.name.capitalize()}\n\n{_table(sheet.columns)}" for sheet in QUICK]
    parts += ["### Settings of the quick workbook alone\n\n", _table((CURRENCY_RATE,))]
    parts += [_sheet(sheet) for sheet in SHEETS]
    parts.append("## Columns that every sheet may carry\n\nKept, shown and reported; not computed with.\n\n")
    parts.append(_table(PROVENANCE))
    parts.append(_faults())
    return "".join(parts)


def _contents() -> str:
    lines = ["| sheet | one row is | what it adds | |\n|---|---|---|---|\n"]
    for sheet in SHEETS:
        needed = "needed" if sheet.needed else "may be missing"
        lines.append(f"| [{sheet.name}](#{sheet.name}) | {sheet.row_is} | {sheet.adds} | {needed} |\n")
    return "".join(lines) + "\n"


def _sheet(sheet: Sheet) -> str:
    key = " and ".join(f"`{name}`" for name in sheet.key)
    needed = "is needed" if sheet.needed else "may be missing or empty"
    needed += f", and then {sheet.assumed_means}" if sheet.assumed else ""
    head = f"## {sheet.name}\n\nOne row is {sheet.row_is}. The sheet adds {sheet.adds}; it {needed}."
    filled = " and ".join(f"`{name}`" for name in sheet.one_of)
    filled = f", with the same of {filled} filled in" if filled else ""
    head += f" No two rows have the same {key}{filled}." if key else ""
    head += f" {sheet.ties}." if sheet.ties else ""
    head += "\n\n"
    if sheet.name == "settings":
        return head + "The settings:\n\n" + _table(SETTINGS, "setting")
    more = {"limits": _measures, "events": _event_kinds}
    return head + _table(sheet.columns) + (more[sheet.name]() if sheet.name in more else "")


def _table(columns: tuple[Column, ...], word: str = "column") -> str:
    lines = [f"| {word} | what it says | what belongs there | if blank | example |\n|---|---|---|---|---|\n"]
    for column in columns:
        blank = column.blank if column.blank else "**must be filled in**"
        unit = getattr(column, "unit", "")
        kind = expected(column)
        kind += f" ({unit})" if unit and unit not in kind and not isinstance(column, (Year, Date)) else ""
        example = "" if column.example is None else str(as_written(column.example))
        aliases = f" Also called {', '.join(column.aliases)}." if column.aliases else ""
        cells = (f"`{column.name}`", f"{column.help}.{aliases}", kind, blank, example)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return "".join(lines) + "\n"


def _event_kinds() -> str:
    """What each kind of event changes."""
    text = (
        "What an event can change, in each calendar year from its first to its last; a period has its years' mean."
        " Prices, costs and needs are never less than nothing (but a gate fee may be); a price between a floor and a"
        " ceiling, and what a floor pays, go by the price of each year."
        " Selectors that are filled in apply together, and what is not known of a thing does not fit.\n\n"
    )
    lines = [text, "| kind | what it changes | may select | by | unit of value |\n|---|---|---|---|---|\n"]
    for kind in EVENT_KINDS.values():
        selectors = ", ".join(f"`{name}`" for name in kind.selectors)
        cells = (f"`{kind.name}`", f"{kind.meaning}.", selectors, " or ".join(kind.by), kind.value_unit)
        lines.append("| " + " | ".join(cells) + " |\n")
    return "".join(lines) + "\n"


def _measures() -> str:
    """What each measure of the limits sheet adds up."""
    text = (
        "What a limit can bound. Selectors that are filled in apply together; amounts are those of a year, except costs"
        " and losses over all futures, which have no dates and only a top.\n\n"
    )
    lines = [text, "| measure | what is added up | unit | may select | each | missed in |\n|---|---|---|---|---|---|\n"]
    for measure in MEASURES.values():
        meaning = f"{measure.meaning}. Set against {measure.whole}" if measure.whole else measure.meaning
        selectors = ", ".join(f"`{name}`" for name in measure.selectors)
        needs = " (`material` or `stage` is needed)" if measure.needs_goods else ""
        by = ", ".join(measure.sorted_by)
        cells = (
            f"`{measure.name}`",
            f"{meaning}.",
            measure.unit,
            selectors + needs,
            by,
            measure.missed_in or measure.unit,
        )
        lines.append("| " + " | ".join(cells) + " |\n")
    return "".join(lines) + "\n"


def _faults() -> str:
    lines = ["## What the checks look for\n\n", "An error forbids a solve; a warning asks you to look.\n\n"]
    lines.append(
        "Some faults show only when a case is solved, and are letters of the same kind then: that it has no plan"
        " (`diagnose` names what must give way), that cost can fall for ever, and that a maximum is missing where a yes"
        " or no opens it.\n\n"
    )
    lines.append("| level | code | what it is | |\n|---|---|---|---|\n")
    every = [(code, name, "error") for code, name in ERRORS.items()]
    every += [(code, name, "warning") for code, name in WARNINGS.items()]
    for kind, level in LEVELS.items():
        for code, name, severity in every:
            if code.startswith(f"{kind}."):
                lines.append(f"| {level} | `{code}` | {name} | {severity} |\n")
    return "".join(lines)


def write_reference(folder: Path) -> Path:
    """Write README.md into `folder`."""
    page = folder / "README.md"
    page.write_text(reference(), encoding="utf-8")
    return page
