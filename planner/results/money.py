"""What things cost: by term and period, landed per ton, duties by authority, and limits with what they are worth."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import country_names, offer_of, period_labels, rows

TINY_T = 1e-6


def costs_by_period(plan: Plan) -> pd.DataFrame:
    """Discounted cost by term: term, node, period, discounted_musd."""
    table = rows(plan, "costs").groupby(["term", "node"], as_index=False)[["discounted_musd"]].sum()
    table["period"] = table["node"].map(period_labels(plan))
    table["term"] = table["term"].str.replace("_", " ")
    return table[table["discounted_musd"].abs() > 1e-9].reset_index(drop=True)


def landed_cost(case: Case, plan: Plan, node: str) -> pd.DataFrame:
    """What each purchase costs delivered in one period, dearest total first.

    Columns: offer, supplier, origin, material, to, t_per_year, musd_per_year, and in USD per t: landed, price, freight
    and one column per duty authority.
    """
    ledger = rows(plan, "ledger")
    here = ledger[(ledger["node"] == node) & ledger["term"].isin(["purchases", "freight", "duties"])]
    offers = case.tables["offers"].set_index("offer")
    behind = offer_of(case)
    here = here[here["item"].isin(behind)]
    bought = here[here["term"] == "purchases"].groupby(["item", "to"])["t_per_year"].sum()
    bought = bought[bought > TINY_T]
    what = here["term"].map({"purchases": "price", "freight": "freight"}).fillna(here["layer"])
    money = here.assign(what=what).pivot_table(
        index=["item", "to"], columns="what", values="musd_per_year", aggfunc="sum", fill_value=0.0
    )
    money = money.reindex(bought.index).fillna(0.0)
    layers = [name for name in money.columns if name not in {"price", "freight"}]
    parts = [name for name in ("price", "freight", *sorted(layers)) if name in money.columns]
    table = money[parts].mul(1e6).div(bought, axis=0)
    table.insert(0, "landed", table.sum(axis=1))
    table.insert(0, "musd_per_year", money.sum(axis=1))
    table.insert(0, "t_per_year", bought)
    table = table.reset_index().rename(columns={"item": "offer"})
    names = country_names(case)
    for place, column in enumerate(("supplier", "origin", "material"), start=1):
        table.insert(place, column, table["offer"].map(behind).map(offers[column]))
    table["origin"] = table["origin"].map(lambda code: names.get(code, code))
    return table.sort_values("musd_per_year", ascending=False).reset_index(drop=True)


def duties(plan: Plan) -> pd.DataFrame:
    """Duty by authority and period: authority, node, period, discounted_musd, musd_per_year."""
    ledger = rows(plan, "ledger")
    paid = ledger[ledger["term"] == "duties"].rename(columns={"layer": "authority"})
    by = ["authority", "node"]
    table = paid.groupby(by, as_index=False)[["musd_per_year", "discounted_musd"]].sum()
    table["period"] = table["node"].map(period_labels(plan))
    return table[table["musd_per_year"].abs() > 1e-9].reset_index(drop=True)


def binding_limits(case: Case, plan: Plan) -> pd.DataFrame:
    """Limits that bind, as in the report.

    Columns: words, unit, limit, tenth_musd (what a tenth more would save), one column a period (what one unit saves).
    """
    from planner.results.facts import Facts
    from planner.results.limits import by_limit

    facts = Facts(case, plan)
    columns = ["words", "unit", "limit", "tenth_musd", *facts.labels.values()]
    if rows(plan, "binding").empty:
        return pd.DataFrame(columns=columns)
    table = by_limit(facts).rename(columns=facts.labels)
    return table[columns]


def prices(plan: Plan) -> pd.DataFrame:
    """What one more ton would cost the plan: place, material, period, usd_per_t."""
    table = rows(plan, "prices").copy()
    table["period"] = table["node"].map(period_labels(plan))
    return table[["place", "material", "node", "period", "usd_per_t"]]
