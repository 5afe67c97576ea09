"""What each future costs, how much is at risk, and how concentrated supply is; and a plan as one future sees it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, dated, paths, rows

FUTURE_MEASURES = {
    "expected_cost": "Expected cost",
    "cvar_cost": "Mean cost of the dearest futures (CVaR)",
    "worst_cost": "Cost of the dearest future",
    "cvar_shortage": "Mean loss from shortage in the worst futures (CVaR)",
    "exposure": "Exposure",
}


def scenarios(plan: Plan) -> list[str]:
    """The futures of a plan, by name; none where there is only one."""
    names = [str(name) for name in rows(plan, "scenarios")["scenario"]]
    return names if len(names) > 1 else []


def one_future(plan: Plan, scenario: str) -> Plan:
    """The plan as it unfolds in one future: only the nodes on its way, for certain, and its own cost."""
    table = rows(plan, "scenarios")
    future = table[table["scenario"] == scenario].iloc[0]
    path = set(paths(plan)[future["leaf"]])
    tables = {name: t[t["node"].isin(path)] if "node" in t.columns else t for name, t in plan.tables.items()}
    tables["nodes"] = tables["nodes"].assign(probability=1.0)
    tables["scenarios"] = table[table["scenario"] == scenario].assign(probability=1.0)
    tables["build_years"] = tables["build_years"][tables["build_years"]["leaf"] == future["leaf"]]
    found = {name: t.reset_index(drop=True) for name, t in tables.items()}
    cost = float(future["cost_musd"])
    return replace(plan, cost_musd=cost, objective_musd=cost, tables=found)


def futures(plan: Plan) -> pd.DataFrame:
    """One row a future, dearest first: scenario, probability, cost_musd, above_musd (the expected), shortage_musd."""
    table = rows(plan, "scenarios")[["scenario", "probability", "cost_musd", "shortage_musd"]]
    expected = float((table["probability"] * table["cost_musd"]).sum())
    table = table.assign(above_musd=table["cost_musd"] - expected)
    return table.sort_values(["cost_musd", "scenario"], ascending=[False, True]).reset_index(drop=True)


def measures(case: Case, plan: Plan) -> pd.DataFrame:
    """The measures of risk in words: what, value, unit, meaning."""
    level = float(case.settings["cvar_level"])
    tail = f"the {100 * (1 - level):.3g} % of futures that" if level < 1 else "the one future that"
    meaning = {
        "expected_cost": "each future counts with its probability",
        "cvar_cost": f"the mean over {tail} cost most",
        "worst_cost": "no future costs more",
        "cvar_shortage": f"the mean over {tail} lose most; tons short at their price",
        "exposure": "purchases times the risk score of where they come from, discounted and expected",
    }
    table = rows(plan, "risk").rename(columns={"measure": "name"})
    table = table.assign(what=table["name"].map(FUTURE_MEASURES), meaning=table["name"].map(meaning))
    return table[["what", "value", "unit", "meaning"]].astype({"what": object, "meaning": object})


def exposure(plan: Plan) -> pd.DataFrame:
    """M$ a year at risk (exposure_musd) and as an index 0 to 100 of all that is bought, by period, expected."""
    table = rows(plan, "indicators")
    wide = table.pivot_table(index="node", columns="measure", values="value").reset_index()
    wide = dated(plan, wide.reindex(columns=["node", "exposure_musd", "exposure_index"]).fillna(0.0))
    index = wide["exposure_index"]
    wide["bought_musd"] = (100.0 * wide["exposure_musd"] / index.where(index > 0)).fillna(0.0)
    out = by_period(wide, [], ["exposure_musd", "bought_musd"])
    bought = out["bought_musd"]
    out["exposure_index"] = (100.0 * out["exposure_musd"] / bought.where(bought > 0)).fillna(0.0)
    return out.assign(label=out["period"].map(calendar(plan)))[["period", "label", "exposure_musd", "exposure_index"]]


def concentration(case: Case, plan: Plan) -> pd.DataFrame:
    """The sum of squared shares of countries (0 to 1), by material and by stage: of, name, period, label, hhi.

    Of what is bought and made, as limits on `hhi` have it; a period's is the mean over its futures.
    """
    out = dated(plan, rows(plan, "concentration"))
    out["weighed"] = out["hhi"] * out["probability"]
    sums = out.groupby(["of", "name", "period"], as_index=False)[["weighed", "probability"]].sum()
    sums["hhi"] = np.divide(sums["weighed"], sums["probability"])
    materials = case.tables["materials"]
    order = {name: k for k, name in enumerate([*dict.fromkeys(materials["stage"]), *materials["material"]])}
    sums = sums.assign(label=sums["period"].map(calendar(plan)), rank=sums["name"].map(order))
    sums = sums.sort_values(["of", "rank", "period"], kind="stable").reset_index(drop=True)
    return sums[["of", "name", "period", "label", "hhi"]]
