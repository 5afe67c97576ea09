"""Who passes how much of what to whom: the network of flows between sellers, plants, stocks and users.

At a place all tons of one material are alike, so what leaves is drawn from everything that arrives in proportion.
"""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, country_names, dated, offer_of, rows, worked_out_once
from planner.status import TINY_T

_HUB = ["node", "place", "material"]
_IN = [*_HUB, "source", "source_kind", "country", "detail", "t_per_year"]
_OUT = [*_HUB, "target", "target_kind", "t_per_year"]


def flows(case: Case, plan: Plan) -> pd.DataFrame:
    """Every flow, by the place it arrives at.

    Columns: node, place, material, source, source_kind, country, detail, target, target_kind, t_per_year.
    Kinds: bought, facility, collected, stock, segment, sold, disposed. `detail` is the supplier of what is bought.
    """
    arriving, leaving = arrivals(case, plan), _departures(case, plan)
    total = arriving.groupby(_HUB)["t_per_year"].sum().rename("total")
    joined = arriving.merge(leaving, on=_HUB, suffixes=("_in", "_out")).join(total, on=_HUB)
    joined["t_per_year"] = joined["t_per_year_in"] * joined["t_per_year_out"] / joined["total"]
    columns = [*_IN[:-1], "target", "target_kind", "t_per_year"]
    return joined.loc[joined["t_per_year"] > TINY_T, columns].reset_index(drop=True)


@worked_out_once
def arrivals(case: Case, plan: Plan) -> pd.DataFrame:
    """What arrives where, and from whom; stock counts as a source in the nodes where it is drawn down."""
    parts = [_bought(case, plan), _sent(case, plan), _from_stock(case, plan)]
    return _joined(parts, _IN)


def supply_mix(case: Case, plan: Plan, material: str) -> pd.DataFrame:
    """Where a material comes from, by period, expected: period, label, source, country, kind, t_per_year."""
    table = arrivals(case, plan)
    table = table[table["material"] == material]
    names = country_names(case)
    group = table.groupby(["node", "source_kind", "country", "source", "detail"], as_index=False)[["t_per_year"]].sum()
    group = group[group["t_per_year"] > TINY_T].rename(columns={"source_kind": "kind"})
    group["country"] = group["country"].map(lambda code: names.get(code, code))
    group["source"] = group["detail"].where(group["kind"] == "bought", group["source"])
    group = by_period(dated(plan, group), ["source", "country", "kind"], ["t_per_year"])
    return group.assign(label=group["period"].map(calendar(plan)))


def materials_in_plan(case: Case, plan: Plan) -> list[str]:
    """Materials that arrive anywhere, first those whose want would cost users most, then the others as listed."""
    seen = set(arrivals(case, plan)["material"])
    segments = case.tables["segments"][["segment", "material"]]
    needed = rows(plan, "needs").merge(segments, on="segment")
    stake = (needed["t_per_year"] * needed["shortage_usd_per_t"].fillna(0.0)).groupby(needed["material"]).sum()
    wanted = [str(m) for m in stake.sort_values(ascending=False, kind="stable").index if m in seen]
    return wanted + [str(m) for m in case.tables["materials"]["material"] if m in seen and m not in stake.index]


def _bought(case: Case, plan: Plan) -> pd.DataFrame:
    offers = case.tables["offers"][["offer", "supplier", "material", "origin"]]
    lifted = rows(plan, "lifts").rename(columns={"contract": "offer"})
    table = pd.concat([rows(plan, "purchases"), lifted], ignore_index=True)
    table["offer"] = table["offer"].map(offer_of(case)).astype(object)
    table = table.merge(offers, on="offer")
    names = country_names(case)
    table["source"] = "Bought: " + table["origin"].map(lambda code: names.get(code, code)).astype(str)
    table["source_kind"] = "bought"
    return table.rename(columns={"origin": "country", "supplier": "detail"})


def _sent(case: Case, plan: Plan) -> pd.DataFrame:
    """Own output and collected material, shared among those who made it at the place it comes from."""
    made = pd.concat([_made(case, plan), _collected(plan)], ignore_index=True)
    by = ["node", "from_place", "material"]
    made = made.groupby([*by, "source", "source_kind"], as_index=False)[["t_per_year"]].sum()
    made["share"] = made["t_per_year"] / made.groupby(by)["t_per_year"].transform("sum")
    table = rows(plan, "shipments").merge(made.drop(columns="t_per_year"), on=by)
    table["t_per_year"] = table["t_per_year"] * table["share"]
    table["country"] = table["from_place"].map(case.country_of)
    table["detail"] = table["source"]
    return table.rename(columns={"to_place": "place"})


