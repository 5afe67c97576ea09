"""The parts about use and what follows: demand, returns, stock and surplus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.data import Demand, Groups, Returns, Stock, Surplus, Tree
from planner.case import Case
from planner.translate.events import GOODS, Events, with_goods
from planner.translate.flows import TAKE, WHERE, FlowTables, disposable, downgraded, ways_to_serve
from planner.translate.origin import ANY, Origins, vouched_classes
from planner.translate.tools import MUSD, by_node, grouped, indices, no_rows, number_by, weighted

SERVE = ("segment", "material", "t_per_t", "origin_class", "node")
COLLECT = ("stream", "place", "material", "origin_class", "node")
STREAM = ["stream", "place", "material", "node"]
COHORT = ("stream", "place", "material", "segment", "max_collection_share", "min_collection_share")


@dataclass(frozen=True)
class UseTables:
    """needs, deliveries, shortages, collections, stocks, sales, disposals: one row a decision.

    cohorts: links from a collection to earlier deliveries. opening: the classes that initial stock may be counted in.
    stock_downgrades: stock that may be counted as the next looser class (to_class).
    """

    needs: pd.DataFrame
    deliveries: pd.DataFrame
    shortages: pd.DataFrame
    collections: pd.DataFrame
    cohorts: pd.DataFrame
    stocks: pd.DataFrame
    opening: pd.DataFrame
    stock_downgrades: pd.DataFrame
    sales: pd.DataFrame
    disposals: pd.DataFrame


def collection_tables(
    case: Case, tree: Tree, nodes: pd.DataFrame, classes: Origins
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What can be collected, by stream, place, material, class and node, and its links to earlier deliveries."""
    returns = case.tables["returns"].drop(columns=["year"]).reset_index()
    if returns.empty:
        collected = no_rows(returns, origin_class=object, node=object, most_t=float, least_t=float)
        return collected, no_rows(returns, node=object, used_in=object, weight=float, most=float)
    first = min(tree.period.values())
    dated = returns[returns["segment"].isna()].merge(nodes[["node", "period", "years"]], on="period")
    yearly = [share_collected(dated, dated["period"] + k, first) for k in range(max(tree.years.values()))]
    inside = [share.where(dated["years"] > k, 0.0) for k, share in enumerate(yearly)]
    dated["most_t"] = sum(inside) / dated["years"] * dated["t_per_year"]
    dated["least_t"] = dated["min_collection_share"] * dated["t_per_year"]
    cohorts = _cohorts(returns[returns["segment"].notna()].drop(columns=["period"]), tree)
    every = pd.concat([dated, cohorts.assign(most_t=0.0, least_t=0.0)])
    summed = {"most_t": "sum", "least_t": "sum", "collection_usd_per_t": "first", "rules": "first"}
    collected = every.groupby(STREAM, sort=True).agg(summed).reset_index()
    linked = collected.merge(cohorts[STREAM].drop_duplicates().assign(linked=True), on=STREAM, how="left")
    there = linked[(linked["most_t"] > 0) | linked["linked"].notna()]
    asked = pd.concat([classes.kept, there[["material", "node"]].drop_duplicates().assign(origin_class=ANY)])
    there = there.merge(asked, on=["material", "node"])
    vouched = [
        name in vouched_classes(classes, rules, recycled=True)
        for name, rules in zip(there["origin_class"], there["rules"], strict=True)
    ]
    there = there[pd.Series(vouched, index=there.index, dtype=bool)]
    return there.sort_values(list(COLLECT), kind="stable", ignore_index=True), cohorts


def share_collected(returns: pd.DataFrame, year: pd.Series, first: int) -> pd.Series:
    """The largest share that can be collected in a year: as stated in the first year of the horizon, then more."""
    grown = returns["max_collection_share"] + returns["collection_growth_per_year"] * (year - first)
    return grown.clip(upper=1.0)


