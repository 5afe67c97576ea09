"""Every fault the checks can name: its level, whether it forbids a solve, and what it is called."""

from __future__ import annotations

from planner.errors import Problem

LEVELS = {
    "file": "The file",
    "structure": "Sheets and headings",
    "cell": "Cells",
    "row": "Rows",
    "key": "Names and references",
    "cross": "Between sheets",
    "plausible": "Is that meant?",
}

ERRORS = {
    "file.missing": "There is no such file or folder",
    "file.not-a-file": "A link to nothing, a device, a pipe or a folder where a file belongs",
    "file.empty": "The file or folder is empty",
    "file.lock": "This is Excel's note that the file is open, not the file",
    "file.not-excel": "This is not an Excel workbook",
    "file.old-excel": "Password-protected, or the old .xls format",
    "file.binary-excel": "Excel's binary format",
    "file.open-document": "An OpenDocument file",
    "file.strict": "Saved as Strict Open XML",
    "file.damaged": "The file is damaged",
    "file.too-big": "The file is too big",
    "file.too-slow": "Reading took too long",
    "file.entities": "The file holds XML entities, which no workbook needs",
    "file.not-utf8": "The text is not UTF-8",
    "file.separator": "The columns are not separated by commas",
    "structure.missing-sheet": "A needed sheet is missing",
    "structure.empty-sheet": "A needed sheet has no rows",
    "structure.unknown-sheet": "An unknown sheet",
    "structure.duplicate-sheet": "Two sheets for one table",
    "structure.chart-sheet": "A chart sheet where a table belongs",
    "structure.missing-column": "A needed column is missing",
    "structure.unknown-column": "An unknown column",
    "structure.duplicate-column": "A column twice",
    "structure.unit-differs": "A heading with another unit",
    "structure.no-heading": "A value under no heading",
    "structure.merged": "Merged cells",
    "structure.second-heading": "A second heading row",
    "structure.totals-row": "A totals row",
    "structure.too-many-rows": "Too many rows",
    "structure.too-many-columns": "Too many columns",
    "structure.example-changed": "A row that carries the example's mark but other values",
    "cell.missing": "A cell that must be filled in",
    "cell.excel-error": "An Excel error",
    "cell.uncalculated": "A formula that was never calculated",
    "cell.unreadable": "A cell that cannot be read",
    "cell.text-number": "A number stored as text",
    "cell.not-a-number": "Not a number",
    "cell.boolean": "TRUE or FALSE where something else belongs",
    "cell.date-as-number": "A date or time where something else belongs",
    "cell.not-whole": "Not a whole number",
    "cell.out-of-range": "Outside its range",
    "cell.percent": "A share that looks like percent",
    "cell.absurd": "A number too large or too small to be meant",
    "cell.not-a-date": "Not a date",
    "cell.choice": "Not one of the possible words",
    "cell.number-as-name": "A number where a name belongs",
    "cell.date-as-name": "A name that Excel turned into a date",
    "cell.invisible": "An invisible character in a name",
    "cell.too-long": "A text that is too long",
    "cell.hts": "Not a tariff heading",
    "cell.separator": "A list that is not separated by semicolons",
    "row.min-above-max": "A smallest amount above the largest",
    "row.from-after-to": "A beginning after its end",
    "row.incoterm": "A price of which it is not clear what it holds",
    "row.lot-above-max": "A lot larger than all that can be bought",
    "row.zone": "A free zone whose goods would pay no duty on leaving",
    "row.ranking": "A bonus above the price: goods would be bought to be thrown away",
    "row.bundle": "An offer bundled with itself",
    "row.leaving": "A cost of leaving what need not stay",
    "row.order-needs-max": "A minimum order without a maximum",
    "row.lead-needs-max": "A lead time without a maximum",
    "row.unqualified-needs-max": "An offer that needs a maximum because its supplier is not qualified",
    "row.cohort": "A return that is neither a period's nor a cohort's",
    "row.shortage-needs-cost": "A shortage that is allowed but has no cost",
    "row.dated": "A dated value of which it is not clear whose it is",
    "row.duty-blank": "A duty row without a duty",
    "row.acts-on": "A duty row that adds but acts on another",
    "row.negative-capex": "Capex below zero at the smallest size",
    "row.limit-through": "A limit that looks through where its measure cannot, or for no country",
    "row.limit-attribute": "A limit on a mean that names no attribute, or another that does",
    "row.limit-priority": "A limit that gives way in two ways, or over all futures by its priority",
    "row.limit-selector": "A limit narrowed down by what its measure does not know",
    "row.limit-each": "A limit for each of what its measure does not know",
    "row.limit-range": "A bound outside its measure's range",
    "row.limit-counts": "A limit that does not count, and says from what on it does",
    "row.limit-goods": "A limit that needs a material or stage",
    "row.limit-sense": "A bound on the wrong side",
    "row.limit-dates": "Dates where all years count",
    "row.limits-contradict": "Limits that exclude each other",
    "row.tier-kind": "Price bands of two kinds",
    "row.contract-price": "A contract whose price is not clear",
    "row.quota-falls": "A duty that falls over its quota",
    "row.incentive": "An incentive that is not clear",
    "row.effect": "An effect of a partnership that is not clear",
    "row.event-selector": "An event narrowed down by what its kind does not know",
    "row.event-amount": "An event whose strength is not clear",
    "row.event-known": "An event that acts before it is known",
    "row.upstream-share": "Shares of an offer that add up to more than 1",
    "key.duplicate": "A row twice",
    "key.unknown": "An unknown name",
    "key.ambiguous": "A name with two meanings",
    "key.look-alike": "Two names that only look the same",
    "key.tie": "Two rows of which neither comes first",
    "key.apart": "Rows that belong together and differ",
    "key.cycle": "Rows that require each other",
    "key.periods": "Periods that do not follow each other",
    "key.year-in-period": "Years inside a period of several years",
    "key.unknown-setting": "An unknown setting",
    "key.missing-setting": "A needed setting is missing",
    "cross.attribute-missing": "A limit on an attribute that an offer does not state",
    "cross.delivered-price": "A price at a place that leaves a price band less than nothing",
    "cross.freight-bands": "A weight band of no lane, of two kinds, or below all freight",
    "cross.index-terms": "An index in a price that is fixed, or that is not known in all periods",
    "cross.award-stays": "A share that should stay of an award that is not there, or cannot",
    "cross.no-recipe": "A process that takes and makes nothing",
    "cross.output-nowhere": "An output that nothing takes",
    "cross.unserved": "A demand that nothing can serve",
    "cross.too-little": "A demand above all that could be supplied",
    "cross.probabilities": "Probabilities that do not add up to 1",
    "cross.event-needs-max": "An event that leaves part of an offer without a maximum",
    "cross.must-run": "A plant that must run but cannot",
    "cross.count-needs-max": "A count of what nothing bounds",
}

