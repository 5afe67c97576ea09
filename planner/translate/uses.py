"""What goods are used for: the tables of deliveries, shortages, collections, stocks, sales and disposals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from planner.case import Case
from planner.translate import columns
from planner.translate.events import Events
from planner.translate.flows import TAKE, WHERE, FlowTables, downgraded, ways_to_serve
from planner.translate.origin import ANY_CLASS, Origins
from planner.translate.stock import opening_stock, stockpiles
from planner.translate.surplus import markets_reached, places_to_dispose


@dataclass(frozen=True)
class UseTables:
    """What goods are used for, one row a decision; cohorts link collections to earlier deliveries."""

    needs: Annotated[pd.DataFrame, columns.NEEDS]
    deliveries: Annotated[pd.DataFrame, columns.DELIVERIES]
    shortages: Annotated[pd.DataFrame, columns.SHORTAGES]
    collections: Annotated[pd.DataFrame, columns.COLLECTIONS]
    cohorts: Annotated[pd.DataFrame, columns.COHORTS]
    stocks: Annotated[pd.DataFrame, columns.STOCKS]
    opening: Annotated[pd.DataFrame, columns.OPENING]
    stock_downgrades: Annotated[pd.DataFrame, columns.DOWNGRADES]
    sales: Annotated[pd.DataFrame, columns.SALES]
    disposals: Annotated[pd.DataFrame, columns.DISPOSALS]


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
    shortages = shortages.assign(most_t=shortages["max_shortage_share"] * shortages["t_per_year"])
    stocks = stockpiles(case, nodes, events, flows.stocked)
    moved = [frame.rename(columns={"to_place": "place"})[TAKE] for frame in (flows.shipments, flows.stock_shipments)]
    own = pd.concat([*moved, stocks[TAKE]])
    reached = own.loc[own["origin_class"] == ANY_CLASS, WHERE].drop_duplicates()
    return UseTables(
        needs=needs,
        deliveries=ways_to_serve(case, events, needs),
        shortages=columns.SHORTAGES.of(shortages),
        collections=collected[0],
        cohorts=collected[1],
        stocks=stocks,
        opening=opening_stock(stocks, classes),
        stock_downgrades=downgraded(classes, stocks[TAKE]),
        sales=markets_reached(case, nodes, events, reached),
        disposals=places_to_dispose(case, reached, flows.purchases),
    )
