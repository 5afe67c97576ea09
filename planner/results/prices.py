"""What one more ton would cost the plan: the price at which it is worth buying."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.facts import Facts, records
from planner.results.flows import arrivals
from planner.results.frames import calendar, dated, rows, worked_out_once
from planner.results.words import dollars, tons
from planner.status import TINY_T

KEY = ["material", "place", "node"]
RANGE = ["more_t", "less_t"]
_KEPT = ("more_t_per_year", "less_t_per_year")


@worked_out_once
def marginal_prices(case: Case, plan: Plan) -> pd.DataFrame:
    """USD per t by material, place, rule (blank: any goods) and node: material, place, rule, node, period, label.

    And for how many tons a year more and less it holds at least: more_t, less_t; blank where that is not known.
    Only where the material comes or is missing: elsewhere nothing says what a ton is worth.
    """
    there = arrivals(case, plan)
    there = there.loc[there["t_per_year"] > TINY_T, KEY]
    segments = case.tables["segments"][["segment", "material", "place"]]
    missing = rows(plan, "shortages").merge(segments, on="segment")[KEY]
    kept = pd.concat([there, missing]).drop_duplicates()
    where = ["place", "material", "origin_class", "node"]
    ranges = rows(plan, "price_ranges").fillna(math.inf).rename(columns=dict(zip(_KEPT, RANGE, strict=True)))
    known = rows(plan, "prices").merge(ranges.astype(dict.fromkeys(RANGE, float)), on=where, how="left")
    table = dated(plan, known.merge(kept, on=KEY))
    table = table.rename(columns={"origin_class": "rule"}).astype({"rule": object})
    order = {name: k for k, name in enumerate(case.tables["materials"]["material"])}
    table = table.assign(label=table["period"].map(calendar(plan)), rank=table["material"].map(order))
    table = table.sort_values(["rank", "place", "rule", "period", "node"], kind="stable").reset_index(drop=True)
    columns = ["material", "place", "rule", "node", "period", "label", "probability", "usd_per_t", *RANGE]
    return table[columns]


def kinks(case: Case, plan: Plan) -> pd.DataFrame:
    """Those that hold for no ton more, or for none less, or of which that is not known."""
    table = marginal_prices(case, plan)
    return table[~((table["more_t"] > TINY_T) & (table["less_t"] > TINY_T))].reset_index(drop=True)


def both_sides(told: Mapping[str, Any]) -> dict[tuple[str, str, str, str], tuple[float | None, float | None]]:
    """What one ton more costs and one less saves, by material, place, rule and node, where that was asked."""
    return {
        (one["material"], one["place"], one["rule"], one["node"]): (one["more_usd"], one["less_usd"])
        for one in told.get("prices", ())
    }


def said_of(facts: Facts, table: pd.DataFrame) -> list[str]:
    """How far each price of such a table holds, in words: at a kink what was found by solving, where that was asked."""
    asked = both_sides(facts.next_ton)
    said = []
    for row in records(table):
        sides = asked.get((row.material, row.place, row.rule, row.node))
        said.append(holds(row.more_t, row.less_t) if sides is None else at_a_kink(*sides))
    return said


def at_a_kink(more_usd: float | None, less_usd: float | None) -> str:
    """Both prices of a kink, in words; or that it is none for a ton."""
    if more_usd is not None and less_usd is not None and dollars(more_usd) == dollars(less_usd):
        return f"{dollars(more_usd)} for one ton more and one less"
    more = "no ton more can be had" if more_usd is None else f"one ton more costs {dollars(more_usd)}"
    if less_usd is None:
        return f"{more}, none less is possible"
    return f"{more}, one less {'saves' if less_usd >= 0 else 'costs'} {dollars(abs(less_usd))}"


def holds(more_t: float, less_t: float) -> str:
    """How far a price holds, in words: for so many tons a year more and less at least.

    Where it holds for none the cost has a kink: the next ton costs more, or one ton less saves less, or it is not known
    whether it does.
    """
    if math.isnan(more_t) or math.isnan(less_t):
        return "not known"
    sides = ((more_t, "more"), (less_t, "less"))
    most = [f"{'any' if math.isinf(t) else tons(t)} {word}" for t, word in sides if t > TINY_T]
    kinks = ["one ton more may cost more"] if more_t <= TINY_T else []
    kinks += ["one ton less may save less"] if less_t <= TINY_T else []
    said = f"for {', '.join(most)}" if most else "for no ton"
    return f"{said}; a kink: {', '.join(kinks)}" if kinks else said


def expected_prices(case: Case, plan: Plan) -> pd.DataFrame:
    """The same with the mean over the futures of each period in which the material is there."""
    table = marginal_prices(case, plan)
    keys = ["material", "place", "rule", "period", "label"]
    table = table.assign(weighed=table["usd_per_t"] * table["probability"])
    out = table.groupby(keys, sort=False, as_index=False)[["weighed", "probability"]].sum()
    return out.assign(usd_per_t=out["weighed"] / out["probability"]).drop(columns=["weighed", "probability"])
