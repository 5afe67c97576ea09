"""The key figures of a plan, each with its unit."""

from __future__ import annotations

from models.costs import FOR_GOODS
from planner.reporting.demand import needs, unmet
from planner.reporting.grades import graded_cost
from planner.reporting.kinds import MUSD, SHARE, TONS, WHOLE, Kind
from planner.results.facts import Facts
from planner.results.projects import projects
from planner.results.recycling import recovered

Figure = tuple[str, float, Kind, str]


def key_figures(facts: Facts) -> list[Figure]:
    """Name, value, kind and unit, unmet demand first."""
    return [*_demand(facts), *_money(facts), *_choices(facts), *_quality(facts)]


def _demand(facts: Facts) -> list[Figure]:
    short, need = unmet(facts), needs(facts)
    missing = float((short["t"] * short["period"].map(facts.years)).sum())
    whole = float((need["t"] * need["period"].map(facts.years)).sum())
    return [
        ("Unmet demand over the horizon", missing, TONS, "t"),
        ("Share of all need unmet", missing / whole if whole else 0.0, SHARE, "of tons"),
    ]


def _money(facts: Facts) -> list[Figure]:
    lines = facts.ledger
    unit = "M$" if facts.currency == "USD" else f"M {facts.currency}"
    paid = lines.groupby("term")["paid_musd"].sum()
    landed = paid.reindex([*FOR_GOODS, "freight", "duties"]).fillna(0.0)
    goods = float(landed[list(FOR_GOODS)].sum())
    return [
        ("Total cost, present value", facts.plan.objective_musd, MUSD, unit),
        ("Spent on purchases and contracts", goods, MUSD, f"{unit}, undiscounted"),
        ("Duties paid", float(landed["duties"]), MUSD, f"{unit}, undiscounted"),
        (
            "Duties and freight on purchases",
            float(landed["duties"] + landed["freight"]) / goods if goods else 0.0,
            SHARE,
            "of the price",
        ),
    ]


def _choices(facts: Facts) -> list[Figure]:
    bought = facts.bought["item"].drop_duplicates()
    built = projects(facts)
    back = recovered(facts)
    return [
        ("Suppliers used", int(facts.of_offer(bought, "supplier").nunique()), WHOLE, "suppliers"),
        ("Countries of origin", int(facts.of_offer(bought, "origin").nunique()), WHOLE, "countries"),
        ("Projects begun", len(built), WHOLE, f"of {len(facts.case.tables['build_options'])} options"),
        ("Capex", float((built["capex_musd"] * built["probability"]).sum()), MUSD, "M$, undiscounted"),
        (
            "Recovered by recycling",
            float((back["t"] * back["period"].map(facts.years)).sum()),
            TONS,
            "t over the horizon",
        ),
    ]


def _quality(facts: Facts) -> list[Figure]:
    costs = graded_cost(facts)
    whole = costs["size_musd"].sum()
    assumed = costs.loc[costs["grade"].isin(["D", ""]), "size_musd"].sum()
    return [("Cost resting on assumed or ungraded data", float(assumed / whole) if whole else 0.0, SHARE, "of cost")]
