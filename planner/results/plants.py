"""What each plant costs, all its terms together, and what it makes."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts, expected, remembered

PARTS = {
    "operation": "running",
    "fixed_operation": "fixed",
    "investment": "building",
    "closure": "closing",
    "grants": "support",
    "production_support": "support",
}


@remembered
def cost_by_plant(facts: Facts) -> pd.DataFrame:
    """One row a plant that costs anything: facility, country, made_t (over the horizon), running, fixed, building,
    closing and support (M$ discounted and expected), all, and usd_per_t (undiscounted, of what it makes).
    """
    lines = facts.ledger[facts.ledger["term"].isin(PARTS)]
    columns = list(dict.fromkeys(PARTS.values()))
    if lines.empty:
        return pd.DataFrame(columns=["facility", "country", "made_t", *columns, "all", "usd_per_t"])
    lines = lines.assign(
        facility=[_facility(facts, str(item)) for item in lines["item"]], part=lines["term"].map(PARTS)
    )
    wide = lines.pivot_table(index="facility", columns="part", values="expected_musd", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=columns, fill_value=0.0)
    made = expected(facts.table("throughput").query("t_per_year > 0"))
    tons = (made["t"] * made["years"]).groupby(made["facility"]).sum()
    paid = lines.groupby("facility")["paid_musd"].sum()
    wide["all"] = wide.sum(axis=1)
    wide["made_t"] = tons.reindex(wide.index).fillna(0.0)
    wide["usd_per_t"] = (paid * 1e6 / wide["made_t"]).where(wide["made_t"] > 0)
    out = wide.sort_values("all", ascending=False, kind="stable").reset_index()
    places = facts.case.tables["facilities"].set_index("facility")["place"]
    out["country"] = out["facility"].map(places).map(facts.country_name_of).fillna("")
    out.columns.name = None
    return out


def _facility(facts: Facts, item: str) -> str:
    """The plant behind an item: of a process `plant / process`, of a build option its plant, else the plant itself."""
    known = _known(facts)
    return known.get(item) or known.get(item.split(" / ", maxsplit=1)[0]) or item


@remembered
def _known(facts: Facts) -> dict[str, str]:
    tables = facts.case.tables
    options = dict(zip(tables["build_options"]["option"], tables["build_options"]["facility"], strict=True))
    processes = {
        f"{f} / {p}": f for f, p in zip(tables["processes"]["facility"], tables["processes"]["process"], strict=True)
    }
    return options | {f: f for f in tables["facilities"]["facility"]} | processes
