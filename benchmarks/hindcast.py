"""The hindcast beside the record: what least cost buys of China in each year, and what was bought.

python -m benchmarks.results hindcast
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case, read_case
from planner.plan import Plan
from planner.planning.solve import solve_case

RECORD = Path(__file__).with_name("record_2021_24.csv")
GOODS = {"compounds": False, "magnets": True}


def figures(folder: Path) -> Mapping[str, Any]:
    """Solve the case, and give its shares of China and those of the record, by goods, measure and year."""
    case = read_case(folder)
    return {"planned": shares(case, solve_case(case)), "record": record()}


def shares(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """The share of China in what is bought, by quantity and by value, each year and in all of them."""
    offers = case.tables["offers"].set_index("offer")
    prices = case.tables["offer_prices"].set_index(["offer", "period"])["price_usd_per_t"].to_dict()
    bought = plan.tables["purchases"]
    bought = bought.assign(
        year=bought["node"].map(plan.tables["nodes"].set_index("node")["period"]),
        china=bought["offer"].map(offers["origin"]) == "CHN",
        magnets=bought["offer"].map(offers["material"]).str.startswith("NdFeB"),
    )
    bought["value"] = [
        t * prices.get((offer, year), offers["price_usd_per_t"][offer])
        for offer, year, t in zip(bought["offer"], bought["year"], bought["t_per_year"], strict=True)
    ]
    found = []
    for goods, magnets in GOODS.items():
        rows = bought[bought["magnets"] == magnets]
        for measure, column in (("quantity", "t_per_year"), ("value", "value")):
            for year, part in [*rows.groupby("year"), ("all", rows)]:
                share = part.loc[part["china"], column].sum() / part[column].sum()
                found.append({"goods": goods, "measure": measure, "year": year, "share": float(share)})
    return found


def record() -> list[dict[str, Any]]:
    """What was bought of China, as a share, from record_2021_24.csv; of all years from their sums, where known."""
    with RECORD.open(encoding="utf-8", newline="") as file:
        rows = pd.DataFrame(list(csv.DictReader(file)))
    rows[["china", "all"]] = rows[["china", "all"]].astype(float)
    found = []
    for (goods, measure), part in rows.groupby(["goods", "measure"], sort=False):
        for year, china, whole in zip(part["year"], part["china"], part["all"], strict=True):
            year = year if year == "all" else int(year)
            found.append({"goods": goods, "measure": measure, "year": year, "share": china / whole})
        if "all" not in set(part["year"]):
            share = part["china"].sum() / part["all"].sum()
            found.append({"goods": goods, "measure": measure, "year": "all", "share": share})
    return found


def table(told: Mapping[str, Any]) -> str:
    """A line for what the record knows: least cost, record and distance, in all years and in each."""
    planned = {_key(row): row["share"] for row in told["planned"]}
    lines = [["share of China", "year", "least cost", "record", "distance"], ["---", "---", "---:", "---:", "---:"]]
    for row in told["record"]:
        least = planned[_key(row)]
        year = "2021-24" if row["year"] == "all" else str(row["year"])
        cells = [f"{row['goods']}, by {row['measure']}", year, f"{least:.0%}", f"{row['share']:.0%}"]
        lines.append([*cells, f"{100 * (least - row['share']):.0f} points"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["goods"], row["measure"], row["year"]
