"""What is not bought and not built, and what would bring it in: by solving again, else from marginal prices.

No alternative can be worth more than the proof leaves open. How far each is from winning follows from what a ton is
worth where it would be used. Where the run was asked why (`ree-planner why`), what its solves bore out takes the place
of that; each row says by which of the two it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.case.priced import freight_within
from planner.results.facts import Facts, records, remembered
from planner.results.limits import binding
from planner.results.projects import projects
from planner.results.proof import room_musd
from planner.results.quotes import nearest
from planner.results.words import dollars, musd, percent
from planner.schema.dated import COST
from planner.status import TINY_T

BY_PRICE, BY_ORDER, BY_DECISION = "price", "minimum order", "yes or no"
SOLVED, MARGINAL = "solved again", "marginal price"
_VERIFIED = "verified"
_CHEAP = 0.5  # USD per t: what rounding leaves of a price


@remembered
def rejected_quotes(facts: Facts) -> pd.DataFrame:
    """One row an offer of which nothing is bought, those with most money at stake first.

    Columns: those of `nearest`, and by (price, minimum order, yes or no), asked_usd_per_t (the price at which it would
    come in; blank where it is not the price that keeps it out, or it would not come in for nothing), told_by (solved
    again, or marginal price), change (of its price, as a share), stake_musd (a year: its maximum at that price,
    landed), why (in words).
    """
    table = nearest(facts)
    table = table[table["taken_t"] <= TINY_T].reset_index(drop=True)
    if table.empty:
        return table.assign(by=[], why=[], stake_musd=[], told_by=[])
    ordered = _kept_out_by_order(facts)
    rate = (table["duty"] / table["price"]).where(table["price"] > 0, 0.0)
    table["by"] = np.where(table["gap"] > _CHEAP, BY_PRICE, BY_DECISION)
    table.loc[table["offer"].isin(ordered) & (table["by"] != BY_PRICE), "by"] = BY_ORDER
    asked = table["price"] - table["gap"] / (1 + rate)
    table["asked_usd_per_t"] = asked.where((table["by"] == BY_PRICE) & (asked > 0))
    solved = {name: told["factor"] for name, told in _solved(facts, "offer").items() if told["verdict"] == _VERIFIED}
    factor = table["offer"].map(solved).astype(float)
    table["told_by"] = np.where(factor.notna(), SOLVED, MARGINAL)
    within = table["freight"].where(table["offer"].isin(freight_within(facts.case)), 0.0)
    table["asked_usd_per_t"] = ((table["price"] + within) * factor - within).fillna(table["asked_usd_per_t"])
    table["change"] = table["asked_usd_per_t"] / table["price"] - 1
    table["stake_musd"] = (table["most_t"] * table["landed"] / 1e6).fillna(0.0)
    table["why"] = [_why(facts, row) for row in records(table)]
    return table.sort_values(["stake_musd", "offer"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _kept_out_by_order(facts: Facts) -> set[str]:
    rows = binding(facts)
    return set(rows.loc[rows["rule"].isin(["kept out by its minimum order", "minimum order"]), "item"])


def _solved(facts: Facts, kind: str) -> dict[str, Mapping[str, Any]]:
    """What solving again told of each rejected thing of a kind, by its name."""
    return {str(told["name"]): told for told in facts.asked_again.get("rejected", ()) if told["kind"] == kind}


def told_by(facts: Facts) -> str:
    """By what the break-evens of rejected quotes are told, in a few words."""
    ways = set(rejected_quotes(facts)["told_by"])
    if ways == {SOLVED}:
        return "borne out by solving again just inside and just outside each"
    if SOLVED in ways:
        return "solved again where it says so, else from marginal prices"
    return "from marginal prices, not by solving again (`ree-planner why` does that)"


def _why(facts: Facts, row: Any) -> str:
    if row.told_by == SOLVED:
        return f"By solving again: comes in at {dollars(row.asked_usd_per_t)} USD/t ({percent(row.change)})"
    if row.by == BY_PRICE:
        said = f"{dollars(row.gap)} USD/t dearer than a ton is worth at {row.place} in {row.label}"
        if row.asked_usd_per_t != row.asked_usd_per_t:
            return f"{said}; it would not come in for nothing"
        return f"{said}; comes in at {dollars(row.asked_usd_per_t)} USD/t ({percent(row.change)})"
    if row.by == BY_ORDER:
        return f"Its minimum order of {row.min_order_t_per_year:,.0f} t a year is more than is worth taking"
    if row.worth != row.worth:
        return "No price is known where it could be used"
    return f"As good as what is bought: taking it would save {musd(room_musd(facts), facts.money)} at the most"


@remembered
def unreachable(facts: Facts) -> list[str]:
    """Offers that could not be used anywhere: no route, no user or no year in common."""
    return sorted(set(facts.case.tables["offers"]["offer"]) - set(nearest(facts)["offer"]))


@remembered
def rejected_projects(facts: Facts) -> pd.DataFrame:
    """One row a build option that is not begun, those that pay for their first tons first, then the nearest to paying.

    Columns: option, facility, country, most_t (largest size), capex_musd (at that size), margin_musd (what its best
    recipe earns at that size over the horizon at marginal prices, from first output on, discounted), fixed_musd (its
    annuities and fixed cost in the same years), worth_musd (their difference), why. Where marginal prices say that
    the option pays, which they do for its first tons only, margin_musd and worth_musd are blank. told_by says by what
    the why is told.
    """
    options = facts.case.tables["build_options"]
    begun = set(projects(facts)["option"])
    rows = [_option(facts, row) for row in records(options) if row.option not in begun]
    table = pd.DataFrame(rows, columns=["option", "facility", "country", "most_t", "capex_musd", "first_output",
                                        "margin_musd", "fixed_musd", "worth_musd", "why", "told_by"])  # fmt: skip
    ranked = table.sort_values("option", kind="stable").sort_values(
        "worth_musd", ascending=False, na_position="first", kind="stable"
    )
    return ranked.reset_index(drop=True)


def _option(facts: Facts, row: Any) -> dict[str, Any]:
    place = _place_of(facts)[row.facility]
    begins = max(facts.horizon[0], _number(row.earliest, facts.horizon[0]))
    first = begins + _number(row.lead_years, 0) + _number(row.permit_years, 0)
    capex = _number(row.capex_fixed_musd, 0.0) + _number(row.capex_usd_per_t, 0.0) * row.max_t_per_year / 1e6
    rate = float(facts.case.settings["capital_rate"])
    life = float(row.life_years)
    annuity = capex * (rate / (1 - (1 + rate) ** -life) if rate else 1 / life)
    fixed = annuity + _number(row.fixed_om_usd_per_t, 0.0) * row.max_t_per_year / 1e6
    years = _years_worth(facts, first)
    margin = _margin(facts, str(row.facility), str(place), years) * row.max_t_per_year / 1e6
    paid = fixed * sum(years.values())
    told = {
        "option": row.option,
        "facility": row.facility,
        "country": facts.country_name_of.get(place, ""),
        "most_t": row.max_t_per_year,
        "capex_musd": capex,
        "first_output": int(first),
        "margin_musd": margin,
        "fixed_musd": paid,
        "worth_musd": margin - paid,
    }
    untold = {"margin_musd": np.nan, "worth_musd": np.nan} if told["worth_musd"] >= 0 else {}
    solved = _solved(facts, "project").get(str(row.option))
    why = str(solved["words"]) if solved else _why_not_built(facts, told)
    return told | {"why": why, "told_by": SOLVED if solved else MARGINAL} | untold


@remembered
def _place_of(facts: Facts) -> dict[str, str]:
    table = facts.case.tables["facilities"]
    return dict(zip(table["facility"], table["place"], strict=True))


def _number(value: Any, blank: float) -> float:
    return blank if value is None or pd.isna(value) else float(value)


def _years_worth(facts: Facts, first: float) -> dict[str, float]:
    """What a dollar a year is worth at each node once the option would run, with the node's chance."""
    found = {}
    for node, row in facts.nodes.iterrows():
        running = max(0.0, row["period"] + row["years"] - max(first, row["period"])) / row["years"]
        found[str(node)] = float(row["discount"] * row["probability"] * running)
    return found


