"""What the base case's plan comes to: the figures that its page and the README open with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case, read_case
from planner.plan import Plan
from planner.planning.solve import default_options, solve_case
from planner.results.decision import assumed_share, loss_musd
from planner.results.facts import Facts
from planner.results.projects import projects

SUPPORT = ("grants", "production_support")
MAGNET = "NdFeB"
PATIENCE_S = 3_600.0


def figures(folder: Path) -> Mapping[str, Any]:
    """Solve the case in `folder` to the gap of its settings, for as long as that takes, and read the plan."""
    case = read_case(folder)
    return read(case, solve_case(case, replace(default_options(case), time_limit_s=PATIENCE_S)))


def read(case: Case, plan: Plan) -> Mapping[str, Any]:
    """Cost, proof, public support, builds, what goes short, and where magnets come from, by period."""
    facts = Facts(case, plan)
    ledger = facts.ledger
    short = facts.table("shortages")
    short = short.assign(t=short["t_per_year"] * short["years"] * short["probability"])
    short["material"] = short["segment"].map(case.tables["segments"].set_index("segment")["material"])
    begun = projects(facts)
    return {
        "cost_musd": plan.cost_musd,
        "bound_musd": plan.bound_musd,
        "gap": plan.gap,
        "loss_musd": loss_musd(facts),
        "support_musd": -float(ledger.loc[ledger["term"].isin(SUPPORT), "expected_musd"].sum()),
        "assumed": assumed_share(facts),
        "options": len(case.tables["build_options"]),
        "builds": begun[["option", "size_t_per_year", "begun", "first_output"]].to_dict("records"),
        "short_t": {name: float(t) for name, t in short.groupby("material")["t"].sum().items() if t > 0.5},
        "short_years": sorted({int(year) for year in short.loc[short["t"] > 0.5, "period"]}),
        "magnets": magnets(case, plan).to_dict("records"),
    }


def magnets(case: Case, plan: Plan) -> pd.DataFrame:
    """By period, t a year: NdFeB magnets needed, made at home, bought of China, bought elsewhere."""
    tables = case.tables
    periods = tables["periods"].set_index("period")["years"]
    segments, offers = tables["segments"].set_index("segment"), tables["offers"].set_index("offer")
    places = tables["places"].set_index("place")["country"]
    at_home = tables["facilities"].set_index("facility")["place"].map(places) == case.settings["home_country"]
    period = plan.tables["nodes"].set_index("node")["period"]

    def by_period(rows: pd.DataFrame, chosen: pd.Series) -> pd.Series:
        found = rows[chosen & rows["material"].str.startswith(MAGNET)].groupby("period")["t_per_year"].sum()
        return found.reindex(periods.index, fill_value=0.0)

    need = tables["demand"].assign(material=lambda rows: rows["segment"].map(segments["material"]))
    made = plan.tables["throughput"].assign(period=lambda rows: rows["node"].map(period))
    signed = tables["contracts"].set_index("contract")["offer"]
    lifts = plan.tables["lifts"].assign(offer=lambda rows: rows["contract"].map(signed))
    bought = pd.concat([plan.tables["purchases"], lifts])[["offer", "node", "t_per_year"]]
    bought = bought.assign(period=bought["node"].map(period), material=bought["offer"].map(offers["material"]))
    china = bought["offer"].map(offers["origin"]) == "CHN"
    return pd.DataFrame(
        {
            "period": periods.index,
            "years": periods.to_numpy(),
            "need": by_period(need, need["t_per_year"] > 0).to_numpy(),
            "home": by_period(made, made["facility"].map(at_home) & (made["t_per_year"] > 0)).to_numpy(),
            "china": by_period(bought, china).to_numpy(),
            "elsewhere": by_period(bought, ~china).to_numpy(),
        }
    )


LINES = {
    "need": "NdFeB magnets needed, t a year",
    "home": "of these made at home",
    "china": "bought from China",
    "elsewhere": "bought elsewhere",
}


def table(told: Mapping[str, Any], periods: Sequence[int]) -> str:
    """Where magnets come from in these periods."""
    rows = [row for row in told["magnets"] if row["period"] in periods]
    lines = [["", *(label(row) for row in rows)], ["---", *["---:"] * len(rows)]]
    for name, words in LINES.items():
        lines.append([words, *(f"{row[name]:,.0f}" for row in rows)])
        if name == "home":
            lines.append(["made at home, %", *(f"{100 * row['home'] / row['need']:.0f}" for row in rows)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def builds(told: Mapping[str, Any]) -> str:
    """What is begun, how large and when."""
    lines = ["| begun | size, t a year | in | first output |", "|---|---:|---:|---:|"]
    for row in told["builds"]:
        cells = (row["option"], f"{row['size_t_per_year']:,.0f}", f"{row['begun']:.0f}", f"{row['first_output']:.0f}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def label(row: Mapping[str, Any]) -> str:
    """2026, or 2039-40."""
    first, years = int(row["period"]), int(row["years"])
    return f"{first}" if years == 1 else f"{first}-{(first + years - 1) % 100}"
