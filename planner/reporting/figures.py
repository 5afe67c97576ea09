"""The key figures of a plan, each with its unit."""

from __future__ import annotations

from planner.reporting.kinds import MUSD, SHARE, TONS, USD, USD_FINE, WHOLE, Kind
from planner.results.demand import over_horizon
from planner.results.facts import Facts
from planner.results.grades import graded_cost
from planner.results.headline import home_share, landing_share, spent_on_goods
from planner.results.projects import expected_capex, number_begun
from planner.results.recycling import recovered
from planner.status import beyond_cost

Figure = tuple[str, float, Kind, str]


def key_figures(facts: Facts) -> list[Figure]:
    """Name, value, kind and unit, unmet demand first."""
    return [*_demand(facts), *_money(facts), *_choices(facts), *_quality(facts)]


def _demand(facts: Facts) -> list[Figure]:
    missing, whole = over_horizon(facts, "short"), over_horizon(facts, "need")
    home, delivered = home_share(facts)
    return [
        ("Unmet demand over the horizon", missing, TONS, "t"),
        ("Share of all need unmet", missing / whole if whole else 0.0, SHARE, "of tons"),
        ("Made at home, whoever keeps it since", home / delivered if delivered else 0.0, SHARE, "of tons delivered"),
    ]


def _kind(facts: Facts) -> Kind:
    return (USD_FINE if facts.money.cents else USD) if facts.money.small else MUSD


def _money(facts: Facts) -> list[Figure]:
    plan, unit, of = facts.plan, facts.million, facts.money.of
    paid = facts.ledger.groupby("term")["paid_musd"].sum()
    beside = [
        ("Objective, with risk and exposure", of(plan.objective_musd), _kind(facts), f"{unit}, not all of it money")
    ]
    return [
        ("Cost, present value", of(plan.cost_musd), _kind(facts), unit),
        *(beside if beyond_cost(plan.cost_musd, plan.objective_musd) else []),
        ("Spent on purchases and contracts", of(spent_on_goods(facts)), _kind(facts), f"{unit}, undiscounted"),
        ("Duties paid, own goods included", of(float(paid.get("duties", 0.0))), _kind(facts), f"{unit}, undiscounted"),
        ("Duties and freight on purchases", landing_share(facts), SHARE, "of the price"),
    ]


def _choices(facts: Facts) -> list[Figure]:
    bought = facts.bought["item"].drop_duplicates()
    back = recovered(facts)
    return [
        ("Suppliers used", int(facts.of_offer(bought, "supplier").nunique()), WHOLE, "suppliers"),
        ("Countries of origin", int(facts.of_offer(bought, "origin").nunique()), WHOLE, "countries"),
        ("Projects begun", number_begun(facts), WHOLE, f"of {len(facts.case.tables['build_options'])} options"),
        ("Capex", facts.money.of(expected_capex(facts)), _kind(facts), f"{facts.million}, undiscounted"),
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
