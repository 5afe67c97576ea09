"""What the plan saves against today's awards, where the run was asked (`ree-planner as-is`)."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts

UNKNOWN = "No baseline: the case does not say what is bought today, so no saving against it is told."
NOT_ASKED = "The case says what is bought today: ree-planner as-is tells what the plan saves against it."


def against_today(facts: Facts) -> str:
    """The saving in a sentence or two, or why there is none."""
    if facts.as_is:
        return str(facts.as_is["words"])
    return UNKNOWN if facts.case.tables["awards"].empty else NOT_ASKED


def bridge(facts: Facts) -> pd.DataFrame:
    """From today's cost to the plan's, discounted: what (a cost term, or an end) and musd, adding up."""
    ends = {name: float(facts.as_is[name]["cost_musd"]) for name in ("as_is", "plan")}
    bars = [(bar["term"], bar["usd"] / 1e6) for bar in facts.as_is["bridge"]]
    return pd.DataFrame([("As it is", ends["as_is"]), *bars, ("As planned", ends["plan"])], columns=["what", "musd"])


def awards_beside(facts: Facts) -> pd.DataFrame:
    """Each award of today and each offer that the plan buys, tons of a mean year, in the order of the chain.

    Columns: offer, supplier, material, place, stated_t_per_year, as_is_t_per_year, plan_t_per_year, change_t_per_year.
    """
    rows = pd.DataFrame(list(facts.as_is["awards"]))
    rows["change_t_per_year"] = rows["plan_t_per_year"] - rows["as_is_t_per_year"]
    order = rows["material"].map(facts.chain)
    return rows.assign(chain=order).sort_values("chain", kind="stable").drop(columns="chain").reset_index(drop=True)
