"""The parts about use and what follows: demand, returns, stock and surplus."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from models.data import Demand, Groups, Returns, Stock, Surplus, Tree
from planner.case import Case
from planner.translate.flows import TAKE, FlowTables, disposable, segment_needs
from planner.translate.tools import MUSD, grouped, indices, number_by, weighted

COLLECT = ("stream", "place", "material", "origin_class", "node")


@dataclass(frozen=True)
class UseTables:
    """deliveries, shortages, collections, cohorts, stocks, sales, disposals: one row a decision (cohorts: one a link)."""

    deliveries: pd.DataFrame
    shortages: pd.DataFrame
    collections: pd.DataFrame
    cohorts: pd.DataFrame
    stocks: pd.DataFrame
    sales: pd.DataFrame
    disposals: pd.DataFrame


def collection_tables(case: Case, tree: Tree, nodes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What can be collected (stream, place, material, node, most_t, least_t, cost) and its links to earlier deliveries.

    Cohort rows count, in each calendar year, what was delivered `lifetime_years` before inside the horizon.
    """
    returns = case.tables["returns"].drop(columns=["year"]).reset_index()
    dated = returns[returns["segment"].isna()].merge(nodes[["node", "period"]], on="period")
    dated["most_t"] = dated["max_collection_share"] * dated["t_per_year"]
    dated["least_t"] = dated["min_collection_share"] * dated["t_per_year"]
    years = [
        (n, y, m)
        for n in tree.NODES
        for y in range(tree.period[n], tree.period[n] + tree.years[n])
        for m in tree.PATH[n]
    ]
    held = pd.DataFrame(years, columns=["node", "return_year", "used_in"]).astype({"node": object, "used_in": object})
    cohorts = returns[returns["segment"].notna()].drop(columns=["period"]).merge(held, how="cross")
    used = cohorts["return_year"] - cohorts["lifetime_years"]
    begins, lasts = cohorts["used_in"].map(tree.period), cohorts["used_in"].map(tree.years)
    cohorts = cohorts[(used >= begins) & (used < begins + lasts)]
    cohorts = cohorts.assign(weight=cohorts["t_per_t_used"] / cohorts["node"].map(tree.years))
    cohorts = cohorts.groupby(["row", "node", "used_in"], sort=False).agg(
        {
            **dict.fromkeys(
                [
                    "stream",
                    "place",
                    "material",
                    "segment",
                    "max_collection_share",
                    "min_collection_share",
                    "collection_usd_per_t",
                ],
                "first",
            ),
            "weight": "sum",
        }
    )
    cohorts = cohorts.reset_index()
    key = ["stream", "place", "material", "node"]
    every = pd.concat([dated, cohorts.assign(most_t=0.0, least_t=0.0)])
    collected = (
        every.groupby(key, sort=True)
        .agg({"most_t": "sum", "least_t": "sum", "collection_usd_per_t": "first"})
        .reset_index()
    )
    linked = collected.merge(cohorts[key].drop_duplicates().assign(linked=True), on=key, how="left")
    return linked[(linked["most_t"] > 0) | linked["linked"].notna()].reset_index(drop=True).assign(
        origin_class=""
    ), cohorts


def use_tables(
    case: Case, nodes: pd.DataFrame, flows: FlowTables, collections: pd.DataFrame, cohorts: pd.DataFrame
) -> UseTables:
    """Work out deliveries, shortages, stocks, sales and disposals that can occur."""
    needs = segment_needs(case, nodes)
    shortages = needs[(needs["max_shortage_share"] > 0) & needs["shortage_usd_per_t"].notna()].reset_index(drop=True)
    shortages["most_t"] = shortages["max_shortage_share"] * shortages["t_per_year"]
    stocks = case.tables["stocks"].drop(columns=["year"]).merge(nodes, how="cross").assign(origin_class="")
    reached = pd.concat(
        [flows.shipments[["to_place", "material", "node"]], flows.stock_shipments[["to_place", "material", "node"]]]
    )
    reached = pd.concat([reached.rename(columns={"to_place": "place"}), stocks[TAKE]]).drop_duplicates()
    sales = case.tables["sales"].drop(columns=["year"]).merge(reached, on=["place", "material"])
    got = pd.concat([reached, flows.purchases[TAKE]]).drop_duplicates()
    disposals = got[got["material"].isin(disposable(case))].merge(
        case.tables["materials"][["material", "disposal_usd_per_t"]], on="material"
    )
    return UseTables(
        deliveries=needs.assign(origin_class="", t_per_t=1.0),
        shortages=shortages,
        collections=collections,
        cohorts=cohorts,
        stocks=stocks,
        sales=sales.sort_values([*TAKE, "price_usd_per_t"], kind="stable", ignore_index=True),
        disposals=disposals.sort_values(TAKE, kind="stable", ignore_index=True),
    )


def demand_part(use: UseTables) -> Demand:
    """The `Demand` part."""
    needs = use.deliveries
    deliveries = indices(needs, "segment", "material", "origin_class", "node")
    shortages = indices(use.shortages, "segment", "node")
    priced = use.shortages.assign(musd=use.shortages["shortage_usd_per_t"] * MUSD)
    return Demand(
        NEEDS=indices(needs, "segment", "node"),
        need_t_per_year=number_by(needs, ("segment", "node"), "t_per_year"),
        DELIVERIES=deliveries,
        DELIVERIES_TO=grouped(indices(needs, "segment", "node"), deliveries),
        SHORTAGES=shortages,
        SHORTAGE_IN=grouped(shortages, shortages),
        max_shortage_t_per_year=dict(zip(shortages, use.shortages["most_t"].tolist(), strict=True)),
        shortage_musd_per_t=weighted(priced, "musd", shortages, by=("node",)),
    )


