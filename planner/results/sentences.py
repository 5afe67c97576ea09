"""The verdict on optimality and the decision in five sentences, with numbers."""

from __future__ import annotations

import pandas as pd

from models.costs import FOR_GOODS
from planner.results.facts import Facts, records, term_name
from planner.results.limits import three_limits
from planner.results.projects import projects
from planner.results.recycling import recovered
from planner.results.words import count, listed, musd, percent, tons
from planner.status import Status


def verdict(facts: Facts) -> str:
    """How good the plan is proven to be, in plain words."""
    plan, money = facts.plan, facts.currency
    cost = musd(plan.objective_musd, money)
    if plan.bound_musd is None:
        return f"Nothing is proven: the search ended early. The best plan found costs {cost}; cheaper ones may exist."
    room = max(0.0, plan.objective_musd - plan.bound_musd)
    gap = plan.gap if plan.gap is not None else room / max(abs(plan.objective_musd), 1e-9)
    bound = f"no plan can be cheaper than {musd(plan.bound_musd, money)}"
    if plan.status == Status.OPTIMAL:
        return f"Proven cheapest: {bound}, and this one costs {cost}."
    save = f"at most {musd(room, money)} ({percent(gap)}) could still be saved"
    if plan.status == Status.WITHIN_GAP:
        return f"Proven to within {percent(gap)}: {bound}; this one costs {cost}, so {save}."
    return f"Stopped before the aim was reached: {bound}; the best plan found costs {cost}, so {save} by a longer run."


def decision(facts: Facts) -> list[str]:
    """Buy, build, depend, pay, and what would help."""
    return [_buy(facts), _build(facts), _depend(facts), _pay(facts), three_limits(facts)]


def _buy(facts: Facts) -> str:
    bought = facts.ledger[facts.ledger["term"].isin(FOR_GOODS)]
    spent = bought["paid_musd"].sum()
    if spent <= 0:
        return "Nothing is bought: own plants and collected material supply everything."
    suppliers = (
        bought.groupby(facts.of_offer(bought["item"], "supplier"))["paid_musd"].sum().sort_values(ascending=False)
    )
    origins = facts.of_offer(bought["item"], "origin").nunique()
    top = [f"{name} ({percent(value / spent)})" for name, value in suppliers.head(3).items()]
    new = facts.plan.tables["qualifications"]["supplier"].nunique()
    return (
        f"Buy from {count(len(suppliers), 'supplier')} in {count(origins, 'country', 'countries')} of origin, for "
        f"{musd(spent, facts.currency)} undiscounted over the horizon; {listed(top)} lead by value"
        + (f"; {count(new, 'supplier')} must first be qualified." if new else ".")
    )


def _build(facts: Facts) -> str:
    built = projects(facts)
    offered = len(facts.case.tables["build_options"])
    if built.empty:
        return f"No investment is made{f': none of the {offered} options pays for itself' if offered else ''}."
    capex = float((built["capex_musd"] * built["probability"]).sum())
    largest = built.sort_values("capex_musd", ascending=False).head(3).sort_values("begun")
    names = [f"{p.option} (begun {p.begun:.0f}, first output {p.first_output:.0f})" for p in records(largest)]
    return (
        f"Begin {count(len(built), 'project')} of the {offered} on offer for {musd(capex, facts.currency)} of capex"
        f"{'; the largest are ' if len(built) > len(names) else ': '}{listed(names)}."
    )


def _depend(facts: Facts) -> str:
    """Home's share and the largest foreign origin of what the segments ask for, at both ends; what recycling adds."""
    wanted = set(facts.case.tables["segments"]["material"])
    supply = facts.supply[facts.supply["material"].isin(wanted)]
    if supply.empty:
        return "Nothing that demand asks for is supplied."
    shares = _country_shares(supply)
    ends = list(dict.fromkeys((min(facts.labels), max(facts.labels))))

    def trend(country: str) -> list[str]:
        return [percent(shares.get((country, end), 0.0)) for end in ends]

    when = [facts.labels[end] for end in ends]
    home = trend(facts.home)
    said = f"{home[0]} of the tons that demand asks for are made at home in {when[0]}"
    said += f", {home[-1]} in {when[-1]}" if len(ends) > 1 else ""
    foreign = {country: share for (country, end), share in shares.items() if country != facts.home and end == ends[0]}
    if foreign:
        top = max(foreign, key=lambda country: foreign[country])
        said += f"; the largest foreign origin, {top}, goes from {' to '.join(trend(top))}"
    last = ends[-1]
    back = recovered(facts)
    late = back[back["period"] == last]
    return f"{said}; recycling recovers {tons(late['t'].sum())} a year in {facts.labels[last]}."


def _country_shares(supply: pd.DataFrame) -> dict[tuple[str, int], float]:
    """Each country's share of the tons supplied in each period."""
    sums = supply.groupby(["country", "period"])["t"].sum().reset_index()
    whole = sums.groupby("period")["t"].transform("sum")
    return {(row.country, row.period): row.share for row in records(sums.assign(share=sums["t"] / whole))}


def _pay(facts: Facts) -> str:
    lines = facts.ledger
    terms = lines.groupby("term")["expected_musd"].sum().sort_values(ascending=False)
    gross, income = terms[terms > 0].sum(), -terms[terms < 0].sum()
    yearly = lines.groupby("period")["yearly_musd"].sum()
    first, last = min(facts.labels), max(facts.labels)
    parts = [f"{term_name(str(t)).lower()} {percent(v / gross)}" for t, v in terms.head(4).items() if v > 0]
    earned = [term_name(str(t)).lower() for t in terms[terms < 0].index[::-1]]
    cost = f"The plan costs {musd(facts.plan.objective_musd, facts.currency)} in present value"
    if income:
        cost += f": {musd(gross, facts.currency)} of cost ({listed(parts, 4)}), less {musd(income, facts.currency)} "
        cost += f"of income ({listed(earned)})"
    elif parts:
        cost += f" ({listed(parts, 4)})"
    years = f"{musd(yearly.get(first, 0.0), facts.currency)} in {facts.labels[first]}"
    if last != first:
        years += f" and {musd(yearly.get(last, 0.0), facts.currency)} a year in {facts.labels[last]}"
    return f"{cost}. Undiscounted it costs {years}."
