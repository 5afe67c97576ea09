"""Rows, keys, references and whole cases that cannot be meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from breaking import Bad, Make, cell_of, repeated, with_cell, with_csv_cell, with_csv_sheets, with_sheets
from good_case import Sheets, good, put

from planner.schema import SHEET, Ref

# Rows and keys --------------------------------------------------------------------------------------------------------


def group_as_country(sheets: Sheets) -> None:
    put(sheets, "countries!C3", "allied; AUS")
    put(sheets, "tariffs!C3", "AUS")


def late_order(sheets: Sheets) -> None:
    sheets["offers"] = [[*row, head] for row, head in zip(sheets["offers"], ["lead_days", 60, 60], strict=False)]


def kept_by_nothing(sheets: Sheets) -> None:
    """Every need may go short, and a share of at least a tenth comes before what that costs."""
    sheets["segments"][1][5], sheets["segments"][2][4:6] = 1, [2000000, 1]
    sheets["limits"] = [[*row, None] for row in sheets["limits"]]
    sheets["limits"][0][-1] = "priority"
    sheets["limits"].append(["At home", "share", "at least", 0.1, "USA", "NdPr oxide", None, None, None, 2])


def idle_index(sheets: Sheets) -> None:
    """An event moves an index that no price follows."""
    sheets["indices"] += [["tin", year, 1] for year in (2026, 2027, 2028)]
    sheets["events"] = [[*row, None] for row in sheets["events"]]
    sheets["events"][0][-1] = "index"
    sheets["events"].append(["Surge", "index", *[None] * 5, 2028, None, None, 1.2, None, "tin"])


def in_pieces(unit: str = "piece; pieces", **cells: Any) -> Make:
    """The amounts are in another unit, and some cells are set."""

    def change(sheets: Sheets) -> None:
        sheets["settings"].append(["quantity_unit", unit])
        for name, value in cells.items():
            sheet, _, cell = name.rpartition("_")
            put(sheets, f"{sheet}!{cell}", value)

    return with_sheets(change)


def references() -> Iterator[Bad]:
    """Each reference of each sheet to a name that does not exist."""
    for sheet, rows in good().items():
        for column in SHEET[sheet].columns:
            if isinstance(column, Ref) and column.name in rows[0]:
                place = rows[0].index(column.name)
                filled = [n for n, row in enumerate(rows[1:], 2) if place < len(row) and row[place] is not None]
                for row in filled[:1]:
                    cell = cell_of(sheet, column.name, row)
                    wrong = 2099 if isinstance(rows[row - 1][place], int) else "Zyzzx"
                    yield Bad(f"unknown {cell}", with_csv_cell(cell, wrong), "key.unknown", cell)


def duplicates() -> Iterator[Bad]:
    for sheet, rows in good().items():
        key = SHEET[sheet].key[0]
        yield Bad(f"a row of {sheet} twice", repeated(sheet), "key.duplicate", cell_of(sheet, key, len(rows) + 1))


def _also(decision: list[Any]) -> Callable[[Sheets], None]:
    """One more decision, in row 9; and a country of which nothing comes."""

    def change(sheets: Sheets) -> None:
        sheets["countries"].append(["FRA", "France", None, None])
        sheets["decisions"].append(decision)

    return change


def cells_set(**cells: Any) -> Make:
    """Several cells at once: offers_I2=5 is offers!I2."""

    def change(sheets: Sheets) -> None:
        for name, value in cells.items():
            sheet, _, cell = name.rpartition("_")
            put(sheets, f"{sheet}!{cell}", value)

    return with_sheets(change)


def limits_of_a_buyer() -> Iterator[Bad]:
    """One more limit of suppliers, attributes or countries behind the origin."""
    columns = ["limit", "measure", "sense", "value", "country", "supplier", "material", "through", "attribute"]
    columns += ["priority", "penalty_per_unit", "offer", "counts_from_share", "counts_from_t"]
    for name, row, code, column, warning in (
        ("a supplier group unknown", ["share", "at most", 1, None, "incumbents", "NdPr oxide"], "key.unknown",
         "supplier", False),
        ("an offer group unknown", ["bought_t", "at most", 1, *[None] * 7, "rails"], "key.unknown", "offer", False),
        ("a measure that knows no offers", ["made_t", "at most", 1, *[None] * 7, "Lynas NdPr"], "row.limit-selector",
         "offer", False),
        ("through to where a count cannot", ["suppliers_used", "at most", 2, "CHN", None, None, "mined"],
         "row.limit-through", "through", False),
        ("through to no country", ["share", "at most", 0.9, None, None, "NdPr oxide", "mined"], "row.limit-through",
         "through", False),
        ("through to what nobody says", ["share", "at most", 0.9, "USA", None, "NdPr oxide", "refined"],
         "plausible.through-unknown", "through", True),
        ("a mean of nothing", ["attribute_mean", "at least", 1], "row.limit-attribute", "attribute", False),
        ("an attribute of a sum", ["bought_t", "at least", 1, None, None, None, None, "quality"],
         "row.limit-attribute", "attribute", False),
        ("an attribute that not all state", ["attribute_mean", "at least", 1, None, None, None, None, "quality"],
         "cross.attribute-missing", "attribute", False),
        ("a share from which a lane counts", ["lanes_used", "at least", 2, *[None] * 8, 0.3], "row.limit-counts",
         "counts_from_share", False),
        ("tons from which a plant is open", ["facilities_open", "at most", 2, *[None] * 9, 30], "row.limit-counts",
         "counts_from_t", False),
        ("more shares than a whole", ["suppliers_used", "at least", 4, None, None, "NdPr oxide", *[None] * 5, 0.3],
         "row.limit-counts", "counts_from_share", False),
        ("a share of different goods", ["suppliers_used", "at least", 2, *[None] * 8, 0.3], "row.limit-goods",
         "material", False),
        ("a share of nothing", ["suppliers_used", "at most", 2, None, None, "NdPr oxide", *[None] * 5, 0],
         "cell.out-of-range", "counts_from_share", False),
        ("a priority and a penalty", ["bought_t", "at least", 1, *[None] * 5, 2, 100], "row.limit-priority", "priority",
         False),
        ("a priority over all futures", ["worst_cost_musd", "at most", 1, *[None] * 5, 2], "row.limit-priority",
         "priority", False),
    ):  # fmt: skip
        rows = [columns, [None if n >= len(row) + 1 else ["Buyer", *row][n] for n in range(len(columns))]]

        def change(sheets: Sheets, rows: list[list[Any]] = rows) -> None:
            sheets["limits"] = rows

        where = f"limits!{'ABCDEFGHIJKLMN'[columns.index(column)]}2"
        yield Bad(name, with_csv_sheets(change), code, where, warning=warning)


def _staying(more: dict[str, Any]) -> Callable[[Sheets], None]:
    """One more column of the offers, filled in for one of them; and tons of today's award."""
    column = next(name for name in more if name not in ("offer", "t"))

    def change(sheets: Sheets) -> None:
        rows = sheets["offers"]
        rows[0].append(column)
        for row in rows[1:]:
            row.append(more[column] if row[0] == more.get("offer", "Lynas NdPr") else None)
        sheets["awards"][1][2] = more.get("t", 300)

    return change