def returns_part(use: UseTables) -> Returns:
    """The `Returns` part."""
    frame = use.collections.assign(musd=use.collections["collection_usd_per_t"] * MUSD)
    collect = indices(frame, *COLLECT)
    stream = indices(frame, "stream", "place", "material", "node")
    cohorts = use.cohorts.merge(
        use.deliveries[["segment", "material", "origin_class", "node"]],
        left_on=["segment", "used_in"],
        right_on=["segment", "node"],
        suffixes=("", "_used"),
    )
    cohorts["most"] = cohorts["max_collection_share"] * cohorts["weight"]
    cohorts["least"] = cohorts["min_collection_share"] * cohorts["weight"]
    used = indices(cohorts, "segment", "material_used", "origin_class", "node_used")
    by = ("stream", "place", "material", "node")
    least_of_used = weighted(cohorts, "least", used, by=by)
    least = dict(zip(stream, frame["least_t"].tolist(), strict=True))
    return Returns(
        COLLECTIONS=collect,
        COLLECTED=tuple(dict.fromkeys(stream)),
        MUST_COLLECT=tuple(key for key in dict.fromkeys(stream) if least[key] > 0 or key in least_of_used),
        COLLECTIONS_OF=grouped(stream, collect),
        most_t_per_year=dict(zip(stream, frame["most_t"].tolist(), strict=True)),
        least_t_per_year=least,
        MOST_OF_USED=weighted(cohorts, "most", used, by=by),
        LEAST_OF_USED=least_of_used,
        collection_musd_per_t=weighted(frame, "musd", collect, by=("node",)),
    )


def stock_part(use: UseTables, tree: Tree) -> Stock:
    """The `Stock` part; the opening stock of the first period is a number, later ones are decisions."""
    stocks = use.stocks
    index = indices(stocks, "place", "material", "origin_class", "node")
    at = indices(stocks, "place", "material", "node")
    least = stocks["reserve_t"].where(~stocks["node"].isin(tree.LEAVES), stocks[["reserve_t", "final_t"]].max(axis=1))
    half = (stocks["holding_usd_per_t_year"] * MUSD / 2).tolist()
    parents = [tree.parent[n] for n in stocks["node"]]
    held = [(n, (h, x)) for n, h, x in zip(stocks["node"], half, index, strict=True) if h]
    opening = [
        (n, (h, (*x[:3], p))) for n, h, x, p in zip(stocks["node"], half, index, parents, strict=True) if h and p
    ]
    initial = dict.fromkeys(tree.NODES, 0.0)
    for n, h, t, p in zip(stocks["node"], half, stocks["initial_t"].tolist(), parents, strict=True):
        initial[n] += 0.0 if p else h * t
    roomy = stocks[stocks["max_t"].notna()]
    return Stock(
        STOCKS=index,
        STOCKS_AT=grouped(at, index),
        ROOMS=indices(roomy, "place", "material", "node"),
        max_t=number_by(roomy, ("place", "material"), "max_t"),
        KEPT=tuple(key for key, t in zip(at, least.tolist(), strict=True) if t > 0),
        least_t=dict(zip(at, least.tolist(), strict=True)),
        holding_musd_per_t=grouped([n for n, _ in held + opening], [pair for _, pair in held + opening]),
        initial_holding_musd=initial,
    )


def opening_stock(
    use: UseTables, tree: Tree
) -> tuple[Groups[tuple[float, tuple[str, ...]]], Groups[tuple[float, tuple[str, ...]]], dict[tuple[str, ...], float]]:
    """How stock enters and leaves the balance: OPENING and CLOSING pairs (per year), and the initial stock's t/yr."""
    opening, closing, initial = {}, {}, {}
    for d, k, g, n, loss, t in indices(
        use.stocks, "place", "material", "origin_class", "node", "loss_share_per_year", "initial_t"
    ):
        years, parent = tree.years[n], tree.parent[n]
        kept = (1.0 - loss) ** years / years
        closing[d, k, g, n] = ((1.0 / years, (d, k, g, n)),)
        if parent is None:
            initial[d, k, g, n] = kept * t
        else:
            opening[d, k, g, n] = ((kept, (d, k, g, parent)),)
    return Groups(opening), Groups(closing), initial


def surplus_part(use: UseTables) -> Surplus:
    """The `Surplus` part."""
    sales = use.sales.assign(musd=use.sales["price_usd_per_t"] * MUSD)
    disposals = use.disposals.assign(musd=use.disposals["disposal_usd_per_t"] * MUSD)
    sell = indices(sales, "place", "material", "price_usd_per_t", "node")
    dispose = indices(disposals, "place", "material", "node")
    return Surplus(
        SALES=sell,
        max_t_per_year={x: t for x, t in zip(sell, sales["max_t_per_year"].tolist(), strict=True) if t == t},
        DISPOSALS=dispose,
        income_musd_per_t=weighted(sales, "musd", sell, by=("node",)),
        disposal_musd_per_t=weighted(disposals, "musd", dispose, by=("node",)),
    )
