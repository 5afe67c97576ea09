"""The part about stock: stockpiles, what they open with, and how they enter the yearly balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.data import Groups, Part, Stock, Tree
from models.groups import Bools, Parts, Weighted
from planner.case import Case
from planner.translate import columns
from planner.translate.demand import SERVE
from planner.translate.events import GOODS, Events, rows_at, with_goods
from planner.translate.flows import TAKE, WHERE, taken_in
from planner.translate.origin import Origins, vouched_classes
from planner.translate.tools import DAYS_A_YEAR, MUSD_PER_USD, by_node, grouped, indices, number_by, weighted


def stockpiles(case: Case, nodes: pd.DataFrame, events: Events, stocked: pd.DataFrame) -> pd.DataFrame:
    """Stockpiles by origin class and node, with what the stocks sheet says of them and whether they are released."""
    sheet = case.tables["stocks"].drop(columns=["year"])
    if stocked.empty:
        return columns.STOCKS.none()
    stocks = stocked.drop(columns=["period"]).merge(nodes, on="node").merge(sheet, on=["place", "material"])
    return columns.STOCKS.of(stocks.assign(released=released_at(case, events, stocks)))


def released_at(case: Case, events: Events, stocks: pd.DataFrame) -> Bools:
    """Whether the reserve of a stockpile has been released at a node or before it on the path."""
    released = np.zeros(len(stocks), dtype=bool)
    if "release" not in events.by_kind:
        return released
    goods = with_goods(case, stocks)
    at, ends = rows_at(goods), (stocks["period"] + stocks["years"]).to_numpy()
    for event in events.by_kind["release"]:
        touched = events.touched(event, goods, {**GOODS, "place": "place"}, at)
        released[touched[ends[touched] > event["from"]]] = True
    return released


def opening_stock(stocks: pd.DataFrame, classes: Origins) -> pd.DataFrame:
    """Initial stock with each class that it may be counted in."""
    first = stocks[stocks["parent"].isna() & (stocks["initial_t"] > 0)]
    if first.empty:
        return columns.OPENING.none()
    vouched = [
        name in vouched_classes(classes, rules, recycled=False)
        for name, rules in zip(first["origin_class"], first["rules"], strict=True)
    ]
    return columns.OPENING.of(first[np.array(vouched, dtype=bool)]).reset_index(drop=True)


def used_where_kept(case: Case, stocks: pd.DataFrame, runs: pd.DataFrame, deliveries: pd.DataFrame) -> Groups[Part]:
    """What is used by plants and segments, by place, material and node, where stock must cover some days of it."""
    if not (stocks["cover_days"] > 0).any():
        return Groups({})
    taken = taken_in(case, runs)
    used = {
        "run": weighted(taken, "taken", indices(taken, "facility", "process", "origin_class", "node"), by=WHERE),
        "serve": weighted(deliveries, "t_per_t", indices(deliveries, *SERVE), by=WHERE),
    }
    keys = dict.fromkeys(key for by_place in used.values() for key in by_place)
    return Groups({key: Parts(tuple((name, Weighted.of(used[name][key])) for name in used)) for key in keys})


def stock_part(
    stocks: pd.DataFrame, opened: pd.DataFrame, downgrades: pd.DataFrame, tree: Tree, used: Groups[Part]
) -> Stock:
    """The `Stock` part; holding is paid on half the opening and half the closing stock."""
    index = indices(stocks, *TAKE)
    every = indices(stocks, *WHERE)
    reserve = stocks["reserve_t"].where(~stocks["released"], 0.0)
    lasting = reserve.where(
        ~stocks["node"].isin(tree.LEAVES), reserve.where(reserve > stocks["final_t"], stocks["final_t"])
    )
    least = dict(zip(every, lasting.tolist(), strict=True))
    half = (stocks["holding_usd_per_t_year"] * MUSD_PER_USD / 2).tolist()
    parents = [tree.parent[n] for n in stocks["node"]]
    held = [(x[3], (h, x)) for h, x in zip(half, index, strict=True) if h]
    opening = [(x[3], (h, (*x[:3], p))) for h, x, p in zip(half, index, parents, strict=True) if h and p]
    first = stocks[stocks["parent"].isna()].drop_duplicates(WHERE)
    first = first.assign(musd=first["holding_usd_per_t_year"] * first["initial_t"] * MUSD_PER_USD / 2)
    roomy = stocks[stocks["max_t"].notna()].drop_duplicates(WHERE)
    initial = opened.drop_duplicates(WHERE)
    covered = stocks[(stocks["cover_days"] > 0) & ~stocks["released"]].drop_duplicates(WHERE)
    return Stock(
        STOCKS=index,
        STOCKS_AT=grouped(every, index),
        ROOMS=indices(roomy, *WHERE),
        max_t=number_by(roomy, ("place", "material"), "max_t"),
        KEPT=tuple(key for key, t in least.items() if t > 0),
        least_t=least,
        COVERED=tuple(key for key in indices(covered, *WHERE) if key in used),
        USED=used,
        cover_years=number_by(covered.assign(t=covered["cover_days"] / DAYS_A_YEAR), ("place", "material"), "t"),
        OPENINGS=indices(opened, *TAKE),
        STOCKED_BEFORE=indices(initial, *WHERE),
        OPENINGS_AT=grouped(indices(opened, *WHERE), indices(opened, *TAKE)),
        initial_t=number_by(initial, WHERE, "initial_t"),
        DOWNGRADES=indices(downgrades, "place", "material", "origin_class", "to_class", "node"),
        holding_musd_per_t=grouped([n for n, _ in held + opening], [pair for _, pair in held + opening]),
        initial_holding_musd=by_node(first, "musd", tree.NODES),
    )


@dataclass(frozen=True)
class StockLinks:
    """How stock enters and leaves the yearly balance: (share, decision) pairs by place, material, class and node."""

    opening: Groups[tuple[float, tuple[str, ...]]]
    initial: Groups[tuple[float, tuple[str, ...]]]
    closing: Groups[tuple[float, tuple[str, ...]]]


def stock_links(stocks: pd.DataFrame, opened: pd.DataFrame, tree: Tree) -> StockLinks:
    """Opening stock enters after loss and spread over the years of the period; closing stock leaves in the same way."""
    opening, initial, closing = {}, {}, {}
    openings = set(indices(opened, *TAKE))
    for *goods, n, loss in indices(stocks, *TAKE, "loss_share_per_year"):
        years, parent, key = tree.years[n], tree.parent[n], (*goods, n)
        kept = (1.0 - loss) ** years / years
        closing[key] = ((1.0 / years, key),)
        if parent is not None:
            opening[key] = ((kept, (*goods, parent)),)
        elif key in openings:
            initial[key] = ((kept, key),)
    return StockLinks(Groups(opening), Groups(initial), Groups(closing))
