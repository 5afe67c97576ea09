"""What goods are used for: the tables of deliveries, shortages, collections, stocks, sales and disposals."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.case import Case
from planner.translate.events import Events
from planner.translate.flows import TAKE, WHERE, FlowTables, downgraded, ways_to_serve
from planner.translate.origin import ANY_CLASS, Origins
from planner.translate.stock import opening_stock, stockpiles
from planner.translate.surplus import markets_reached, places_to_dispose


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
    stocks = stockpiles(case, nodes, events, flows.stocked)
    moved = [frame.rename(columns={"to_place": "place"})[TAKE] for frame in (flows.shipments, flows.stock_shipments)]
    own = pd.concat([*moved, stocks[TAKE]])
    reached = own.loc[own["origin_class"] == ANY_CLASS, WHERE].drop_duplicates()
    return UseTables(
        needs=needs,
        deliveries=ways_to_serve(case, events, needs),
        shortages=shortages,
        collections=collected[0],
        cohorts=collected[1],
        stocks=stocks,
        opening=opening_stock(stocks, classes),
        stock_downgrades=downgraded(classes, stocks[TAKE]),
        sales=markets_reached(case, nodes, events, reached),
        disposals=places_to_dispose(case, reached, flows.purchases),
    )
