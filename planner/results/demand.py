"""What segments need, get and go without, after events; and where what they get was made. Expected over the futures."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts, records, remembered
from planner.results.frames import by_period
from planner.results.origins import NOT_STATED, traced
from planner.status import TINY_T

SEGMENT_KEY = ["priority", "segment", "material", "place"]
TON_COLUMNS = ["need", "delivered", "short"]
NO_PRIORITY = 9_999.0  # what a blank priority sorts as, last
NO_SHARE = 1e-9  # what rounding leaves of a whole
HOME_SHARE = "Of the tons delivered to segments, those whose last substantial transformation was at home."


@remembered
def needs(facts: Facts) -> pd.DataFrame:
    """One row a segment and period: SEGMENT_KEY, period, label, in t a year need, delivered and short, and short_share.

    Segments are in order of priority; loss_usd_per_t is what a ton short costs, at most.
    """
    keys = ["segment", "node"]
    short = facts.plan.tables["shortages"].groupby(keys)["t_per_year"].sum().rename("short")
    rows = facts.table("needs").rename(columns={"t_per_year": "need"}).join(short, on=keys).fillna({"short": 0.0})
    rows["delivered"] = rows["need"] - rows["short"]
    rows["loss_usd_per_t"] = rows.groupby(["segment", "period"])["shortage_usd_per_t"].transform("max")
    rows = rows.merge(facts.case.tables["segments"][["segment", "place", "material", "priority"]], on="segment")
    rows["priority"] = rows["priority"].fillna(NO_PRIORITY)
    out = by_period(rows, [*SEGMENT_KEY, "loss_usd_per_t"], TON_COLUMNS)
    out["short_share"] = (out["short"] / out["need"]).where(out["need"] > 0, 0.0)
    out["label"] = out["period"].map(facts.labels)
    return out.sort_values(["priority", "segment", "period"], kind="stable").reset_index(drop=True)


@remembered
def unmet(facts: Facts) -> pd.DataFrame:
    """The rows of `needs` in which something goes short."""
    found = needs(facts)
    return found[found["short"] > TINY_T].reset_index(drop=True)


def over_horizon(facts: Facts, column: str) -> float:
    """Tons of a column of `needs` over all years of the horizon."""
    found = needs(facts)
    return float((found[column] * found["period"].map(facts.years)).sum())


@remembered
def delivered(facts: Facts) -> pd.DataFrame:
    """Tons of need met a year by what was delivered and the country where it was made: material, country, period, t.

    Made means the origin of an offer and the place of an own plant, whoever kept the goods since.
    """
    known = traced(facts)
    places = facts.case.tables["segments"][["segment", "place"]]
    served = facts.table("deliveries").merge(places, on="segment")
    pool = ["node", "place", "material", "origin_class", "period", "probability"]
    served = served.groupby(pool, as_index=False)[["t_per_year"]].sum()
    found = []
    for row in records(served):
        shares = known.shares(row.node, "made", row.place, row.material, row.origin_class)
        rest = {NOT_STATED: 1.0 - sum(shares.values())}
        for country, share in (*shares.items(), *rest.items()):
            if share > NO_SHARE:
                found.append((row.material, country, row.period, share * row.t_per_year * row.probability))
    keys = ["material", "country", "period"]
    table = pd.DataFrame(found, columns=[*keys, "t"]).astype({"material": object, "country": object})
    return table.groupby(keys, as_index=False)[["t"]].sum()


@remembered
def delivered_from(facts: Facts) -> pd.DataFrame:
    """The same of all materials together: country, period, t."""
    return delivered(facts).groupby(["country", "period"], as_index=False)[["t"]].sum()


@remembered
def delivered_by_stage(facts: Facts) -> pd.DataFrame:
    """The same by stage, so that oxide and magnets are not added: stage, country, period, label, t, share (of the stage
    in the period); stages along the chain, home first, then the largest country first.
    """
    table = delivered(facts)
    table = table.assign(stage=table["material"].map(facts.stages).fillna(""))
    out = table.groupby(["stage", "country", "period"], as_index=False)[["t"]].sum()
    out["share"] = out["t"] / out.groupby(["stage", "period"])["t"].transform("sum")
    out["label"] = out["period"].map(facts.labels)
    stages = {stage: number for number, stage in enumerate(dict.fromkeys(facts.stages.values()))}
    size = out.groupby(["stage", "country"])["t"].transform("sum")
    order = out.assign(a=out["stage"].map(stages), b=out["country"] != facts.home, c=-size)
    return (
        order.sort_values(["a", "b", "c", "country", "period"], kind="stable")
        .drop(columns=["a", "b", "c"])
        .reset_index(drop=True)
    )


def stage_name(facts: Facts, stage: str) -> str:
    """What a stage is called: its material's own name where the case has only one of that stage."""
    materials = [material for material, of in facts.stages.items() if of == stage]
    return materials[0] if len(materials) == 1 else stage


@remembered
def home_by_stage(facts: Facts) -> pd.DataFrame:
    """Home's part of what is delivered over the horizon: stage, home_t, whole_t, share; the last stage first."""
    table = delivered_by_stage(facts)
    table = table.assign(total=table["t"] * table["period"].map(facts.years))
    table["home"] = table["total"].where(table["country"] == facts.home, 0.0)
    out = table.groupby("stage", sort=False, as_index=False).agg(home_t=("home", "sum"), whole_t=("total", "sum"))
    out["share"] = (out["home_t"] / out["whole_t"]).where(out["whole_t"] > TINY_T, 0.0)
    return out.iloc[::-1].reset_index(drop=True)


def shares_of_countries(facts: Facts) -> dict[tuple[str, int], float]:
    """Each country's share of what is delivered to segments in each period."""
    table = delivered_from(facts)
    whole = table.groupby("period")["t"].transform("sum")
    return {(row.country, row.period): row.share for row in records(table.assign(share=table["t"] / whole))}
