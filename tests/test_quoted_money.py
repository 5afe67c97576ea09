"""Prices in another currency, for another unit, in nominal money or with freight within, in the full sheets."""

from __future__ import annotations

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, write_workbook, years
from quick_case import filled, need, quote

from planner.audit import audit
from planner.case import check_case, read_case
from planner.errors import InputInvalid
from planner.planning.solve import solve_case
from planner.results.awards import awards
from planner.results.facts import Facts

EUR = {"currency": "EUR"}
LYNAS_EUR = LYNAS | {"price_usd_per_t": 55_000, **EUR}
TWO = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
ON_THE_WAY = {
    "lanes": [{"from": "*", "freight_usd_per_t": 2_000}],
    "tariffs": [{"authority": "general", "origin": "*", "rate": 0.1}],
}


def rates(*pairs):
    """Rows of exchange_rates: (year or None, what a euro is worth)."""
    return [{"currency": "EUR", "in_year": year, "worth_usd": usd} for year, usd in pairs]


def letters(tmp_path, settings=None, **sheets):
    """What the checks say: code and cell."""
    checked = check_case(write_workbook(tmp_path / "case.xlsx", settings, **sheets))
    return [(one.code, f"{one.sheet}!{one.cell}") for one in checked.problems]


def test_the_rate_of_a_year_decides_who_sells_in_it():
    """55,000 EUR are 60,500 $ in 2026, more than Baotou's 60,000, and 57,750 in 2027: 6.0 + 5.775 M$."""
    plan = solve(offers=[BAOTOU, LYNAS_EUR], **TWO, exchange_rates=rates((None, 1.1), (2027, 1.05)))
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.objective_musd == approx(11.775)


def test_an_incoterm_decides_where_freight_is_within_the_price():
    """FOB 60,000 + 6,000 duty + 2,000 freight = 68,000. CIF 61,500: 59,500 + 5,950 + 2,000 = 67,450, 6.745 M$.

    Without the incoterm it would be 61,500 + 6,150 + 2,000 = 69,650, and Baotou's.
    """
    cif = LYNAS | {"price_usd_per_t": 61_500, "incoterm": "CIF"}
    plan = solve(offers=[BAOTOU | {"incoterm": "FOB"}, cif], **ON_THE_WAY)
    assert bought(plan) == approx({"Lynas": 100})
    assert (cost(plan, "purchases"), cost(plan, "freight"), cost(plan, "duties")) == approx((5.95, 0.2, 0.595))
    plain = solve(offers=[BAOTOU, LYNAS | {"price_usd_per_t": 61_500}], **ON_THE_WAY)
    assert bought(plain) == approx({"Baotou": 100})


def test_nominal_money_decides_in_a_later_year():
    """64,900 paid in 2027 are 59,000 in money of 2026 at 10 % a year: Lynas then, Baotou before. 6.0 + 5.9 M$."""
    later = LYNAS | {"price_usd_per_t": 64_900, "money": "nominal"}
    plan = solve({"inflation": 0.1}, offers=[BAOTOU, later], **TWO)
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.objective_musd == approx(11.9)


def test_a_year_in_a_period_has_its_own_rate_and_its_own_duty():
    """50 EUR/kg at 1.0 and 1.2 are 55,000 in the mean; 10 % on each year's price: 60,500, two years: 12.1 M$."""
    one = LYNAS | {"price_usd_per_t": 50, "unit": "kg", **EUR}
    plan = solve(
        offers=[one],
        periods=[{"period": 2026, "years": 2}],
        tariffs=[{"authority": "general", "origin": "*", "rate": 0.1}],
        exchange_rates=rates((2026, 1.0), (2027, 1.2)),
    )
    assert plan.objective_musd == approx(12.1)


@pytest.mark.many
@pytest.mark.parametrize(
    "changed",
    [
        {"exchange_rates": rates((None, 1.08))},
        {"offers": [BAOTOU, LYNAS_EUR | {"unit": "kg"}]},
        {"offers": [BAOTOU, LYNAS_EUR | {"incoterm": "CIF"}]},
        {"offers": [BAOTOU, LYNAS_EUR | {"money": "nominal"}]},
    ],
)
def test_the_auditor_refuses_a_plan_that_was_made_with_other_money(changed):
    """It works prices out from the cells by itself, and does not find what another rate, unit or incoterm gives."""
    sheets = {"offers": [BAOTOU, LYNAS_EUR], "exchange_rates": rates((None, 1.0))} | ON_THE_WAY
    planned = case({"inflation": 0.02, "base_year": 2025}, **sheets)
    plan = solve_case(planned)
    assert audit(planned, plan) == ()
    found = audit(case({"inflation": 0.02, "base_year": 2025}, **sheets | changed), plan)
    assert {"quote", "ledger"} & {one.check for one in found}


