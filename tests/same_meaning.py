"""Other ways to say the same case: none of them may change what the best plan costs.

Each way takes settings and sheets as rows, and gives them back said otherwise, with what cost is multiplied by. What a
column holds (a name, money, tons) is what the schema says of it, so that no column is forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5
from typing import Any

from planner import schema

Row = dict[str, Any]
Sheets = dict[str, list[Row]]


@dataclass(frozen=True)
class Said:
    """A case as settings and rows, and the unit of its costs as a share of a million dollars."""

    settings: Row
    sheets: Sheets
    cost: float = 1.0


Way = Callable[[Said, random.Random], Said]
NAMED = (schema.Name, schema.Label, schema.Ref, schema.NameList)
NO_NAMES = {("countries", "name")}


def renamed(case: Said, lot: random.Random) -> Said:
    """Every name is another one, in another order of the alphabet."""
    salt = str(lot.random())
    columns = {
        (sheet.name, column.name): column
        for sheet in schema.SHEETS
        for column in sheet.columns
        if isinstance(column, NAMED) and "periods.period" not in getattr(column, "to", ())
    }

    def other(name: Any) -> Any:
        if isinstance(name, (list, tuple)):
            return [other(one) for one in name]
        if name in (None, "", "*"):
            return name
        parts = str(name).split(";")
        return ";".join("n" + md5((salt + part.strip()).encode()).hexdigest()[:9] for part in parts)

    sheets = {
        sheet: [{key: other(cell) if (sheet, key) in columns else cell for key, cell in row.items()} for row in rows]
        for sheet, rows in case.sheets.items()
    }
    return Said({**case.settings, "home_country": other(case.settings["home_country"])}, sheets)


def shuffled(case: Said, lot: random.Random) -> Said:
    """All rows of all sheets in another order, and the sheets too."""
    names = list(case.sheets)
    lot.shuffle(names)
    return Said(case.settings, {name: lot.sample(case.sheets[name], len(case.sheets[name])) for name in names})


# How a number in each unit changes where money is told in another unit and tons are: exponents of (money, tons).
UNITS = {
    "USD/t": (1, -1), "M$": (1, 0), "t/yr": (0, 1), "t": (0, 1), "USD per t/yr": (1, -1), "USD/t/yr": (1, -1),
    "m3/t": (0, -1), "USD/m3": (1, 0), "M$/yr": (1, 0),
}  # fmt: skip
PURE = {
    "", "fraction", "t/t", "years", "year", "times", "rank", "0-100", "degrees", "factor", "days", "s", "date", "units",
    "see kind", "see effect", "USD/unit/yr", "USD per USD at risk", "%", "facilities", "suppliers", "lanes", "m3/yr",
    "0-1", "suppliers/yr", "see attribute", "see index", "see column", "USD",
}  # fmt: skip
EVENT_VALUES = {"price": (1, -1), "cost": (1, -1), "demand": (0, 1)}
RATIOS_OF_TONS = {"share", "recycled_share", "shortage_share", "stock_days", "hhi", "attribute_mean"}  # missed by tons
RATIOS_OF_MONEY = {"exposure", "spend_share"}


def in_units(money: float, tons: float) -> Way:
    """Money told in another unit (a thousandth of the number: thousands), and tons (a thousand times: kilograms)."""

    def told(case: Said, lot: random.Random) -> Said:
        del lot
        units = {
            (sheet.name, column.name): str(getattr(column, "unit", ""))
            for sheet in schema.SHEETS
            for column in sheet.columns
        }
        unknown = {unit for unit in units.values() if unit not in UNITS and unit not in PURE}
        assert not unknown, f"say what becomes of numbers in {unknown}"
        stated = {setting.name: str(getattr(setting, "unit", "")) for setting in schema.SETTINGS}

        def by(number: Any, exponents: tuple[int, int]) -> Any:
            if number in (None, "") or exponents == (0, 0):
                return number
            return float(number) * money ** exponents[0] * tons ** exponents[1]

        settings = {name: by(value, UNITS.get(stated.get(name, ""), (0, 0))) for name, value in case.settings.items()}
        sheets: Sheets = {}
        for sheet, rows in case.sheets.items():
            sheets[sheet] = []
            for row in rows:
                told_in = {key: UNITS.get(units.get((sheet, key), ""), (0, 0)) for key in row} | _special(sheet, row)
                sheets[sheet].append({key: by(cell, told_in[key]) for key, cell in row.items()})
        for row in sheets.get("limits", []):
            if row["sense"] != "at most" or row.get("counts_from_t"):  # blank means a ton, or any amount
                row["counts_from_t"] = row.get("counts_from_t") or tons
        return Said(settings, sheets, case.cost * money)

    return told


def _special(sheet: str, row: Row) -> dict[str, tuple[int, int]]:
    """The units of those numbers whose unit hangs on another cell of the row."""
    if sheet == "events":
        return {"value": EVENT_VALUES.get(row["kind"], (0, 0))}
    if sheet == "partnership_effects":
        return {"value": (0, 1) if row["effect"] == "adds supply" else (0, 0)}
    if sheet == "index_terms":
        return {"slope": (1, -1)}
    if sheet == "dated_values":
        return {"value": (0, 1) if row["column"] == "capacity_t_per_year" else (1, -1)}
    if sheet != "limits":
        return {}
    measure = schema.MEASURES[row["measure"]]
    value = UNITS.get(measure.unit, (0, 0))
    missed = value
    if row["measure"] in RATIOS_OF_TONS:
        missed = (0, 1)
    if row["measure"] in RATIOS_OF_MONEY:
        missed = (1, 0)
    return {"value": value, "penalty_per_unit": (1 - missed[0], -missed[1])}


def with_half_offers(case: Said, lot: random.Random) -> Said:
    """One offer stands as two with half of its tons each, from the same supplier."""
    sheets = case.sheets
    bound = {row["offer"] for name in ("offer_tiers", "contracts") for row in sheets.get(name, [])}
    bound |= {row["offer"] for row in sheets.get("events", []) if row.get("offer")}
    whole = [row for row in sheets["offers"] if row["offer"] not in bound and not row.get("min_order_t_per_year")]
    if not whole:
        return case
    chosen = lot.choice(whole)["offer"]

    def halves(name: str, halved: tuple[str, ...], key: str = "offer") -> list[Row]:
        found = []
        for row in sheets.get(name, []):
            if row.get(key) != chosen:
                found.append(row)
                continue
            half = {c: float(row[c]) / 2 if c in halved and row[c] not in (None, "") else row[c] for c in row}
            found += [half, half | {key: f"{chosen} again"}]
        return found

    effects = halves("partnership_effects", ("value",), "applies_to")
    return Said(case.settings, {
        **sheets,
        "offers": halves("offers", ("max_t_per_year",)),
        "offer_prices": halves("offer_prices", ("max_t_per_year",)),
        "upstream": halves("upstream", ()),
        "partnership_effects": effects,
    })  # fmt: skip


def on_one_lane(case: Said) -> Said:
    """The same case with one row of lanes, from anywhere to anywhere."""
    lane = next((row for row in case.sheets["lanes"] if float(row.get("max_t_per_year") or 0) > 0), {})
    row = {"freight_usd_per_t": 100.0, **lane, "from": "*", "to": "*", "material": "*"}
    return Said(case.settings, {**case.sheets, "lanes": [row]})


def with_split_lane(case: Said, lot: random.Random) -> Said:
    """A lane to anywhere stands as one to each place: every pair of places is on one row, as before."""
    del lot
    row = case.sheets["lanes"][0]
    lanes = [row | {"to": place["place"]} for place in case.sheets["places"]]
    return Said(case.settings, {**case.sheets, "lanes": lanes})


def without_closures(case: Said) -> Said:
    """No plant may be closed, half of one neither, and nobody counts plants or pays them by name."""
    facilities = [{**row, "closure_allowed": None} for row in case.sheets["facilities"]]
    names = {row["facility"] for row in facilities}
    limits = [row for row in case.sheets.get("limits", []) if row["measure"] != "facilities_open"]
    paid = [row for row in case.sheets.get("incentives", []) if row["applies_to"] not in names]
    return Said(case.settings, {**case.sheets, "facilities": facilities, "limits": limits, "incentives": paid})


def with_half_plants(case: Said, lot: random.Random) -> Said:
    """A plant that stands is two with half of its capacity each, that run the same processes; what is built stays."""
    sheets = case.sheets
    standing = [row for row in sheets["facilities"] if float(row.get("capacity_t_per_year") or 0) > 0]
    if not standing:
        return case
    chosen = lot.choice(standing)["facility"]

    def again(name: str) -> list[Row]:
        rows = sheets.get(name, [])
        twice = ({**row, "facility": f"{chosen} again"} for row in rows if row.get("facility") == chosen)
        return [*map(dict, rows), *twice]

    def half(row: Row) -> Row:
        return {**row, "capacity_t_per_year": float(row["capacity_t_per_year"]) / 2}

    facilities = [half(row) if row["facility"].removesuffix(" again") == chosen else row for row in again("facilities")]
    doubled = {name: again(name) for name in ("processes", "events", "limits", "dated_values") if name in sheets}
    for row in doubled.get("dated_values", []):
        if row["column"] == "capacity_t_per_year" and row["facility"].removesuffix(" again") == chosen:
            row["value"] = float(row["value"]) / 2
    return Said(case.settings, {**sheets, **doubled, "facilities": facilities})


def with_dear_offer(case: Said, lot: random.Random) -> Said:
    """One more offer of a company that sells already, at a thousand times what anything costs.

    It is from a country whose trust is not measured: its tons would weigh there.
    """
    trusted = {row["country"] for row in case.sheets.get("trust", [])}
    rows = [row for row in case.sheets["offers"] if row["origin"] not in trusted]
    if not rows:
        return case
    like, dearest = lot.choice(rows), max(float(row["price_usd_per_t"]) for row in case.sheets["offers"])
    kept = {name: like.get(name) for name in ("supplier", "material", "origin")}
    dear = kept | {"offer": "too dear", "price_usd_per_t": 1000 * dearest, "max_t_per_year": 1.0}
    return Said(case.settings, {**case.sheets, "offers": [*case.sheets["offers"], dear]})


def with_a_duty_of_nothing(case: Said, lot: random.Random) -> Said:
    """A duty at a rate of 0 on goods that already pay one: a replacement needs something to replace."""
    charged = [row for row in case.sheets["tariffs"] if row["effect"] == "adds" and not row.get("from")]
    if not charged:
        return case
    row = lot.choice(charged)
    nothing = {**row, "authority": "nothing", "rate": 0.0, "usd_per_t": None}
    return Said(case.settings, {**case.sheets, "tariffs": [*case.sheets["tariffs"], nothing]})


def with_a_future_twice(case: Said, lot: random.Random) -> Said:
    """One future stands as two that are the same, each half as likely; where there is none, the only one."""
    scenarios, events = case.sheets.get("scenarios") or [{"scenario": "one"}], case.sheets.get("events", [])
    scenarios = [{**row, "probability": row.get("probability") or 1 / len(scenarios)} for row in scenarios]
    chosen = lot.choice(scenarios)["scenario"]
    found = []
    for row in scenarios:
        if row["scenario"] == chosen:
            half = row | {"probability": float(row["probability"]) / 2}
            found += [half, half | {"scenario": f"{chosen} again"}]
        else:
            found.append(row)
    same = [{**row, "scenario": f"{chosen} again"} for row in events if row["scenario"] == chosen]
    return Said(case.settings, {**case.sheets, "scenarios": found, "events": [*events, *same]})


def as_is(case: Said) -> Said:
    """The case to which another is compared, where nothing must be left out of it."""
    return case


WAYS: dict[str, tuple[Callable[[Said], Said], Way]] = {
    "renamed": (as_is, renamed),
    "shuffled": (as_is, shuffled),
    "in thousands": (as_is, in_units(1e-3, 1.0)),
    "in kilograms": (as_is, in_units(1.0, 1e3)),
    "in grams and millions": (as_is, in_units(1e-6, 1e6)),
    "half offers": (as_is, with_half_offers),
    "split lane": (on_one_lane, with_split_lane),
    "half plants": (without_closures, with_half_plants),
    "dear offer": (as_is, with_dear_offer),
    "duty of nothing": (as_is, with_a_duty_of_nothing),
    "a future twice": (as_is, with_a_future_twice),
}
