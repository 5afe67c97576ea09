"""Charges on what is given off, and a price on what is at risk."""

from cases import BAOTOU, LYNAS, MINE, approx, bought, cost, solve


def test_co2_of_goods_and_of_their_way_is_charged():
    """Baotou's oxide gives off 20 t a ton and 1 t on its way, at 100 $/t: 2,100 $/t, still cheaper: 6.0 + 0.21 M$."""
    plan = solve(
        {"co2_usd_per_t": 100}, offers=[BAOTOU | {"co2_t_per_t": 20}, LYNAS], lanes=[{"from": "*", "co2_t_per_t": 1}]
    )
    assert bought(plan) == approx({"Baotou": 100})
    assert cost(plan, "environment") == approx(0.21)
    assert plan.objective_musd == approx(6.21)


def test_a_charge_on_co2_moves_the_order():
    """At 600 $/t Baotou's 20 t are 12,000 $: Lynas, 7.0 M$."""
    plan = solve({"co2_usd_per_t": 600}, offers=[BAOTOU | {"co2_t_per_t": 20}, LYNAS])
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.objective_musd == approx(7.0)


def test_own_plants_are_charged_for_co2_water_and_residue():
    """30 t: 10 t CO2 at 100 $, 50 m3 water at 2 $, 4 t residue at 25 $ a ton: 1,200 $/t, 0.036 M$; 4.8 M$ beside."""
    plan = solve(
        {"co2_usd_per_t": 100, "water_usd_per_m3": 2, "residue_usd_per_t": 25},
        **MINE
        | {"processes": [MINE["processes"][0] | {"co2_t_per_t": 10, "water_m3_per_t": 50, "residue_t_per_t": 4}]},
    )
    assert cost(plan, "environment") == approx(0.036)
    assert plan.objective_musd == approx(4.836)


RISKY = [{"country": "USA"}, {"country": "CHN", "risk_score": 80}, {"country": "MYS", "risk_score": 10}]


def test_a_price_on_exposure_moves_the_order_and_leaves_the_costs_as_they_are():
    """At 0.5 a dollar at risk Baotou seems to cost 60,000 x 1.4 = 84,000 $/t, Lynas 70,000 x 1.05 = 73,500: 7.0 M$
    are paid."""
    plan = solve({"exposure_price": 0.5}, countries=RISKY)
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.tables["costs"]["discounted_musd"].sum() == approx(7.0)


def test_exposure_looks_behind_the_invoice():
    """80 % of Lynas depends on China: 0.2 x 10 + 0.8 x 80 = 66: 70,000 x 1.33 = 93,100, dearer than Baotou's 84,000:
    6.0 M$."""
    plan = solve(
        {"exposure_price": 0.5}, countries=RISKY, upstream=[{"offer": "Lynas", "country": "CHN", "share": 0.8}]
    )
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.tables["costs"]["discounted_musd"].sum() == approx(6.0)


def test_without_a_price_exposure_is_only_reported():
    """Baotou, 6.0 M$, of which 80 % are at risk: 4.8 M$ a year, an index of 80."""
    plan = solve(countries=RISKY)
    indicators = plan.tables["indicators"].set_index("measure")["value"]
    assert plan.objective_musd == approx(6.0)
    assert indicators["exposure_musd"] == approx(4.8)
    assert indicators["exposure_index"] == approx(80)
