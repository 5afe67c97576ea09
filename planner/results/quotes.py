"""What every quote would cost where it could be used, beside what a ton is worth there: who wins, and by how much.

A ton's worth is the plan's marginal price, with what is built and signed staying as planned; a quote above it loses. A
period's figures are means over its futures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.results.facts import Facts, records, remembered
from planner.results.words import listed
from planner.status import TINY_T

WAY = ["offer", "place", "node"]
YEARLY = ["offer", "place", "period"]
AMOUNTS = {
    "price_usd_per_t": "price",
    "financing_usd_per_t": "financing",
    "freight_usd_per_t": "freight",
    "most_t_per_year": "most_t",
}


@remembered
def layers(facts: Facts) -> list[str]:
    """The authorities that charge a duty on any quote."""
    return sorted(set(facts.plan.tables["quote_duties"]["layer"].astype(str)))


def duty_column(layer: str) -> str:
    """The column with what an authority charges."""
    return f"duty {layer}"


@remembered
def every_quote(facts: Facts) -> pd.DataFrame:
    """One row an offer, place and period in which it could be bought.

    Columns: offer, supplier, material, origin, place, period, label; in USD per t price (of the first ton), financing
    (what paying later or ahead is worth, as a cost), freight, a column for each authority's duty (the full rate, over
    any quota), duty, landed, worth (blank where no price is known) and gap (landed and its malus, less worth); in t a
    year most_t (blank: no limit) and bought_t; from_year (the first in which it may come, where the supplier must be
    qualified first); and row, source, grade of the offer. Goods of several origin classes count in the class in which a
    ton is worth most.
    """
    table = facts.plan.tables["quotes"]
    if table.empty:
        return pd.DataFrame(columns=[*YEARLY, "supplier", "material", "origin", "label", "landed", "worth", "gap"])
    sellers = facts.case.tables["offers"].set_index("offer")[["supplier", "material", "origin"]]
    first = table.rename(columns=AMOUNTS).join(sellers, on="offer").join(facts.nodes[["period"]], on="node")
    first["worth"] = _worth(facts, first)
    first = first.sort_values("worth", ascending=False, kind="stable").drop_duplicates(WAY).reset_index(drop=True)
    charged = _charged(facts, first)
    out = pd.concat([first, charged], axis=1)
    out["landed"] = out["price"] + out["financing"] + out["freight"] + out["duty"]
    out = _over_futures(facts, out, [*AMOUNTS.values(), *charged.columns, "landed", "worth"])
    malus = out["offer"].map(facts.case.tables["offers"].set_index("offer")["ranking_usd_per_t"]).astype(float)
    out["gap"] = out["landed"] + malus - out["worth"]
    return _described(facts, out)


def _charged(facts: Facts, first: pd.DataFrame) -> pd.DataFrame:
    """The duty of each authority on each row, and their sum."""
    duties = facts.plan.tables["quote_duties"]
    columns, key = {layer: duty_column(layer) for layer in layers(facts)}, [*WAY, "origin_class"]
    if duties.empty:
        return pd.DataFrame({"duty": np.zeros(len(first))}, index=first.index)
    wide = duties.pivot_table(index=key, columns="layer", values="duty_usd_per_t", aggfunc="sum")
    wide = wide.reindex(pd.MultiIndex.from_frame(first[key])).fillna(0.0).rename(columns=columns).set_index(first.index)
    wide.columns.name = None
    return wide.assign(duty=wide.sum(axis=1))


def _worth(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """What a ton is worth where and as the row would bring it."""
    prices = facts.plan.tables["prices"].set_index(["place", "material", "origin_class", "node"])["usd_per_t"]
    keys = pd.MultiIndex.from_frame(rows[["place", "material", "origin_class", "node"]])
    found = prices.astype(float).reindex(keys) if len(prices) else pd.Series(np.nan, index=keys)
    return pd.Series(found.to_numpy(), index=rows.index)


def _over_futures(facts: Facts, rows: pd.DataFrame, amounts: list[str]) -> pd.DataFrame:
    """Means over the nodes of a period in which the offer can be bought there."""
    chance = rows["node"].map(facts.nodes["probability"]).astype(float)
    weighed = rows[amounts].astype(float).mul(chance, axis=0)
    keys = ["supplier", "material", "origin", *YEARLY]
    weighed = pd.concat([rows[keys], weighed, chance.rename("chance")], axis=1)
    sums = weighed.groupby(keys, as_index=False)[[*amounts, "chance"]].sum(min_count=1)
    sums[amounts] = sums[amounts].div(sums["chance"], axis=0)
    return sums.drop(columns="chance")


def _described(facts: Facts, table: pd.DataFrame) -> pd.DataFrame:
    """With names, tons bought, and where the offer stands in the case."""
    bought = facts.bought
    bought = bought.assign(
        offer=bought["item"].map(facts.offer_of), t=bought["t_per_year"].astype(float) * bought["probability"]
    )
    tons = bought.groupby(YEARLY)["t"].sum().rename("bought_t")
    table = table.join(tons, on=YEARLY).fillna({"bought_t": 0.0})
    offers = facts.case.tables["offers"]
    stated = offers.set_index("offer")[["source", "grade", "min_order_t_per_year"]]
    stated["row"] = [facts.case.cell("offers", int(row), "price_usd_per_t") for row in offers.index]
    table = _at_their_place(facts, table.join(stated, on="offer"))
    table["origin"] = [facts.country_name(code) for code in table["origin"]]
    table["label"] = table["period"].map(facts.labels)
    table["from_year"] = _qualified_from(facts, table["supplier"])
    order = table["material"].map(facts.chain)
    return table.assign(chain=order).sort_values(["chain", "offer", "place", "period"]).reset_index(drop=True)


def _at_their_place(facts: Facts, table: pd.DataFrame) -> pd.DataFrame:
    """With source, grade and cell of the quote for the place, where it has one; of the period's own, where there is."""
    quoted = facts.case.tables["delivered_prices"].reset_index(names="at").sort_values("period", na_position="first")
    for row in records(quoted[["offer", "place", "period", "source", "grade", "at"]]):
        here = (table["offer"] == row.offer) & (table["place"] == row.place)
        here &= (table["period"] == row.period) | (row.period != row.period)
        cell = facts.case.cell("delivered_prices", int(row.at), "price_usd_per_t")
        table.loc[here, ["source", "grade", "row"]] = [row.source, row.grade, cell]
    return table


