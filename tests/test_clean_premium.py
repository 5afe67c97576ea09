"""What being clean costs: the difference between a case with a rule and the same case without it."""

import pytest
from cases import BAOTOU, BASE, LYNAS, approx, bought, needs, solve

RULE = [{"rule": "clean", "country": "CHN", "stage": "mined"}, {"rule": "clean", "country": "CHN", "stage": "refined"}]
DIRTY = BAOTOU | {"mined_in": "CHN", "refined_in": "CHN"}
CLEAN = LYNAS | {"mined_in": "MYS", "refined_in": "MYS", "max_t_per_year": 80}
USERS = {
    "segments": [{"segment": "magnets", "origin_rule": "clean"}, {"segment": "toys"}],
    "demand": needs({2026: 60}) + needs({2026: 40}, "toys"),
}
UNRULED = {**USERS, "segments": [{"segment": "magnets"}, {"segment": "toys"}]}


@pytest.mark.slow
def test_the_premium_of_clean_goods_is_their_price_above_the_others():
    """60 t at 70,000 in place of 60,000 $/t: 6.6 - 6.0 = 0.6 M$, 10 $/kg."""
    ruled = solve(offers=[DIRTY, CLEAN], origin_rules=RULE, **USERS)
    free = solve(offers=[DIRTY, CLEAN], **UNRULED)
    premium_usd_per_kg = (ruled.objective_musd - free.objective_musd) * 1e6 / 60_000
    assert premium_usd_per_kg == approx(10)


def test_the_premium_of_scarce_clean_goods_is_the_last_resorts():
    """Lynas has 20 t; Mount Weld asks 100,000 $/t: 1.4 + 4.0 + 2.4 = 7.8 M$, 1.8 above 6.0: 30 $/kg."""
    weld = CLEAN | {"offer": "Mount Weld", "price_usd_per_t": 100_000}
    ruled = solve(offers=[DIRTY, CLEAN | {"max_t_per_year": 20}, weld], origin_rules=RULE, **USERS)
    assert bought(ruled) == approx({"Baotou": 40, "Lynas": 20, "Mount Weld": 40})
    assert (ruled.objective_musd - 6.0) * 1e6 / 60_000 == approx(30)


@pytest.mark.slow
def test_the_rule_costs_less_than_the_premium_where_mass_balance_lets_own_goods_count_for_the_clean():
    """60 t scrap come back: exempt as recycled, they are the clean goods, and the toys take Baotou's.

    Without the rule the same: 60 x 10,000 + 40 x 60,000 = 3.0 M$ both ways, so being clean is free.
    """
    scrap = [{"stream": "drives", "period": 2026, "t_per_year": 60, "collection_usd_per_t": 10_000}]
    exempt = [row | {"recycled_exempt": "yes"} for row in RULE]
    ruled = solve(offers=[DIRTY, CLEAN], returns=scrap, origin_rules=exempt, **USERS)
    free = solve(offers=[DIRTY, CLEAN], returns=scrap, **UNRULED)
    assert ruled.objective_musd == approx(3.0)
    assert free.objective_musd == approx(3.0)


@pytest.mark.slow
def test_a_chain_is_clean_only_from_a_clean_beginning():
    """Metal for magnets is made at home of oxide, mined and refined abroad; the toys take it too.

    1.25 t oxide a ton, 5,000 $/t to reduce: clean 60 x 1.25 x 70,000, others 40 x 1.25 x 60,000, and 0.5 M$:
    5.25 + 3.0 + 0.5 = 8.75 M$; without the rule 8.0, so 12.5 $ a kg of metal.
    """
    chain = {
        "materials": [*BASE["materials"], {"material": "metal", "stage": "metals"}],
        "facilities": [{"facility": "Reduction", "place": "Texas", "capacity_t_per_year": 100}],
        "processes": [
            {"facility": "Reduction", "process": "reduce", "cost_usd_per_t": 5_000, "step": "melted"},
        ],
        "recipes": [
            {"process": "reduce", "material": "oxide", "t_per_t": -1.25},
            {"process": "reduce", "material": "metal", "t_per_t": 1},
        ],
        "offers": [DIRTY, CLEAN],
    }
    metal = {"material": "metal"}
    ruled = solve(**chain, origin_rules=RULE, **{**USERS, "segments": [row | metal for row in USERS["segments"]]})
    free = solve(**chain, **{**UNRULED, "segments": [row | metal for row in UNRULED["segments"]]})
    assert ruled.objective_musd == approx(8.75)
    assert (ruled.objective_musd - free.objective_musd) * 1e6 / 60_000 == approx(12.5)