def _made(case: Case, plan: Plan) -> pd.DataFrame:
    table = _recipe_flows(case, plan)
    table = table[table["t_per_year"] > 0].rename(columns={"place": "from_place", "facility": "source"})
    return table.assign(source_kind="facility")


def _collected(plan: Plan) -> pd.DataFrame:
    table = rows(plan, "collections").rename(columns={"place": "from_place"})
    return table.assign(source="Collected: " + table["stream"].astype(str), source_kind="collected")


def _from_stock(case: Case, plan: Plan) -> pd.DataFrame:
    drawn = _stock_change(case, plan)
    drawn = drawn[drawn["t_per_year"] < -TINY_T].assign(source_kind="stock")
    drawn["t_per_year"] = -drawn["t_per_year"]
    moved = rows(plan, "stock_shipments").rename(columns={"to_place": "place"}).assign(source_kind="stock")
    moved = moved.rename(columns={"from_place": "kept_at"})
    table = pd.concat([drawn.assign(kept_at=drawn["place"]), moved], ignore_index=True)
    table["source"] = "Stock: " + table["kept_at"].astype(str)
    table["country"] = table["kept_at"].map(case.country_of)
    return table.assign(detail=table["source"])


def _departures(case: Case, plan: Plan) -> pd.DataFrame:
    used = _recipe_flows(case, plan)
    used = used[used["t_per_year"] < 0].rename(columns={"facility": "target"}).assign(target_kind="facility")
    used["t_per_year"] = -used["t_per_year"]
    places = case.tables["segments"][["segment", "place"]]
    served = rows(plan, "deliveries").merge(places, on="segment").rename(columns={"segment": "target"})
    served["t_per_year"] = served["t_per_year"] * served["t_per_t"]
    moved = rows(plan, "stock_shipments").rename(columns={"from_place": "place"})
    kept = _stock_change(case, plan)
    kept = kept[kept["t_per_year"] > TINY_T]
    parts = [
        used,
        served.assign(target_kind="segment"),
        rows(plan, "sales").assign(target="Sold", target_kind="sold"),
        rows(plan, "disposals").assign(target="Thrown away", target_kind="disposed"),
        kept.assign(target="Stock: " + kept["place"].astype(str), target_kind="stock"),
        moved.assign(target="Stock: " + moved["place"].astype(str), target_kind="stock"),
    ]
    return _joined(parts, _OUT)


def _recipe_flows(case: Case, plan: Plan) -> pd.DataFrame:
    """Inputs (negative) and outputs (positive) of every facility: node, facility, place, material, t_per_year."""
    places = case.tables["facilities"][["facility", "place"]]
    table = rows(plan, "throughput").merge(places, on="facility")
    return table[["node", "facility", "place", "material", "t_per_year"]]


def _stock_change(case: Case, plan: Plan) -> pd.DataFrame:
    """Tons per year by which each stock grows (positive) or serves (negative); what is lost in it counts as neither."""
    nodes = rows(plan, "nodes")
    stocks = case.tables["stocks"][["place", "material", "initial_t", "loss_share_per_year"]]
    closing = rows(plan, "stocks").groupby(["node", "place", "material"], as_index=False)[["t"]].sum()
    table = nodes[["node", "years", "parent"]].merge(stocks, how="cross")
    table = table.merge(closing, on=["node", "place", "material"], how="left")
    before = closing.rename(columns={"node": "parent", "t": "opening"})
    table = table.merge(before, on=["parent", "place", "material"], how="left")
    opening = table["opening"].fillna(0.0).where(table["parent"].notna(), table["initial_t"])
    kept = opening * (1 - table["loss_share_per_year"]) ** table["years"]
    table["t_per_year"] = (table["t"].fillna(0.0) - kept) / table["years"]
    return table[["node", "place", "material", "t_per_year"]]


def _joined(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [part[columns] for part in parts if not part.empty]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype=float if name == "t_per_year" else object) for name in columns})
    return pd.concat(filled, ignore_index=True)
