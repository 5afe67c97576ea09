"""Routes: what moves needs a lane, pays the freight of the row that fits best, and keeps within caps.

A lane row fits a flow when its three words do. `from` and `to` may name the place itself, its country, or `*`;
`material` the material itself, its stage, or `*`. The better fit is decided by material, then from, then to. Own goods
used where they were made need no lane; only a row that names the place twice gives that a price or a cap.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pandas as pd

from planner.audit.books import SHIPMENT, STOCK_SHIPMENT, Books, summed
from planner.audit.finding import Finding, listed, too_much

_FLOW = {"kind": "", "item": "", "material": "of", "from": "from", "to": "to", "node": "in"}
_ROUTE = ["material", "from_kind", "from", "from_country", "to", "to_country", "own_place"]
_FITS = ("name", "kind", "any")  # best first: the thing itself, its stage or country, anything


@dataclass(frozen=True)
class Routes:
    """`flows`: the books' flows, each with its `route`, `freight_usd_per_t` and `lane` (whether any row fits).

    `fitting`: one row for each route and lane row that fits it, with the row's number, freight and cap.
    """

    flows: pd.DataFrame
    fitting: pd.DataFrame


def routes_of(books: Books) -> Routes:
    """Find each flow's lane rows; flows of the same material between the same places share one route."""
    flows = books.flows.assign(own_place=_at_its_own_place(books.flows))
    distinct = flows[_ROUTE].drop_duplicates().reset_index(drop=True)
    fitting = _fitting_rows(books, distinct)
    priced = fitting[fitting["freight_usd_per_t"].notna()].drop_duplicates("route").set_index("route")
    distinct["route"] = distinct.index
    distinct["freight_usd_per_t"] = distinct["route"].map(priced["freight_usd_per_t"]).fillna(0.0)
    distinct["lane"] = distinct["route"].isin(fitting["route"])
    return Routes(flows.merge(distinct, on=_ROUTE, how="left"), fitting)


def _at_its_own_place(flows: pd.DataFrame) -> pd.Series:
    return (flows["kind"] == SHIPMENT) & (flows["from"] == flows["to"])


def _fitting_rows(books: Books, distinct: pd.DataFrame) -> pd.DataFrame:
    """One row for each route and lane row that fits it: route, row, fit (0 is best), freight and cap."""
    stage = books.sheet("materials").set_index("material")["stage"]
    words = {
        "material": {"name": distinct["material"], "kind": distinct["material"].map(stage)},
        "from": {"name": distinct["from"].where(distinct["from_kind"] == "place"), "kind": distinct["from_country"]},
        "to": {"name": distinct["to"], "kind": distinct["to_country"]},
    }
    lanes = books.sheet("lanes").reset_index(names="row")
    numbered = lanes[["row", "material", "from", "to", "freight_usd_per_t", "max_t_per_year"]]
    found = []
    for fit, (material, start, end) in enumerate(product(_FITS, _FITS, _FITS)):
        wanted = pd.DataFrame({"route": distinct.index, "fit": fit})
        for column, how in (("material", material), ("from", start), ("to", end)):
            wanted[column] = words[column].get(how, pd.Series("*", index=distinct.index)).astype(object).to_numpy()
        if (start, end) != ("name", "name"):
            wanted = wanted[~distinct["own_place"].to_numpy(dtype=bool)]
        found.append(wanted.dropna().merge(numbered, on=["material", "from", "to"]))
    return pd.concat(found, ignore_index=True).sort_values(["route", "fit"]).drop_duplicates(["route", "row"])


def check_lanes(routes: Routes) -> list[Finding]:
    """Everything that moves has a lane, stock moves within its country, and no lane carries more than its cap."""
    flows = routes.flows
    lost = flows[~flows["lane"].astype(bool) & ~flows["own_place"].astype(bool)]
    findings = listed("lane", lost, _FLOW, "no lane serves this flow", 0.0, "t_per_year")
    stock = flows[flows["kind"] == STOCK_SHIPMENT]
    abroad = stock[stock["from_country"] != stock["to_country"]]
    findings += listed("stock shipment", abroad, _FLOW, "stock is shipped only within its country", 0.0, "t_per_year")
    idle = stock[stock["from"] == stock["to"]]
    findings += listed("stock shipment", idle, _FLOW, "stock is shipped to another place", 0.0, "t_per_year")
    return findings + _check_caps(routes)


def _check_caps(routes: Routes) -> list[Finding]:
    """For each lane row with a cap and each pair of places: all flows that the row fits, together."""
    capped = routes.fitting[routes.fitting["max_t_per_year"].notna()]
    carried = routes.flows.merge(capped[["route", "row", "max_t_per_year"]], on="route")
    pair = ["row", "from_kind", "from", "to", "node", "max_t_per_year"]
    sums = summed(carried, pair, "t_per_year")
    sums = sums.rename(columns={"max_t_per_year": "expected", "t_per_year": "found"})
    where = {"row": "row", "from": "from", "to": "to", "node": "in"}
    return too_much("lane cap", sums, where, "the lane carries more than its cap")