def test_a_quick_workbook_and_the_full_sheets_come_to_the_same(tmp_path):
    """80 EUR/kg CIF at 1.1, 0.4 of it freight: 87,560 and 440 $/t; 10 t and no duty: 0.88 M$ both ways."""
    row = quote("Rhein Magnet", "Germany", 80, currency="EUR", incoterm="CIF", freight=0.4) | {"hts": None}
    quick = read_case(filled(tmp_path / "q.xlsx", quotes=[row], need=[need(10)], settings={"usd_per_EUR": 1.1}))
    full = solve(
        offers=[LYNAS | {"price_usd_per_t": 80, "unit": "kg", "incoterm": "CIF", **EUR}],
        lanes=[{"from": "*", "freight_usd_per_t": 440}],
        demand=needs({2026: 10}),
        exchange_rates=rates((None, 1.1)),
    )
    of_quick = solve_case(quick)
    assert full.objective_musd == approx(0.88)
    assert of_quick.cost_musd == approx(0.88)
    assert cost(full, "freight") == approx(cost(of_quick, "freight")) == approx(0.0044)


def test_a_report_tells_what_stands_on_the_invoice():
    """50 EUR/kg CIF at 1.1 are 55,000 $/t, 2,000 of it freight: the plan's price is 53,000."""
    made = case(
        offers=[BAOTOU, LYNAS | {"price_usd_per_t": 50, "unit": "kg", "incoterm": "CIF", **EUR}],
        exchange_rates=rates((None, 1.1)),
        **ON_THE_WAY,
    )
    rows = awards(Facts(made, solve_case(made)))
    assert rows[["item", "invoiced"]].to_numpy().tolist() == [["Lynas", "50 EUR/kg CIF (2026)"]]
    assert rows["price"].tolist() == approx([53_000])


def test_freight_that_is_more_than_the_price_that_holds_it_is_refused():
    """2 $/kg CIF are 2,000 $/t, and the way costs 2,500."""
    cheap = LYNAS | {"price_usd_per_t": 2, "unit": "kg", "incoterm": "CIF"}
    with pytest.raises(InputInvalid) as refused:
        solve(offers=[cheap], lanes=[{"from": "*", "freight_usd_per_t": 2_500}])
    assert [(one.code, one.sheet, one.column) for one in refused.value.problems] == [
        ("row.incoterm", "offers", "incoterm")
    ]


K = {"contract": "K", "offer": "Lynas", "signed": "no", "from": 2026, "to": 2026, "max_t_per_year": 10}


@pytest.mark.parametrize(
    ("settings", "sheets", "expected"),
    [
        ({}, {"offers": [BAOTOU, LYNAS | EUR]}, ("key.unknown", "offers!F3")),
        ({}, {"offers": [BAOTOU, LYNAS | EUR], "exchange_rates": rates((2025, 1.1))}, ("cross.no-rate", "offers!F3")),
        ({}, {"offers": [BAOTOU, LYNAS | {"money": "nominal"}]}, ("cross.nominal", "offers!F3")),
        ({}, {"offers": [BAOTOU, LYNAS | {"incoterm": "DDP"}]}, ("row.incoterm", "offers!F3")),
        ({"quantity_unit": "piece"}, {"offers": [BAOTOU, LYNAS | {"unit": "kg"}]}, ("row.price-unit", "offers!F3")),
        ({}, {"exchange_rates": [{"currency": "usd", "worth_usd": 2}]}, ("row.own-money", "exchange_rates!A2")),
        ({}, {"exchange_rates": rates((None, 1.1))}, ("cross.matches-nothing", "exchange_rates!A2")),
        (
            {},
            {"contracts": [K | EUR | {"index_discount": 0.1}], "exchange_rates": rates((None, 1.1))},
            ("cross.matches-nothing", "contracts!G2"),
        ),
        (
            {},
            {
                "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 50, "unit": "kg", "ranking_usd_per_t": -60_000}],
                "segments": [{"segment": "magnets"}],
            },
            ("row.ranking", "offers!G3"),
        ),
    ],
)
def test_what_cannot_be_turned_into_the_plans_money_is_told_by_cell(tmp_path, settings, sheets, expected):
    """Each is the only letter, and the cell is the one to mend."""
    assert letters(tmp_path, settings, **sheets) == [expected]


def test_the_letter_says_which_years_have_no_rate(tmp_path):
    """Two of them are named."""
    sheets = {"offers": [LYNAS_EUR], "periods": [{"period": 2026, "years": 4}], "exchange_rates": rates((2027, 1.1))}
    (letter,) = check_case(write_workbook(tmp_path / "case.xlsx", **sheets)).errors
    assert letter.message == "the sheet exchange_rates does not say what EUR is worth in 2026, 2028 ..."
    assert letter.fix == "Add a row EUR for each of these years, or one without a year for all that have none."
