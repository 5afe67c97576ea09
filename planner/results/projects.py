"""Projects begun: when, where, how large, what they cost, when they run and how full."""

from __future__ import annotations

import math

import pandas as pd

from planner.results.facts import Facts, remembered
from planner.results.frames import by_period
from planner.status import TINY_T

_AT_CAPACITY = "facility at capacity"


@remembered
def projects(facts: Facts) -> pd.DataFrame:
    """One row a build, in order of time: dates, size, money, as the plan has them.

    Capex is undiscounted; the plan pays it as an annuity while it runs. Where a delay is known in some futures only,
    first_output is the earliest and latest_output the latest year in which output may begin, last_output the last.
    """
    key = ["option", "with_partnership", "node"]
    years = (
        facts.plan.tables["build_years"]
        .groupby(key, as_index=False)
        .agg(
            first_output=("first_output", "min"),
            latest_output=("first_output", "max"),
            last_output=("last_output", "max"),
        )
    )
    rows = facts.table("builds").merge(years, on=key, how="left")
    rows = rows.merge(facts.case.tables["build_options"].drop(columns=["year"]), on="option", how="left")
    rows = rows.merge(facts.case.tables["facilities"][["facility", "place"]], on="facility", how="left")
    rows["country"] = rows["place"].map(facts.country_name_of)
    rows["begun"] = rows["period"].astype("int64")
    rows["construction"] = (rows["begun"] + rows["permit_years"].fillna(0)).clip(upper=rows["first_output"])
    rate = float(facts.case.settings["capital_rate"])
    factor = rate / (1 - (1 + rate) ** -rows["life_years"]) if rate else 1 / rows["life_years"]
    rows["annuity_musd"] = rows["capex_musd"] * factor
    rows["present_musd"] = _present(facts, rows)
    rows["capex_per_t"] = (rows["capex_musd"] * 1e6 / rows["size_t_per_year"]).where(rows["size_t_per_year"] > 0)
    rows["use"] = _mean_use(facts, rows)
    return rows.sort_values(["begun", "option"]).reset_index(drop=True)


@remembered
def worth_of_projects(facts: Facts) -> pd.DataFrame:
    """What each option that is begun is worth to the plan at least, by marginal prices, M$ discounted and expected.

    Columns: option, saved_musd (what its capacity saves: the worth of a ton of it, as the program proves it, times its
    size), cost_musd (its annuities and fixed cost within the horizon), worth_musd (their difference). Without the
    project the plan loses that much or more, since the worth of the last ton is the smallest.
    """
    begun = projects(facts)
    held = facts.table("binding").query("rule == @_AT_CAPACITY")
    discount = held["node"].map(facts.nodes["discount"]).astype(float)
    held = held.assign(usd=held["worth_usd"].astype(float) * held["probability"] * discount)
    per_ton = held.groupby("item")["usd"].sum()
    ledger = facts.ledger[facts.ledger["term"].isin(("investment", "fixed_operation", "grants"))]
    paid = ledger.groupby("item")["expected_musd"].sum()
    rows = begun.groupby(["option", "facility"], sort=False, as_index=False).agg(size=("size_t_per_year", "max"))
    rows["saved_musd"] = rows["facility"].map(per_ton).fillna(0.0).astype(float) * rows["size"] / 1e6
    rows["cost_musd"] = rows["option"].map(paid).fillna(0.0).astype(float)
    return rows.assign(worth_musd=rows["saved_musd"] - rows["cost_musd"])


def number_begun(facts: Facts) -> int:
    """How many projects are begun, each as often as it is."""
    return int(projects(facts)["times"].sum())


def expected_capex(facts: Facts) -> float:
    """What is expected to be spent on builds, undiscounted, M$."""
    built = projects(facts)
    return float((built["capex_musd"] * built["probability"]).sum())


def _present(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """What the ledger holds for the option, shared among its builds by the discounted annuities in the horizon."""
    ledger = facts.ledger[facts.ledger["term"] == "investment"]
    paid = rows["option"].map(ledger.groupby("item")["expected_musd"].sum()).fillna(0.0)
    rate, base = float(facts.case.settings["discount_rate"]), int(facts.case.settings["base_year"])
    last = facts.horizon[1]
    spans = zip(rows["first_output"], rows["last_output"].clip(upper=last), strict=True)
    years = [sum((1 + rate) ** (base - y) for y in range(int(start), int(end) + 1)) for start, end in spans]
    weight = pd.Series(years, index=rows.index, dtype=float) * rows["annuity_musd"] * rows["probability"]
    whole = weight.groupby(rows["option"]).transform("sum")
    return (paid * weight / whole).where(whole > 0, 0.0)


def _mean_use(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """Share of the usable capacity of the whole facility used from the first output to the end of the horizon."""
    plants = facts.table("capacities")
    weight = plants["years"] * plants["probability"]
    plants = plants.assign(
        used=plants["used_t_per_year"] * weight,
        usable=plants["usable_t_per_year"] * weight,
        last=plants["period"] + plants["years"] - 1,
    )

    def share(facility: str, start: float) -> float:
        part = plants[(plants["facility"] == facility) & (plants["last"] >= start)]
        usable = float(part["usable"].sum())
        return float(part["used"].sum()) / usable if usable > 0 else math.nan

    shares = [share(f, s) for f, s in zip(rows["facility"], rows["first_output"], strict=True)]
    return pd.Series(shares, index=rows.index, dtype=float)


def use_of_plants(facts: Facts) -> pd.DataFrame:
    """Usable and used capacity of each plant by period, expected; nothing where none is usable.

    Columns: facility, period, label, usable_t_per_year, used_t_per_year, used_share. A plant of which nothing stands
    yet, or any more, has no share.
    """
    plants = facts.table("capacities")
    out = by_period(plants, ["facility"], ["usable_t_per_year", "used_t_per_year"])
    out = out[out["usable_t_per_year"] > TINY_T].reset_index(drop=True)
    share = out["used_t_per_year"] / out["usable_t_per_year"]
    return out.assign(used_share=share, label=out["period"].map(facts.labels))


def projects_at(facts: Facts) -> list[str]:
    """The facilities where something is built."""
    options = facts.case.tables["build_options"].set_index("option")["facility"]
    return sorted({str(options[o]) for o in facts.plan.tables["builds"]["option"]})
