"""What a case forces and forbids: in the plan, in the books, in words, and as options of `solve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, MINE, SITE, approx, bought, case, needs, solve, write_workbook, years
from test_cli_studies import run

import planner
from planner.audit import audit
from planner.case import read_case
from planner.case.decisions import decided_rows
from planner.errors import DecisionUnknown, Infeasible, InputInvalid
from planner.plan import Plan
from planner.planning.solve import solve_case
from planner.results.facts import Facts
from planner.results.settled import settled_sentence
from planner.runs.folder import read_manifest

TWO = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
FUTURES = {
    "scenarios": [{"scenario": "calm", "probability": 0.5}, {"scenario": "rush", "probability": 0.5}],
    "events": [{"scenario": "rush", "kind": "price", "offer": "Lynas", "from": 2027, "factor": 2}],
}
DIG = {
    **SITE,
    "build_options": [{"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 50}],
}
AGREED = {"contract": "K", "offer": "Lynas", "signed": "no", "from": 2026, "to": 2027, "price_usd_per_t": 68_000}
AGREED |= {"min_t_per_year": 10, "max_t_per_year": 20, "take_or_pay_share": 1}
PACT = {
    "partnerships": [{"partnership": "pact", "country": "MYS", "signed": "no", "upfront_musd": 3}],
    "partnership_effects": [
        {"partnership": "pact", "effect": "cuts duty", "applies_to": "*", "value": 0},
    ],
}


def forced(**named: str) -> dict[str, str]:
    return {"decided": "force", **named}


def forbidden(**named: str) -> dict[str, str]:
    return {"decided": "forbid", **named}


def test_of_a_forced_supplier_a_ton_is_bought_over_the_years_of_every_future():
    """Lynas is 10,000 $/t dearer, 80,000 in the second year of one future: its ton comes in the first year or the
    calm second one, for 0.01 M$ more than 2 x 6.0 in each future. Without the years, one ton in each would be asked."""
    plan = solve(decisions=[forced(supplier="Lynas")], **TWO, **FUTURES)
    assert plan.cost_musd == approx(12.01)
    assert bought(plan) == approx({"Baotou": 299, "Lynas": 1}) or bought(plan)["Lynas"] == approx(1)


def test_a_forced_contract_is_signed_in_every_future():
    """10 t a year at 68,000 in place of 60,000, for two years: 12 + 2 x 10 x 8,000 = 12.16 M$."""
    plan = solve(decisions=[forced(contract="K")], contracts=[AGREED], **TWO, **FUTURES)
    assert plan.cost_musd == approx(12.16)
    assert plan.tables["signings"]["contract"].tolist() == ["K"]


THREE = {"periods": years(2026, 2027, 2028), "demand": needs(dict.fromkeys((2026, 2027, 2028), 100))}
LATE: dict[str, Any] = {
    **SITE,
    **THREE,
    "build_options": [
        {"option": "dig it", "facility": "Mine", "max_t_per_year": 60, "capex_fixed_musd": 50, "lead_years": 1}
    ],
    "decisions": [forced(project="dig it")],
    "scenarios": [{"scenario": "slow"}],
}
BOTH = [{"scenario": "calm"}, {"scenario": "slow"}]
DELAY = {"scenario": "slow", "kind": "delay", "facility": "Mine", "from": 2028, "value": 1}
TOLD = {"scenario": "slow", "kind": "price", "offer": "Lynas", "from": 2026, "factor": 2}  # nothing is bought there
STOPPED: dict[str, Any] = {
    **THREE,
    "contracts": [AGREED | {"sign_by": 2027, "from": 2028, "to": 2028, "signing_cost_musd": 0.3}],
    "decisions": [forced(contract="K")],
    "scenarios": [{"scenario": "stop"}],
}
STOP = {"scenario": "stop", "kind": "supply", "offer": "Lynas", "from": 2028, "factor": 0}


def test_a_forced_project_may_be_begun_that_nobody_knows_to_be_late():
    """Begun in 2027 the mine is to run in 2028: 60 t at 20,000 $/t, 40 at 60,000 and a tenth of 50 M$, 8.6 for 6.0.

    In the calm future it does so: 2 x 6.0 + 8.6 = 20.6. In the slow one it would run in 2029, which nobody knew: it is
    begun all the same, and 3 x 6.0 = 18.0 is paid. Begun in 2026, as one who knew would have to, it would run for two
    years: 6.0 + 2 x 8.6 = 23.2. Both futures alike: 19.3. A price tells them apart from 2026 on, and not the delay.
    """
    plan = solve(**{**LATE, "scenarios": BOTH}, events=[DELAY, TOLD])
    assert plan.cost_musd == approx(19.3)
    assert set(plan.tables["builds"]["node"].map(plan.tables["nodes"].set_index("node")["period"])) == {2027}
    assert sorted(plan.tables["build_years"]["first_output"]) == [2028, 2029]


@pytest.mark.slow
def test_a_forced_project_that_is_known_to_be_late_is_begun_in_time_or_a_letter():
    """Known from 2026 on, the delay leaves 2026 to begin: 23.2 M$. From 2027 on nothing begun would run: a letter, and
    the books that know of it refuse the plan of those that do not. Futures that nothing tells apart in 2027: 19.3."""
    known = DELAY | {"known_from": 2026}
    assert solve(**LATE, events=[known]).cost_musd == approx(23.2)
    assert solve(**{**LATE, "scenarios": BOTH}, events=[DELAY]).cost_musd == approx(19.3)
    latest = {**LATE, "build_options": [LATE["build_options"][0] | {"earliest": 2027}]}
    with pytest.raises(InputInvalid, match="decisions!B2: found 'dig it', expected something that can be chosen"):
        solve(**latest, events=[known])
    found = audit(case(**latest, events=[known]), solve(**latest, events=[DELAY]))
    assert "begun to run only after the horizon, as far as is known then" in [one.message for one in found]


def test_a_forced_contract_may_be_signed_that_nobody_knows_to_be_stopped():
    """Nothing comes of it in 2028, so nothing is owed: 3 x 6.0 M$ and the signing, 0.3."""
    assert solve(**STOPPED, events=[STOP]).cost_musd == approx(18.3)


@pytest.mark.slow
def test_a_forced_contract_that_is_known_to_be_stopped_is_a_letter():
    """And the books that know of it refuse the plan of those that do not."""
    known = [STOP | {"known_from": 2026}]
    with pytest.raises(InputInvalid, match="decisions!B2: found 'K', expected something that can be chosen"):
        solve(**STOPPED, events=known)
    found = audit(case(**STOPPED, events=known), solve(**STOPPED, events=[STOP]))
    assert "nothing comes in its term, as far as is known then" in [one.message for one in found]


@pytest.mark.slow
def test_what_is_forbidden_is_neither_begun_nor_used():
    """Without China 7.0 M$ from Lynas; a mine for 20,000 $/t of which 30 t can be dug may not be used either, but where
    it stands in another country than the one forbidden: 30 x 0.02 + 70 x 0.07 = 5.5."""
    assert solve(decisions=[forbidden(country="CHN")]).cost_musd == approx(7.0)
    assert solve(decisions=[forbidden(country="CHN")], **MINE).cost_musd == approx(5.5)
    plan = solve(decisions=[forbidden(country="CHN"), forbidden(country="USA")], **MINE)
    assert plan.cost_musd == approx(7.0)
    assert len(plan.tables["activity"]) == 0


@pytest.mark.slow
def test_a_forbidden_supplier_is_not_qualified():
    """Lynas would be needed in 2027 for what Baotou cannot bring; forbidden, 20 t go short at 500,000 $/t; and nobody
    begins to qualify it, though a partner pays 0.1 M$ for that."""
    sheets: dict[str, Any] = {
        "suppliers": [
            {"supplier": "Baotou", "country": "CHN"},
            {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 0.5},
        ],
        "offers": [BAOTOU | {"max_t_per_year": 80}, LYNAS | {"max_t_per_year": 50}],
        "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 500_000}],
    }
    assert solve(**sheets).cost_musd == approx(4.8 + 1.4 + 0.5)
    plan = solve(decisions=[forbidden(supplier="Lynas")], **sheets)
    assert plan.cost_musd == approx(4.8 + 10)
    assert len(plan.tables["qualifications"]) == 0


@pytest.mark.slow
def test_a_forbidden_supplier_is_not_qualified_to_be_counted():
    """A limit asks for a supplier to be added, or 2 M$ a year: Lynas is forbidden, so the penalty is paid."""
    sheets: dict[str, Any] = {
        "suppliers": [
            {"supplier": "Baotou", "country": "CHN"},
            {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 0.5},
        ],
        "offers": [BAOTOU, LYNAS | {"max_t_per_year": 50}],
        "limits": [
            {"limit": "one more", "measure": "suppliers_added", "sense": "at least", "value": 1}
            | {"penalty_per_unit": 2_000_000}
        ],
    }
    assert solve(**sheets).objective_musd == approx(6.5)
    assert solve(decisions=[forbidden(supplier="Lynas")], **sheets).objective_musd == approx(8.0)


REFUSED: list[tuple[dict[str, str], str]] = [
    (forced(supplier="Lynas"), "less is taken"),
    (forced(offer="Lynas"), "less is taken"),
    (forced(country="MYS"), "less is taken"),
    (forced(**{"from": "MYS", "to": "USA"}), "less is taken"),
    (forced(contract="K"), "it is not begun"),
    (forced(partnership="pact"), "it is not begun"),
    (forced(project="dig it"), "it is not begun"),
    (forbidden(supplier="Baotou"), "the case forbids it"),
    (forbidden(offer="Baotou"), "the case forbids it"),
    (forbidden(country="CHN"), "the case forbids it"),
    (forbidden(**{"from": "CHN", "to": "Texas"}), "the case forbids it"),
]
BEGUN: list[tuple[dict[str, str], str]] = [
    (forbidden(contract="K"), "the case forbids it"),
    (forbidden(partnership="pact"), "the case forbids it"),
    (forbidden(project="dig it"), "the case forbids it"),
]


@pytest.fixture(scope="module")
def free() -> Plan:
    """100 t from Baotou; nothing is signed, entered or built."""
    return solve(contracts=[AGREED], **DIG, **PACT)


@pytest.fixture(scope="module")
def bound() -> Plan:
    """The contract is signed, the pact entered and the mine begun, since the case forces them."""
    every = [forced(contract="K"), forced(partnership="pact"), forced(project="dig it")]
    return solve(decisions=every, contracts=[AGREED], **DIG, **PACT)


@pytest.mark.slow
def test_a_plan_that_does_not_keep_to_the_case_is_refused(free, bound):
    """The free plan does none of what is forced, and buys from Baotou; the bound one begins all three."""
    assert bought(free) == approx({"Baotou": 100})
    for rows, plan in ((REFUSED, free), (BEGUN, bound)):
        held = case(decisions=[row for row, _ in rows], contracts=[AGREED], **DIG, **PACT)
        for place, (row, message) in enumerate(rows):
            own = {"decisions": held.tables["decisions"].iloc[[place]]}
            found = audit(replace(held, tables={**held.tables, **own}), plan)
            said = [one for one in found if one.check in ("forced decision", "forbidden decision")]
            assert [one.message for one in said if message in one.message], row
            assert all(one.check.startswith("forced") == (row["decided"] == "force") for one in said)


@pytest.mark.slow
def test_what_is_forced_and_cannot_be_is_a_letter():
    """Lynas may sell 0.4 t, which is short of a ton by 0.6; no plan can do without China where nobody else has enough;
    and a lane that nothing uses has no place in any plan."""
    little = [BAOTOU, LYNAS | {"max_t_per_year": 0.4}]
    with pytest.raises(Infeasible, match=r"decisions!B2: supplier=Lynas is forced, but short of its ton by 0\.600 t"):
        solve(decisions=[forced(supplier="Lynas")], offers=little)
    with pytest.raises(Infeasible, match=r"decisions!B2: country=CHN is forbidden, but 99\.600 t of it would have to"):
        solve(decisions=[forbidden(country="CHN")], offers=little)
    late = {"offers": [BAOTOU, LYNAS | {"from": 2040}]}
    with pytest.raises(InputInvalid, match="decisions!B2: found 'Lynas', expected something that can be chosen"):
        solve(decisions=[forced(offer="Lynas")], **late)


@pytest.mark.slow
def test_the_plan_tells_that_it_is_bound():
    held = case(decisions=[forced(supplier="Lynas"), forbidden(**{"from": "CHN", "to": "Texas"})])
    told = settled_sentence(Facts(held, solve_case(held)))
    assert told.startswith("Bound by the case: supplier Lynas is forced; lane CHN to Texas is forbidden.")
    free = case()
    assert settled_sentence(Facts(free, solve_case(free))) == ""


def test_a_case_is_read_with_decisions_in_the_same_words(tmp_path):
    """A decision of the case counts unless the call speaks of the same; what it does not have, or is to be both, is
    refused by name."""
    small = write_workbook(tmp_path / "small.xlsx", decisions=[forbidden(supplier="Lynas"), forced(offer="Baotou")])
    found = planner.read(small, force=["supplier=lynas"], forbid=["lane=China > Texas"])
    told = [(said, str(decision)) for _, said, decision in decided_rows(found)]
    assert told == [("force", "supplier=Lynas"), ("force", "offer=Baotou"), ("forbid", "lane=CHN > Texas")]
    assert found.fingerprint != planner.read(small).fingerprint
    with pytest.raises(DecisionUnknown, match=r"Did you mean 'Lynas'\?"):
        planner.read(small, force=["supplier=Lyna"])
    with pytest.raises(DecisionUnknown, match="offer=Lynas cannot be both forced and forbidden"):
        planner.read(small, force=["offer=Lynas"], forbid=["offer=lynas"])


@pytest.mark.slow
def test_solve_takes_decisions_in_the_words_of_the_study(tmp_path, capsys):
    """A ton of Lynas instead of one of Baotou is 0.01 M$; the run's own input says what was solved, so that it is the
    same case again. A decision of the case counts unless the command speaks of the same."""
    small = write_workbook(tmp_path / "small.xlsx", decisions=[forbidden(supplier="Lynas"), forced(offer="Baotou")])
    assert run("solve", small, "--force", "supplier=lynas", "--out", tmp_path / "a", "--quiet") == 0
    solved = read_case(tmp_path / "a" / "input" / "small+decisions")
    assert solved.tables["decisions"][["decided", "supplier", "offer"]].to_numpy(object).tolist() == [
        ["force", "Lynas", None],
        ["force", None, "Baotou"],
    ]
    manifest = read_manifest(tmp_path / "a")
    assert manifest["plan"]["fingerprint"] == solved.fingerprint
    assert manifest["plan"]["cost_musd"] == approx(6.01)
    capsys.readouterr()
    for words, code, letter in (
        (("--force", "supplier=Lyna"), 3, "Did you mean 'Lynas'?"),
        (("--force", "offer=Lynas", "--forbid", "offer=Lynas"), 3, "cannot be both forced and forbidden"),
        (("--forbid", "country=China", "--forbid", "country=MYS"), 4, "decisions!G4: country=CHN is forbidden"),
    ):
        assert run("solve", small, *words, "--out", tmp_path / "b", "--quiet", "--replace") == code
        assert letter in capsys.readouterr().err