ROWS = [
    Bad("from after to", with_cell("offers!H3", 2025), "row.from-after-to", "offers!G3"),
    Bad("earliest after latest", with_cell("build_options!J2", 2025), "row.from-after-to", "build_options!I2"),
    Bad("day after day", with_cell("tariffs!H3", dt.date(2020, 1, 1)), "row.from-after-to", "tariffs!G3"),
    Bad("min above max", with_cell("build_options!C2", 5000), "row.min-above-max", "build_options!C2"),
    Bad("min order above max", with_cell("offers!K2", 5000), "row.min-above-max", "offers!K2"),
    Bad("min share above max share", with_cell("returns!J2", 0.9), "row.min-above-max", "returns!J2"),
    Bad("initial stock above room", with_cell("stocks!C2", 900), "row.min-above-max", "stocks!C2"),
    Bad("reserve above room", with_cell("stocks!H2", 900), "row.min-above-max", "stocks!H2"),
    Bad("a unit with a number", in_pieces("1000 pcs"), "row.quantity-unit", "settings!B7"),
    Bad("a unit too long", in_pieces("p" * 21), "row.quantity-unit", "settings!B7"),
    Bad(
        "CO2 in a case of pieces",
        in_pieces(processes_F1="co2_t_per_t", processes_F2=2),
        "cross.in-tons",
        "processes!F2",
    ),
    Bad("lead time without maximum", with_sheets(late_order), "row.lead-needs-max", "offers!L3"),
    Bad("minimum order without maximum", with_cell("offers!J2", None), "row.order-needs-max", "offers!J2"),
    Bad("unqualified without maximum", with_cell("offers!J4", None), "row.unqualified-needs-max", "offers!J4"),
    Bad("half a cohort", with_cell("returns!G4", None), "row.cohort", "returns!G4"),
    Bad("a period without tons", with_cell("returns!E2", None), "row.cohort", "returns!E2"),
    Bad("a period and a cohort", with_cell("returns!F2", "EV motors"), "row.cohort", "returns!D2"),
    Bad("shortage without cost", with_cell("segments!E2", None), "row.shortage-needs-cost", "segments!E2"),
    Bad("duty without a duty", with_cell("tariffs!E2", None), "row.duty-blank", "tariffs!E2"),
    Bad("adds but acts on", with_cell("tariffs!J3", "general"), "row.acts-on", "tariffs!J3"),
    Bad("negative capex", with_cell("build_options!E2", -10), "row.negative-capex", "build_options!E2"),
    Bad("falling ramp", with_cell("build_options!M2", 0.3), "row.ramp-falls", "build_options!M2", warning=True),
    Bad("zero in a recipe", cells_set(recipes_C4=0), "row.zero-recipe", "recipes!C4", warning=True),
]
AGREEMENTS = [
    Bad(
        "limits that exclude each other",
        with_csv_sheets(lambda s: s["limits"].append(["More", "share", "at least", 0.95, "CHN", "NdPr oxide"])),
        "row.limits-contradict",
        "limits!D4",
    ),
    Bad("price bands of two kinds", with_csv_cell("offer_tiers!D3", "all units"), "row.tier-kind", "offer_tiers!D3"),
    Bad("a contract without price", with_csv_cell("contracts!K2", None), "row.contract-price", "contracts!K2"),
    Bad("a contract with two prices", with_csv_cell("contracts!L2", 0.1), "row.contract-price", "contracts!K2"),
    Bad("a fixed price with a floor", with_csv_cell("contracts!M2", 5), "row.contract-price", "contracts!M2"),
    Bad("a floor above its ceiling", with_csv_cell("contracts!M3", 90000), "row.min-above-max", "contracts!M3"),
    Bad("signed after its end", with_csv_cell("contracts!D2", 2031), "row.from-after-to", "contracts!D2"),
    Bad("a quota whose duty falls", with_csv_cell("quotas!H2", 0.5), "row.quota-falls", "quotas!I2"),
    Bad("a grant without share", with_csv_cell("incentives!E3", None), "row.incentive", "incentives!E3"),
    Bad("a grant per ton", with_csv_cell("incentives!F3", 5), "row.incentive", "incentives!F3"),
    Bad("a grant to a material", with_csv_cell("incentives!C3", "magnet"), "row.incentive", "incentives!C3"),
    Bad("a grant for an origin", with_csv_cell("incentives!K3", "Defence"), "row.incentive", "incentives!K3"),
    Bad("a phase-out of what has no end", with_csv_cell("incentives!H2", None), "row.incentive", "incentives!H2"),
    Bad(
        "a floor without material",
        with_csv_sheets(lambda s: s["incentives"].append(["F", "price floor", "Nevada magnets", None, None, 5])),
        "row.incentive",
        "incentives!D4",
    ),
    Bad(
        "a duty cut that no law has",
        with_csv_cell("partnership_effects!C2", "generl"),
        "row.effect",
        "partnership_effects!C2",
        fix="'general'",
    ),
    Bad("a duty cut of 50", with_csv_cell("partnership_effects!D2", 50), "row.effect", "partnership_effects!D2"),
    Bad(
        "trust restored for a name",
        with_csv_cell("partnership_effects!B2", "restores trust"),
        "row.effect",
        "partnership_effects!C2",
    ),
    Bad(
        "half a year sooner",
        with_csv_sheets(lambda s: s["partnership_effects"].append(["Malaysia", "shortens lead", "magnets one", 0.5])),
        "row.effect",
        "partnership_effects!D3",
    ),
    Bad(
        "more upstream than all",
        with_csv_sheets(lambda s: s["upstream"].append(["Lynas NdPr", "CHN", "carbonate", 0.8])),
        "row.upstream-share",
        "upstream!D3",
    ),
    Bad("a demand event by country", with_csv_cell("events!C4", "CHN"), "row.event-selector", "events!C4"),
    Bad("an event without amount", with_csv_cell("events!K2", None), "row.event-amount", "events!K2"),
    Bad("a delay by a factor", with_csv_cell("events!K5", 2), "row.event-amount", "events!K5"),
    Bad("a factor and a value", with_csv_cell("events!K3", 2), "row.event-amount", "events!L3"),
    Bad("a delay of half a year", with_csv_cell("events!L5", 0.5), "row.event-amount", "events!L5"),
    Bad("an event before it is known", with_csv_cell("events!J3", 2030), "row.event-known", "events!J3"),
    Bad("part of an offer without maximum", with_csv_cell("events!K2", 0.5), "cross.event-needs-max", "events!K2"),
    Bad(
        "a ban of part of a period on an offer without maximum",
        with_csv_sheets(lambda s: s["events"][1].__setitem__(7, 2029)),
        "cross.event-needs-max",
        "events!K2",
    ),
    Bad(
        "a ban behind an offer without maximum",
        with_csv_sheets(
            lambda s: (s["events"][1].__setitem__(2, "AUS"), s["upstream"].append(["Northern NdPr", "AUS", None, 0.3]))
        ),
        "cross.event-needs-max",
        "events!K2",
    ),
    Bad("probabilities above 1", with_csv_cell("scenarios!B4", 0.8), "cross.probabilities", "scenarios!B4"),
    Bad("a future that cannot happen", with_csv_cell("scenarios!B4", 0), "cell.out-of-range", "scenarios!B4"),
    Bad("an event known early", with_csv_cell("events!H5", 2029), "cross.known-early", "events!H5", warning=True),
    Bad(
        "a surge in part of a period",
        with_csv_cell("events!I4", 2029),
        "cross.in-part-of-period",
        "events!H4",
        warning=True,
    ),
    Bad("a limit by what it cannot know", with_csv_cell("limits!F2", None), "row.limit-goods", "limits!F2"),
    Bad(
        "a share that says what counts",
        with_csv_sheets(lambda s: (s["limits"][0].append("counts_from_t"), s["limits"][1].append(30))),
        "row.limit-counts",
        "limits!J2",
    ),
    Bad("a limit for each country", with_csv_cell("limits!B3", "exposure"), "row.limit-each", "limits!G3"),
    Bad("a share above 1", with_csv_cell("limits!D2", 40), "row.limit-range", "limits!D2"),
    Bad("a concentration of 0", with_csv_cell("limits!D3", 0), "row.limit-range", "limits!D3"),
    Bad("hhi from below", with_csv_cell("limits!C3", "at least"), "row.limit-sense", "limits!C3"),
    Bad(
        "a limit on cost with dates",
        with_csv_sheets(lambda s: s["limits"].append(["L", "worst_cost_musd", "at most", 9, None, None, None, 2027])),
        "row.limit-dates",
        "limits!H4",
    ),
    Bad(
        "cost from below",
        with_csv_sheets(lambda s: s["limits"].append(["L", "worst_cost_musd", "at least", 9])),
        "row.limit-sense",
        "limits!C4",
    ),
    Bad("each country and one", with_csv_cell("limits!G2", "country"), "row.limit-each", "limits!G2"),
    Bad("a limit past all beginnings", with_csv_cell("limits!H2", 2029), "cross.never-open", "limits!H2", warning=True),
    Bad(
        "no score though exposure has a price",
        with_csv_sheets(lambda s: s["settings"].append(["exposure_price", 0.1])),
        "plausible.unscored",
        "countries!D5",
        warning=True,
    ),
    *limits_of_a_buyer(),
    *(
        Bad(f"a dated value {name}", with_csv_cell(cell, value), "row.dated", at)
        for name, cell, value, at in (
            ("of nobody", "dated_values!C2", None, "dated_values!C2"),
            ("of a segment that has none such", "dated_values!B2", "EV motors", "dated_values!B2"),
            ("of a process elsewhere", "dated_values!C3", "Texas separation", "dated_values!D3"),
            ("below nothing", "dated_values!G2", -1, "dated_values!G2"),
        )
    ),
    Bad(
        "a price at a place below its bands",
        cells_set(delivered_prices_A2="Lynas NdPr", delivered_prices_D2=1000),
        "cross.delivered-price",
        "delivered_prices!D2",
    ),
    Bad(
        "a place that does not take the offer's goods",
        with_csv_cell("delivered_prices!B2", "Kuantan"),
        "cross.matches-nothing",
        "delivered_prices!B2",
        warning=True,
    ),
    Bad(
        "a dated value of a segment that may not go short",
        with_csv_sheets(lambda s: s["dated_values"].append(["shortage_usd_per_t", "Phosphors", *[None] * 4, 9])),
        "row.dated",
        "dated_values!B4",
    ),
    Bad(
        "a zone of its own country",
        with_csv_sheets(lambda s: (s["places"][0].append("zone_origin"), s["places"][1].append("USA"))),
        "row.zone",
        "places!E2",
    ),
    Bad("rebates of two kinds", with_csv_cell("rebates!D4", "incremental"), "row.tier-kind", "rebates!D4"),
    Bad("a rebate of more than all", with_csv_cell("rebates!C2", 3), "cell.percent", "rebates!C2"),
    Bad(
        "safety stock for eleven years",
        with_csv_sheets(lambda s: (s["stocks"][0].append("cover_days"), s["stocks"][1].append(4015))),
        "cell.out-of-range",
        "stocks!I2",
    ),
    Bad(
        "an index in a fixed price",
        with_csv_cell("index_terms!A2", "Lynas offtake"),
        "cross.index-terms",
        "index_terms!A2",
    ),
    Bad(
        "a formula of two prices",
        cells_set(index_terms_E1="offer", index_terms_E2="Lynas NdPr"),
        "cross.index-terms",
        "index_terms!A2",
    ),
    Bad("a formula of no price", with_csv_cell("index_terms!A2", None), "cross.index-terms", "index_terms!A2"),
    Bad(
        "an event on an index in no formula",
        with_sheets(idle_index),
        "cross.matches-nothing",
        "events!M6",
        warning=True,
    ),
    Bad(
        "a share kept by nothing", with_sheets(kept_by_nothing), "plausible.kept-by-nothing", "limits!J4", warning=True
    ),
    Bad("an index that ends", with_csv_sheets(lambda s: s["indices"].pop()), "cross.index-terms", "index_terms!B2"),
    Bad(
        "weight bands of no lane",
        with_csv_cell("freight_bands!B2", "Nevada"),
        "cross.freight-bands",
        "freight_bands!A2",
    ),
    Bad(
        "a discount above all freight",
        with_csv_cell("freight_bands!E2", -9000),
        "cross.freight-bands",
        "freight_bands!E2",
    ),
    Bad("no decision named", with_csv_cell("decisions!B2", None), "row.decided", "decisions!A2"),
    Bad("two decisions in a row", with_csv_cell("decisions!C2", "Northern NdPr"), "row.decided", "decisions!C2"),
    Bad("a lane with one end", with_csv_cell("decisions!I8", None), "row.decided", "decisions!I8"),
    Bad("forced and forbidden", with_sheets(_also(["forbid", "Lynas"])), "row.decided-both", "decisions!A9"),
    Bad("forced though signed", with_csv_cell("decisions!D4", "Index offtake"), "cross.decided", "decisions!D4"),
    Bad(
        "a forced country of nobody", with_sheets(_also(["force", *[None] * 5, "FRA"])), "cross.decided", "decisions!G9"
    ),
    Bad(
        "a forced lane of nothing",
        with_sheets(_also(["force", *[None] * 6, "USA", "MYS"])),
        "cross.decided",
        "decisions!H9",
    ),
    Bad("an offer with itself", with_csv_cell("bundles!B2", "Northern NdPr"), "row.bundle", "bundles!B2"),
    *(
        Bad(name, with_csv_sheets(_staying(more)), code, where)
        for name, more, code, where in (
            ("leaving what need not stay", {"leaving_musd": 1}, "row.leaving", "offers!L2"),
            ("a share of no award", {"stays_share": 0.5, "offer": "Northern NdPr"}, "cross.award-stays", "offers!L3"),
            ("a bonus above the price", {"ranking_usd_per_t": -80_000}, "row.ranking", "offers!L2"),
            ("a lot above the maximum", {"lot_t_per_year": 1300}, "row.lot-above-max", "offers!L2"),
            ("more stays than there is", {"stays_share": 0.5, "t": 2500}, "cross.award-stays", "offers!L2"),
        )
    ),
    Bad("hhi of one country", with_csv_cell("limits!E3", "CHN"), "row.limit-selector", "limits!E3"),
]
KEYS = [
    *references(),
    *duplicates(),
    Bad(
        "twice but for case",
        with_sheets(lambda s: s["countries"].append(["usa", "again"])),
        "key.duplicate",
        "countries!A6",
        fix="Delete",
    ),
    Bad(
        "twice but for spaces",
        with_sheets(lambda s: s["places"].append(["TEXAS ", "USA"])),
        "key.duplicate",
        "places!A5",
    ),
    Bad("home country unknown", with_cell("settings!B2", "UAS"), "key.unknown", "settings!B2", fix="'USA'"),
    Bad("misspelt supplier", with_cell("offers!B2", "Lynsa"), "key.unknown", "offers!B2", fix="'Lynas'"),
    Bad(
        "a year inside a period",
        with_cell("offer_prices!B2", 2029),
        "key.year-in-period",
        "offer_prices!B2",
        fix="2028",
    ),
    Bad("unknown setting", with_cell("settings!A6", "mip_gab"), "key.unknown-setting", "settings!A6", fix="'mip_gap'"),
    Bad("setting missing", with_sheets(lambda s: s["settings"].pop(1)), "key.missing-setting", "settings!A6"),
    Bad("a gap between periods", with_sheets(lambda s: s["periods"].append([2040, 1])), "key.periods", "periods!A5"),
    Bad("overlapping periods", with_cell("periods!B3", 2), "key.periods", "periods!A4"),
    Bad(
        "options that wait for each other",
        with_cell("build_options!P2", "magnets two"),
        "key.cycle",
        "build_options!P2",
    ),
    Bad(
        "an option that waits for itself", with_cell("build_options!P2", "magnets one"), "key.cycle", "build_options!P2"
    ),
    Bad(
        "a place called as a country",
        with_sheets(lambda s: s["places"].append(["USA", "USA"])),
        "key.ambiguous",
        "lanes!B2",
    ),
    Bad("a group called as a country", with_sheets(group_as_country), "key.ambiguous", "tariffs!C3"),
]

