"""What the plan asks to be decided, as the first page of report and brief says it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from planner.results.awards import FIRM, OPEN, SIGNED, ask, awards
from planner.results.demand import home_by_stage, over_horizon, stage_name
from planner.results.facts import Facts, records, remembered
from planner.results.headline import sellers
from planner.results.limits import missed
from planner.results.projects import expected_capex, number_begun, projects, worth_of_projects
from planner.results.proof import room_musd, verdict
from planner.results.sales import sold
from planner.results.shortage import shortages
from planner.results.unknowns import assumed_share
from planner.results.words import count, musd, percent, plain, span, tons
from planner.status import TINY_T, beyond_cost


@dataclass(frozen=True)
class Tile:
    """One figure of the first page: what, how much, what to compare it with, and whether it should alarm."""

    name: str
    value: str
    words: str
    alarm: bool = False


def cash_musd(facts: Facts) -> float:
    """What the plan costs in money, without the priced loss of unmet need and of limits missed, M$ discounted."""
    return facts.plan.cost_musd - loss_musd(facts) - penalties_musd(facts)


def loss_musd(facts: Facts) -> float:
    """The priced loss of unmet need, M$ discounted and expected."""
    return _of_term(facts, "shortage")


def penalties_musd(facts: Facts) -> float:
    """What is weighed for limits that are missed, M$ discounted and expected."""
    return _of_term(facts, "penalties")


def _of_term(facts: Facts, term: str) -> float:
    return float(facts.ledger.loc[facts.ledger["term"] == term, "expected_musd"].sum())


def counts(facts: Facts) -> dict[str, float]:
    """What a run's last lines say: how much is decided, how much of it is firm, and what is missed."""
    rows, begun, short = awards(facts), built(facts), shortages(facts)
    return {
        "awards": len(rows),
        "awards_firm": int((rows["word"] == FIRM).sum()),
        "awards_signed": int((rows["word"] == SIGNED).sum()),
        "projects": number_begun(facts),
        "projects_firm": int((begun["word"] == FIRM).sum()),
        "unmet_t": over_horizon(facts, "short"),
        "unmet_segments": len(short),
        "limits_missed": int(missed(facts)["limit"].nunique()),
        "warnings": len(facts.case.warnings),
    }


def cash_bridge(facts: Facts) -> pd.DataFrame:
    """From what is paid to the objective: what, musd (discounted and expected)."""
    terms = facts.ledger.groupby("term")["expected_musd"].sum()
    priced = {"shortage": loss_musd(facts), "penalties": penalties_musd(facts)}
    income = float(terms[terms < 0].drop(labels=list(priced), errors="ignore").sum())
    plan = facts.plan
    beside = plan.objective_musd - plan.cost_musd if beyond_cost(plan.cost_musd, plan.objective_musd) else 0.0
    lines = [
        ("Paid: all terms that cost money", cash_musd(facts) - income),
        ("Income: sales, support and the like", income),
        ("Cash cost", cash_musd(facts)),
        ("Priced loss of unmet need", priced["shortage"]),
        ("Priced misses of limits", priced["penalties"]),
        ("Cost of the plan", facts.plan.cost_musd),
        ("Put on risk, exposure, rank of offers", beside),
        ("Objective, by which the plan is chosen", facts.plan.objective_musd),
    ]
    return pd.DataFrame(lines, columns=["what", "musd"])


def title(facts: Facts) -> str:
    """The case and its years."""
    return f"{plain(facts.plan.case_name, 60)}: sourcing plan {span(*facts.horizon)}"


def basis(facts: Facts) -> str:
    """In what money and tons all figures are."""
    settings = facts.case.settings
    amounts = "t is a metric ton, of oxide content for oxides and mixed compounds."
    if not facts.quantity.is_ton:
        amounts = f"Amounts are {facts.quantity.many}."
    million = "" if facts.money.small else f"; {facts.million} is a million of it"
    return (
        f"For decision. Money is real {facts.currency} of {settings['base_year']}, discounted at "
        f"{float(settings['discount_rate']):.1%} a year{million}. {amounts} Case {facts.plan.fingerprint[:12]}."
    )


