"""Each cost term by itself, discounted; and the accounts that must agree: terms, ledger, objective."""

import pytest
from cases import BAOTOU, LYNAS, MINE, SITE, approx, cost, needs, solve, years

MIDDLING = {"base_year": 2025, "discount_rate": 0.25, "capital_rate": 0, "payment_rate": 0.1}
TWO_YEARS = [{"period": 2026, "years": 2}]
YEARLY, ONCE = 0.8 + 0.64, 0.8
FIXED = {"facilities": [MINE["facilities"][0] | {"fixed_om_usd_per_t": 1_000}]}
SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_fixed_musd": 10}
CERIUM = {
    "materials": [{"material": "oxide"}, {"material": "cerium", "disposal_usd_per_t": 2_000}],
    "recipes": [*MINE["recipes"], {"process": "dig", "material": "cerium"}],
}
MARKET = [{"material": "cerium", "price_usd_per_t": 5_000}]
DRIVES = {"stream": "drives", "period": 2026, "t_per_year": 20, "collection_usd_per_t": 10_000}
SHORT = [{"segment": "magnets", "shortage_usd_per_t": 50_000, "max_shortage_share": 0.3}]
NOT_YET = [{"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 2}]
CAPPED = [LYNAS | {"max_t_per_year": 200}]

# A term, a case in which it occurs, what it comes to in M$ a year (or once), and the factor that discounts it.
TERMS_IN_CASES = [
    ("purchases", {}, 6.0, YEARLY),  # 100 t x 60,000
    ("financing", {"offers": [BAOTOU | {"payment_days": 73}]}, -0.12, YEARLY),  # a fifth of a year at 10 % of 6.0
    ("freight", {"lanes": [{"from": "*", "freight_usd_per_t": 1_000}]}, 0.1, YEARLY),  # 100 t x 1,000
    ("duties", {"tariffs": [{"authority": "MFN", "rate": 0.05}]}, 0.3, YEARLY),  # 5 % of 6.0
    ("qualification", {"suppliers": NOT_YET, "offers": CAPPED}, 2.0, ONCE),
    ("investment", {**SITE, "build_options": [SHAFT]}, 1.0, YEARLY),  # 10 M$ over ten years
    ("fixed_operation", MINE | FIXED, 0.03, YEARLY),  # 30 t/yr x 1,000
    ("operation", MINE, 0.6, YEARLY),  # 30 t x 20,000
    ("collection", {"returns": [DRIVES]}, 0.2, YEARLY),  # 20 t x 10,000
    ("holding", {"stocks": [{"initial_t": 40, "final_t": 40, "holding_usd_per_t_year": 1_000}]}, 0.04, YEARLY),
    ("disposal", MINE | CERIUM, 0.06, YEARLY),  # 30 t x 2,000
    ("shortage", {"segments": SHORT}, 1.5, YEARLY),  # 30 t x 50,000
    ("sales", MINE | CERIUM | {"sales": MARKET}, -0.15, YEARLY),  # 30 t x 5,000
]


@pytest.mark.many
@pytest.mark.parametrize(("term", "sheets", "musd", "factor"), TERMS_IN_CASES, ids=[row[0] for row in TERMS_IN_CASES])
def test_a_term_is_what_its_tons_cost_and_is_discounted(term, sheets, musd, factor):
    """Two years from 2026 at 25 %, in money of 2025: what is paid yearly counts 0.8 + 0.64 times, what is paid once
    0.8 times.

    The terms add up to the objective, and so do the lines of the ledger.
    """
    plan = solve(MIDDLING, periods=TWO_YEARS, **sheets)
    assert cost(plan, term) == approx(musd * factor)
    assert plan.tables["costs"]["discounted_musd"].sum() == approx(plan.objective_musd)
    ledger = plan.tables["ledger"]
    assert ledger.loc[ledger["term"] == term, "discounted_musd"].sum() == approx(musd * factor)
    assert ledger["discounted_musd"].sum() == approx(plan.objective_musd)


def test_later_years_count_less():
    """6.0 M$ in 2026, 2027 and 2028 at 25 %: 6.0 x (1 + 0.8 + 0.64) = 14.64 M$."""
    plan = solve(
        {"discount_rate": 0.25},
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
    )
    assert plan.objective_musd == approx(14.64)


def test_a_long_period_counts_as_its_years():
    """The same three years as one period: 14.64 M$."""
    plan = solve({"discount_rate": 0.25}, periods=[{"period": 2026, "years": 3}])
    assert plan.objective_musd == approx(14.64)


def test_the_price_of_a_ton_more_is_what_the_dearest_source_asks():
    """Baotou has 60 of 100 t: a ton more or less comes from Lynas, 70,000 $/t; a ton more of Baotou's saves 10,000."""
    plan = solve(offers=[{**LYNAS}, {**LYNAS, "offer": "Baotou", "price_usd_per_t": 60_000, "max_t_per_year": 60}])
    assert plan.tables["prices"][["place", "material", "usd_per_t"]].values.tolist() == [
        ["Texas", "oxide", approx(70_000)]
    ]
    binding = plan.tables["binding"]
    assert binding[["item", "limit", "worth_usd"]].values.tolist() == [["Baotou", approx(60), approx(10_000)]]
