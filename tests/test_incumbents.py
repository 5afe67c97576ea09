"""Who is bought from today: a share of the award stays, or the incumbent is left at a cost that is paid once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, tons, write_workbook, years

from planner.audit import audit
from planner.case import Case, read_case
from planner.errors import Infeasible
from planner.plan import Plan
from planner.planning.solve import solve_case
from planner.studies.winners import winners, write_winners

TODAY: dict[str, Any] = {"awards": [{"offer": "Lynas", "place": "Texas", "t_per_year": 50}]}
TWO = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}


def stays(share: float, leaving_musd: float | None = None, **more: Any) -> dict[str, Any]:
    """Lynas, of whom 50 t are bought today at 70,000 $/t, and Baotou at 60,000."""
    return {"offers": [BAOTOU, LYNAS | {"stays_share": share, "leaving_musd": leaving_musd, **more}], **TODAY}


def test_a_share_of_todays_award_stays():
    """80 % of 50 t from Lynas: 60 x 60,000 + 40 x 70,000 = 6.4 M$."""
    plan = solve(**stays(0.8))
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 40})
    assert plan.cost_musd == approx(6.4)


def test_nothing_need_stay_while_no_lane_is_open():
    """In 2026 40 t stay, in 2027 nothing comes from Malaysia: 6.4 + 6.0 M$, and the auditor asks for no more."""
    closed = {"scenario": "one", "kind": "lane", "country": "MYS", "from": 2027, "factor": 0}
    plan = solve(**stays(0.8), **TWO, scenarios=[{"scenario": "one"}], events=[closed])
    assert plan.cost_musd == approx(12.4)


def test_an_incumbent_is_left_where_that_costs_less_than_staying():
    """Staying costs 40 x 10,000 = 0.4 M$ in each of two years; leaving 0.7 once: 2 x 6.0 + 0.7 = 12.7 M$."""
    plan = solve(**stays(0.8, 0.7), **TWO)
    assert bought(plan) == approx({"Baotou": 200})
    assert plan.tables["leavings"].to_dict("records") == [{"offer": "Lynas", "node": "2026"}]
    assert cost(plan, "switching") == approx(0.7)
    assert plan.cost_musd == approx(12.7)


def test_an_incumbent_stays_where_leaving_costs_more():
    """Leaving costs 0.9 M$, staying 0.8: 2 x 6.4 = 12.8 M$."""
    plan = solve(**stays(0.8, 0.9), **TWO)
    assert len(plan.tables["leavings"]) == 0
    assert plan.cost_musd == approx(12.8)


def test_an_incumbent_is_not_left_by_half():
    """Baotou has 80 t, so of the 40 that stay 20 are needed anyway: leaving saves 0.2 M$ and costs 0.3, by half 0.15.

    Left as a whole, 80 x 60,000 + 20 x 70,000 + 0.3 = 6.5 M$; staying 60 x 60,000 + 40 x 70,000 = 6.4; by half 6.35.
    """
    few = stays(0.8, 0.3)
    plan = solve(**{**few, "offers": [BAOTOU | {"max_t_per_year": 80}, few["offers"][1]]})
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 40})
    assert plan.cost_musd == approx(6.4)


def test_an_incumbent_is_left_when_it_becomes_dear():
    """In 2026 Lynas asks 55,000 and has 50 t, then 90,000: 2026 50 x 55,000 + 50 x 60,000, and 6.0 + 0.5 in 2027."""
    dated = [{"offer": "Lynas", "period": 2026, "price_usd_per_t": 55_000}]
    plan = solve(**stays(0.8, 0.5, price_usd_per_t=90_000, max_t_per_year=50), **TWO, offer_prices=dated)
    assert plan.tables["leavings"]["node"].tolist() == ["2027"]
    assert plan.cost_musd == approx(5.75 + 6.5)


def test_who_was_left_is_not_left_again():
    """Leaving is free, or even half paid for by nobody: once on the path, and not once a year."""
    plan = solve(**stays(0.8, 0.0), **TWO)
    assert len(plan.tables["leavings"]) <= 1
    assert plan.cost_musd == approx(12.0)


@pytest.mark.slow
def test_an_award_under_contract_stays_too():
    """30 t are lifted under a signed contract at 65,000; 10 more stay on the spot: 60 x 60,000 + 1.95 + 0.7 M$."""
    terms = {"contract": "Long", "offer": "Lynas", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 30}
    plan = solve(**stays(0.8), contracts=[terms | {"price_usd_per_t": 65_000}])
    assert tons(plan, "lifts", "contract") == approx({"Long": 30})
    assert plan.cost_musd == approx(3.6 + 1.95 + 0.7)


def test_no_more_stays_than_the_supplier_can_deliver():
    """Half of Lynas' 40 t is cut off by a strike: of 80 % of 50 t stay 20. 80 x 60,000 + 20 x 70,000 = 6.2 M$."""
    strike = {"scenario": "one", "kind": "supply", "supplier": "Lynas", "from": 2026, "factor": 0.5}
    plan = solve(**stays(0.8, max_t_per_year=50), scenarios=[{"scenario": "one"}], events=[strike])
    assert bought(plan) == approx({"Baotou": 80, "Lynas": 20})
    assert plan.cost_musd == approx(6.2)