# Between sheets, and slips --------------------------------------------------------------------------------------------


def without_sales(sheets: Sheets) -> None:
    del sheets["sales"]
    sheets["materials"][3][5] = None


def lone(sheets: Sheets) -> None:
    """Phosphors wants something that only a far-away offer has."""
    sheets["materials"].append(["Tb oxide", "oxide", "Tb"])
    sheets["offers"].append(["Tb", "Lynas", "Tb oxide", "MYS", None, None, None, None, 900000])
    sheets["segments"][2][2] = "Tb oxide"
    sheets["lanes"][1] = ["CHN", "USA", "*", 200]
    sheets["lanes"].append(["AUS", "USA", "*", 200])
    sheets["lanes"][2][2] = "NdPr oxide"
    del sheets["freight_bands"]


def closed(sheets: Sheets) -> None:
    """Phosphors must have what only one offer brings, from the third period on."""
    lone(sheets)
    sheets["lanes"] = good()["lanes"]
    sheets["offers"][-1][6] = 2028


def scarce(sheets: Sheets) -> None:
    """Phosphors must have 100 t of what only one offer of 50 t brings."""
    sheets["materials"].append(["Tb oxide", "oxide", "Tb"])
    sheets["offers"].append(["Tb", "Lynas", "Tb oxide", "MYS", None, None, None, None, 900000, 50])
    sheets["segments"][2][2] = "Tb oxide"


