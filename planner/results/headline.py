"""The verdict on a plan, its headline figures, and who goes short."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.flows import flows
from planner.results.frames import country_names, offer_of, period_labels, rows, weights
from planner.results.investments import builds
from planner.status import Status

SMALL_T = 1e-6


@dataclass(frozen=True)
class Verdict:
    """How good the plan is proven to be: a few words, whether all is well, and a sentence."""

    words: str
    proven: bool
    sentence: str


@dataclass(frozen=True)
class Figure:
    """One headline figure: what, how much, and what to compare it with."""

    label: str
    value: str
    context: str
    help: str
    alarm: str = ""


def verdict(plan: Plan) -> Verdict:
    """The plan's status in a buyer's words, with the bound as the proof."""
    cost = f"{plan.objective_musd:,.1f} M$"
    if plan.status == Status.OPTIMAL:
        return Verdict("Proven best plan", True, f"No plan of this case costs less than {cost}.")
    if plan.bound_musd is None or plan.gap is None:
        return Verdict("Best plan found, nothing proven", False, "The solver was stopped before it had any proof.")
    proof = f"No plan can cost less than {plan.bound_musd:,.1f} M$; this one costs {cost}"
    share = f"{100 * plan.gap:.2f} %"
    if plan.status == Status.WITHIN_GAP:
        return Verdict(f"Proven within {share} of the best", True, f"{proof}.")
    return Verdict(
        f"Best plan when the search was stopped: within {share} of the best",
        False,
        f"{proof}. A longer run may find a cheaper plan or prove this one.",
    )


def decision(case: Case, plan: Plan) -> tuple[str, ...]:
    """The sentences that open the report: buy, build, depend, pay, and what would help."""
    from planner.results.facts import Facts
    from planner.results.sentences import decision as sentences

    return tuple(sentences(Facts(case, plan)))


def needs(case: Case, plan: Plan) -> pd.DataFrame:
    """Need, delivery and shortage of every segment in every period.

    Columns: segment, material, place, priority, node, period, need, delivered, short (in t/yr), short_share,
    loss_usd_per_t.
    """
    nodes = rows(plan, "nodes")[["node", "period"]].rename(columns={"period": "year"})
    demand = case.tables["demand"][["segment", "period", "t_per_year"]]
    demand = demand.rename(columns={"period": "year", "t_per_year": "need"}).merge(nodes, on="year")
    segments = case.tables["segments"][["segment", "material", "place", "priority", "shortage_usd_per_t"]]
    table = demand.merge(segments, on="segment").merge(
        rows(plan, "shortages").rename(columns={"t_per_year": "short"}), on=["segment", "node"], how="left"
    )
    table["short"] = table["short"].fillna(0.0)
    table["delivered"] = table["need"] - table["short"]
    table["short_share"] = (table["short"] / table["need"]).where(table["need"] > 0, 0.0)
    table["period"] = table["node"].map(period_labels(plan))
    table = table.rename(columns={"shortage_usd_per_t": "loss_usd_per_t"})
    table["priority"] = table["priority"].fillna(float("inf"))
    order = ["priority", "segment", "year"]
    return table.sort_values(order).drop(columns="year").reset_index(drop=True)


def figures(case: Case, plan: Plan) -> tuple[Figure, ...]:
    """The headline, unmet need always first."""
    return (
        _unmet(case, plan),
        _cost(case, plan),
        _investment(case, plan),
        _duties(plan),
        _concentration(case, plan),
        _own_make(case, plan),
    )


def _unmet(case: Case, plan: Plan) -> Figure:
    table = needs(case, plan)
    years = table["node"].map(weights(plan))
    short, need = float((table["short"] * years).sum()), float((table["need"] * years).sum())
    helped = "Tons that no segment receives over the whole horizon, all materials together."
    if short <= SMALL_T:
        return Figure("Unmet need", "0 t", "All need is met in every period", helped)
    hit = table.loc[table["short"] > SMALL_T, "segment"].nunique()
    context = f"{100 * short / need:.2g} % of {need:,.0f} t needed"
    return Figure("Unmet need", f"{short:,.0f} t", context, helped, alarm=f"{hit} segment{'s' * (hit != 1)} short")


def _cost(case: Case, plan: Plan) -> Figure:
    first, last = _horizon(plan)
    base = case.settings["base_year"]
    context = f"{first}–{last}, at {base} value"
    rate = f"{100 * case.settings['discount_rate']:.3g} %"
    helped = (
        f"All the plan pays, less what sales bring, plus the priced loss of unmet need; discounted at {rate} a year."
    )
    return Figure("Total cost", f"{plan.objective_musd:,.0f} M$", context, helped)


def _investment(case: Case, plan: Plan) -> Figure:
    table = builds(case, plan)
    helped = "Sum of what is spent when building begins, not discounted; the total cost holds it as a yearly annuity."
    if table.empty:
        return Figure("Investment", "0 M$", "Nothing is built", helped)
    context = f"{len(table)} project{'s' * (len(table) != 1)}, first begun in {table['begun'].min()}"
    return Figure("Investment", f"{table['capex_musd'].sum():,.0f} M$", context, helped)


def _duties(plan: Plan) -> Figure:
    costs = rows(plan, "costs")
    weighted = costs["discounted_musd"] * costs["node"].map(rows(plan, "nodes").set_index("node")["probability"])
    duties = float(weighted[costs["term"] == "duties"].sum())
    spent = float(weighted[weighted > 0].sum())
    context = f"{100 * duties / spent:.1f} % of everything paid" if spent > 0 else "Nothing is paid"
    return Figure(
        "Duties paid", f"{duties:,.0f} M$", context, "All authorities together, discounted like the total cost."
    )


def _concentration(case: Case, plan: Plan) -> Figure:
    helped = "Of the money spent on purchases over the horizon, before freight and duty."
    ledger = rows(plan, "ledger")
    bought = ledger[ledger["term"] == "purchases"]
    if bought.empty:
        return Figure("Largest seller country", "None", "Nothing is bought", helped)
    origin = case.tables["offers"].set_index("offer")["origin"]
    sellers = bought["item"].map(offer_of(case)).map(origin)
    by_country = bought.groupby(sellers)["discounted_musd"].sum().sort_values(ascending=False)
    country, share = str(by_country.index[0]), by_country.iloc[0] / by_country.sum()
    name = country_names(case).get(country, country)
    used = by_country[by_country > SMALL_T].size
    context = f"{name}; {used} {'country' if used == 1 else 'countries'} in all"
    return Figure("Largest seller country", f"{100 * share:.0f} %", context, helped)


def _own_make(case: Case, plan: Plan) -> Figure:
    helped = "Tons that segments get straight from own plants; the rest is bought as it is used, or comes from stock."
    table = flows(case, plan)
    delivered = table[table["target_kind"] == "segment"]
    tons = delivered["t_per_year"] * delivered["node"].map(weights(plan))
    total = float(tons.sum())
    if total <= SMALL_T:
        return Figure("Made in own plants", "0 %", "Nothing is delivered", helped)
    own = float(tons[delivered["source_kind"] == "facility"].sum())
    context = f"{own:,.0f} t of {total:,.0f} t delivered"
    return Figure("Made in own plants", f"{100 * own / total:.0f} %", context, helped)


def _horizon(plan: Plan) -> tuple[int, int]:
    nodes = rows(plan, "nodes")
    return int(nodes["period"].min()), int((nodes["period"] + nodes["years"]).max()) - 1