def _margin(facts: Facts, facility: str, place: str, years: dict[str, float]) -> float:
    """USD of a ton of capacity over those years, at marginal prices and with the best recipe of each."""
    prices, best = _prices(facts), dict.fromkeys(years, 0.0)
    for process, used in _processes(facts).get(facility, ()):
        recipe = _recipes(facts).get(process, ())
        for node in years:
            worth = sum(prices.get((place, material, node), np.nan) * t for material, t in recipe)
            cost = _costs(facts)[facility, process, node]
            margin = (worth - cost) / used if used > 0 else 0.0
            if margin == margin:  # noqa: PLR0124  not NaN
                best[node] = max(best[node], margin)
    return sum(best[node] * weight for node, weight in years.items())


@remembered
def _processes(facts: Facts) -> dict[str, list[tuple[str, float]]]:
    """Of each plant its processes: name, capacity that a ton takes."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in records(facts.case.tables["processes"]):
        found.setdefault(row.facility, []).append((row.process, _number(row.capacity_use, 1.0)))
    return found


@remembered
def _costs(facts: Facts) -> dict[tuple[str, str, str], float]:
    """What a ton of each process costs at each node, USD, before events: the mean of what is stated for its years."""
    rows = facts.case.tables["dated_values"].rename(columns={"from": "begins", "to": "ends"})
    rows = rows[rows["column"] == COST].fillna({"begins": -np.inf, "ends": np.inf}).sort_values("begins")
    changes, found = list(records(rows)), {}
    for row in records(facts.case.tables["processes"]):
        own = [one for one in changes if (one.facility, one.process) == (row.facility, row.process)]
        for node, at in facts.nodes.iterrows():
            costs = []
            for year in range(int(at["period"]), int(at["period"] + at["years"])):
                now = [one.value for one in own if one.begins <= year <= one.ends]
                costs.append(float(now[-1] if now else row.cost_usd_per_t))
            found[row.facility, row.process, str(node)] = sum(costs) / len(costs)
    return found


@remembered
def _recipes(facts: Facts) -> dict[str, list[tuple[str, float]]]:
    """Of each process what it makes and takes, in t per t."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in records(facts.case.tables["recipes"]):
        found.setdefault(row.process, []).append((row.material, float(row.t_per_t)))
    return found


@remembered
def _prices(facts: Facts) -> dict[tuple[str, str, str], float]:
    """What a ton of any origin class is worth at the most, by place, material and node."""
    table = facts.plan.tables["prices"]
    most = table.groupby(["place", "material", "node"])["usd_per_t"].max()
    return {(row.place, row.material, row.node): float(row.usd) for row in records(most.rename("usd").reset_index())}


def _why_not_built(facts: Facts, told: dict[str, Any]) -> str:
    money = facts.money
    if told["margin_musd"] <= 0:
        return "What it makes is worth no more than what goes in"
    if told["worth_musd"] < 0:
        less = -told["worth_musd"] / told["fixed_musd"]
        return f"Earns {musd(-told['worth_musd'], money)} too little: its cost would have to fall by {percent(less)}"
    return f"Pays for its first tons only; in all it can save {musd(room_musd(facts), money)} at the most"