def late_tb(sheets: Sheets) -> None:
    """Of the 200 t a year, enough by far, none arrives before the first year is over."""
    scarce(sheets)
    sheets["offers"] = [[*row, *[None] * (11 - len(row))] for row in sheets["offers"]]
    sheets["offers"][-1][9] = 200
    for row, days in zip(sheets["offers"], ["lead_days", *[None] * (len(sheets["offers"]) - 2), 365], strict=True):
        row.append(days)


def scarce_but_may(sheets: Sheets) -> None:
    scarce(sheets)
    sheets["segments"][2][4:6] = [2000000, 1]


def lone_but_may(sheets: Sheets) -> None:
    """Nobody offers what Phosphors wants, and it may go short."""
    lone(sheets)
    sheets["offers"].pop()
    sheets["segments"][2][4:6] = [2000000, 1]


def stranded(sheets: Sheets) -> None:
    """A second offer of carbonate leaves from Kuantan, and from Malaysia only oxide moves."""
    sheets["lanes"][1][0] = "CHN"
    sheets["lanes"] += [["AUS", "USA", "*", 200], ["MYS", "USA", "oxide", 150]]
    sheets["offers"].append(["Kuantan carbonate", "Lynas", "carbonate", "MYS", "Kuantan", None, None, None, 9500, 10])