WARNINGS = {
    "file.macros": "Macros are not run",
    "file.not-read": "A file that is not read",
    "structure.hidden": "Hidden sheets, rows or columns are used",
    "structure.blank-rows": "Blank rows are skipped",
    "structure.unit-unclear": "Words beside a heading that are no unit",
    "structure.heading-below": "The headings are not in the first row",
    "structure.emptied": "A sheet without rows takes another's place",
    "structure.stale-formulas": "Formulas that may not have been calculated",
    "structure.linked-formulas": "Values that come from another workbook",
    "cell.trimmed": "Spaces around a name are dropped",
    "cell.spelling": "A name in two spellings",
    "row.ramp-falls": "A ramp that falls",
    "row.zero-recipe": "A recipe row that does nothing",
    "cross.unserved-short": "A demand that can only go short",
    "cross.too-little-short": "A demand that must go partly short",
    "cross.no-lane": "An offer without a lane to anyone who takes it",
    "cross.nobody-takes": "An offer that nobody takes",
    "cross.input-missing": "A process whose input nothing brings",
    "cross.unused": "Something that nothing uses",
    "cross.nothing-needed": "No demand at all",
    "cross.no-demand": "A segment without demand",
    "cross.demand-gap": "A segment with demand in some periods only",
    "cross.matches-nothing": "A row that speaks of nothing in the case",
    "cross.never-open": "Something that is never open in the horizon",
    "cross.known-early": "An event that is known early",
    "cross.in-part-of-period": "Something that holds in part of a period only",
    "cross.too-late": "A plant that would run only after the horizon",
    "plausible.through-unknown": "A limit that looks through to a country that nobody states",
    "plausible.unit-jump": "A number far from its neighbours",
    "plausible.rate": "A duty rate that looks like percent",
    "plausible.mass": "A recipe that makes mass",
    "plausible.large-maximum": "A maximum far beyond all that is used",
    "plausible.endless": "A market without a maximum for goods that can be made without limit",
    "plausible.cheap-shortage": "Going short costs less than buying",
    "plausible.long-horizon": "A very long horizon",
    "plausible.near-name": "Two names that are almost the same",
    "plausible.unscored": "A country without a risk score where exposure counts",
}


def severity(code: str) -> str:
    """Whether the case cannot be solved ("error") or can ("warning")."""
    return "error" if code in ERRORS else "warning"


def title(code: str) -> str:
    """What a fault is called, for headings."""
    return ERRORS.get(code) or WARNINGS.get(code) or code


def level(code: str) -> str:
    """The level a code belongs to, as a heading for people."""
    return LEVELS.get(code.split(".", maxsplit=1)[0], LEVELS["cross"])


def problem(
    code: str, sheet: str = "", cell: str = "", column: str = "", found: str = "", *, message: str, fix: str
) -> Problem:
    """A problem whose severity comes from the catalogue."""
    if code not in ERRORS and code not in WARNINGS:
        raise KeyError(code)
    return Problem(code, severity(code), sheet, cell, column, found, message, fix)