def _cohorts(returns: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Cohort rows by the node in which goods come back and the node in which they were delivered, with their weight.

    Each calendar year of a period counts what was delivered `lifetime_years` before, inside the horizon; most is the
    weight of what of it can be collected.
    """
    years = [
        (n, y, m)
        for n in tree.NODES
        for y in range(tree.period[n], tree.period[n] + tree.years[n])
        for m in tree.PATH[n]
    ]
    held = pd.DataFrame(years, columns=["node", "return_year", "used_in"]).astype({"node": object, "used_in": object})
    frame = returns.merge(held, how="cross")
    used = frame["return_year"] - frame["lifetime_years"]
    begins, lasts = frame["used_in"].map(tree.period), frame["used_in"].map(tree.years)
    frame = frame[(used >= begins) & (used < begins + lasts)]
    frame = frame.assign(weight=frame["t_per_t_used"] / frame["node"].map(tree.years))
    share = share_collected(frame, frame["return_year"], min(tree.period.values()))
    frame = frame.assign(most=frame["weight"] * share)
    told = dict.fromkeys([*COHORT, "collection_usd_per_t", "rules"], "first") | {"weight": "sum", "most": "sum"}
    return frame.groupby(["row", "node", "used_in"], sort=False).agg(told).reset_index()


def use_tables(
    case: Case,
    nodes: pd.DataFrame,
    events: Events,
    classes: Origins,
    flows: FlowTables,
    collected: tuple[pd.DataFrame, pd.DataFrame],
) -> UseTables:
    """Work out deliveries, shortages, stocks, sales and disposals that can occur."""
    needs = flows.needs
    shortages = needs[(needs["max_shortage_share"] > 0) & needs["shortage_usd_per_t"].notna()].reset_index(drop=True)
    shortages["most_t"] = shortages["max_shortage_share"] * shortages["t_per_year"]
    stocks = _stocks(case, nodes, events, flows.stocked)
    moved = [frame.rename(columns={"to_place": "place"})[TAKE] for frame in (flows.shipments, flows.stock_shipments)]
    own = pd.concat([*moved, stocks[TAKE]])
    reached = own.loc[own["origin_class"] == ANY, WHERE].drop_duplicates()
    return UseTables(
        needs=needs,
        deliveries=ways_to_serve(case, needs),
        shortages=shortages,
        collections=collected[0],
        cohorts=collected[1],
        stocks=stocks,
        opening=_opening(stocks, classes),
        stock_downgrades=downgraded(classes, stocks[TAKE]),
        sales=_sales(case, events, reached),
        disposals=_disposals(case, reached, flows.purchases),
    )


def _stocks(case: Case, nodes: pd.DataFrame, events: Events, stocked: pd.DataFrame) -> pd.DataFrame:
    """Stockpiles by origin class and node, with what the stocks sheet says of them and whether they are released."""
    sheet = case.tables["stocks"].drop(columns=["year"])
    if stocked.empty:
        return no_rows(stocked, nodes, sheet, released=bool)
    stocks = stocked.drop(columns=["period"]).merge(nodes, on="node").merge(sheet, on=["place", "material"])
    return stocks.assign(released=_released(case, events, stocks))


def _sales(case: Case, events: Events, reached: pd.DataFrame) -> pd.DataFrame:
    """Markets that own goods reach, with the price paid there at each node."""
    markets = case.tables["sales"].drop(columns=["year"])
    if markets.empty or reached.empty:
        return no_rows(markets, reached, paid_usd_per_t=float)
    sales = markets.merge(reached, on=["place", "material"])
    paid = events.scaled("price", sales, {**GOODS, "place": "place"}, "price_usd_per_t").clip(lower=0.0)
    sales = sales.assign(paid_usd_per_t=paid)
    return sales.sort_values([*WHERE, "price_usd_per_t"], kind="stable", ignore_index=True)


def _disposals(case: Case, reached: pd.DataFrame, purchases: pd.DataFrame) -> pd.DataFrame:
    """Where goods that may be thrown away come to, with what that costs."""
    allowed = disposable(case)
    if allowed.empty:
        return no_rows(reached, disposal_usd_per_t=float)
    bought = purchases.loc[purchases["origin_class"] == ANY, WHERE]
    got = pd.concat([reached, bought]).drop_duplicates()
    priced = case.tables["materials"][["material", "disposal_usd_per_t"]]
    disposals = got[got["material"].isin(allowed)].merge(priced, on="material")
    return disposals.sort_values(WHERE, kind="stable", ignore_index=True)


def _released(case: Case, events: Events, stocks: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether the reserve of a stockpile has been released at a node or before it on the path."""
    released = np.zeros(len(stocks), dtype=bool)
    if "release" not in events.by_kind:
        return released
    goods = with_goods(case, stocks)
    for event in events.by_kind["release"]:
        touched = events.touched(event, goods, {**GOODS, "place": "place"})
        released |= touched & (stocks["period"] + stocks["years"] > event["from"]).to_numpy()
    return released


def _opening(stocks: pd.DataFrame, classes: Origins) -> pd.DataFrame:
    """Initial stock with each class that it may be counted in: place, material, origin_class, node, initial_t."""
    first = stocks[stocks["parent"].isna() & (stocks["initial_t"] > 0)]
    columns = ["place", "material", "origin_class", "node", "initial_t"]
    if first.empty:
        return first[columns]
    vouched = [
        name in vouched_classes(classes, rules, recycled=False)
        for name, rules in zip(first["origin_class"], first["rules"], strict=True)
    ]
    return first.loc[pd.Series(vouched, index=first.index, dtype=bool), columns].reset_index(drop=True)


def demand_part(use: UseTables) -> Demand:
    """The `Demand` part."""
    needs, ways = use.needs, use.deliveries
    deliveries = indices(ways, *SERVE)
    shortages = indices(use.shortages, "segment", "node")
    priced = use.shortages.assign(musd=use.shortages["shortage_usd_per_t"] * MUSD)
    way = ("segment", "material", "t_per_t", "node")
    other = ways[ways["most_t"].notna()]
    return Demand(
        NEEDS=indices(needs, "segment", "node"),
        need_t_per_year=number_by(needs, ("segment", "node"), "t_per_year"),
        DELIVERIES=deliveries,
        DELIVERIES_TO=grouped(indices(ways, "segment", "node"), deliveries),
        SUBSTITUTED=tuple(dict.fromkeys(indices(other, *way))),
        SUBSTITUTES=grouped(indices(other, *way), indices(other, *SERVE)),
        most_substituted_t_per_year=number_by(other, way, "most_t"),
        substitution_musd_per_t=weighted(
            ways.assign(musd=ways["extra_usd_per_t"] * MUSD), "musd", deliveries, by=("node",)
        ),
        SHORTAGES=shortages,
        SHORTAGE_IN=grouped(shortages, shortages),
        max_shortage_t_per_year=dict(zip(shortages, use.shortages["most_t"].tolist(), strict=True)),
        shortage_musd_per_t=weighted(priced, "musd", shortages, by=("node",)),
    )


def returns_part(use: UseTables) -> Returns:
    """The `Returns` part."""
    frame = use.collections.assign(musd=use.collections["collection_usd_per_t"] * MUSD)
    collect = indices(frame, *COLLECT)
    stream = indices(frame, *STREAM)
    cohorts = _used_by(use.cohorts, use.deliveries[[*SERVE]])
    used = indices(cohorts, "segment", "material_used", "t_per_t", "origin_class", "node_used")
    least_of_used = weighted(cohorts, "least", used, by=STREAM)
    least = dict(zip(stream, frame["least_t"].tolist(), strict=True))
    return Returns(
        COLLECTIONS=collect,
        COLLECTED=tuple(dict.fromkeys(stream)),
        MUST_COLLECT=tuple(key for key in dict.fromkeys(stream) if least[key] > 0 or key in least_of_used),
        COLLECTIONS_OF=grouped(stream, collect),
        most_t_per_year=dict(zip(stream, frame["most_t"].tolist(), strict=True)),
        least_t_per_year=least,
        MOST_OF_USED=weighted(cohorts, "most", used, by=STREAM),
        LEAST_OF_USED=least_of_used,
        collection_musd_per_t=weighted(frame, "musd", collect, by=("node",)),
    )


def _used_by(cohorts: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Links from collections to each earlier delivery, with the least that must come back of it."""
    if cohorts.empty:
        return no_rows(cohorts, material_used=object, t_per_t=float, origin_class=object, node_used=object, least=float)
    linked = cohorts.merge(served, left_on=["segment", "used_in"], right_on=["segment", "node"], suffixes=("", "_used"))
    return linked.assign(least=linked["min_collection_share"] * linked["weight"])


def stock_part(use: UseTables, tree: Tree) -> Stock:
    """The `Stock` part; holding is paid on half the opening and half the closing stock."""
    stocks = use.stocks
    index = indices(stocks, *TAKE)
    every = indices(stocks, *WHERE)
    reserve = stocks["reserve_t"].where(~stocks["released"], 0.0)
    lasting = reserve.where(
        ~stocks["node"].isin(tree.LEAVES), reserve.where(reserve > stocks["final_t"], stocks["final_t"])
    )
    least = dict(zip(every, lasting.tolist(), strict=True))
    half = (stocks["holding_usd_per_t_year"] * MUSD / 2).tolist()
    parents = [tree.parent[n] for n in stocks["node"]]
    held = [(x[3], (h, x)) for h, x in zip(half, index, strict=True) if h]
    opening = [(x[3], (h, (*x[:3], p))) for h, x, p in zip(half, index, parents, strict=True) if h and p]
    first = stocks[stocks["parent"].isna()].drop_duplicates(WHERE)
    first = first.assign(musd=first["holding_usd_per_t_year"] * first["initial_t"] * MUSD / 2)
    roomy = stocks[stocks["max_t"].notna()].drop_duplicates(WHERE)
    initial = use.opening.drop_duplicates(WHERE)
    return Stock(
        STOCKS=index,
        STOCKS_AT=grouped(every, index),
        ROOMS=indices(roomy, *WHERE),
        max_t=number_by(roomy, ("place", "material"), "max_t"),
        KEPT=tuple(key for key, t in least.items() if t > 0),
        least_t=least,
        OPENINGS=indices(use.opening, *TAKE),
        STOCKED_BEFORE=indices(initial, *WHERE),
        OPENINGS_AT=grouped(indices(use.opening, *WHERE), indices(use.opening, *TAKE)),
        initial_t=number_by(initial, WHERE, "initial_t"),
        DOWNGRADES=indices(use.stock_downgrades, "place", "material", "origin_class", "to_class", "node"),
        holding_musd_per_t=grouped([n for n, _ in held + opening], [pair for _, pair in held + opening]),
        initial_holding_musd=by_node(first, "musd", tree.NODES),
    )


@dataclass(frozen=True)
class StockLinks:
    """How stock enters and leaves the yearly balance: (share, decision) pairs by place, material, class and node."""

    opening: Groups[tuple[float, tuple[str, ...]]]
    initial: Groups[tuple[float, tuple[str, ...]]]
    closing: Groups[tuple[float, tuple[str, ...]]]


def stock_links(use: UseTables, tree: Tree) -> StockLinks:
    """Opening stock enters after loss and spread over the years of the period; closing stock leaves in the same way."""
    opening, initial, closing = {}, {}, {}
    openings = set(indices(use.opening, *TAKE))
    for *goods, n, loss in indices(use.stocks, *TAKE, "loss_share_per_year"):
        years, parent, key = tree.years[n], tree.parent[n], (*goods, n)
        kept = (1.0 - loss) ** years / years
        closing[key] = ((1.0 / years, key),)
        if parent is not None:
            opening[key] = ((kept, (*goods, parent)),)
        elif key in openings:
            initial[key] = ((kept, key),)
    return StockLinks(Groups(opening), Groups(initial), Groups(closing))


def surplus_part(use: UseTables) -> Surplus:
    """The `Surplus` part."""
    sales = use.sales.assign(musd=use.sales["paid_usd_per_t"] * MUSD)
    disposals = use.disposals.assign(musd=use.disposals["disposal_usd_per_t"] * MUSD)
    sell = indices(sales, "place", "material", "price_usd_per_t", "node")
    dispose = indices(disposals, *WHERE)
    capped = sales["max_t_per_year"].notna().tolist()
    most = zip(sell, sales["max_t_per_year"].tolist(), capped, strict=True)
    return Surplus(
        SALES=sell,
        max_t_per_year={key: t for key, t, has_limit in most if has_limit},
        DISPOSALS=dispose,
        income_musd_per_t=weighted(sales, "musd", sell, by=("node",)),
        disposal_musd_per_t=weighted(disposals, "musd", dispose, by=("node",)),
    )
