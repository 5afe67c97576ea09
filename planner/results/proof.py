"""How good a plan is proven to be, and what its objective holds beside its cost."""

from __future__ import annotations

import math

import pandas as pd

from models.policy import ALL_FUTURES
from planner.results.facts import Facts, records
from planner.results.proven import Verdict, proven
from planner.results.words import musd, percent
from planner.status import beyond_cost


def verdict(facts: Facts) -> Verdict:
    """What is proven of the plan, in a buyer's words and the case's currency."""
    return proven(facts.plan, facts.money)


def room_musd(facts: Facts) -> float:
    """What could still be saved by another plan, at most, M$: the plan's objective less its bound; infinite unproven.

    No change of the plan, and no decision left out of it, can be worth more.
    """
    plan = facts.plan
    return math.inf if plan.bound_musd is None else max(0.0, plan.objective_musd - plan.bound_musd)


def bridge(facts: Facts) -> pd.DataFrame:
    """From the cost to the objective: what, musd; empty where the objective is the cost.

    The tail counts with what the dearest futures cost above the expected, since the cost itself stands first.
    """
    plan, settings = facts.plan, facts.case.settings
    columns = ["what", "musd"]
    if not beyond_cost(plan.cost_musd, plan.objective_musd):
        return pd.DataFrame(columns=columns)
    risk = dict(zip(plan.tables["risk"]["measure"], plan.tables["risk"]["value"], strict=True))
    weight, price = float(settings["risk_weight"] or 0.0), float(settings["exposure_price"] or 0.0)
    level = float(settings["cvar_level"])
    tail = "dearest future" if level >= 1 else f"dearest {percent(1 - level)} of futures"
    above = risk["cvar_cost"] - plan.cost_musd
    lines = [
        ("Expected cost, in money", plan.cost_musd),
        (f"{weight:g} x what the {tail} cost above it, {musd(above, facts.money)}", weight * above),
        (f"{price:g} x exposure of {musd(risk['exposure'], facts.money)}", price * risk["exposure"]),
        ("Malus less bonus of offers, which nobody pays", ranked_musd(facts)),
        ("Limits on all futures that are missed, at their price", _missed_of_futures(facts)),
    ]
    kept = [line for line in lines if line[1] or line is lines[0]]
    return pd.DataFrame([*kept, ("Objective, by which the plan is chosen", plan.objective_musd)], columns=columns)


def bridge_sentence(facts: Facts) -> str:
    """The same in a sentence; empty where the objective is the cost."""
    found = bridge(facts)
    if found.empty:
        return ""
    said = [f"{row.what} {musd(row.musd, facts.money)}" for row in records(found)]
    return f"The objective is not money: {' + '.join(said[:-1])} = {musd(facts.plan.objective_musd, facts.money)}."


def ranked_musd(facts: Facts) -> float:
    """The malus of what is bought less its bonus, discounted and expected, M$."""
    bought, nodes = facts.bought, facts.nodes
    malus = facts.of_offer(bought["item"], "ranking_usd_per_t").fillna(0.0).astype(float)
    weight = bought["node"].map(nodes["discount"] * nodes["probability"]).astype(float)
    return float((bought["t_per_year"].astype(float) * malus * weight).sum()) / 1e6


def _missed_of_futures(facts: Facts) -> float:
    """What is weighed for missing limits on the cost or loss of all futures, M$."""
    limits = facts.plan.tables["limits"]
    missed = limits[limits["node"] == ALL_FUTURES]
    price = missed["limit"].map(facts.case.tables["limits"].set_index("limit")["penalty_per_unit"]).fillna(0.0)
    return float((missed["missed"] * price.astype(float)).sum()) / 1e6