def _qualified_from(facts: Facts, suppliers: pd.Series) -> pd.Series:
    """The first year in which goods of each supplier may be bought: qualification takes its years from the first."""
    table = facts.case.tables["suppliers"].set_index("supplier")
    years = table["qualification_years"].where(~table["qualified"].astype(bool), 0)
    return facts.horizon[0] + suppliers.map(years).astype(float)


@remembered
def nearest(facts: Facts) -> pd.DataFrame:
    """One row an offer: at the place and in the period in which most of it is bought, else where it comes nearest.

    With taken_t (all that is bought of it, over the horizon), in the order of the chain and of the gap.
    """
    table = every_quote(facts)
    if table.empty:
        return table.assign(taken_t=[])
    table = table.assign(total=table["bought_t"] * table["period"].map(facts.years))
    taken = table.groupby("offer")["total"].sum()
    table = table.assign(soon=table["period"] + table["period"].map(facts.years) <= table["from_year"])
    ranked = table.sort_values(
        ["soon", "bought_t", "gap", "period"], ascending=[True, False, True, True], kind="stable"
    )
    best = ranked.drop_duplicates("offer").assign(taken_t=lambda t: t["offer"].map(taken))
    best = best.sort_values(["chain", "gap", "offer"], kind="stable").drop(columns="total").reset_index(drop=True)
    bought = table[table["bought_t"] > TINY_T].sort_values("landed", kind="stable")
    beside = dict(iter(bought.groupby(["material", "place", "period"])))
    best["lost_to"] = [_cheaper(beside.get((row.material, row.place, row.period)), row) for row in records(best)]
    return best


@remembered
def yearly_nearest(facts: Facts) -> pd.DataFrame:
    """The rows of `every_quote` at each place where an offer is bought in a period, and else where it comes nearest."""
    table = every_quote(facts)
    if table.empty:
        return table
    bought = table["bought_t"] > TINY_T
    first = table.sort_values("gap", kind="stable").drop_duplicates(["offer", "period"]).index
    none = ~bought.groupby([table["offer"], table["period"]]).transform("any")
    return table[bought | (none & table.index.isin(first))].reset_index(drop=True)


def _cheaper(beside: pd.DataFrame | None, row: Any) -> str:
    """Who is bought instead, cheapest first: of what is bought of the same material at the same place and time."""
    others = [] if beside is None else list(dict.fromkeys(beside.loc[beside["offer"] != row.offer, "supplier"]))
    return listed(others) if others else ""
