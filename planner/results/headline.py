"""The headline: a plan's key figures, each worked out once, and the cards on which the pages show them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from models.costs import FOR_GOODS
from planner.results.demand import HOME_SHARE, delivered_from, over_horizon, unmet
from planner.results.facts import Facts
from planner.results.projects import expected_capex, number_begun, projects
from planner.status import TINY_T, beyond_cost


@dataclass(frozen=True)
class Figure:
    """One headline figure: what, how much, and what to compare it with."""

    label: str
    value: str
    context: str
    help: str
    alarm: str = ""


def spent_on_goods(facts: Facts) -> float:
    """What purchases and contracts cost, undiscounted, M$."""
    lines = facts.ledger
    return float(lines.loc[lines["term"].isin(FOR_GOODS), "paid_musd"].sum())


def landing_share(facts: Facts) -> float:
    """Duties and freight of what is bought, as a share of what is paid for it; own goods count on neither side."""
    lines = facts.ledger[facts.ledger["item"].isin(facts.offer_of)]
    landing = float(lines.loc[lines["term"].isin(["duties", "freight"]), "paid_musd"].sum())
    goods = spent_on_goods(facts)
    return landing / goods if goods > 0 else 0.0


def duties_share(facts: Facts) -> float:
    """Duties as a share of all that is paid, discounted and expected; what comes in does not count."""
    paid = facts.ledger.groupby(["term", "node"])["expected_musd"].sum()
    gross = float(paid[paid > 0].sum())
    duties = float(facts.ledger.loc[facts.ledger["term"] == "duties", "expected_musd"].sum())
    return duties / gross if gross > 0 else 0.0


def sellers(facts: Facts) -> pd.Series:
    """What is paid for goods by country of origin, discounted and expected, M$; the largest first."""
    bought = facts.ledger[facts.ledger["term"].isin(FOR_GOODS)]
    origin = [facts.country_name(code) for code in facts.of_offer(bought["item"], "origin")]
    paid = bought.groupby(pd.Series(origin, index=bought.index, dtype=object))["expected_musd"].sum()
    return paid.sort_values(ascending=False, kind="stable")


def home_share(facts: Facts) -> tuple[float, float]:
    """Tons delivered to segments over the horizon that were made at home, and all of them."""
    made = delivered_from(facts)
    tons = made["t"] * made["period"].map(facts.years)
    return float(tons[made["country"] == facts.home].sum()), float(tons.sum())


def figures(facts: Facts) -> tuple[Figure, ...]:
    """The headline, unmet need always first."""
    return (
        _unmet(facts),
        _cost(facts),
        _investment(facts),
        _duties(facts),
        _concentration(facts),
        _home(facts),
    )


def _unmet(facts: Facts) -> Figure:
    short, need = over_horizon(facts, "short"), over_horizon(facts, "need")
    helped = "Tons that no segment receives over the whole horizon, all materials together."
    if short <= TINY_T:
        return Figure("Unmet need", "0 t", "All need is met in every period", helped)
    hit = unmet(facts)["segment"].nunique()
    context = f"{100 * short / need:.2g} % of {need:,.0f} t needed"
    return Figure("Unmet need", f"{short:,.0f} t", context, helped, alarm=f"{hit} segment{'s' * (hit != 1)} short")


def _whole(facts: Facts, musd: float) -> str:
    return f"{facts.money.of(musd):,.0f} {facts.million}"


def _cost(facts: Facts) -> Figure:
    plan, settings = facts.plan, facts.case.settings
    first, last = facts.horizon
    context = f"{first}–{last}, at {settings['base_year']} value"
    if beyond_cost(plan.cost_musd, plan.objective_musd):
        context += f"; objective {facts.money.of(plan.objective_musd):,.{facts.money.places(1)}f} {facts.million}"
    rate = f"{100 * settings['discount_rate']:.3g} %"
    helped = (
        f"All the plan pays, less what sales bring, plus the priced loss of unmet need; discounted at {rate} a year, "
        "and expected over the futures. The objective adds what is put on risk, exposure and rank of offers: no money."
    )
    return Figure("Cost", _whole(facts, plan.cost_musd), context, helped)


def _investment(facts: Facts) -> Figure:
    built = projects(facts)
    helped = "What is expected to be spent on what is begun, not discounted; the cost holds it as a yearly annuity."
    if built.empty:
        return Figure("Investment", f"0 {facts.million}", "Nothing is built", helped)
    number = number_begun(facts)
    context = f"{number} project{'s' * (number != 1)}, first begun in {built['begun'].min()}; not discounted"
    return Figure("Investment", _whole(facts, expected_capex(facts)), context, helped)


def _duties(facts: Facts) -> Figure:
    duties = float(facts.ledger.loc[facts.ledger["term"] == "duties", "expected_musd"].sum())
    share = duties_share(facts)
    context = f"{100 * share:.1f} % of everything paid" if len(facts.ledger) else "Nothing is paid"
    return Figure("Duties paid", _whole(facts, duties), context, "All authorities together, discounted like the cost.")


def _concentration(facts: Facts) -> Figure:
    helped = "Of the money spent on purchases and contracts over the horizon, before freight and duty."
    paid = sellers(facts)
    if not paid.sum() > 0:
        return Figure("Largest seller country", "None", "Nothing is bought", helped)
    used = int((paid > TINY_T).sum())
    context = f"{paid.index[0]}, of what goods cost; {used} {'country' if used == 1 else 'countries'} in all"
    return Figure("Largest seller country", f"{100 * paid.iloc[0] / paid.sum():.0f} %", context, helped)


def _home(facts: Facts) -> Figure:
    home, whole = home_share(facts)
    if whole <= TINY_T:
        return Figure("Made at home", "0 %", "Nothing is delivered", HOME_SHARE)
    context = f"{home:,.0f} t of {whole:,.0f} t delivered"
    return Figure("Made at home", f"{100 * home / whole:.0f} %", context, HOME_SHARE)