def no_scrap(sheets: Sheets) -> None:
    """Nothing brings scrap to the recycler, which need not run."""
    del sheets["returns"]
    sheets["facilities"][3][6] = None
    sheets["materials"][5][5] = 50


def century(sheets: Sheets) -> None:
    """Two more periods of fifty years, with needs."""
    for year in (2031, 2081):
        sheets["periods"].append([year, 50])
        sheets["demand"].append(["EV motors", year, 900])
        sheets["demand"].append(["Phosphors", year, 120])
        sheets["indices"].append(["NdPr FOB", year, 64000])


def must_run(sheets: Sheets) -> None:
    """The recycler must run, but its scrap comes back in Texas and no lane leads to Nevada."""
    for row in sheets["returns"][1:]:
        row[1] = "Texas"
    sheets["lanes"] = [
        sheets["lanes"][0],
        ["*", "USA", "NdPr oxide", 200],
        ["*", "USA", "magnet", 200],
        ["*", "USA", "carbonate", 200],
    ]
    del sheets["freight_bands"]


CROSS = [
    Bad("only offers that are closed", with_sheets(closed), "cross.too-little", "demand!C5"),
    Bad(
        "a need that can only go short", with_sheets(lone_but_may), "cross.unserved-short", "segments!A3", warning=True
    ),
    Bad("an offer that leads nowhere", with_sheets(stranded), "cross.no-lane", "offers!A6", warning=True),
    Bad("an input that nothing brings", with_sheets(no_scrap), "cross.input-missing", "processes!B4", warning=True),
    Bad(
        "a process without recipe",
        with_sheets(lambda s: s["processes"].append(["Nevada magnets", "dream", 1])),
        "cross.no-recipe",
        "processes!B5",
    ),
    Bad("an output that leads nowhere", with_sheets(without_sales), "cross.output-nowhere", "processes!B2"),
    Bad("demand that nothing can serve", with_sheets(lone), "cross.unserved", "segments!A3"),
    Bad("demand above all supply", with_sheets(scarce), "cross.too-little", "demand!C5"),
    Bad("a first order that comes too late", with_sheets(late_tb), "cross.too-little", "demand!C5", fix="lead_days"),
    Bad("a plant that must run and cannot", with_sheets(must_run), "cross.must-run", "facilities!G4"),
    Bad(
        "demand partly above all supply",
        with_sheets(scarce_but_may),
        "cross.too-little-short",
        "demand!C5",
        warning=True,
    ),
    Bad(
        "an offer nobody takes",
        with_sheets(lambda s: s["offers"].append(["La", "Lynas", "La oxide", "MYS", None, None, None, None, 1000, 5])),
        "cross.nobody-takes",
        "offers!C6",
        warning=True,
    ),
    Bad(
        "a supplier without offers",
        with_sheets(lambda s: s["suppliers"].append(["Idle", "AUS", "yes"])),
        "cross.unused",
        "suppliers!A5",
        warning=True,
    ),
    Bad(
        "a segment without demand",
        with_sheets(lambda s: s["segments"].append(["Lasers", "Texas", "NdPr oxide", 3, None, 0])),
        "cross.no-demand",
        "segments!A4",
        warning=True,
    ),
    Bad(
        "demand with a gap", with_sheets(lambda s: s["demand"].pop(5)), "cross.demand-gap", "segments!A3", warning=True
    ),
    Bad("an offer after the horizon", with_cell("offers!G4", 2040), "cross.never-open", "offers!G4", warning=True),
    Bad("a plant too late", with_cell("build_options!G3", 30), "cross.too-late", "build_options!G3", warning=True),
    Bad(
        "no demand at all",
        with_sheets(lambda s: [s.pop("sales"), *(row.__setitem__(2, 0) for row in s["demand"][1:])]),
        "cross.nothing-needed",
        "demand!C2",
        warning=True,
    ),
]
PLAUSIBLE = [
    Bad("a horizon of 105 years", with_sheets(century), "plausible.long-horizon", "periods!A2", warning=True),
    Bad("a price per kg", with_cell("offers!I2", 70), "plausible.unit-jump", "offers!I2", warning=True, fix="kg"),
    Bad(
        "a price 1000 times",
        with_cell("offer_prices!C2", 72_000_000),
        "plausible.unit-jump",
        "offer_prices!C2",
        warning=True,
        fix="kg",
    ),
    Bad("a duty of 700 %", with_cell("tariffs!E3", 7), "plausible.rate", "tariffs!E3", warning=True, fix="0.07"),
    Bad("refining that adds mass", with_cell("recipes!C3", 0.9), "plausible.mass", "recipes!C3", warning=True),
    Bad(
        "a size without end",
        with_cell("build_options!D3", 1e9),
        "plausible.large-maximum",
        "build_options!D3",
        warning=True,
        fix="could be used",
    ),
    Bad(
        "shortage cheaper than buying",
        with_cell("segments!E2", 50_000),
        "plausible.cheap-shortage",
        "segments!E2",
        warning=True,
    ),
]
