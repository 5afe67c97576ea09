"""Limits on concentration (HHI), against optima derived on paper."""

from math import sqrt

import pytest
from cases import BAOTOU, LYNAS, MINE, approx, bought, case, solve

from planner.errors import Infeasible
from planner.planning.solve import solve_case
from planner.studies.cases import with_limit

ILUKA = {"offer": "Iluka", "supplier": "Iluka", "material": "oxide", "origin": "AUS", "price_usd_per_t": 72_000}
THREE = {
    "countries": [{"country": name} for name in ("USA", "CHN", "MYS", "AUS")],
    "suppliers": [{"supplier": o, "country": c} for o, c in (("Baotou", "CHN"), ("Lynas", "MYS"), ("Iluka", "AUS"))],
    "offers": [BAOTOU, LYNAS, ILUKA],
}


def spread(value, **facts):
    return [{"limit": "spread", "measure": "hhi", "sense": "at most", "value": value, "material": "oxide"} | facts]


def hhi(plan):
    return plan.tables["limits"]["reached"].item()


def cheapest_share(prices, h):
    """The cheapest shares within an HHI of h: equal shares plus a step of length sqrt(h - 1/m) against the prices.

    With mean price m the step is (m - p) / |m - p|, which leaves the sum at 1; right while no share falls below 0.
    """
    mean = sum(prices) / len(prices)
    apart = sqrt(sum((mean - p) ** 2 for p in prices))
    step = sqrt(h - 1 / len(prices))
    return [1 / len(prices) + step * (mean - p) / apart for p in prices]


def test_two_countries_may_be_no_more_unequal_than_the_limit():
    """x of China: x^2 + (1 - x)^2 = 0.58 gives x = 0.7: 70 x 60,000 + 30 x 70,000 = 6.3 M$."""
    plan = solve(limits=spread(0.58))
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30}, abs=1e-4)
    assert hhi(plan) == approx(0.58, abs=1e-7)
    assert plan.objective_musd == approx(6.3, rel=1e-6)


def test_three_countries_share_as_the_cone_says():
    """60,000, 70,000 and 72,000 $/t, HHI at most 0.38. Mean 67,333; distances 7,333, -2,667, -4,667, length 9,092.1.

    Step sqrt(0.38 - 1/3) = 0.216025: shares 0.507569, 0.269970, 0.222461; a ton costs 67,333.3 - 0.216025 x 9,092.1 =
    65,369.2 $, so 6.53692 M$.
    """
    shares = cheapest_share([60, 70, 72], 0.38)
    assert shares == approx([0.507569, 0.269970, 0.222461], abs=1e-5)
    plan = solve(**THREE, limits=spread(0.38))
    assert [bought(plan)[o] for o in ("Baotou", "Lynas", "Iluka")] == approx([100 * s for s in shares], abs=0.01)
    assert hhi(plan) == approx(0.38, abs=1e-7)
    assert plan.objective_musd == approx(0.1 * (60 * shares[0] + 70 * shares[1] + 72 * shares[2]), rel=1e-7)


def test_a_concentration_of_nothing_leaves_all_short():
    """No supply has an HHI of 0. A study that tightens the limit so far goes short: 100 t at 100,000 $, 10.0 M$."""
    short = [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 100_000}]
    plan = solve_case(with_limit(case(segments=short, limits=spread(0.5)), "spread", 0.0))
    assert bought(plan) == {}
    assert hhi(plan) == 0
    assert plan.objective_musd == approx(10.0)


def test_a_limit_that_does_not_bind_costs_nothing():
    """All from Baotou is an HHI of 1."""
    plan = solve(**THREE, limits=spread(1))
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(6.0)


def test_two_countries_cannot_be_less_concentrated_than_a_half():
    """1/2 is the least for two; 0.45 has no plan, and the limit is named with its cell."""
    with pytest.raises(Infeasible, match=r"limits!\w+2: the limit spread"):
        solve(limits=spread(0.45))


@pytest.mark.slow
def test_what_own_plants_make_counts_for_their_country():
    """The mine's 30 t at home, x from China, 70 - x from Malaysia: 0.09 + x^2 + (0.7 - x)^2 = 0.38 gives x = 0.5.

    0.6 + 50 x 60,000 + 20 x 70,000 = 5.0 M$.
    """
    plan = solve(**MINE, limits=spread(0.38))
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 20}, abs=1e-4)
    assert plan.objective_musd == approx(5.0, rel=1e-6)


@pytest.mark.slow
def test_concentration_by_supplier_tells_two_suppliers_of_one_country_apart():
    """Both sell Chinese oxide; by country the HHI is 1 whatever is bought, by supplier 0.58 asks for 70 and 30 t."""
    both = [BAOTOU, LYNAS | {"origin": "CHN"}]
    plan = solve(offers=both, limits=spread(0.58, each="supplier"))
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30}, abs=1e-4)
    with pytest.raises(Infeasible):
        solve(offers=both, limits=spread(0.58))


def test_concentration_is_missed_in_tons_at_its_price():
    """At 1,000 $/t all stays with Baotou: 100 - sqrt(0.58) x 100 = 23.842 t outside: 6.0 + 0.023842 M$."""
    plan = solve(limits=spread(0.58, penalty_per_unit=1_000))
    outside = 100 * (1 - sqrt(0.58))
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.tables["limits"]["missed"].item() == approx(outside)
    assert plan.objective_musd == approx(6.0 + outside * 1e-3)


@pytest.mark.slow
def test_concentration_beside_whole_numbers():
    """Iluka sells at least 45 t or nothing. Without it 0.45 is out of reach; with it, 45 t: (0.45, b, 0.55 - b).

    0.2025 + b^2 + (0.55 - b)^2 = 0.45 gives b = (0.55 + sqrt(0.1925)) / 2 = 0.494374. Less of Iluka would be cheaper,
    but cannot be.
    """
    iluka = ILUKA | {"min_order_t_per_year": 45, "max_t_per_year": 100}
    plan = solve(**THREE | {"offers": [BAOTOU, LYNAS, iluka]}, limits=spread(0.45))
    b = (0.55 + sqrt(0.1925)) / 2
    assert bought(plan) == approx({"Iluka": 45, "Baotou": 100 * b, "Lynas": 55 - 100 * b}, abs=0.01)
    assert plan.objective_musd == approx(0.1 * (0.45 * 72 + b * 60 + (0.55 - b) * 70), rel=1e-6)
    assert plan.status == "optimal"


def test_what_a_point_of_concentration_is_worth():
    """Cost is 6.5 - sqrt(h - 1/2) / sqrt 2 M$; its slope at 0.58 is 1 / (2 sqrt 2 sqrt 0.08) = 1.25: 125 $ a point."""
    plan = solve(limits=spread(0.58))
    row = plan.tables["binding"].iloc[0]
    assert (row["item"], row["limit"], row["unit"]) == ("spread", approx(5_800), "points of 10,000")
    assert row["worth_usd"] == approx(125, rel=1e-3)