def test_what_stays_must_be_taken_though_less_is_needed():
    """30 t are needed, 40 stay and nothing may be thrown away: no plan. The letter names the share."""
    with pytest.raises(Infeasible, match=r"offers!.*the share of today's award of Lynas that stays in 2026"):
        solve(**stays(0.8), demand=needs({2026: 30}))


def wrong(plan: Plan, **tables: pd.DataFrame) -> Plan:
    return replace(plan, tables={**plan.tables, **tables})


def test_a_plan_that_lets_an_incumbent_go_unpaid_is_refused():
    """All from Baotou without leaving Lynas; and Lynas left where it may not be."""
    free, held = solve(offers=[BAOTOU, LYNAS], **TODAY), case(**stays(0.8))
    said = audit(held, replace(free, fingerprint=held.fingerprint))
    assert any("award that stays" in str(finding) for finding in said)
    left = pd.DataFrame([("Lynas", "2026")], columns=["offer", "node"])
    said = audit(held, wrong(replace(free, fingerprint=held.fingerprint), leavings=left))
    assert any("may not be left" in str(finding) for finding in said)


@pytest.mark.slow
def test_a_plan_that_leaves_twice_or_without_its_cost_is_refused():
    """Once more in 2027; and the leaving taken out of the table, with its 0.7 M$ left in the ledger."""
    held = case(**stays(0.8, 0.7), **TWO)
    plan = solve(**stays(0.8, 0.7), **TWO)
    assert not audit(held, plan)
    twice = pd.concat([plan.tables["leavings"], pd.DataFrame([("Lynas", "2027")], columns=["offer", "node"])])
    assert any("more than once" in str(finding) for finding in audit(held, wrong(plan, leavings=twice)))
    assert audit(held, wrong(plan, leavings=plan.tables["leavings"].iloc[:0]))


def taken_over(tmp_path: Path, share: float, **sheets: Any) -> tuple[Plan, Case]:
    """A run on the base case, in which Baotou wins all, and its winners laid over the same case with these sheets."""
    source = write_workbook(
        tmp_path / "first.xlsx", **{k: v for k, v in sheets.items() if k in ("suppliers", "offers")}
    )
    first = read_case(source)
    found = winners(first, solve_case(first))
    overlay = write_winners(found, source, tmp_path / "kept", share)
    second = read_case(write_workbook(tmp_path / "second.xlsx", **sheets), [overlay])
    return solve_case(second), second


@pytest.mark.slow
def test_the_winners_of_a_run_are_taken_over(tmp_path: Path):
    """All 100 t went to Baotou; now China may have 50 % at the most, and 40 % of its award must stay: it has 50 t.

    6.5 M$. Where 70 % must stay, no plan keeps both.
    """
    half = {"limits": [{"limit": "half", "measure": "bought_t", "sense": "at most", "value": 50, "country": "CHN"}]}
    plan, case = taken_over(tmp_path, 0.4, **half)
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert case.tables["awards"][["offer", "t_per_year"]].to_dict("records") == [{"offer": "Baotou", "t_per_year": 100}]
    (tmp_path / "again").mkdir()
    with pytest.raises(Infeasible):
        taken_over(tmp_path / "again", 0.7, **half)


@pytest.mark.slow
def test_winners_are_fixed_though_another_has_become_cheaper(tmp_path: Path):
    """A duty of half makes Baotou cost 90,000, Lynas 70,000; the winner of the run without it keeps all: 9.0 M$."""
    duty = {"tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.5}]}
    plan, _ = taken_over(tmp_path, 1.0, **duty)
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.cost_musd == approx(9.0)


@pytest.mark.slow
def test_a_winner_that_is_not_qualified_yet_is_not_held(tmp_path: Path):
    """Its award is told, and that it waits; the plan is free."""
    suppliers = [{"supplier": "Baotou", "country": "CHN", "qualified": "no"}, {"supplier": "Lynas", "country": "MYS"}]
    offers = [BAOTOU | {"max_t_per_year": 100}, LYNAS]
    first = case(suppliers=suppliers, offers=offers)
    assert winners(first, solve_case(first)).loose == {"Baotou": "Baotou is not qualified yet"}
    plan, _ = taken_over(tmp_path, 1.0, suppliers=suppliers, offers=offers)
    assert plan.cost_musd == approx(6.0)


@pytest.mark.slow
def test_an_award_stays_only_where_something_can_use_it():
    """The smelter, which makes oxide of metal, stands from 2027 on: 10 t of metal a year stay from then, at 90,000, and
    100 t of oxide are 6 M$ in 2026: 6.0 + 0.9 + 90 x 0.06 = 12.3 M$."""
    plan = solve(
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        materials=[{"material": "oxide"}, {"material": "metal"}],
        offers=[BAOTOU, BAOTOU | {"offer": "Metal", "material": "metal", "price_usd_per_t": 90_000, "stays_share": 1}],
        awards=[{"offer": "Metal", "place": "Texas", "t_per_year": 10}],
        facilities=[{"facility": "Smelter", "place": "Texas", "capacity_t_per_year": 50, "from": 2027}],
        processes=[{"facility": "Smelter", "process": "burn"}],
        recipes=[{"process": "burn", "material": "metal", "t_per_t": -1}, {"process": "burn", "material": "oxide"}],
    )
    assert plan.cost_musd == approx(12.3)
