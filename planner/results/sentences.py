"""The decision in five sentences, with numbers."""

from __future__ import annotations

from typing import Any

from models.costs import FOR_GOODS
from planner.results.demand import shares_of_countries
from planner.results.facts import Facts, records, term_name
from planner.results.limits import three_limits
from planner.results.projects import expected_capex, number_begun, projects
from planner.results.proof import bridge_sentence
from planner.results.recycling import recovered
from planner.results.words import count, listed, musd, percent, tons


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
        f"{musd(spent, facts.money)} undiscounted over the horizon; {listed(top)} lead by value"
        + (f"; {count(new, 'supplier')} must first be qualified." if new else ".")
    )


def _build(facts: Facts) -> str:
    built = projects(facts)
    offered = len(facts.case.tables["build_options"])
    if built.empty:
        return f"No investment is made{f': none of the {offered} options pays for itself' if offered else ''}."
    capex = expected_capex(facts)
    largest = built.sort_values("capex_musd", ascending=False).head(3).sort_values("begun")
    names = [f"{p.option} (begun {p.begun}, first output {_outputs(p)})" for p in records(largest)]
    begun = count(number_begun(facts), "project")
    return (
        f"Begin {begun} of the {offered} on offer for {musd(capex, facts.money)} of capex"
        f"{'; the largest are ' if len(built) > len(names) else ': '}{listed(names)}."
    )


def _outputs(project: Any) -> str:
    """The year of first output, or the years where it depends on the future."""
    first, latest = int(project.first_output), int(project.latest_output)
    return f"{first}" if first == latest else f"{first} to {latest}"


def _depend(facts: Facts) -> str:
    """Home's share and the largest foreign maker's of what segments get, at both ends; what recycling adds."""
    shares = shares_of_countries(facts)
    if not shares:
        return "Nothing is delivered to any segment."
    ends = list(dict.fromkeys((min(facts.labels), max(facts.labels))))

    def trend(country: str) -> list[str]:
        return [percent(shares.get((country, end), 0.0)) for end in ends]

    when = [facts.labels[end] for end in ends]
    home = trend(facts.home)
    said = f"{home[0]} of the tons delivered to segments are made at home in {when[0]}"
    said += f", {home[-1]} in {when[-1]}" if len(ends) > 1 else ""
    abroad = {country: share for (country, end), share in shares.items() if end == ends[0] and country in facts.abroad}
    if abroad:
        top = max(abroad, key=lambda country: abroad[country])
        said += f"; the largest foreign maker of what is delivered, {top}, goes from {' to '.join(trend(top))}"
    last = ends[-1]
    back = recovered(facts)
    late = back[back["period"] == last]
    return f"{said}; recycling recovers {tons(late['t'].sum())} a year in {facts.labels[last]}."


def _pay(facts: Facts) -> str:
    lines = facts.ledger
    terms = lines.groupby("term")["expected_musd"].sum().sort_values(ascending=False)
    gross, income = terms[terms > 0].sum(), -terms[terms < 0].sum()
    yearly = lines.groupby("period")["yearly_musd"].sum()
    first, last = min(facts.labels), max(facts.labels)
    parts = [f"{term_name(str(t)).lower()} {percent(v / gross)}" for t, v in terms.head(4).items() if v > 0]
    earned = [term_name(str(t)).lower() for t in terms[terms < 0].index[::-1]]
    cost = f"The plan costs {musd(facts.plan.cost_musd, facts.money)} in present value"
    if income:
        cost += f": {musd(gross, facts.money)} of cost ({listed(parts, 4)}), less {musd(income, facts.money)} "
        cost += f"of income ({listed(earned)})"
    elif parts:
        cost += f" ({listed(parts, 4)})"
    years = f"{musd(yearly.get(first, 0.0), facts.money)} in {facts.labels[first]}"
    if last != first:
        years += f" and {musd(yearly.get(last, 0.0), facts.money)} a year in {facts.labels[last]}"
    beside = bridge_sentence(facts)
    return f"{cost}. Undiscounted it costs {years}.{f' {beside}' if beside else ''}"