def asked(facts: Facts) -> str:
    """The ask, in a sentence: what is to be approved."""
    wanted, parts = ask(facts), []
    periods = sorted(facts.years)
    if wanted["lines"]:
        money = f"{musd(wanted['first_musd'], facts.money)} for {periods[0]}"
        if len(periods) > 1:
            money += f", {musd(wanted['next_musd'], facts.money)} for {periods[1]}"
        signed = f", {int(wanted['signed'])} signed already" if wanted["signed"] else ""
        lines = count(int(wanted["lines"]), "purchase line")
        parts.append(f"{lines} ({int(wanted['firm'])} firm{signed}; {money})")
    begun = built(facts)
    if len(begun):
        firm = int((begun["word"] == FIRM).sum())
        number = f"{firm}" if firm == len(begun) else f"{firm} to {len(begun)}"
        capex = musd(expected_capex(facts), facts.money)
        parts.append(f"beginning {number} project{'s' if len(begun) > 1 else ''} ({capex} of capex in all)")
    surplus = sold(facts)
    if len(surplus):
        top = surplus.iloc[0]
        parts.append(f"selling {tons(top['t_per_year'])} of {top['material']} a year")
    return f"Approve: {'; '.join(parts)}." if parts else "Nothing is to be approved: nothing is bought, begun or sold."


def tiles(facts: Facts) -> tuple[Tile, ...]:
    """Cost, unmet need, home, the largest country and assumed data."""
    return (_cost(facts), _unmet(facts), _home(facts), _largest(facts), _assumed(facts))


def _cost(facts: Facts) -> Tile:
    loss = loss_musd(facts) + penalties_musd(facts)
    words = "all need is met" if loss <= 0 else f"and {musd(loss, facts.money)} for what goes short or is missed"
    if beyond_cost(facts.plan.cost_musd, facts.plan.objective_musd):
        words += f"; objective {musd(facts.plan.objective_musd, facts.money)}"
    return Tile("Cash cost, discounted", musd(cash_musd(facts), facts.money), words)


def _unmet(facts: Facts) -> Tile:
    short = over_horizon(facts, "short")
    if short <= TINY_T:
        return Tile("Unmet need", "0 t", "all need is met in every period")
    worst = shortages(facts).sort_values("element_share", ascending=False, kind="stable").iloc[0]
    words = f"worst: {worst['element']}, {percent(worst['element_share'])} of its need; {worst['segment']}"
    return Tile("Unmet need", tons(short), words, alarm=True)


def _home(facts: Facts) -> Tile:
    shares = home_by_stage(facts)
    if shares.empty:
        return Tile("Made at home", "0 %", "nothing is delivered")
    first = shares.iloc[0]
    rest = "; ".join(f"{stage_name(facts, row.stage)} {percent(row.share)}" for row in records(shares.iloc[1:]))
    words = f"of {stage_name(facts, first['stage'])} tons delivered{f'; {rest}' if rest else ''}"
    return Tile("Made at home", percent(first["share"]), words)


def _largest(facts: Facts) -> Tile:
    paid = sellers(facts)
    if not paid.sum() > 0:
        return Tile("Largest country", "none", "nothing is bought")
    return Tile(
        "Largest country", str(paid.index[0]), f"{percent(paid.iloc[0] / paid.sum())} of what is paid for goods"
    )


def _assumed(facts: Facts) -> Tile:
    return Tile("Assumed data", percent(assumed_share(facts)), "of cost rests on assumed or ungraded rows")


@remembered
def built(facts: Facts) -> pd.DataFrame:
    """One row an option that is begun: those of `projects`, worth_musd, word (firm or open), years and why."""
    rows = projects(facts).drop_duplicates("option")
    rows = rows.merge(worth_of_projects(facts)[["option", "saved_musd", "cost_musd", "worth_musd"]], on="option")
    room, money = room_musd(facts), facts.money
    if facts.plan.tables["prices"].empty:
        rows["worth_musd"] = math.nan
    rows["word"] = [FIRM if worth > room else OPEN for worth in rows["worth_musd"]]
    rows["years"] = [f"{int(row.begun)}, {int(row.first_output)}" for row in records(rows)]
    rows["why"] = [
        f"saves {musd(row.saved_musd, money)}, costs {musd(row.cost_musd, money)}"
        if row.word == FIRM
        else _not_worth(row.worth_musd, musd(room, money))
        for row in records(rows)
    ]
    return rows.reset_index(drop=True)


def _not_worth(worth_musd: float, room: str) -> str:
    """Why a project is open."""
    if math.isnan(worth_musd):
        return "not shown: no marginal price is proven"
    return f"worth no more than the proof's {room}"


def proof_line(facts: Facts) -> str:
    """How good the plan is proven to be, the gap in money, the audit and the grades, in one line."""
    audited = "every balance and cost was added again" if "audit" in facts.plan.timings else "not audited here"
    found = verdict(facts)
    said = f"{found.sentence} {found.checked}".rstrip()
    return f"{said} Audit: {audited}. Grades: {percent(assumed_share(facts))} of cost assumed."
